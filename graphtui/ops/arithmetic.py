"""What a pocket calculator has, on every element: four operations, powers, exponentials, waves.

A record gives the derivative by each input; broadcasting and the maps follow from `Elementwise`.
"""

from __future__ import annotations

import numpy as np

from graphtui.ops.linear_map import Array
from graphtui.ops.op import Elementwise, Op, Sample, as_float, common_dtype, number_dtype
from graphtui.ops.samples import COLUMN, PAIRS, POSITIVE, ROW, SINGLES, UNBROADCASTABLE

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
    samples=PAIRS,
    rejections=UNBROADCASTABLE,
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
    samples=PAIRS,
    rejections=UNBROADCASTABLE,
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
    zero_because="the other input is 0",
    dtype_rule=common_dtype,
    samples=PAIRS,
    rejections=UNBROADCASTABLE,
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
    zero_because="the numerator is 0, or nothing beside its divisor",
    samples=PAIRS,
    rejections=UNBROADCASTABLE,
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
    samples=SINGLES,
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
    zero_because="the input is so large that 1/x² came to 0",
    samples=(*SINGLES[:-1], Sample((np.ones((0, 3)),))),
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
    zero_because="the input is 0",
    dtype_rule=number_dtype,
    samples=SINGLES,
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
    samples=POSITIVE,
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
    zero_because="the output came to 0",
    samples=SINGLES,
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
    samples=POSITIVE,
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
    zero_because="the input is 0, where it has a kink",
    dtype_rule=common_dtype,
    samples=SINGLES,
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
    samples=SINGLES,
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
    zero_because="the wave is at a crest, as its input is 0",
    samples=SINGLES,
)


def _sign(x: Array) -> Array:
    return np.asarray(x if x.dtype == bool else np.sign(x))


# Power ------------------------------------------------------------------------------------------


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
    zero_because="the exponent is 0, or the base is 0 or 1",
    samples=(
        Sample((2.0, 3.0)),
        Sample(([[0.5, 1.0, 2.0], [3.0, 0.1, 1.5]], [2.0, -1.0, 0.5])),
        Sample((1.5, [[2.0], [-0.5]])),
        Sample((np.linspace(0.3, 2.0, 12).reshape(2, 2, 3), COLUMN)),
        Sample(([2.0], 3.0)),
        Sample((np.ones((0, 3)), ROW)),
    ),
    rejections=UNBROADCASTABLE,
    bounds=((0.2, 3.0), (-2.0, 2.0)),
    kink=lambda a, b: np.equal(a, 0) & np.less(b, 1),
    at_kinks="0 for the base at 0**0; 0 for the exponent at base 0",
)


def _as_floats(a: Array, b: Array) -> tuple[Array, Array]:
    floating = np.result_type(a, b).kind in "fc"
    return (np.asarray(a), np.asarray(b)) if floating else (as_float(a), as_float(b))


ARITHMETIC: tuple[Op, ...] = (
    *(ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATIVE, RECIPROCAL, POWER, SQUARE, SQRT, EXP, LOG),
    *(SIN, COS, ABS),
)
