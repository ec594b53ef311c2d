"""Rooms become one drawing: all their items and segments together.

A value that passes a wall has an item there, as it has one in every rank that it passes. Each room
has columns of its own: one for each rank, and one for a wall before the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.layered import BOX, ENTERS, LEAVES, PASS
from graphtui.view.drawing.laying_out import extents_along
from graphtui.view.drawing.plan import Ints, Plan
from graphtui.view.drawing.rooms.frames import TOP, Framed, Value
from graphtui.view.drawing.rooms.places import Extent, Place
from graphtui.view.drawing.rooms.rooms import Room


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
    closed_top: Ints
    """For each item its first cell across the flow if all groups around it are closed."""
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
    closed_enter: Ints
    """The same cell if all groups are closed."""
    leave: Ints
    """For each segment the cell across the flow where it ends."""
    closed_leave: Ints
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
    made: Plan,
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
        joining.add_items(number, room, where[number])
    for number, room in enumerate(rooms):
        joining.add_walls(number, room, where[number], extents)
    for number, room in enumerate(rooms):
        joining.add_segments(number, room, where[number])
    return joining.all()


class _Joining:
    """The items and segments that there are so far; the boxes are numbered from the start."""

    def __init__(self, made: Plan, given: Framed, rooms: Sequence[Room]) -> None:
        self.made, self.given = made, given
        # A frame without a wall at the end of its room has one behind it.
        many = [1 + room.arranged.items.count + (room.outer < 0) for room in rooms]
        self.start = np.concatenate(([0], np.cumsum(many)))
        self.number = np.array([made.number[box.key] for box in given.boxes], np.int64)
        self.slots = int(made.slot.max(initial=0)) + 1
        self.ends = made.target * self.slots + made.slot  # ascending, as the wires are
        # Kind, value, column, gap, rank, tops, extents across and along, port.
        self.boxes = np.zeros((10, len(made.boxes)), np.int64)
        self.others: list[Ints] = []
        self.count = len(made.boxes)
        self.width = np.zeros(len(made.boxes), np.int64)
        self.segments: list[Ints] = []
        self.stubs: list[Ints] = []
        self.closed, self.holds = [0] * len(given.frames), [0] * len(given.frames)
        self.numbers: list[Ints] = []
        """For each room the numbers of its items in the whole drawing; -1 for frames and walls."""
        self.values: list[Ints] = []
        """For each room the numbers of its values in the whole drawing."""
        self.starts: list[Ints] = []
        """For each room the items with which values begin that come from frames and walls."""
        self.walls: list[tuple[Ints, Ints]] = [(_NONE, _NONE)] * len(given.frames)
        """For each frame the items of the walls through which values come in, and leave."""
        self.cells = [*self.walls]
        """Where those are across the flow, in two rows as the tops."""

    def value(self, value: Value) -> int:
        """The number of a value in the whole drawing."""
        box = int(self.number[value.box])
        return int(self.made.extra[box]) + value.output - 1 if value.output else box

    def add(self, *columns: Ints | int) -> Ints:
        """The numbers of new items."""
        many = next(each.size for each in columns if isinstance(each, np.ndarray))
        new = np.empty((len(columns), many), np.int64)
        for row, each in zip(new, columns, strict=True):
            row[:] = each
        self.others.append(new)
        self.count += many
        return np.arange(self.count - many, self.count)

    def add_items(self, number: int, room: Room, place: Place) -> None:
        """Add the boxes, passes and stubs of a room."""
        items = room.arranged.items
        boxes = np.array(room.boxes, np.int64)
        local = np.flatnonzero(boxes >= 0)
        whole = self.number[boxes[local]]
        values = self._values(number, room, local, whole)
        width, along, port = extents_along(items)
        column = self.start[number] + 1 + items.rank
        columns = np.stack(
            (
                *(items.kind, values[items.value], column, column, place.first[items.rank]),
                *(*place.tops, items.across, along, port),
            )
        )
        for at, frame in room.frames:
            self.closed[frame], self.holds[frame] = int(along[at]), int(column[at])
        numbers = np.full(len(items.kind), -1)
        numbers[local] = whole
        self.boxes[:, whole], self.width[whole] = columns[:, local], width[local]
        others = np.flatnonzero(items.kind != BOX)
        numbers[others] = self.add(*columns[:, others])
        self.numbers.append(numbers)
        self.values.append(values)
        self.starts.append(np.full(len(values), -1))
        leaves, enters = (np.flatnonzero(items.kind == kind) for kind in (LEAVES, ENTERS))
        from_stub = leaves[np.searchsorted(items.value[leaves], items.value[enters])]
        self.stubs.append(np.stack((numbers[from_stub], numbers[enters]), 1))

    def _values(self, number: int, room: Room, local: Ints, whole: Ints) -> Ints:
        """What the values of a room are outside of it."""
        plan, frames = room.arranged.items.plan, self.given.frames
        found = np.full(len(plan.owner), -1)
        found[plan.values_of(local)] = self.made.values_of(whole)
        walls = [(at, frames[frame].leaves) for at, frame in room.frames]
        if room.inner >= 0:
            walls.append((room.inner, frames[number].enters))
        for at, outside in walls:
            inside = plan.values(at)[: len(outside)]
            found[list(inside)] = [self.value(value) for value in outside]
        return found

    def add_walls(self, number: int, room: Room, place: Place, extents: Sequence[Extent]) -> None:
        """Add what passes the walls of the frames in a room."""
        plan = room.arranged.items.plan
        for at, frame in room.frames:
            known, extent, top = self.given.frames[frame], extents[frame], place.tops[:, at, None]
            first, last = int(self.start[frame]), int(self.start[frame + 1]) - 1
            ports = np.arange(len(known.enters))
            into = top + plan.arrival(np.full(len(ports), at), ports)
            values = np.array([self.value(each) for each in known.enters], np.int64)
            entrance = self.add(PASS, values, first, first, extent.first, *into, 1, 1, 0)
            local = np.array(plan.values(at)[: len(known.leaves)], np.int64)
            out, values = top + plan.departure[local], self.values[number][local]
            exit_to = self.holds[frame]
            leaving = self.add(PASS, values, last, exit_to, extent.last, *out, 1, 1, 0)
            self.starts[number][local] = leaving
            self.walls[frame], self.cells[frame] = (entrance, leaving), (into, out)

    def add_segments(self, number: int, room: Room, place: Place) -> None:
        """Add the segments of a room, and those from its wall to where it begins."""
        items, top, plan = room.arranged.items, place.tops, room.arranged.items.plan
        if room.inner >= 0:
            self._add_inlets(number, room, place)
        along = items.along
        from_box = items.left < len(plan.boxes)
        leaves = items.port[items.left]
        leaves[from_box] = plan.departure[along[from_box]]
        enter, leave = top[:, items.left] + leaves, top[:, items.right] + items.arrival
        start, goal = self.numbers[number][items.left], self.numbers[number][items.right]
        start = np.where(start < 0, self.starts[number][along], start)
        if room.outer >= 0:
            out = np.flatnonzero(items.right == room.outer)
            goal[out] = self.walls[number][1][items.slot[out]]
            leave[:, out] = self.cells[number][1][:, items.slot[out]]
        for at, frame in room.frames:
            into = np.flatnonzero(items.right == at)
            goal[into] = self.walls[frame][0][items.slot[into]]
        ends = goal < len(self.made.boxes)
        wire = np.full(len(goal), -1)
        wire[ends] = np.searchsorted(self.ends, goal[ends] * self.slots + items.slot[ends])
        values = self.values[number][along]
        self.segments.append(np.stack((start, goal, values, *enter, *leave, wire)))

    def _add_inlets(self, number: int, room: Room, place: Place) -> None:
        outside, plan = self.walls[number][0], room.arranged.items.plan
        local = np.array(plan.values(room.inner), np.int64)
        cells = place.tops[:, room.inner, None] + plan.departure[local]
        column, rank = int(self.start[number]) + 1, int(place.first[0])
        values = self.values[number][local]
        inlets = self.add(PASS, values, column, column, rank, *cells, 1, 1, 0)
        self.starts[number][local] = inlets
        before, none = self.cells[number][0], np.full(len(inlets), -1)
        self.segments.append(np.stack((outside, inlets, values, *before, *cells, none)))

    def exits(self) -> list[int]:
        """The items of the outputs that nothing uses; in a frame, those of its outermost wall."""
        used, found = set(self.made.value.tolist()), list[int]()
        for at, box in enumerate(self.given.boxes):
            item, home = int(self.number[at]), self.given.home[at]
            if not box.output or item in used:
                continue
            while home != TOP:
                frame = self.given.frames[home]
                if Value(at) not in frame.leaves:
                    break
                item = int(self.walls[home][1][frame.leaves.index(Value(at))])
                home = frame.outer
            found.append(item)
        return found

    def all(self) -> Joined:
        """Everything as arrays."""
        exits = np.array(self.exits(), np.int64)
        items = np.concatenate((self.boxes, *self.others), axis=1)
        items[1, : len(self.made.boxes)] = np.arange(len(self.made.boxes))
        items[8, exits[exits >= len(self.made.boxes)]] = 1 + OUT_OF_A_WALL
        segments = np.concatenate((np.zeros((8, 0), np.int64), *self.segments), axis=1)
        closed = [np.array(each, np.int64) for each in (self.closed, self.start, self.holds)]
        stubs = np.concatenate((np.zeros((0, 2), np.int64), *self.stubs))
        return Joined(*items, *[self.width], *segments, *[exits, *closed, stubs])


_NONE = np.zeros(0, np.int64)
