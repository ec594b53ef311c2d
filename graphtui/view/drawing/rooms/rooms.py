"""Every open group, and what is around them all, is a room: a drawing of its own.

In a room, an open group is the box that it is when closed, so that nothing moves in the room when
it is opened. Values come in from a wall on the one side and leave through one on the other. Equal
rooms are laid out once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.careful import search as careful
from graphtui.view.drawing.coordinates import coordinates
from graphtui.view.drawing.layered import Layered, layered
from graphtui.view.drawing.order import arrange
from graphtui.view.drawing.plan import Flow, Ints, Plan, plan
from graphtui.view.drawing.ranks import ranks
from graphtui.view.drawing.rooms.frames import TOP, Framed, Value

MOST_SEARCHED = 40
"""Up to so many boxes the inside of a group is worth a search: it is opened at a key press."""


@dataclass(frozen=True, slots=True, eq=False)
class Arranged:
    """A room with the first cell of each item across the flow."""

    items: Layered
    tops: Ints


Known = dict[Hashable, Arranged]
"""The rooms that have been laid out, by everything that makes a difference, and as they came."""


class Room(NamedTuple):
    """What is in a room, by the numbers that it has there: boxes and frames first, then walls."""

    boxes: tuple[int, ...]
    """For each thing in the room its number as a box outside, or -1 for a frame."""
    frames: tuple[tuple[int, int], ...]
    """For each frame in the room its number there, and that outside."""
    inner: int
    """The number of the wall through which values come in, or -1."""
    outer: int
    """The number of the wall through which values leave, or -1."""
    arranged: Arranged


class _Inside(NamedTuple):
    """What lies right in each room: for each thing a box by its number, or a frame."""

    boxes: list[list[int]]
    frames: list[list[tuple[int, int]]]
    of_box: list[int]
    """For each box its number in its room."""
    of_frame: list[int]


def rooms(given: Framed, flow: Flow, known: Known) -> list[Room]:
    """The room of each frame, and at the end that around them all."""
    inside = _inside(given)
    wires = _wires(given, inside)
    made: list[Room] = []
    for number, (boxes, frames) in enumerate(zip(inside.boxes, inside.frames, strict=True)):
        closed = {at: given.frames[frame].closed for at, frame in frames}
        drawn = [closed[at] if box < 0 else given.boxes[box] for at, box in enumerate(boxes)]
        inner = outer = -1
        if number < len(given.frames):
            enters, leaves = given.frames[number].enters, given.frames[number].leaves
            if enters:
                inner = len(drawn)
                drawn.append(Box("", "", outputs=len(enters), gap=0))
            if leaves:
                outer = len(drawn)
                drawn.append(Box("", "", inputs=len(leaves), gap=0))
        arranged = _arranged(drawn, wires[number], inner, outer, flow, known)
        made.append(Room(tuple(boxes), tuple(frames), inner, outer, arranged))
    return made


def _inside(given: Framed) -> _Inside:
    things: list[list[tuple[int, int, int]]] = [[] for _ in range(len(given.frames) + 1)]
    for box, home in enumerate(given.home):
        things[home].append((given.place[box], box, -1))
    for number, frame in enumerate(given.frames):
        assert frame.outer < number, "a frame comes after the one around it"
        things[frame.outer].append((frame.place, -1, number))
    found = _Inside([], [], [0] * len(given.boxes), [0] * len(given.frames))
    for each in things:
        each.sort()
        found.boxes.append([box for _, box, _ in each])
        found.frames.append([(at, frame) for at, (_, _, frame) in enumerate(each) if frame >= 0])
        for at, (_, box, number) in enumerate(each):
            if number < 0:
                found.of_box[box] = at
            else:
                found.of_frame[number] = at
    return found


_Ends = dict[tuple[int, int], tuple[int, int]]
"""For each operand of a room's boxes the value that arrives there: the box and the port."""


