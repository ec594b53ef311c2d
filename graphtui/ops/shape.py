"""Ops that move elements and compute nothing: transpose, reshape, repeat, join, pick."""

from __future__ import annotations

import math

import numpy as np

from graphtui.ops.key import keyed_shape, parse_key
from graphtui.ops.linear_map import Array, Diagonal, Identity, LinearMap, Shape
from graphtui.ops.mismatch import Mismatch, axis_count
from graphtui.ops.moving_maps import Permutation, Placement, Selection
from graphtui.ops.op import (
    Attribute,
    Op,
    Rejection,
    Sample,
    Structured,
    common_dtype,
    normal_axes,
)

_MATRIX = [[0.5, -0.7, 2.0], [-1.5, 2.5, 0.1]]
_CUBE = np.sin(np.arange(12.0)).reshape(2, 2, 3)
_BLOCK = np.cos(np.arange(24.0)).reshape(2, 3, 4)


# One array --------------------------------------------------------------------------------------


def _transposed_shape(shape: Shape, *, axes: tuple[int, ...] | None) -> Shape:
    return tuple(shape[a] for a in _order(shape, axes))


def _transposed_map(y: Array, x: Array, *, axes: tuple[int, ...] | None) -> tuple[LinearMap]:
    return (Permutation(_order(x.shape, axes), y.shape, x.shape),)


def _order(shape: Shape, axes: tuple[int, ...] | None) -> tuple[int, ...]:
    if axes is None:
        return tuple(range(len(shape)))[::-1]
    if len(axes) != len(shape):
        raise Mismatch(f"transpose: axes {axes} must name each axis of {shape} once.")
    normal_axes("transpose", axes, shape)
    return tuple(a % len(shape) for a in axes)


TRANSPOSE = Structured(
    name="transpose",
    inputs=("x",),
    symbol=".T",
    attrs={"axes": Attribute("order", note="the new order of the axes; null reverses it")},
    numpy=(np.transpose,),
    forward=lambda x, axes: np.transpose(x, axes),
    shape_rule=_transposed_shape,
    local_rule=_transposed_map,
    formula="y = transpose(x, axes)",
    local_formulas=("transpose(upstream, axes and argsort(array(axes) % y.ndim))",),
    note="Transpose: the gradient is transposed back; no number changes.",
    dtype_rule=common_dtype,
    samples=(
        Sample((0.7,)),
        Sample((_MATRIX,)),
        Sample((_BLOCK,)),
        Sample((_BLOCK,), {"axes": (1, 2, 0)}),
        Sample((_BLOCK,), {"axes": (-1, 0, -2)}),
        Sample(([1.0, 2.0],), {"axes": (0,)}),
        Sample((np.zeros((0, 3)),)),
    ),
    rejections=(
        Rejection((np.ones((4, 3)),), "each axis of (4, 3) once", {"axes": (0,)}),
        Rejection((np.ones((4, 3)),), "axis 2 is out of range", {"axes": (0, 2)}),
        Rejection((np.ones((4, 3)),), "repeated", {"axes": (0, 0)}),
    ),
)


