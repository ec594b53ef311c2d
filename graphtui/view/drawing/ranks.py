"""Every box stands in a rank after its operands, as near to its use as is free.

Longest path first; then whatever serves one box only, or shares what it is made of with others,
floats beside its use. The trunks between the ranks are `layered`'s work.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.plan import Ints, Plan


class Ranks(NamedTuple):
    """Where the boxes stand along the flow."""

    rank: Ints
    depth: Ints
    """For each box how many boxes the longest way to it passes."""
    reach: Ints
    """For each box how many boxes the longest way from it passes, itself included."""
    place: Ints
    """For each box its place in a walk that keeps every expression together."""


def ranks(plan: Plan) -> Ranks:
    """The rank of every box. Plain loops: each step needs the result of the one before."""
    count = len(plan.boxes)
    sources = plan.source.tolist()
    operands = [sources[first:last] for first, last in pairwise(plan.starts.tolist())]
    walk = _post_order(plan, operands)
    place = np.empty(count, np.int64)
    place[walk] = np.arange(count)
    one, several = _users(plan)
    depth, free = _forward(walk, operands, one.tolist())
    reach, rank = _backward(walk, operands, depth, free, several.tolist())
    found = np.array(rank, np.int64)
    depths = np.array(depth, np.int64)
    _back(plan, place, operands, depths, found)
    return Ranks(found, depths, np.array(reach, np.int64), place)


def _post_order(plan: Plan, operands: list[list[int]]) -> list[int]:
    """The boxes, each after its operands; the operands of one box stand together."""
    count = len(plan.boxes)
    used = np.zeros(count, bool)
    used[plan.source] = True
    walk: list[int] = []
    seen = bytearray(count)
    stack: list[int] = []
    for sink in np.flatnonzero(~used).tolist():
        stack.append(sink)
        while stack:
            box = stack.pop()
            if box < 0:
                walk.append(~box)
            elif not seen[box]:
                seen[box] = 1
                if own := operands[box]:
                    stack.append(~box)
                    stack += own[::-1]
                else:
                    walk.append(box)
    assert len(walk) == count, "the wires form a cycle"
    return walk


def _users(plan: Plan) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """For each box whether one other box uses it, and whether several do."""
    count = len(plan.boxes)
    first, last = np.full(count, count), np.full(count, -1)
    np.minimum.at(first, plan.source, plan.target)
    np.maximum.at(last, plan.source, plan.target)
    return first == last, first < last


def _forward(
    walk: list[int], operands: list[list[int]], one: list[bool]
) -> tuple[list[int], list[bool]]:
    """The depths; and which boxes, with all they are made of, serve one box only."""
    depth = [0] * len(walk)
    free = one
    for box in walk:
        if own := operands[box]:
            deepest = 0
            for source in own:
                if depth[source] > deepest:
                    deepest = depth[source]
                if not free[source]:
                    free[box] = False
            depth[box] = deepest + 1
    return depth, free


def _backward(
    walk: list[int],
    operands: list[list[int]],
    depth: list[int],
    free: list[bool],
    shared: list[bool],
) -> tuple[list[int], list[int]]:
    """The reaches and the ranks: boxes moved along where that makes no wire of one use longer."""
    count = len(walk)
    nearest = [count + 1] * count  # the least rank of a user, of those that have their rank
    reach = [1] * count
    rank = depth.copy()
    for box in reversed(walk):
        own, beyond, here = operands[box], reach[box] + 1, depth[box]
        goal = nearest[box] - 1
        if here < goal < count:
            for source in own:
                # If all that uses a shared value moves, its trunk is one step shorter for each.
                if not (free[source] or shared[source]):
                    break
            else:
                rank[box] = here = goal
        for source in own:
            if here < nearest[source]:
                nearest[source] = here
            if reach[source] < beyond:
                reach[source] = beyond
    return reach, rank


def _back(plan: Plan, place: Ints, operands: list[list[int]], depth: Ints, rank: Ints) -> None:
    """Move boxes that moved alone back to where they were, if trunks got longer by that."""
    moved = np.flatnonzero((rank != depth) & (depth > 0))
    farthest, second = _far_users(plan, rank)
    for box in moved[np.argsort(place[moved])].tolist():
        here = int(rank[box])
        own = set(operands[box])
        goal = 1 + max([int(rank[source]) for source in own])
        shorter = sum([here - max(second[s], goal) for s in own if farthest[s] == here > second[s]])
        if shorter > here - goal > 0:
            rank[box] = goal
            for source in own:
                if farthest[source] == here > second[source]:
                    farthest[source] = max(second[source], goal)


def _far_users(plan: Plan, rank: Ints) -> tuple[list[int], list[int]]:
    """For each box the greatest rank of a user, and that of another user; 0 for none."""
    count, source, target = len(rank), plan.source, plan.target
    end = rank[target]
    farthest, second = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.maximum.at(farthest, source, end)
    at_end = end == farthest[source]
    np.maximum.at(second, source[~at_end], end[~at_end])
    first, last = np.full(count, count), np.full(count, -1)
    np.minimum.at(first, source[at_end], target[at_end])
    np.maximum.at(last, source[at_end], target[at_end])
    second[first < last] = farthest[first < last]
    return farthest.tolist(), second.tolist()
