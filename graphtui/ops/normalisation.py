"""Ops that normalise: each element less the mean, divided by the standard deviation of its kind.

Shapes are those of PyTorch's functions. `batch_norm` is that of training: it takes the statistics
of the batch that it sees and keeps none.
"""

from __future__ import annotations

import math

import numpy as np

from graphtui.ops.linear_map import Array, Diagonal, Identity, LinearMap, Shape
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.normalising_maps import ChannelFactor, Normalisation
from graphtui.ops.op import (
    Attribute,
    DType,
    Op,
    Rejection,
    Sample,
    Structured,
    as_float,
    float_dtype,
)

_EPS = {"eps": Attribute("float", 1e-5, note="what is added to the variance, against 0")}


def _deviations(x: Array, axes: tuple[int, ...], eps: float) -> tuple[Array, Array]:
    """`x` less its mean, and one over its standard deviation."""
    away = x - np.mean(x, axis=axes, keepdims=True)
    variance = np.mean(away * away, axis=axes, keepdims=True)
    return away, np.asarray(1 / np.sqrt(variance + eps), dtype=x.dtype)


def _normalised_dtype(x: DType, weight: DType, bias: DType) -> DType:
    return float_dtype(float_dtype(x), weight, bias)


def _maps(
    y: Array, x: Array, weight: Array, axes: tuple[int, ...], eps: float
) -> tuple[Array, LinearMap]:
    """The normalised input, and the map of the input."""
    away, factor = _deviations(as_float(x), axes, eps)
    normalised = away * factor
    return normalised, Normalisation(normalised, factor, weight, axes, y.shape, x.shape)


# By the batch -----------------------------------------------------------------------------------


def _batch(x: Array) -> tuple[int, ...]:
    """The axes that are not the channels': 0, or 0, 2 and 3."""
    return (0, *range(2, x.ndim))


def _per_channel(array: Array, x: Array) -> Array:
    return np.reshape(array, (-1, *(1 for _ in x.shape[2:])))


def _batch_norm_shape(x: Shape, weight: Shape, bias: Shape, *, eps: float) -> Shape:
    if len(x) < 2 or weight != x[1:2] or bias != x[1:2]:
        raise Mismatch(
            "batch_norm needs x (N, C) or (N, C, H, W) and weight and bias (C,), "
            f"got {x}, {weight} and {bias}."
        )
    count = math.prod(x[:1] + x[2:])
    if count < 2:
        raise Mismatch(
            f"batch_norm needs at least 2 values a channel, got {count}: shape {x}. "
            "What is alone in its batch is its own mean."
        )
    return x


def _batch_norm(x: Array, weight: Array, bias: Array, eps: float) -> Array:
    x = as_float(x)
    away, factor = _deviations(x, _batch(x), eps)
    return np.asarray(away * factor * _per_channel(weight, x) + _per_channel(bias, x))


def _batch_norm_maps(
    y: Array, x: Array, weight: Array, bias: Array, *, eps: float
) -> tuple[LinearMap, ...]:
    normalised, by_x = _maps(y, x, _per_channel(weight, x), _batch(x), eps)
    kind = Diagonal if x.ndim == 2 else ChannelFactor
    return by_x, kind(normalised, y.shape, weight.shape), kind(1.0, y.shape, bias.shape)


def _formula(weight: str, bias: str, axes: str) -> str:
    over = f"axis={axes}, keepdims=True"
    return f"y = {weight} * (x - mean(x, {over})) / sqrt(var(x, {over}) + eps) + {bias}"


def _downstream(weight: str, axes: str) -> str:
    over = f"axis={axes}, keepdims=True"
    return (
        f"((u := upstream * {weight}) - mean(u, {over}) - (n := normalised(x, {axes}, eps)) * "
        f"mean(u * n, {over})) / sqrt(var(x, {over}) + eps)"
    )


_PLAIN = [[1.0, 2.0, -1.0], [3.0, 0.5, 0.0], [-2.0, 1.5, 4.0], [0.5, -1.0, 2.0]]
_PICTURES = np.cos(np.arange(36.0)).reshape(2, 3, 3, 2)
_SCALE, _SHIFT = [1.5, 0.5, -1.0], [0.1, -0.2, 0.3]

