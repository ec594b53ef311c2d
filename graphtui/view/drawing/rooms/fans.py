"""Which wires use which part of a value's way, where that way is a tree through walls.

The wires of a value are put in an order in which those of every branch stand together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.plan import Ints
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
    boxes = len(items.width)
    # A branch begins at a value, or at an item that is no box. Stubs lead on to one another.
    stubs = items.stubs.reshape(-1, 2)
    source = np.where(items.left < boxes, items.carried, values + items.left)
    source = np.concatenate((source, values + stubs[:, 0]))
    branch = np.concatenate((values + items.right, values + stubs[:, 1]))
    wire = np.concatenate((items.wire, np.full(len(stubs), -1)))
    rank = np.concatenate((items.rank[items.left], items.rank[stubs[:, 0]]))
    forward = np.argsort(rank, kind="stable").tolist()
    sources, branches, ends = source.tolist(), branch.tolist(), (wire >= 0).tolist()
    below = [0] * (values + len(items.kind))
    for each in reversed(forward):
        below[sources[each]] += 1 if ends[each] else below[branches[each]]
    start = np.concatenate(([0], np.cumsum(below[:values])))
    free = [*start[:-1].tolist(), *([0] * len(items.kind))]
    first, stop = [0] * len(sources), [0] * len(sources)
    for each in forward:
        begin = first[each] = free[sources[each]]
        free[sources[each]] += 1 if ends[each] else below[branches[each]]
        stop[each] = free[sources[each]]
        if not ends[each]:
            free[branches[each]] = begin
    fan = np.empty(wires, np.int64)
    many = len(items.wire)
    begins = np.array(first[:many], np.int64)
    ending = items.wire >= 0
    fan[begins[ending]] = items.wire[ending]
    return Fans(fan, start, begins, np.array(stop[:many], np.int64))
