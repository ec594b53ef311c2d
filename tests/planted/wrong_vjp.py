"""The derivative of x³ is 3x², and this vjp says 2x²."""

from graphtui import define_op, input

cube = define_op("cube", lambda x: x**3, lambda upstream, y, x: 2 * x**2 * upstream)

x = input([0.5, -1.5, 2.0])
c = cube(x)
loss = c.sum()
