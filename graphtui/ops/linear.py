"""Ops that multiply and sum: the matrix product in all its ranks, and that of two vectors."""

from __future__ import annotations

import numpy as np

from graphtui.ops.linear_map import Array, LinearMap, Shape
from graphtui.ops.matmul_maps import matmul_sides
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.op import Op, Rejection, Sample, Structured, common_dtype
from graphtui.ops.summing_maps import Reduction


def _matmul_shape(a: Shape, b: Shape) -> Shape:
    if not a or not b:
        raise Mismatch(f"matmul needs at least vectors, got {a} @ {b}; multiply takes scalars.")
    left = (1, *a) if len(a) == 1 else a
    right = (*b, 1) if len(b) == 1 else b
    if left[-1] != right[-2]:
        raise Mismatch(
            f"matmul needs (m, k) @ (k, n), got {a} @ {b}: "
            f"inner sizes {left[-1]} and {right[-2]} differ."
        )
    try:
        batch = np.broadcast_shapes(left[:-2], right[:-2])
    except ValueError:
        raise Mismatch(f"matmul: the batch axes of {a} @ {b} do not broadcast.") from None
    return (*batch, *(left[-2:-1] if len(a) > 1 else ()), *(right[-1:] if len(b) > 1 else ()))


def _dot_shape(a: Shape, b: Shape) -> Shape:
    if len(a) != 1 or a != b:
        raise Mismatch(
            f"dot takes two vectors of one length, got {a} and {b}. Matrices take matmul, a @ b."
        )
    return ()


def _dot_maps(y: Array, a: Array, b: Array) -> tuple[LinearMap, ...]:
    return Reduction(b, (0,), (), a.shape), Reduction(a, (0,), (), b.shape)


_WIDE = np.linspace(-1.1, 1.3, 12).reshape(3, 4)
_STACK = np.cos(np.arange(24.0)).reshape(2, 4, 3)

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
    zero_because="everything that it is multiplied with is 0",
    dtype_rule=common_dtype,
    samples=(
        Sample((np.arange(1.0, 7.0).reshape(2, 3), _WIDE)),
        Sample((np.arange(1.0, 4.0).reshape(1, 3), _WIDE)),
        Sample((_WIDE.T, np.arange(1.0, 4.0).reshape(3, 1))),
        Sample(([1.0, 2.0, -3.0], _WIDE)),
        Sample((_WIDE, [1.0, 2.0, -3.0, 0.5])),
        Sample(([1.0, 2.0], [3.0, -4.0])),
        Sample(([[2.0]], [[3.0]])),
        Sample((_STACK, _WIDE)),
        Sample((_WIDE[:, :3], _STACK.swapaxes(1, 2))),
        Sample((_STACK, _STACK.swapaxes(1, 2))),
        Sample((_STACK[:1], np.stack([_WIDE, _WIDE**2, _WIDE + 1]))),
        Sample((_STACK[:, None], _WIDE.reshape(1, 3, 4))),
        Sample((_STACK, [1.0, 2.0, -3.0])),
        Sample((np.zeros((0, 3)), _WIDE)),
        Sample((np.zeros((2, 0)), np.zeros((0, 3)))),
    ),
    rejections=(
        Rejection((np.ones((4, 3)), np.ones((4, 2))), "inner sizes 3 and 4 differ"),
        Rejection((np.ones(3), np.ones(4)), "inner sizes 3 and 4 differ"),
        Rejection((2.0, np.ones(4)), "multiply takes scalars"),
        Rejection((np.ones((2, 1, 3)), np.ones((3, 3, 1))), "batch axes"),
    ),
)

DOT = Structured(
    name="dot",
    inputs=("a", "b"),
    numpy=(np.dot,),
    forward=np.dot,
    shape_rule=_dot_shape,
    local_rule=_dot_maps,
    formula="y = dot(a, b)",
    local_formulas=("b", "a"),
    note="Dot product, multiply gates and a sum: each vector gets upstream times the other one.",
    zero_because="the element that it is multiplied with is 0",
    dtype_rule=common_dtype,
    samples=(
        Sample(([1.0, 2.0, -3.0], [0.5, -1.0, 2.0])),
        Sample(([2.0], [3.0])),
        Sample((np.zeros(0), np.zeros(0))),
    ),
    rejections=(
        Rejection((np.ones(3), np.ones(4)), "two vectors of one length, got (3,) and (4,)"),
        Rejection((np.ones((2, 2)), np.ones((2, 2))), "Matrices take matmul"),
    ),
)

LINEAR: tuple[Op, ...] = (MATMUL, DOT)
