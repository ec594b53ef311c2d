"""A recurrent network, unrolled: a memory that fades.

Twenty steps with the same weights, then a loss. Watch the gradient on its way back: press P for its
profile. It falls from step to step, so the last inputs decide and the first are hardly heard. W
receives twenty contributions, one from each step; press v for the tape that keeps every value alive
for them. Each call of `step` is a group, and equal groups in a row fold into one box: type
:fold all, then z at the box opens it.
"""

import numpy as np

from graphtui import constant, input, parameter

rng = np.random.default_rng(7)
W = parameter(rng.normal(0, 0.22, (8, 8)))
U = parameter(rng.normal(0, 0.6, (8, 3)))
b = parameter(np.zeros(8))
X = input(rng.normal(0, 1, (20, 3)))


def step(h, t):
    return np.tanh(W @ h + U @ X[t] + b)


h = constant(np.zeros(8), name="h0")
for t in range(20):
    h = step(h, t)

readout = parameter(rng.normal(0, 1, 8))
loss = (readout @ h - 0.5) ** 2
