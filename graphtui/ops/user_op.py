"""The record of an op that a description defines for itself, and what its functions may answer.

The record is like any other, but that its rules are the user's: shape and dtype are those of a
first result, the local gradient is what the vjp answers. Whatever the user's functions return is
looked at here before anybody relies on it; calling them is for the record's `Functions`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphtui.errors import UserCodeError
from graphtui.ops.attribute import Attribute
from graphtui.ops.linear_map import Array, LinearMap, Shape, broadcast_axes
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.op import DTYPES, DType, Op
from graphtui.ops.point import Functions, Point, Result, generic
from graphtui.ops.probed_map import ProbedMap


@dataclass(frozen=True, kw_only=True, eq=False)
class UserOp(Op):
    """An op of the user's own: `functions` are all that is known of it."""

    functions: Functions
    backward: str
    """What the vjp is called in formulas; "" where there is none, so that the local gradient is
    measured by differences."""
    results: dict[str, Result] = field(default_factory=dict)
    """What `forward` gives, by what it is given: found out once, then held to."""

    def shape(self, *shapes: Shape, **attrs: Any) -> Shape:
        """As `result`, of floating inputs."""
        return self.result(shapes, (np.dtype(np.float64),) * len(shapes), attrs)[0]

    def result(
        self, shapes: tuple[Shape, ...], dtypes: tuple[DType, ...], attrs: Mapping[str, Any]
    ) -> Result:
        """Shape and dtype by the user's rule, or of what forward gives for made-up numbers."""
        key = result_key(shapes, dtypes, attrs)
        if key not in self.results:
            try:
                self.results[key] = self.functions.result(shapes, dtypes, attrs)
            except UserCodeError as error:
                raise Mismatch(str(error)) from None
        return self.results[key]

    def local(self, y: Array, *xs: Array, **attrs: Any) -> tuple[LinearMap | None, ...]:
        value, arrays = np.asarray(y), [np.asarray(x) for x in xs]
        point = Point(self.functions, value, arrays, attrs, numeric=not self.backward)
        return tuple(
            ProbedMap(point, slot, value.shape, x.shape)
            if x.dtype.kind == "f" and self.differentiable(slot)
            else None
            for slot, x in enumerate(arrays)
        )


@dataclass(frozen=True, slots=True)
class CheckedForward:
    """`Op.forward` of such an op: what the user's function gives, held to what it gave at first."""

    name: str
    functions: Functions
    results: Mapping[str, Result]

    def __call__(self, *xs: Array, **attrs: Any) -> Array:
        arrays = [np.asarray(x) for x in xs]
        value = self.functions.forward(arrays, attrs)
        key = result_key([x.shape for x in arrays], [x.dtype for x in arrays], attrs)
        shape, dtype = self.results.get(key, (value.shape, value.dtype))
        if value.shape != shape:
            raise UserCodeError(
                f"the forward of '{self.name}' gave shape {value.shape}, but {shape} when the "
                "graph was described. The shape must follow from the inputs' shapes alone."
            )
        if not np.can_cast(value.dtype, dtype, "same_kind"):
            raise UserCodeError(
                f"the forward of '{self.name}' gave {value.dtype}, but {dtype} when the graph was "
                "described. The dtype must not depend on the numbers."
            )
        return value.astype(dtype, copy=False)


def user_op(
    *,
    name: str,
    inputs: tuple[str, ...],
    attrs: Mapping[str, Attribute],
    functions: Functions,
    backward: str,
    differentiable: Sequence[bool],
    results: dict[str, Result] | None = None,
) -> UserOp:
    """The record of an op that a description defines.

    Args:
        name: what it is called.
        inputs: a letter for each input, as in `Op`.
        attrs: its keywords.
        functions: what calls the user's functions.
        backward: what the vjp is called in formulas; "" where there is none.
        differentiable: for each of `inputs`, whether a gradient flows.
        results: what is known already of what forward gives.
    """
    results = {} if results is None else results
    keywords = "".join(f", {key}={key}" for key in attrs)
    listed = ", ".join(inputs)
    # An input that is called y itself would be shown twice.
    given = listed if {"y", "upstream"} & {*inputs} else f"y, {listed}"
    called = f"{backward or 'numeric_vjp'}(upstream, {given})"
    note = "Defined in this description, and so is its backward: gradcheck holds it to forward."
    if not backward:
        note = "Defined in this description without a vjp: its gradients are measured numerically."
    return UserOp(
        name=name,
        inputs=inputs,
        forward=CheckedForward(name, functions, results),
        formula=f"y = {name}({listed}{keywords})",
        local_formulas=tuple(called if each else None for each in differentiable),
        note=note,
        samples=(),
        attrs=attrs,
        zero_because=f"its {'vjp' if backward else 'numeric gradient'} answers 0",
        functions=functions,
        backward=backward,
        results=results,
    )


