"""Every box stands in a rank after its operands, as near to its use as is free.

Longest path first; then whatever serves one box only, or shares what it is made of with others,
floats beside its use. The trunks between the ranks are `layered`'s work.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

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
    starts = np.searchsorted(plan.target, np.arange(count + 1)).tolist()
    sources = plan.source.tolist()
    walk = _post_order(plan, starts)
    depth = [0] * count
    for box in walk:
        operands = sources[starts[box] : starts[box + 1]]
        if operands:
            depth[box] = 1 + max([depth[source] for source in operands])
    reach = [1] * count
    for box in reversed(walk):
        beyond = reach[box] + 1
        for source in sources[starts[box] : starts[box + 1]]:
            if reach[source] < beyond:
                reach[source] = beyond
    place = np.empty(count, np.int64)
    place[walk] = np.arange(count)
    rank = _float(plan, walk, starts, sources, depth)
    return Ranks(np.array(rank, np.int64), np.array(depth, np.int64), np.array(reach), place)


def _post_order(plan: Plan, starts: list[int]) -> list[int]:
    """The boxes, each after its operands; the operands of one box stand together."""
    count = len(plan.boxes)
    last_first = plan.source[np.lexsort((-plan.slot, plan.target))].tolist()
    used = np.zeros(count, bool)
    used[plan.source] = True
    walk: list[int] = []
    seen = bytearray(count)
    for sink in np.flatnonzero(~used).tolist():
        stack = [sink]
        while stack:
            box = stack.pop()
            if box < 0:
                walk.append(~box)
            elif not seen[box]:
                seen[box] = 1
                stack.append(~box)
                stack.extend(last_first[starts[box] : starts[box + 1]])
    assert len(walk) == count, "the wires form a cycle"
    return walk


def _float(
    plan: Plan, walk: list[int], starts: list[int], sources: list[int], depth: list[int]
) -> list[int]:
    """The rank of each box: moved along the flow where that makes no wire of one use longer."""
    count = len(walk)
    pairs = np.unique(plan.source * count + plan.target) if count else plan.source
    users = np.bincount(pairs // max(count, 1), minlength=count)
    nearest = [count + 1] * count  # the least rank of a user, of those that have their rank
    single = (users == 1).tolist()
    shared = (users > 1).tolist()
    free = [False] * count  # it and all it is made of serve one box only, and move along with it
    for box in walk:
        if single[box]:
            free[box] = all(free[source] for source in sources[starts[box] : starts[box + 1]])
    rank = depth.copy()
    for box in reversed(walk):
        operands = sources[starts[box] : starts[box + 1]]
        goal = nearest[box] - 1
        # If all that uses a shared value moves, what was its trunk is one step shorter for each.
        if rank[box] < goal < count and all(free[s] or shared[s] for s in operands):
            rank[box] = goal
        here = rank[box]
        for source in operands:
            if here < nearest[source]:
                nearest[source] = here
    return _back(plan, walk, starts, sources, depth, rank)


def _back(
    plan: Plan,
    walk: list[int],
    starts: list[int],
    sources: list[int],
    depth: list[int],
    rank: list[int],
) -> list[int]:
    """The ranks, boxes that moved alone being back where they were if trunks got longer by that."""
    farthest, second = _far_users(plan, np.array(rank, np.int64))
    for box in walk:
        here = rank[box]
        if here == depth[box]:
            continue
        operands = set(sources[starts[box] : starts[box + 1]])
        if not operands:
            continue
        goal = max([rank[source] for source in operands]) + 1
        shorter = sum(
            [here - max(second[s], goal) for s in operands if farthest[s] == here > second[s]]
        )
        if shorter > here - goal > 0:
            rank[box] = goal
            for source in operands:
                if farthest[source] == here > second[source]:
                    farthest[source] = max(second[source], goal)
    return rank


def _far_users(plan: Plan, rank: Ints) -> tuple[list[int], list[int]]:
    """For each box the greatest rank of a user, and that of another user; 0 for none."""
    count = len(rank)
    pairs = np.unique(plan.source * count + plan.target)
    source, ends = pairs // count, rank[pairs % count]
    last = np.lexsort((ends, source))
    source, ends = source[last], ends[last]
    stop = np.searchsorted(source, np.arange(count), "right")
    many = stop - np.searchsorted(source, np.arange(count))
    found = np.concatenate((ends, [0, 0]))
    farthest = np.where(many > 0, found[stop - 1], 0)
    return farthest.tolist(), np.where(many > 1, found[stop - 2], 0).tolist()
