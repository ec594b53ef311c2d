"""A sigmoid so far out that its slope is 0 in float64."""

from graphtui import input, parameter, sigmoid

w = parameter(100.0)
x = input(8.0)
s = w * x
p = sigmoid(s)
loss = p * p
