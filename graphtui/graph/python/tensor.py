"""A described value: shape and dtype are known at once, its number only when the graph runs.

Operators, methods and NumPy functions record the op that they stand for, and check it where it
stands in the user's program. `build` has the functions that begin a description and those of all
ops; what was recorded becomes a graph in `drafting`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphtui.graph.graph import Graph
from graphtui.graph.nodes import Limits
from graphtui.graph.python.calls import (
    ABOUT,
    Call,
    numpy_call,
    numpy_name,
    op_call,
    unknown_function,
)
from graphtui.graph.python.described import Described
from graphtui.graph.python.drafting import drafted
from graphtui.graph.python.naming import Names
from graphtui.graph.python.numberless import Numberless
from graphtui.graph.python.refusal import refuse, with_operands
from graphtui.graph.python.scopes import Site, calling_site
from graphtui.graph.python.source import Sources
from graphtui.graph.values import leaf_array
from graphtui.ops import OPS
from graphtui.ops.linear_map import Shape
from graphtui.ops.op import LEAVES, DType, Elementwise, Mismatch, Op


class Recording:
    """Everything that is described while a file is loaded.

    A graph is what its output reads, so this would not be needed but for programs such as

        w = parameter(2.0)
        b = parameter(1.0)      # forgotten below
        loss = w * 3

    Nothing that `loss` reads leads to `b`, and its missing gradient is what one came to see.
    """

    def __init__(self) -> None:
        self.values: list[Tensor] = []
        self.output: Tensor | Graph | None = None
        """What the program itself asked to be shown."""


RECORDING: ContextVar[Recording | None] = ContextVar("graphtui recording", default=None)
"""The recording of the file that is being loaded in this thread, if one is."""


def _operator(name: str) -> Callable[[Tensor, Any], Tensor]:
    op = OPS[name]
    return lambda self, other: record(op, (self, other))


def _reflected(name: str) -> Callable[[Tensor, Any], Tensor]:
    op = OPS[name]
    return lambda self, other: record(op, (other, self))


@dataclass(slots=True, eq=False, repr=False)
class Tensor(Described, Numberless):
    """A value that is described: a leaf, or the result of an op on other values.

    It takes part in NumPy, with operators, indexing and functions, and each of them records a node.
    Comparing with `==` records a node too; hashing goes by identity.
    """

    def __post_init__(self) -> None:
        recording = RECORDING.get()
        if recording is not None:
            recording.values.append(self)

    # What is known

    @property
    def ndim(self) -> int:
        """How many axes it has."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many elements it has."""
        return math.prod(self.shape)

    @property
    def name(self) -> str:
        """What its node is going to be called, as far as its variables tell now."""
        return Names([self], Sources()).names[0]

    def graph(self, name: str = "") -> Graph:
        """The graph that computes this value."""
        return graph_of(self, name=name)

    def __repr__(self) -> str:
        shape = "scalar" if not self.shape else str(self.shape)
        return f"<Tensor {self.op.name} {shape} {self.dtype}>"

    def __format__(self, specification: str) -> str:
        # `print(f"{loss:.3f}")` is left in many programs; it must not end them.
        return repr(self)

    __hash__ = object.__hash__

    def __len__(self) -> int:
        if not self.shape:
            refuse("a scalar has no length.")
        return self.shape[0]

    # Operators

    __add__, __radd__ = _operator("add"), _reflected("add")
    __sub__, __rsub__ = _operator("subtract"), _reflected("subtract")
    __mul__, __rmul__ = _operator("multiply"), _reflected("multiply")
    __truediv__, __rtruediv__ = _operator("divide"), _reflected("divide")
    __pow__, __rpow__ = _operator("power"), _reflected("power")
    __matmul__, __rmatmul__ = _operator("matmul"), _reflected("matmul")

    def __neg__(self) -> Tensor:
        return record(OPS["negative"], (self,))

    def __pos__(self) -> Tensor:
        return self

    def __abs__(self) -> Tensor:
        return record(OPS["abs"], (self,))

    __gt__ = _operator("greater")
    __ge__ = _operator("greater_equal")
    __lt__ = _operator("less")
    __le__ = _operator("less_equal")
    __eq__ = _operator("equal")  # type: ignore[assignment]
    __ne__ = _operator("not_equal")  # type: ignore[assignment]

    def __getitem__(self, key: Any) -> Tensor:
        return record(OPS["getitem"], (self,), {"key": _plain_key(key)})

    # Methods, as NumPy's arrays have them

    @property
    def T(self) -> Tensor:  # noqa: N802
        """The transpose; a vector is its own."""
        return record(OPS["transpose"], (self,)) if self.ndim > 1 else self

    def sum(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """The sum over `axis`, or over everything."""
        return record(OPS["sum"], (self,), {"axis": axis, "keepdims": keepdims})

    def mean(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """The mean over `axis`, or over everything."""
        return record(OPS["mean"], (self,), {"axis": axis, "keepdims": keepdims})

    def max(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """The greatest element along `axis`, or of everything."""
        return record(OPS["max"], (self,), {"axis": axis, "keepdims": keepdims})

    def min(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """The least element along `axis`, or of everything."""
        return record(OPS["min"], (self,), {"axis": axis, "keepdims": keepdims})

    def var(self, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Tensor:
        """The variance over `axis`, or over everything."""
        attrs = {"axis": axis, "ddof": ddof, "keepdims": keepdims}
        return record(OPS["var"], (self,), attrs)

    def reshape(self, *shape: Any) -> Tensor:
        """The same elements in another shape: `x.reshape(3, -1)` or `x.reshape((3, -1))`."""
        return record(OPS["reshape"], (self,), {"shape": _only(shape)})

    def flatten(self) -> Tensor:
        """All elements in one row."""
        return record(OPS["reshape"], (self,), {"shape": (-1,)})

    ravel = flatten

    def transpose(self, *axes: Any) -> Tensor:
        """The axes in another order, or in reverse."""
        return record(OPS["transpose"], (self,), {"axes": _only(axes) if axes else None})

    def dot(self, other: Any) -> Tensor:
        """The inner product of two vectors; for matrices, `@`."""
        return _recorded(numpy_call, np.dot, (self, other), {})

    def clip(self, min: Any = None, max: Any = None) -> Tensor:
        """Every element moved to the nearest number between the bounds."""
        return record(OPS["clip"], (self,), {"min": min, "max": max})

    def copy(self) -> Tensor:
        """The same value again: an explicit fan-out."""
        return record(OPS["copy"], (self,))

    # NumPy's functions

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **keywords: Any) -> Tensor:
        if method != "__call__":
            refuse(str(unknown_function(f"{numpy_name(ufunc)}.{method}")))
        return _recorded(numpy_call, ufunc, args, keywords)

    def __array_function__(
        self,
        function: Callable[..., Any],
        types: Any,
        args: Sequence[Any],
        keywords: Mapping[str, Any],
    ) -> Any:
        if function in ABOUT:
            return ABOUT[function](*args, **keywords)
        return _recorded(numpy_call, function, args, keywords)


# Recording ----------------------------------------------------------------------------------------


def graph_of(
    output: Tensor, also: Sequence[Tensor] = (), *, name: str = "", limits: Limits | None = None
) -> Graph:
    """The graph of everything that `output`, and the values in `also`, are computed from.

    Raises:
        DescriptionError: two values were given one name.
        LimitError: a value would be bigger than `limits` allow.
    """
    drafts, output_name, texts = drafted(output, also)
    return Graph(drafts, output_name, name=name, limits=limits, texts=texts)


def leaf(kind: str, value: Any, title: str | None = None, dtype: Any = None) -> Tensor:
    """A leaf with this value.

    Raises:
        DescriptionError: the value is no array of numbers.
    """
    site = calling_site()
    if isinstance(value, Tensor):
        message = f"this is described already, as {value!r}. Use it as it is."
        refuse(message, LEAVES[kind], site, title)
    try:
        array = leaf_array(value, kind, None if dtype is None else _dtype_name(dtype))
    except Mismatch as mismatch:
        refuse(str(mismatch), LEAVES[kind], site, title)
    return Tensor(LEAVES[kind], array.shape, array.dtype, array=array, title=title, site=site)


def record(
    op: Op,
    operands: Sequence[Any],
    attrs: Mapping[str, Any] | None = None,
    title: str | None = None,
) -> Tensor:
    """The described result of `op`; numbers and arrays among the operands become constants.

    Raises:
        DescriptionError: shapes, dtypes or attributes do not fit; it shows the user's expression.
    """
    firm = [each for each in operands if type(each) is Tensor]
    site = calling_site([each.site for each in firm[:2]])
    try:
        inputs = tuple(
            each if type(each) is Tensor else _constant(each, op, slot, firm, site)
            for slot, each in enumerate(operands)
        )
        complete = op.complete(attrs or {}) if attrs or op.attrs else {}
    except Mismatch as mismatch:
        refuse(str(mismatch), op, site, title)
    shapes = tuple([each.shape for each in inputs])
    dtypes = tuple([each.dtype for each in inputs])
    try:
        if complete or op.name not in OPS:
            shape, dtype = op.result(shapes, dtypes, complete)
        else:
            shape, dtype = _inferred(op, shapes, dtypes)
    except Mismatch as mismatch:
        refuse(with_operands(str(mismatch), inputs), op, site, title)
    return Tensor(op, shape, dtype, inputs=inputs, attrs=complete, title=title, site=site)


def record_call(op: Op, args: Sequence[Any], keywords: Mapping[str, Any]) -> Tensor:
    """The described result of `op(*args, **keywords)`, with `name=` for the name."""
    keywords = dict(keywords)
    title = keywords.pop("name", None)
    return _recorded(op_call, op, args, keywords, title)


def _recorded(
    read: Callable[..., Call],
    function: Any,
    args: Sequence[Any],
    keywords: Mapping[str, Any],
    title: str | None = None,
) -> Tensor:
    try:
        call = read(function, args, keywords)
    except Mismatch as mismatch:
        refuse(str(mismatch))
    return record(call.op, call.operands, call.attrs, title)


@functools.lru_cache(maxsize=4096)
def _inferred(op: Op, shapes: tuple[Shape, ...], dtypes: tuple[DType, ...]) -> tuple[Shape, DType]:
    """Shape and dtype of the result of an op of `OPS` without attributes."""
    return op.result(shapes, dtypes, {})


def _constant(value: Any, op: Op, slot: int, firm: Sequence[Tensor], site: Site | None) -> Tensor:
    """A number or an array among described values.

    As in NumPy, a Python number takes the dtype of the others: `0.5 * x` is float32 if `x` is.
    """
    dtype = None
    number = isinstance(value, (int, float)) and not isinstance(value, (bool, np.generic))
    if number and firm and (isinstance(op, Elementwise) or isinstance(value, float)):
        common = np.result_type(*[each.dtype for each in firm], value)
        dtype = common.name
        if common.kind == "f" and abs(value) < 2**1023:
            value = float(value)
    try:
        array = leaf_array(value, "constant", dtype)
    except Mismatch as mismatch:
        raise Mismatch(f"{op.name}, input {slot + 1}: {mismatch}") from None
    origin = value if isinstance(value, np.ndarray) else None
    return Tensor(
        LEAVES["constant"],
        array.shape,
        array.dtype,
        array=array,
        site=site,
        slot=slot,
        origin=origin,
    )


def _dtype_name(dtype: Any) -> str:
    try:
        return str(np.dtype(dtype))
    except TypeError:
        return str(dtype)


def _plain_key(key: Any) -> Any:
    """`key` with described constants replaced by the whole numbers that they are."""
    items = [
        each.array if type(each) is Tensor and each.op is LEAVES["constant"] else each
        for each in (key if isinstance(key, tuple) else (key,))
    ]
    for each in items:
        if type(each) is Tensor:
            refuse(
                "an index is known when the graph is described, a described value is not. "
                "Use whole numbers, or a constant(…) of them."
            )
    return tuple(items) if isinstance(key, tuple) else items[0]


def _only(arguments: tuple[Any, ...]) -> Any:
    """The tuple that was meant by `f((2, 3))` as well as by `f(2, 3)`."""
    return arguments[0] if len(arguments) == 1 else arguments
