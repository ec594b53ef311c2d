"""What an op is: one frozen record that holds everything anybody needs to know about it.

The engine reads `forward` and `local`, the description reads the shape and dtype rules, the screen
reads the formulas and the note, the tests read the samples and the rejections. A rule never does
bookkeeping: fan-out is summed by the engine's loop, broadcasting by the map.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphtui.errors import nearest
from graphtui.ops.attribute import ATTRIBUTE_SCHEMAS, Attribute
from graphtui.ops.linear_map import Array, Diagonal, Identity, LinearMap, Shape
from graphtui.ops.mismatch import Mismatch, axis_count

__all__ = [
    "ATTRIBUTE_SCHEMAS",
    "DTYPES",
    "LEAVES",
    "Attribute",
    "DType",
    "Elementwise",
    "Leaf",
    "Mismatch",
    "Op",
    "Rejection",
    "Sample",
    "Structured",
    "as_float",
    "bool_dtype",
    "common_dtype",
    "float_dtype",
    "normal_axes",
    "number_dtype",
    "reduced_shape",
    "sum_dtype",
]

DType = np.dtype[Any]

DTYPES = ("float64", "float32", "float16", "int64", "int32", "bool")
"""The dtypes a leaf may have; gradients flow through the floating ones."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Inputs and attributes for which every law of the record is tested."""

    inputs: tuple[Any, ...]
    """Arrays, nested lists or numbers; floats unless they are all integers or booleans."""
    attrs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def arrays(self) -> tuple[Array, ...]:
        """The inputs as arrays."""
        return tuple(np.asarray(value) for value in self.inputs)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Inputs or attributes that must be refused, and words that the refusal must contain."""

    inputs: tuple[Any, ...]
    words: str
    attrs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Op(ABC):
    """One operation: name, rules, words, and the cases it is tested with.

    a ─┐  local[0]
       ├──▶ forward(a, b, **attrs) ──▶ y
    b ─┘  local[1]
    """

    name: str
    """The standard name: NumPy's and the Array API's, or PyTorch's functional one."""
    inputs: tuple[str, ...]
    """A letter for each input, as used in the formulas; `("*xs",)` takes one or more."""
    forward: Callable[..., Any]
    """`forward(*arrays, **attrs)`: a new array or a view (or a NumPy number where it has no axes),
    inputs unmodified."""
    formula: str
    """The op in NumPy's words with the letters above, such as `y = a * b`; tests execute it."""
    local_formulas: tuple[str | None, ...]
    """For each input, what upstream is multiplied with elementwise; where it is no such product,
    the whole downstream gradient as a formula of `upstream`. None where no gradient flows.

    Formulas use NumPy's names, the letters above, `y`, and the attributes; tests execute them.
    Of a variadic op they see all inputs as `xs`, and their own place among them as `i`. Where an op
    sums over axes, `y` and `upstream` stand with these axes kept, so that they broadcast. `@` and
    `.T` mean one matrix of a stack, a vector being a row on the left and a column on the right."""
    note: str
    """One sentence about the backward pass, in the words of a lecture."""
    samples: tuple[Sample, ...]
    """Every law is tested on these."""
    symbol: str = ""
    """What the box in the picture shows instead of the name, such as `+`."""
    attrs: Mapping[str, Attribute] = field(default_factory=dict)
    """The keywords that `forward` and `local` take."""
    dtype_rule: Callable[..., DType] | None = None
    """From the dtypes of the inputs to that of the output; None means `float_dtype`."""
    rejections: tuple[Rejection, ...] = ()
    """What must be refused, with words of the refusal."""
    numpy: tuple[Callable[..., Any], ...] = ()
    """The NumPy functions that mean this op when they are called on a described value."""
    bounds: tuple[tuple[float, float], ...] = ()
    """For each input, the open interval in which random tests may draw; none means (-3, 3)."""
    kink: Callable[..., Array] | None = None
    """`kink(*arrays, **attrs)`: for every element of the output, whether the function has a kink or
    a tie at this very point."""
    at_kinks: str = ""
    """What the gradient is at a kink or a tie, in words."""
    zero_because: str = ""
    """Where the local gradient is 0 for an element, why, as a clause that can follow the gate's
    name: "the gate is closed, as its input was not positive". Empty where it never is."""

    @abstractmethod
    def shape(self, *shapes: Shape, **attrs: Any) -> Shape:
        """The output's shape from those of the inputs.

        Raises:
            Mismatch: the shapes or attributes do not fit; the message says why, with the shapes.
        """

    @abstractmethod
    def local(self, y: Array, *xs: Array, **attrs: Any) -> tuple[LinearMap | None, ...]:
        """The local gradient at this point: one map per input, None where no gradient flows."""

    def dtype(self, *dtypes: DType) -> DType:
        """The output's dtype from those of the inputs."""
        return (self.dtype_rule or float_dtype)(*dtypes)

    def result(
        self, shapes: tuple[Shape, ...], dtypes: tuple[DType, ...], attrs: Mapping[str, Any]
    ) -> tuple[Shape, DType]:
        """The output's shape and dtype from what is known of the inputs before anything runs.

        Raises:
            Mismatch: the inputs or attributes do not fit.
        """
        return self.shape(*shapes, **attrs), self.dtype(*dtypes)

    @property
    def variadic(self) -> bool:
        """Whether the op takes any number of inputs."""
        return self.inputs[-1].startswith("*")

    def letters(self, count: int) -> tuple[str, ...]:
        """The formulas' names for `count` inputs.

        Raises:
            Mismatch: the op takes another number of inputs.
        """
        if self.variadic and count >= 1:
            stem = self.inputs[-1].lstrip("*").rstrip("s")
            return tuple(f"{stem}{i}" for i in range(count))
        if count != len(self.inputs) or self.variadic:
            wanted = "at least 1 input" if self.variadic else _count(len(self.inputs), "input")
            raise Mismatch(f"{self.name} takes {wanted} ({', '.join(self.inputs)}), got {count}.")
        return self.inputs

    def differentiable(self, slot: int) -> bool:
        """Whether a gradient flows to input number `slot`."""
        return self.local_formulas[0 if self.variadic else slot] is not None

    def complete(self, attrs: Mapping[str, Any]) -> dict[str, Any]:
        """`attrs` checked, in canonical form, with the defaults filled in.

        Raises:
            Mismatch: an attribute is unknown, missing, or not of its kind.
        """
        for name in attrs:
            if name not in self.attrs:
                known = ", ".join(self.attrs) or "none"
                hint = nearest(name, self.attrs)
                raise Mismatch(f"{self.name} has no attribute '{name}' (it has: {known}).{hint}")
        complete = {}
        for name, attribute in self.attrs.items():
            if name not in attrs and attribute.required:
                raise Mismatch(f"{self.name} needs the attribute '{name}': {attribute.note}.")
            value = attrs.get(name, attribute.default)
            complete[name] = attribute.canonical(f"{self.name}: '{name}'", value)
        return complete


