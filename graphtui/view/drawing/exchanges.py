"""Exchanges of neighbours in their ranks: wherever that saves a crossing, and sometimes where not.

In every second pair of every second rank at once, so that what an exchange saves is known exactly.
An exchange that saves nothing moves a crossing along its wire, to where it may meet another one and
vanish; one that costs a little may open the way for one that saves more.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.layered import Layered
from graphtui.view.drawing.plan import Ints, rising

_MOST_PAIRS = 4096
"""Two neighbours with more pairs of wires than that are not worth comparing."""

_CERTAIN = 1 << 16
"""Chances are counted in parts of this."""

_MOST_COST = 24
"""An exchange that costs so much is not made."""

_NONE = np.zeros(1, np.int64)
_NEVER, _ALWAYS = np.array([0, 0]), np.array([_CERTAIN, 0])
"""The chances of exchanges that make no difference; those that cost something have none."""

Floats = npt.NDArray[np.float64]


class _Side(NamedTuple):
    """The segments of every item on one side of it."""

    start: Ints
    """For each item where its segments start; and at the end their number."""
    other: Ints
    """For each segment, sorted by item, the item at its other end."""
    offset: Floats
    """For each of them where that is, within one place of the order."""


Sides = tuple[_Side, _Side]


def sides(layered: Layered, offset: Floats) -> Sides:
    """What exchanges look at: the segments on both sides of every item.

    Args:
        layered: what is drawn.
        offset: for each segment, where within one place it arrives.
    """
    counts = np.arange(len(layered.rank) + 1)
    by_right = rising(layered.right)
    before = np.searchsorted(layered.right[by_right], counts)
    return (
        _Side(np.searchsorted(layered.left, counts), layered.right, offset),
        _Side(before, layered.left[by_right], np.zeros(len(by_right))),
    )


class Exchanges:
    """An order that changes by exchanges, and the best one that it has been.

    Args:
        layered: what is drawn.
        known: its `sides`.
        items: the items by rank and place.
        crossings: how many there are.
    """

    def __init__(self, layered: Layered, known: Sides, items: Ints, crossings: int) -> None:
        self._sides, self._items = known, items.copy()
        rank = layered.rank[items]
        within = np.arange(len(items)) - np.searchsorted(rank, rank)
        self._place = np.empty(len(items))
        self._place[items] = within
        pairs = np.flatnonzero(rank[:-1] == rank[1:])
        turn = rank[pairs] % 2 * 2 + within[pairs] % 2
        self._turns = [pairs[turn == number] for number in range(4)]
        self.crossings = self._now = crossings
        """How many there are in the best order."""
        self._best = self._place.copy()

    @property
    def place(self) -> Ints:
        """For each item its place in the best order."""
        return self._best.astype(np.int64)

    def settle(self, rounds: int) -> None:
        """So many rounds; every second one exchanges what makes no difference, too."""
        idle = 0
        for number in range(rounds):
            likely = _ALWAYS if number % 2 else _NEVER
            idle = 0 if self._round(likely) else idle + 1
            if idle == 2 or not self.crossings:
                return

    def anneal(self, rounds: int, heat: float) -> None:
        """So many rounds in which exchanges that cost something become ever less likely."""
        noise = _Noise()
        for number in range(rounds if self.crossings else 0):
            left = heat * (1 - number / rounds)
            likely = [_CERTAIN * exp(-cost / left) for cost in range(_MOST_COST)]
            self._round(np.array([_CERTAIN // 2, *likely[1:], 0]).astype(np.int64), noise)

    def _round(self, likely: Ints, noise: _Noise | None = None) -> bool:
        """Exchange all that saves crossings, and what costs some, or nothing, as it is likely.

        Args:
            likely: by cost, of `_CERTAIN`; the last one is for all greater costs.
            noise: what decides; None if every chance is certain or none.

        Returns:
            Whether anything was exchanged.
        """
        changed = False
        for pairs in self._turns:
            above, below = self._items[pairs], self._items[pairs + 1]
            saved = self._saves(above, below)
            chance = likely[np.clip(-saved, 0, len(likely) - 1)]
            swap = np.flatnonzero((saved > 0) | (chance > (noise.next(len(pairs)) if noise else 0)))
            above, below, pairs = above[swap], below[swap], pairs[swap]
            self._place[above] += 1
            self._place[below] -= 1
            self._items[pairs], self._items[pairs + 1] = below, above
            self._now -= int(saved[swap].sum())
            changed = changed or len(swap) > 0
        if self._now < self.crossings:
            self.crossings, self._best = self._now, self._place.copy()
        return changed

    def _saves(self, above: Ints, below: Ints) -> Ints:
        """For each pair how many crossings an exchange would save."""
        return sum((_saved(side, above, below, self._place) for side in self._sides), _NONE)


class _Noise:
    """Numbers below `_CERTAIN` that follow no rule to be seen, the same ones on every machine."""

    def __init__(self) -> None:
        self._count = 0

    def next(self, size: int) -> Ints:
        """So many numbers."""
        mixed = np.arange(self._count, self._count + size, dtype=np.uint64)
        self._count += size
        # The finalizer of SplitMix64 (Steele, Lea, Flood: fast splittable pseudorandom numbers).
        mixed = (mixed + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(48)).astype(np.int64)


def _saved(side: _Side, above: Ints, below: Ints, place: Floats) -> Ints:
    """For each pair how many crossings on that side an exchange would save."""
    first, second = side.start[above], side.start[below]
    many = side.start[below + 1] - second
    product = (side.start[above + 1] - first) * many
    product[product > _MOST_PAIRS] = 0
    saved = np.zeros(len(above), np.int64)
    single = np.flatnonzero(product == 1)
    saved[single] = _wrong(side, first[single], second[single], place)
    several = np.flatnonzero(product > 1)
    if not len(several):
        return saved
    product = product[several]
    pair = np.repeat(several, product)
    starts = np.cumsum(product) - product
    row, column = np.divmod(np.arange(len(pair)) - np.repeat(starts, product), many[pair])
    wrong = _wrong(side, first[pair] + row, second[pair] + column, place)
    saved[several] = np.add.reduceat(wrong, starts)
    return saved


def _wrong(side: _Side, upper: Ints, lower: Ints, place: Floats) -> Ints:
    """For each two segments 1 if they cross, -1 if they would if exchanged."""
    high = place[side.other[upper]] + side.offset[upper]
    low = place[side.other[lower]] + side.offset[lower]
    return np.sign(high - low).astype(np.int64)
