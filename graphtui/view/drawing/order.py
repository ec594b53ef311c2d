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
from graphtui.view.drawing.layered import Layered
from graphtui.view.drawing.plan import Ints

_TOGETHER = 32
"""Every so many ranks are updated at once."""

_LOOKED_AT = 40_000
"""Of so many segments the crossings are counted to tell which of two orders is better."""

_MOST_PAIRS = 4096
"""Two neighbours with more pairs of wires than that are not worth comparing."""

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
    items = np.argsort(layered.rank * (int(key.max(initial=0)) + 1) + key, kind="stable")
    start = np.searchsorted(layered.rank[items], np.arange(layered.count + 1))
    place = np.empty(len(items), np.int64)
    place[items] = np.arange(len(items)) - start[layered.rank[items]]
    return Order(items, start, place)


def arrange(layered: Layered, sweeps: int = 2, exchanges: int = 2) -> Order:
    """The better of the walk's own order and that after the sweeps, with neighbours exchanged."""
    first = by_place(layered, layered.ranks.place[layered.carried])
    offset = offsets(layered)
    place = first.place.astype(np.float64)
    there = _Sweep(layered, backward=False)
    back = _Sweep(layered, backward=True)
    for sweep in range(sweeps):
        (back if sweep % 2 == 0 else there).run(place, offset)
    swept = place.astype(np.int64)
    every = 1 + len(layered.left) // _LOOKED_AT
    best = min((swept, first.place), key=lambda each: crossings(layered, each, offset, every))
    return _exchanged(layered, by_place(layered, best), offset, exchanges)


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


class _Side(NamedTuple):
    """The segments of every item on one side of it."""

    start: Ints
    """For each item where its segments start; and at the end their number."""
    other: Ints
    """For each segment, sorted by item, the item at its other end."""
    offset: Floats
    """For each of them where that is, within one place of the order."""


def _exchanged(layered: Layered, order: Order, offset: Floats, rounds: int) -> Order:
    """The order after exchanges: in every second pair of every second rank at once."""
    counts = np.arange(len(layered.rank) + 1)
    by_right = np.argsort(layered.right, kind="stable")
    sides = (
        _Side(np.searchsorted(layered.left, counts), layered.right, offset),
        _Side(
            np.searchsorted(layered.right[by_right], counts),
            layered.left[by_right],
            np.zeros(len(by_right)),
        ),
    )
    items, place = order.items.copy(), order.place.astype(np.float64)
    rank = layered.rank[items]
    pairs = np.flatnonzero(rank[:-1] == rank[1:])
    turn = rank[pairs] % 2 * 2 + order.place[items[pairs]] % 2
    turns = [pairs[turn == number] for number in range(4)]
    for _ in range(rounds):
        swapped = [_exchange(sides, items, place, pairs) for pairs in turns]
        if not any(swapped):
            break
    return Order(items, order.start, place.astype(np.int64))


def _exchange(sides: tuple[_Side, _Side], items: Ints, place: Floats, pairs: Ints) -> bool:
    """Swap those of the pairs of neighbours for which that saves crossings; whether any were."""
    above, below = items[pairs], items[pairs + 1]
    saved = _saved(sides[0], above, below, place) + _saved(sides[1], above, below, place)
    swap = np.flatnonzero(saved > 0)
    above, below, pairs = above[swap], below[swap], pairs[swap]
    place[above] += 1
    place[below] -= 1
    items[pairs], items[pairs + 1] = below, above
    return len(swap) > 0


def _saved(side: _Side, above: Ints, below: Ints, place: Floats) -> Floats:
    """For each pair how many crossings on that side an exchange would save."""
    first, second = side.start[above], side.start[below]
    many = side.start[below + 1] - second
    product = (side.start[above + 1] - first) * many
    product[product > _MOST_PAIRS] = 0
    saved = np.zeros(len(above))
    single = np.flatnonzero(product == 1)
    saved[single] = _wrong(side, first[single], second[single], place)
    several = np.flatnonzero(product > 1)
    product = product[several]
    pair = np.repeat(several, product)
    inside = np.arange(len(pair)) - np.repeat(np.cumsum(product) - product, product)
    row, column = np.divmod(inside, many[pair])
    wrong = _wrong(side, first[pair] + row, second[pair] + column, place)
    return saved + np.bincount(pair, wrong, len(above))


def _wrong(side: _Side, upper: Ints, lower: Ints, place: Floats) -> Floats:
    """For each two segments 1 if they cross, -1 if they would if exchanged."""
    high = place[side.other[upper]] + side.offset[upper]
    low = place[side.other[lower]] + side.offset[lower]
    return np.sign(high - low)
