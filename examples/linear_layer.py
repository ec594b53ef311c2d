"""A linear layer: the gradient of the bias is a sum.

Y = X @ W + b with N = 2 examples. Watch the inspector at Y: the bias (3,) was repeated for every
example, so its gradient is upstream summed over axis 0, (2, 3) → (3,). Forgetting that sum is a
shape error in the lucky case and a wrong gradient in the other.
"""

import numpy as np

from graphtui import constant, input, parameter

X = input([[1.0, 2.0], [3.0, 4.0]])
W = parameter([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
b = parameter([0.1, 0.2, 0.3])
G = constant([[1.0, -1.0, 2.0], [0.5, 0.0, -2.0]])

XW = X @ W
Y = XW + b
L = np.sum(Y * G)
