"""A penalty that was computed and never added to the loss."""

from graphtui import input, parameter

w = parameter([2.0, -1.0])
v = parameter([0.5, 0.5])
x = input([1.0, 3.0])
penalty = (v * v).sum()
data = (w * x).sum()
loss = data * 1.0
