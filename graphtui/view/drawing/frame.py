"""A layout and marks become lines of text, at the cost of what the window shows.

State shows in the shape as well as in the role: the current box is heavy, the focused one double, a
wire that is being read is heavy, a fault carries a mark. What the marks say and how numbers are
written is the caller's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.marks import Marks
from graphtui.view.drawing.placed import Placed
from graphtui.view.drawing.plan import distinct
from graphtui.view.drawing.sheet import Sheet
from graphtui.view.drawing.texts import (
    Text,
    Texts,
    box_texts,
    frame_texts,
    number_texts,
    stub_texts,
)
from graphtui.view.drawing.wires import draw_wires, roles_of
from graphtui.view.text.lines import Line

MOST_AT_ONCE = 1_000_000
"""Cells that are drawn at once."""

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
    lines: list[Line] = []
    for band in bands(window):
        lines += _band(layout, marks, band, ascii_only, write)
    return lines


def bands(window: Window) -> Iterator[Window]:
    """The window in bands of rows: what nobody sees at once need not be in memory at once."""
    rows, end = max(MOST_AT_ONCE // max(window.width, 1), 1), window.y + window.height
    for y in range(window.y, end, rows):
        yield window._replace(y=y, height=min(rows, end - y))


def _band(
    layout: Layout, marks: Marks, window: Window, ascii_only: bool, write: Write | None
) -> list[Line]:
    sheet = Sheet(window, ascii_only=ascii_only)
    boxes = layout.boxes_in(window)
    hops = layout.hops_in(window)
    values, _, _ = distinct(np.append(layout.plan.values_of(boxes), layout.hops.value[hops]))
    roles = roles_of(layout, values, marks)
    sheet.write(frame_texts(layout, window, ascii_only=ascii_only))
    draw_wires(sheet, layout, hops, roles)
    texts: Texts = []
    heavy = roles.heavy()
    for number in boxes.tolist():
        placed = layout.box(number)
        if write is not None:
            texts += write(placed)
            continue
        own = layout.plan.values(number)
        ports = [("heavy" if n in heavy else "light") * layout.leads_on(n) for n in own]
        texts += box_texts(placed, marks, window, ports, ascii_only=ascii_only)
        texts += number_texts(placed, marks)
    sheet.write([*texts, *stub_texts(layout, window)])
    return sheet.lines()
