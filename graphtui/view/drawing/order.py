"""The order of the items in each rank of a large drawing, so that few wires cross.

Barycentre sweeps over many ranks at once, then exchanges of neighbours wherever that saves a
crossing. A sweep is a few dozen array operations, however deep the graph is: ranks that are a fixed
distance apart are updated together, each seeing the new order of the rank beside it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.layered import Layered
from graphtui.view.drawing.plan import Ints

_TOGETHER = 32
"""Every so many ranks are updated at once."""

_MOST_PAIRS = 4096
"""Two neighbours with more pairs of wires than that are not worth comparing."""


class Order(NamedTuple):
    """The items by rank and place."""

    items: Ints
    start: Ints
    """For each rank where its items start; and at the end the number of items."""
    place: Ints
    """For each item its place in its rank."""


def by_place(layered: Layered, key: Ints) -> Order:
    """The order in which the items of each rank have rising keys; equal ones by number."""
    items = np.lexsort((key, layered.rank))
    start = np.searchsorted(layered.rank[items], np.arange(layered.count + 1))
    place = np.empty(len(items), np.int64)
    place[items] = np.arange(len(items)) - start[layered.rank[items]]
    return Order(items, start, place)


def arrange(layered: Layered, sweeps: int = 2, exchanges: int = 2) -> Order:
    """The best order met: the walk's own, after the sweeps, after the exchanges."""
    first = by_place(layered, layered.ranks.place[layered.carried])
    place = first.place.astype(np.float64)
    offset = _offsets(layered)
    there = _Sweep(layered, backward=False)
    back = _Sweep(layered, backward=True)
    for sweep in range(sweeps):
        (back if sweep % 2 == 0 else there).run(place, offset)
    swept = place.copy()
    exchange = _Exchange(layered)
    for _ in range(exchanges):
        if not exchange.run(place, offset):
            break
    own = first.place.astype(np.float64)
    for _ in range(exchanges):
        if not exchange.run(own, offset):
            break
    best = min((place, own, swept), key=lambda each: crossings(layered, each, offset))
    return by_place(layered, best.astype(np.int64))


def _offsets(layered: Layered) -> npt.NDArray[np.float64]:
    """Where a segment arrives within one place of the order: between -0.5 and 0.5."""
    inputs = np.ones(len(layered.kind), np.int64)
    inputs[: len(layered.plan.boxes)] = layered.plan.inputs
    return (layered.slot + 1) / (inputs[layered.right] + 1) - 0.5


def crossings(
    layered: Layered, place: npt.NDArray[np.float64], offset: npt.NDArray[np.float64]
) -> int:
    """How many pairs of segments cross, summed over the gaps between ranks.

    Inversions, counted for all gaps at once: with every bit of the right ends, from the highest on,
    those that stand on the wrong side of the pairs that agree so far.
    """
    if not len(layered.left):
        return 0
    gap = layered.rank[layered.left]
    ends = place[layered.right] + offset
    by_right = np.lexsort((ends, gap))
    height = np.empty(len(ends), np.int64)
    fresh = np.ones(len(ends), bool)
    fresh[1:] = (np.diff(ends[by_right]) != 0) | (np.diff(gap[by_right]) != 0)
    # Numbered within the gap, so that as few bits as possible are looked at.
    ranked = np.cumsum(fresh)
    ranked -= ranked[np.searchsorted(gap[by_right], gap[by_right])]
    height[by_right] = ranked
    lefts = np.lexsort((height, place[layered.left], gap))
    height, group = height[lefts], gap[lefts]
    total = 0
    for bit in range(int(height.max()).bit_length() - 1, -1, -1):
        upper = group * 2 + (height >> bit & 1)
        ones = np.cumsum(upper & 1)
        begin = np.searchsorted(group, group)
        before = ones - ones[begin] + (upper[begin] & 1)
        total += int(before[upper & 1 == 0].sum())
        sort = np.argsort(upper, kind="stable")
        height, group = height[sort], upper[sort]
    return total


