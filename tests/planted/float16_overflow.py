"""300² is 90,000, and the largest float16 is 65,504."""

from graphtui import parameter

w = parameter([3.0, 300.0], dtype="float16")
q = w * w
loss = q.sum()
