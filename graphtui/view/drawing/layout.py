"""A drawing as arrays: where every box stands and every wire runs, looked up when asked for.

It is made in `laying_out` and, with frames, in `rooms`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graphtui.view.drawing.boxes import Window, Wire
from graphtui.view.drawing.layered import LONGEST, STUB_NAME
from graphtui.view.drawing.placed import Placed, PlacedFrame, Stubs, Uses
from graphtui.view.drawing.plan import Flow, Ints, Plan
from graphtui.view.drawing.routes import Hops


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
