"""Losses: a prediction and a target in, one number out, averaged over the examples."""

from __future__ import annotations

import numpy as np

from graphtui.ops.linear_map import Array, LinearMap, Shape
from graphtui.ops.mismatch import Mismatch
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
from graphtui.ops.stable import log_softmax, softmax
from graphtui.ops.summing_maps import Reduction


def _whole(weights: Array) -> LinearMap:
    """The map of a number that depends on every element of an array, with these slopes."""
    return Reduction(weights, tuple(range(weights.ndim)), (), weights.shape)


# Regression -------------------------------------------------------------------------------------


def _same_shape(prediction: Shape, target: Shape) -> Shape:
    if prediction != target:
        raise Mismatch(
            f"mse_loss needs prediction and target of one shape, got {prediction} and {target}. "
            "Reshape one of them: broadcasting here is nearly always a mistake."
        )
    if 0 in prediction:
        raise Mismatch(f"mse_loss of no elements has no value: shape {prediction}.")
    return ()


def _mse_loss(prediction: Array, target: Array) -> Array:
    return np.asarray(np.mean(np.square(_difference(prediction, target))))


def _mse_maps(y: Array, prediction: Array, target: Array) -> tuple[LinearMap, ...]:
    slopes = _difference(prediction, target) * (2 / prediction.size)
    return _whole(slopes), _whole(-slopes)


def _difference(prediction: Array, target: Array) -> Array:
    floating = np.result_type(prediction, target).kind in "fc"
    return np.asarray(prediction - target if floating else as_float(prediction) - as_float(target))


MSE_LOSS = Structured(
    name="mse_loss",
    inputs=("prediction", "target"),
    forward=_mse_loss,
    shape_rule=_same_shape,
    local_rule=_mse_maps,
    formula="y = mean((prediction - target)**2)",
    local_formulas=(
        "2 * (prediction - target) / target.size",
        "2 * (target - prediction) / target.size",
    ),
    note="Mean squared error: every prediction is pulled back in proportion to its error.",
    zero_because="prediction and target are equal",
    samples=(
        Sample((0.7, 1.0)),
        Sample(([1.0, -2.0, 3.0], [0.5, -1.0, 1.0])),
        Sample(([[0.5, -0.7], [2.0, 1.0]], [[1.0, 0.0], [0.0, 1.5]])),
    ),
    rejections=(
        Rejection((np.ones((4, 1)), np.ones(4)), "one shape, got (4, 1) and (4,)"),
        Rejection((np.ones(0), np.ones(0)), "of no elements"),
    ),
)


# Classification ---------------------------------------------------------------------------------


def _class_shape(op: str, scores: Shape, target: Shape) -> Shape:
    if len(scores) not in (1, 2) or target != scores[:-1]:
        raise Mismatch(
            f"{op} needs scores (N, C) and targets (N,), or (C,) and (), got {scores} and {target}."
        )
    if 0 in scores:
        raise Mismatch(f"{op} of no examples or classes has no value: shape {scores}.")
    return ()


def _class_dtype(scores: DType, target: DType) -> DType:
    if target.kind not in "iu":
        raise Mismatch(f"the target must hold class numbers (int64 or int32), got {target}.")
    return float_dtype(scores)


def _classes(scores: Array, target: Array) -> Array:
    """`target` as a column of class numbers, one a row of `scores`, for `take_along_axis`."""
    count = scores.shape[-1]
    wrong = target[(target < 0) | (target >= count)]
    if wrong.size:
        raise IndexError(
            f"target {wrong.flat[0]} is not a class: the scores have {count} classes, "
            f"numbered 0 to {count - 1}."
        )
    return np.asarray(target[..., None])


def _one_hot(scores: Array, target: Array) -> Array:
    return np.asarray(np.arange(scores.shape[-1]) == _classes(scores, target))


def _cross_entropy(logits: Array, target: Array) -> Array:
    logits, target = as_float(logits), np.asarray(target)
    scores = log_softmax(logits, -1)
    return np.asarray(-np.mean(np.take_along_axis(scores, _classes(logits, target), axis=-1)))


def _cross_entropy_maps(y: Array, logits: Array, target: Array) -> tuple[LinearMap | None, ...]:
    logits = as_float(logits)
    surplus = softmax(logits, -1) - _one_hot(logits, target)
    return _whole(np.asarray(surplus / target.size, dtype=logits.dtype)), None


