"""Eight factors of ten in a row."""

from graphtui import input

x = input(0.5)
h = x
for _ in range(8):
    h = 10.0 * h
loss = h * 1.0
