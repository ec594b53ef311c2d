"""A layout and marks become lines of text: values above the wires, gradients below.

State shows in the shape as well as in the role: the current box is heavy, the focused one double, a
wire that is being read is heavy, a fault carries a mark. What the marks say and how numbers are
written is the caller's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from graphtui.view.boxes import Placed, Wire
from graphtui.view.canvas import Canvas, Window
from graphtui.view.layout import Layout
from graphtui.view.lines import Line
from graphtui.view.route import Hop
from graphtui.view.safe_text import cell_width

ABSENT = "·"
"""How a number that is not there yet is written."""

STALE = "?"
"""Stands behind a number from before an edit, which was not computed again yet."""

HEAVY_WIRES = frozenset({"wire.read"})
"""Roles of wires that are drawn heavy."""

HEAVY_BOXES = frozenset({"node.current"})
"""Roles of boxes whose border is heavy."""

SIGNS = {"node.fault": "!"}
"""Marks that a role brings along where the caller gives none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Marks:
    """What is known at the moment about the boxes, by key, and the wires; all of it optional."""

    values: Mapping[str, str] = field(default_factory=dict)
    """The text above the wire that leaves the box, at most `gap` cells; `·` where none is yet."""
    gradients: Mapping[str, str] = field(default_factory=dict)
    """The text below that wire."""
    boxes: Mapping[str, str] = field(default_factory=dict)
    """Roles: "node.current", "node.done", "node.fault", …; else "node.leaf" or "node"."""
    signs: Mapping[str, str] = field(default_factory=dict)
    """What stands in the border of the box: a mark, a name."""
    corners: Mapping[str, str] = field(default_factory=dict)
    """One character instead of the upper left corner, such as `●` for a breakpoint."""
    feet: Mapping[str, str] = field(default_factory=dict)
    """One character instead of the lower left corner, such as `≠` for a difference."""
    wires: Mapping[Wire, str] = field(default_factory=dict)
    """Roles: "wire.read", "wire.done", …; else "wire". The arrow out is `Wire(key, "", 0)`."""
    focus: str | None = None
    """The box that is looked at; its border is double, unless it is heavy."""


class _Border(NamedTuple):
    """The pieces of a box's border."""

    top_left: str
    side: str
    top_right: str
    wall: str
    bottom_left: str
    bottom_right: str
    port: str
    """The wall where a wire leaves."""
    heavy_port: str
    """The wall where a heavy wire leaves."""


_BORDERS = {
    "leaf": _Border(*"╭─╮│╰╯├┝"),
    "op": _Border(*"┌─┐│└┘├┝"),
    "group": _Border(*"┌┄┐┊└┘├┝"),
    "heavy": _Border(*"┏━┓┃┗┛┠┣"),
    "heavy group": _Border(*"┏┅┓┋┗┛┠┣"),
    "double": _Border(*"╔═╗║╚╝╟╠"),
}
_ASCII_BORDERS = {
    "leaf": _Border(*".-.|''++"),
    "op": _Border(*"+-+|++++"),
    "group": _Border(*"+.+:++++"),
    "heavy": _Border(*"#=######"),
    "heavy group": _Border(*"#=######"),
    "double": _Border(*"@=@|@@++"),
}


def draw(
    layout: Layout,
    marks: Marks | None = None,
    window: Window | None = None,
    *,
    ascii_only: bool = False,
) -> list[Line]:
    """The picture, or the part that the window shows: exactly one line per row of it."""
    marks = marks or Marks()
    window = window or Window(0, 0, layout.width, layout.height)
    canvas = Canvas(window, ascii_only=ascii_only)
    for key, placed in layout.placed.items():
        # A box reaches to the end of its numbers.
        if _meets(window, placed.x, placed.y, placed.width + placed.box.gap, placed.height):
            hops = layout.routes.get(key, ())
            _draw_box(canvas, placed, marks, _port_roles(hops, marks))
            _draw_numbers(canvas, placed, marks)
    for key, hops in layout.routes.items():
        _draw_value(canvas, key, hops, marks)
    return canvas.lines()


def _meets(window: Window, x: int, y: int, width: int, height: int) -> bool:
    """Whether the rectangle and the window share a cell."""
    return (
        x < window.x + window.width
        and window.x < x + width
        and y < window.y + window.height
        and window.y < y + height
    )


def _port_roles(hops: Iterable[Hop], marks: Marks) -> set[str]:
    """The roles of the wires that leave a box."""
    return {
        marks.wires.get(tap.wire, "wire")
        for hop in hops
        for tap in hop.taps
        if tap.wire is not None
    }