CROSS_ENTROPY = Structured(
    name="cross_entropy",
    inputs=("logits", "target"),
    forward=_cross_entropy,
    shape_rule=lambda logits, target: _class_shape("cross_entropy", logits, target),
    local_rule=_cross_entropy_maps,
    formula="y = -mean(picked(log_softmax(logits), target))",
    local_formulas=("(softmax(logits) - one_hot(target, logits)) / target.size", None),
    note="Cross-entropy with softmax: the gradient is the probabilities, less 1 at the target.",
    zero_because="the probability is right to the last digit",
    dtype_rule=_class_dtype,
    samples=(
        Sample(([1.0, -2.0, 3.0], 0)),
        Sample(([[0.5, -0.7, 2.0], [-1.5, 2.5, 0.1]], [2, 0])),
        Sample(([[0.5], [2.0]], [0, 0])),
    ),
    rejections=(
        Rejection((np.ones((4, 3)), [0, 1]), "got (4, 3) and (2,)"),
        Rejection((np.ones((4, 3)), np.ones(4)), "class numbers (int64 or int32), got float64"),
        Rejection((np.ones((0, 3)), np.zeros(0, int)), "of no examples"),
    ),
)


def _margins(scores: Array, target: Array, margin: float) -> Array:
    """How far every wrong class is from being beaten by `margin`; 0 at the right class."""
    right = np.take_along_axis(scores, _classes(scores, target), axis=-1)
    surplus = scores - right + margin
    return np.asarray(np.where(_one_hot(scores, target), scores.dtype.type(0), surplus))


def _hinge_loss(scores: Array, target: Array, margin: float) -> Array:
    margins = _margins(as_float(scores), np.asarray(target), margin)
    return np.asarray(np.mean(np.sum(np.maximum(margins, 0), axis=-1)))


def _hinge_maps(
    y: Array, scores: Array, target: Array, *, margin: float
) -> tuple[LinearMap | None, ...]:
    scores = as_float(scores)
    wrong = _margins(scores, target, margin) > 0
    counts = np.where(
        _one_hot(scores, target), -np.sum(wrong, axis=-1, keepdims=True), wrong.astype(np.int64)
    )
    return _whole(np.asarray(counts / target.size, dtype=scores.dtype)), None


def _on_a_hinge(scores: Array, target: Array, margin: float) -> Array:
    zero = np.equal(_margins(as_float(scores), np.asarray(target), margin), 0)
    return np.asarray(np.any(zero & ~_one_hot(np.asarray(scores), np.asarray(target))))


HINGE_LOSS = Structured(
    name="hinge_loss",
    inputs=("scores", "target"),
    attrs={"margin": Attribute("float", 1.0, note="by how much the right class must win")},
    forward=_hinge_loss,
    shape_rule=lambda scores, target, margin: _class_shape("hinge_loss", scores, target),
    local_rule=_hinge_maps,
    formula="y = mean(sum((1 - one_hot(target, scores)) * "
    "maximum(0, scores - picked(scores, target) + margin), axis=-1))",
    local_formulas=(
        "((wrong := (1 - one_hot(target, scores)) * (scores - picked(scores, target) + margin > 0))"
        " - one_hot(target, scores) * sum(wrong, axis=-1, keepdims=True)) / target.size",
        None,
    ),
    note="Multiclass SVM: each class inside the margin is pushed down by 1, and the right one "
    "pulled up by their number.",
    zero_because="it takes no part in a broken margin",
    dtype_rule=_class_dtype,
    samples=(
        Sample(([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]], [0, 1, 2])),
        Sample(([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0]], [0, 2]), {"margin": 4.0}),
        Sample(([1.0, -2.0, 3.0], 0)),
        Sample(([[0.5], [2.0]], [0, 0])),
    ),
    rejections=(
        Rejection((np.ones((4, 3)), [0, 1]), "got (4, 3) and (2,)"),
        Rejection((np.ones((4, 3)), np.ones(4)), "class numbers (int64 or int32), got float64"),
        Rejection((np.ones((1, 3)), [0]), "'margin' must be a number", {"margin": "wide"}),
    ),
    kink=_on_a_hinge,
    at_kinks="0 for a class exactly at the margin",
)

LOSS: tuple[Op, ...] = (MSE_LOSS, CROSS_ENTROPY, HINGE_LOSS)
