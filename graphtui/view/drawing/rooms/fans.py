"""Which wires use which part of a value's way, where that way is a tree through walls.

The wires of a value are put in an order in which those of every branch stand together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.plan import Ints, rising
from graphtui.view.drawing.rooms.joined import Joined


class Fans(NamedTuple):
    """The wires by value, then by branch."""

    fan: Ints
    start: Ints
    """For each value where its wires start in `fan`; and at the end their number."""
    first: Ints
    """For each segment the first wire that uses it, in `fan`."""
    stop: Ints
    """For each segment one past the last."""


def fans(items: Joined, wires: int, values: int) -> Fans:
    """The order of so many wires that carry so many values."""
    # A branch begins at a value, or at an item that is no box. Stubs lead on to one another.
    many, boxes = len(items.wire), len(items.width)
    left = np.concatenate((items.left, items.stubs[:, 0]))
    right = np.concatenate((items.right, items.stubs[:, 1]))
    carried = np.concatenate((items.carried, np.full(len(left) - many, -1)))
    ends = np.append(items.wire >= 0, np.zeros(len(left) - many, bool))
    none = len(left)
    into = np.full(len(items.kind), none)
    on = np.flatnonzero(~ends)
    into[right[on]] = on
    before = np.append(into[left], none)  # for each segment the one before it
    below = _below(before, np.append(ends, False))[:none]
    root = before[:none] == none
    start = np.bincount(carried[root], below[root], values).astype(np.int64)
    start = np.concatenate(([0], np.cumsum(start)))
    source = np.where(left < boxes, carried, values + left)
    by_source = rising(source)
    counted = np.cumsum(below[by_source]) - below[by_source]
    begins = np.diff(source[by_source], prepend=-1) != 0
    first = np.zeros(none + 1, np.int64)
    first[by_source] = counted - np.maximum.accumulate(np.where(begins, counted, 0))
    first[:none][root] += start[carried[root]]
    first = _along(before, first)[:many]
    fan = np.empty(wires, np.int64)
    ending = ends[:many]
    fan[first[ending]] = items.wire[ending]
    return Fans(fan, start, first, first + below[:many])


def _below(before: Ints, ends: npt.NDArray[np.bool_]) -> Ints:
    """For each segment how many wires end with it or behind it; steps of 1, 2, 4 and so on."""
    found, none = ends.astype(np.int64), len(before) - 1
    while (before != none).any():
        found += np.bincount(before, found, none + 1).astype(np.int64)
        found[none] = 0
        before = before[before]
    return found


def _along(before: Ints, each: Ints) -> Ints:
    """For each segment the sum over it and all before it; steps of 1, 2, 4 and so on."""
    while (before != len(before) - 1).any():
        each = each + each[before]
        before = before[before]
    return each
