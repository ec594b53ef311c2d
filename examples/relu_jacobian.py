"""ReLU: a Jacobian that is all diagonal.

A ReLU on 4 numbers, and one on 4096. Watch the small one first: its 4 × 4 Jacobian has a 1 where
the input was positive and nothing else. The big one has 16,777,216 entries, 128 MiB in float64;
nobody builds it, because the 4096 numbers on the diagonal say it all. What comes in from the loss
is `upstream`.
"""

import numpy as np

from graphtui import constant, input, relu

x = input([1.0, -2.0, 3.0, -1.0])
upstream = constant([4.0, -1.0, 5.0, 9.0])
z = relu(x)

rng = np.random.default_rng(231)
x_wide = input(rng.standard_normal(4096))
upstream_wide = constant(rng.standard_normal(4096))
z_wide = relu(x_wide)

L = np.dot(z, upstream) + np.dot(z_wide, upstream_wide)
