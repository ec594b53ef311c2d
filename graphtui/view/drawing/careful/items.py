"""The items and segments of a small drawing as plain lists: what the search works on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.layered import Layered
from graphtui.view.drawing.order import by_place


class Segment(NamedTuple):
    """A piece of wire between neighbouring ranks."""

    left: int
    """The item where it starts: a box, or a pass of the same value."""
    right: int
    slot: int
    """Which operand of the right item; 0 for a pass."""


class Items(NamedTuple):
    """The drawing before it has coordinates: numbered items in ranks, the boxes first."""

    inputs: tuple[int, ...]
    """For each box how many operands it has."""
    rank: tuple[int, ...]
    """For each item its rank."""
    columns: tuple[tuple[int, ...], ...]
    """The items of each rank, in an order that keeps every expression together."""
    into: tuple[tuple[Segment, ...], ...]
    """For each item the segments that arrive, by operand."""
    out: tuple[tuple[Segment, ...], ...]
    """For each item the segments that leave."""
    depth: tuple[int, ...]
    """For each item how many boxes the longest way to it passes."""
    reach: tuple[int, ...]
    """For each item how many boxes the longest way from it passes."""
    across: tuple[int, ...]
    """For each item the cells across the flow that it covers."""
    port: tuple[int, ...]
    """For each item the one of them from which its wire leaves."""
    arrivals: dict[Segment, int]
    """For each segment the cell of its right item at which it arrives."""

    def is_box(self, item: int) -> bool:
        """Whether the item is a box, not a pass or a stub."""
        return item < len(self.inputs)


def items(layered: Layered) -> Items:
    """The same drawing, one by one."""
    into: list[list[Segment]] = [[] for _ in layered.kind]
    out: list[list[Segment]] = [[] for _ in layered.kind]
    arrivals: dict[Segment, int] = {}
    columns = np.stack((layered.left, layered.right, layered.slot, layered.arrival), axis=1)
    for left, right, slot, arrival in columns.tolist():
        segment = Segment(left, right, slot)
        out[left].append(segment)
        into[right].append(segment)
        arrivals[segment] = arrival
    walk = by_place(layered, layered.ranks.place[layered.carried])
    reach = [0] * len(layered.kind)
    boxes = len(layered.plan.boxes)
    for item in np.argsort(-layered.rank, kind="stable").tolist():
        beyond = max((reach[segment.right] for segment in out[item]), default=0)
        reach[item] = beyond + (item < boxes)
    ranks = zip(walk.start[:-1].tolist(), walk.start[1:].tolist(), strict=True)
    return Items(
        inputs=tuple(layered.plan.inputs.tolist()),
        rank=tuple(layered.rank.tolist()),
        columns=tuple(tuple(walk.items[a:b].tolist()) for a, b in ranks),
        into=tuple(tuple(sorted(each, key=lambda segment: segment.slot)) for each in into),
        out=tuple(map(tuple, out)),
        depth=tuple(layered.ranks.depth[layered.carried].tolist()),
        reach=tuple(reach),
        across=tuple(layered.across.tolist()),
        port=tuple(layered.port.tolist()),
        arrivals=arrivals,
    )
