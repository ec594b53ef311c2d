"""The wires of the picture, each part in the role of the wires that use it.

The wires of one value share a trunk; where they have several roles, the one that matters most
lies on top. Where wires run is for the layout.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.layered import LONGEST
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.marks import DASHED_WIRES, HEAVY_WIRES, Marks
from graphtui.view.drawing.placed import Uses
from graphtui.view.drawing.plan import Flow, Ints
from graphtui.view.drawing.routes import ON, OUT, STUB
from graphtui.view.drawing.sheet import Sheet


class Roles(NamedTuple):
    """The roles of the wires of some values, value by value, by the rank in which they end."""

    names: list[str]
    """The roles that there are, in the order in which they are drawn: those being read last."""
    value: Ints
    rank: Ints
    wire: Ints
    """For each of the wires its place in the plan, or -1 for the way out."""
    role: Ints
    """For each of the wires the place of its role in `names`."""

    def heavy(self) -> set[int]:
        """The values with a wire that is drawn heavy."""
        wanted = [index for index, name in enumerate(self.names) if name in HEAVY_WIRES]
        return set(self.value[np.isin(self.role, wanted)].tolist())


def roles_of(layout: Layout, values: Ints, marks: Marks) -> Roles:
    """The roles of all wires that carry the values."""
    many = np.diff(layout.fan_start)[values]
    first = layout.fan_start[values] - (np.cumsum(many) - many)
    wire = layout.fan[np.repeat(first, many) + np.arange(many.sum())]
    box = np.repeat(values, many)
    rank = layout.rank[layout.plan.target[wire]]
    ends = values[many == 0]
    box = np.concatenate((box, ends))
    rank = np.concatenate((rank, np.zeros(len(ends), np.int64)))
    wire = np.concatenate((wire, np.full(len(ends), -1)))
    by_box = np.argsort(box, kind="stable")
    box, rank, wire = box[by_box], rank[by_box], wire[by_box]
    names, role = ["wire"], np.zeros(len(box), np.int64)
    if marks.stages is not None:
        names = [*marks.stages.roles]
        role[wire >= 0] = marks.stages.of(layout.plan.given[wire[wire >= 0]])
    for each, name in marks.wires.items():
        if name not in names:
            names.append(name)
        if each.target:
            own = np.flatnonzero((wire == layout.plan.place(each)) & (wire >= 0))
        else:
            own = np.flatnonzero((wire < 0) & (box == layout.plan.number[each.source]))
        role[own] = names.index(name)
    order = sorted(range(len(names)), key=lambda index: _importance(names[index]))
    return Roles([names[index] for index in order], box, rank, wire, np.argsort(order)[role])


def _importance(role: str) -> tuple[int, str]:
    """Dashed wires first, then plain ones, those being read last."""
    if role in DASHED_WIRES:
        return -1, role
    return (2 if role in HEAVY_WIRES else int(role != "wire")), role


def draw_wires(sheet: Sheet, layout: Layout, hops: Ints, roles: Roles) -> None:
    """The parts of the hops that each role uses; roles that matter most last and on top."""
    ways = layout.hops
    many = (ways.taps[1:] - ways.taps[:-1])[hops]
    inside = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    tap = np.repeat(ways.taps[hops], many) + inside
    hop = np.repeat(np.arange(len(hops)), many)
    first, last = _wires_beyond(layout, hops[hop], tap, roles)
    for index, name in enumerate(roles.names):
        before = np.concatenate(([0], np.cumsum(roles.role == index)))
        used = before[last] > before[first]
        _draw_role(sheet, layout, hops, hop[used], tap[used], name)


def _wires_beyond(layout: Layout, hops: Ints, tap: Ints, roles: Roles) -> tuple[Ints, Ints]:
    """For each tap the wires that use it, as a stretch of `roles`."""
    if layout.uses is not None:
        return _wires_of_branch(layout, layout.uses, hops, tap, roles)
    wide = len(layout.rank_start) + LONGEST + 2
    key = roles.value * wide + roles.rank
    box, gap, wire = layout.hops.value[hops], layout.hops.gap[hops], layout.hops.wire[tap]
    near = layout.rank[layout.plan.owner[box]] + LONGEST
    last = np.searchsorted(key, box * wide + near, "right")
    first = np.searchsorted(key, box * wide + gap + 2)
    first = np.where(wire == STUB, last, first)
    last = np.where(wire == STUB, np.searchsorted(key, (box + 1) * wide), last)
    first = np.where(wire == OUT, np.searchsorted(key, box * wide), first)
    last = np.where(wire == OUT, first + 1, last)
    # A stub's way on leads to the wires of one rank, all of them longer than the longest.
    entered = (wire == ON) & (gap >= near)
    assert not entered.any(), "a stub ends in the next rank"
    by_wire = np.argsort(roles.wire, kind="stable")
    own = by_wire[np.minimum(np.searchsorted(roles.wire[by_wire], wire), len(by_wire) - 1)]
    return np.where(wire >= 0, own, first), np.where(wire >= 0, own + 1, last)


def _wires_of_branch(
    layout: Layout, uses: Uses, hops: Ints, tap: Ints, roles: Roles
) -> tuple[Ints, Ints]:
    """The same where walls are passed; a value without wires has its way out instead."""
    value = layout.hops.value[hops]
    here, none = np.searchsorted(roles.value, value), np.diff(layout.fan_start)[value] == 0
    first = here + uses.first[tap] - layout.fan_start[value]
    return first, here + uses.stop[tap] - layout.fan_start[value] + none


def _draw_role(sheet: Sheet, layout: Layout, hops: Ints, hop: Ints, tap: Ints, role: str) -> None:
    """What the given taps use of their hops, which are sorted."""
    if not len(tap):
        return
    ways, heavy = layout.hops, role in HEAVY_WIRES
    begin = np.flatnonzero(np.diff(hop, prepend=-1))
    number = hops[hop[begin]]
    owner, track = ways.value[number], ways.track[number]
    bent = ways.bend[number] >= 0
    row = np.where(bent, ways.bend[number], ways.enter[number])
    start = np.where(bent, ways.bend_track[number], ways.start[number])
    low = np.minimum(row, np.minimum.reduceat(ways.leave[tap], begin))
    high = np.maximum(row, np.maximum.reduceat(ways.leave[tap], begin))
    to_bend = number[bent]
    along = (
        np.concatenate((ways.enter[to_bend], row, ways.leave[tap])),
        np.concatenate((ways.start[to_bend], start, ways.track[hops[hop]])),
        np.concatenate((ways.bend_track[to_bend], track, ways.end[tap])),
        np.concatenate((owner[bent], owner, ways.value[hops[hop]])),
    )
    across = (
        np.concatenate((ways.bend_track[to_bend], track)),
        np.concatenate((ways.enter[to_bend], low)),
        np.concatenate((ways.bend[to_bend], high)),
        np.concatenate((owner[bent], owner)),
    )
    down = layout.plan.flow is Flow.DOWN
    (sheet.vertical if down else sheet.horizontal)(*along, role, heavy=heavy)
    (sheet.horizontal if down else sheet.vertical)(*across, role, heavy=heavy)
    arrow, stub = ("v▼", "v⇣") if down else (">▶", ">⇢")
    for ends, glyph in (
        ((ways.wire[tap] >= 0) | (ways.wire[tap] == OUT), arrow),
        (
            ways.wire[tap] == STUB,
            stub,
        ),
    ):
        at = (ways.end[tap][ends], ways.leave[tap][ends])
        sheet.points(*(at[::-1] if down else at), glyph[not sheet.ascii_only], role)
