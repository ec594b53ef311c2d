"""A key such as `1:, 0` as text: NumPy's own notation for indexing, read without ever running it.

A parsed key is a tuple of whole numbers, slices, `...`, None and read-only integer arrays, so that
`x[parse_key(text)]` is what NumPy would give for `x[text]`. Boolean masks are not keys: how many
elements they pick is not known before running.
"""

from __future__ import annotations

import functools
import re
from types import EllipsisType
from typing import Any, TypeAlias

import numpy as np

from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.mismatch import Mismatch, axis_count

Key: TypeAlias = tuple[int | slice | EllipsisType | Array | None, ...]

LONGEST_TEXT = 2**18
"""Characters of the longest key that is read: about 40,000 picked elements."""

_TOKEN = re.compile(r"\s*(?:(-?[0-9]{1,18})(?![0-9])|(\.\.\.|None(?!\w)|[\[\],:]))")
_EXAMPLE = "Write it as in NumPy: `0`, `1:, 0`, `..., None`, `[0, 2]`."


# Reading ----------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=256)
def parse_key(text: str) -> Key:
    """The key that `text` means; always a tuple.

    Raises:
        Mismatch: `text` is not a key; the message shows where.

    >>> parse_key("1:, 0")
    (slice(1, None, None), 0)
    """
    items: list[Any] = []
    tokens = _tokens(text)
    at = 0
    while True:
        item, at = _item(text, tokens, at)
        items.append(item)
        if tokens[at][0] == "":
            break
        at = _expect(text, tokens, at, ",")
        if tokens[at][0] == "":  # a comma at the end, as in a tuple
            break
    if sum(item is Ellipsis for item in items) > 1:
        raise Mismatch(f"the key `{_short(text)}` has more than one `...`. Keep one.")
    return tuple(items)


def _tokens(text: str) -> list[tuple[str, int]]:
    """The tokens with their places, closed by an empty one."""
    if len(text) > LONGEST_TEXT:
        raise Mismatch(f"the key has {len(text):,} characters; {LONGEST_TEXT:,} is the most.")
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        tokens.append((match[1] or match[2], match.start(1 if match[1] else 2)))
        at = match.end()
    return [*tokens, ("", end)]


def _item(text: str, tokens: list[tuple[str, int]], at: int) -> tuple[Any, int]:
    match tokens[at][0]:
        case "...":
            return Ellipsis, at + 1
        case "None":
            return None, at + 1
        case "[":
            return _integers(text, tokens, at)
        case token if token == ":" or (tokens[at + 1 : at + 2] and tokens[at + 1][0] == ":"):
            return _slice(text, tokens, at)
        case _:
            return _integer(text, tokens, at)


def _integer(text: str, tokens: list[tuple[str, int]], at: int) -> tuple[int, int]:
    token, place = tokens[at]
    if token[-1:].isdigit():
        return int(token), at + 1
    raise _unreadable(text, place)


def _slice(text: str, tokens: list[tuple[str, int]], at: int) -> tuple[slice, int]:
    bounds: list[int | None] = [None]
    while True:
        if tokens[at][0] == ":" and len(bounds) < 3:
            bounds.append(None)
            at += 1
        elif tokens[at][0] in ("", ","):
            break
        elif bounds[-1] is None:
            bounds[-1], at = _integer(text, tokens, at)
        else:
            raise _unreadable(text, tokens[at][1])
    if len(bounds) == 3 and bounds[2] == 0:
        raise Mismatch(f"the key `{_short(text)}` has a slice with step 0.")
    return slice(*bounds), at


def _integers(text: str, tokens: list[tuple[str, int]], at: int) -> tuple[Array, int]:
    """The array that begins at `at`; nested lists must be rectangular, as in NumPy."""
    open_lists: list[list[Any]] = [[]]
    at += 1
    while True:
        token, place = tokens[at]
        after_item = tokens[at - 1][0] not in ("[", ",")
        if token == "]":
            at += 1
            closed = open_lists.pop()
            if not open_lists:
                return _array(text, closed), at
            open_lists[-1].append(closed)
        elif token == "," and after_item:
            at += 1
        elif token == "[" and not after_item and len(open_lists) < 8:
            open_lists.append([])
            at += 1
        elif not after_item:
            number, at = _integer(text, tokens, at)
            open_lists[-1].append(number)
        else:
            raise _unreadable(text, place)


def _array(text: str, nested: list[Any]) -> Array:
    try:
        array = np.array(nested, dtype=np.intp)
    except ValueError:
        raise Mismatch(f"the key `{_short(text)}` has lists of unequal lengths.") from None
    array.flags.writeable = False
    return array


