"""Where the numbers of a tensor view stand: how many rows and columns fit, and which are in sight.

What is written there is for `lines`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from graphtui.view.tensor.view import (
    LEVEL_CELLS,
    Index,
    Shows,
    TensorView,
    cursor_column,
    cursor_row,
    index_at,
    moved,
)
from graphtui.view.text.selection import scrolled

MOST_LABEL = 16
"""Cells of a row's label with the whole index; where that takes more, it is the row's number."""


class Grid(NamedTuple):
    """The geometry of the numbers on the screen."""

    top: int
    """The line of the first row of numbers."""
    rows: int
    """How many rows are in sight."""
    columns: int
    """How many columns are in sight."""
    gutter: int
    """Cells in front of the first column, for the labels of rows."""
    cell: int
    """Cells of a number; a mark stands in front of it, if there is room."""
    mark: int
    """Cells of the mark."""
    arrays: int
    """Numbers of a column: 2 where the gradient stands beside the value."""

    @property
    def pitch(self) -> int:
        """Cells from a column to the next."""
        return self.arrays * (self.cell + self.mark)


def grid(view: TensorView, width: int, height: int, top: int) -> Grid:
    """How the numbers are laid out in `width` × `height` cells, of which `top` lines are taken.

    At least one number is in sight, however narrow it becomes.
    """
    cell = view.cell
    if cell != LEVEL_CELLS:
        cell = max(cell, len(str(max(view.width - 1, 0))))
    mark = 1 if width > 2 else 0
    cell = max(min(cell, width - mark), 1)
    arrays = 2 if view.shows is Shows.BOTH and 2 * (cell + mark) <= width else 1
    gutter = label_width(view, width) + 1
    if gutter + arrays * (cell + mark) > width:
        gutter = 0
    pitch = arrays * (cell + mark)
    columns = min(max((width - gutter) // pitch, 1), view.width)
    rows = min(max(height - top, 1), view.height)
    return Grid(top, rows, columns, gutter, cell, mark, arrays)


def label_width(view: TensorView, width: int) -> int:
    """Cells of the widest label of a row."""
    last = max(view.height - 1, 0)
    return len(row_label(view, last, whole=shows_whole_index(view, width)))


def shows_whole_index(view: TensorView, width: int) -> bool:
    """Whether the label of a row is its whole index, because that is short enough."""
    longest = len(row_label(view, max(view.height - 1, 0), whole=True))
    return len(view.shape) > 2 and longest <= min(MOST_LABEL, width // 4)


def row_label(view: TensorView, number: int, *, whole: bool) -> str:
    """What stands in front of a row: its number, or the index of all its elements.

    >>> import numpy as np
    >>> from graphtui.view.tensor.view import tensor_view
    >>> view = tensor_view("W", np.zeros((4, 3, 5)))
    >>> row_label(view, 2, whole=False), row_label(view, 2, whole=True)
    ('2', '[0, 2, :]')
    """
    if not whole:
        return str(number)
    parts = [
        ":" if axis == view.columns_axis else str(number if axis == view.rows_axis else at)
        for axis, at in enumerate(view.at)
    ]
    return f"[{', '.join(parts)}]"


def scrolled_to_cursor(view: TensorView, grid: Grid) -> TensorView:
    """The view moved as little as it takes for the cursor to be seen, and for no row to be lost."""
    row = scrolled(view.row, grid.rows, view.height, cursor_row(view))
    column = scrolled(view.column, grid.columns, view.width, cursor_column(view))
    return replace(view, row=row, column=column)


def paged(view: TensorView, grid: Grid, down: int = 0, across: int = 0) -> TensorView:
    """The cursor so many screens further down and to the right, the rest moving along with it."""
    rows, columns = down * grid.rows, across * grid.columns
    gone = moved(view, rows, columns)
    row = min(max(view.row + rows, 0), max(view.height - grid.rows, 0))
    column = min(max(view.column + columns, 0), max(view.width - grid.columns, 0))
    return replace(gone, row=row, column=column)


def element_at(view: TensorView, grid: Grid, x: int, y: int) -> Index | None:
    """The element that is drawn at a cell; None where there is none."""
    row, column = y - grid.top, (x - grid.gutter) // grid.pitch
    inside = 0 <= row < grid.rows and 0 <= column < grid.columns
    if not inside or not view.value.size:
        return None
    row, column = view.row + row, view.column + column
    if row >= view.height or column >= view.width:
        return None
    return index_at(view, row, column)
