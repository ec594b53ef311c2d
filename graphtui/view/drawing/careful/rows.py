"""The row of every item: wires straight or symmetric where they can be, and no row wasted.

Blocks of items that straight wires join are pulled to the middle of their other wires and pushed
apart where they touch, then rounded, then settled one by one; empty rows are cut out at the end.
The order within a column is given and stays.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import NamedTuple

from graphtui.view.drawing.careful.items import Items
from graphtui.view.drawing.careful.order import Order
from graphtui.view.drawing.careful.straight import Apart, Blocks, Spring, blocks, distance


def rows(items: Items, order: Order) -> list[int]:
    """The top row of every item; the topmost is 0."""
    rigid = blocks(items, order)
    tops = _settle(rigid, _whole(rigid, _relax(rigid)))
    result = [tops[b] + offset for b, offset in zip(rigid.of, rigid.offset, strict=True)]
    return _compact(items, order, result)


def _relax(blocks: Blocks) -> list[float]:
    """Where the blocks come to rest: pulled by half at a time, pushed apart in both directions."""
    row = [0.0] * blocks.many
    for high, low, rest in blocks.apart:
        row[low] = max(row[low], row[high] + rest)
    weight = [1e-3] * blocks.many
    for spring in blocks.springs:
        weight[spring.left] += 1
        weight[spring.right] += 1
    pushes = [
        (high, low, rest, weight[low] / (weight[high] + weight[low]))
        for high, low, rest in blocks.apart
    ]
    work = len(blocks.springs) + 2 * len(pushes) + 1
    for _ in range(max(10, min(120, 30_000 // work))):
        pull = [0.0] * blocks.many
        for spring in blocks.springs:
            stretch = row[spring.right] - row[spring.left] - spring.rest
            pull[spring.left] += stretch
            pull[spring.right] -= stretch
        row = [r + p / (2 * w) for r, p, w in zip(row, pull, weight, strict=True)]
        for direction in (1, -1):
            for high, low, rest, share in pushes[::direction]:
                lacking = row[high] + rest - row[low]
                if lacking > 0:
                    row[high] -= lacking * share
                    row[low] += lacking * (1 - share)
    return row


def _whole(blocks: Blocks, row: list[float]) -> list[int]:
    """The nearest whole rows that keep every distance, pushing down as much as up."""
    shift = min(
        (k / 8 for k in range(8)), key=lambda f: sum(abs(r + f - round(r + f)) for r in row)
    )
    near = [round(r + shift) for r in row]
    down, up = near.copy(), near.copy()
    for high, low, rest in blocks.apart:
        down[low] = max(down[low], down[high] + rest)
    for high, low, rest in reversed(blocks.apart):
        up[high] = min(up[high], up[low] - rest)
    return [(d + u) // 2 for d, u in zip(down, up, strict=True)]


class _Goal(NamedTuple):
    """Where a block would stand for one of its wires to be straight, and how much that matters."""

    row: int
    centre: bool
    """Whether the block stands in the middle of this goal and others of its kind."""
    bend: int
    """The price of a bend, besides the rows travelled."""


def _settle(blocks: Blocks, row: list[int]) -> list[int]:
    """Move single blocks within their room while that makes their wires straighter or more even."""
    springs: list[list[tuple[int, Spring]]] = [[] for _ in row]
    for spring in blocks.springs:
        springs[spring.left].append((spring.right, spring))
        springs[spring.right].append((spring.left, spring))
    above: list[list[Apart]] = [[] for _ in row]
    below: list[list[Apart]] = [[] for _ in row]
    for apart in blocks.apart:
        above[apart.below].append(apart)
        below[apart.above].append(apart)
    for _ in range(4):
        moved = False
        for block, here in enumerate(row):
            goals = [_goal(block, row[other], spring) for other, spring in springs[block]]
            if not goals:
                continue
            least = max((row[a.above] + a.rows for a in above[block]), default=here - 99)
            most = min((row[a.below] - a.rows for a in below[block]), default=here + 99)
            middle = sum(goal.row for goal in goals) // len(goals)
            tries = {here, here - 1, here + 1, middle, *(goal.row for goal in goals)}
            scores = [(_bends(r, goals), abs(r - here), r) for r in tries if least <= r <= most]
            best = min(scores)[2]
            if best != here:
                row[block], moved = best, True
        if not moved:
            break
    return row


def _goal(block: int, other: int, spring: Spring) -> _Goal:
    """What the spring asks of one of its ends, while the other stands at row `other`."""
    at_right = block == spring.right
    row = other + spring.rest if at_right else other - spring.rest
    centre = spring.meet if at_right else spring.fork
    return _Goal(row, centre, 0 if spring.meet or spring.fork else 4)


def _bends(row: int, goals: list[_Goal]) -> int:
    """The cost of a block's wires at `row`: out of the middle is worst, then bends, then rows."""
    lean = sum(row - goal.row for goal in goals if goal.centre)
    return 8 * abs(lean) + sum(
        abs(row - goal.row) + goal.bend * (row != goal.row) for goal in goals
    )


# No row wasted


def _compact(items: Items, order: Order, tops: list[int]) -> list[int]:
    """The rows with every row cut out that no item needs, neither itself nor as a distance."""
    if not tops:
        return tops
    first = min(tops)
    tops = [top - first for top in tops]
    spare: list[tuple[int, int, int]] = []  # from this cut, to that one, so many may go
    needed = [0] * (max(tops) + 2)
    for column in order:
        for item in column:
            needed[tops[item] + 1] += 1
            needed[min(tops[item] + items.across[item], len(needed) - 1)] -= 1
        for above, below in pairwise(column):
            start = tops[above] + items.across[above]
            room = tops[below] - tops[above] - distance(items, above, below)
            if room:
                spare.append((start, tops[below], room))
            else:
                needed[start] += 1
                needed[tops[below] + 1] -= 1
    cuts = _cuts(needed, sorted(spare))
    return [top - bisect_right(cuts, top) for top in tops]


def _cuts(needed: list[int], spare: list[tuple[int, int, int]]) -> list[int]:
    """The rows that can go: not needed, and no distance loses more than it has to spare."""
    cuts: list[int] = []
    active: list[list[int]] = []
    coming, load = 0, 0
    for row, change in enumerate(needed):
        load += change
        while coming < len(spare) and spare[coming][0] <= row:
            active.append([spare[coming][1], spare[coming][2]])
            coming += 1
        if load or not row:
            continue
        active = [pair for pair in active if pair[0] >= row]
        if all(pair[1] > 0 for pair in active):
            for pair in active:
                pair[1] -= 1
            cuts.append(row)
    return cuts
