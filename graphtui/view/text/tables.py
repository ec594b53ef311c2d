"""Rows of cells as lines that fit: columns aligned, nothing behind the last cell."""

from __future__ import annotations

from collections.abc import Sequence

from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import cell_width, clip_line, fit


def columns(rows: Sequence[tuple[Span, ...]]) -> list[Line]:
    """`rows` with every column padded to its widest cell."""
    if not rows:
        return []
    widths = [max(cell_width(cell.text) for cell in column) for column in zip(*rows, strict=True)]
    return [
        tuple(
            Span(fit(cell.text, width) + "  ", cell.role)
            for cell, width in zip(row, widths, strict=True)
        )
        for row in rows
    ]


def table(rows: Sequence[tuple[Span, ...]], width: int) -> list[Line]:
    """`rows` with aligned columns, in lines of at most `width` cells.

    >>> [row[-1].text for row in table([(Span("a"), Span("1")), (Span("bc"), Span("234"))], 20)]
    ['1', '234']
    """
    return [clip_line(_without_blanks(row), width) for row in columns(rows)]


def _without_blanks(row: Line) -> Line:
    """`row` without the blanks at its end, which would be cut with an ellipsis."""
    *most, last = row
    return (*most, Span(last.text.rstrip(), last.role))
