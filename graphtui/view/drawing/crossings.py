"""How many segments of a layered drawing cross: exactly, all gaps at once, in array operations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.layered import Layered
from graphtui.view.drawing.plan import Ints, rising


def offsets(layered: Layered) -> npt.NDArray[np.float64]:
    """Where a segment arrives within one place of the order: between -0.5 and 0.5."""
    inputs = np.ones(len(layered.kind), np.int64)
    inputs[: len(layered.plan.boxes)] = layered.plan.inputs
    return (layered.slot + 1) / (inputs[layered.right] + 1) - 0.5


def crossings(
    layered: Layered, place: Ints, offset: npt.NDArray[np.float64], every: int = 1
) -> int:
    """How many pairs of segments cross, summed over the gaps between ranks.

    Args:
        layered: what is drawn.
        place: for each item its place in its rank.
        offset: for each segment, where within one place it arrives.
        every: look at every so many gaps only.
    """
    gap, left, right = layered.rank[layered.left], layered.left, layered.right
    if every > 1:
        some = np.flatnonzero(gap % every == 0)
        gap, left, right, offset = gap[some], left[some], right[some], offset[some]
    if not len(left):
        return 0
    wide = int(place.max()) + 2
    ends = (gap * wide + place[right]) + offset
    by_right = np.argsort(ends)
    fresh = np.diff(ends[by_right], prepend=-1.0) > 0
    height = np.empty(len(ends), np.int64)
    height[by_right] = np.cumsum(fresh)
    lefts = rising((gap * wide + place[left]) * (len(ends) + 1) + height)
    begin = np.searchsorted(gap[lefts], np.arange(layered.count + 1))
    height, many = height[lefts], np.diff(begin)
    # Numbered within the gap, so that as few bits as possible are looked at.
    lowest = np.minimum.reduceat(height, begin[:-1][many > 0])
    height -= np.repeat(lowest, many[many > 0])
    return inversions(height, np.repeat(begin[:-1], many))


def inversions(height: Ints, begin: Ints) -> int:
    """How many pairs within a group stand in falling order.

    With every bit, from the highest on, those are counted that stand on the wrong side of pairs
    that agreed so far; then each group is split by that bit, the order within staying.

    >>> inversions(np.array([1, 0, 5, 2, 1]), np.array([0, 0, 2, 2, 2]))
    4

    Args:
        height: numbers from 0, group after group.
        begin: for each of them where its group begins.
    """
    total, size = 0, len(height)
    height, begin = height.astype(np.int32), begin.astype(np.int32)
    place = np.arange(size, dtype=np.int32)
    for bit in range(int(height.max(initial=0)).bit_length() - 1, -1, -1):
        one = height >> bit & 1
        ones = np.zeros(size + 1, np.int32)
        np.cumsum(one, out=ones[1:])
        ones_before = ones[:-1] - ones[begin]
        zero = one == 0
        total += int(ones_before[zero].sum(dtype=np.int64))
        # Where a group ends its ones are known, and with them where they begin.
        last = np.flatnonzero(np.append(begin[1:] != begin[:-1], True))
        many = np.diff(last, prepend=-1)
        zeros = np.repeat(many - (ones[last + 1] - ones[begin[last]]), many)
        rest = place - begin - ones_before
        goal = begin + np.where(zero, rest, zeros + ones_before)
        height_next, begin_next = np.empty_like(height), np.empty_like(begin)
        height_next[goal] = height
        begin_next[goal] = np.where(zero, begin, begin + zeros)
        height, begin = height_next, begin_next
    return total
