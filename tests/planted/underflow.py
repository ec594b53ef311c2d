"""A slope of 1e-30 and one of 1e-20 multiply to less than float32 can hold."""

from graphtui import parameter

w = parameter(1.0, dtype="float32")
a = 1e-30 * w
loss = 1e-20 * a
