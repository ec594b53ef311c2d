"""Softmax and cross-entropy, written out.

The scores are those of the cat, the car and the frog. Watch the Jacobian of the softmax (one 3 × 3
block an image), the selection that picks the right class's probability, and how it all collapses at
S: the gradient is (p - onehot) / 3, three numbers an image that add up to 0.
"""

import numpy as np

from graphtui import input, softmax

S = input([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])

p = softmax(S, axis=1)
py = p[[0, 1, 2], [0, 1, 2]]
Li = -np.log(py)
L = np.mean(Li)
