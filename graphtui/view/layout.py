"""Boxes and wires get cells: a layered drawing from left to right.

The phases are those of Sugiyama's method, a module each: `ranks` (the column of each box), `order`
(within a column), `straight` and `rows` (the row of each box), `route` (the way of the wires). Here
they are put together and given columns. Nothing is drawn: that is `picture`'s work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphtui.view.boxes import Box as Box
from graphtui.view.boxes import Placed as Placed
from graphtui.view.boxes import Point
from graphtui.view.boxes import Wire as Wire
from graphtui.view.order import Order, arrange
from graphtui.view.ranks import Layers, layers
from graphtui.view.route import Hop, Net, Run, Tap, assign
from graphtui.view.rows import rows


@dataclass(frozen=True, slots=True)
class Layout:
    """A drawing as numbers: where every box stands and where every wire runs."""

    placed: Mapping[str, Placed]
    """The boxes by key, column by column, each from top to bottom."""
    wires: tuple[Wire, ...]
    """By target and operand."""
    routes: Mapping[str, tuple[Hop, ...]]
    """For each value that is used, or leaves the drawing, its way from column to column."""
    width: int
    height: int

    def at(self, x: int, y: int) -> str | None:
        """The key of the box that covers the cell, if one does."""
        return next((key for key, placed in self.placed.items() if placed.covers(x, y)), None)


def lay_out(boxes: Sequence[Box], wires: Sequence[Wire]) -> Layout:
    """The drawing of the boxes and wires; the order in which they are given makes no difference.

    An output box that nothing uses gets an arrow out of the drawing, the wire `Wire(key, "", 0)`.
    """
    graph = layers(boxes, wires)
    order = arrange(graph)
    tops = rows(graph, order)
    runs = [_runs(graph, column, tops) for column in order]
    lefts = _lefts(graph, order, runs)
    placed = _placed(graph, order, tops, lefts)
    routes = _routes(graph, order, tops, lefts, runs, placed)
    return Layout(
        placed=placed,
        wires=tuple(sorted(wires, key=lambda wire: (wire.target, wire.slot))),
        routes=routes,
        width=lefts[-1],
        height=_height(placed, routes),
    )


def _runs(graph: Layers, column: Sequence[int], tops: list[int]) -> list[Run]:
    """The vertical run of each item of the column on its way to the next."""
    nets = [
        Net(
            tops[item] + graph.out_row(item),
            tuple(tops[s.right] + graph.in_row(s) for s in graph.out[item]),
        )
        for item in column
    ]
    users = [index for index, net in enumerate(nets) if net.rights]
    runs = [Run(-1)] * len(nets)
    for index, run in zip(users, assign([nets[index] for index in users]), strict=True):
        runs[index] = run
    return runs


def _boxes_of(graph: Layers, column: Sequence[int]) -> list[Box]:
    return [graph.boxes[item] for item in column if graph.is_box(item)]


def _widest(graph: Layers, column: Sequence[int]) -> int:
    """The width of the widest box of a column."""
    return max(box.width for box in _boxes_of(graph, column))


def _box_width(box: Box, widest: int) -> int:
    """The width of a box in its column: stretched a little to be tidy, never much."""
    return widest if widest - box.width <= 3 else box.width


def _lefts(graph: Layers, order: Order, runs: list[list[Run]]) -> list[int]:
    """The first cell of each column, and at the end the width of the drawing.

    A column holds its boxes and the numbers to their right; then come the tracks, then the arrow
    heads.
    """
    lefts = [0]
    for column, column_runs in zip(order, runs, strict=True):
        widest = _widest(graph, column)
        wide = max(
            _box_width(box, widest) + max(box.gap, box.output) for box in _boxes_of(graph, column)
        )
        tracks = 1 + max(run.track for run in column_runs)
        last = len(lefts) == len(order)
        lefts.append(lefts[-1] + wide + (0 if last else tracks + 1))
    return lefts


def _placed(graph: Layers, order: Order, tops: list[int], lefts: list[int]) -> dict[str, Placed]:
    placed: dict[str, Placed] = {}
    for rank, column in enumerate(order):
        widest = _widest(graph, column)
        for item in column:
            if graph.is_box(item):
                box = graph.boxes[item]
                width = _box_width(box, widest)
                placed[box.key] = Placed(box, lefts[rank], tops[item], width, box.height, rank)
    return placed


def _routes(
    graph: Layers,
    order: Order,
    tops: list[int],
    lefts: list[int],
    runs: list[list[Run]],
    placed: Mapping[str, Placed],
) -> dict[str, tuple[Hop, ...]]:
    """The hops of every value, from its box on."""
    routes: dict[str, list[Hop]] = {}
    for rank, (column, column_runs) in enumerate(zip(order, runs, strict=True)):
        first_track = lefts[rank + 1] - 2 - max(run.track for run in column_runs)
        for item, run in zip(column, column_runs, strict=True):
            box = graph.boxes[graph.carried[item]]
            start = placed[box.key].output
            if graph.is_box(item) and box.output and not graph.out[item]:
                x = start.x + max(box.gap, 1)
                tap = Tap(x, start.y, Wire(box.key, "", 0))
                routes[box.key] = [Hop(start.x, start.y, start.x, (tap,))]
            if not graph.out[item]:
                continue
            x = start.x if graph.is_box(item) else lefts[rank]
            taps = tuple(
                Tap(
                    lefts[rank + 1] - int(graph.is_box(s.right)),
                    tops[s.right] + graph.in_row(s),
                    Wire(box.key, graph.boxes[s.right].key, s.slot)
                    if graph.is_box(s.right)
                    else None,
                )
                for s in graph.out[item]
            )
            hop = Hop(x, tops[item] + graph.out_row(item), x, taps)
            if run.track >= 0:
                hop = hop._replace(track=first_track + run.track)
            if run.bend:
                hop = hop._replace(bend=Point(first_track + run.bend[0], run.bend[1]))
            routes.setdefault(box.key, []).append(hop)
    return {key: tuple(hops) for key, hops in routes.items()}


def _height(placed: Mapping[str, Placed], routes: Mapping[str, tuple[Hop, ...]]) -> int:
    """Rows from 0 to the lowest box or wire."""
    boxes = [p.y + p.height for p in placed.values()]
    hops = [hop for hops in routes.values() for hop in hops]
    wires = [max(hop.y, *(tap.y for tap in hop.taps)) + 1 for hop in hops]
    bends = [hop.bend.y + 1 for hop in hops if hop.bend]
    return max([*boxes, *wires, *bends], default=0)
