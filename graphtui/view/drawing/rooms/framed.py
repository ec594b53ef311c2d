"""A drawing with open groups: their insides in frames, and what is around them only moved apart.

Rooms are laid out one by one and joined; then the wires get their tracks, in all rooms at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graphtui.graph.collector import no_collector
from graphtui.view.drawing.channels import Nets, Runs
from graphtui.view.drawing.layered import ENTERS, LEAVES, PASS
from graphtui.view.drawing.laying_out import DEEP
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.placed import PlacedFrame, Stubs, Uses
from graphtui.view.drawing.plan import Flow, Ints, Plan, plan
from graphtui.view.drawing.rooms.columns import Columns, columns
from graphtui.view.drawing.rooms.fans import Fans, fans
from graphtui.view.drawing.rooms.frames import Frame, Framed
from graphtui.view.drawing.rooms.joined import Joined, joined
from graphtui.view.drawing.rooms.places import Extent, places
from graphtui.view.drawing.rooms.rooms import Known, Room, rooms
from graphtui.view.drawing.rooms.tracks import tracks
from graphtui.view.drawing.routes import ON, OUT, STUB, Hops, routed, with_exits
from graphtui.view.text.safe_text import cell_width


def lay_out_framed(
    given: Framed, flow: Flow | None = Flow.RIGHT, known: Known | None = None
) -> Layout:
    """The drawing of boxes and wires with frames around some of them.

    Args:
        given: what is drawn.
        flow: where the wires lead; None means down if what is around the frames is deep.
        known: the rooms that have been laid out; new ones are added.
    """
    known = {} if known is None else known
    with no_collector():
        inside = rooms(given, flow or Flow.RIGHT, known)
        if flow is None and inside[-1].arranged.items.count > DEEP:
            flow = Flow.DOWN
            inside = rooms(given, flow, known)
        return _place(given, inside, flow or Flow.RIGHT)


def _place(given: Framed, inside: list[Room], flow: Flow) -> Layout:
    made = plan(given.boxes, given.wires, flow)
    titles = [cell_width(frame.title) + 2 for frame in given.frames]
    where, extents = places(inside, titles)
    items = joined(made, given, inside, where, extents)
    gaps = int(items.start[-1])
    between, closed, segments = _nets(items)
    runs = tracks(between, closed, items.start, inside)
    arrows = np.zeros(gaps + 1, np.int64)
    arrows[items.column[items.kind != PASS]] = 1
    arrows[items.holds] = 1
    along = columns(items, runs.tracks, arrows, titles if flow is Flow.RIGHT else [0] * len(titles))
    ways = _hops(items, between, segments, runs, along, arrows)
    ways = _with_exits(ways, items, made, along.left)
    return _layout(given, made, items, along, ways, extents)


def _nets(items: Joined) -> tuple[Nets, Nets, Ints]:
    """The nets of all gaps, the same if all is closed, and their segments as in `leave`."""
    gap = items.gap[items.left]
    segments = np.lexsort((items.enter, gap))
    gap, enter = gap[segments], items.enter[segments]
    fresh = (np.diff(gap, prepend=-1) != 0) | (np.diff(enter, prepend=-1) != 0)
    start = np.flatnonzero(fresh)
    nets = Nets(gap[start], enter[start], items.leave[segments], np.append(start, len(segments)))
    enter, leave = items.closed_enter[segments[start]], items.closed_leave[segments]
    return nets, nets._replace(enter=enter, leave=leave), segments


def _hops(
    items: Joined, nets: Nets, segments: Ints, runs: Runs, along: Columns, arrows: Ints
) -> Hops:
    """The ways of all values; for each tap, `wire` is its segment yet, or `OUT`."""
    item = items.left[segments[nets.start[:-1]]]
    right = items.right[segments]
    return routed(
        nets,
        runs,
        value=items.carried[segments[nets.start[:-1]]],
        start=along.left[items.column[item]] + items.port[item],
        first=along.left[nets.gap + 1] - arrows[nets.gap + 1] - runs.tracks[nets.gap],
        end=along.left[items.column[right]] - (items.kind[right] != PASS),
        wire=segments,
    )


def _with_exits(ways: Hops, items: Joined, made: Plan, left: Ints) -> Hops:
    """The hops, those out of the drawing included."""
    out = items.exits
    if not len(out):
        return ways
    at, port, row = left[items.column[out]], items.port[out], items.top[out]
    box = out < len(made.boxes)
    row[box] += made.departure[out[box]]
    end = at + np.maximum(items.along[out], port + 2) - 1
    return with_exits(ways, items.gap[out], items.value[out], at + port, row, end)


def _uses(ways: Hops, known: Fans, items: Joined, stub: Ints) -> tuple[Hops, Uses]:
    """The hops with their wires; and which wires use each tap and stub."""
    segment = ways.wire
    own = np.maximum(segment, -1)  # a way out has no segment: the last of each is for those
    kind = np.append(items.kind[items.right], PASS)[own]
    wire = np.where(kind == LEAVES, STUB, np.append(items.wire, ON)[own])
    many = np.diff(ways.taps)
    value = np.repeat(ways.value, many)
    out = segment == OUT
    uses = Uses(
        first=np.where(out, known.start[value], np.append(known.first, 0)[own]),
        stop=np.where(out, known.start[value + 1], np.append(known.stop, 0)[own]),
        stubs=np.zeros(len(stub), np.int64),
    )
    place = np.full(len(items.kind), -1)
    place[stub] = np.arange(len(stub))
    into = place[items.right]
    uses.stubs[into[into >= 0]] = known.first[into >= 0]
    wire = np.where(out, OUT, np.where(wire >= 0, wire, np.minimum(wire, ON)))
    return ways._replace(wire=wire), uses


def _layout(
    given: Framed,
    made: Plan,
    items: Joined,
    along: Columns,
    ways: Hops,
    extents: Sequence[Extent],
) -> Layout:
    right, count, left = made.flow is Flow.RIGHT, len(made.boxes), along.left[items.column]
    rank = items.rank[:count]
    ranks = np.arange(int(rank.max(initial=0)) + 2)
    x, y = left[:count], items.top[:count]
    order = np.lexsort((y, rank))
    stub = np.flatnonzero(items.kind >= LEAVES)
    stub = stub[np.argsort(items.rank[stub], kind="stable")]
    stub_at = left[stub], items.top[stub]
    known = fans(items, len(made.wires), len(made.owner))
    ways, uses = _uses(ways, known, items, stub)
    size = int((items.top + items.across).max(initial=0))
    walls = (each.top + each.size for each in extents)
    size = max([size, int(ways.high.max(initial=-1)) + 1, *walls])
    return Layout(
        plan=made,
        rank=rank,
        x=x if right else y,
        y=y if right else x,
        box_width=items.width,
        order=order,
        rank_start=np.searchsorted(rank[order], ranks),
        left=np.zeros(len(ranks), np.int64),
        hops=ways,
        hop_start=np.zeros(len(ranks), np.int64),
        fan=known.fan,
        fan_start=known.start,
        stubs=Stubs(
            *(stub_at if right else stub_at[::-1]),
            items.value[stub],
            (items.kind[stub] == ENTERS).astype(np.int64),
            items.rank[stub],
        ),
        width=along.size if right else size,
        height=size if right else along.size,
        frames=tuple(
            _placed(frame, extent, along, at, right=right)
            for at, (frame, extent) in enumerate(zip(given.frames, extents, strict=True))
        ),
        uses=uses,
    )


def _placed(frame: Frame, extent: Extent, along: Columns, at: int, *, right: bool) -> PlacedFrame:
    whole = along.frames[at]
    across = extent.top, extent.size
    (x, width), (y, height) = (whole, across) if right else (across, whole)
    title_at = x + extent.free
    return PlacedFrame(frame.closed.key, frame.title, x, y, width, height, title_at)