def _expect(text: str, tokens: list[tuple[str, int]], at: int, token: str) -> int:
    if tokens[at][0] != token:
        raise _unreadable(text, tokens[at][1])
    return at + 1


def _unreadable(text: str, place: int) -> Mismatch:
    rest = text[place : place + 20]
    what = f"`{rest}` was not expected" if rest.strip() else "something is missing at its end"
    return Mismatch(f"the key `{_short(text)}` cannot be read: {what}. {_EXAMPLE}")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


# Writing ----------------------------------------------------------------------------------------


def key_text(key: Any) -> str:
    """The text that `parse_key` reads back as `key`.

    Args:
        key: what stands between the brackets of `x[...]` in Python: whole numbers, slices, `...`,
            None, integer lists or arrays, or a tuple of these.

    Raises:
        Mismatch: something else, such as a boolean mask.

    >>> key_text((slice(1, None), 0))
    '1:, 0'
    >>> key_text((None, [0, 2]))
    'None, [0, 2]'
    """
    items = key if isinstance(key, tuple) else (key,)
    return ", ".join(map(_item_text, items)) or "..."


def _item_text(item: Any) -> str:
    if item is None or item is Ellipsis:
        return "None" if item is None else "..."
    if isinstance(item, slice):
        return _slice_text(item)
    array = np.asarray(item)
    if array.dtype == bool:
        raise Mismatch(
            "a mask picks a number of elements that is not known before running. "
            "Use where(mask, x, 0), or the indices."
        )
    if array.size and array.dtype.kind not in "iu":
        raise Mismatch(
            f"a key is made of whole numbers, slices, `...`, None and lists of whole numbers, "
            f"not of {type(item).__name__} {_short(repr(item))}."
        )
    return str(array.astype(np.int64).tolist())


def _slice_text(item: slice) -> str:
    bounds = [item.start, item.stop] + ([] if item.step is None else [item.step])
    return ":".join("" if bound is None else _bound_text(bound) for bound in bounds)


def _bound_text(bound: Any) -> str:
    if isinstance(bound, bool) or not isinstance(bound, (int, np.integer)):
        raise Mismatch(f"the bounds of a slice are whole numbers, not {_short(repr(bound))}.")
    return str(int(bound))


# Shapes -----------------------------------------------------------------------------------------


def keyed_shape(key: Key, shape: Shape) -> Shape:
    """The shape of `x[key]` for an `x` of `shape`, by NumPy's rules, without an array.

    Raises:
        Mismatch: there are too many indices, or one is out of range.

    >>> keyed_shape(parse_key("..., None, [0, 2]"), (4, 3))
    (4, 1, 2)
    """
    picked, blocks = [], []  # shapes of the arrays among the indices, and where they stand
    kept: list[int] = []
    axis = 0
    fancy = any(isinstance(item, np.ndarray) for item in key)
    for item in _whole_key(key, shape):
        if item is None:
            kept.append(1)
            continue
        size = shape[axis]
        if isinstance(item, slice):
            kept.append(len(range(*item.indices(size))))
        else:
            _check_range(item, axis, size)
            if fancy:
                picked.append(np.asarray(item).shape)
                blocks.append(len(kept))
        axis += 1
    if not fancy:
        return tuple(kept)
    try:
        common = np.broadcast_shapes(*picked)
    except ValueError:
        listed = " and ".join(map(str, picked))
        raise Mismatch(f"the lists in a key must broadcast, got shapes {listed}.") from None
    # Indices with a slice or a new axis between them put their common axes first.
    start = blocks[0] if blocks[0] == blocks[-1] else 0
    return (*kept[:start], *common, *kept[start:])


def _whole_key(key: Key, shape: Shape) -> Key:
    """`key` with its `...` written out, so that every axis has an item."""
    used = sum(item is not None and item is not Ellipsis for item in key)
    if used > len(shape):
        axes = axis_count(len(shape))
        raise Mismatch(f"too many indices: the key has {used}, and the shape {shape} has {axes}.")
    rest = (slice(None),) * (len(shape) - used)
    place = next((i for i, item in enumerate(key) if item is Ellipsis), len(key))
    return (*key[:place], *rest, *key[place + 1 :])


def _check_range(item: Any, axis: int, size: int) -> None:
    numbers = np.asarray(item).reshape(-1)
    wrong = numbers[(numbers < -size) | (numbers >= size)]
    if wrong.size:
        raise Mismatch(f"index {wrong[0]} is out of range for axis {axis} with size {size}.")
