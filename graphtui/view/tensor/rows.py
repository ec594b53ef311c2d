"""The numbers of a tensor view that are in sight, with their rows' and columns' indices.

A mark in front of a number tells the cursor, what was found and what is marked without colour; the
sign of a number is its own. What stands above and below is for `lines`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from graphtui.ops.linear_map import Array
from graphtui.view.tensor.cells import cell_texts
from graphtui.view.tensor.grid import Grid, row_label, shows_whole_index
from graphtui.view.tensor.stats import Statistics
from graphtui.view.tensor.view import (
    Heat,
    TensorView,
    block,
    cursor_column,
    cursor_row,
    number_at,
)
from graphtui.view.text.heat import Scale, heat_role, levels
from graphtui.view.text.lines import Line, Span

CURSOR, FOUND, MARKED = "▸", "•", "│"
"""What stands in front of a number."""
ABSENT = "—"

_Cell = Span


class Side(NamedTuple):
    """One of the arrays that are shown."""

    role: str
    """ "value" or "gradient", which is also what it is called."""
    array: Array | None
    """None is "not yet"."""
    found: Statistics | None
    """What is known of the whole array."""


def in_sight(view: TensorView, array: Array, placed: Grid) -> Array:
    """The elements in sight, as a matrix."""
    if not array.size:
        return array.reshape(0, 0)
    rows, columns = _places(view, placed)
    return block(view, array, rows, columns)


def _places(view: TensorView, placed: Grid) -> tuple[range, range]:
    return (
        range(view.row, min(view.row + placed.rows, view.height)),
        range(view.column, min(view.column + placed.columns, view.width)),
    )


def column_line(view: TensorView, placed: Grid) -> Line:
    """The numbers of the columns over their last cells, or of some of them over their first."""
    numbers = [number_at(view, view.columns_axis, place) for place in _places(view, placed)[1]]
    longest, blank = len(str(max(numbers))), " " * placed.mark
    if longest + (placed.arrays == 2) <= placed.cell:
        heads = [[f"{n}", f"∂{n}"][: placed.arrays] for n in numbers]
        texts = [f"{blank}{head:>{placed.cell}}" for both in heads for head in both]
        return (Span(" " * placed.gutter + "".join(texts), "dim"),)
    every = -(-(longest + 1) // placed.pitch)
    texts = [f"{n:<{every * placed.pitch}}" for n in numbers[::every]]
    return (Span(" " * placed.gutter + blank + "".join(texts).rstrip(), "dim"),)


def number_rows(
    view: TensorView, placed: Grid, sides: Sequence[Side], scales: Sequence[Scale], width: int
) -> list[Line]:
    """A line for each row in sight: its label, then its numbers."""
    drawn = [
        _cells(view, placed, side, scale)
        for side, scale in list(zip(sides, scales, strict=True))[: placed.arrays]
    ]
    whole = shows_whole_index(view, width)
    lines: list[Line] = []
    for place, rows in zip(_places(view, placed)[0], zip(*drawn, strict=True), strict=True):
        label = row_label(view, number_at(view, view.rows_axis, place), whole=whole)
        spans = [Span(f"{label:>{placed.gutter - 1}} ", "dim")] if placed.gutter else []
        for beside in zip(*rows, strict=True):
            spans += beside
        lines.append(tuple(spans))
    return lines


def _cells(view: TensorView, placed: Grid, side: Side, scale: Scale) -> list[list[_Cell]]:
    """For each element in sight, its mark and its number."""
    if side.array is None:
        rows, columns = map(len, _places(view, placed))
        return [[Span(f"{ABSENT:>{placed.cell + placed.mark}}", "absent")] * columns] * rows
    numbers = in_sight(view, side.array, placed)
    texts = cell_texts(numbers, placed.cell, scale)
    roles = _roles(view, numbers, side, scale)
    marks = _marks(view, placed, side, numbers)
    cells: list[list[_Cell]] = []
    for row, row_roles, row_marks in zip(texts, roles, marks, strict=True):
        cells.append(
            [
                Span(
                    f"{(mark or ' ') * placed.mark}{text:>{placed.cell}}", _marked_role(mark, role)
                )
                for text, role, mark in zip(row, row_roles, row_marks, strict=True)
            ]
        )
    return cells


def _marked_role(mark: str, role: str) -> str:
    if mark == FOUND and role == "fault":
        return role
    return {"": role, CURSOR: "cursor", FOUND: "warning", MARKED: "selected"}[mark]


def _roles(view: TensorView, numbers: Array, side: Side, scale: Scale) -> list[list[str]]:
    """What each number means: its level of heat, or that it is a value, a gradient, a fault."""
    if view.heat is not Heat.OFF:
        return [list(map(heat_role, row)) for row in levels(numbers, scale).tolist()]
    if numbers.dtype.kind != "f":
        return [[side.role] * numbers.shape[1]] * numbers.shape[0]
    finite = np.isfinite(numbers).tolist()
    return [[side.role if each else "fault" for each in row] for row in finite]


def _marks(view: TensorView, placed: Grid, side: Side, numbers: Array) -> list[list[str]]:
    """What stands in front of each element in sight."""
    marks = np.full(numbers.shape, "", dtype="<U1")
    marks[_is_marked(view, placed)] = MARKED
    if view.search is not None and side.array is view.array:
        marks[view.search.among(numbers)] = FOUND
    marks[cursor_row(view) - view.row, cursor_column(view) - view.column] = CURSOR
    found: list[list[str]] = marks.tolist()
    return found


def _is_marked(view: TensorView, placed: Grid) -> Array:
    """Which elements in sight are in the marked part."""
    rows, columns = _places(view, placed)
    shape = (len(rows), len(columns))
    if not view.marked or any(view.at[axis] not in view.marked[axis] for axis in view.hidden_axes):
        return np.zeros(shape, bool)
    across, down = (
        np.array(
            [axis is None or number_at(view, axis, place) in view.marked[axis] for place in places]
        )
        for axis, places in ((view.columns_axis, columns), (view.rows_axis, rows))
    )
    return np.asarray(np.logical_and.outer(down, across))
