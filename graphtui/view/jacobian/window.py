"""A window of numbers on a Jacobian matrix: its rows and columns numbered, one entry marked.

Of a matrix of any size only those numbers are asked for that are shown. Which part is wanted is for
`lens`, how the whole looks for `picture`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graphtui.ops.linear_map import Array, LinearMap, Shape
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
    *,
    by_index: bool = False,
) -> Window:
    """The window, and what part of the matrix it really shows.

    Args:
        local: the map.
        width: cells.
        height: lines.
        row0: the first row; where the matrix ends before the window, one further up is.
        column0: the first column, likewise.
        entry: that is marked, if it is seen.
        by_index: whether rows and columns have the indices of their elements, where these have
            room; else their row-major numbers.
    """
    rows, columns = local.matrix_shape
    if not rows or not columns:
        empty = [clip_line(line(("an empty matrix", "dim")), width)] if height > 0 else []
        return Window(empty, 0, 0, 0, 0)
    shown_rows = min(rows, height - 1)  # a line for the column numbers
    if shown_rows < rows:
        shown_rows -= 1  # and one that says which part it is
    row0 = max(0, min(row0, rows - max(shown_rows, 1)))
    column0 = max(0, min(column0, columns - 1))
    labels = [str(number) for number in range(row0, row0 + max(shown_rows, 0))]
    gutter = len(str(rows - 1)) + GUTTER
    if by_index:
        indices = [label(row0 + i, local.output_shape) for i in range(len(labels))]
        longest = max(map(len, indices), default=0)
        if longest + GUTTER <= max(width // 4, gutter):
            labels, gutter = indices, longest + GUTTER
    if shown_rows < 1 or width < gutter + 3:
        return Window([], row0, column0, 0, 0)
    most_columns = min(columns, (width - gutter) // 2)
    block = local.window(slice(row0, row0 + shown_rows), slice(column0, column0 + most_columns))
    last = 0 if by_index else column0 + most_columns - 1
    cell = _cell_width(block, len(str(last)), width - gutter)
    fitting = min(max((width - gutter) // (cell + 1), 1), most_columns)
    column0, block = _filled_up(local, row0, shown_rows, column0, fitting, block)
    over = [
        label(column0 + j, local.input_shape) if by_index else str(column0 + j)
        for j in range(fitting)
    ]
    lines = [_over_columns(over, gutter, cell)]
    marked = None if entry is None else (entry[0] - row0, entry[1] - column0)
    lines += _matrix_lines(block, labels, gutter, cell, marked)
    part = f"rows {_range(row0, len(block), rows)} · columns {_range(column0, fitting, columns)}"
    if len(part) > width:
        part = part.replace(" of ", "/").replace("columns ", "").replace("rows ", "")
    if block.shape != (rows, columns):
        lines.append(line((part, "dim")))
    lines = [clip_line(each, width) for each in lines[:height]]
    return Window(lines, row0, column0, shown_rows, fitting)


def label(number: int, shape: Shape) -> str:
    """The index of an element in few cells, by its row-major number.

    >>> label(7, (2, 5)), label(7, (20,)), label(0, ())
    ('1,2', '7', '0')
    """
    return ",".join(map(str, element(number, shape))) or "0"


def element(number: int, shape: Shape) -> list[int]:
    """The index of an element by its row-major number.

    >>> element(7, (2, 5)), element(0, ())
    ([1, 2], [])
    """
    return [int(each) for each in np.unravel_index(number, shape)] if shape else []


def index_text(number: int, shape: Shape) -> str:
    """`[2, 1]`, the element of a row-major number; "" for a scalar's."""
    return str(element(number, shape)) if shape else ""


def _over_columns(labels: list[str], gutter: int, cell: int) -> Line:
    """The labels over their columns, or of some columns where they are too wide for all."""
    longest = max(map(len, labels))
    every = 1 if longest <= cell else -(-(longest + 1) // (cell + 1))
    align = ">" if every == 1 else "<"
    text = "".join(f" {each:{align}{every * (cell + 1) - 1}}" for each in labels[::every])
    return line((" " * gutter + text.rstrip(), "dim"))


def _cell_width(block: Array, least: int, room: int) -> int:
    """The cells of the widest number, but at least so many, where there is room for that."""
    return max(1, min(max(_longest(_texts(block, _CELL)), least), room - 1))


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
    block: Array, labels: list[str], gutter: int, cell: int, marked: Entry | None
) -> list[Line]:
    """A line for each row: its label, then its numbers."""
    lines: list[Line] = []
    texts = _texts(block, _CELL)
    if _longest(texts) > cell:
        texts = _texts(block, cell)
    for i, row in enumerate(block):
        spans = [Span(f"{labels[i]:>{gutter - 1}} ", "dim")]
        for j, (x, text) in enumerate(zip(row, texts[i], strict=True)):
            if (i, j) == marked:
                spans.append(Span(f"{MARK}{text:>{cell}}", "cursor"))
            else:
                spans.append(Span(f" {text:>{cell}}", "local" if x else "dim"))
        lines.append(tuple(spans))
    return lines


def _range(start: int, count: int, total: int) -> str:
    return f"{count_text(start)}–{count_text(start + count - 1)} of {count_text(total)}"
