"""A backward of your own.

This file defines two ops: a forward, and a vjp that says what each input receives. They are stepped
like any other. Watch `gain` receive a sum over the rows along which it was repeated. Leave out that
`.sum(axis=0)`, and the run stops at `z` and says so; leave out `y +`, and `graphtui gradcheck`
names the element of `h` that is wrong.
"""

import numpy as np

from graphtui import define_op, input, parameter


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def swish_backward(upstream, y, x):
    return upstream * (y + sigmoid(x) * (1 - y))


def scale_backward(upstream, y, x, gain):
    return upstream * gain, (upstream * x).sum(axis=0)


swish = define_op("swish", forward=lambda x: x * sigmoid(x), vjp=swish_backward)
scale = define_op("scale", forward=lambda x, gain: x * gain, vjp=scale_backward)

x = input([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]])
gain = parameter([2.0, 0.5, -1.0])
z = scale(x, gain)
h = swish(z)
L = np.sum(np.square(h))
