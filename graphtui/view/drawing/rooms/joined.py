"""Rooms become one drawing: all their items and segments together.

A value that passes a wall has an item there, as it has one in every rank that it passes. Each room
has columns of its own: one for each rank, and one for a wall before the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.layered import BOX, ENTERS, LEAVES, PASS
from graphtui.view.drawing.layout import extents_along
from graphtui.view.drawing.plan import Ints
from graphtui.view.drawing.rooms.frames import TOP, Framed, Value
from graphtui.view.drawing.rooms.places import Extent, Place
from graphtui.view.drawing.rooms.rooms import Room
from graphtui.view.drawing.rooms.several import SeveralPlan


class Joined(NamedTuple):
    """All items, the boxes first, and the segments between them."""

    kind: Ints
    value: Ints
    column: Ints
    """For each item the column in which it begins."""
    gap: Ints
    """For each item the column after which its wires go on: outside, where it is in a wall."""
    rank: Ints
    """For each item its rank in the whole drawing."""
    top: Ints
    across: Ints
    along: Ints
    """For each item its cells along the flow."""
    port: Ints
    """For each item the cell along the flow from which its wires leave."""
    width: Ints
    """For each box its columns."""
    left: Ints
    """For each segment the item that it leaves."""
    right: Ints
    carried: Ints
    """For each segment its value."""
    enter: Ints
    """For each segment the cell across the flow where it begins."""
    leave: Ints
    """For each segment the cell across the flow where it ends."""
    wire: Ints
    """For each segment the wire that ends with it, or -1."""
    exits: Ints
    """The items from which an arrow leads out of the drawing."""
    closed: Ints
    """For each frame the cells along the flow of the box that it is when closed."""
    start: Ints
    """For each room its first column; and at the end their number."""
    holds: Ints
    """For each frame the column of the room around it in which it stands."""
    stubs: Ints
    """Pairs of stubs, one where a value leaves and one of those where it enters again."""


OUT_OF_A_WALL = 2
"""Cells of the arrow that leads out of the drawing from a wall."""


def joined(
    made: SeveralPlan,
    given: Framed,
    rooms: Sequence[Room],
    where: Sequence[Place],
    extents: Sequence[Extent],
) -> Joined:
    """The items and segments of the whole drawing.

    Args:
        made: the plan of all boxes and wires.
        given: what is drawn.
        rooms: the rooms, that around all frames at the end.
        where: their places.
        extents: those of the frames.
    """
    joining = _Joining(made, given, rooms)
    for number, room in enumerate(rooms):
        joining.add_values(number, room)
        joining.add_items(number, room, where[number])
    for number, room in enumerate(rooms):
        joining.add_walls(room, where[number], extents)
    for number, room in enumerate(rooms):
        joining.add_segments(number, room, where[number])
    return joining.all()


class _Port(NamedTuple):
    """Where a wire begins or ends."""

    item: int
    cell: int
    """Across the flow, in the whole drawing."""


class _Joining:
    """The items and segments that there are so far; the boxes are numbered from the start."""

    def __init__(self, made: SeveralPlan, given: Framed, rooms: Sequence[Room]) -> None:
        self.made, self.given = made, given
        # A frame without a wall at the end of its room has one behind it.
        many = [1 + room.arranged.items.count + (room.outer < 0) for room in rooms]
        self.start = np.concatenate(([0], np.cumsum(many)))
        self.number = [made.number[box.key] for box in given.boxes]
        self.ends = dict(
            zip(
                zip(made.target.tolist(), made.slot.tolist(), strict=True),
                range(len(made.wires)),
                strict=True,
            )
        )
        # Kind, value, column, gap, rank, top, extents across and along, port.
        self.items: list[tuple[int, ...]] = [(BOX,) * 9] * len(made.boxes)
        self.width = [0] * len(made.boxes)
        self.segments: list[tuple[int, ...]] = []
        self.stubs: list[tuple[int, int]] = []
        self.closed, self.holds = [0] * len(given.frames), [0] * len(given.frames)
        self.numbers: list[list[int]] = []
        """For each room the numbers of its items in the whole drawing; -1 for frames and walls."""
        self.values: list[list[int]] = []
        """For each room the numbers of its values in the whole drawing."""
        self.entrance: list[list[_Port]] = [[] for _ in given.frames]
        """For each frame its wall through which values come in, seen from outside."""
        self.inlet: list[list[_Port]] = [[] for _ in given.frames]
        """The same, where the room in it begins."""
        self.exit: list[list[_Port]] = [[] for _ in given.frames]

    def value(self, value: Value) -> int:
        """The number of a value in the whole drawing."""
        return self.made.values(self.made.number[value.box])[value.output]

    def add(self, *item: int) -> int:
        """The number of a new item."""
        self.items.append(item)
        return len(self.items) - 1

    def add_values(self, number: int, room: Room) -> None:
        """Take note of what the values of a room are outside of it."""
        plan, frames = room.arranged.items.plan, self.given.frames
        found = [-1] * len(plan.owner)
        for local, box in enumerate(room.boxes):
            if box >= 0:
                whole = self.made.values(self.number[box])
                for mine, theirs in zip(plan.values(local), whole, strict=True):
                    found[mine] = theirs
        walls = [(at, frames[frame].leaves) for at, frame in room.frames]
        if room.inner >= 0:
            walls.append((room.inner, frames[number].enters))
        for local, outside in walls:
            for mine, value in zip(plan.values(local), outside, strict=False):
                found[mine] = self.value(value)
        self.values.append(found)

    def add_items(self, number: int, room: Room, place: Place) -> None:
        """Add the boxes, passes and stubs of a room."""
        items, boxes, values = room.arranged.items, len(room.boxes), self.values[number]
        width, along, port = extents_along(items)
        rank, column = place.first[items.rank], self.start[number] + 1 + items.rank
        columns = (
            *(items.kind, items.value, column, column, rank),
            *(place.tops, items.across, along, port),
        )
        rows = np.stack(columns, 1).tolist()
        for at, frame in room.frames:
            self.closed[frame], self.holds[frame] = int(along[at]), int(column[at])
        numbers: list[int] = []
        for at, (kind, value, *rest) in enumerate(rows):
            if at < boxes and room.boxes[at] >= 0:
                item = self.number[room.boxes[at]]
                self.items[item] = (kind, item, *rest)
                self.width[item] = int(width[at])
            else:
                item = -1 if kind == BOX else self.add(kind, values[value], *rest)
            numbers.append(item)
        self.numbers.append(numbers)
        leaves = {value: numbers[at] for at, (kind, value, *_) in enumerate(rows) if kind == LEAVES}
        self.stubs += [
            (leaves[value], numbers[at])
            for at, (kind, value, *_) in enumerate(rows)
            if kind == ENTERS
        ]

    def add_walls(self, room: Room, place: Place, extents: Sequence[Extent]) -> None:
        """Add what passes the walls of the frames in a room."""
        items = room.arranged.items
        for at, frame in room.frames:
            known, extent = self.given.frames[frame], extents[frame]
            top, ports = int(place.tops[at]), np.arange(len(known.enters))
            cells = top + items.plan.arrival(np.full(len(ports), at), ports)
            for each, cell in zip(known.enters, cells.tolist(), strict=True):
                column, value = int(self.start[frame]), self.value(each)
                number = self.add(PASS, value, column, column, extent.first, cell, 1, 1, 0)
                self.entrance[frame].append(_Port(number, cell))
            for each, local in zip(known.leaves, items.plan.values(at), strict=False):
                cell = top + int(items.plan.departure[local])
                column, value = int(self.start[frame + 1]) - 1, self.value(each)
                number = self.add(
                    PASS, value, column, self.holds[frame], extent.last, cell, 1, 1, 0
                )
                self.exit[frame].append(_Port(number, cell))

    def add_segments(self, number: int, room: Room, place: Place) -> None:
        """Add the segments of a room, and those from its wall to where it begins."""
        items, top, items_here = room.arranged.items, place.tops, self.numbers[number]
        if room.inner >= 0:
            column, rank = int(self.start[number]) + 1, int(place.first[0])
            for port, outside in enumerate(self.entrance[number]):
                value, cell = self.items[outside.item][1], int(top[room.inner]) + 1 + 2 * port
                inlet = self.add(PASS, value, column, column, rank, cell, 1, 1, 0)
                self.inlet[number].append(_Port(inlet, cell))
                self.segments.append((outside.item, inlet, value, outside.cell, cell, -1))
        along = items.along
        from_box = items.left < len(items.plan.boxes)
        leaves = items.port[items.left]
        leaves[from_box] = items.plan.departure[along[from_box]]
        enter, leave = top[items.left] + leaves, top[items.right] + items.arrival
        columns = (items.left, items.right, items.slot, along, enter, leave)
        frames = dict(room.frames)
        for left, right, slot, local, begin, end in np.stack(columns, 1).tolist():
            start, goal = _Port(items_here[left], begin), _Port(items_here[right], end)
            if start.item < 0:
                port = items.plan.values(left).index(local)
                start = (
                    self.inlet[number][port]
                    if left == room.inner
                    else self.exit[frames[left]][port]
                )
            if goal.item < 0:
                goal = (
                    self.exit[number][slot]
                    if right == room.outer
                    else self.entrance[frames[right]][slot]
                )
            wire = self.ends[goal.item, slot] if goal.item < len(self.made.boxes) else -1
            value = self.values[number][local]
            self.segments.append((start.item, goal.item, value, start.cell, goal.cell, wire))

    def exits(self) -> list[int]:
        """The items of the outputs that nothing uses; in a frame, those of its outermost wall."""
        used, found = set(self.made.value.tolist()), list[int]()
        for at, box in enumerate(self.given.boxes):
            if not box.output or self.number[at] in used:
                continue
            item, home = self.number[at], self.given.home[at]
            while home != TOP:
                frame = self.given.frames[home]
                if Value(box.key) not in frame.leaves:
                    break
                item, home = self.exit[home][frame.leaves.index(Value(box.key))].item, frame.outer
            if item >= len(self.made.boxes):
                kind, *rest, _, port = self.items[item]
                self.items[item] = (kind, *rest, 1 + OUT_OF_A_WALL, port)
            found.append(item)
        return found

    def all(self) -> Joined:
        """Everything as arrays."""
        out = np.array(self.exits(), np.int64)
        items = np.array(self.items, np.int64).reshape(-1, 9).T
        segments = np.array(self.segments, np.int64).reshape(-1, 6).T
        closed = [np.array(each, np.int64) for each in (self.closed, self.start, self.holds)]
        stubs = np.array(self.stubs, np.int64).reshape(-1, 2)
        return Joined(*items, *[np.array(self.width, np.int64)], *segments, *[out, *closed, stubs])
