"""x is read twice inside the op, and this vjp keeps only the second of the two contributions."""

import numpy as np

from graphtui import define_op, input


def vjp(upstream, y, x):
    gradients = {}
    gradients["x"] = upstream * np.sin(x)  # x · sin x, by the first x
    gradients["x"] = upstream * x * np.cos(x)  # by the second: this must be +=
    return gradients["x"]


swing = define_op("swing", lambda x: x * np.sin(x), vjp)

x = input([0.5, 1.0])
s = swing(x)
loss = s.sum()
