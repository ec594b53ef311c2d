"""A convolutional network: filters that slide.

Four pictures of 6 × 6 pixels in colour, of bars that stand or lie, and two filters of 3 × 3 pixels
in three channels. Press t at `filters`, then v: they are templates, of a yellow bar that stands and
of a blue one that lies. Their gradient is a sum of the patches that each saw. Watch the max pool
send each number of its gradient to the one pixel that won, and press j at `conv` for a Jacobian in
which one small kernel is repeated along the diagonals.
"""

import numpy as np

from graphtui import constant, conv2d, cross_entropy, input, max_pool2d, parameter, relu


def pictures():
    row, column = np.indices((6, 6))
    bars = np.stack([column % 3 == 0, column % 3 == 1, row % 3 == 0, row % 3 == 1])
    light = (0.2 + 0.6 * bars) * (1 + np.sin(row + 2 * column) / 4)
    colours = np.array([[1.0, 0.2, 0.1], [0.9, 0.6, 0.1], [0.1, 0.3, 1.0], [0.2, 0.7, 0.8]])
    return np.round(colours[:, :, None, None] * light[:, None], 3)


def templates():
    standing = np.tile([-0.25, 0.5, -0.25], (3, 1))
    yellow, blue = np.array([[0.8, 0.7, 0.1], [0.1, 0.3, 0.9]])[:, :, None, None]
    return np.stack([yellow * standing, blue * standing.T])


x = input(pictures())
y = constant([0, 0, 1, 1])
filters = parameter(templates())
b = parameter([[[0.3]], [[0.1]]])
W = parameter(np.repeat([[0.3, -0.2], [-0.1, 0.4]], 4, axis=0))

conv = conv2d(x, filters)
h = relu(conv + b)
pool = max_pool2d(h, kernel_size=2)
flat = np.reshape(pool, (4, 8))
scores = flat @ W
L = cross_entropy(scores, y)
