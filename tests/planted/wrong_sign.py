"""The gradient of a - b by b is minus upstream, and this vjp says plus."""

from graphtui import define_op, input

gap = define_op("gap", lambda a, b: a - b, lambda upstream, y, a, b: (upstream, upstream))

a = input([1.0, 2.0])
b = input([0.5, 0.25])
d = gap(a, b)
loss = d.sum()
