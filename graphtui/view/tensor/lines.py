"""A tensor view as lines: what it is, what it comes to, the numbers in sight, the element there.

Only what is in sight is read and formatted, so an array of any size is drawn as fast as a small
one. Statistics are given by whoever has the time to compute them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from graphtui.view.tensor.grid import Grid, grid, scrolled_to_cursor
from graphtui.view.tensor.jump import marked_text
from graphtui.view.tensor.measured import Measured
from graphtui.view.tensor.rows import FOUND, MARKED, Side, column_line, in_sight, number_rows
from graphtui.view.tensor.search import index_words
from graphtui.view.tensor.stats import statistics_lines
from graphtui.view.tensor.view import Heat, Shows, TensorView
from graphtui.view.text.heat import Scale, heat_legend, heat_scale, peak_of
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import count_text, exact, shape_text, size_text
from graphtui.view.text.paragraphs import facts
from graphtui.view.text.safe_text import clip_line, to_ascii

NOT_YET = "not yet"

_LEAST_FOR = {"cursor": 2, "columns": 3, "title": 4, "statistics": 6, "heat": 8}
"""From how many lines on each part is shown beside the numbers."""


class TensorPage(NamedTuple):
    """A drawn view."""

    lines: list[Line]
    view: TensorView
    """The view as it was drawn: with the cursor in sight."""
    grid: Grid
    """What was drawn where, for pages and clicks."""


_UNKNOWN = Measured()


def tensor_page(
    view: TensorView,
    width: int,
    height: int,
    measured: Measured = _UNKNOWN,
    *,
    ascii_only: bool = False,
) -> TensorPage:
    """The view as lines, with what is needed to move on from there.

    Args:
        view: what is looked at.
        width: cells.
        height: lines. Numbers come first; with more lines come the element under the cursor, the
            numbers of the columns, the title, the statistics and the legend of the heat.
        measured: what is known of the whole arrays; without it, heat goes by what is in sight.
        ascii_only: whether the terminal has nothing else.
    """
    sides, filled = _sides(view, measured), view.value.size > 0
    has = {part: height >= least for part, least in _LEAST_FOR.items()}
    head = _title(view, width) if has["title"] else []
    head += _statistics(sides, width, height // 4) if has["statistics"] else []
    heated = has["heat"] and filled and view.heat is not Heat.OFF
    top = len(head) + has["columns"] * filled
    top += sum(side.array is not None for side in sides) if heated else 0
    placed = grid(view, width, height - has["cursor"] * filled, top)
    seen = scrolled_to_cursor(view, placed)
    lines = head
    if filled:
        scales = [_scale(seen, side, placed) for side in sides]
        lines += _legend(sides, scales, width) if heated else []
        lines += [column_line(seen, placed)] if has["columns"] else []
        lines += number_rows(seen, placed, sides, scales, width)
        lines += [_cursor_line(seen, width)] if has["cursor"] else []
    else:
        words = "Nothing to look at: an axis has no elements."
        lines.append(line((words if lines else f"empty {shape_text(view.shape)}", "dim")))
    lines = [clip_line(each, width) for each in lines[: max(height, 0)]]
    if ascii_only:
        lines = [tuple(Span(to_ascii(text), role) for text, role in each) for each in lines]
    return TensorPage(lines, seen, placed)


def _sides(view: TensorView, measured: Measured) -> list[Side]:
    value = Side("value", view.value, measured.value)
    gradient = Side("gradient", view.gradient, measured.gradient)
    return {Shows.VALUE: [value], Shows.GRADIENT: [gradient], Shows.BOTH: [value, gradient]}[
        view.shows
    ]


def _title(view: TensorView, width: int) -> list[Line]:
    """`W value (64, 3, 5, 5) float32 · [2, 0, ↓, →] · by [2, 0, :, 3] ↓ · 18.8 KiB`."""
    array = view.value
    what = f"{shape_text(array.shape)} {array.dtype}"
    pieces = [line((view.title, "title"), f" {view.shows} ", (what, "dim"))]
    pieces += [line(slice_text(view))] if view.shape else []
    pieces += [line(("by ", "dim"), order.by) for order in view.orders.values()]
    pieces.append(line((size_text(array.nbytes), "dim")))
    return facts(pieces, width)[:1]


def slice_text(view: TensorView) -> str:
    """Which slice is shown, with arrows for the axes of rows and of columns.

    >>> import numpy as np
    >>> from graphtui.view.tensor.view import tensor_view
    >>> slice_text(tensor_view("W", np.zeros((4, 3, 5))))
    '[0, ↓, →]'
    """
    arrows = {view.rows_axis: "↓", view.columns_axis: "→"}
    return f"[{', '.join(arrows.get(axis, str(at)) for axis, at in enumerate(view.at))}]"


def _statistics(sides: list[Side], width: int, most: int) -> list[Line]:
    """A row for each array, or several where they are narrow; at most `most` in all."""
    lines: list[Line] = []
    for side in sides:
        name = f"{side.role} " if len(sides) > 1 else ""
        if side.array is None:
            found = [line((NOT_YET, "absent"))]
        elif side.found is None:
            found = [line(("being measured", "dim"))]
        else:
            found = statistics_lines(side.found, width - len(name))
        names = [Span(name, side.role)] + [Span(" " * len(name))] * (len(found) - 1)
        rows = [(begin, *row) if name else row for begin, row in zip(names, found, strict=True)]
        lines += rows[: max(most // len(sides), 1)]
    return lines


def _scale(view: TensorView, side: Side, placed: Grid) -> Scale:
    """The levels of an array: by the whole of it where that is known, else by what is in sight."""
    logarithmic = view.heat is Heat.LOGARITHMIC
    if side.found is not None and side.found.complete:
        return heat_scale(side.found.peak, logarithmic=logarithmic)
    peak = 0.0 if side.array is None else peak_of(in_sight(view, side.array, placed))
    return heat_scale(peak, logarithmic=logarithmic, whole=False)


def _legend(sides: list[Side], scales: list[Scale], width: int) -> list[Line]:
    return [
        heat_legend(scale, width, side.role if len(sides) > 1 else "heat")
        for side, scale in zip(sides, scales, strict=True)
        if side.array is not None
    ]


def _cursor_line(view: TensorView, width: int) -> Line:
    """Every digit of the element under the cursor, in both arrays, and what is marked and found."""
    pieces = [
        line((index_words(view.at), "cursor")),
        line(("value ", "dim"), (exact(view.value[view.at]), "value")),
    ]
    if view.gradient is not None:
        pieces.append(line(("gradient ", "dim"), (exact(view.gradient[view.at]), "gradient")))
    elif view.shows is not Shows.VALUE:
        pieces.append(line(("gradient ", "dim"), (NOT_YET, "absent")))
    if view.marked:
        count = count_text(math.prod(map(len, view.marked)))
        pieces.append(line((f"{MARKED} {marked_text(view)} ", "dim"), count))
    if view.search is not None:
        pieces.append(line((f"{FOUND} {view.search.text}", "warning")))
    return facts(pieces, width)[0]
