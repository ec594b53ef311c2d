"""Leaf values: what may be written for one, and the read-only array that it becomes.

Lists are looked at level by level before NumPy sees them, so that a ragged row or a word among
numbers is pointed at, and nothing is ever rounded, cut or turned into an object in silence. Arrays
that are described rather than given stand in `inits`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple, NoReturn

import numpy as np

from graphtui.errors import nearest
from graphtui.graph.wording import brief, counted, quoted
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import DTYPES, DType, Mismatch

WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
"""How JSON writes the numbers it has no literals for."""

MOST_AXES = 32
"""The most axes a value may have; NumPy's tools stop at 64, and older ones at 32."""

_MOST_PARTS = 50


class Part(NamedTuple):
    """One thing that is wrong inside a value, and where in its nested lists."""

    path: tuple[str | int, ...]
    message: str
    key: bool = False
    """Whether the key at `path` is meant rather than the value."""


class BadValue(Mismatch):
    """A value that no array can be made of; `parts` says where and why."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)
        super().__init__(" ".join(_sentence(part) for part in self.parts[:3]))


def _sentence(part: Part) -> str:
    where = "".join(f"[{step!r}]" for step in part.path)
    return f"at {where}: {part.message}" if where else part.message


def leaf_array(
    value: Any, op: str, dtype: str | None = None, shape: Sequence[int] | None = None
) -> Array:
    """The array of a leaf: copied, read-only, in one of `DTYPES`.

    Python numbers and lists become float64; only in a constant do whole numbers and truth values
    stay what they are: there they are labels, indices, masks. NumPy arrays keep their dtype.
    In lists, the words "nan", "inf" and "-inf" are numbers.

    >>> leaf_array(2, "parameter").dtype, leaf_array([0, 2], "constant").dtype
    (dtype('float64'), dtype('int64'))

    Args:
        value: a number, nested lists of numbers, or an array.
        op: the kind of leaf.
        dtype: what the array shall have; None means as above.
        shape: of an array without elements, which lists cannot always tell, such as `(0, 3)`.

    Raises:
        BadValue: the value is ragged, holds something other than numbers, or its numbers do not fit
            into the dtype.
    """
    if dtype is not None and dtype not in DTYPES:
        known = ", ".join(DTYPES)
        hint = nearest(dtype, DTYPES)
        _refuse(f"{quoted(dtype)} is not a dtype (there are: {known}).{hint}")
    if dtype is None and shape is None and _is_row(value):
        row = np.array(value)
        row.setflags(write=False)
        return row
    given = isinstance(value, (np.ndarray, np.generic))
    array = np.asarray(value) if given else _from_lists(value, op, dtype)
    if array.dtype.kind not in "fiub":
        _refuse(f"a value holds numbers, got {_kind_words(array)}.")
    wanted = np.dtype(dtype) if dtype is not None else _natural_dtype(array, op, given=given)
    converted = _shaped(_converted(array, wanted), shape)
    converted.setflags(write=False)
    return converted


def natural_dtype(kind: DType, op: str) -> DType:
    """The dtype that `leaf_array` gives to lists of numbers of this kind.

    >>> natural_dtype(np.dtype("int32"), "constant"), natural_dtype(np.dtype("int32"), "input")
    (dtype('int64'), dtype('float64'))
    """
    if op == "constant" and kind.kind in "iub":
        return np.dtype(bool if kind.kind == "b" else np.int64)
    return np.dtype(np.float64)


def nested_list(array: Array) -> Any:
    """`array` as nested lists for JSON, NaN and infinities as words.

    >>> nested_list(np.array([1.0, np.nan]))
    [1.0, 'nan']
    """
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return array.tolist()
    words = np.array(array, object)  # of a scalar, too, an array
    words[np.isnan(array)] = "nan"
    words[np.isposinf(array)] = "inf"
    words[np.isneginf(array)] = "-inf"
    return words.tolist()


def number_word(value: float) -> float | str:
    """`value` as JSON writes it: itself where it is finite, else a word.

    >>> number_word(0.5), number_word(-math.inf)
    (0.5, '-inf')
    """
    if math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def _is_row(value: Any) -> bool:
    """Whether `value` is what most leaves are given: a float, or a list of floats."""
    return type(value) is float or (type(value) is list and set(map(type, value)) == {float})


# Lists, level by level -------------------------------------------------------------------------


def _from_lists(value: Any, op: str, dtype: str | None) -> Array:
    level: list[Any] = [value]
    shape: tuple[int, ...] = ()
    while True:
        types = set(map(type, level))
        if not types <= _PLAIN:
            level = [_plain(item) for item in level]
            types = set(map(type, level))
        if list not in types:
            break
        if len(types) > 1:
            raise BadValue(_uneven(level, shape))
        lengths = set(map(len, level))
        if len(lengths) > 1:
            raise BadValue(_ragged(level, shape))
        shape = (*shape, *lengths)
        if len(shape) > MOST_AXES:
            _refuse(f"the lists are nested more than {MOST_AXES} deep, the most axes of an array.")
        level = list(chain.from_iterable(level))
        if not level:
            break
    flat, kind = _numbers(level, types, shape, truth=op == "constant" or dtype == "bool")
    return np.array(flat, dtype=kind).reshape(shape)


_PLAIN = {bool, int, float, str, list, type(None)}


def _plain(item: Any) -> Any:
    """What `item` is in JSON's terms: tuples and arrays are lists, NumPy's numbers are numbers."""
    if isinstance(item, (np.ndarray, np.generic)):
        return item.tolist()
    return list(item) if isinstance(item, (tuple, range)) else item


def _numbers(
    level: list[Any], types: set[type], shape: Shape, *, truth: bool
) -> tuple[list[Any], type]:
    """The elements, all of one kind, with that kind.

    Raises:
        BadValue: with each element that is no number, or too large a whole number.
    """
    if types == {bool} and truth:
        return level, bool
    if str in types:
        level = [WORDS.get(item, item) if isinstance(item, str) else item for item in level]
        types = set(map(type, level))
    parts = []
    if not types <= {int, float}:
        wrong = ((i, item) for i, item in enumerate(level) if type(item) not in (int, float))
        parts = _parts(((i, _why_no_number(item)) for i, item in wrong), shape)
    elif int in types:
        if types == {int} and min(level) >= -(2**63) and max(level) < 2**63:
            return level, np.int64
        wrong = ((i, n) for i, n in enumerate(level) if type(n) is int and not _is_float(n))
        parts = _parts(((i, _why_too_large(n)) for i, n in wrong), shape)
    if parts:
        raise BadValue(parts)
    return level, np.float64


def _is_float(number: int) -> bool:
    return abs(number) < 2**1023 and float(number) == number


def _parts(found: Iterable[tuple[int, str]], shape: Shape) -> list[Part]:
    parts = []
    for index, message in found:
        parts.append(Part(_position(index, shape), message))
        if len(parts) == _MOST_PARTS:
            break
    return parts


def _position(index: int, shape: Shape) -> tuple[int, ...]:
    """The list indices of element number `index`, counted in reading order."""
    position = []
    for size in reversed(shape):
        index, at = divmod(index, size)
        position.append(at)
    return tuple(reversed(position))


def _why_no_number(item: Any) -> str:
    if isinstance(item, bool):
        word = str(item).lower()
        return (
            f"{word} stands where a number is expected. Write {int(item)}, or make every element "
            'true or false, with the dtype "bool".'
        )
    if isinstance(item, str):
        return f'{quoted(item)} is text, not a number. The only words are "nan", "inf" and "-inf".'
    return f"{_words(item)} stands where a number is expected."


def _why_too_large(number: int) -> str:
    return f"the whole number {brief(str(number), 40)} cannot be held exactly. Write it as a float."


def _words(item: Any) -> str:
    if item is None:
        return "null"
    if isinstance(item, dict):
        return "an object"
    if isinstance(item, list):
        return f"a list of {len(item):,}"
    if isinstance(item, str):
        return "text"
    return "a number" if isinstance(item, (int, float)) else f"a {type(item).__name__}"


def _uneven(level: list[Any], shape: Shape) -> list[Part]:
    lists = isinstance(level[0], list)
    index = next(i for i, item in enumerate(level) if isinstance(item, list) != lists)
    others = "lists" if lists else "numbers"
    message = f"{_words(level[index])} stands in a row of {others}. Make the rows alike."
    return [Part(_position(index, shape), message)]


def _ragged(level: list[Any], shape: Shape) -> list[Part]:
    wanted = len(level[0])
    wrong = (
        (i, f"this row has {counted(len(row), 'element')}, the first one has {wanted:,}.")
        for i, row in enumerate(level)
        if len(row) != wanted
    )
    return _parts(wrong, shape)


# Dtypes ----------------------------------------------------------------------------------------


def _natural_dtype(array: Array, op: str, *, given: bool) -> DType:
    if not given:
        return natural_dtype(array.dtype, op)
    if array.dtype.name in DTYPES:
        return array.dtype
    if array.dtype.kind not in "iub":
        _refuse(f"the dtype {array.dtype.name} is not known; there are: {', '.join(DTYPES)}.")
    return np.dtype(np.int64)


def _converted(array: Array, dtype: DType) -> Array:
    """A copy of `array` as `dtype`.

    Raises:
        BadValue: a number would become another one: cut off, wrapped around, or infinite. Rounding
            a fraction to a shorter float is no such change.
    """
    with np.errstate(all="ignore"):
        converted: Array = array.astype(dtype)
    if array.dtype == dtype:
        return converted
    if array.dtype.kind == "f" and dtype.kind == "f":
        changed = np.isinf(converted) & ~np.isinf(array)
    else:
        with np.errstate(all="ignore"):
            changed = (converted.astype(array.dtype) != array) | np.less(converted, 0) & (array > 0)
    wrong = np.flatnonzero(changed)
    if wrong.size:
        items = ((int(i), _why_not_held(array.reshape(-1)[i], dtype)) for i in wrong[:_MOST_PARTS])
        raise BadValue(_parts(items, array.shape))
    return converted


def _why_not_held(number: Any, dtype: DType) -> str:
    reason = "hold exactly" if dtype.kind != "f" or number.dtype.kind in "iu" else "hold"
    most = f" Its largest number is {np.finfo(dtype).max:g}." if dtype.kind == "f" else ""
    return f"{number} is a number that {dtype.name} cannot {reason}.{most}"


def _shaped(array: Array, shape: Sequence[int] | None) -> Array:
    if shape is None or tuple(shape) == array.shape:
        return array
    if array.size or math.prod(shape):
        _refuse(
            f"'shape' says {tuple(shape)}, the value is {array.shape}. "
            "Leave it out; it is only for arrays without elements."
        )
    return array.reshape(tuple(shape))


def _kind_words(array: Array) -> str:
    kinds = {"c": "complex numbers", "U": "text", "S": "bytes", "M": "dates", "m": "durations"}
    return kinds.get(array.dtype.kind, f"{array.dtype.name}s")


def _refuse(message: str) -> NoReturn:
    raise BadValue([Part((), message)])
