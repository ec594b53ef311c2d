"""Batch norm, written out and as a single op.

`written_out` is a group of gates: press z at one of them to fold it into a box. Watch x receive the
same twelve numbers from the group and from the op beside it. Each column of them adds up to 0, and
as good as 0 if each is multiplied with its x: what would move or spread the whole batch is taken
out of the gradient.
"""

import numpy as np

from graphtui import batch_norm, constant, input, parameter

x = input([[1.0, 2.0, -1.0], [3.0, 0.5, 0.0], [-2.0, 1.5, 4.0], [0.5, -1.0, 2.0]])
gamma = parameter([1.5, 0.5, -1.0])
beta = parameter([0.1, -0.2, 0.3])
G = constant([[0.5, -1.0, 2.0], [1.0, 0.3, -0.7], [-0.2, 0.8, 0.1], [0.4, -0.6, 1.1]])


def written_out(x):
    mu = np.mean(x, axis=0)
    xmu = x - mu
    sq = np.square(xmu)
    var = np.mean(sq, axis=0)
    std = np.sqrt(var + 1e-5)
    ivar = 1 / std
    xhat = xmu * ivar
    gx = xhat * gamma
    return gx + beta


out = written_out(x)
op = batch_norm(x, gamma, beta)
L = np.sum(out * G) + np.sum(op * G)
