"""Two layers, the SVM loss and L2 regularisation.

Watch W1 and W2 receive two contributions each, one from the data loss and one, 0.2 * W, from the
penalty; and watch the ReLU stop the gradient wherever its input was negative.
"""

import numpy as np

from graphtui import constant, hinge_loss, input, parameter, relu

X = input([[1.1, 0.51, -0.82, -0.24], [-1.98, 0.29, -1.08, 2.29], [0.23, -0.84, 0.12, 0.52]])
y = constant([0, 2, 1])
W1 = parameter(
    [
        [-1.07, -1.16, 0.57, 2.91, 0.02],
        [0.2, 0.83, 0.38, -0.68, 0.51],
        [-0.69, -0.17, -0.23, -0.35, 0.79],
        [0.07, 0.69, 0.61, 0.12, -0.65],
    ]
)
W2 = parameter(
    [
        [2.42, 1.4, 0.03],
        [-2.85, 0.7, 1.27],
        [-1.69, 0.94, 1.19],
        [-2.0, 0.21, 0.16],
        [-1.33, 1.76, -0.72],
    ]
)


def regularisation(strength):
    return strength * np.sum(np.square(W1)) + strength * np.sum(np.square(W2))


a = X @ W1
h = relu(a)
S = h @ W2
data = hinge_loss(S, y)
reg = regularisation(0.1)
L = data + reg
