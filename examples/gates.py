"""Add, multiply and max in one circuit: f = 2 * (x * y + max(z, w)).

Watch the three characters: add distributes upstream to both inputs, multiply swaps its inputs and scales
them, max is a router that sends everything to the larger input and exactly 0 to the other.
"""

import numpy as np

from graphtui import input

x = input(3.0)
y = input(-4.0)
z = input(2.0)
w = input(-1.0)

p = x * y
m = np.maximum(z, w)
f = 2 * (p + m)
