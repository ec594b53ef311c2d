"""Boxes and wires get cells: a layered drawing of any size, to the right or down.

The phases are those of Sugiyama's method, a module each: `ranks` and `layered` (where along the
flow), `order` and `coordinates` (where across it), `channels` and `routes` (the way of the wires).
Here they are put together. Nothing is drawn: that is `frame`'s work.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graphtui.graph.collector import no_collector
from graphtui.view.drawing import channels
from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.careful import search as careful
from graphtui.view.drawing.coordinates import coordinates
from graphtui.view.drawing.layered import ENTERS, LEAVES, STUB_NAME, Layered, layered
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.order import arrange
from graphtui.view.drawing.placed import Stubs
from graphtui.view.drawing.plan import Flow, Ints, plan, rising, turned
from graphtui.view.drawing.ranks import ranks
from graphtui.view.drawing.routes import Hops, hops, lefts, nets, with_exits

DEEP = 40
"""Ranks from which on a drawing flows down, unless it is told where to."""


def lay_out(
    boxes: Sequence[Box],
    wires: Sequence[Wire],
    flow: Flow | None = Flow.RIGHT,
    *,
    search: bool | None = None,
) -> Layout:
    """The drawing of the boxes and wires; the order in which they are given makes no difference.

    An output box that nothing uses gets an arrow out of the drawing, the wire `Wire(key, "", 0)`.

    Args:
        boxes: what is drawn.
        wires: between the boxes, without a cycle.
        flow: where the wires lead; None means down if the drawing is deep.
        search: whether to look for the best drawing; None means if it is small.
    """
    with no_collector():
        made = plan(boxes, wires, flow or Flow.RIGHT)
        found = ranks(made)
        if flow is None and int(found.rank.max(initial=0)) >= DEEP:
            made = turned(made, Flow.DOWN)
        return place(layered(made, found), search=search)


def place(items: Layered, *, search: bool | None = None) -> Layout:
    """The layout of items that have their ranks."""
    thorough = careful.worth_a_search(items) if search is None else search
    if thorough:
        order, tops = careful.arranged(items)
    else:
        order = arrange(items)
        tops = coordinates(items, order)
    between, item, segments = nets(items, tops)
    runs = (careful.assign if thorough else channels.assign)(between, items.count)
    width, along, port = extents_along(items)
    left = lefts(items, runs, along)
    start = left[items.rank] + port
    ways = hops(items, between, item, segments, runs, left, start)
    ways = _out(items, ways, start, tops, width)
    return _layout(items, order.items, tops, left, ways, width)


def extents_along(items: Layered) -> tuple[Ints, Ints, Ints]:
    """The width of every box; for every item its cells along the flow, and where its wire leaves.

    The boxes of a rank are stretched a little to be tidy, never much.
    """
    made, count = items.plan, len(items.plan.boxes)
    width, rank = made.width, items.rank[:count]
    along, port = np.zeros(len(items.kind), np.int64), np.zeros(len(items.kind), np.int64)
    along[items.kind == LEAVES] = STUB_NAME if made.flow is Flow.RIGHT else 1
    entry = STUB_NAME + 2 if made.flow is Flow.RIGHT else 2
    along[items.kind == ENTERS] = entry
    port[items.kind == ENTERS] = entry - 1
    if made.flow is Flow.RIGHT:
        widest = np.zeros(items.count, np.int64)
        np.maximum.at(widest, rank, width)
        width = np.where(widest[rank] - width <= 3, widest[rank], width)
        along[:count] = made.along - made.width + width
        port[:count] = width - 1
    else:
        along[:count], port[:count] = made.along, made.height - 1
    return width, along, port


def _out(items: Layered, ways: Hops, start: Ints, tops: Ints, width: Ints) -> Hops:
    """The hops, those out of the drawing included."""
    made = items.plan
    unused = np.ones(len(made.boxes), bool)
    unused[made.value[made.value < len(unused)]] = False
    box = np.flatnonzero(unused & made.output)
    if not len(box):
        return ways
    gap = np.maximum(
        made.along[box] - (made.width if made.flow is Flow.RIGHT else made.height)[box], 1
    )
    return with_exits(
        ways, items.rank[box], box, start[box], tops[box] + items.port[box], start[box] + gap
    )


def _layout(items: Layered, order: Ints, tops: Ints, left: Ints, ways: Hops, width: Ints) -> Layout:
    made, count = items.plan, len(items.plan.boxes)
    rank = items.rank[:count]
    along, across = left[rank], tops[:count]
    size = int((tops + items.across).max(initial=0))
    size = max(size, int(ways.high.max(initial=-1)) + 1)
    stub = np.flatnonzero(items.kind >= LEAVES)
    fan = rising(made.value * len(left) + rank[made.target])
    ranks_at = np.arange(len(left))
    boxes = order[order < count]
    right = made.flow is Flow.RIGHT
    stub = stub[np.argsort(items.rank[stub], kind="stable")]
    stub_at = left[items.rank[stub]], tops[stub]
    return Layout(
        plan=made,
        rank=rank,
        x=along if right else across,
        y=across if right else along,
        box_width=width,
        order=boxes,
        rank_start=np.searchsorted(rank[boxes], ranks_at),
        left=left,
        hops=ways,
        hop_start=np.searchsorted(ways.gap, ranks_at),
        fan=fan,
        fan_start=np.searchsorted(made.value[fan], np.arange(len(made.owner) + 1)),
        stubs=Stubs(
            *(stub_at if right else stub_at[::-1]),
            items.value[stub],
            (items.kind[stub] == ENTERS).astype(np.int64),
            items.rank[stub],
        ),
        width=int(left[-1]) if right else size,
        height=size if right else int(left[-1]),
    )
