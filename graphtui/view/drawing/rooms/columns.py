"""Where the columns of all rooms stand along the flow.

A frame is as long as the room in it; the column around it in which it stands is at least as long as
the frame, and never shorter than it is when the group is closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.plan import Ints
from graphtui.view.drawing.rooms.joined import OUT_OF_A_WALL, Joined


class Columns(NamedTuple):
    """The places of columns along the flow."""

    left: Ints
    """For each column its first cell."""
    frames: list[tuple[int, int]]
    """For each frame its first cell and how many it has, walls included."""
    size: int
    """The cells of the whole drawing."""


def columns(items: Joined, tracks: Ints, arrows: Ints, titles: Sequence[int]) -> Columns:
    """The places of all columns.

    Args:
        items: what stands in them.
        tracks: for each column how many tracks follow on it.
        arrows: for each column whether there is a cell before it for arrows.
        titles: for each frame how long it must be at least, without its walls.
    """
    count = len(items.closed)
    wide = np.zeros(len(tracks), np.int64)
    # The arrow out of a wall is beyond it, in the room around.
    inside = np.ones(len(items.kind), bool)
    inside[items.exits] = items.exits < len(items.width)
    np.maximum.at(wide, items.column[inside], items.along[inside])
    out = np.zeros(count, np.int64)
    for item in items.exits[items.exits >= len(items.width)].tolist():
        out[np.searchsorted(items.start, items.column[item], "right") - 1] = OUT_OF_A_WALL
    left = np.zeros(len(tracks) + 1, np.int64)
    sizes = [0] * (count + 1)
    for room in (*reversed(range(count)), count):
        first, stop = int(items.start[room]), int(items.start[room + 1])
        if room < count:
            wide[first] = wide[stop - 1] = 1
        step = wide[first:stop] + tracks[first:stop] + arrows[first + 1 : stop + 1]
        step[-1] = wide[stop - 1]
        if room == count:
            step[0] = 0
        else:
            step[-2] += max(titles[room] + 2 - int(step.sum()), 0)
        left[first:stop] = np.cumsum(step) - step
        sizes[room] = int(step.sum())
        if room < count:
            around = items.holds[room]
            wide[around] = max(wide[around], items.closed[room], sizes[room] + out[room])
    frames: list[tuple[int, int]] = []
    for room in range(count):  # from the outside in
        origin = int(left[items.holds[room]])
        left[items.start[room] : items.start[room + 1]] += origin
        frames.append((origin, sizes[room]))
    return Columns(left, frames, sizes[count])
