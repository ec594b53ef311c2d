"""The next element that is NaN, infinite or in a range of numbers, in an array of any size.

Elements are gone through in row-major order from the cursor on, over the end and back to it, and
never more than a bounded piece at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.kept.array_blocks import blocks, in_memory_order
from graphtui.debugger.number_range import NumberRange
from graphtui.ops.linear_map import Array
from graphtui.view.tensor.view import Index, TensorView
from graphtui.view.text.numbers import count_text


class Hit(NamedTuple):
    """What a search has led to."""

    view: TensorView
    """With the cursor on what was found, or where it was; found numbers are shown as such."""
    found: bool
    sentence: str
    """What to say about it."""


class Count(NamedTuple):
    """How many elements are meant."""

    matches: int
    seen: int
    """How many elements were looked at."""


def next_match(
    view: TensorView,
    search: NumberRange,
    *,
    backward: bool = False,
    interrupted: Interrupted = never,
) -> Hit:
    """The next element of the shown array that is meant; that under the cursor comes last.

    Args:
        view: what is looked at.
        search: which numbers are meant.
        backward: the one before instead.
        interrupted: asked now and then whether to stop.
    """
    view, array = replace(view, search=search), view.array
    if array is None:
        return Hit(view, False, f"The gradient of {view.title} is not there yet.")
    here = int(np.ravel_multi_index(view.at, array.shape)) if array.ndim and array.size else 0
    seen = 0
    for first, block in _onward(array, here, backward=backward):
        matches = np.flatnonzero(search.among(block))
        if matches.size:
            number = first + int(matches[-1 if backward else 0])
            return _hit(view, search, number, here)
        seen += block.size
        if seen < array.size and interrupted():
            words = f"Stopped: none of {count_text(seen)} elements is {search.text}."
            return Hit(view, False, words)
    return Hit(view, False, f"No element is {search.text}.")


def _hit(view: TensorView, search: NumberRange, number: int, here: int) -> Hit:
    at = tuple(map(int, np.unravel_index(number, view.shape))) if view.shape else ()
    words = f"{index_words(at)} is {search.text}."
    if number == here:
        words = f"Only {index_words(at)} is {search.text}."
    return Hit(replace(view, at=at), True, words)


def _onward(array: Array, here: int, *, backward: bool) -> Iterator[tuple[int, Array]]:
    """Every piece, in the order in which they are met from the element numbered `here` on."""
    if backward:
        yield from blocks(array, 0, here, backward=True)
        yield from blocks(array, here, backward=True)
    else:
        yield from blocks(array, here + 1)
        yield from blocks(array, 0, here + 1)


def count_matches(array: Array, search: NumberRange, interrupted: Interrupted = never) -> Count:
    """How many elements are meant; of those seen until then, if it is interrupted.

    >>> from graphtui.debugger.number_range import number_range
    >>> count_matches(np.arange(10), number_range("3..5"))
    Count(matches=3, seen=10)
    """
    count = seen = 0
    for _, block in blocks(in_memory_order(array)):
        count += int(np.count_nonzero(search.among(block)))
        seen += block.size
        if seen < array.size and interrupted():
            break
    return Count(count, seen)


def index_words(at: Index) -> str:
    """An element as it is written behind the name of its array; of a scalar, words.

    >>> index_words((2, 5)), index_words(())
    ('[2, 5]', 'the number')
    """
    return str(list(at)) if at else "the number"
