"""Three layers with sigmoids: a gradient that shrinks.

The network is 3-4-4-1. Each call of `layer` is a group: press z at one of its gates to fold it.
Watch the gradient shrink by the slope of every sigmoid that it passes, at most 0.25 each.
"""

import numpy as np

from graphtui import input, parameter, sigmoid

x = input([[-0.36], [2.97], [0.15]])
W1 = parameter(
    [[0.58, -0.38, -0.82], [-0.07, 0.06, -0.72], [-1.21, 0.99, -0.82], [1.36, -2.92, 0.73]]
)
b1 = parameter([[0.86], [-0.14], [1.69], [0.07]])
W2 = parameter(
    [
        [-0.01, -0.56, 0.27, -1.6],
        [1.49, -0.08, 0.55, 1.8],
        [-0.45, -1.95, 0.01, 1.12],
        [-0.9, 0.37, 1.1, 1.31],
    ]
)
b2 = parameter([[-0.75], [0.22], [0.61], [-1.25]])
W3 = parameter([[0.36, -0.56, 1.06, -0.52]])
b3 = parameter([[-0.66]])


def layer(W, x, b):
    return sigmoid(W @ x + b)


h1 = layer(W1, x, b1)
h2 = layer(W2, h1, b2)
out = W3 @ h2 + b3
L = np.sum(out)
