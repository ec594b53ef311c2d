"""Twelve sigmoids in a row: each takes at least three quarters of the gradient away."""

from graphtui import input, sigmoid

x = input(0.5)
h = x
for _ in range(12):
    h = sigmoid(h)
loss = h * 1.0
