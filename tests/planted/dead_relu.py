"""A bias so negative that no example opens the gate."""

from graphtui import input, parameter, relu

x = input([[0.5, 1.0], [1.5, 0.2]])
W = parameter([[0.3, -0.2], [0.1, 0.4]])
b = parameter([-5.0, -5.0])
m = x @ W
s = m + b
h = relu(s)
loss = h.sum()
