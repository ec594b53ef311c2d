"""Where a room is cut to make room for an open group: what moves across the flow, and what stays.

As a rule what begins below the group moves. No two wires may change places by that in any gap
between ranks, or they would need other tracks: where a box reaches over the row of the cut, and has
ports on both sides, the cut goes around it in steps.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.channels import Runs
from graphtui.view.drawing.layered import Layered
from graphtui.view.drawing.plan import Ints

Which = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Arranged:
    """A room with the first cell of each item across the flow."""

    items: Layered
    tops: Ints
    tied: Which
    """For each row across the flow whether a cut before it would be through a box, with ports on
    both sides."""
    tracks: dict[Hashable, Runs] = field(default_factory=dict)
    """What has been found for the nets in it, by everything that makes a difference."""


def tied(items: Layered, tops: Ints) -> Which:
    """The rows before which a room can't be cut straight."""
    made = items.plan
    last, box = items.port.copy(), np.arange(len(made.boxes))
    np.maximum.at(last, made.owner, made.departure)
    last[box] = np.maximum(last[box], made.arrival(box, np.maximum(made.inputs - 1, 0)))
    count = int((tops + items.across).max(initial=0)) + 2
    begin, end = (np.bincount(each, minlength=count) for each in (tops + 1, tops + last + 1))
    return np.cumsum(begin - end)[:count] > 0


def cut_apart(arranged: Arranged, at: int) -> Which | None:
    """The items that move when the group with that number is opened; None where no cut will do.

    As many as with a straight cut below it and whatever must move with them; if the group is among
    those, only what must move with what is below it in its own rank.
    """
    items, tops = arranged.items, arranged.tops
    below = tops >= tops[at] + items.across[at]
    for first in (below, below & (items.rank == items.rank[at])):
        moves = _with_ties(arranged, first)
        if not moves[at]:
            return moves
    return None


def _with_ties(arranged: Arranged, moves: Which) -> Which:
    """What moves with some items: what is below them in a rank, and wires that go below theirs."""
    items, tops, count = arranged.items, arranged.tops, arranged.items.count
    gap, departure = items.rank[items.left], items.port[items.left]
    from_box = items.left < len(items.plan.boxes)
    departure[from_box] = items.plan.departure[items.along[from_box]]
    enter, leave = tops[items.left] + departure, tops[items.right] + items.arrival
    far = int(max(tops.max(initial=0), enter.max(initial=0), leave.max(initial=0))) + 1
    while True:
        top, cell = np.full(count, far), np.full(count, far)
        np.minimum.at(top, items.rank[moves], tops[moves])
        np.minimum.at(cell, gap[moves[items.left]], enter[moves[items.left]])
        np.minimum.at(cell, gap[moves[items.right]], leave[moves[items.right]])
        more = tops >= top[items.rank]
        more[items.left[enter >= cell[gap]]] = True
        more[items.right[leave >= cell[gap]]] = True
        if (more == moves).all():
            return moves
        moves = more
