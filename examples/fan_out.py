"""Fan-out: a value that is used twice.

y = 3x feeds both a = 2y and b = 5y. Watch y receive 5 from b and 2 from a, in two steps: the
running sum goes 5, then 7, and x gets 3 * 7 = 21.
"""

from graphtui import input

x = input(2.0)
y = 3 * x
a = 2 * y
b = 5 * y
c = a + b
