"""The watches: an expression a row, with what it is, whether that is new, and how it went.

What a watch comes to is found by `watches`; how a series is drawn is for `sparkline`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphtui.debugger.watches.watches import WatchRow, WatchState
from graphtui.view.inspector.edge_block import array_in
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.paragraphs import cells, wrapped
from graphtui.view.text.safe_text import ELLIPSIS, clip_line, fit, pad_line, safe_text
from graphtui.view.text.sparkline import sparkline

CHANGED = "*"
"""Marks a watch that the last step changed."""
EMPTY = "Nothing is watched. `watch EXPR` adds a row."

_WITH_SPARKLINE = 40
"""Cells from which a row has room for a sparkline."""
_ROLES: Mapping[WatchState, str] = {
    WatchState.THERE: "value",
    WatchState.ABSENT: "absent",
    WatchState.FAILED: "warning",
    WatchState.LOST: "fault",
}


def watch_lines(rows: Sequence[WatchRow], width: int, ascii_only: bool = False) -> list[Line]:
    """A line for each watch, none wider than `width`.

    Args:
        rows: the watches at the cursor.
        width: cells.
        ascii_only: whether the bars of a sparkline are to be of ASCII characters.
    """
    if not rows:
        return wrapped(EMPTY, width, "dim")
    number = max(len(str(row.number)) for row in rows)
    texts = [safe_text(row.text, width) for row in rows]
    expression = min(max(cells((Span(text),)) for text in texts), max(width * 2 // 5, 8))
    bars = min(width // 4, 24) if width >= _WITH_SPARKLINE else 0
    value = max(width - number - expression - bars - 5, 1)
    lines = []
    for row, text in zip(rows, texts, strict=True):
        mark = Span(CHANGED if row.changed else " ", "warning")
        head = line((f"{row.number:>{number}} ", "dim"), mark, f" {fit(text, expression)}  ")
        lines.append(clip_line((*head, *_rest(row, value, bars, ascii_only)), width))
    return lines


def _rest(row: WatchRow, value: int, bars: int, ascii_only: bool) -> Line:
    """What a watch is and how it went; words have the room of both where it went nowhere."""
    series = row.history if bars and len(row.history) > 1 else ()
    room = value if series else value + bars
    if row.state is not WatchState.THERE:
        what = clip_line((Span(safe_text(row.words, room), _ROLES[row.state]),), room)
    elif isinstance(row.result, bool):
        what = (Span(str(row.result).lower(), "value"),)
    else:
        assert row.result is not None, "a watch that is there has a result"
        what = array_in(row.result, value, "value")
    if not series:
        return what
    missing = "" if row.whole else ELLIPSIS
    drawn = sparkline(series, bars - 1 - len(missing), ascii_only)
    return (*pad_line(what, value), Span(f" {drawn}{missing}", "dim"))
