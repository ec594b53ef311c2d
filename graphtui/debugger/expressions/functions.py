"""The functions and signs of the expression language: one record for each, executed by NumPy.

A function makes one number of a whole array, or of each row of it where an `axis` is given; or it
works element by element. What may be given to it is checked before, in `expressions.kinds`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphtui.ops.linear_map import Array


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language."""

    name: str
    call: Callable[..., Any]
    """`call(array)`, or `call(array, axis=axes)` for one that reduces."""
    help: str
    reduces: bool = True
    """Whether it makes one number of many; else it works element by element."""
    takes_empty: bool = True
    """Whether it has an answer for an array without elements."""
    one_axis: bool = False
    """Whether its `axis` is a single number."""


def _norm(array: Array, axis: Any = None) -> Any:
    """The 2-norm: the root of the sum of the squares.

    >>> float(_norm(np.array([[3.0], [4.0]])))
    5.0
    """
    if array.dtype.kind != "f":
        array = np.asarray(array, np.float64)
    elif array.dtype == np.float16:
        array = np.asarray(array, np.float32)  # 256 squared is infinite in half precision
    if axis is None:
        flat = array.ravel(order="K")
        return np.sqrt(np.dot(flat, flat))
    return np.sqrt(np.sum(np.square(array), axis=axis))


def _count(array: Array, axis: Any = None) -> Any:
    found = np.count_nonzero(array, axis=axis)
    return np.int64(found) if axis is None else found


def _each(name: str, call: Callable[..., Any], help: str) -> Function:
    return Function(name, call, help, reduces=False)


FUNCTIONS: Mapping[str, Function] = {
    function.name: function
    for function in (
        Function("norm", _norm, "the 2-norm: the root of the sum of squares"),
        Function("max", np.max, "the largest element", takes_empty=False),
        Function("min", np.min, "the smallest element", takes_empty=False),
        Function("mean", np.mean, "the mean", takes_empty=False),
        Function("sum", np.sum, "the sum"),
        Function("std", np.std, "the standard deviation", takes_empty=False),
        Function("var", np.var, "the variance", takes_empty=False),
        Function("any", np.any, "whether any element is true, or not 0"),
        Function("all", np.all, "whether all elements are true, or not 0"),
        Function("count", _count, "how many elements are true, or not 0"),
        Function(
            "argmax", np.argmax, "the number of the largest element, row by row from 0",
            takes_empty=False, one_axis=True,
        ),
        Function(
            "argmin", np.argmin, "the number of the smallest element, row by row from 0",
            takes_empty=False, one_axis=True,
        ),
        _each("abs", np.abs, "the size without the sign"),
        _each("sign", np.sign, "-1, 0 or 1"),
        _each("sqrt", np.sqrt, "the square root"),
        _each("exp", np.exp, "e to that power"),
        _each("log", np.log, "the natural logarithm"),
        _each("isnan", np.isnan, "where it is NaN"),
        _each("isinf", np.isinf, "where it is infinite"),
        _each("isfinite", np.isfinite, "where it is neither NaN nor infinite"),
    )
}  # fmt: skip
"""Every function that works on an array, by name."""


def _power(base: Any, exponent: Any) -> Any:
    """`base ** exponent`; of whole numbers in float64, so that nothing wraps round or is refused.

    >>> float(_power(10, np.int64(-1))), float(_power(np.int64(10), 30))
    (0.1, 1e+30)
    """
    if all(np.asarray(side).dtype.kind in "iub" for side in (base, exponent)):
        base = np.asarray(base, np.float64)[()]
    return np.power(base, exponent)


SIGNS: Mapping[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "@": operator.matmul,
    "**": _power,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
"""What each sign between two values does; NumPy's numbers take these faster than its functions."""

COMPARISONS = frozenset((">", ">=", "<", "<=", "==", "!="))
