"""What a `tensor` command tells a program: bounded, however large the array is.

The statistics are those of the whole part that was picked; of its numbers a first window is sent.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.kept.array_blocks import blocks
from graphtui.debugger.number_range import NumberRange
from graphtui.debugger.viewed import Viewed
from graphtui.graph.values import nested_list
from graphtui.ops.linear_map import Array
from graphtui.view.answers.documents import MOST_ELEMENTS
from graphtui.view.tensor.histogram import histogram
from graphtui.view.tensor.opened import arranged, opened
from graphtui.view.tensor.search import count_matches
from graphtui.view.tensor.sort import MOST_SORTED
from graphtui.view.tensor.stats import Statistics, statistics
from graphtui.view.tensor.view import TensorView

MOST_FOUND = 100
"""Found elements that are sent, of however many."""

Part = tuple[range, ...]
"""For each axis the indices that are meant."""


def viewed_document(found: Viewed, interrupted: Interrupted = never) -> dict[str, Any]:
    """The array in plain dicts and lists.

    `picked` and `window` have `[start, stop, step]` for each axis of the whole array. `value` and
    `gradient` are null where they are not there yet, and `gradient` for what is no node's.

    Args:
        found: the array.
        interrupted: asked now and then whether to stop; what was counted then says of how many
            elements it is, by `seen`.
    """
    looked = found.looked
    document: dict[str, Any] = {
        "expression": looked.expression,
        "node": looked.node or None,
        "of": "gradient" if looked.on_gradient else "value",
    }
    view = opened(found)
    if view is None:
        return {**document, "value": None, "gradient": None}
    part = _part(view, key=looked.key)
    window = first_of(part, MOST_ELEMENTS)
    document |= {
        "shape": list(view.shape),
        "dtype": view.value.dtype.name,
        "nbytes": view.value.nbytes,
        "picked": _ranges(part),
        "window": _ranges(window),
        "value": _side(view.value, part, window, interrupted),
        "gradient": (
            None if view.gradient is None else _side(view.gradient, part, window, interrupted)
        ),
    }
    if looked.where is not None:
        document["found"] = _found(view.array, part, looked.where, interrupted)
    if looked.by:
        document["sorted"] = _sorted(found, view)
    return document


def _part(view: TensorView, *, key: str) -> Part:
    if view.marked:
        return view.marked
    if key:
        return tuple(range(at, at + 1) for at in view.at)
    return tuple(map(range, view.shape))


def first_of(part: Part, most: int) -> Part:
    """The beginning of a part, of at most so many elements; the last axes are kept longest.

    >>> first_of((range(5), range(20), range(0, 60, 2)), 100)
    (range(0, 1), range(0, 3), range(0, 60, 2))
    """
    kept: list[range] = []
    for each in reversed(part):
        kept.append(each[: max(most, 1)])
        most //= max(len(kept[-1]), 1)
    return tuple(reversed(kept))


def _ranges(part: Part) -> list[list[int]]:
    return [[each.start, each.stop, each.step] for each in part]


def _taken(array: Array, part: Part) -> Array:
    """The elements of a part, with every axis; a view of the array."""
    # A stop of -1 would be the last element, not the one before the first.
    return array[tuple(slice(p.start, p.stop if p.stop >= 0 else None, p.step) for p in part)]


def _side(array: Array, part: Part, window: Part, interrupted: Interrupted) -> dict[str, Any]:
    taken = _taken(array, part)
    found = statistics(taken, interrupted)
    spread = None
    if found.least is not None and found.most is not None:
        ends = float(found.least), float(found.most)
        counted = histogram(taken, *ends, interrupted=interrupted)
        spread = {
            "low": _word(counted.low),
            "high": _word(counted.high),
            "counts": list(counted.counts),
            "seen": counted.seen,
        }
    return {
        "statistics": statistics_document(found),
        "histogram": spread,
        "numbers": nested_list(_taken(array, window)),
    }


def statistics_document(found: Statistics) -> dict[str, Any]:
    """Every number of the statistics by its name; null where nothing was finite."""
    return {
        "elements": math.prod(found.shape),
        "seen": found.seen,
        "min": _word(found.least),
        "max": _word(found.most),
        "mean": _word(found.mean),
        "std": _word(found.std),
        "norm": _word(found.norm),
        "negative": found.negative,
        "zero": found.zero,
        "positive": found.positive,
        "inf": found.plus_infinite,
        "-inf": found.minus_infinite,
        "nan": found.nan,
        "dead": found.dead,
    }


def _word(number: Any) -> Any:
    return None if number is None else nested_list(np.asarray(number))


def _found(
    array: Array | None, part: Part, where: NumberRange, interrupted: Interrupted
) -> dict[str, Any]:
    """How many elements of the part are meant, and the first of them."""
    if array is None:
        return {"range": where.text, "matches": None, "seen": 0, "first": []}
    taken = _taken(array, part)
    first: list[dict[str, Any]] = []
    for start, block in blocks(taken):
        for number in np.flatnonzero(where.among(block))[: MOST_FOUND - len(first)].tolist():
            place = np.unravel_index(start + number, taken.shape) if taken.shape else ()
            index = [int(each[int(i)]) for each, i in zip(part, place, strict=True)]
            first.append({"index": index, "value": _word(block[number])})
        if len(first) == MOST_FOUND or interrupted():
            break
    counted = count_matches(taken, where, interrupted)
    return {
        "range": where.text, "matches": counted.matches, "seen": counted.seen, "first": first,
    }  # fmt: skip


def _sorted(found: Viewed, view: TensorView) -> dict[str, Any]:
    """The rows in their order, by their numbers; null where they cannot be sorted."""
    document: dict[str, Any] = {"by": found.looked.by, "axis": view.rows_axis, "order": None}
    if view.rows_axis is None or view.array is None or view.height > MOST_SORTED:
        return document
    ordered = arranged(view, found.looked._replace(where=None)).view
    order = ordered.orders.get(view.rows_axis)
    numbers = [] if order is None else order.numbers[:MOST_ELEMENTS].tolist()
    return {**document, "order": numbers}
