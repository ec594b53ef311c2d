"""A weight that the loss depends on, behind a stop_gradient."""

from graphtui import input, parameter, stop_gradient

w = parameter(2.0)
x = input(3.0)
h = w * x
s = stop_gradient(h)
loss = s * x
