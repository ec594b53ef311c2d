"""The sigmoid neuron, written out of single gates.

Watch the 1.00 at the output shrink to 0.20 on its way back through 1/x, +1, exp and *-1, reach both
add gates unchanged, and swap with the other input at each multiply gate. Press z at a gate of the
sigmoid to fold the five into one: its slope is (1 - f) * f = 0.1966, the same number.
"""

import numpy as np

from graphtui import input, parameter

w0 = parameter(2.0)
x0 = input(-1.0)
w1 = parameter(-3.0)
x1 = input(-2.0)
w2 = parameter(-3.0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


s = w0 * x0 + w1 * x1 + w2
f = sigmoid(s)
