"""Gates that decide where a gradient goes: to the larger, the chosen, what is inside, or nobody."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphtui.ops.linear_map import Array
from graphtui.ops.op import Attribute, Elementwise, Op, Rejection, Sample, as_float, common_dtype
from graphtui.ops.samples import CUBE, MATRIX, PAIRS, ROW, SINGLES, UNBROADCASTABLE

# Extremes ---------------------------------------------------------------------------------------


def _winner(wins: Array, ties: Array, y: Array) -> Array:
    """The share of each element: a mask, unless a tie asks for halves."""
    if not np.any(ties):
        return np.asarray(wins)
    dtype = y.dtype if y.dtype.kind == "f" else np.dtype(np.float64)
    return np.asarray(wins + 0.5 * ties, dtype=dtype)


MAXIMUM = Elementwise(
    name="maximum",
    inputs=("a", "b"),
    symbol="max",
    numpy=(np.maximum,),
    forward=lambda a, b: np.maximum(a, b),
    derivatives=(
        lambda y, a, b: _winner(a > b, a == b, y),
        lambda y, a, b: _winner(b > a, a == b, y),
    ),
    formula="y = maximum(a, b)",
    local_formulas=("(a > b) + (a == b) / 2", "(b > a) + (a == b) / 2"),
    note="Max gate, the gradient router: all of upstream goes to the larger input, none elsewhere.",
    zero_because="the other input won, as it is larger",
    dtype_rule=common_dtype,
    samples=(*PAIRS, Sample(([1.0, 2.0, 3.0], 2.0))),
    rejections=UNBROADCASTABLE,
    kink=np.equal,
    at_kinks="shared evenly among ties",
)

MINIMUM = Elementwise(
    name="minimum",
    inputs=("a", "b"),
    symbol="min",
    numpy=(np.minimum,),
    forward=lambda a, b: np.minimum(a, b),
    derivatives=(
        lambda y, a, b: _winner(a < b, a == b, y),
        lambda y, a, b: _winner(b < a, a == b, y),
    ),
    formula="y = minimum(a, b)",
    local_formulas=("(a < b) + (a == b) / 2", "(b < a) + (a == b) / 2"),
    note="Min gate, a router too: all of upstream goes to the smaller input, none elsewhere.",
    zero_because="the other input won, as it is smaller",
    dtype_rule=common_dtype,
    samples=(*PAIRS, Sample(([1.0, 2.0, 3.0], 2.0))),
    rejections=UNBROADCASTABLE,
    kink=np.equal,
    at_kinks="shared evenly among ties",
)

CLIP = Elementwise(
    name="clip",
    inputs=("x",),
    attrs={
        "min": Attribute("bound", note="the least value, or null"),
        "max": Attribute("bound", note="the greatest value, or null"),
    },
    numpy=(np.clip,),
    forward=lambda x, min, max: np.clip(as_float(x), *_bounds(min, max)),
    derivatives=(lambda y, x, min, max: _inside(x, *_bounds(min, max)),),
    formula="y = clip(x, -inf if min is None else min, inf if max is None else max)",
    local_formulas=(
        "(x >= (-inf if min is None else min)) & (x <= (inf if max is None else max))",
    ),
    note="Clip gate: upstream passes inside the bounds and stops outside, where nothing moves.",
    zero_because="the gate is closed, as its input is outside the bounds",
    samples=(
        Sample(([-2.0, -0.5, 0.3, 4.0],), {"min": -1.0, "max": 1.0}),
        Sample(([-2.0, 0.3],), {"max": 0.0}),
        Sample((CUBE,), {"min": 0.5}),
        Sample((0.7,)),
        Sample((np.zeros((0, 3)),), {"max": 1}),
    ),
    rejections=(Rejection((0.5,), "'min' must be a number, got 'low'", {"min": "low"}),),
    kink=lambda x, min, max: np.equal(x, _bounds(min, max)[0]) | np.equal(x, _bounds(min, max)[1]),
    at_kinks="1 on a bound",
)


def _bounds(low: float | None, high: float | None) -> tuple[float, float]:
    return (-np.inf if low is None else low), (np.inf if high is None else high)


def _inside(x: Array, low: float, high: float) -> Array:
    return np.asarray(np.greater_equal(x, low) & np.less_equal(x, high))


# Choosing and stopping --------------------------------------------------------------------------


def _chosen_dtype(condition: np.dtype[Any], a: np.dtype[Any], b: np.dtype[Any]) -> np.dtype[Any]:
    return np.result_type(a, b)


WHERE = Elementwise(
    name="where",
    inputs=("condition", "a", "b"),
    numpy=(np.where,),
    forward=lambda condition, a, b: np.where(condition, a, b),
    derivatives=(
        None,
        lambda y, condition, a, b: np.not_equal(condition, 0),
        lambda y, condition, a, b: np.equal(condition, 0),
    ),
    formula="y = where(condition, a, b)",
    local_formulas=(None, "condition != 0", "condition == 0"),
    note="A switch: upstream goes to whichever input was chosen; the condition gets no gradient.",
    zero_because="the other input was chosen",
    dtype_rule=_chosen_dtype,
    samples=(
        Sample((True, 2.0, -3.0)),
        Sample(([[True, False, False], [False, True, True]], MATRIX, ROW)),
        Sample(([True, False, True], 1.0, CUBE)),
        Sample(([[0.0], [2.0]], ROW, 5.0)),
        Sample((np.zeros((0, 3), bool), ROW, 0.0)),
    ),
    rejections=(Rejection((True, np.ones((4, 3)), np.ones(4)), words="(4, 3) and (4,)"),),
)

STOP_GRADIENT = Elementwise(
    name="stop_gradient",
    inputs=("x",),
    symbol="stop",
    forward=lambda x: np.asarray(x)[...],
    derivatives=(None,),
    formula="y = x",
    local_formulas=(None,),
    note="A one-way street: the value passes, and no gradient comes back.",
    dtype_rule=common_dtype,
    samples=SINGLES,
)


def _drawn(x: Array, p: float, seed: int) -> Array:
    """Which elements are kept: the same ones for the same seed."""
    return np.asarray(np.random.default_rng(seed).random(np.shape(x)) >= p)


def _scale(p: float) -> float:
    """What keeps the mean as it was; 0 where nothing is kept."""
    return 1 / (1 - p) if p < 1 else 0.0


def _dropout(x: Array, p: float, seed: int) -> Array:
    x = as_float(x)
    return np.asarray(np.where(_drawn(x, p, seed), x * _scale(p), x.dtype.type(0)))


def _dropout_slope(y: Array, x: Array, p: float, seed: int) -> Array:
    kept = _drawn(x, p, seed)
    return np.asarray(kept * _scale(p), dtype=y.dtype)


DROPOUT = Elementwise(
    name="dropout",
    inputs=("x",),
    attrs={
        "p": Attribute("probability", 0.5, note="how likely an element is dropped, not kept"),
        "seed": Attribute("seed", 0, note="the same seed drops the same elements"),
    },
    forward=_dropout,
    derivatives=(_dropout_slope,),
    formula="y = where(drawn(x, seed) < p, 0, x / (1 - p))",
    local_formulas=("where(drawn(x, seed) < p, 0, 1 / (1 - p))",),
    note="Inverted dropout, random switches: upstream passes, scaled as the value was, where the "
    "element was kept, and stops where it was dropped.",
    zero_because="the element was dropped",
    samples=(
        *SINGLES,
        Sample((MATRIX,), {"p": 0.25, "seed": 7}),
        Sample((CUBE,), {"p": 0.0}),
    ),
    rejections=(
        Rejection((MATRIX,), "'p' must be a number from 0 to 1, got 1.5", {"p": 1.5}),
        Rejection((MATRIX,), "'seed' must be a whole number from 0", {"seed": -1}),
    ),
)

COPY = Elementwise(
    name="copy",
    inputs=("x",),
    numpy=(np.copy,),
    forward=lambda x: np.asarray(x)[...],
    derivatives=(lambda y, x: 1.0,),
    formula="y = x",
    local_formulas=("1",),
    note="Copy gate, the gradient adder: what comes back from every use of the copies is summed.",
    dtype_rule=common_dtype,
    samples=SINGLES,
)

ROUTING: tuple[Op, ...] = (MAXIMUM, MINIMUM, CLIP, WHERE, DROPOUT, COPY, STOP_GRADIENT)
