"""The first circuit: f = (x + y) * z.

At x = -2, y = 5, z = -4. Watch the multiply gate send each input the *other* input times upstream,
so that z gets 3 and the sum gets -4, and the add gate hand its -4 on to x and y unchanged.
"""

from graphtui import input

x = input(-2.0)
y = input(5.0)
z = input(-4.0)

q = x + y
f = q * z