BATCH_NORM = Structured(
    name="batch_norm",
    inputs=("x", "weight", "bias"),
    attrs=_EPS,
    forward=_batch_norm,
    shape_rule=_batch_norm_shape,
    local_rule=_batch_norm_maps,
    formula=_formula("per_channel(weight, x)", "per_channel(bias, x)", "batch(x)"),
    local_formulas=(
        _downstream("per_channel(weight, x)", "batch(x)"),
        "sum(upstream * normalised(x, batch(x), eps), axis=batch(x))",
        "sum(upstream, axis=batch(x))",
    ),
    note="Batch norm ties the examples of a batch together: what would move all of them alike, or "
    "spread them, is taken out of the gradient.",
    zero_because="what it is multiplied with is 0, or all of the batch are alike",
    dtype_rule=_normalised_dtype,
    samples=(
        Sample((_PLAIN, _SCALE, _SHIFT)),
        Sample((_PLAIN, [1.5, 0.0, -1.0], _SHIFT), {"eps": 0.1}),
        Sample((_PICTURES, _SCALE, _SHIFT)),
        Sample((_PICTURES[:, :1], [2.0], [0.5])),
        Sample((_PICTURES[:1], _SCALE, _SHIFT), {"eps": 1e-3}),
        Sample(([[0.5], [2.0], [-0.3]], [2.0], [0.5])),
        Sample((np.zeros((4, 0)), np.zeros(0), np.zeros(0))),
    ),
    rejections=(
        Rejection((np.ones(3), np.ones(3), np.ones(3)), "got (3,), (3,) and (3,)"),
        Rejection((np.ones((4, 3)), np.ones(4), np.ones(4)), "got (4, 3), (4,) and (4,)"),
        Rejection((np.ones((4, 3)), np.ones(3), np.ones((1, 3))), "(3,) and (1, 3)"),
        Rejection((np.ones((1, 3)), np.ones(3), np.ones(3)), "at least 2 values a channel, got 1"),
        Rejection((np.ones((4, 3)), np.ones(3), np.ones(3)), "'eps' must be", {"eps": "small"}),
    ),
)


# By the example ---------------------------------------------------------------------------------


def _last(x: Array, weight: Array) -> tuple[int, ...]:
    return tuple(range(x.ndim - weight.ndim, x.ndim))


def _layer_norm_shape(x: Shape, weight: Shape, bias: Shape, *, eps: float) -> Shape:
    if not weight or bias != weight or x[-len(weight) :] != weight:
        raise Mismatch(
            "layer_norm needs weight and bias of the shape of x's last axis or axes, "
            f"got {x}, {weight} and {bias}."
        )
    if not math.prod(weight):
        raise Mismatch(f"layer_norm of no elements has no value: shape {x}.")
    return x


def _layer_norm(x: Array, weight: Array, bias: Array, eps: float) -> Array:
    x, weight = as_float(x), np.asarray(weight)
    away, factor = _deviations(x, _last(x, weight), eps)
    return np.asarray(away * factor * weight + bias)


def _layer_norm_maps(
    y: Array, x: Array, weight: Array, bias: Array, *, eps: float
) -> tuple[LinearMap, ...]:
    normalised, by_x = _maps(y, x, weight, _last(x, weight), eps)
    alone = y.size == bias.size
    by_bias = Identity(y.shape, bias.shape) if alone else Diagonal(1.0, y.shape, bias.shape)
    return by_x, Diagonal(normalised, y.shape, weight.shape), by_bias


LAYER_NORM = Structured(
    name="layer_norm",
    inputs=("x", "weight", "bias"),
    attrs=_EPS,
    forward=_layer_norm,
    shape_rule=_layer_norm_shape,
    local_rule=_layer_norm_maps,
    formula=_formula("weight", "bias", "last(weight)"),
    local_formulas=(
        _downstream("weight", "last(weight)"),
        "normalised(x, last(weight), eps)",
        "1",
    ),
    note="Layer norm ties the features of an example together: what would move all of them alike, "
    "or spread them, is taken out of the gradient.",
    zero_because="what it is multiplied with is 0, or all that it is normalised with are alike",
    dtype_rule=_normalised_dtype,
    samples=(
        Sample((_PLAIN, _SCALE, _SHIFT)),
        Sample((_PLAIN[0], _SCALE, _SHIFT)),
        Sample((_PLAIN, [1.5, 0.0, -1.0], _SHIFT), {"eps": 0.1}),
        Sample((np.reshape(_PLAIN, (2, 3, 2)), _PICTURES[0, 0] + 2, _PICTURES[0, 1])),
        Sample((_PICTURES[0], [2.0, -1.0], [0.5, 0.25]), {"eps": 0.2}),
        Sample(([[0.5], [2.0]], [2.0], [0.5])),
        Sample((np.zeros((0, 3)), _SCALE, _SHIFT)),
    ),
    rejections=(
        Rejection((np.ones((4, 3)), np.ones(4), np.ones(4)), "got (4, 3), (4,) and (4,)"),
        Rejection((np.ones((4, 3)), np.ones(3), np.ones(4)), "got (4, 3), (3,) and (4,)"),
        Rejection((np.ones((4, 3)), 1.0, 0.0), "last axis or axes, got (4, 3), () and ()"),
        Rejection((np.ones(3), np.ones((2, 3)), np.ones((2, 3))), "got (3,), (2, 3)"),
        Rejection((np.ones((4, 0)), np.ones(0), np.ones(0)), "of no elements"),
    ),
)

NORMALISATION: tuple[Op, ...] = (BATCH_NORM, LAYER_NORM)
