"""The tracks of all rooms, each as if everything in it were closed.

So opening a group changes no track in the room around it, and what is there is only moved apart.
What keeps that from being the whole truth: a box may reach over the row at which the room is
cut. Where its wires then run past those of others in a gap, that gap gets tracks anew; it does not
become narrower by that.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graphtui.view.drawing import channels
from graphtui.view.drawing.careful import search as careful
from graphtui.view.drawing.channels import Nets, Runs
from graphtui.view.drawing.plan import Ints, distinct
from graphtui.view.drawing.rooms.rooms import Room

MOST_SEARCHED = 200
"""Nets of a room for whose tracks the best places are looked for."""


def tracks(nets: Nets, closed: Nets, start: Ints, rooms: Sequence[Room]) -> Runs:
    """The run of every net.

    Args:
        nets: the nets of all gaps, those of a gap by where they come in.
        closed: the same nets in the same order, with the cells that they have if all is closed.
        start: for each room its first gap; and at the end their number.
        rooms: the rooms.
    """
    count, gaps = len(nets.gap), int(start[-1])
    runs = _none(count, gaps)
    if not count:
        return runs
    mixed = _mixed(nets, closed)
    again = np.isin(nets.gap, mixed)
    by_closed = np.lexsort((closed.enter, closed.gap))
    assigned = _by_room(_some(closed, by_closed), start, rooms)
    for mine, its in zip(runs[:3], assigned[:3], strict=True):
        mine[by_closed] = its
    runs.tracks[:] = assigned.tracks
    places = np.flatnonzero(again)
    if len(places):
        fresh = _by_room(_some(nets, places), start, rooms)
        for mine, its in zip(runs[:3], fresh[:3], strict=True):
            mine[places] = its
        np.maximum(runs.tracks, fresh.tracks, out=runs.tracks)
    for net in np.flatnonzero((runs.bend >= 0) & ~again).tolist():
        runs.bend[net] = _moved(nets, closed, net, int(runs.bend[net]))
    return runs


def _none(count: int, gaps: int) -> Runs:
    none = np.full(count, -1)
    return Runs(none, none.copy(), none.copy(), np.zeros(gaps, np.int64))


def _some(nets: Nets, places: Ints) -> Nets:
    """Some of the nets, in that order."""
    many = np.diff(nets.start)[places]
    start = np.concatenate(([0], np.cumsum(many)))
    cells = np.arange(start[-1]) + np.repeat(nets.start[places] - start[:-1], many)
    return Nets(nets.gap[places], nets.enter[places], nets.leave[cells], start)


def _by_room(nets: Nets, start: Ints, rooms: Sequence[Room]) -> Runs:
    """The runs of nets that are sorted by gap; what is the same in equal rooms is found once."""
    count = len(nets.gap)
    runs = _none(count, int(start[-1]))
    first = np.searchsorted(nets.gap, start)
    for number in np.flatnonzero(np.diff(first)).tolist():
        here = slice(int(first[number]), int(first[number + 1]))
        gap, gaps = int(start[number]), int(start[number + 1] - start[number])
        ends = nets.start[here.start : here.stop + 1]
        origin = int(nets.enter[here].min())
        mine = Nets(
            nets.gap[here] - gap,
            nets.enter[here] - origin,
            nets.leave[ends[0] : ends[-1]] - origin,
            ends - ends[0],
        )
        arranged, asked = rooms[number].arranged, tuple(each.tobytes() for each in mine)
        if asked not in arranged.tracks:
            few = len(mine.gap) <= MOST_SEARCHED and careful.worth_a_search(arranged.items)
            arranged.tracks[asked] = (careful.assign if few else channels.assign)(mine, gaps)
        found = arranged.tracks[asked]
        runs.track[here], runs.bend_track[here] = found.track, found.bend_track
        runs.bend[here] = np.where(found.bend_track >= 0, found.bend + origin, -1)
        runs.tracks[gap : gap + gaps] = found.tracks
    return runs


def _mixed(nets: Nets, closed: Nets) -> Ints:
    """The gaps in which cells have changed places."""
    many = np.diff(nets.start)
    gap = np.concatenate((nets.gap, np.repeat(nets.gap, many)))
    now = np.concatenate((nets.enter, nets.leave))
    before = np.concatenate((closed.enter, closed.leave))
    order = np.lexsort((before, gap))
    apart, was = np.diff(now[order]), np.diff(before[order])
    wrong = (np.diff(gap[order]) == 0) & ((apart < was) | ((was == 0) & (apart != 0)))
    return distinct(gap[order][1:][wrong])[0]


def _moved(nets: Nets, closed: Nets, net: int, cell: int) -> int:
    """Where a cell of a gap is that is in use by no wire: as far behind the one before it."""
    first, last = np.searchsorted(nets.gap, (nets.gap[net], nets.gap[net] + 1))
    ends = slice(int(nets.start[first]), int(nets.start[last]))
    before = np.concatenate((closed.enter[first:last], closed.leave[ends]))
    now = np.concatenate((nets.enter[first:last], nets.leave[ends]))
    below = np.flatnonzero(before < cell)
    nearest = below[np.argmax(before[below])] if len(below) else np.argmin(before)
    return cell + int(now[nearest] - before[nearest])
