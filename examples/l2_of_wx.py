"""The squared length of a matrix times a vector.

f = ‖W x‖². Watch 2q come out of the sum of squares, then split at the product: dW = 2q xᵀ has the
shape of W, and dx = Wᵀ 2q needs the transpose. W @ dq has the right shape here too, and the wrong
numbers.
"""

import numpy as np

from graphtui import input, parameter

W = parameter([[0.1, 0.5], [-0.3, 0.8]])
x = input([0.2, 0.4])

q = W @ x
f = np.sum(np.square(q))
