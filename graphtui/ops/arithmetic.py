"""What a pocket calculator has, on every element: four operations, powers, exponentials, extremes.

A record gives the derivative by each input; broadcasting and the maps follow from `Elementwise`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphtui.ops.linear_map import Array
from graphtui.ops.op import (
    Attribute,
    Elementwise,
    Op,
    Rejection,
    Sample,
    as_float,
    common_dtype,
    number_dtype,
)

_MATRIX = [[1.0, -2.0, 3.0], [4.0, 0.5, -6.0]]
_ROW = [0.1, 0.2, -0.3]
_COLUMN = [[2.0], [-0.5]]
_CUBE = np.linspace(-2.0, 2.1, 12).reshape(2, 2, 3)

_PAIRS = (
    Sample((-2.0, 5.0)),
    Sample((_MATRIX, _ROW)),
    Sample((_COLUMN, _ROW)),
    Sample((2.5, _ROW)),
    Sample((_CUBE, _COLUMN)),
    Sample(([[3.0]], [-4.0])),
    Sample((np.zeros((0, 3)), _ROW)),
)
_ONES = (
    Sample((0.7,)),
    Sample((_MATRIX,)),
    Sample((_CUBE,)),
    Sample(([-1.5],)),
    Sample((np.zeros(0),)),
)
_POSITIVE = (
    Sample((0.7,)),
    Sample(([[0.5, 1.0, 20.0], [3.0, 0.01, 7.0]],)),
    Sample(([2.0],)),
    Sample((np.ones((0, 3)),)),
)
_UNBROADCASTABLE = (Rejection((np.ones((4, 3)), np.ones(4)), "broadcast, got (4, 3) and (4,)"),)


# Four operations --------------------------------------------------------------------------------

ADD = Elementwise(
    name="add",
    inputs=("a", "b"),
    symbol="+",
    numpy=(np.add,),
    forward=np.add,
    derivatives=(lambda y, a, b: 1.0, lambda y, a, b: 1.0),
    formula="y = a + b",
    local_formulas=("1", "1"),
    note="Add gate, the gradient distributor: upstream goes unchanged to both inputs.",
    dtype_rule=common_dtype,
    samples=_PAIRS,
    rejections=_UNBROADCASTABLE,
)

SUBTRACT = Elementwise(
    name="subtract",
    inputs=("a", "b"),
    symbol="-",
    numpy=(np.subtract,),
    forward=np.subtract,
    derivatives=(lambda y, a, b: 1.0, lambda y, a, b: -1.0),
    formula="y = a - b",
    local_formulas=("1", "-1"),
    note="Subtract gate: upstream goes unchanged to the first input and negated to the second.",
    dtype_rule=number_dtype,
    samples=_PAIRS,
    rejections=_UNBROADCASTABLE,
)

MULTIPLY = Elementwise(
    name="multiply",
    inputs=("a", "b"),
    symbol="*",
    numpy=(np.multiply,),
    forward=np.multiply,
    derivatives=(lambda y, a, b: b, lambda y, a, b: a),
    formula="y = a * b",
    local_formulas=("b", "a"),
    note="Multiply gate, the swap multiplier: each input gets upstream times the other input.",
    dtype_rule=common_dtype,
    samples=_PAIRS,
    rejections=_UNBROADCASTABLE,
)

DIVIDE = Elementwise(
    name="divide",
    inputs=("a", "b"),
    symbol="/",
    numpy=(np.divide,),
    forward=np.divide,
    derivatives=(lambda y, a, b: 1 / as_float(b), lambda y, a, b: -y / b),
    formula="y = a / b",
    local_formulas=("1 / b", "-a / b**2"),
    note="Divide gate: a small divisor magnifies both gradients, its own even with its square.",
    samples=_PAIRS,
    rejections=_UNBROADCASTABLE,
    bounds=((-3.0, 3.0), (0.2, 3.0)),
)


# One input --------------------------------------------------------------------------------------

NEGATIVE = Elementwise(
    name="negative",
    inputs=("x",),
    symbol="*-1",
    numpy=(np.negative,),
    forward=np.negative,
    derivatives=(lambda y, x: -1.0,),
    formula="y = -x",
    local_formulas=("-1",),
    note="Negation: upstream changes its sign on the way back, as the value did on the way here.",
    dtype_rule=number_dtype,
    samples=_ONES,
)

RECIPROCAL = Elementwise(
    name="reciprocal",
    inputs=("x",),
    symbol="1/x",
    numpy=(np.reciprocal,),
    forward=lambda x: np.reciprocal(as_float(x)),
    derivatives=(lambda y, x: -y * y,),
    formula="y = 1 / x",
    local_formulas=("-1 / x**2",),
    note="Reciprocal: upstream times -1/x², known from the output alone as -y².",
    samples=(*_ONES[:-1], Sample((np.ones((0, 3)),))),
    bounds=((0.2, 3.0),),
)

SQUARE = Elementwise(
    name="square",
    inputs=("x",),
    symbol="x**2",
    numpy=(np.square,),
    forward=np.square,
    derivatives=(lambda y, x: 2 * x,),
    formula="y = x**2",
    local_formulas=("2 * x",),
    note="Square: a multiply gate with both inputs tied together, so x arrives back twice.",
    dtype_rule=number_dtype,
    samples=_ONES,
)

SQRT = Elementwise(
    name="sqrt",
    inputs=("x",),
    numpy=(np.sqrt,),
    forward=lambda x: np.sqrt(as_float(x)),
    derivatives=(lambda y, x: 0.5 / y,),
    formula="y = sqrt(x)",
    local_formulas=("1 / (2 * sqrt(x))",),
    note="Square root: the slope grows without bound towards 0, so gradients explode there.",
    samples=_POSITIVE,
    bounds=((0.1, 3.0),),
    kink=lambda x: np.equal(x, 0),
    at_kinks="inf at 0",
)

EXP = Elementwise(
    name="exp",
    inputs=("x",),
    numpy=(np.exp,),
    forward=lambda x: np.exp(as_float(x)),
    derivatives=(lambda y, x: y,),
    formula="y = exp(x)",
    local_formulas=("y",),
    note="Exponential: its local gradient is its own output, already computed on the way forward.",
    samples=_ONES,
)

LOG = Elementwise(
    name="log",
    inputs=("x",),
    numpy=(np.log,),
    forward=lambda x: np.log(as_float(x)),
    derivatives=(lambda y, x: 1 / as_float(x),),
    formula="y = log(x)",
    local_formulas=("1 / x",),
    note="Logarithm: upstream is divided by the input, so an input near 0 makes it explode.",
    samples=_POSITIVE,
    bounds=((0.1, 3.0),),
)

ABS = Elementwise(
    name="abs",
    inputs=("x",),
    symbol="|x|",
    numpy=(np.absolute, np.abs),
    forward=np.absolute,
    derivatives=(lambda y, x: _sign(x),),
    formula="y = abs(x)",
    local_formulas=("sign(x)",),
    note="Absolute value: upstream keeps its sign where x is positive and flips it where negative.",
    dtype_rule=common_dtype,
    samples=_ONES,
    kink=lambda x: np.equal(x, 0),
    at_kinks="0 at 0",
)

SIN = Elementwise(
    name="sin",
    inputs=("x",),
    numpy=(np.sin,),
    forward=lambda x: np.sin(as_float(x)),
    derivatives=(lambda y, x: np.cos(as_float(x)),),
    formula="y = sin(x)",
    local_formulas=("cos(x)",),
    note="Sine: upstream times the cosine, so nothing passes at the crests of the wave.",
    samples=_ONES,
)

COS = Elementwise(
    name="cos",
    inputs=("x",),
    numpy=(np.cos,),
    forward=lambda x: np.cos(as_float(x)),
    derivatives=(lambda y, x: -np.sin(as_float(x)),),
    formula="y = cos(x)",
    local_formulas=("-sin(x)",),
    note="Cosine: upstream times minus the sine, so nothing passes at the crests of the wave.",
    samples=_ONES,
)


def _sign(x: Array) -> Array:
    return np.asarray(x if x.dtype == bool else np.sign(x))


# Powers and extremes ----------------------------------------------------------------------------


def _power_by_base(y: Array, a: Array, b: Array) -> Array:
    a, b = as_float(a), as_float(b)
    base = np.where(b == 0, a.dtype.type(1), a)  # 0 * 0**-1 would be nan
    return np.asarray(b * np.power(base, b - 1))


def _power_by_exponent(y: Array, a: Array, b: Array) -> Array:
    a = as_float(a)
    base = np.where((a == 0) & (b >= 0), a.dtype.type(1), a)  # log(1) is the 0 that is wanted
    with np.errstate(invalid="ignore"):  # x**2 is no fault, though its exponent has no gradient
        return np.asarray(y * np.log(base))


POWER = Elementwise(
    name="power",
    inputs=("a", "b"),
    symbol="**",
    numpy=(np.power,),
    forward=lambda a, b: np.power(*_as_floats(a, b)),
    derivatives=(_power_by_base, _power_by_exponent),
    formula="y = a**b",
    local_formulas=("b * a**(b - 1)", "y * log(a)"),
    note="Power gate: the base gets b·a^(b-1), the exponent y·log a, which needs a positive base.",
    samples=(
        Sample((2.0, 3.0)),
        Sample(([[0.5, 1.0, 2.0], [3.0, 0.1, 1.5]], [2.0, -1.0, 0.5])),
        Sample((1.5, [[2.0], [-0.5]])),
        Sample((np.linspace(0.3, 2.0, 12).reshape(2, 2, 3), _COLUMN)),
        Sample(([2.0], 3.0)),
        Sample((np.ones((0, 3)), _ROW)),
    ),
    rejections=_UNBROADCASTABLE,
    bounds=((0.2, 3.0), (-2.0, 2.0)),
    kink=lambda a, b: np.equal(a, 0) & np.less(b, 1),
    at_kinks="0 for the base at 0**0; 0 for the exponent at base 0",
)


def _as_floats(a: Array, b: Array) -> tuple[Array, Array]:
    floating = np.result_type(a, b).kind in "fc"
    return (np.asarray(a), np.asarray(b)) if floating else (as_float(a), as_float(b))


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
    dtype_rule=common_dtype,
    samples=(*_PAIRS, Sample(([1.0, 2.0, 3.0], 2.0))),
    rejections=_UNBROADCASTABLE,
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
    dtype_rule=common_dtype,
    samples=(*_PAIRS, Sample(([1.0, 2.0, 3.0], 2.0))),
    rejections=_UNBROADCASTABLE,
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
    samples=(
        Sample(([-2.0, -0.5, 0.3, 4.0],), {"min": -1.0, "max": 1.0}),
        Sample(([-2.0, 0.3],), {"max": 0.0}),
        Sample((_CUBE,), {"min": 0.5}),
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
    dtype_rule=_chosen_dtype,
    samples=(
        Sample((True, 2.0, -3.0)),
        Sample(([[True, False, False], [False, True, True]], _MATRIX, _ROW)),
        Sample(([True, False, True], 1.0, _CUBE)),
        Sample(([[0.0], [2.0]], _ROW, 5.0)),
        Sample((np.zeros((0, 3), bool), _ROW, 0.0)),
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
    samples=_ONES,
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
    samples=_ONES,
)

ARITHMETIC: tuple[Op, ...] = (
    *(ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATIVE, RECIPROCAL, POWER, SQUARE, SQRT, EXP, LOG),
    *(SIN, COS, ABS, MAXIMUM, MINIMUM, CLIP, WHERE, COPY, STOP_GRADIENT),
)
