"""The three phases for a small drawing: with more patience than for a large one, same answers.

The order with the fewest crossings of many, rows that are even as well as short, tracks that cross
least.
"""

from __future__ import annotations

import numpy as np

from graphtui.view.drawing.careful import tracks
from graphtui.view.drawing.careful.items import items
from graphtui.view.drawing.careful.order import arrange
from graphtui.view.drawing.careful.rows import rows
from graphtui.view.drawing.channels import Nets, Runs
from graphtui.view.drawing.crossings import crossings, offsets
from graphtui.view.drawing.exchanges import Exchanges, sides
from graphtui.view.drawing.layered import Layered
from graphtui.view.drawing.order import Order, by_place, starts
from graphtui.view.drawing.plan import Ints

MOST_BOXES = 400
"""Up to so many boxes a drawing is worth a search."""

MOST_ITEMS = 1500
"""The same for boxes and passes together."""

_MOST_ROUNDS, _HEAT = 120, 1.0
"""Rounds of exchanges from each start, and how many crossings one may cost at first, about."""


def worth_a_search(layered: Layered) -> bool:
    """Whether the drawing is small enough."""
    return len(layered.plan.boxes) <= MOST_BOXES and len(layered.kind) <= MOST_ITEMS


def arranged(layered: Layered) -> tuple[Order, Ints]:
    """The order of the items, and the first cell of each across the flow."""
    each = items(layered)
    columns = arrange(each)
    order = by_place(layered, _places(columns, len(layered.kind)))
    offset = offsets(layered)
    fewest = crossings(layered, order.place, offset)
    if fewest:
        own = Exchanges(layered, sides(layered, offset), order.items, fewest)
        tries = [own, starts(layered)[-1]]
        rounds = min(len(layered.kind) // 3, _MOST_ROUNDS)
        for one in tries:
            one.anneal(rounds, _HEAT)
            one.settle(rounds // 8)
        best = min(tries, key=lambda one: one.crossings)
        if best.crossings < fewest:
            order = by_place(layered, best.place)
            columns = [part.tolist() for part in np.split(order.items, order.start[1:-1])]
    return order, np.array(rows(each, columns), np.int64)


def _places(columns: list[list[int]], count: int) -> Ints:
    """For each item its place in its rank."""
    place = np.zeros(count, np.int64)
    for column in columns:
        place[column] = np.arange(len(column))
    return place


def assign(nets: Nets, gaps: int) -> Runs:
    """The run of every net, gap by gap."""
    count = len(nets.gap)
    runs = Runs(
        np.full(count, -1), np.full(count, -1), np.full(count, -1), np.zeros(gaps, np.int64)
    )
    enter, leave, start = nets.enter.tolist(), nets.leave.tolist(), nets.start.tolist()
    first = np.searchsorted(nets.gap, np.arange(gaps + 1)).tolist()
    for gap in range(gaps):
        numbers = range(first[gap], first[gap + 1])
        found = tracks.assign(
            [tracks.Net(enter[n], tuple(leave[start[n] : start[n + 1]])) for n in numbers]
        )
        for number, run in zip(numbers, found, strict=True):
            runs.track[number] = run.track
            if run.bend:
                runs.bend_track[number], runs.bend[number] = run.bend
        runs.tracks[gap] = 1 + max((run.track for run in found), default=-1)
    return runs
