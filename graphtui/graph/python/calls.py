"""A call of a function on described values, read as an op with its operands and attributes.

The ops' own functions take the operands first, then the attributes in the order of the record.
NumPy's functions may have further arguments; one that an op cannot heed is refused, never ignored.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from graphtui.graph.python.described import Described
from graphtui.ops import OPS
from graphtui.ops.mismatch import Mismatch, axis_count
from graphtui.ops.op import Op
from graphtui.ops.other_names import op_hint


class Call(NamedTuple):
    """One op to be recorded."""

    op: Op
    operands: Sequence[Any]
    attrs: Mapping[str, Any]


def op_call(op: Op, args: Sequence[Any], keywords: Mapping[str, Any]) -> Call:
    """The call `op(*args, **keywords)`: operands first, by position or by letter, then attributes.

    >>> op_call(OPS["sum"], ["x"], {"axis": 0})[1:]
    (['x'], {'axis': 0})

    Raises:
        Mismatch: there are too many arguments, or one is given twice.
    """
    return _bound(op, tuple(op.attrs), args, keywords)


def _bound(
    op: Op, positions: Sequence[str], args: Sequence[Any], keywords: Mapping[str, Any]
) -> Call:
    operands, rest = _split(op, args)
    attrs = dict(keywords)
    for letter in op.inputs[len(operands) :]:
        if letter in attrs and not op.variadic:
            operands.append(attrs.pop(letter))
    if len(rest) > len(positions):
        taken = ", ".join((*op.inputs, *positions))
        raise Mismatch(f"{op.name} takes ({taken}), got {len(args)} arguments.")
    for name, value in zip(positions, rest, strict=False):
        if name in attrs:
            raise Mismatch(f"{op.name}: '{name}' is given twice.")
        if isinstance(value, Described):
            raise Mismatch(_too_many(op, name, value))
        attrs[name] = value
    op.letters(len(operands))
    return Call(op, operands, attrs)


def _too_many(op: Op, name: str, value: Described) -> str:
    """The refusal of a described value that stands where an attribute is expected."""
    bias = f" A bias is added to the result: {op.name}(…) + b." if "weight" in op.inputs else ""
    return (
        f"{op.name} reads {', '.join(op.inputs)}, and '{name}' behind that is no array: "
        f"got {value!r}.{bias}"
    )


def _split(op: Op, args: Sequence[Any]) -> tuple[list[Any], Sequence[Any]]:
    """The operands among the arguments, and the rest."""
    if not op.variadic:
        return list(args[: len(op.inputs)]), args[len(op.inputs) :]
    if args and isinstance(args[0], (list, tuple)):
        return list(args[0]), args[1:]
    return list(args), ()


# NumPy ------------------------------------------------------------------------------------------

_OP_OF: Mapping[Callable[..., Any], Op] = MappingProxyType(
    {function: op for op in OPS.values() for function in op.numpy}
)

_POSITIONS: Mapping[str, tuple[str, ...]] = {
    "sum": ("axis", "dtype", "out", "keepdims"),
    "mean": ("axis", "dtype", "out", "keepdims"),
    "var": ("axis", "dtype", "out", "ddof", "keepdims"),
    "max": ("axis", "out", "keepdims"),
    "min": ("axis", "out", "keepdims"),
    "clip": ("min", "max", "out"),
    "transpose": ("axes",),
    "reshape": ("shape", "order"),
    "broadcast_to": ("shape", "subok"),
    "concatenate": ("axis", "out"),
    "stack": ("axis", "out"),
    "copy": ("order", "subok"),
}
"""What NumPy's functions take by position after the operands."""

_RENAMED = {"a_min": "min", "a_max": "max", "newshape": "shape", "correction": "ddof"}
"""NumPy's older or other names for attributes."""

_WITHOUT_EFFECT: Mapping[str, tuple[Any, ...]] = {
    "out": (None,),
    "dtype": (None,),
    "where": (True,),
    "casting": ("same_kind",),
    "order": ("C", "K", "A"),
    "subok": (False, True),
    "copy": (None, True, False),
    "initial": (None,),
}
"""Arguments that say nothing when they have one of these values."""

_ADVICE = {
    "out": "A described value is new each time: write y = {name}(…).",
    "where": "Use np.where(condition, a, b).",
    "dtype": "Give the leaves another dtype: parameter(…, dtype='float32').",
}


