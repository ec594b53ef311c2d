"""Which wires of a large drawing are straight, and the rigid blocks that this makes of the items.

Trunks come first, then the main line of the data: to the operand that lies deepest, from the use
that reaches farthest. No two straight wires cross. Where the blocks stand is `coordinates`'s work.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.layered import BOX, Layered
from graphtui.view.drawing.order import Order
from graphtui.view.drawing.plan import Ints, rising

_DRIFT = 16
"""Cells across the flow that a line of straight wires may drift: every first operand arrives above
the middle of its box, and without a bend now and then a deep drawing would be one long slope."""


class Blocks(NamedTuple):
    """Rigid blocks of items."""

    of: Ints
    """For each item its block, from 0."""
    offset: Ints
    """For each item how many cells it stands after the reference of its block."""
    total: int
    """How many blocks there are."""
    items: Ints
    """The items by block."""
    start: Ints
    """For each block where its items start."""


def blocks(layered: Layered, order: Order) -> Blocks:
    """The blocks that the straight wires make."""
    straight = np.flatnonzero(_straight(layered, order))
    whole = _joined(layered, straight)
    level = whole.offset // _DRIFT
    same = level[layered.left[straight]] == level[layered.right[straight]]
    return _joined(layered, straight[same])


def _joined(layered: Layered, straight: Ints) -> Blocks:
    """The blocks that the given segments make of the items."""
    previous = np.arange(len(layered.kind))
    shift = np.zeros(len(previous), np.int64)
    left, right = layered.left[straight], layered.right[straight]
    previous[right] = left
    shift[right] = layered.port[left] - layered.arrival[straight]
    while True:  # every round doubles the stretch of a block that an item looks back over
        farther = previous[previous]
        if np.array_equal(farther, previous):
            break
        shift = shift + shift[previous]
        previous = farther
    root = previous == np.arange(len(previous))
    number = np.cumsum(root) - 1
    of = number[previous]
    total = int(number[-1]) + 1
    items = rising(of)
    return Blocks(of, shift, total, items, np.searchsorted(of[items], np.arange(total)))


def _straight(layered: Layered, order: Order) -> npt.NDArray[np.bool_]:
    """For each segment whether it has no bend; one at most at either side of an item."""
    left, right = layered.left, layered.right
    passing = (layered.kind[left] != BOX) & (layered.kind[right] != BOX)
    place = order.place
    slots = int(layered.slot.max(initial=0)) + 1
    by_right = rising(right * slots + layered.slot)
    depth, reach = layered.ranks.depth, layered.ranks.reach
    main = np.zeros(len(left), bool)
    main[by_right] = _mains(right[by_right], depth[layered.carried[left]][by_right])
    wide = int(place.max(initial=0)) + 2
    by_left = rising((left * wide + place[right]) * slots + layered.slot)
    heir = np.zeros(len(left), bool)
    heir[by_left] = _mains(left[by_left], reach[layered.carried[right]][by_left])
    gap = layered.rank[left]
    starts, ends = gap * wide + place[left], gap * wide + place[right]
    lanes = _Lanes(starts, ends, _Sorted.of(starts, place[right]), _Sorted.of(ends, place[left]))
    chosen = np.zeros(len(left), bool)
    for level in (passing, main & heir, main, heir):
        _choose(chosen, level, lanes)
    return chosen


class _Sorted(NamedTuple):
    """Segments in an order, and for each which of them have the same key."""

    order: Ints
    first: Ints
    """For each segment the place of the first with its key."""
    stop: Ints
    """For each segment one past the place of the last with its key."""

    @classmethod
    def of(cls, key: Ints, then: Ints) -> _Sorted:
        """The segments by key; those of one key by `then`."""
        order = rising(key * (int(then.max(initial=0)) + 1) + then)
        fresh = np.flatnonzero(np.diff(key[order], prepend=-1))
        many = np.diff(fresh, append=len(key))
        first, stop = np.empty_like(order), np.empty_like(order)
        first[order], stop[order] = np.repeat(fresh, many), np.repeat(fresh + many, many)
        return cls(order, first, stop)

    def passed(self, chosen: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """For each segment how many chosen ones have a smaller key, and how many no greater one."""
        count = np.concatenate(([0], np.cumsum(chosen[self.order])))
        return count[self.first], count[self.stop]


class _Lanes(NamedTuple):
    """Where the segments start and end, all gaps one after the other."""

    starts: Ints
    ends: Ints
    by_start: _Sorted
    by_end: _Sorted


def _mains(item: Ints, weight: Ints) -> npt.NDArray[np.bool_]:
    """Of each item the segment that outweighs the others; of an odd number of equals the middle.

    The segments are sorted by item.
    """
    if not len(item):
        return np.zeros(0, bool)
    first = np.flatnonzero(np.diff(item, prepend=-1))
    count = np.diff(first, append=len(item))
    best = weight == np.repeat(np.maximum.reduceat(weight, first), count)
    equals = np.add.reduceat(best, first, dtype=np.int64)
    chosen: npt.NDArray[np.bool_] = best & np.repeat(equals == 1, count)
    even = (equals == count) & (count % 2 == 1)
    chosen[(first + count // 2)[even]] = True
    return chosen


def _choose(chosen: npt.NDArray[np.bool_], level: npt.NDArray[np.bool_], lanes: _Lanes) -> None:
    """Add segments of `level` that neither cross nor touch one another or a chosen one."""
    before, upto = lanes.by_start.passed(chosen)
    ends_before, ends_upto = lanes.by_end.passed(chosen)
    free = level & (before == ends_before) & (upto == ends_upto) & (before == upto)
    order = lanes.by_start.order
    new = order[free[order]]
    if not len(new):
        return
    starts, ends = lanes.starts, lanes.ends
    # One wire that leads far down would rule out all those under it: from either side, so that the
    # larger set is taken.
    down = new[_records(starts[new], ends[new])]
    flipped = new[::-1]
    up = flipped[_records(-starts[flipped], -ends[flipped])]
    chosen[down if len(down) >= len(up) else up] = True


def _records(starts: Ints, ends: Ints) -> Ints:
    """The places, sorted by start, at which the end lies beyond all ends before."""
    fresh = np.ones(len(starts), bool)
    fresh[1:] = starts[1:] != starts[:-1]
    places = np.flatnonzero(fresh)
    highest = np.maximum.accumulate(ends[places])
    record = np.ones(len(places), bool)
    record[1:] = ends[places][1:] > highest[:-1]
    return places[record]
