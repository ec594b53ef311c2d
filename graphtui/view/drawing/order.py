"""The order of the items in each rank of a large drawing, so that few wires cross.

Barycentre sweeps over many ranks at once, then exchanges of neighbours wherever that saves a
crossing. A sweep is a few dozen array operations, however deep the graph is: ranks that are a fixed
distance apart are updated together, each seeing the new order of the rank beside it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.crossings import crossings, offsets
from graphtui.view.drawing.exchanges import Exchanges, sides
from graphtui.view.drawing.layered import Layered
from graphtui.view.drawing.plan import Ints, Plan, rising

_TOGETHER = 32
"""Every so many ranks are updated at once."""

_LOOKED_AT = 40_000
"""Of so many segments the crossings are counted to tell which of two orders is better."""

_MOST_WALKED = 60_000
"""Up to so many boxes a second start is worth its time."""

_WORK, _MOST_ROUNDS, _FEW_ROUNDS = 20_000, 8, 3
"""Rounds of exchanges: so many segments are looked at, in so many rounds; and rounds for a try."""

Floats = npt.NDArray[np.float64]


class Order(NamedTuple):
    """The items by rank and place."""

    items: Ints
    start: Ints
    """For each rank where its items start; and at the end the number of items."""
    place: Ints
    """For each item its place in its rank."""


def by_place(layered: Layered, key: Ints) -> Order:
    """The order in which the items of each rank have rising keys; equal ones by number."""
    items = rising(layered.rank * (int(key.max(initial=0)) + 1) + key)
    start = np.searchsorted(layered.rank[items], np.arange(layered.count + 1))
    place = np.empty(len(items), np.int64)
    place[items] = np.arange(len(items)) - start[layered.rank[items]]
    return Order(items, start, place)


def arrange(layered: Layered) -> Order:
    """The best order found by sweeps and exchanges."""
    found = starts(layered)
    size = max(len(layered.left), 1)
    rounds = min(_MOST_ROUNDS, _WORK // size, 2 + size // 40)
    if len(layered.plan.boxes) <= _MOST_WALKED:
        for each in found:  # which is the better start shows only after some exchanges
            each.settle(min(max(rounds, 2), _FEW_ROUNDS))
    best = min(found, key=lambda each: each.crossings)
    best.settle(max(rounds, 2))
    return by_place(layered, best.place)


def starts(layered: Layered) -> list[Exchanges]:
    """Orders to begin with: two walks, and what a sweep back and one forth make of the first."""
    offset = offsets(layered)
    known = sides(layered, offset)
    walked = len(layered.plan.boxes) <= _MOST_WALKED
    every = 1 if walked else 1 + len(layered.left) // _LOOKED_AT
    first = by_place(layered, layered.ranks.place[layered.carried])
    place = first.place.astype(np.float64)
    for backward in (True, False):
        _Sweep(layered, backward=backward).run(place, offset)
    orders = [by_place(layered, place.astype(np.int64)), first]
    if walked:
        orders[1] = by_place(layered, _ahead(layered.plan)[layered.carried])
    return [
        Exchanges(layered, known, each.items, crossings(layered, each.place, offset, every))
        for each in orders
    ]


def _ahead(plan: Plan) -> Ints:
    """For each box its place in a walk from leaves to what uses them; leaves stand at their use."""
    count = len(plan.boxes)
    by_source = rising(plan.source)
    users = plan.target[by_source].tolist()
    begin = np.searchsorted(plan.source[by_source], np.arange(count + 1))
    start = begin.tolist()
    walk: list[int] = []
    seen = bytearray(count)
    leaf = np.diff(plan.starts) == 0
    for first in np.flatnonzero(leaf).tolist():
        stack = [first]
        while stack:
            box = stack.pop()
            if not seen[box]:
                seen[box] = 1
                walk.append(box)
                stack += users[start[box] : start[box + 1]][::-1]
    place = np.empty(count, np.int64)
    place[walk] = np.arange(count)
    alone = np.flatnonzero(leaf & (np.diff(begin) == 1))
    wire = by_source[begin[alone]]
    slots = int(plan.slot.max(initial=0)) + 2
    key = (place + 1) * slots - 1
    key[alone] = place[plan.target[wire]] * slots + plan.slot[wire]
    sorted_place = np.empty(count, np.int64)
    sorted_place[rising(key)] = np.arange(count)
    return sorted_place


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
        self._items = keyed[rising(group[keyed])]
        steps = np.arange(together + 1)
        self._item_start = np.searchsorted(group[self._items], steps).tolist()
        self._local = np.zeros(len(group), np.int64)
        self._local[self._items] = np.arange(len(self._items))
        self._segments = rising(group[self._here])
        self._start = np.searchsorted(group[self._here][self._segments], steps).tolist()
        self._steps = range(together - 1, -1, -1) if backward else range(together)

    def run(self, place: Floats, offset: Floats) -> None:
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
