"""Text broken into lines of a given width: sentences at blanks, lists of facts at their dots."""

from __future__ import annotations

from collections.abc import Iterable

from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import cell_width, clip_line

DOT = Span(" · ", "dim")


def wrapped(text: str, width: int, role: str = "", indent: str = "", hang: str = "") -> list[Line]:
    """`text` in lines of at most `width` cells, broken at blanks.

    Args:
        text: already safe.
        width: cells; a word that is longer is cut.
        role: of every line.
        indent: what the first line begins with.
        hang: what the others begin with, besides `indent`.

    >>> [row[0].text for row in wrapped("upstream passes unchanged", 12, indent="  ")]
    ['  upstream', '  passes', '  unchanged']
    """
    rows: list[str] = []
    row = ""
    for word in text.split(" "):
        longer = f"{row} {word}" if row else (indent if not rows else indent + hang) + word
        if row and cell_width(longer) > width:
            rows.append(row)
            longer = indent + hang + word
        row = longer
    return [clip_line((Span(each, role),), width) for each in (*rows, row)]


def facts(pieces: Iterable[Line], width: int, indent: str = "") -> list[Line]:
    """The pieces with dots between them, as many on a line as go, none of them broken."""
    rows: list[Line] = []
    row: Line = ()
    for piece in pieces:
        if row and cells((*row, DOT, *piece)) <= width:
            row = (*row, DOT, *piece)
            continue
        if row:
            rows.append(row)
        row = (Span(indent), *piece) if indent else piece
    return [clip_line(each, width) for each in ((*rows, row) if row else rows)]


def cells(row: Line) -> int:
    """How many cells the line takes."""
    return sum(cell_width(span.text) for span in row)
