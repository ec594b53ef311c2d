"""x goes into the tanh and around it, and this vjp keeps one of the two contributions."""

import numpy as np

from graphtui import define_op, input


def vjp(upstream, y, x):
    dx = np.zeros_like(x)
    dx += upstream  # by the way around
    dx[:] = upstream * (1 - np.tanh(x) ** 2)  # by the way through: this must be +=
    return dx


residual = define_op("residual", lambda x: x + np.tanh(x), vjp)

x = input([0.5, 1.0])
r = residual(x)
loss = r.sum()
