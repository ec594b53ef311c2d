"""Add, multiply and max: three characters.

f = 2 * (x * y + max(z, w)). Watch add distribute upstream to both inputs, multiply swap its inputs
and scale them, and max route everything to the larger input and exactly 0 to the other.
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
