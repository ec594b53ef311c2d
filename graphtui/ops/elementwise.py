"""Ops that work on every element by itself: arithmetic, powers, activations, comparisons.

A record gives the derivative by each input; broadcasting and the maps follow from `Elementwise`.
"""

from __future__ import annotations

import numpy as np

from graphtui.ops.linear_map import Array
from graphtui.ops.op import (
    Attribute,
    Elementwise,
    Mismatch,
    Op,
    Rejection,
    Sample,
    bool_dtype,
    common_dtype,
)

_UNBROADCASTABLE = (Rejection(inputs=(np.ones((4, 3)), np.ones(4)), words="broadcast"),)


# Arithmetic ------------------------------------------------------------------------------------------

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
    samples=(
        Sample((-2.0, 5.0)),
        Sample(([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [0.1, 0.2, 0.3])),
        Sample((np.arange(4.0).reshape(4, 1), [1.0, -1.0, 2.0])),
    ),
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
    dtype_rule=common_dtype,
    samples=(Sample((3.0, 5.0)), Sample(([[1.0, 2.0], [3.0, 4.0]], [0.5, -0.5]))),
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
    samples=(
        Sample((3.0, -4.0)),
        Sample(([[1.0, -2.0, 0.0], [4.0, 5.0, 6.0]], [0.1, 0.2, 0.3])),
        Sample((2.0, [1.0, 2.0])),
    ),
    rejections=_UNBROADCASTABLE,
)

RELU = Elementwise(
    name="relu",
    inputs=("x",),
    forward=lambda x: np.maximum(x, 0),
    derivatives=(lambda y, x: x > 0,),
    formula="y = maximum(x, 0)",
    local_formulas=("x > 0",),
    note="ReLU gate: upstream passes where the input was positive and stops where it was not.",
    samples=(
        Sample((2.0,)),
        Sample(([1.0, -2.0, 3.0, -1.0],)),
        Sample(([[0.5, -0.5], [-1.5, 2.5]],)),
    ),
    kink=lambda x: np.equal(x, 0),
    at_kinks="0 at 0",
)

CLIP = Elementwise(
    name="clip",
    inputs=("x",),
    attrs={
        "min": Attribute("bound", note="the least value, or null"),
        "max": Attribute("bound", note="the greatest value, or null"),
    },
    numpy=(np.clip,),
    forward=lambda x, min, max: np.clip(x, min, max),
    derivatives=(lambda y, x, min, max: _inside(x, min, max),),
    formula="y = clip(x, min, max)",
    local_formulas=(
        "(x >= (-inf if min is None else min)) & (x <= (inf if max is None else max))",
    ),
    note="Clip gate: upstream passes inside the bounds and stops outside, where the output does not move.",
    samples=(
        Sample(([-2.0, -0.5, 0.3, 4.0],), {"min": -1.0, "max": 1.0}),
        Sample(([-2.0, 0.3],), {"min": None, "max": 0.0}),
    ),
    kink=lambda x, min, max: (
        np.equal(x, np.nan if min is None else min) | np.equal(x, np.nan if max is None else max)
    ),
    at_kinks="1 on a bound",
)


def _inside(x: Array, low: float | None, high: float | None) -> Array:
    above = np.greater_equal(x, -np.inf if low is None else low)
    return np.asarray(above & np.less_equal(x, np.inf if high is None else high))


GREATER = Elementwise(
    name="greater",
    inputs=("a", "b"),
    symbol=">",
    numpy=(np.greater,),
    forward=np.greater,
    derivatives=(None, None),
    formula="y = a > b",
    local_formulas=(None, None),
    note="A comparison: true or false, so no gradient flows through it.",
    dtype_rule=bool_dtype,
    samples=(Sample(([1.0, -2.0], 0.0)),),
    rejections=_UNBROADCASTABLE,
)

ELEMENTWISE: tuple[Op, ...] = (ADD, SUBTRACT, MULTIPLY, RELU, CLIP, GREATER)
