"""Every open group, and what is around them all, is a room: a drawing of its own.

In a room, an open group is the box that it is when closed, so that nothing moves in the room when
it is opened. Values come in from a wall on the one side and leave through one on the other. Equal
rooms are laid out once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.boxes import Box
from graphtui.view.drawing.careful import search as careful
from graphtui.view.drawing.coordinates import coordinates
from graphtui.view.drawing.layered import layered
from graphtui.view.drawing.order import arrange
from graphtui.view.drawing.plan import Flow, Plan, plan_in_order
from graphtui.view.drawing.ranks import ranks
from graphtui.view.drawing.rooms.cuts import Arranged, tied
from graphtui.view.drawing.rooms.frames import Framed, Inside

MOST_SEARCHED = 40
"""Up to so many boxes the inside of a group is worth a search: it is opened at a key press."""


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


def rooms(given: Framed, flow: Flow, known: Known) -> list[Room]:
    """The room of each frame, and at the end that around them all."""
    return [
        Room(boxes, frames, inside.inner, inside.outer, _arranged(inside, flow, known))
        for inside, boxes, frames in given.rooms
    ]


def _arranged(inside: Inside, flow: Flow, known: Known) -> Arranged:
    """The room laid out, which is the very one of before if there was an equal one."""
    asked = inside, flow
    if asked not in known:
        made = plan_in_order((*inside.boxes, *_walls(inside)), inside.ends, flow)
        _make_walls(made, inside.inner, inside.outer)
        key = tuple(_what_matters(made, inside.inner, inside.outer))
        if key not in known:
            known[key] = _laid_out(made, inside.inner, inside.outer)
        known[asked] = known[key]
    return known[asked]


def _walls(inside: Inside) -> Iterator[Box]:
    if inside.enters:
        yield Box("<", "", outputs=inside.enters, gap=0)
    if inside.leaves:
        yield Box(">", "", inputs=inside.leaves, gap=0)


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
        tops = careful.arranged(items)[1]
    else:
        tops = coordinates(items, arrange(items))
    return Arranged(items, tops, tied(items, tops))