def numpy_call(function: Callable[..., Any], args: Sequence[Any], keywords: Any) -> Call:
    """The call of a NumPy function, or of a ufunc, as an op.

    Raises:
        Mismatch: no op is this function, or the op has no such argument.
    """
    name = numpy_name(function)
    if function in _REWRITTEN:
        function, args = _REWRITTEN[function](*args, **keywords)
        keywords = {}
    op = _OP_OF.get(function)
    if op is None:
        raise unknown_function(name)
    if function is np.dot:
        op = _product(args)
    attrs = {_RENAMED.get(key, key): value for key, value in keywords.items()}
    call = _bound(op, _POSITIONS.get(op.name, ()), args, attrs)
    kept = {key: value for key, value in call.attrs.items() if not _says_nothing(op, key, value)}
    for key in kept:
        if key not in op.attrs:
            advice = _ADVICE.get(key, "Leave it out.").format(name=name)
            raise Mismatch(f"{name} of a described value has no '{key}'. {advice}")
    return Call(op, call.operands, kept)


def numpy_name(function: Callable[..., Any]) -> str:
    """What a NumPy function is called in programs.

    >>> numpy_name(np.exp), numpy_name(np.linalg.norm)
    ('np.exp', 'np.linalg.norm')
    """
    home = getattr(function, "__module__", None) or "numpy"
    return f"{home.replace('numpy', 'np', 1)}.{function.__name__}"


def unknown_function(name: str) -> Mismatch:
    """The refusal of a NumPy function that is no op."""
    short = name.removeprefix("np.")
    hint = op_hint(short, OPS) or " `graphtui ops` lists those that do."
    return Mismatch(f"{name} does not take described values.{hint}")


def _says_nothing(op: Op, key: str, value: Any) -> bool:
    if value is np._NoValue:
        return True
    return key not in op.attrs and any(value is each for each in _WITHOUT_EFFECT.get(key, ()))


def _product(args: Sequence[Any]) -> Op:
    """What `np.dot` means: an inner product, a matrix product, or scaling by a number."""
    ranks = [np.ndim(arg) if not hasattr(arg, "ndim") else arg.ndim for arg in args[:2]]
    if 0 in ranks:
        return OPS["multiply"]
    return OPS["dot"] if ranks == [1, 1] else OPS["matmul"]


def _raveled(x: Any, order: str = "C") -> tuple[Callable[..., Any], Sequence[Any]]:
    if order != "C":
        raise Mismatch(f"np.ravel of a described value goes by rows, got order {order!r}.")
    return np.reshape, (x, (-1,))


def _expanded(x: Any, axis: Any) -> tuple[Callable[..., Any], Sequence[Any]]:
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    rank = x.ndim + len(axes)
    for a in axes:
        if not isinstance(a, int) or not -rank <= a < rank:
            raise Mismatch(f"np.expand_dims: axis {a} is out of range for {axis_count(rank)}.")
    new, sizes = {a % rank for a in axes}, iter(x.shape)
    return np.reshape, (x, tuple(1 if a in new else next(sizes) for a in range(rank)))


def _squeezed(x: Any, axis: Any = None) -> tuple[Callable[..., Any], Sequence[Any]]:
    ones = [a for a, size in enumerate(x.shape) if size == 1]
    if axis is not None:
        axes = axis if isinstance(axis, (tuple, list)) else (axis,)
        ones = [a % x.ndim if x.ndim else 0 for a in axes]
        if any(a >= x.ndim or x.shape[a] != 1 for a in ones):
            raise Mismatch(f"np.squeeze: axis {axis} of shape {x.shape} is not of size 1.")
    return np.reshape, (x, tuple(size for a, size in enumerate(x.shape) if a not in ones))


def _permuting(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of NumPy that only changes the order of axes, as `transpose`."""

    def transposed(x: Any, *args: Any, **keywords: Any) -> tuple[Callable[..., Any], Sequence[Any]]:
        axes = np.empty(range(x.ndim))  # the size of each axis is its number; there is no element
        try:
            return np.transpose, (x, function(axes, *args, **keywords).shape)
        except (TypeError, ValueError) as error:
            raise Mismatch(f"{numpy_name(function)}: {str(error).removesuffix('.')}.") from None

    return transposed


_REWRITTEN: Mapping[Callable[..., Any], Callable[..., Any]] = {
    np.ravel: _raveled,
    np.expand_dims: _expanded,
    np.squeeze: _squeezed,
    **{each: _permuting(each) for each in (np.swapaxes, np.moveaxis, np.rollaxis)},
}
"""NumPy functions that are `reshape` or `transpose` in other words."""

ABOUT: Mapping[Callable[..., Any], Callable[..., Any]] = {
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
    np.size: lambda x, axis=None: math.prod(x.shape) if axis is None else x.shape[axis],
    np.zeros_like: lambda x, dtype=None: np.zeros(x.shape, dtype or x.dtype),
    np.ones_like: lambda x, dtype=None: np.ones(x.shape, dtype or x.dtype),
    np.full_like: lambda x, value, dtype=None: np.full(x.shape, value, dtype or x.dtype),
}
"""NumPy functions that only ask for shape and dtype, which are known: they give plain values."""
