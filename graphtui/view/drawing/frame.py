"""A layout and marks become lines of text, at the cost of what the window shows.

State shows in the shape as well as in the role: the current box is heavy, the focused one double, a
wire that is being read is heavy, a fault carries a mark. What the marks say and how numbers are
written is the caller's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.boxes import Box, Window
from graphtui.view.drawing.glyphs import ASCII_BORDERS, BORDERS
from graphtui.view.drawing.layered import LONGEST, STUB_NAME
from graphtui.view.drawing.layout import Layout, Placed, Uses
from graphtui.view.drawing.marks import (
    ABSENT,
    DASHED_WIRES,
    FAINT_BOXES,
    FOUND,
    HEAVY_BOXES,
    HEAVY_WIRES,
    OUTSIDE,
    SIGNS,
    STALE,
    Marks,
)
from graphtui.view.drawing.plan import Flow, Ints
from graphtui.view.drawing.routes import ON, OUT, STUB
from graphtui.view.drawing.sheet import Sheet
from graphtui.view.text.lines import Line
from graphtui.view.text.safe_text import cell_width, safe_text

_FRAME = "group.open"
"""The role of frames around open groups."""

_MOST_CELLS = 1_000_000
"""Cells that are drawn at once."""

_Texts = list[tuple[int, int, str, str]]

Text = tuple[int, int, str, str]
"""A text that is drawn: x, y, what, role."""

Write = Callable[[Placed], Iterable[Text]]
"""What stands in the place of a box with its numbers."""


def draw(
    layout: Layout,
    marks: Marks | None = None,
    window: Window | None = None,
    *,
    ascii_only: bool = False,
    write: Write | None = None,
) -> list[Line]:
    """The picture, or the part that the window shows: exactly one line per row of it.

    Args:
        layout: where boxes and wires are.
        marks: what is said about them.
        window: which cells; None means all.
        ascii_only: for a terminal without UTF-8.
        write: what else is drawn in the place of each box with its numbers.
    """
    marks = marks or Marks()
    window = window or Window(0, 0, layout.width, layout.height)
    rows = max(_MOST_CELLS // max(window.width, 1), 1)
    lines: list[Line] = []
    end = window.y + window.height
    for y in range(window.y, end, rows):  # what nobody sees at once need not be in memory at once
        band = window._replace(y=y, height=min(rows, end - y))
        lines += _band(layout, marks, band, ascii_only, write)
    return lines


def _band(
    layout: Layout, marks: Marks, window: Window, ascii_only: bool, write: Write | None
) -> list[Line]:
    sheet = Sheet(window, ascii_only=ascii_only)
    boxes = layout.boxes_in(window)
    hops = layout.hops_in(window)
    roles = _roles(layout, np.union1d(layout.plan.values_of(boxes), layout.hops.value[hops]), marks)
    sheet.write(_frames(layout, window, ascii_only=ascii_only))
    _draw_wires(sheet, layout, hops, roles)
    texts: _Texts = []
    heavy = roles.heavy()
    for number in boxes.tolist():
        placed = layout.box(number)
        if write is not None:
            texts += write(placed)
            continue
        values = layout.plan.values(number)
        ports = [("heavy" if n in heavy else "light") * layout.leads_on(n) for n in values]
        _write_box(texts, placed, marks, window, ports, ascii_only=ascii_only)
        _write_numbers(texts, placed, marks)
    _write_stubs(texts, layout, window)
    sheet.write(texts)
    return sheet.lines()


# Wires ----------------------------------------------------------------------------------------


class _Roles(NamedTuple):
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


def _roles(layout: Layout, values: Ints, marks: Marks) -> _Roles:
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
    return _Roles([names[index] for index in order], box, rank, wire, np.argsort(order)[role])


def _importance(role: str) -> tuple[int, str]:
    """Dashed wires first, then plain ones, those being read last."""
    if role in DASHED_WIRES:
        return -1, role
    return (2 if role in HEAVY_WIRES else int(role != "wire")), role


def _draw_wires(sheet: Sheet, layout: Layout, hops: Ints, roles: _Roles) -> None:
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


def _wires_beyond(layout: Layout, hops: Ints, tap: Ints, roles: _Roles) -> tuple[Ints, Ints]:
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
    layout: Layout, uses: Uses, hops: Ints, tap: Ints, roles: _Roles
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


# Texts ----------------------------------------------------------------------------------------


def _write_box(
    texts: _Texts,
    placed: Placed,
    marks: Marks,
    window: Window,
    ports: list[str],
    *,
    ascii_only: bool,
) -> None:
    box, inner, x, y = placed.box, placed.width - 2, placed.x, placed.y
    role = marks.boxes.get(box.key, "node.leaf" if box.kind == "leaf" else "node")
    style = box.kind
    if role in HEAVY_BOXES:
        style = "heavy group" if box.kind == "group" else "heavy"
    elif box.key == marks.focus:
        style = "double"
    elif role in FAINT_BOXES:
        style = f"faint {box.kind}"
    border = (ASCII_BORDERS if ascii_only else BORDERS)[style]
    bottom = y + placed.height - 1
    # Of a box with thousands of ports only what is seen is written.
    first, last = max(window.x - x, 0), max(window.x + window.width - x, 0)
    within = max(min(inner + 1, last) - max(1, first), 0)

    def part(start: str, fill: str, end: str) -> tuple[int, str]:
        start, end = start if first == 0 else "", end if first <= inner + 1 < last else ""
        return x + first, start + fill * within + end

    column, top = part(border.top_left, border.side, border.top_right)
    texts.append((column, y, top, role))
    middle = part(border.wall, " ", border.wall)[1]
    for row in range(max(y + 1, window.y), min(bottom, window.y + window.height)):
        texts.append((column, row, middle, role))
    foot = marks.feet.get(box.key, border.bottom_left)
    texts.append((column, bottom, part(foot, border.side, border.bottom_right)[1], role))
    for output, port in enumerate(ports):
        if port:
            out = border.out(placed.flow, heavy=port == "heavy")
            texts.append((*placed.leave(output), out, role))
    spare = inner - cell_width(box.label)
    found = box.key in marks.found
    named = "match" if found and role not in SIGNS else role
    texts.append((x + 1 + spare // 2, y + placed.height // 2, box.label, named))
    sign = marks.signs.get(box.key) or SIGNS.get(role, "")
    if sign:
        texts.append((x + 1, y, sign, role))
    if corner := marks.corners.get(box.key):
        texts.append((x, y, corner, "breakpoint"))
    outside = OUTSIDE[placed.flow]
    for slot in marks.enters.get(box.key, ()):
        port_x, port_y = placed.input(slot)
        at = (port_x, port_y - 1) if placed.flow is Flow.DOWN else (port_x - 1, port_y)
        texts.append((*at, outside, "stub"))
    if box.key in marks.leaves:
        texts.append((x + placed.width - 1, bottom, outside, "stub"))
    if found:
        texts.append((x + placed.width - 1, y, FOUND, "match"))


def _frames(layout: Layout, window: Window, *, ascii_only: bool) -> _Texts:
    """The frames around open groups; wires that pass them are drawn over them."""
    texts: _Texts = []
    border = (ASCII_BORDERS if ascii_only else BORDERS)["group"]
    for frame in layout.frames:
        x, y, right, bottom = frame.x, frame.y, frame.x + frame.width, frame.y + frame.height - 1
        first, last = max(x + 1, window.x), min(right - 1, window.x + window.width)
        if first > last + 1 or x >= window.x + window.width:
            continue
        # Of a frame that is wider than the screen only what is seen is written.
        side = border.side * (last - first)
        for row, *corners in (
            (y, border.top_left, border.top_right),
            (bottom, border.bottom_left, border.bottom_right),
        ):
            texts += [(first, row, side, _FRAME), (x, row, corners[0], _FRAME)]
            texts.append((right - 1, row, corners[1], _FRAME))
        for row in range(max(y + 1, window.y), min(bottom, window.y + window.height)):
            texts += [(x, row, border.wall, _FRAME), (right - 1, row, border.wall, _FRAME)]
        texts.append((frame.title_at, y, f" {frame.title} ", _FRAME))
    return texts


def _write_numbers(texts: _Texts, placed: Placed, marks: Marks) -> None:
    """The value above the wire, the gradient below; a minus hangs out, so that digits line up."""
    own = marks.boxes.get(placed.box.key, "")
    values, gradients = _numbers(placed.box, marks)
    above, below = (1, 2) if placed.flow is Flow.DOWN else (-1, 1)
    for output, role, text, away in (
        *((output, "value", text, above) for output, text in enumerate(values)),
        *((output, "gradient", text, below) for output, text in enumerate(gradients)),
    ):
        x, row = placed.leave(output).x, placed.leave(output).y + away
        if not text:
            continue
        wide = cell_width(text)
        assert wide <= placed.box.gap, f"{text!r} is wider than the {placed.box.gap} cells for it"
        air = int(wide < placed.box.gap and text[:1] not in ("-", "−"))
        role = own if own in FAINT_BOXES else role
        role = "absent" if text == ABSENT else "stale" if text.endswith(STALE) else role
        texts.append((x + 1 + air, row, text, role))


def _numbers(box: Box, marks: Marks) -> tuple[Sequence[str], Sequence[str]]:
    """The values and the gradients that stand at the ports of a box."""
    if box.outputs > 1:
        return marks.several.get(box.key, ((), ()))
    return (marks.values.get(box.key, ""),), (marks.gradients.get(box.key, ""),)


def stub_name(key: str) -> str:
    """What a stub is called: by the value's name without the groups around it.

    >>> stub_name("encoder/layer3/attention"), stub_name("W")
    ('attention', 'W')
    """
    return safe_text(key.rstrip("/").rpartition("/")[2], STUB_NAME)


def _write_stubs(texts: _Texts, layout: Layout, window: Window) -> None:
    """The names at the ends of wires that are too long to be drawn."""
    stubs, down = layout.stubs, layout.plan.flow is Flow.DOWN
    seen = layout.ranks_in(window)
    first, last = np.searchsorted(stubs.rank, (seen.start, seen.stop)).tolist()
    shown: npt.NDArray[np.bool_] = stubs.y[first:last] < window.y + window.height
    shown = shown & (stubs.y[first:last] >= window.y - 1)
    shown = shown & (stubs.x[first:last] < window.x + window.width)
    shown = shown & (stubs.x[first:last] + STUB_NAME + 2 > window.x)
    for stub in (np.flatnonzero(shown) + first).tolist():
        name = stub_name(layout.plan.boxes[int(layout.plan.owner[stubs.value[stub]])].key)
        x, y, enters = int(stubs.x[stub]), int(stubs.y[stub]), bool(stubs.enters[stub])
        spare = STUB_NAME - cell_width(name)
        if down:
            texts.append((x + 1 + spare // 2, y, name, "stub"))
            if enters:
                texts.append((x + STUB_NAME // 2 + 1, y + 1, "⇣", "stub"))
        elif enters:
            texts.append((x + spare, y, name + " ⇢", "stub"))
        else:
            texts.append((x, y, name, "stub"))
