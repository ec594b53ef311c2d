"""A clip that lets nothing through: the larger of the two is the constant everywhere."""

from graphtui import input, maximum

x = input([0.5, 1.5, 2.0])
c = maximum(x, 3.0)
loss = c.sum()
