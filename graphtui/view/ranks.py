"""Every box stands in a column to the right of its operands, as near to its use as is free.

Longest path first; then parameters, and sub-trees made of leaves alone, float right next to their
use. A wire that passes a column gets an item of its own there (a *pass*), and all wires of one
value share one chain of passes: the trunk. The order within a column is `order`'s work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graphtui.view.boxes import Box, Wire


class Segment(NamedTuple):
    """A piece of wire between neighbouring columns."""

    left: int
    """The item where it starts: a box, or a pass of the same value."""
    right: int
    slot: int
    """Which operand of the right item; 0 for a pass."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The drawing before it has coordinates: numbered items in columns, the boxes first."""

    boxes: tuple[Box, ...]
    carried: tuple[int, ...]
    """For each item the box whose value it carries; a box carries its own."""
    rank: tuple[int, ...]
    """For each item its column."""
    columns: tuple[tuple[int, ...], ...]
    """The items of each column, in an order that keeps every expression together."""
    into: tuple[tuple[Segment, ...], ...]
    """For each item the segments that arrive, by operand."""
    out: tuple[tuple[Segment, ...], ...]
    """For each item the segments that leave."""
    depth: tuple[int, ...]
    """For each item how many boxes the longest way to it passes."""
    reach: tuple[int, ...]
    """For each item how many boxes the longest way from it passes."""

    def is_box(self, item: int) -> bool:
        """Whether the item is a box, not a pass."""
        return item < len(self.boxes)

    def height(self, item: int) -> int:
        """Rows that the item covers."""
        return self.boxes[item].height if item < len(self.boxes) else 1

    def out_row(self, item: int) -> int:
        """The row of the item, from its top, on which its wire leaves."""
        return self.boxes[item].height // 2 if item < len(self.boxes) else 0

    def in_row(self, segment: Segment) -> int:
        """The row of the right item, from its top, on which the segment arrives."""
        return 1 + 2 * segment.slot if segment.right < len(self.boxes) else 0


def layers(boxes: Sequence[Box], wires: Sequence[Wire]) -> Layers:
    """The columns of the drawing, with passes. The order of the arguments makes no difference."""
    boxes = tuple(sorted(boxes, key=lambda box: box.key))
    number = {box.key: index for index, box in enumerate(boxes)}
    assert len(number) == len(boxes), "two boxes have the same key"
    operands: list[list[tuple[int, int]]] = [[] for _ in boxes]
    users: list[list[int]] = [[] for _ in boxes]
    for source, target, slot in sorted(wires, key=lambda wire: (wire.target, wire.slot)):
        into = operands[number[target]]
        assert 0 <= slot < boxes[number[target]].inputs, f"box '{target}' has no operand {slot}"
        assert not into or into[-1][0] < slot, f"operand {slot} of '{target}' has two wires"
        into.append((slot, number[source]))
        if number[target] not in users[number[source]][-1:]:
            users[number[source]].append(number[target])
    walk = _post_order(operands, users)
    depth = [0] * len(boxes)
    for box in walk:
        depth[box] = max((depth[source] + 1 for _, source in operands[box]), default=0)
    rank = _float_right(walk, depth, operands, users)
    return _with_passes(boxes, operands, users, walk, depth, rank)


def _post_order(operands: list[list[tuple[int, int]]], users: list[list[int]]) -> list[int]:
    """The boxes, each after its operands; the operands of one box stand together."""
    walk: list[int] = []
    seen = [False] * len(operands)
    for sink in (box for box, by in enumerate(users) if not by):
        stack = [(sink, False)]
        while stack:
            box, done = stack.pop()
            if done:
                walk.append(box)
            elif not seen[box]:
                seen[box] = True
                stack.append((box, True))
                stack.extend((source, False) for _, source in reversed(operands[box]))
    assert len(walk) == len(operands), "the wires form a cycle"
    return walk


def _float_right(
    walk: list[int],
    depth: list[int],
    operands: list[list[tuple[int, int]]],
    users: list[list[int]],
) -> list[int]:
    """The column of each box: moved right where that makes no wire of another value longer."""
    rank = depth.copy()
    free = [False] * len(
        walk
    )  # it and all it is made of serve one box only, and move along with it
    for box in walk:
        free[box] = len(users[box]) == 1 and all(free[source] for _, source in operands[box])
    for box in reversed(walk):
        if not users[box]:
            continue
        goal = min(rank[user] for user in users[box]) - 1
        if goal > rank[box] and all(
            free[source] or any(rank[user] >= goal for user in users[source] if user != box)
            for _, source in operands[box]
        ):
            rank[box] = goal
    return rank


def _with_passes(
    boxes: tuple[Box, ...],
    operands: list[list[tuple[int, int]]],
    users: list[list[int]],
    walk: list[int],
    depth: list[int],
    rank: list[int],
) -> Layers:
    """The layers, with one trunk of passes per value."""
    carried, rank = list(range(len(boxes))), rank.copy()
    into: list[list[Segment]] = [[] for _ in boxes]
    out: list[list[Segment]] = [[] for _ in boxes]
    trunk: list[list[int]] = [[box] for box in range(len(boxes))]
    for box, by in enumerate(users):
        for column in range(rank[box] + 1, max((rank[user] for user in by), default=0)):
            segment = Segment(trunk[box][-1], len(carried), 0)
            trunk[box].append(len(carried))
            out[segment.left].append(segment)
            into.append([segment])
            out.append([])
            carried.append(box)
            rank.append(column)
    for box, slots in enumerate(operands):
        for slot, source in slots:
            segment = Segment(trunk[source][rank[box] - rank[source] - 1], box, slot)
            out[segment.left].append(segment)
            into[box].append(segment)
    return Layers(
        boxes=boxes,
        carried=tuple(carried),
        rank=tuple(rank),
        columns=_columns(walk, carried, rank),
        into=tuple(map(tuple, into)),
        out=tuple(map(tuple, out)),
        depth=tuple(depth[box] for box in carried),
        reach=_reach(rank, out, len(boxes)),
    )


def _columns(walk: list[int], carried: list[int], rank: list[int]) -> tuple[tuple[int, ...], ...]:
    """The items by column, each column in the order of the walk."""
    place = [0] * len(walk)
    for index, box in enumerate(walk):
        place[box] = index
    columns: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    for item in sorted(range(len(carried)), key=lambda item: place[carried[item]]):
        columns[rank[item]].append(item)
    return tuple(map(tuple, columns))


def _reach(rank: list[int], out: list[list[Segment]], boxes: int) -> tuple[int, ...]:
    """For each item the number of boxes on the longest way from it, itself included."""
    reach = [0] * len(rank)
    for item in sorted(range(len(rank)), key=lambda item: -rank[item]):
        beyond = max((reach[segment.right] for segment in out[item]), default=0)
        reach[item] = beyond + (item < boxes)
    return tuple(reach)
