"""Slopes of 1e-20 and 1e-30 multiply to less than float32 can hold."""

from graphtui import parameter

small, smaller = 1e-20, 1e-30
w = parameter(1.0, dtype="float32")
a = smaller * w
loss = small * a
