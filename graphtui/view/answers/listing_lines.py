"""A list as a table of aligned columns, and as documents."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphtui.debugger.listing import Cell, Listing
from graphtui.view.drawing.marks import ABSENT
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import number
from graphtui.view.text.safe_text import safe_text
from graphtui.view.text.tables import table

MOST_CELLS = 60
"""Cells of a text that is not the last in its row."""


def listing_lines(listing: Listing, width: int) -> list[Line]:
    """The table, in lines of at most `width` cells."""
    heading = tuple(Span(title, "heading") for title in listing.titles)
    last = len(listing.titles) - 1
    rows = [heading]
    rows += [
        tuple(_span(cell, width if at == last else MOST_CELLS) for at, cell in enumerate(row))
        for row in listing.rows
    ]
    lines = table(rows, width)
    if listing.more:
        lines.append(line((f"and {listing.more:,} more {listing.what}", "dim")))
    return lines


def _span(cell: Cell, width: int) -> Span:
    if cell is None:
        return Span(ABSENT, "absent")
    if isinstance(cell, float):
        return Span(number(np.float64(cell)), "value" if np.isfinite(cell) else "fault")
    return Span(safe_text(str(cell), width))


def listing_document(listing: Listing) -> list[dict[str, Any]]:
    """One object a row, by title; numbers that are not finite are words."""
    return [
        {title: _plain(cell) for title, cell in zip(listing.titles, row, strict=True)}
        for row in listing.rows
    ]


def _plain(cell: Cell) -> Cell:
    return str(cell) if isinstance(cell, float) and not np.isfinite(cell) else cell