def own_attribute(default: Any = None, *, required: bool = False) -> Attribute:
    """A keyword of a forward: anything plain.

    Raises:
        Mismatch: the default is nothing plain.
    """
    plain = Attribute("plain").canonical("the default", default)
    return Attribute("plain", plain, required, "an attribute of this description's own op")


def result_key(shapes: Sequence[Shape], dtypes: Sequence[DType], attrs: Mapping[str, Any]) -> str:
    """What the result's shape and dtype follow from, as a key: 1, 1.0 and True are not the same."""
    return repr((list(shapes), [dtype.name for dtype in dtypes], sorted(attrs.items())))


def made_up(shape: Shape, dtype: DType) -> Array:
    """Numbers to try a function on: between a half and one and a half, without any pattern.

    So a logarithm has one, and a square matrix of them an inverse. Whole numbers are 0, which is a
    label and an index of whatever is not empty.
    """
    if dtype.kind != "f":
        return np.zeros(shape, dtype)
    return (generic(math.prod(shape)) - 0.5).astype(dtype).reshape(shape)


# What the user's functions answer ---------------------------------------------------------------


def as_value(result: Any) -> Array:
    """The array that a forward gave, as an array of its own.

    Raises:
        Mismatch: it is none, or not of a dtype that a graph has.
    """
    array = _as_array(result)
    if array.dtype.name not in DTYPES:
        raise Mismatch(f"gave {array.dtype}; a value has one of {', '.join(DTYPES)}")
    return array


def as_gradients(
    answer: Any, letters: Sequence[str], xs: Sequence[Array]
) -> tuple[Array | None, ...]:
    """What a vjp gave, one new array per input in its dtype, None where no gradient flows.

    Raises:
        Mismatch: there is not one entry per input, or one is not of its input's shape.
    """
    if not isinstance(answer, (tuple, list)):
        if answer is None:
            raise Mismatch(_NOTHING)
        if len(xs) != 1:
            raise Mismatch(
                f"gave {_words(answer)} for {len(xs)} inputs ({', '.join(letters)}). "
                "Return a tuple with one gradient per input, None where none flows"
            )
        answer = (answer,)
    if len(answer) != len(xs):
        raise Mismatch(
            f"gave {_count(len(answer), 'gradient')} for {_count(len(xs), 'input')} "
            f"({', '.join(letters)}). Return a tuple with one per input, None where none flows"
        )
    return tuple(
        as_gradient(each, letter, x) if each is not None and x.dtype.kind == "f" else None
        for each, letter, x in zip(answer, letters, xs, strict=True)
    )


def as_gradient(answer: Any, letter: str, x: Array) -> Array:
    """The gradient of one input, as an array of its own in the input's shape and dtype.

    Raises:
        Mismatch: it is nothing, has another shape, or is no array of numbers.
    """
    array = _as_array(answer)
    if array.shape != x.shape:
        hint = _shape_hint(array.shape, x.shape)
        raise Mismatch(f"gave shape {array.shape} for input '{letter}' of shape {x.shape}{hint}")
    return array.astype(x.dtype)


def _shape_hint(found: Shape, wanted: Shape) -> str:
    """What may have been forgotten where a gradient has one shape and its input another."""
    if found == wanted[::-1]:
        return ". That is the shape of its transpose: is a .T missing, or one too many?"
    try:
        repeated = np.broadcast_shapes(found, wanted) == found
    except ValueError:
        repeated = False
    if not repeated:
        return ". A gradient has the shape of its input"
    axes = broadcast_axes(found, wanted)
    keep = ", keepdims=True" if len(found) == len(wanted) else ""
    if len(axes) == 1:
        axis = f"axis {axes[0]}"
        sums = f"sum over that: .sum(axis={axes[0]}{keep})"
        return f". The input was repeated along {axis}, so {sums}"
    return f". The input was repeated along axes {axes}, so sum over them: .sum(axis={axes}{keep})"


def _as_array(answer: Any) -> Array:
    if answer is None:
        raise Mismatch(_NOTHING)
    try:
        array = np.array(answer)
    except (ValueError, TypeError) as error:
        raise Mismatch(f"gave {_words(answer)}, of which no array can be made ({error})") from None
    if array.dtype.kind not in "fiub":
        raise Mismatch(f"gave {_words(answer)}, which is no array of real numbers")
    return array


_NOTHING = "gave None. Does it return its result?"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _words(answer: Any) -> str:
    if isinstance(answer, (np.ndarray, np.generic)):
        return f"an array of {answer.dtype}" if answer.dtype.kind not in "fiub" else "one array"
    if isinstance(answer, (int, float)):
        return "one number"
    return f"a {type(answer).__name__}"
