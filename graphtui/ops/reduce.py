"""Ops that sum along axes: many elements in, one out for each row, column or array."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from graphtui.ops.linear_map import Array, LinearMap, Shape
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.op import (
    Attribute,
    Op,
    Rejection,
    Sample,
    Structured,
    as_float,
    common_dtype,
    normal_axes,
    reduced_shape,
    sum_dtype,
)
from graphtui.ops.stable import logsumexp, softmax
from graphtui.ops.summing_maps import Reduction

Axis: TypeAlias = int | tuple[int, ...] | None

_AXIS = {
    "axis": Attribute("axes", note="the axis or axes to go over; null means all"),
    "keepdims": Attribute("bool", False, note="whether they stay, with length 1"),
}
_MATRIX = [[0.5, -0.7, 2.0], [-1.5, 2.5, 0.1]]
_CUBE = np.sin(np.arange(12.0)).reshape(2, 2, 3)
_SAMPLES = (
    Sample((0.7,)),
    Sample((_MATRIX,)),
    Sample((_MATRIX,), {"axis": 0}),
    Sample((_MATRIX,), {"axis": -1, "keepdims": True}),
    Sample((_CUBE,), {"axis": (0, -1)}),
    Sample((_CUBE,), {"axis": 1, "keepdims": True}),
    Sample((_CUBE,), {"axis": ()}),
    Sample(([[1.5], [2.5]],), {"axis": 1}),
    Sample((np.zeros((0, 3)),), {"axis": 1}),
)
_BAD_AXES = (
    Rejection((np.ones((4, 3)),), "axis 2 is out of range for shape (4, 3)", {"axis": 2}),
    Rejection((np.ones((4, 3)),), "an axis is repeated in (0, -2)", {"axis": [0, -2]}),
    Rejection((np.ones(3),), "'axis' must be a whole number, got 'rows'", {"axis": "rows"}),
    Rejection((np.ones(3),), "'keepdims' must be true or false, got 1", {"keepdims": 1}),
)
_NOTHING = (Rejection((np.ones((0, 3)),), "of no elements", {"axis": 0}),)


# Shapes -----------------------------------------------------------------------------------------


def _reducing(op: str) -> Callable[..., Shape]:
    def rule(shape: Shape, *, axis: Axis, keepdims: bool) -> Shape:
        return reduced_shape(op, shape, axis, keepdims)

    return rule


def _reducing_some(op: str) -> Callable[..., Shape]:
    """The rule of an op that has no value for no elements."""

    def rule(shape: Shape, *, axis: Axis, keepdims: bool) -> Shape:
        if any(shape[a] == 0 for a in normal_axes(op, axis, shape)):
            raise Mismatch(f"{op} of no elements has no value: shape {shape} along axis {axis}.")
        return reduced_shape(op, shape, axis, keepdims)

    return rule


def _var_shape(shape: Shape, *, axis: Axis, keepdims: bool, ddof: int) -> Shape:
    count = math.prod(shape[a] for a in normal_axes("var", axis, shape))
    if count == 0 or count <= ddof:
        raise Mismatch(f"var divides by the number of elements minus ddof, got {count} - {ddof}.")
    return reduced_shape("var", shape, axis, keepdims)


# Maps -------------------------------------------------------------------------------------------


def _sum_map(y: Array, x: Array, *, axis: Axis, keepdims: bool) -> tuple[LinearMap]:
    return (Reduction(1.0, normal_axes("sum", axis, x.shape), y.shape, x.shape),)


def _mean_map(y: Array, x: Array, *, axis: Axis, keepdims: bool) -> tuple[LinearMap]:
    axes = normal_axes("mean", axis, x.shape)
    count = math.prod(x.shape[a] for a in axes)
    return (Reduction(1.0 / count, axes, y.shape, x.shape),)


def _extreme_map(y: Array, x: Array, *, axis: Axis, keepdims: bool) -> tuple[LinearMap]:
    """One winner takes all; several share evenly."""
    axes = normal_axes("max", axis, x.shape)
    winners = np.asarray(np.equal(x, _kept(y, x, axes)))
    counts = winners.sum(axis=axes, keepdims=True)
    if not np.any(counts > 1):
        return (Reduction(winners, axes, y.shape, x.shape),)
    dtype = x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)
    shares = np.asarray(winners / np.maximum(counts, 1), dtype=dtype)  # nan equals nothing
    return (Reduction(shares, axes, y.shape, x.shape),)


def _var_map(y: Array, x: Array, *, axis: Axis, keepdims: bool, ddof: int) -> tuple[LinearMap]:
    axes = normal_axes("var", axis, x.shape)
    x = as_float(x)
    count = math.prod(x.shape[a] for a in axes)
    deviations = x - np.mean(x, axis=axes, keepdims=True)
    return (Reduction(deviations * (2 / (count - ddof)), axes, y.shape, x.shape),)


def _logsumexp_map(y: Array, x: Array, *, axis: Axis, keepdims: bool) -> tuple[LinearMap]:
    axes = normal_axes("logsumexp", axis, x.shape)
    return (Reduction(softmax(as_float(x), axes), axes, y.shape, x.shape),)


def _kept(y: Array, x: Array, axes: tuple[int, ...]) -> Array:
    """`y` with the axes that were summed over kept, so that it broadcasts against `x`."""
    return y.reshape(tuple(1 if a in axes else n for a, n in enumerate(x.shape)))


def _tied(extreme: Callable[..., Array]) -> Callable[..., Array]:
    """Where several elements are the greatest (or the least) of their row."""

    def kink(x: Array, axis: Axis, keepdims: bool) -> Array:
        winners = np.equal(x, extreme(x, axis=axis, keepdims=True))
        return np.asarray(np.sum(winners, axis=axis, keepdims=keepdims) > 1)

    return kink


# Records ----------------------------------------------------------------------------------------

SUM = Structured(
    name="sum",
    inputs=("x",),
    attrs=_AXIS,
    numpy=(np.sum,),
    forward=lambda x, axis, keepdims: np.add.reduce(x, axis=axis, keepdims=keepdims),
    shape_rule=_reducing("sum"),
    local_rule=_sum_map,
    formula="y = sum(x, axis=axis, keepdims=keepdims)",
    local_formulas=("1",),
    note="Sum, an add gate with many inputs: upstream goes unchanged to every element.",
    dtype_rule=sum_dtype,
    samples=(*_SAMPLES, Sample((np.zeros((0, 3)),), {"axis": 0})),
    rejections=_BAD_AXES,
)

MEAN = Structured(
    name="mean",
    inputs=("x",),
    attrs=_AXIS,
    numpy=(np.mean,),
    forward=lambda x, axis, keepdims: np.mean(x, axis=axis, keepdims=keepdims),
    shape_rule=_reducing_some("mean"),
    local_rule=_mean_map,
    formula="y = mean(x, axis=axis, keepdims=keepdims)",
    local_formulas=("y.size / x.size",),
    note="Mean: every element gets the same share of upstream, one over their number.",
    samples=_SAMPLES,
    rejections=(*_BAD_AXES, *_NOTHING),
)

MAX = Structured(
    name="max",
    inputs=("x",),
    attrs=_AXIS,
    numpy=(np.max, np.amax),
    forward=lambda x, axis, keepdims: np.max(x, axis=axis, keepdims=keepdims),
    shape_rule=_reducing_some("max"),
    local_rule=_extreme_map,
    formula="y = max(x, axis=axis, keepdims=keepdims)",
    local_formulas=("(x == y) / sum(x == y, axis=axis, keepdims=True)",),
    note="Max, the gradient router: all of upstream goes to the largest element, none elsewhere.",
    zero_because="another element won, as it is larger",
    dtype_rule=common_dtype,
    samples=(*_SAMPLES, Sample(([[1.0, 3.0, 3.0], [2.0, 0.0, 1.0]],), {"axis": 1})),
    rejections=(*_BAD_AXES, *_NOTHING),
    kink=_tied(np.max),
    at_kinks="shared evenly among ties",
)

MIN = Structured(
    name="min",
    inputs=("x",),
    attrs=_AXIS,
    numpy=(np.min, np.amin),
    forward=lambda x, axis, keepdims: np.min(x, axis=axis, keepdims=keepdims),
    shape_rule=_reducing_some("min"),
    local_rule=_extreme_map,
    formula="y = min(x, axis=axis, keepdims=keepdims)",
    local_formulas=("(x == y) / sum(x == y, axis=axis, keepdims=True)",),
    note="Min, a router too: all of upstream goes to the smallest element, none elsewhere.",
    zero_because="another element won, as it is smaller",
    dtype_rule=common_dtype,
    samples=(*_SAMPLES, Sample(([[1.0, 1.0, 3.0], [2.0, 0.0, 1.0]],), {"axis": 1})),
    rejections=(*_BAD_AXES, *_NOTHING),
    kink=_tied(np.min),
    at_kinks="shared evenly among ties",
)

VAR = Structured(
    name="var",
    inputs=("x",),
    attrs={**_AXIS, "ddof": Attribute("int", 0, note="1 divides by n - 1 instead of n")},
    numpy=(np.var,),
    forward=lambda x, axis, keepdims, ddof: np.var(
        as_float(x), axis=axis, keepdims=keepdims, ddof=ddof
    ),
    shape_rule=_var_shape,
    local_rule=_var_map,
    formula="y = var(x, axis=axis, keepdims=keepdims, ddof=ddof)",
    local_formulas=("2 * (x - mean(x, axis=axis, keepdims=True)) / (x.size / y.size - ddof)",),
    note="Variance: every element gets upstream times twice its distance from the mean, shared.",
    zero_because="the element is the mean itself",
    samples=(
        *_SAMPLES,
        Sample((_MATRIX,), {"axis": 0, "ddof": 1}),
        Sample((_CUBE,), {"axis": (1, 2), "ddof": 1, "keepdims": True}),
    ),
    rejections=(
        *_BAD_AXES,
        Rejection((np.ones((1, 3)),), "got 1 - 1", {"axis": 0, "ddof": 1}),
        Rejection((np.ones((0, 3)),), "got 0 - 0", {"axis": 0}),
    ),
)

LOGSUMEXP = Structured(
    name="logsumexp",
    inputs=("x",),
    attrs=_AXIS,
    forward=lambda x, axis, keepdims: logsumexp(
        as_float(x), normal_axes("logsumexp", axis, np.shape(x)), keepdims
    ),
    shape_rule=_reducing_some("logsumexp"),
    local_rule=_logsumexp_map,
    formula="y = log(sum(exp(x), axis=axis, keepdims=keepdims))",
    local_formulas=("exp(x - y)",),
    note="Log-sum-exp, the smooth max: upstream is handed out by softmax, mostly to the largest.",
    zero_because="the share of the element came to 0, as another is so much larger",
    samples=_SAMPLES,
    rejections=(*_BAD_AXES, *_NOTHING),
)

REDUCE: tuple[Op, ...] = (SUM, MEAN, MAX, MIN, VAR, LOGSUMEXP)