@dataclass(frozen=True, kw_only=True, eq=False)
class Elementwise(Op):
    """The kind of op whose record gives derivatives: broadcasting and the maps follow from them."""

    derivatives: tuple[Callable[..., Array | float] | None, ...]
    """For each input, `derivative(y, *xs, **attrs)`: a Python number, or an array that broadcasts
    to the output's shape and has its dtype or is a mask."""

    def shape(self, *shapes: Shape, **attrs: Any) -> Shape:
        try:
            return np.broadcast_shapes(*shapes)
        except ValueError:
            listed = " and ".join(map(str, shapes))
            raise Mismatch(
                f"{self.name} needs shapes that broadcast, got {listed}: "
                "sizes are compared from the last axis and must be equal or 1."
            ) from None

    def local(self, y: Array, *xs: Array, **attrs: Any) -> tuple[LinearMap | None, ...]:
        y, *arrays = map(np.asarray, (y, *xs))
        shape = y.shape
        maps: list[LinearMap | None] = []
        for rule, x in zip(self.derivatives, arrays, strict=True):
            factor = None if rule is None else rule(y, *arrays, **attrs)
            maps.append(None if factor is None else _scaling(factor, shape, x.shape))
        return tuple(maps)


def _scaling(factor: Array | float, output_shape: Shape, input_shape: Shape) -> LinearMap:
    if type(factor) is not float:  # a NumPy number is a float too, but one that was computed
        return Diagonal(np.asarray(factor), output_shape, input_shape)
    same = output_shape == input_shape or math.prod(output_shape) == math.prod(input_shape)
    if factor == 1.0 and same:
        return Identity(output_shape, input_shape)
    return Diagonal(factor, output_shape, input_shape)


