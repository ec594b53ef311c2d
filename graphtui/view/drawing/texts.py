"""What is written in the picture: boxes with their signs and numbers, frames, names of stubs.

Those that lie on top come last. What marks say, and how numbers are written, is the caller's work.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.boxes import Box, Window
from graphtui.view.drawing.glyphs import ASCII_BORDERS, BORDERS, Border
from graphtui.view.drawing.layered import STUB_NAME
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.marks import (
    ABSENT,
    FAINT_BOXES,
    FOUND,
    HEAVY_BOXES,
    OUTSIDE,
    SIGNS,
    STALE,
    Marks,
)
from graphtui.view.drawing.placed import Placed
from graphtui.view.drawing.plan import Flow
from graphtui.view.text.safe_text import cell_width, safe_text

_FRAME = "group.open"
"""The role of frames around open groups."""

Text = tuple[int, int, str, str]
"""A text that is drawn: x, y, what, role."""

Texts = list[Text]


def box_texts(
    placed: Placed, marks: Marks, window: Window, ports: list[str], *, ascii_only: bool
) -> Texts:
    """A box with its label and its signs.

    Args:
        placed: which box, and where.
        marks: what is said about boxes.
        window: what is seen.
        ports: for each output how its wire leaves, "light" or "heavy"; empty where none does.
        ascii_only: for a terminal without UTF-8.
    """
    box, x, y = placed.box, placed.x, placed.y
    right, bottom = x + placed.width - 1, y + placed.height - 1
    role = marks.boxes.get(box.key, "node.leaf" if box.kind == "leaf" else "node")
    border = (ASCII_BORDERS if ascii_only else BORDERS)[_style(box, role, marks)]
    texts = _border(placed, window, border, marks.feet.get(box.key, border.bottom_left), role)
    for output, port in enumerate(ports):
        if port:
            out = border.out(placed.flow, heavy=port == "heavy")
            texts.append((*placed.leave(output), out, role))
    spare = placed.width - 2 - cell_width(box.label)
    found = box.key in marks.found
    named = "match" if found and role not in SIGNS else role
    texts.append((x + 1 + spare // 2, y + placed.height // 2, box.label, named))
    if sign := marks.signs.get(box.key) or SIGNS.get(role, ""):
        texts.append((x + 1, y, sign, role))
    if corner := marks.corners.get(box.key):
        texts.append((x, y, corner, "breakpoint"))
    outside = OUTSIDE[placed.flow]
    for slot in marks.enters.get(box.key, ()):
        port_x, port_y = placed.input(slot)
        at = (port_x, port_y - 1) if placed.flow is Flow.DOWN else (port_x - 1, port_y)
        texts.append((*at, outside, "stub"))
    if box.key in marks.leaves:
        texts.append((right, bottom, outside, "stub"))
    if found:
        texts.append((right, y, FOUND, "match"))
    return texts


def _style(box: Box, role: str, marks: Marks) -> str:
    """Which of the borders a box has: what happens at it matters more than what it is."""
    if role in HEAVY_BOXES:
        return "heavy group" if box.kind == "group" else "heavy"
    if box.key == marks.focus:
        return "double"
    return f"faint {box.kind}" if role in FAINT_BOXES else box.kind


def _border(placed: Placed, window: Window, border: Border, foot: str, role: str) -> Texts:
    """The border; of a box with thousands of ports only what is seen is written."""
    inner, x, y = placed.width - 2, placed.x, placed.y
    bottom = y + placed.height - 1
    first, last = max(window.x - x, 0), max(window.x + window.width - x, 0)
    within = max(min(inner + 1, last) - max(1, first), 0)

    def part(start: str, fill: str, end: str) -> str:
        start, end = start if first == 0 else "", end if first <= inner + 1 < last else ""
        return start + fill * within + end

    middle = part(border.wall, " ", border.wall)
    rows = range(max(y + 1, window.y), min(bottom, window.y + window.height))
    return [
        (x + first, y, part(border.top_left, border.side, border.top_right), role),
        *((x + first, row, middle, role) for row in rows),
        (x + first, bottom, part(foot, border.side, border.bottom_right), role),
    ]


def frame_texts(layout: Layout, window: Window, *, ascii_only: bool) -> Texts:
    """The frames around open groups; wires that pass them are drawn over them."""
    texts: Texts = []
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


def number_texts(placed: Placed, marks: Marks) -> Texts:
    """The value above the wire, the gradient below; a minus hangs out, so that digits line up."""
    texts: Texts = []
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
    return texts


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


def stub_texts(layout: Layout, window: Window) -> Texts:
    """The names at the ends of wires that are too long to be drawn."""
    texts: Texts = []
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
    return texts
