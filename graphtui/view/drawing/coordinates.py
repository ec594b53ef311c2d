"""Where the items of a large drawing stand across the flow: straight or short wires, no gaps.

The blocks of straight wires are pulled to the middle of their other wires and pushed apart where
they touch, all ranks at once; then rounded, and the few that still touch are moved or broken up.
The order within a rank is given and stays.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.layered import PASS, Layered
from graphtui.view.drawing.order import Order
from graphtui.view.drawing.plan import Ints
from graphtui.view.drawing.straight import Blocks, blocks

_ROUNDS = 6
"""How often the blocks are pulled and pushed; more makes wires shorter by less than a hundredth."""

_REPAIRS = 8
"""How often blocks that touch after rounding are moved before they are broken up."""

Floats = npt.NDArray[np.float64]


def coordinates(layered: Layered, order: Order, rounds: int = _ROUNDS) -> Ints:
    """The first cell of every item across the flow; the least is 0."""
    if not len(layered.kind):
        return np.zeros(0, np.int64)
    rigid = blocks(layered, order)
    packed = _packed(layered, order)
    ranks = _Ranks(order, packed)
    reference = _relax(layered, ranks, rigid, rounds)
    tops = _whole(ranks, rigid, np.rint(reference).astype(np.int64))
    return np.asarray(tops - tops.min(), np.int64)


def distance(layered: Layered, above: Ints, below: Ints) -> Ints:
    """The least distance between neighbours: wires may touch, boxes need air."""
    air = (layered.kind[above] != PASS) | (layered.kind[below] != PASS)
    return np.asarray(layered.across[above] + air, np.int64)


def _packed(layered: Layered, order: Order) -> Ints:
    """Where every item would stand if its rank began at 0 and had no cell to spare."""
    above, below = order.items[:-1], order.items[1:]
    step = np.zeros(len(order.items), np.int64)
    step[1:] = distance(layered, above, below)
    total = np.cumsum(step)
    first = total[order.start[layered.rank[order.items]]]
    packed = np.empty(len(total), np.int64)
    packed[order.items] = total - first
    return packed


class _Ranks:
    """Pushes items apart, every rank at once.

    What a rank needs is that the distance of its items to where they would stand if packed does not
    fall from one to the next: a running maximum over the whole drawing, each rank being lifted
    above the one before.
    """

    def __init__(self, order: Order, packed: Ints) -> None:
        self.items, self.packed = order.items, packed
        counts = np.diff(order.start)
        self._rank = np.repeat(np.arange(len(counts)), counts)

    def down(self, tops: Floats | Ints) -> Floats | Ints:
        """The least tops, not before the given ones, at which nothing touches."""
        slack = (tops - self.packed)[self.items]
        lift = self._rank * (slack.max() - slack.min() + 1)
        return self._placed(np.maximum.accumulate(slack + lift) - lift)

    def up(self, tops: Floats | Ints) -> Floats | Ints:
        """The greatest tops, not after the given ones, at which nothing touches."""
        slack = (tops - self.packed)[self.items]
        lift = self._rank * (slack.max() - slack.min() + 1)
        return self._placed(np.minimum.accumulate((slack + lift)[::-1])[::-1] - lift)

    def _placed(self, slack: Floats | Ints) -> Floats | Ints:
        tops = np.empty_like(slack)
        tops[self.items] = slack
        return tops + self.packed


def _relax(layered: Layered, ranks: _Ranks, rigid: Blocks, rounds: int) -> Floats:
    """Where the blocks come to rest, each by its reference."""
    size = np.bincount(rigid.of, minlength=rigid.total)
    middle = np.zeros(layered.count, np.int64)
    np.maximum.at(middle, layered.rank, ranks.packed + layered.across)
    start = ranks.packed - middle[layered.rank] / 2
    reference = np.bincount(rigid.of, start - rigid.offset, rigid.total) / size
    left, right = rigid.of[layered.left], rigid.of[layered.right]
    loose = np.flatnonzero(left != right)
    left, right = left[loose], right[loose]
    starts = rigid.offset[layered.left[loose]] + layered.port[layered.left[loose]]
    rest = starts - rigid.offset[layered.right[loose]] - layered.arrival[loose]
    weight = np.bincount(left, minlength=rigid.total) + np.bincount(right, minlength=rigid.total)
    weight = np.maximum(weight, 1)
    for _turn in range(rounds):
        stretch = reference[right] - reference[left] - rest
        pull = np.bincount(left, stretch, rigid.total) - np.bincount(right, stretch, rigid.total)
        reference = reference + pull / (2 * weight)
        tops = reference[rigid.of] + rigid.offset
        moved = ((ranks.down(tops) + ranks.up(tops)) / 2 - tops)[rigid.items]
        reference += np.maximum(np.maximum.reduceat(moved, rigid.start), 0)
        reference += np.minimum(np.minimum.reduceat(moved, rigid.start), 0)
    return reference


def _whole(ranks: _Ranks, rigid: Blocks, reference: Ints) -> Ints:
    """Whole tops at which nothing touches; blocks hold together where that takes few moves.

    Moving only down keeps every distance, and so does moving only up: so does the mean of the two.
    """
    low = _repaired(ranks, rigid, reference, 1)
    high = -_repaired(ranks, rigid, reference, -1)
    tops = (low + high) // 2
    slack = (ranks.down(tops) + ranks.up(tops)) // 2
    return np.asarray(slack, np.int64)


def _repaired(ranks: _Ranks, rigid: Blocks, reference: Ints, sign: int) -> Ints:
    """The tops of all items, times `sign`, after blocks that touch were moved that way."""
    for _ in range(_REPAIRS):
        tops = reference[rigid.of] + rigid.offset
        apart = ranks.down(tops) if sign > 0 else ranks.up(tops)
        moved = np.asarray((apart - tops) * sign, np.int64)
        if not moved.any():
            break
        reference = reference + sign * np.maximum.reduceat(moved[rigid.items], rigid.start)
    return np.asarray(sign * (reference[rigid.of] + rigid.offset), np.int64)
