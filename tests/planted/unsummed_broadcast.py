"""A bias that was broadcast over the rows gets a gradient that nobody has summed."""

from graphtui import define_op, input, parameter

add_bias = define_op("add_bias", lambda x, b: x + b, lambda upstream, y, x, b: (upstream, upstream))

x = input([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
b = parameter([0.1, 0.2, 0.3])
a = add_bias(x, b)
loss = a.sum()
