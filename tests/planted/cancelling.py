"""Two contributions that add up to 0."""

from graphtui import input

x = input(1.5)
a = 3 * x
b = -3 * x
loss = a + b
