"""The tracks of a large drawing: where wires run across the flow, in the gaps between ranks.

A value crosses a gap with one run, from where it comes to where it goes. Runs of different values
never share a cell: those of one track do not overlap, and a run whose wire comes in where another
one goes out stands before that. All gaps are done at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.plan import Ints, distinct, rising


class Nets(NamedTuple):
    """Values in gaps, sorted by gap: where each comes in and where it goes out."""

    gap: Ints
    enter: Ints
    """For each net the cell across the flow where it comes in; no two of a gap are the same."""
    leave: Ints
    """The cells where the nets go out, net after net; no two of a gap are the same."""
    start: Ints
    """For each net where its cells in `leave` start; and at the end their number."""


class Runs(NamedTuple):
    """The tracks of the nets, counted from 0 in every gap."""

    track: Ints
    """For each net its track, or -1 if it goes straight on."""
    bend_track: Ints
    """For each net the track of the bend before it, or -1."""
    bend: Ints
    """For each net the cell across the flow where it runs between the two, or -1."""
    tracks: Ints
    """For each gap how many tracks it has."""


class _Pieces(NamedTuple):
    """Runs that wait for their tracks."""

    net: Ints
    gap: Ints
    first: Ints
    last: Ints
    before: Ints
    """For each piece the one that it must stand before, or -1."""


def assign(nets: Nets, gaps: int) -> Runs:
    """The run of every net."""
    count = len(nets.gap)
    runs = Runs(
        np.full(count, -1), np.full(count, -1), np.full(count, -1), np.zeros(gaps, np.int64)
    )
    if not count:
        return runs
    many = np.diff(nets.start)
    low = np.minimum(np.minimum.reduceat(nets.leave, nets.start[:-1]), nets.enter)
    high = np.maximum(np.maximum.reduceat(nets.leave, nets.start[:-1]), nets.enter)
    number = np.flatnonzero(low < high)
    if not len(number):
        return runs
    before = _before(nets, number, many, int(high.max()) + 1)
    bent = _bends(nets, number, before, many)
    pieces = _pieces(nets, number, low, high, before, bent)
    zone = _zones(pieces)
    track, runs.tracks[:] = _tracks(pieces, zone, gaps)
    whole = len(number)
    runs.track[number] = track[:whole]
    cut = pieces.net[whole:]
    runs.bend_track[cut] = track[whole:]
    runs.bend[cut] = [bent[net] for net in cut.tolist()]
    return runs


def _before(nets: Nets, number: Ints, many: Ints, wide: int) -> Ints:
    """For each bending net the place of the one that goes out where it comes in, or -1."""
    key = np.repeat(nets.gap, many) * wide + nets.leave
    owner = np.repeat(np.arange(len(nets.gap)), many)
    by_key = np.argsort(key)
    wanted = nets.gap[number] * wide + nets.enter[number]
    found = np.minimum(np.searchsorted(key[by_key], wanted), len(key) - 1)
    other = owner[by_key[found]]
    hit = (key[by_key[found]] == wanted) & (other != number)
    return np.where(hit, np.searchsorted(number, other), -1)


def _bends(nets: Nets, number: Ints, before: Ints, many: Ints) -> dict[int, int]:
    """For one net of every cycle a free cell across the flow over which it bends.

    Each net must stand before one other at most, so that cycles are simple and one bend opens one.
    """
    steps = before
    for _ in range(len(before).bit_length()):
        steps = np.where(steps >= 0, steps[steps], -1)
    bent: dict[int, int] = {}
    seen: set[int] = set()
    busy: dict[int, set[int]] = {}
    for start in distinct(steps[steps >= 0])[0].tolist():
        if start in seen:
            continue
        cycle = [start]
        while (following := int(before[cycle[-1]])) != start:
            cycle.append(following)
        seen.update(cycle)
        net = min(number[cycle].tolist(), key=lambda each: (many[each], each))
        gap = int(nets.gap[net])
        if gap not in busy:
            first, last = np.searchsorted(nets.gap, (gap, gap + 1))
            leave = nets.leave[nets.start[first] : nets.start[last]]
            busy[gap] = {*nets.enter[first:last].tolist(), *leave.tolist()}
        ends = [nets.enter[net], *nets.leave[nets.start[net] : nets.start[net + 1]].tolist()]
        bent[net] = _free(int(min(ends) + max(ends)) // 2, busy[gap])
        busy[gap].add(bent[net])
    return bent


def _free(near: int, busy: set[int]) -> int:
    """The cell nearest to `near` that is not busy."""
    away = 0
    while True:
        for cell in (near - away, near + away):
            if cell >= 0 and cell not in busy:
                return cell
        away += 1


def _pieces(
    nets: Nets, number: Ints, low: Ints, high: Ints, before: Ints, bent: dict[int, int]
) -> _Pieces:
    """The run of every bending net, and after them the run before the bend of those that have one.

    The run before the bend takes over what its net must stand before; as the cycle leads from there
    to the run after the bend, those two stand in order by themselves.
    """
    first, last, before = low[number], high[number], before.copy()
    cut = np.array(sorted(bent), np.int64)
    over = np.array([bent[net] for net in sorted(bent)], np.int64)
    place = np.searchsorted(number, cut)
    taken = before[place]
    before[place] = -1
    for net, cell, at in zip(cut.tolist(), over.tolist(), place.tolist(), strict=True):
        ends = [cell, *nets.leave[nets.start[net] : nets.start[net + 1]].tolist()]
        first[at], last[at] = min(ends), max(ends)
    return _Pieces(
        net=np.concatenate((number, cut)),
        gap=nets.gap[np.concatenate((number, cut))],
        first=np.concatenate((first, np.minimum(nets.enter[cut], over))),
        last=np.concatenate((last, np.maximum(nets.enter[cut], over))),
        before=np.concatenate((before, taken)),
    )


def _zones(pieces: _Pieces) -> Ints:
    """For each piece how many others it must stand before, one after the other."""
    zone = (pieces.before >= 0).astype(np.int64)
    steps = np.where(pieces.before >= 0, pieces.before, np.arange(len(zone)))
    while True:
        farther = steps[steps]
        if np.array_equal(farther, steps):
            return zone
        zone = zone + zone[steps]
        steps = farther


def _tracks(pieces: _Pieces, zone: Ints, gaps: int) -> tuple[Ints, Ints]:
    """The track of every piece, and the number of tracks of every gap.

    The zones of a gap stand one behind the other. In a zone the runs take as few tracks as can be:
    as many as overlap somewhere. Sorted by their first cells, the run after the first `k` takes the
    track of the run that ends first, and so on: whichever it is, it has ended by then.
    """
    deepest = int(zone.max(initial=0)) + 1
    _, _, group = distinct(pieces.gap * deepest + deepest - 1 - zone)
    groups = int(group.max()) + 1
    high = int(pieces.last.max()) + 2
    starts = rising(group * high + pieces.first)
    ends = rising(group * high + pieces.last)
    begin = np.searchsorted(group[starts], np.arange(groups))
    inside = np.arange(len(group)) - begin[group[starts]]
    opened = group[starts] * high + pieces.first[starts]
    ended = np.searchsorted((group * high + pieces.last)[ends], opened) - begin[group[starts]]
    need = np.maximum.reduceat(inside + 1 - ended, begin)
    # Every run of a track points to the one before it; the first ones of a zone to themselves.
    follows = inside >= need[group[starts]]
    heir = np.arange(len(group))
    heir[starts[follows]] = ends[(begin[group[starts]] + inside - need[group[starts]])[follows]]
    while True:
        farther = heir[heir]
        if np.array_equal(farther, heir):
            break
        heir = farther
    colour = np.empty(len(group), np.int64)
    colour[starts] = inside
    gap_of = np.empty(groups, np.int64)
    gap_of[group] = pieces.gap
    total = np.cumsum(need) - need
    zero = np.searchsorted(gap_of, gap_of)
    tracks = np.bincount(gap_of, need, gaps).astype(np.int64)
    return (total - total[zero])[group] + colour[heir], tracks
