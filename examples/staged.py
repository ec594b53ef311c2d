"""Backpropagation in stages: one short line at a time.

f = (x + σ(y)) / (σ(x) + (x + y)²) at x = 3, y = -4. Nobody derives this by hand in one go: every
line is a stage whose derivative one can look up. Watch x receive three contributions and y two, one
from each place that uses them; their sum is the gradient. Forgetting one of the += is the classic
mistake.
"""

from graphtui import input, sigmoid

x = input(3.0)
y = input(-4.0)

sigy = sigmoid(y)
num = x + sigy
sigx = sigmoid(x)
xpy = x + y
xpysqr = xpy**2
den = sigx + xpysqr
f = num / den
