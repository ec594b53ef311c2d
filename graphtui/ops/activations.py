"""Activations: what a neuron does with its sum, on every element or along an axis (softmax)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from graphtui.ops.linear_map import Array, LinearMap, Shape
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.op import (
    Attribute,
    Elementwise,
    Op,
    Rejection,
    Sample,
    Structured,
    as_float,
    normal_axes,
)
from graphtui.ops.stable import log_softmax, sigmoid, softmax, softplus
from graphtui.ops.summing_maps import DiagonalMinusOuter

_SAMPLES = (
    Sample((0.7,)),
    Sample(([1.0, -2.0, 3.0, -1.0],)),
    Sample(([[0.5, -0.5, 20.0], [-1.5, 2.5, -20.0]],)),
    Sample((np.linspace(-2.0, 2.1, 12).reshape(2, 2, 3),)),
    Sample(([-1.5],)),
    Sample((np.zeros((0, 3)),)),
)


# On every element -------------------------------------------------------------------------------

SIGMOID = Elementwise(
    name="sigmoid",
    inputs=("x",),
    forward=lambda x: sigmoid(as_float(x)),
    derivatives=(lambda y, x: y * (1 - y),),
    formula="y = 1 / (1 + exp(-x))",
    local_formulas=("(1 - y) * y",),
    note="Sigmoid gate: upstream times (1 - y)·y, at most a quarter of it, and almost nothing "
    "where the gate is saturated.",
    zero_because="the gate is saturated, as its output is 0 or 1 to the last digit",
    samples=_SAMPLES,
)

TANH = Elementwise(
    name="tanh",
    inputs=("x",),
    numpy=(np.tanh,),
    forward=lambda x: np.tanh(as_float(x)),
    derivatives=(lambda y, x: 1 - y * y,),
    formula="y = tanh(x)",
    local_formulas=("1 - y**2",),
    note="Tanh gate: upstream times 1 - y², all of it at 0 and almost nothing where saturated.",
    zero_because="the gate is saturated, as its output is -1 or 1 to the last digit",
    samples=_SAMPLES,
)

RELU = Elementwise(
    name="relu",
    inputs=("x",),
    forward=lambda x: np.maximum(as_float(x), 0),
    derivatives=(lambda y, x: x > 0,),
    formula="y = maximum(x, 0)",
    local_formulas=("x > 0",),
    note="ReLU gate: upstream passes where the input was positive and stops where it was not.",
    zero_because="the gate is closed, as its input was not positive",
    samples=(*_SAMPLES, Sample(([0.0, 1.0],))),
    kink=lambda x: np.equal(x, 0),
    at_kinks="0 at 0",
)

LEAKY_RELU = Elementwise(
    name="leaky_relu",
    inputs=("x",),
    attrs={"negative_slope": Attribute("float", 0.01, note="the slope for negative inputs")},
    forward=lambda x, negative_slope: _leak(as_float(x), negative_slope),
    derivatives=(lambda y, x, negative_slope: _slopes(x, y, negative_slope),),
    formula="y = where(x > 0, x, negative_slope * x)",
    local_formulas=("where(x > 0, 1, negative_slope)",),
    note="Leaky ReLU: upstream passes where x was positive and trickles where it was not, "
    "so no unit dies.",
    zero_because="the gate is closed, as its input was not positive and its slope there is 0",
    samples=(
        *_SAMPLES,
        Sample(([0.0, -2.0, 3.0],), {"negative_slope": 0.2}),
        Sample(([-2.0, 3.0],), {"negative_slope": 0.0}),
    ),
    kink=lambda x, negative_slope: np.equal(x, 0) & (negative_slope != 1.0),
    at_kinks="negative_slope at 0",
)

ELU = Elementwise(
    name="elu",
    inputs=("x",),
    attrs={"alpha": Attribute("float", 1.0, note="minus the value far to the left")},
    forward=lambda x, alpha: _elu(as_float(x), alpha),
    derivatives=(lambda y, x, alpha: _elu_slopes(as_float(x), alpha),),
    formula="y = where(x > 0, x, alpha * (exp(x) - 1))",
    local_formulas=("where(x > 0, 1, alpha * exp(x))",),
    note="ELU: upstream passes where x was positive and fades exponentially where it was not.",
    zero_because="the gate is saturated, as alpha·exp(x) came to 0",
    samples=(*_SAMPLES, Sample(([0.0, -2.0, 3.0],), {"alpha": 0.5})),
    kink=lambda x, alpha: np.equal(x, 0) & (alpha != 1.0),
    at_kinks="alpha at 0",
)

SOFTPLUS = Elementwise(
    name="softplus",
    inputs=("x",),
    forward=lambda x: softplus(as_float(x)),
    derivatives=(lambda y, x: sigmoid(as_float(x)),),
    formula="y = log(1 + exp(x))",
    local_formulas=("1 / (1 + exp(-x))",),
    note="Softplus, the smooth ReLU: upstream times the sigmoid of the input.",
    zero_because="the gate is closed, as the sigmoid of its input came to 0",
    samples=_SAMPLES,
)


def _leak(x: Array, slope: float) -> Array:
    return np.asarray(np.where(x > 0, x, slope * x))


def _slopes(x: Array, y: Array, slope: float) -> Array:
    return np.asarray(np.where(x > 0, y.dtype.type(1), y.dtype.type(slope)))


def _elu(x: Array, alpha: float) -> Array:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _elu_slopes(x: Array, alpha: float) -> Array:
    return np.where(x > 0, x.dtype.type(1), alpha * np.exp(np.minimum(x, 0)))


# Along an axis ----------------------------------------------------------------------------------


def _same_shape(op: str) -> Callable[..., Shape]:
    def rule(shape: Shape, *, axis: int) -> Shape:
        (along,) = normal_axes(op, axis, shape)
        if shape[along] == 0:
            raise Mismatch(f"{op} of no elements has no value: shape {shape} along axis {axis}.")
        return shape

    return rule


def _softmax_map(y: Array, x: Array, *, axis: int) -> tuple[LinearMap]:
    return (DiagonalMinusOuter(y, y, y, axis % y.ndim, y.shape, x.shape),)


def _log_softmax_map(y: Array, x: Array, *, axis: int) -> tuple[LinearMap]:
    return (DiagonalMinusOuter(1.0, 1.0, np.exp(y), axis % y.ndim, y.shape, x.shape),)


_AXIS = {"axis": Attribute("int", -1, note="the axis along which the outputs sum to 1")}
_ALONG_AXIS = (
    Sample(([1.0, -2.0, 3.0, -1.0],)),
    Sample(([[0.5, -0.5, 2.0], [-1.5, 2.5, 0.0]],)),
    Sample(([[0.5, -0.5, 2.0], [-1.5, 2.5, 0.0]],), {"axis": 0}),
    Sample((np.linspace(-2.0, 2.1, 12).reshape(2, 2, 3),), {"axis": 1}),
    Sample(([[1.0], [2.0]],)),
    Sample(([0.0, -400.0, -400.0],)),
    Sample((np.zeros((0, 3)),)),
)
_NO_AXIS = (
    Rejection((np.zeros((3, 0)),), "of no elements"),
    Rejection((np.ones((4, 3)),), "axis 2 is out of range for shape (4, 3)", {"axis": 2}),
    Rejection((1.0,), "axis -1 is out of range for shape ()"),
    Rejection((np.ones(3),), "'axis' must be a whole number, got 0.5", {"axis": 0.5}),
)

SOFTMAX = Structured(
    name="softmax",
    inputs=("x",),
    attrs=_AXIS,
    forward=lambda x, axis: softmax(as_float(x), axis),
    shape_rule=_same_shape("softmax"),
    local_rule=_softmax_map,
    formula="y = exp(x) / sum(exp(x), axis=axis, keepdims=True)",
    local_formulas=("y * (upstream - sum(upstream * y, axis=axis, keepdims=True))",),
    note="Softmax: every output depends on every input, because the probabilities compete.",
    zero_because="the gate is saturated, as its output is 0 or 1 to the last digit",
    samples=_ALONG_AXIS,
    rejections=_NO_AXIS,
)

LOG_SOFTMAX = Structured(
    name="log_softmax",
    inputs=("x",),
    attrs=_AXIS,
    forward=lambda x, axis: log_softmax(as_float(x), axis),
    shape_rule=_same_shape("log_softmax"),
    local_rule=_log_softmax_map,
    formula="y = x - log(sum(exp(x), axis=axis, keepdims=True))",
    local_formulas=("upstream - exp(y) * sum(upstream, axis=axis, keepdims=True)",),
    note="Log-softmax: upstream passes, minus its sum handed out by probability.",
    zero_because="nothing competes, as there is one element along the axis",
    samples=_ALONG_AXIS,
    rejections=_NO_AXIS,
)

ACTIVATIONS: tuple[Op, ...] = (
    *(SIGMOID, TANH, RELU, LEAKY_RELU, ELU, SOFTPLUS),
    *(SOFTMAX, LOG_SOFTMAX),
)