class _Sweep:
    """Sorts every rank by the mean place of its neighbours in the rank before (or after)."""

    def __init__(self, layered: Layered, *, backward: bool) -> None:
        self._here = layered.left if backward else layered.right
        self._there = layered.right if backward else layered.left
        self._backward = backward
        self._wide = float(np.bincount(layered.rank).max(initial=0) + 2)
        together = min(_TOGETHER, max(layered.count, 1))
        group = layered.rank % together
        self._rank = layered.rank.astype(np.float64)
        degree = np.bincount(self._here, minlength=len(group))
        keyed = np.flatnonzero(degree)
        self._degree = degree.astype(np.float64)
        self._items = keyed[np.argsort(group[keyed], kind="stable")]
        steps = np.arange(together + 1)
        self._item_start = np.searchsorted(group[self._items], steps).tolist()
        self._local = np.zeros(len(group), np.int64)
        self._local[self._items] = np.arange(len(self._items))
        self._segments = np.argsort(group[self._here], kind="stable")
        self._start = np.searchsorted(group[self._here][self._segments], steps).tolist()
        self._steps = range(together - 1, -1, -1) if backward else range(together)

    def run(self, place: npt.NDArray[np.float64], offset: npt.NDArray[np.float64]) -> None:
        """Change `place`; items without a neighbour on that side keep theirs."""
        for step in self._steps:
            first, last = self._item_start[step], self._item_start[step + 1]
            if first == last:
                continue
            items = self._items[first:last]
            segments = self._segments[self._start[step] : self._start[step + 1]]
            ends = place[self._there[segments]]
            if self._backward:
                ends = ends + offset[segments]
            into = self._local[self._here[segments]] - first
            mean = np.bincount(into, ends, last - first) / self._degree[items]
            base = self._rank[items] * self._wide
            now = np.argsort(base + place[items])
            items, slots = items[now], place[items[now]]
            place[items[np.argsort((base + mean)[now], kind="stable")]] = slots


class _Side(NamedTuple):
    """The segments of every item on one side of it."""

    segment: Ints
    """Sorted by item."""
    start: Ints
    other: Ints
    """For each segment the item at its other end."""
    arrives: bool
    """Whether the other end is the one with the ports."""


class _Exchange:
    """Swaps neighbours, in every second pair of every second rank at once."""

    def __init__(self, layered: Layered) -> None:
        self._rank = layered.rank
        counts = np.arange(len(layered.rank) + 1)
        by_right = np.argsort(layered.right, kind="stable")
        every = np.arange(len(layered.left))
        self._sides = (
            _Side(every, np.searchsorted(layered.left, counts), layered.right, True),
            _Side(
                by_right,
                np.searchsorted(layered.right[by_right], counts),
                layered.left,
                False,
            ),
        )

    def run(self, place: npt.NDArray[np.float64], offset: npt.NDArray[np.float64]) -> bool:
        """Change `place`; False if no exchange saved a crossing."""
        any_saved = False
        for rank_parity in (0, 1):
            for parity in (0, 1):
                items = np.lexsort((place, self._rank))
                place_of, rank_of = place[items].astype(np.int64), self._rank[items]
                ok = (rank_of[:-1] == rank_of[1:]) & (rank_of[:-1] % 2 == rank_parity)
                pairs = np.flatnonzero(ok & (place_of[:-1] % 2 == parity))
                above, below = items[pairs], items[pairs + 1]
                saved = sum(_saved(side, above, below, place, offset) for side in self._sides)
                swap = np.flatnonzero(np.asarray(saved) > 0)
                place[above[swap]] += 1
                place[below[swap]] -= 1
                any_saved = any_saved or len(swap) > 0
        return any_saved


def _saved(
    side: _Side,
    above: Ints,
    below: Ints,
    place: npt.NDArray[np.float64],
    offset: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """For each pair how many crossings on that side an exchange would save."""
    many_above = side.start[above + 1] - side.start[above]
    many_below = side.start[below + 1] - side.start[below]
    product = many_above * many_below
    product[product > _MOST_PAIRS] = 0
    pair = np.repeat(np.arange(len(above)), product)
    inside = np.arange(len(pair)) - np.repeat(np.cumsum(product) - product, product)
    upper = side.segment[side.start[above][pair] + inside // many_below[pair]]
    lower = side.segment[side.start[below][pair] + inside % many_below[pair]]
    high, low = place[side.other[upper]], place[side.other[lower]]
    if side.arrives:
        high, low = high + offset[upper], low + offset[lower]
    return np.asarray(np.bincount(pair, np.sign(high - low), len(above)), np.float64)
