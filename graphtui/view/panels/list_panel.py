"""A list of `info` with one row selected: which lists there are, and how they look.

What can be done with a row is for `list_orders`; only the rows in sight are looked at.
"""

from __future__ import annotations

from graphtui.debugger.chapters.informing import INFO
from graphtui.debugger.chapters.watching import Watched
from graphtui.debugger.listing import Listing
from graphtui.debugger.reply import Reply
from graphtui.debugger.saved import SavedTable
from graphtui.view.answers.listing_lines import listing_lines
from graphtui.view.answers.saved_lines import saved_lines
from graphtui.view.answers.watch_lines import watch_lines
from graphtui.view.panels.list_orders import Row, row_of
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.paragraphs import wrapped
from graphtui.view.text.safe_text import ELLIPSIS, cell_width, clip_line, pad_line

FIRST = ("breakpoints", "catches", "watches", "log")
"""The lists that come first; the others come in the order of `info`."""

LISTS: tuple[str, ...] = (*FIRST, *(name for name in INFO if name not in FIRST))
"""Every list, in the order in which one goes through them."""

SELECTED = "▸"
HEAD_ROWS = 2
"""Lines above the rows: the names of the lists, the titles of the columns."""

_HOW = {
    "breakpoints": "`b` sets one where you look; a double click on a box does, or a click left of "
    "a source line. `:break if norm(grad(x)) > 10` stops where that becomes true.",
    "watches": "`w` watches an expression: it is shown at every stop.",
    "edits": "`e` changes a value, a gradient or an attribute; `ctrl+z` takes the last edit back.",
    "log": "`:log norm(grad(x))` records that wherever it can change, and goes on. "
    "`:save-log FILE` writes all records as CSV.",
}
"""How a list gets its first row."""

_BETWEEN = "  "


def row_count(reply: Reply) -> int:
    """How many rows the list has."""
    subject = reply.subject
    return len(subject.rows) if isinstance(subject, Listing | Watched | SavedTable) else 0


def row_at(reply: Reply, index: int) -> Row:
    """The cells of a row, by titles."""
    match reply.subject:
        case Listing() as listing:
            return row_of(listing.titles, listing.rows[index])
        case Watched(rows):
            return {"number": rows[index].number, "expression": rows[index].text}
        case SavedTable() as saved:
            return {"node": saved.rows[index].node}
    raise AssertionError("only lists have rows")


def room(reply: Reply, width: int, height: int) -> int:
    """How many rows of the list are seen at once."""
    return max(height - HEAD_ROWS - len(_foot(reply, width)), 1)


def list_panel(
    what: str, reply: Reply, width: int, height: int, first: int, selected: int
) -> list[Line]:
    """The names of the lists, the titles of this one, the rows from `first` on, and what is below.

    Args:
        what: the name of the list.
        reply: what `info` answered.
        width: cells.
        height: lines; there may be fewer.
        first: the first row in sight.
        selected: the row that keys act on.
    """
    head = tabs(what, width)
    if not row_count(reply):
        how = _HOW.get(what, "")
        return [head, (), *wrapped("Nothing yet.", width), *wrapped(how, width, "dim")][:height]
    heading, rows = _rows(reply, width - 2, first, room(reply, width, height))
    body = [
        _selected(row, width) if index == selected else (Span("  "), *row)
        for index, row in enumerate(rows, start=first)
    ]
    lines = [head, (Span("  "), *heading), *body, *_foot(reply, width)]
    return [clip_line(each, width) for each in lines[:height]]


def _rows(reply: Reply, width: int, first: int, count: int) -> tuple[Line, list[Line]]:
    """The titles, and the rows in sight."""
    match reply.subject:
        case Listing() as listing:
            seen = listing._replace(rows=listing.rows[first : first + count], more=0)
            heading, *rows = listing_lines(seen, width)
            return heading, rows
        case Watched(watches):
            return (), watch_lines(watches, width)[first : first + count]
        case SavedTable() as saved:
            heading, *rows = saved_lines(saved, width)[: 1 + len(saved.rows)]
            return heading, rows[first : first + count]
    raise AssertionError("only lists have rows")


def _foot(reply: Reply, width: int) -> list[Line]:
    """What stands below the rows."""
    match reply.subject:
        case Listing(more=more) if more:
            return [line((f"  {more:,} more are not listed", "dim"))]
        case SavedTable(rows=rows) as saved if rows:
            below = saved_lines(saved, width - 2)[1 + len(rows) :]
            return [(Span("  "), *row) for row in below]
    return []


def _selected(row: Line, width: int) -> Line:
    text = "".join(span.text for span in row)
    return pad_line(line((f"{SELECTED} {text.rstrip()}", "selected")), width, "selected")


# The names of the lists -----------------------------------------------------------------------


def tabs(what: str, width: int) -> Line:
    """The names of the lists, as many as go; the one that is shown stands in brackets.

    >>> "".join(span.text for span in tabs("catches", 34))
    'breakpoints  [catches]  watches  …'
    """
    spans: list[Span] = []
    shown = _tabs_in_sight(what, width)
    for _, name in shown:
        spans += [Span(_BETWEEN)] if spans else []
        spans.append(Span(f"[{name}]", "title") if name == what else Span(name, "dim"))
    if shown[0][1] != LISTS[0]:
        spans.insert(0, Span(ELLIPSIS + _BETWEEN, "dim"))
    if shown[-1][1] != LISTS[-1]:
        spans.append(Span(_BETWEEN + ELLIPSIS, "dim"))
    return clip_line(tuple(spans), width)


def tab_at(what: str, width: int, x: int) -> str | None:
    """The list whose name stands at that column."""
    for start, name in _tabs_in_sight(what, width):
        if start <= x < start + cell_width(_tab(name, what)):
            return name
    return None


def _tab(name: str, what: str) -> str:
    return f"[{name}]" if name == what else name


def _tabs_in_sight(what: str, width: int) -> list[tuple[int, str]]:
    """The names that are seen, each with its first column."""
    first, gap = 0, cell_width(_BETWEEN)
    more = gap + cell_width(ELLIPSIS)
    while True:
        at = more if first else 0
        found: list[tuple[int, str]] = []
        for index, name in enumerate(LISTS[first:], start=first):
            end = at + cell_width(_tab(name, what))
            if end + (more if index < len(LISTS) - 1 else 0) > width and found:
                break
            found.append((at, name))
            at = end + gap
        if any(name == what for _, name in found):
            return found
        first += 1


def neighbour(what: str, step: int) -> str:
    """The list `step` places further on; behind the last comes the first.

    >>> neighbour("breakpoints", 1), neighbour("breakpoints", -1) == LISTS[-1]
    ('catches', True)
    """
    return LISTS[(LISTS.index(what) + step) % len(LISTS)]