def _draw_box(canvas: Canvas, placed: Placed, marks: Marks, wires: set[str]) -> None:
    box, inner = placed.box, placed.width - 2
    role = marks.boxes.get(box.key, "node.leaf" if box.kind == "leaf" else "node")
    style = box.kind
    if role in HEAVY_BOXES:
        style = "heavy group" if box.kind == "group" else "heavy"
    elif box.key == marks.focus:
        style = "double"
    border = (_ASCII_BORDERS if canvas.ascii_only else _BORDERS)[style]
    sign = marks.signs.get(box.key) or SIGNS.get(role, "")
    top = sign + border.side * (inner - cell_width(sign))
    spare = inner - cell_width(box.label)
    label = " " * (spare // 2) + box.label + " " * (spare - spare // 2)
    wall = border.wall
    port = wall if not wires else border.heavy_port if wires & HEAVY_WIRES else border.port
    corner = marks.corners.get(box.key)
    canvas.write(placed.x, placed.y, corner or border.top_left, "breakpoint" if corner else role)
    canvas.write(placed.x + 1, placed.y, top + border.top_right, role)
    for y in range(placed.y + 1, placed.y + placed.height - 1):
        if y == placed.output.y:
            canvas.write(placed.x, y, wall + label + port, role)
        else:
            canvas.write(placed.x, y, wall + " " * inner + wall, role)
    foot = marks.feet.get(box.key, border.bottom_left)
    bottom = foot + border.side * inner + border.bottom_right
    canvas.write(placed.x, placed.y + placed.height - 1, bottom, role)


def _draw_numbers(canvas: Canvas, placed: Placed, marks: Marks) -> None:
    """The value above the wire, the gradient below; a minus hangs out, so that digits line up."""
    x, y = placed.output
    for text, role, row in (
        (marks.values.get(placed.box.key, ""), "value", y - 1),
        (marks.gradients.get(placed.box.key, ""), "gradient", y + 1),
    ):
        wide = cell_width(text)
        assert wide <= placed.box.gap, f"{text!r} is wider than the {placed.box.gap} cells for it"
        air = int(wide < placed.box.gap and text[:1] not in ("-", "−"))
        role = "absent" if text == ABSENT else "stale" if text.endswith(STALE) else role
        canvas.write(x + 1 + air, row, text, role)


def _draw_value(canvas: Canvas, key: str, hops: tuple[Hop, ...], marks: Marks) -> None:
    """The trunk and taps of one value: role after role, those that matter most last and on top."""
    targets: dict[str, list[Wire]] = {}
    for hop in hops:
        for tap in hop.taps:
            if tap.wire is not None:
                targets.setdefault(marks.wires.get(tap.wire, "wire"), []).append(tap.wire)
    for role in sorted(targets, key=_importance):
        wires = frozenset(targets[role])
        last = max(i for i, hop in enumerate(hops) if any(tap.wire in wires for tap in hop.taps))
        for index, hop in enumerate(hops[: last + 1]):
            if hop.x >= canvas.window.x + canvas.window.width:
                break
            if max(tap.x for tap in hop.taps) >= canvas.window.x:
                _draw_hop(canvas, key, hop, wires, index < last, role)


def _importance(role: str) -> tuple[int, str]:
    """Plain wires first, those being read last."""
    return (2 if role in HEAVY_WIRES else int(role != "wire")), role


def _draw_hop(
    canvas: Canvas, key: str, hop: Hop, wires: frozenset[Wire], goes_on: bool, role: str
) -> None:
    """The part of a hop that the given wires use."""
    taps = [tap for tap in hop.taps if (goes_on if tap.wire is None else tap.wire in wires)]
    heavy = role in HEAVY_WIRES
    arrow = ">" if canvas.ascii_only else "▶"
    for tap in taps:
        if tap.wire is not None:
            canvas.write(tap.x, tap.y, arrow, role)
    x, y = hop.x, hop.y
    if hop.bend:
        canvas.horizontal(y, x, hop.bend.x, key, role, heavy=heavy)
        canvas.vertical(hop.bend.x, y, hop.bend.y, key, role, heavy=heavy)
        x, y = hop.bend
    canvas.horizontal(y, x, hop.track, key, role, heavy=heavy)
    reach = [y, *(tap.y for tap in taps)]
    canvas.vertical(hop.track, min(reach), max(reach), key, role, heavy=heavy)
    for tap in taps:
        canvas.horizontal(tap.y, hop.track, tap.x, key, role, heavy=heavy)
