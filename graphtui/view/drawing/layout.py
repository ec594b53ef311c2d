"""Boxes and wires get cells: a layered drawing of any size, to the right or down.

The phases are those of Sugiyama's method, a module each: `ranks` and `layered` (where along the
flow), `order` and `coordinates` (where across it), `channels` and `routes` (the way of the wires).
Here they are put together. A layout is arrays; boxes are looked up one by one, when asked for.
Nothing is drawn: that is `frame`'s work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graphtui.graph.collector import no_collector
from graphtui.view.drawing import channels
from graphtui.view.drawing.boxes import Box, Point, Window, Wire
from graphtui.view.drawing.careful import search as careful
from graphtui.view.drawing.coordinates import coordinates
from graphtui.view.drawing.layered import (
    ENTERS,
    LEAVES,
    LONGEST,
    STUB_NAME,
    Layered,
    layered,
)
from graphtui.view.drawing.order import arrange
from graphtui.view.drawing.plan import Flow, Ints, Plan, departure, plan, rising, turned
from graphtui.view.drawing.ranks import ranks
from graphtui.view.drawing.routes import Hops, hops, lefts, nets, with_exits

DEEP = 40
"""Ranks from which on a drawing flows down, unless it is told where to."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A box and the cells that it covers."""

    box: Box
    x: int
    y: int
    width: int
    height: int
    rank: int
    """Its rank, counted from the side where the drawing begins."""
    flow: Flow = Flow.RIGHT

    @property
    def output(self) -> Point:
        """The cell of its wall from which its wire leaves, or the first of them."""
        return self.leave(0)

    def leave(self, number: int) -> Point:
        """The cell of its wall from which its value of that number leaves."""
        size = self.width if self.flow is Flow.DOWN else self.height
        away = departure(size, self.box.outputs, self.box.gap, self.flow, number)
        if self.flow is Flow.DOWN:
            return Point(self.x + away, self.y + self.height - 1)
        return Point(self.x + self.width - 1, self.y + away)

    def input(self, slot: int) -> Point:
        """The cell of its wall at which operand `slot` arrives."""
        inputs = self.box.inputs
        assert 0 <= slot < inputs, f"box '{self.box.key}' has no operand {slot}"
        size = self.width if self.flow is Flow.DOWN else self.height
        away = 1 + (2 * slot + 1) * (size - 2) // (2 * inputs)
        if self.flow is Flow.DOWN:
            return Point(self.x + away, self.y)
        return Point(self.x, self.y + away)

    @property
    def extent(self) -> tuple[int, int]:
        """Columns and rows with its numbers."""
        gap = self.box.gap
        if self.flow is Flow.DOWN:
            return max(self.width, self.width // 2 + 1 + gap), self.height + 2 * (gap > 0)
        return self.width + gap, self.height

    def covers(self, x: int, y: int) -> bool:
        """Whether the cell lies on the box, border included."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Stubs:
    """The ends of wires that are too long to be drawn: a name, and where it leads to."""

    x: Ints
    y: Ints
    value: Ints
    """For each stub the value that it carries."""
    enters: Ints
    """For each stub 1 if the value comes in there, 0 if it leaves."""
    rank: Ints


class PlacedFrame(NamedTuple):
    """An open group and the cells that its frame stands on the edge of."""

    key: str
    """What the caller calls the box that it is when closed."""
    title: str
    x: int
    y: int
    width: int
    height: int
    title_at: int
    """The first column of the title, a blank before it included."""


class Uses(NamedTuple):
    """Which wires use which tap, where the ranks of their ends do not tell."""

    first: Ints
    """For each tap its first wire in `fan`."""
    stop: Ints
    """For each tap one past its last wire in `fan`."""
    stubs: Ints
    """For each stub the first wire that it leads to, in `fan`."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Layout:
    """A drawing as numbers: where every box stands and where every wire runs."""

    plan: Plan
    rank: Ints
    x: Ints
    y: Ints
    box_width: Ints
    order: Ints
    """The boxes by rank and place."""
    rank_start: Ints
    """For each rank where its boxes start in `order`; and at the end their number."""
    left: Ints
    """For each rank where it starts along the flow; and at the end where the drawing does."""
    hops: Hops
    hop_start: Ints
    """For each rank where the hops that leave it start; and at the end their number."""
    fan: Ints
    """The wires by the value that they carry, then by the rank in which they end."""
    fan_start: Ints
    """For each value where its wires start in `fan`; and at the end their number."""
    stubs: Stubs
    width: int
    height: int
    frames: tuple[PlacedFrame, ...] = ()
    """The open groups, outer ones before those in them."""
    uses: Uses | None = None
    """Where there are frames: things may then be as wide as many ranks."""

    @property
    def placed(self) -> Mapping[str, Placed]:
        """The boxes by key, rank by rank, each from first to last."""
        return _Boxes(self)

    @property
    def wires(self) -> Sequence[Wire]:
        """By target and operand."""
        return self.plan.wires

    def at(self, x: int, y: int) -> str | None:
        """The key of the box that covers the cell, if one does."""
        for number in self.boxes_in(Window(x, y, 1, 1)).tolist():
            if self.box(number).covers(x, y):
                return str(self.plan.boxes[number].key)
        return None

    def box(self, number: int) -> Placed:
        """The box with that place in the plan."""
        return Placed(
            self.plan.boxes[number],
            int(self.x[number]),
            int(self.y[number]),
            int(self.box_width[number]),
            int(self.plan.height[number]),
            int(self.rank[number]),
            self.plan.flow,
        )

    def other_end(self, x: int, y: int) -> str | None:
        """The box that the stub leads to whose name or arrow covers the cell, if one does."""
        stubs, down = self.stubs, self.plan.flow is Flow.DOWN
        wide, high = (STUB_NAME + 2, 2) if down else (STUB_NAME + 2, 1)
        covers = (stubs.x <= x) & (x < stubs.x + wide) & (stubs.y <= y) & (y < stubs.y + high)
        for stub in np.flatnonzero(covers).tolist():
            value = int(stubs.value[stub])
            box = int(self.plan.owner[value])
            if not stubs.enters[stub]:
                fan = self.fan[self.fan_start[value] : self.fan_start[value + 1]]
                ends = self.plan.target[fan]
                far = ends[self.rank[ends] - self.rank[box] > LONGEST]
                if self.uses is not None:
                    far = self.plan.target[self.fan[self.uses.stubs[stub : stub + 1]]]
                box = int(far[0])
            return str(self.plan.boxes[box].key)
        return None

    def towards(self, key: str, across: int, down: int) -> str | None:
        """The next box in a direction: in its rank, or the nearest one of the next rank with boxes.

        Args:
            key: of the box.
            across: 1 for the right, -1 for the left, 0 for neither.
            down: 1 for down, -1 for up, 0 for neither.
        """
        number = self.plan.number[key]
        along, beside = (down, across) if self.plan.flow is Flow.DOWN else (across, down)
        rank = int(self.rank[number])
        at = int(self.rank_start[rank]) + int(np.flatnonzero(self._rank(rank) == number)[0])
        if beside:
            there = at + beside
            inside = self.rank_start[rank] <= there < self.rank_start[rank + 1]
            return self.plan.boxes[self.order[there]].key if inside else None
        rank += along
        while along and 0 <= rank < len(self.rank_start) - 1:
            boxes = self._rank(rank)
            if len(boxes):
                away = np.abs(self._middle(boxes) - self._middle(np.array([number])))
                return str(self.plan.boxes[boxes[np.argmin(away)]].key)
            rank += along
        return None

    def _rank(self, rank: int) -> Ints:
        """The boxes of a rank."""
        return self.order[self.rank_start[rank] : self.rank_start[rank + 1]]

    def _middle(self, boxes: Ints) -> Ints:
        """Twice where the middles of the boxes stand across the flow."""
        if self.plan.flow is Flow.DOWN:
            return np.asarray(2 * self.x[boxes] + self.box_width[boxes], np.int64)
        return np.asarray(2 * self.y[boxes] + self.plan.height[boxes], np.int64)

    def leads_on(self, value: int) -> bool:
        """Whether a wire carries the value with that number in the plan."""
        used = self.fan_start[value] < self.fan_start[value + 1]
        return bool(used or (value < len(self.plan.output) and self.plan.output[value]))

    def ranks_in(self, window: Window) -> range:
        """The ranks of which the window may show something."""
        if self.uses is not None:
            return range(len(self.rank_start) - 1)
        first, size = window.x, window.width
        if self.plan.flow is Flow.DOWN:
            first, size = window.y, window.height
        start = int(np.searchsorted(self.left, first, "right")) - 1
        # The arrows of a rank stand in the cell before it.
        stop = int(np.searchsorted(self.left, first + size, "right"))
        return range(max(start, 0), min(stop, len(self.rank_start) - 1))

    def boxes_in(self, window: Window) -> Ints:
        """The places in the plan of the boxes that the window shows, or whose numbers it does."""
        seen = self.ranks_in(window)
        if not seen:
            return np.zeros(0, np.int64)
        boxes = self.order
        if self.uses is None:
            boxes = boxes[self.rank_start[seen.start] : self.rank_start[seen.stop]]
        down = self.plan.flow is Flow.DOWN
        wide = (self.plan.across if down else self.box_width)[boxes]
        x, y = self.x[boxes], self.y[boxes]
        if not down:
            wide = wide + self.plan.along[boxes] - self.plan.width[boxes]
        high = (self.plan.along if down else self.plan.height)[boxes]
        meets = (x < window.x + window.width) & (x + wide > window.x)
        meets &= (y < window.y + window.height) & (y + high > window.y)
        return boxes[meets]

    def hops_in(self, window: Window) -> Ints:
        """The hops of which the window may show something."""
        seen = self.ranks_in(window)
        if not seen:
            return np.zeros(0, np.int64)
        first, last = 0, len(self.hops.gap)
        if self.uses is None:
            first = int(self.hop_start[max(seen.start - 1, 0)])
            last = int(self.hop_start[seen.stop])
        low, size = window.y, window.height
        if self.plan.flow is Flow.DOWN:
            low, size = window.x, window.width
        touched = (self.hops.low[first:last] < low + size) & (self.hops.high[first:last] >= low)
        return np.asarray(np.flatnonzero(touched) + first, np.int64)


class _Boxes(Mapping[str, Placed]):
    """The boxes of a layout by key, made when they are asked for."""

    __slots__ = ("_layout",)

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def __getitem__(self, key: str) -> Placed:
        return self._layout.box(self._layout.plan.number[key])

    def __iter__(self) -> Iterator[str]:
        boxes = self._layout.plan.boxes
        return (boxes[number].key for number in self._layout.order.tolist())

    def __len__(self) -> int:
        return len(self._layout.plan.boxes)


def lay_out(
    boxes: Sequence[Box],
    wires: Sequence[Wire],
    flow: Flow | None = Flow.RIGHT,
    *,
    search: bool | None = None,
) -> Layout:
    """The drawing of the boxes and wires; the order in which they are given makes no difference.

    An output box that nothing uses gets an arrow out of the drawing, the wire `Wire(key, "", 0)`.

    Args:
        boxes: what is drawn.
        wires: between the boxes, without a cycle.
        flow: where the wires lead; None means down if the drawing is deep.
        search: whether to look for the best drawing; None means if it is small.
    """
    with no_collector():
        made = plan(boxes, wires, flow or Flow.RIGHT)
        found = ranks(made)
        if flow is None and int(found.rank.max(initial=0)) >= DEEP:
            made = turned(made, Flow.DOWN)
        return place(layered(made, found), search=search)


def place(items: Layered, *, search: bool | None = None) -> Layout:
    """The layout of items that have their ranks."""
    thorough = careful.worth_a_search(items) if search is None else search
    if thorough:
        order, tops = careful.arranged(items)
    else:
        order = arrange(items)
        tops = coordinates(items, order)
    between, item, segments = nets(items, tops)
    runs = (careful.assign if thorough else channels.assign)(between, items.count)
    width, along, port = extents_along(items)
    left = lefts(items, runs, along)
    start = left[items.rank] + port
    ways = hops(items, between, item, segments, runs, left, start)
    ways = _out(items, ways, start, tops, width)
    return _layout(items, order.items, tops, left, ways, width)


def extents_along(items: Layered) -> tuple[Ints, Ints, Ints]:
    """The width of every box; for every item its cells along the flow, and where its wire leaves.

    The boxes of a rank are stretched a little to be tidy, never much.
    """
    made, count = items.plan, len(items.plan.boxes)
    width, rank = made.width, items.rank[:count]
    along, port = np.zeros(len(items.kind), np.int64), np.zeros(len(items.kind), np.int64)
    along[items.kind == LEAVES] = STUB_NAME if made.flow is Flow.RIGHT else 1
    entry = STUB_NAME + 2 if made.flow is Flow.RIGHT else 2
    along[items.kind == ENTERS] = entry
    port[items.kind == ENTERS] = entry - 1
    if made.flow is Flow.RIGHT:
        widest = np.zeros(items.count, np.int64)
        np.maximum.at(widest, rank, width)
        width = np.where(widest[rank] - width <= 3, widest[rank], width)
        along[:count] = made.along - made.width + width
        port[:count] = width - 1
    else:
        along[:count], port[:count] = made.along, made.height - 1
    return width, along, port


def _out(items: Layered, ways: Hops, start: Ints, tops: Ints, width: Ints) -> Hops:
    """The hops, those out of the drawing included."""
    made = items.plan
    unused = np.ones(len(made.boxes), bool)
    unused[made.value[made.value < len(unused)]] = False
    box = np.flatnonzero(unused & made.output)
    if not len(box):
        return ways
    gap = np.maximum(
        made.along[box] - (made.width if made.flow is Flow.RIGHT else made.height)[box], 1
    )
    return with_exits(
        ways, items.rank[box], box, start[box], tops[box] + items.port[box], start[box] + gap
    )


def _layout(items: Layered, order: Ints, tops: Ints, left: Ints, ways: Hops, width: Ints) -> Layout:
    made, count = items.plan, len(items.plan.boxes)
    rank = items.rank[:count]
    along, across = left[rank], tops[:count]
    size = int((tops + items.across).max(initial=0))
    size = max(size, int(ways.high.max(initial=-1)) + 1)
    stub = np.flatnonzero(items.kind >= LEAVES)
    fan = rising(made.value * len(left) + rank[made.target])
    ranks_at = np.arange(len(left))
    boxes = order[order < count]
    right = made.flow is Flow.RIGHT
    stub = stub[np.argsort(items.rank[stub], kind="stable")]
    stub_at = left[items.rank[stub]], tops[stub]
    return Layout(
        plan=made,
        rank=rank,
        x=along if right else across,
        y=across if right else along,
        box_width=width,
        order=boxes,
        rank_start=np.searchsorted(rank[boxes], ranks_at),
        left=left,
        hops=ways,
        hop_start=np.searchsorted(ways.gap, ranks_at),
        fan=fan,
        fan_start=np.searchsorted(made.value[fan], np.arange(len(made.owner) + 1)),
        stubs=Stubs(
            *(stub_at if right else stub_at[::-1]),
            items.value[stub],
            (items.kind[stub] == ENTERS).astype(np.int64),
            items.rank[stub],
        ),
        width=int(left[-1]) if right else size,
        height=size if right else int(left[-1]),
    )
