"""A mask that hides log(0) from the loss, and not from the gradient."""

from graphtui import input, log, where

x = input([0.0, 1.0, 2.0])
logs = log(x)
y = where(x > 0, logs, 0.0)
loss = y.sum()