def _wires(given: Framed, inside: _Inside) -> list[_Ends]:
    """The wires of each room; a wire through walls is one in each room that it passes."""
    place, of_frame, frames = inside.of_box, inside.of_frame, given.frames
    number = {box.key: at for at, box in enumerate(given.boxes)}
    enters = [{value: port for port, value in enumerate(frame.enters)} for frame in frames]
    leaves = [{value: port for port, value in enumerate(frame.leaves)} for frame in frames]
    inner = [len(inside.boxes[at]) for at in range(len(frames))]
    outer = [wall + bool(frames[at].enters) for at, wall in enumerate(inner)]
    around = [_around(given, home) for home in range(len(frames))]
    found: list[_Ends] = [{} for _ in inside.boxes]

    def out(home: int, value: Value, start: tuple[int, int]) -> tuple[int, int]:
        """Lead a value out of a frame, and say where it is found outside."""
        port = leaves[home][value]
        found[home][outer[home], port] = start
        return of_frame[home], port

    for source, target, slot, output in given.wires:
        value, box, end = Value(source, output), number[source], number[target]
        home, start = given.home[box], (place[box], output)
        goal = given.home[end]
        way = around[goal] if goal != TOP else ()
        while home != TOP and home not in way:
            start, home = out(home, value, start), frames[home].outer
        for frame in way[way.index(home) + 1 if home != TOP else 0 :]:
            port = enters[frame][value]
            found[home][of_frame[frame], port] = start
            home, start = frame, (inner[frame], port)
        found[home][place[end], slot] = start
    for box, each in enumerate(given.boxes):
        if each.output:
            home, start, value = given.home[box], (place[box], 0), Value(each.key)
            while home != TOP and value in leaves[home]:
                start, home = out(home, value, start), frames[home].outer
    return found


def _around(given: Framed, home: int) -> tuple[int, ...]:
    """The frames around what lies in a frame, outermost first."""
    found: list[int] = []
    while home != TOP:
        found.append(home)
        home = given.frames[home].outer
    return tuple(reversed(found))


def _arranged(
    boxes: Sequence[Box], ends: _Ends, inner: int, outer: int, flow: Flow, known: Known
) -> Arranged:
    """The room laid out, which is the very one of before if there was an equal one."""
    asked = tuple(box[1:] for box in boxes), tuple(ends.items()), inner, outer, flow
    if asked in known:
        return known[asked]
    keys = [f"{number:07}" for number in range(len(boxes))]  # in this order, whatever the names
    made = plan(
        [box._replace(key=key) for key, box in zip(keys, boxes, strict=True)],
        [
            Wire(keys[source], keys[target], slot, output)
            for (target, slot), (source, output) in ends.items()
        ],
        flow,
    )
    _make_walls(made, inner, outer)
    key = tuple(_what_matters(made, inner, outer))
    if key not in known:
        known[key] = _laid_out(made, inner, outer)
    known[asked] = known[key]
    return known[key]


def _what_matters(made: Plan, inner: int, outer: int) -> Iterator[bytes]:
    """Everything about a room that its layout depends on."""
    yield f"{inner} {outer} {made.flow}".encode()
    yield made.output.tobytes()
    for each in (made.source, made.target, made.slot, made.value, made.inputs):
        yield each.tobytes()
    for each in (made.width, made.height, made.across, made.along, made.departure):
        yield each.tobytes()


def _make_walls(made: Plan, inner: int, outer: int) -> None:
    """Make boxes of walls: a cell for each port and one between two, and no thicker than a line."""
    for wall in (inner, outer):
        if wall < 0:
            continue
        ports = max(made.boxes[wall].inputs, made.boxes[wall].outputs)
        made.width[wall] = made.height[wall] = made.along[wall] = 1
        made.across[wall] = 2 * ports + 1
        (made.height if made.flow is Flow.RIGHT else made.width)[wall] = 2 * ports + 1
        if wall == inner:
            values = np.array(made.values(wall))
            made.departure[values] = 1 + 2 * np.arange(len(values))


def _laid_out(made: Plan, inner: int, outer: int) -> Arranged:
    found = ranks(made)
    if inner >= 0:
        found.rank[inner] = 0
    if outer >= 0:
        found.rank[outer] = found.rank.max() + 1
    items = layered(made, found)
    small = len(made.boxes) <= MOST_SEARCHED or (inner < 0 and outer < 0)
    if small and careful.worth_a_search(items):
        return Arranged(items, careful.arranged(items)[1])
    return Arranged(items, coordinates(items, arrange(items)))