@dataclass(frozen=True, kw_only=True, eq=False)
class Structured(Op):
    """The kind of op that moves, mixes or sums elements: its record gives shape and maps."""

    shape_rule: Callable[..., Shape]
    """`shape_rule(*shapes, **attrs)`; raises `Mismatch`."""
    local_rule: Callable[..., tuple[LinearMap | None, ...]]
    """`local_rule(y, *xs, **attrs)`."""

    def shape(self, *shapes: Shape, **attrs: Any) -> Shape:
        return self.shape_rule(*shapes, **attrs)

    def local(self, y: Array, *xs: Array, **attrs: Any) -> tuple[LinearMap | None, ...]:
        return self.local_rule(*map(np.asarray, (y, *xs)), **attrs)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A node that is given, not computed."""

    name: str
    note: str
    receives_gradient: bool
    trained: bool = False
    symbol: str = ""


LEAVES: Mapping[str, Leaf] = {
    leaf.name: leaf
    for leaf in (
        Leaf(
            "input",
            "Given data; it receives a gradient but is not trained.",
            receives_gradient=True,
        ),
        Leaf(
            "parameter",
            "A trained value; it receives a gradient.",
            receives_gradient=True,
            trained=True,
        ),
        Leaf("constant", "A fixed value; no gradient flows to it.", receives_gradient=False),
    )
}
"""What can stand at the start of a graph."""


# Dtype rules ------------------------------------------------------------------------------------


def float_dtype(*dtypes: DType) -> DType:
    """The common floating dtype; integers and booleans count as float64, as in `np.exp`.

    >>> float_dtype(np.dtype("float32"), np.dtype("float32"))
    dtype('float32')
    """
    common = np.result_type(*dtypes)
    return common if common.kind == "f" else np.dtype(np.float64)


def common_dtype(*dtypes: DType) -> DType:
    """The common dtype, integers staying integers, as in `np.add`."""
    return np.result_type(*dtypes)


def number_dtype(*dtypes: DType) -> DType:
    """The common dtype; booleans have no meaning here, as in `np.subtract`."""
    common = np.result_type(*dtypes)
    if common.kind == "b":
        raise Mismatch("booleans cannot be subtracted, negated or squared. Multiply with 1.0.")
    return common


def sum_dtype(*dtypes: DType) -> DType:
    """The common dtype, integers and booleans counting as int64, as in `np.sum`."""
    common = np.result_type(*dtypes)
    return common if common.kind == "f" else np.dtype(np.int64)


def bool_dtype(*dtypes: DType) -> DType:
    """Boolean, as in a comparison."""
    return np.dtype(bool)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_float(x: Array) -> Array:
    """`x` in the dtype that `float_dtype` promises: what floats stays, anything else is float64."""
    x = np.asarray(x)
    return x if x.dtype.kind in "fc" else x.astype(np.float64)


# Shape rules that several ops share -------------------------------------------------------------


def normal_axes(op: str, axis: int | tuple[int, ...] | None, shape: Shape) -> tuple[int, ...]:
    """The axes meant by `axis`, ascending and none negative; None means all.

    >>> normal_axes("sum", -1, (4, 3))
    (1,)
    """
    if axis is None:
        return tuple(range(len(shape)))
    axes = [axis] if isinstance(axis, int) else list(axis)
    for a in axes:
        if not -len(shape) <= a < len(shape):
            raise Mismatch(
                f"{op}: axis {a} is out of range for shape {shape}, "
                f"which has {axis_count(len(shape))}."
            )
    normal = [a % len(shape) for a in axes]
    if len(set(normal)) != len(normal):
        raise Mismatch(f"{op}: an axis is repeated in {axis}.")
    return tuple(sorted(normal))


def reduced_shape(
    op: str, shape: Shape, axis: int | tuple[int, ...] | None, keepdims: bool
) -> Shape:
    """The shape left after summing over `axis`.

    >>> reduced_shape("sum", (4, 3), 0, False)
    (3,)
    """
    axes = normal_axes(op, axis, shape)
    kept = (1 if a in axes else n for a, n in enumerate(shape))
    return tuple(kept) if keepdims else tuple(n for a, n in enumerate(shape) if a not in axes)
