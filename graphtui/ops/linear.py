"""Ops that multiply and sum: the matrix product in all its ranks, and the inner product of two vectors."""

from __future__ import annotations

import numpy as np

from graphtui.ops.linear_map import Array, LinearMap, Reduction, Shape, matmul_sides
from graphtui.ops.op import Mismatch, Op, Rejection, Sample, Structured


def _matmul_shape(a: Shape, b: Shape) -> Shape:
    if not a or not b:
        raise Mismatch(f"matmul needs at least vectors, got {a} @ {b}; multiply takes scalars.")
    left = (1, *a) if len(a) == 1 else a
    right = (*b, 1) if len(b) == 1 else b
    if left[-1] != right[-2]:
        raise Mismatch(
            f"matmul needs (m, k) @ (k, n), got {a} @ {b}: inner sizes {left[-1]} and {right[-2]} differ."
        )
    try:
        batch = np.broadcast_shapes(left[:-2], right[:-2])
    except ValueError:
        raise Mismatch(f"matmul: the batch axes of {a} @ {b} do not broadcast.") from None
    return (*batch, *(left[-2:-1] if len(a) > 1 else ()), *(right[-1:] if len(b) > 1 else ()))


MATMUL = Structured(
    name="matmul",
    inputs=("a", "b"),
    symbol="@",
    numpy=(np.matmul,),
    forward=np.matmul,
    shape_rule=_matmul_shape,
    local_rule=lambda y, a, b: matmul_sides(a, b, y.shape),
    formula="y = a @ b",
    local_formulas=("upstream @ b.T", "a.T @ upstream"),
    note="Matrix multiply: the only products of upstream and the other operand whose shapes fit.",
    samples=(
        Sample((np.arange(6.0).reshape(2, 3), np.linspace(-1, 1, 12).reshape(3, 4))),
        Sample((np.arange(3.0).reshape(1, 3), np.linspace(-1, 1, 12).reshape(3, 4))),
    ),
    rejections=(Rejection((np.ones((4, 3)), np.ones((4, 2))), "inner sizes 3 and 4 differ"),),
)

LINEAR: tuple[Op, ...] = (MATMUL,)
