"""The phases for a small drawing, which is worth a search: item by item, not array by array.

The same three questions as in `order`, `coordinates` and `channels`, answered with more patience:
the order with the fewest crossings of many, rows that are even as well as short, tracks that cross
least.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphtui.view.drawing.channels import Nets, Runs
from graphtui.view.drawing.layered import Layered
from graphtui.view.drawing.order import Order, by_place
from graphtui.view.drawing.plan import Ints
from graphtui.view.order import arrange as arrange_items
from graphtui.view.ranks import Layers, Segment
from graphtui.view.route import Net
from graphtui.view.route import assign as assign_gap
from graphtui.view.rows import rows

MOST_BOXES = 400
"""Up to so many boxes a drawing is worth a search."""

MOST_ITEMS = 1500
"""The same for boxes and passes together."""


@dataclass(frozen=True, slots=True)
class _Items(Layers):
    """Layers whose extents come from the arrays."""

    across: tuple[int, ...]
    port: tuple[int, ...]
    arrivals: dict[Segment, int]

    def height(self, item: int) -> int:
        return self.across[item]

    def out_row(self, item: int) -> int:
        return self.port[item]

    def in_row(self, segment: Segment) -> int:
        return self.arrivals[segment]


def worth_a_search(layered: Layered) -> bool:
    """Whether the drawing is small enough."""
    return len(layered.plan.boxes) <= MOST_BOXES and len(layered.kind) <= MOST_ITEMS


def arranged(layered: Layered) -> tuple[Order, Ints]:
    """The order of the items, and the first cell of each across the flow."""
    items = _items(layered)
    columns = arrange_items(items)
    place = np.zeros(len(layered.kind), np.int64)
    for column in columns:
        place[column] = np.arange(len(column))
    return by_place(layered, place), np.array(rows(items, columns), np.int64)


def assign(nets: Nets, gaps: int) -> Runs:
    """The run of every net, gap by gap."""
    count = len(nets.gap)
    runs = Runs(
        np.full(count, -1), np.full(count, -1), np.full(count, -1), np.zeros(gaps, np.int64)
    )
    leave, start = nets.leave.tolist(), nets.start.tolist()
    first = np.searchsorted(nets.gap, np.arange(gaps + 1)).tolist()
    enter = nets.enter.tolist()
    for gap in range(gaps):
        numbers = range(first[gap], first[gap + 1])
        found = assign_gap([Net(enter[n], tuple(leave[start[n] : start[n + 1]])) for n in numbers])
        for number, run in zip(numbers, found, strict=True):
            runs.track[number] = run.track
            if run.bend:
                runs.bend_track[number], runs.bend[number] = run.bend
        runs.tracks[gap] = 1 + max((run.track for run in found), default=-1)
    return runs


def _items(layered: Layered) -> _Items:
    """The same items and segments, one by one."""
    into: list[list[Segment]] = [[] for _ in layered.kind]
    out: list[list[Segment]] = [[] for _ in layered.kind]
    arrivals: dict[Segment, int] = {}
    columns = zip(layered.left, layered.right, layered.slot, layered.arrival, strict=True)
    for left, right, slot, arrival in np.array(list(columns), np.int64).reshape(-1, 4).tolist():
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
    return _Items(
        boxes=layered.plan.boxes,
        carried=tuple(layered.carried.tolist()),
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
