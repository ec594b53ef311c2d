"""Where every wire runs, as arrays: a *hop* is the way of one value from one rank to the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.channels import Nets, Runs
from graphtui.view.drawing.layered import LEAVES, PASS, Layered
from graphtui.view.drawing.plan import Ints, rising

ON, OUT, STUB = -1, -2, -3
"""Taps that are no wire's end: the trunk goes on; the way out of the drawing; the way to a stub."""


class Hops(NamedTuple):
    """Ways across gaps, sorted by gap; and their taps, where they are left, hop after hop.

    A hop comes in at `start` along the flow and `enter` across it, goes to its track, across the
    flow on that, and along the flow again to the end of each tap. Where it has a bend it first goes
    across on the track of that.
    """

    gap: Ints
    value: Ints
    """For each hop the value that it carries."""
    start: Ints
    enter: Ints
    track: Ints
    """For each hop where its run stands along the flow; `start` if it goes straight on."""
    bend_track: Ints
    bend: Ints
    """For each hop the cell across the flow where it runs between the two, or -1."""
    low: Ints
    """For each hop the first cell across the flow that it touches."""
    high: Ints
    taps: Ints
    """For each hop where its taps start; and at the end their number."""
    end: Ints
    """For each tap where it ends along the flow."""
    leave: Ints
    """For each tap its cell across the flow."""
    wire: Ints
    """For each tap the wire that ends there, or `ON`, `OUT` or `STUB`."""


def nets(layered: Layered, tops: Ints) -> tuple[Nets, Ints, Ints]:
    """The nets of all gaps, the item that each leaves, and the segments in the order of `leave`."""
    made = layered.plan
    rank = layered.rank[layered.left]
    value = layered.along
    port = layered.port[layered.left]
    from_box = layered.left < len(made.boxes)
    port[from_box] = made.departure[value[from_box]]
    place = tops[layered.left] + port
    # Within a gap from first to last, so that what is near on the screen is near in memory.
    segments = rising(rank * (int(place.max(initial=0)) + 1) + place)
    start = np.flatnonzero(
        np.diff(rank[segments], prepend=-1) | np.diff(place[segments], prepend=-1)
    )
    first = segments[start]
    item = layered.left[first]
    right = layered.right[segments]
    leave = tops[right] + layered.arrival[segments]
    found = Nets(
        rank[first],
        place[first],
        leave,
        np.append(start, len(segments)),
    )
    return found, item, segments


def lefts(layered: Layered, runs: Runs, along: Ints) -> Ints:
    """For each rank where it starts along the flow; at the end where the drawing does.

    A rank holds its boxes and their numbers; then come the tracks, then the arrows.
    """
    wide = np.zeros(layered.count, np.int64)
    np.maximum.at(wide, layered.rank, along)
    step = wide + runs.tracks[: len(wide)] + 1
    step[-1:] -= 1
    return np.concatenate(([0], np.cumsum(step)))


def hops(
    layered: Layered, made: Nets, item: Ints, segments: Ints, runs: Runs, left: Ints, ports: Ints
) -> Hops:
    """The ways of all values.

    Args:
        layered: what is drawn.
        made: the nets, with the items that they leave and the segments by net.
        item: for each net the item.
        segments: for each tap the segment.
        runs: the tracks of the nets.
        left: for each rank where it starts along the flow.
        ports: for each item where its wire leaves, along the flow.
    """
    right = layered.right[segments]
    kind = layered.kind[right]
    return routed(
        made,
        runs,
        value=layered.along[segments[made.start[:-1]]],
        start=ports[item],
        first=left[made.gap + 1] - 1 - runs.tracks[made.gap],
        end=left[layered.rank[right]] - (kind != PASS),
        wire=np.where(kind == LEAVES, STUB, layered.wire[segments]),
    )


def routed(
    nets: Nets, runs: Runs, *, value: Ints, start: Ints, first: Ints, end: Ints, wire: Ints
) -> Hops:
    """The ways of nets that have their tracks.

    Args:
        nets: what is drawn.
        runs: the tracks of the nets.
        value: for each net the value that it carries.
        start: for each net where it starts along the flow.
        first: for each net where the first track of its gap lies along the flow.
        end: for each tap where it ends along the flow.
        wire: for each tap the wire that it is of.
    """
    low = np.minimum(nets.enter, np.minimum.reduceat(nets.leave, nets.start[:-1]))
    high = np.maximum(nets.enter, np.maximum.reduceat(nets.leave, nets.start[:-1]))
    bent = runs.bend >= 0
    low[bent] = np.minimum(low, runs.bend)[bent]
    return Hops(
        gap=nets.gap,
        value=value,
        start=start,
        enter=nets.enter,
        track=np.where(runs.track >= 0, first + runs.track, start),
        bend_track=np.where(bent, first + runs.bend_track, -1),
        bend=runs.bend,
        low=low,
        high=np.maximum(high, runs.bend),
        taps=nets.start,
        end=end,
        leave=nets.leave,
        wire=wire,
    )


def with_exits(ways: Hops, gap: Ints, box: Ints, start: Ints, enter: Ints, end: Ints) -> Hops:
    """The hops, and for each of the given boxes one that leads straight out of the drawing."""
    by_gap = np.argsort(gap, kind="stable")
    gap, box, start, enter, end = (each[by_gap] for each in (gap, box, start, enter, end))
    at = np.searchsorted(ways.gap, gap, "right")
    tap = ways.taps[at]
    return Hops(
        gap=np.insert(ways.gap, at, gap),
        value=np.insert(ways.value, at, box),
        start=np.insert(ways.start, at, start),
        enter=np.insert(ways.enter, at, enter),
        track=np.insert(ways.track, at, start),
        bend_track=np.insert(ways.bend_track, at, -1),
        bend=np.insert(ways.bend, at, -1),
        low=np.insert(ways.low, at, enter),
        high=np.insert(ways.high, at, enter),
        taps=np.concatenate(([0], np.cumsum(np.insert(np.diff(ways.taps), at, 1)))),
        end=np.insert(ways.end, tap, end),
        leave=np.insert(ways.leave, tap, enter),
        wire=np.insert(ways.wire, tap, OUT),
    )
