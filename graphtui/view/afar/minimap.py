"""A small map of the whole drawing with the part that is seen marked on it, and where it lies.

The map is an overview in a frame. It is laid over the lines of the picture, in the first corner
where it does not hide the box that is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graphtui.view.afar.heat_codes import Painting
from graphtui.view.afar.overview import overview
from graphtui.view.afar.places import Afar, fitting
from graphtui.view.afar.spots import Ink
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.plan import Ints
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import cell_width, pad_line, prefix

MOST_ACROSS, MOST_DOWN = 24, 8
PART = 4
"""The map takes at most this part of each side of the view."""

FRAME, SEEN = "frame", "cursor"
"""The roles of the map's frame and of what marks the part that is seen."""


class Minimap(NamedTuple):
    """The drawing in few cells."""

    lines: tuple[Line, ...]
    afar: Afar

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows, the frame included."""
        return sum(cell_width(span.text) for span in self.lines[0]) + 2, len(self.lines) + 2

    def place(self, column: int, row: int) -> tuple[float, float] | None:
        """What the drawing has in the middle of a cell, which counts from the frame's corner."""
        columns, rows = self.size
        if not (0 <= column < columns and 0 <= row < rows):
            return None
        return (column - 0.5) * self.afar.across, (row - 0.5) * self.afar.down


def minimap(
    layout: Layout,
    painted: Painting,
    width: int,
    height: int,
    ink: Ink = Ink.HALVES,
    *,
    found: Ints | None = None,
) -> Minimap | None:
    """The map for a view of so many cells; None where it would be too small to be one.

    Args:
        layout: the drawing.
        painted: the codes of its boxes.
        width: the columns of the view.
        height: the rows of the view.
        ink: what spots are made of.
        found: the boxes that were looked for.
    """
    across, down = min(MOST_ACROSS, width // PART), min(MOST_DOWN, height // PART)
    if across < 2 or down < 1:
        return None
    afar = fitting(layout, across, down)
    columns, rows = (min(each) for each in zip(afar.size(layout), (across, down), strict=True))
    lines = overview(layout, painted, afar, Window(0, 0, columns, rows), ink=ink, found=found)
    return Minimap(tuple(pad_line(line, columns) for line in lines), afar)


def framed(its: Minimap, seen: Window) -> list[Line]:
    """The map in its frame, with the part of the drawing marked that is seen."""
    columns, rows = its.size[0] - 2, its.size[1] - 2
    left, right = _cells(seen.x, seen.width, its.afar.across, columns)
    top, bottom = _cells(seen.y, seen.height, its.afar.down, rows)
    marked = [
        _marked(line, left, right, _side(row, top, bottom)) if top <= row <= bottom else line
        for row, line in enumerate(its.lines)
    ]
    edge = "─" * columns
    return [
        (Span(f"┌{edge}┐", FRAME),),
        *((Span("│", FRAME), *line, Span("│", FRAME)) for line in marked),
        (Span(f"└{edge}┘", FRAME),),
    ]


def _cells(first: int, size: int, step: float, most: int) -> tuple[int, int]:
    """The first and the last cell of the map that a stretch of the drawing touches."""
    start = min(max(int(first / step), 0), most - 1)
    return start, min(max(int((first + size - 1) / step), start), most - 1)


def _side(row: int, top: int, bottom: int) -> str:
    """The corners and the side of a row of the mark."""
    if top == bottom:
        return "[-]"
    return "┌─┐" if row == top else "└─┘" if row == bottom else "│ │"


def _marked(line: Line, left: int, right: int, side: str) -> Line:
    """A row of the map with its part of the mark; what is inside the mark stays in sight."""
    cells = list(_cell_by_cell(line))
    if left == right:
        cells[left] = Span("▪" if side == "[-]" else "│", SEEN)
        return tuple(cells)
    if side[1] == "─":
        for column in range(left + 1, right):
            cells[column] = Span("─", SEEN)
    cells[left], cells[right] = Span(side[0], SEEN), Span(side[2], SEEN)
    return tuple(cells)


def _cell_by_cell(line: Line) -> Iterator[Span]:
    return (Span(char, role) for text, role in line for char in text)


def corner(size: tuple[int, int], view: tuple[int, int], kept: Window) -> tuple[int, int]:
    """Where the map begins: in the first corner, from the lower right, where `kept` stays in sight.

    Args:
        size: columns and rows of the map.
        view: columns and rows of the view.
        kept: cells of the view.
    """
    right, bottom = view[0] - size[0], view[1] - size[1]
    for x, y in ((right, bottom), (0, bottom), (right, 0), (0, 0)):
        beside = kept.x + kept.width <= x or x + size[0] <= kept.x
        if beside or kept.y + kept.height <= y or y + size[1] <= kept.y:
            return x, y
    return right, bottom


def laid_over(lines: Sequence[Line], patch: Sequence[Line], x: int, y: int) -> list[Line]:
    """The lines with the rows of a patch on top of them, from a cell on."""
    found = list(lines) + [()] * (y + len(patch) - len(lines))
    for row, piece in enumerate(patch, start=y):
        wide = sum(cell_width(span.text) for span in piece)
        found[row] = (*_before(found[row], x), *piece, *_behind(found[row], x + wide))
    return found


def _before(line: Line, column: int) -> Line:
    """What stands in a line up to a column, with blanks after it."""
    at, kept = 0, list[Span]()
    for text, role in line:
        piece = prefix(text, column - at)
        at += cell_width(piece)
        kept.append(Span(piece, role))
        if len(piece) < len(text):
            break
    return (*kept, Span(" " * (column - at)))


def _behind(line: Line, column: int) -> Line:
    """What stands in a line from a column on; half of a wide character is a blank."""
    at, kept = 0, list[Span]()
    for text, role in line:
        wide = cell_width(text)
        if at + wide > column:
            first = prefix(text, column - at)
            rest = text[len(first) :]
            if 0 < column - at > cell_width(first):
                rest = " " * (cell_width(rest[0]) - (column - at - cell_width(first))) + rest[1:]
            kept.append(Span(rest, role))
        at += wide
    return tuple(kept)
