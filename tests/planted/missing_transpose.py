"""The gradient by x is upstream · Wᵀ, and this vjp forgets the transpose of a square W."""

from graphtui import define_op, input, parameter

linear = define_op(
    "linear", lambda x, W: x @ W, lambda upstream, y, x, W: (upstream @ W, x.T @ upstream)
)

x = input([[1.0, -2.0], [0.5, 3.0]])
W = parameter([[0.1, 0.7], [-0.4, 0.2]])
h = linear(x, W)
loss = h.sum()
