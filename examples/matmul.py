"""Matrix multiply: where does the transpose come from?

y = x @ w with x (2, 3) and w (3, 4). The Jacobians are 8 × 6 and 8 × 12 and mostly zeros, so nobody
builds them: watch dx = dy @ wᵀ and dw = xᵀ @ dy come out as the only products whose shapes fit.
"""

import numpy as np

from graphtui import constant, input, parameter

x = input([[2.0, 1.0, -3.0], [-3.0, 4.0, 2.0]])
w = parameter([[3.0, 2.0, 1.0, -1.0], [2.0, 1.0, 3.0, 2.0], [3.0, 2.0, 1.0, -2.0]])
dy = constant([[2.0, 3.0, -3.0, 9.0], [-8.0, 1.0, 4.0, 6.0]])

y = x @ w
L = np.sum(y * dy)