def _reshaped_shape(shape: Shape, *, shape_: Shape) -> Shape:
    size, unknown = math.prod(shape), sum(n == -1 for n in shape_)
    known = math.prod(n for n in shape_ if n != -1)
    if unknown > 1 or any(n < -1 for n in shape_):
        raise Mismatch(f"reshape: {shape_} may have one -1 and otherwise sizes.")
    if (unknown and (not known or size % known)) or (not unknown and size != known):
        raise Mismatch(f"reshape: the {size} elements of shape {shape} do not fit {shape_}.")
    return tuple(size // known if n == -1 else n for n in shape_)


RESHAPE = Structured(
    name="reshape",
    inputs=("x",),
    attrs={"shape": Attribute("shape", required=True, note="the new shape; one -1 is worked out")},
    numpy=(np.reshape,),
    forward=lambda x, shape: np.reshape(x, shape),
    shape_rule=lambda of, shape: _reshaped_shape(of, shape_=shape),
    local_rule=lambda y, x, shape: (Identity(y.shape, x.shape),),
    formula="y = reshape(x, shape)",
    local_formulas=("reshape(upstream, x.shape)",),
    note="Reshape: the gradient is reshaped back; no number changes.",
    dtype_rule=common_dtype,
    samples=(
        Sample((0.7,), {"shape": (1, 1)}),
        Sample((_MATRIX,), {"shape": (3, -1)}),
        Sample((_BLOCK,), {"shape": 24}),
        Sample(([1.5],), {"shape": ()}),
        Sample((np.zeros((0, 3)),), {"shape": (5, 0)}),
    ),
    rejections=(
        Rejection((np.ones((4, 3)),), "the 12 elements", {"shape": (5, -1)}),
        Rejection((np.ones((4, 3)),), "the 12 elements", {"shape": (4, 4)}),
        Rejection((np.ones((4, 3)),), "one -1", {"shape": (-1, -1)}),
        Rejection((np.ones((4, 3)),), "needs the attribute 'shape': the new shape"),
        Rejection((np.ones((4, 3)),), "a whole number, got 'flat'", {"shape": "flat"}),
    ),
)


def _repeated_shape(of: Shape, *, shape: Shape) -> Shape:
    fits = len(of) <= len(shape) and all(n >= 0 for n in shape)
    ends = shape[len(shape) - len(of) :]
    if not fits or any(n not in (1, end) for n, end in zip(of, ends, strict=True)):
        raise Mismatch(
            f"broadcast_to: shape {of} cannot be repeated to {shape}: "
            "sizes are compared from the last axis and must be equal or 1."
        )
    return shape


BROADCAST_TO = Structured(
    name="broadcast_to",
    inputs=("x",),
    symbol="broadcast",
    attrs={"shape": Attribute("shape", required=True, note="the shape to repeat the input to")},
    numpy=(np.broadcast_to,),
    forward=lambda x, shape: np.broadcast_to(x, shape),
    shape_rule=_repeated_shape,
    local_rule=lambda y, x, shape: (_repeating_map(y, x),),
    formula="y = broadcast_to(x, shape)",
    local_formulas=("1",),
    note="Broadcast, a copy gate: the gradients of all the repetitions are summed.",
    dtype_rule=common_dtype,
    samples=(
        Sample((0.7,), {"shape": (2, 3)}),
        Sample(([1.0, 2.0, 3.0],), {"shape": (2, 3)}),
        Sample(([[1.0], [2.0]],), {"shape": (4, 2, 3)}),
        Sample(([1.0, 2.0],), {"shape": (1, 2)}),
        Sample(([1.0],), {"shape": 0}),
    ),
    rejections=(
        Rejection((np.ones((4, 3)),), "(4, 3) cannot be repeated to (4,)", {"shape": (4,)}),
        Rejection((np.ones(3),), "(3,) cannot be repeated to (3, 2)", {"shape": (3, 2)}),
        Rejection((np.ones(3),), "cannot be repeated to (-1, 3)", {"shape": (-1, 3)}),
    ),
)


def _repeating_map(y: Array, x: Array) -> LinearMap:
    return Identity(y.shape, x.shape) if x.size == y.size else Diagonal(1.0, y.shape, x.shape)


GETITEM = Structured(
    name="getitem",
    inputs=("x",),
    symbol="[]",
    attrs={"key": Attribute("key", required=True, note="as in NumPy: `1:, 0` or `[0, 2]`")},
    forward=lambda x, key: x[parse_key(key)],
    shape_rule=lambda shape, key: keyed_shape(parse_key(key), shape),
    local_rule=lambda y, x, key: (Selection(parse_key(key), y.shape, x.shape),),
    formula="y = x[key]",
    local_formulas=("scatter_add(zeros_like(x), key, upstream)",),
    note="Picking: upstream goes back to the picked places, zero everywhere else; "
    "what was picked twice receives twice.",
    zero_because="the element was not picked",
    dtype_rule=common_dtype,
    samples=(
        Sample(([1.0, 2.0, 3.0],), {"key": "0"}),
        Sample((_MATRIX,), {"key": "1:, 0"}),
        Sample((_MATRIX,), {"key": "..., None, [0, 2]"}),
        Sample((_MATRIX,), {"key": "[0, 1, 0], [2, 0, 2]"}),
        Sample((_BLOCK,), {"key": "0, :, [[0, 1], [3, 3]]"}),
        Sample((_BLOCK,), {"key": "::-1, -1, 1:3"}),
        Sample((_BLOCK,), {"key": "1:1"}),
        Sample((_MATRIX,), {"key": "[]"}),
        Sample((0.7,), {"key": "None, ..."}),
    ),
    rejections=(
        Rejection((np.ones((4, 3)),), "index 5 is out of range for axis 0", {"key": "5"}),
        Rejection((np.ones((4, 3)),), "too many indices", {"key": "0, 0, 0"}),
        Rejection((np.ones((4, 3)),), "`x` was not expected", {"key": "x"}),
        Rejection((np.ones((4, 3)),), "must broadcast", {"key": "[0, 1], [0, 1, 2]"}),
        Rejection((np.ones((4, 3)),), "a mask", {"key": [True, False, True, False]}),
    ),
)


# Several arrays ---------------------------------------------------------------------------------


def _joined_shape(*shapes: Shape, axis: int) -> Shape:
    first = shapes[0]
    (along,) = normal_axes("concatenate", axis, first)
    for shape in shapes[1:]:
        if len(shape) != len(first) or any(
            n != m for a, (n, m) in enumerate(zip(shape, first, strict=True)) if a != along
        ):
            raise Mismatch(
                f"concatenate along axis {axis} needs shapes that agree in every other axis, "
                f"got {first} and {shape}."
            )
    return (*first[:along], sum(shape[along] for shape in shapes), *first[along + 1 :])


def _joined_maps(y: Array, *xs: Array, axis: int) -> tuple[LinearMap, ...]:
    along, start, maps = axis % y.ndim, 0, list[LinearMap]()
    for x in xs:
        key = (slice(None),) * along + (slice(start, start + x.shape[along]),)
        maps.append(Placement(key, y.shape, x.shape))
        start += x.shape[along]
    return tuple(maps)


CONCATENATE = Structured(
    name="concatenate",
    inputs=("*xs",),
    symbol="concat",
    attrs={"axis": Attribute("int", 0, note="the axis along which the inputs are joined")},
    numpy=(np.concatenate,),
    forward=lambda *xs, axis: np.concatenate(xs, axis=axis),
    shape_rule=_joined_shape,
    local_rule=_joined_maps,
    formula="y = concatenate(xs, axis=axis)",
    local_formulas=("split(upstream, cumsum([x.shape[axis] for x in xs])[:-1], axis=axis)[i]",),
    note="Joining: the gradient is cut where the inputs were joined, and each gets its own piece.",
    dtype_rule=common_dtype,
    samples=(
        Sample(([1.0, 2.0], [3.0], [4.0, 5.0, 6.0])),
        Sample((_MATRIX, [[1.0, 2.0, 3.0]])),
        Sample((_BLOCK, _BLOCK[:, :, :1]), {"axis": -1}),
        Sample((_MATRIX,), {"axis": 1}),
        Sample((np.zeros((0, 3)), _MATRIX)),
    ),
    rejections=(
        Rejection((np.ones((4, 3)), np.ones((4, 2))), "got (4, 3) and (4, 2)"),
        Rejection((np.ones((4, 3)), np.ones(3)), "got (4, 3) and (3,)"),
        Rejection((1.0, 2.0), "axis 0 is out of range for shape ()"),
    ),
)


def _stacked_shape(*shapes: Shape, axis: int) -> Shape:
    first = shapes[0]
    for shape in shapes[1:]:
        if shape != first:
            raise Mismatch(f"stack needs inputs of one shape, got {first} and {shape}.")
    rank = len(first) + 1
    if not -rank <= axis < rank:
        raise Mismatch(f"stack: axis {axis} is out of range for a result with {axis_count(rank)}.")
    return (*first[: axis % rank], len(shapes), *first[axis % rank :])


def _stacked_maps(y: Array, *xs: Array, axis: int) -> tuple[LinearMap, ...]:
    before = (slice(None),) * (axis % y.ndim)
    return tuple(Placement((*before, i), y.shape, x.shape) for i, x in enumerate(xs))


STACK = Structured(
    name="stack",
    inputs=("*xs",),
    attrs={"axis": Attribute("int", 0, note="where the new axis stands in the result")},
    numpy=(np.stack,),
    forward=lambda *xs, axis: np.stack(xs, axis=axis),
    shape_rule=_stacked_shape,
    local_rule=_stacked_maps,
    formula="y = stack(xs, axis=axis)",
    local_formulas=("take(upstream, i, axis=axis)",),
    note="Stacking: each input gets its own slice of the gradient.",
    dtype_rule=common_dtype,
    samples=(
        Sample((1.0, 2.0, 3.0)),
        Sample(([1.0, 2.0], [3.0, 4.0]), {"axis": 1}),
        Sample((_CUBE, _CUBE**2), {"axis": -2}),
        Sample((_MATRIX,)),
        Sample((np.zeros((0, 3)), np.zeros((0, 3)))),
    ),
    rejections=(
        Rejection((np.ones(3), np.ones(4)), "one shape, got (3,) and (4,)"),
        Rejection((np.ones(3), np.ones(3)), "axis 2 is out of range", {"axis": 2}),
    ),
)

SHAPE: tuple[Op, ...] = (TRANSPOSE, RESHAPE, BROADCAST_TO, CONCATENATE, STACK, GETITEM)
