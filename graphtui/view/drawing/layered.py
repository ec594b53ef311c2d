"""The drawing before it has coordinates: items in ranks, and segments between neighbouring ranks.

An item is a box, a *pass* (a wire that goes by), or a *stub* (the end of a wire that is too long to
be drawn). All wires of one value share one chain of passes: the trunk. The order within a rank is
the next phase's work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphtui.view.drawing.plan import Flow, Ints, Plan, distinct, rising
from graphtui.view.drawing.ranks import Ranks

LONGEST = 64
"""Ranks that a wire may pass; a longer one is drawn as two labelled stubs."""

STUB_NAME = 10
"""Cells for the name on a stub."""

BOX, PASS, LEAVES, ENTERS = range(4)
"""Kinds of items; a value leaves into a stub and enters from another one."""


@dataclass(frozen=True, slots=True)
class Layered:
    """Items, the boxes first; and segments, sorted by the item that they leave."""

    plan: Plan
    ranks: Ranks
    kind: Ints
    value: Ints
    """For each item the value that it carries; a box carries its first one."""
    rank: Ints
    across: Ints
    port: Ints
    """For each item the cell of its extent across the flow from which its wire leaves."""
    left: Ints
    """For each segment the item that it leaves."""
    right: Ints
    slot: Ints
    """For each segment which operand of the right item it is; 0 for a pass or a stub."""
    arrival: Ints
    """For each segment the cell of the right item at which it arrives."""
    wire: Ints
    """For each segment the wire that ends with it, or -1."""

    @property
    def carried(self) -> Ints:
        """For each item the box whose value it carries."""
        return self.plan.owner[self.value]

    @property
    def along(self) -> Ints:
        """For each segment the value that runs along it."""
        carried = self.value[self.right]
        ends = self.wire >= 0
        carried[ends] = self.plan.value[self.wire[ends]]
        return carried

    @property
    def count(self) -> int:
        """How many ranks there are."""
        return int(self.rank.max()) + 1 if len(self.rank) else 0


def layered(plan: Plan, ranks: Ranks, longest: int = LONGEST) -> Layered:
    """The items and segments of the drawing: one trunk per value."""
    boxes, rank = len(plan.boxes), ranks.rank
    start, end = rank[plan.source], rank[plan.target]
    near = end - start <= longest
    value, owner = plan.value, plan.owner
    far = rank[owner]
    np.maximum.at(far, value[near], end[near])
    passes = np.maximum(far - rank[owner] - 1, 0)
    first = boxes + np.cumsum(passes) - passes
    carrier = np.repeat(np.arange(len(owner)), passes)
    number = np.arange(boxes, boxes + len(carrier))
    steps = number - first[carrier]
    leaves, _, _ = distinct(value[~near])
    stretch = max(int(rank.max(initial=0)), 1) + 1
    entry, _, entered = distinct(value[~near] * stretch + end[~near] - 1)
    leaving = boxes + len(carrier)
    entering = leaving + len(leaves)

    left = np.where(end - start == 1, plan.source, first[value] + end - start - 2)
    left[~near] = entering + entered
    segments = (
        np.concatenate((np.where(steps == 0, owner[carrier], number - 1), owner[leaves], left)),
        np.concatenate((number, leaving + np.arange(len(leaves)), plan.target)),
        np.concatenate((np.zeros(len(carrier) + len(leaves), np.int64), plan.slot)),
        np.concatenate((np.full(len(carrier) + len(leaves), -1), np.arange(len(plan.wires)))),
    )
    by_left = rising(segments[0])
    left, right, slot, wire = (column[by_left] for column in segments)
    kind = np.repeat((BOX, PASS, LEAVES, ENTERS), (boxes, len(carrier), len(leaves), len(entry)))
    carried = np.concatenate((np.arange(boxes), carrier, leaves, entry // stretch))
    before = rank[owner]
    size = 1 if plan.flow is Flow.RIGHT else STUB_NAME + 2
    across = np.where(kind >= LEAVES, size, 1)
    across[:boxes] = plan.across
    port = np.where(kind >= LEAVES, size // 2, 0)
    port[:boxes] = plan.port
    into_box = right < boxes
    arrival = port[right]
    arrival[into_box] = plan.arrival(right[into_box], slot[into_box])
    return Layered(
        plan=plan,
        ranks=ranks,
        kind=kind,
        value=carried,
        rank=np.concatenate(
            (rank, before[carrier] + 1 + steps, before[leaves] + 1, entry % stretch)
        ),
        across=across,
        port=port,
        left=left,
        right=right,
        slot=slot,
        arrival=arrival,
        wire=wire,
    )
