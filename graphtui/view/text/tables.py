"""Rows of cells as lines that fit: columns aligned, none wider than its share, nothing behind.

A column takes what its widest cell takes. Where there is not room for all of them, the widest give
way, down to one width, so that a long name does not push the numbers beside it out of sight.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import cell_width, clip_line, fit

LEAST_SHARE = 12
"""Cells that a column keeps, if it has them: a number that is cut would be another one."""

_GAP = 2


def columns(rows: Sequence[tuple[Span, ...]], width: int | None = None) -> list[Line]:
    """`rows` with every column padded to its widest cell, or to its share of `width` cells."""
    if not rows:
        return []
    widths = [max(cell_width(cell.text) for cell in column) for column in zip(*rows, strict=True)]
    if width is not None:
        widths = shares(widths, width - _GAP * (len(widths) - 1))
    return [
        tuple(
            Span(fit(cell.text, cells) + " " * _GAP, cell.role)
            for cell, cells in zip(row, widths, strict=True)
        )
        for row in rows
    ]


def shares(wanted: Sequence[int], room: int) -> list[int]:
    """What each column gets of `room` cells: what it wants, or as much as any other that is cut.

    >>> shares([90, 5, 10, 30], 60), shares([90, 5, 10, 30], 200), shares([90, 90], 5)
    ([22, 5, 10, 22], [90, 5, 10, 30], [12, 12])
    """
    most, left = max(wanted, default=0), room
    for number, cells in enumerate(sorted(wanted)):
        fair = max(left // (len(wanted) - number), LEAST_SHARE)
        if cells > fair:
            most = fair
            break
        left -= cells
    return [min(cells, most) for cells in wanted]


def table(rows: Sequence[tuple[Span, ...]], width: int) -> list[Line]:
    """`rows` with aligned columns, in lines of at most `width` cells.

    >>> [row[-1].text for row in table([(Span("a"), Span("1")), (Span("bc"), Span("234"))], 20)]
    ['1', '234']
    """
    return [clip_line(_without_blanks(row), width) for row in columns(rows, width)]


def _without_blanks(row: Line) -> Line:
    """`row` without the blanks at its end, which would be cut with an ellipsis."""
    *most, last = row
    return (*most, Span(last.text.rstrip(), last.role))
