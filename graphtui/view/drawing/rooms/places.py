"""Where each room stands: the ranks that it takes, and its first cell across the flow.

Opening a group stretches the room around it. Ranks behind it move along the flow; what is below its
last cell moves across, and nothing else. Where that cut is in steps, `cuts` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.plan import Flow, Ints
from graphtui.view.drawing.rooms.cuts import cut_apart
from graphtui.view.drawing.rooms.rooms import Room


class Place(NamedTuple):
    """Where a room is in the drawing."""

    first: Ints
    """For each rank of the room the first rank of the drawing that it takes, and at the end the one
    behind the last."""
    tops: Ints
    """For each item of the room its first cell across the flow; and below, in a second row, the one
    that it has if everything in the room, and around it, is closed."""


class Extent(NamedTuple):
    """Where a frame is in the drawing."""

    first: int
    """The rank of the wall through which values come in."""
    last: int
    """The rank of the wall through which they leave."""
    top: int
    size: int
    """Cells across the flow, walls included."""
    free: int
    """The first cell across the flow behind the values that come in, counted from `top`."""


def places(rooms: Sequence[Room], titles: Sequence[int]) -> tuple[list[Place], list[Extent]]:
    """The places of all rooms, and those of the frames around all but the last.

    Args:
        rooms: the rooms, that around all frames at the end.
        titles: for each frame the cells of its title.
    """
    count = len(rooms) - 1
    ranks: list[Ints] = [np.zeros(1, np.int64)] * len(rooms)
    tops: list[Ints] = [np.zeros(0, np.int64)] * len(rooms)
    sizes, lengths, free = [0] * count, [0] * count, [1] * count
    for room in rooms:
        plan = room.arranged.items.plan
        if plan.flow is Flow.DOWN:  # the title stands where values come in
            for at, frame in room.frames:
                last = int(plan.arrival(np.array([at]), plan.inputs[at : at + 1] - 1)[0])
                free[frame] = last + 1 if plan.inputs[at] else 1
                sizes[frame] = free[frame] + titles[frame] + 1
    for number in (*reversed(range(count)), count):  # frames come after those around them
        room = rooms[number]
        inner_size, ranks[number], tops[number] = _stretched(room, sizes, lengths)
        if number < count:
            sizes[number] = max(sizes[number], inner_size + 2)
            # The wall through which values leave the room is that of the frame.
            lengths[number] = int(ranks[number][-1]) - (room.outer >= 0)
    found, extents = _placed(rooms, ranks, tops, sizes, lengths)
    return found, [each._replace(free=free[at]) for at, each in enumerate(extents)]


def _stretched(room: Room, sizes: list[int], lengths: list[int]) -> tuple[int, Ints, Ints]:
    """The cells of a room across the flow, its ranks from 0, and the tops of its items."""
    items, tops = room.arranged.items, room.arranged.tops
    span = np.ones(max(items.count, 1), np.int64)
    cut: dict[int, int] = {}
    stepped: dict[bytes, int] = {}
    for at, frame in room.frames:
        closed = int(items.across[at])
        sizes[frame] = max(sizes[frame], closed)
        below, grown = int(tops[at]) + closed, sizes[frame] - closed
        if room.arranged.tied[below] and (apart := cut_apart(room.arranged, at)) is not None:
            moves = apart.tobytes()
            stepped[moves] = max(stepped.get(moves, 0), grown)
        else:
            cut[below] = max(cut.get(below, 0), grown)
        span[items.rank[at]] = max(span[items.rank[at]], lengths[frame] + 2)
    cuts = np.array(sorted(cut), np.int64)
    more = np.concatenate(([0], np.cumsum([cut[each] for each in sorted(cut)])))
    moved = tops + more[np.searchsorted(cuts, tops, "right")].astype(np.int64)
    for moves, grown in stepped.items():
        moved += grown * np.frombuffer(moves, np.bool_)
    across = items.across.copy()
    for at, frame in room.frames:
        across[at] = sizes[frame]
    return int((moved + across).max(initial=0)), np.concatenate(([0], np.cumsum(span))), moved


def _placed(
    rooms: Sequence[Room], ranks: list[Ints], tops: list[Ints], sizes: list[int], lengths: list[int]
) -> tuple[list[Place], list[Extent]]:
    count = len(rooms) - 1
    closed = [room.arranged.tops for room in rooms]
    found = [
        Place(*each)
        for each in zip(ranks, map(np.stack, zip(tops, closed, strict=True)), strict=True)
    ]
    extents: list[Extent] = [Extent(0, 0, 0, 0, 1)] * count
    for number in (count, *range(count)):  # from the outside in
        room, place = rooms[number], found[number]
        for at, frame in room.frames:
            first = int(place.first[room.arranged.items.rank[at]])
            last = first + lengths[frame] + 1
            extents[frame] = Extent(first, last, int(place.tops[0, at]), sizes[frame], 1)
            inside = found[frame].tops + place.tops[:, at : at + 1] + 1
            found[frame] = Place(ranks[frame] + first + 1, inside)
    return found, extents
