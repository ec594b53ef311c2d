"""A probability that has become exactly 0."""

from graphtui import input, log

p = input([0.25, 0.0, 0.75])
logs = log(p)
loss = -logs.sum()
