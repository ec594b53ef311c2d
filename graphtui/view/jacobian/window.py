"""A window of numbers on a Jacobian matrix: its rows and columns numbered, one entry marked.

Of a matrix of any size only those numbers are asked for that are shown. Which part is wanted is for
`lens`, how the whole looks for `picture`.
"""

from __future__ import annotations

from typing import NamedTuple

from graphtui.ops.linear_map import Array, LinearMap
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import count_text, number
from graphtui.view.text.previews import aligned_texts
from graphtui.view.text.safe_text import clip_line

Entry = tuple[int, int]
"""A row and a column."""

_CELL = 6
GUTTER = 2
MARK = "▸"
"""Stands before the entry that is looked at."""


class Window(NamedTuple):
    """The numbers of a part of the matrix, drawn."""

    lines: list[Line]
    row: int
    """The first row that is really shown."""
    column: int
    rows: int
    """How many rows are shown."""
    columns: int


def matrix_window(
    local: LinearMap, width: int, height: int, row0: int = 0, column0: int = 0
) -> list[Line]:
    """As much of the Jacobian matrix as `width` × `height` cells hold, rows and columns numbered.

    Where that is not all of it, a last line says which part it is.
    """
    return window(local, width, height, row0, column0).lines


def window(
    local: LinearMap,
    width: int,
    height: int,
    row0: int,
    column0: int,
    entry: Entry | None = None,
) -> Window:
    """The window, and what part of the matrix it really shows.

    Args:
        local: the map.
        width: cells.
        height: lines.
        row0: the first row; where the matrix ends before the window, one further up is.
        column0: the first column, likewise.
        entry: that is marked, if it is seen.
    """
    rows, columns = local.matrix_shape
    if not rows or not columns:
        empty = [clip_line(line(("an empty matrix", "dim")), width)] if height > 0 else []
        return Window(empty, 0, 0, 0, 0)
    shown_rows = min(rows, height - 1)  # a line for the column numbers
    if shown_rows < rows:
        shown_rows -= 1  # and one that says which part it is
    gutter = len(str(rows - 1)) + GUTTER
    row0 = max(0, min(row0, rows - max(shown_rows, 1)))
    column0 = max(0, min(column0, columns - 1))
    if shown_rows < 1 or width < gutter + 3:
        return Window([], row0, column0, 0, 0)
    most_columns = min(columns, (width - gutter) // 2)
    block = local.window(slice(row0, row0 + shown_rows), slice(column0, column0 + most_columns))
    cell = _cell_width(block, column0 + most_columns, width - gutter)
    fitting = min(max((width - gutter) // (cell + 1), 1), most_columns)
    column0, block = _filled_up(local, row0, shown_rows, column0, fitting, block)
    lines = _matrix_lines(block, row0, column0, gutter, cell, entry)
    part = f"rows {_range(row0, len(block), rows)} · columns {_range(column0, fitting, columns)}"
    if len(part) > width:
        part = part.replace(" of ", "/").replace("columns ", "").replace("rows ", "")
    if block.shape != (rows, columns):
        lines.append(line((part, "dim")))
    lines = [clip_line(each, width) for each in lines[:height]]
    return Window(lines, row0, column0, shown_rows, fitting)


def _cell_width(block: Array, columns: int, room: int) -> int:
    """The cells of the widest number or column number, where there is room for that."""
    longest = _longest(_texts(block, _CELL))
    return max(1, min(max(longest, len(str(columns - 1))), room - 1))


def _texts(block: Array, width: int) -> list[list[str]]:
    """The numbers with the same decimals where that takes no more room: columns count here."""
    aligned = aligned_texts(block, width)
    single = [[number(x, width) for x in row] for row in block]
    return aligned if _longest(aligned) <= _longest(single) else single


def _longest(texts: list[list[str]]) -> int:
    return max((len(text) for row in texts for text in row), default=1)


def _filled_up(
    local: LinearMap, row0: int, rows: int, column0: int, fitting: int, block: Array
) -> tuple[int, Array]:
    """The columns shown: those asked for, moved left if the matrix ends before the window."""
    start = max(0, min(column0, local.matrix_shape[1] - fitting))
    if start == column0:
        return column0, block[:, :fitting]
    return start, local.window(slice(row0, row0 + rows), slice(start, start + fitting))


def _matrix_lines(
    block: Array, row0: int, column0: int, gutter: int, cell: int, entry: Entry | None
) -> list[Line]:
    numbers = "".join(f" {column0 + j:>{cell}}" for j in range(block.shape[1]))
    lines = [line((" " * gutter + numbers, "dim"))]
    texts = _texts(block, _CELL)
    if _longest(texts) > cell:
        texts = _texts(block, cell)
    for i, row in enumerate(block):
        spans = [Span(f"{row0 + i:>{gutter - 1}} ", "dim")]
        for j, (x, text) in enumerate(zip(row, texts[i], strict=True)):
            if (row0 + i, column0 + j) == entry:
                spans.append(Span(f"{MARK}{text:>{cell}}", "cursor"))
            else:
                spans.append(Span(f" {text:>{cell}}", "local" if x else "dim"))
        lines.append(tuple(spans))
    return lines


def _range(start: int, count: int, total: int) -> str:
    return f"{count_text(start)}–{count_text(start + count - 1)} of {count_text(total)}"
