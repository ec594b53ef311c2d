"""What is kept for the backward pass as a table, the largest first, with a line of sums."""

from __future__ import annotations

from graphtui.debugger.saved import Saved, SavedTable
from graphtui.graph.wording import counted
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import shape_text, size_text
from graphtui.view.text.paragraphs import facts, wrapped
from graphtui.view.text.safe_text import clip_line, safe_text
from graphtui.view.text.tables import columns

NOTHING = "Nothing is kept for the backward pass."
INTERRUPTED = "Not all nodes were looked at."

_SIZE = 9
"""Cells of the longest size, such as "1,023 MiB"."""
_WITH_SHAPES = 60
"""Cells from which there is room for shapes and dtypes."""
_MADE = {"b": "a mask", "i": "indices", "u": "indices"}
"""What an array is that was made for a local map, by the kind of its dtype."""


def saved_lines(table: SavedTable, width: int) -> list[Line]:
    """A row for each array that is kept, or was, and the sums; none wider than `width`."""
    lines: list[Line] = []
    if table.rows:
        titles = (f"{'size':>{_SIZE}}", "array", "used by", "kept", "shape", "dtype")
        shown = len(titles) if width >= _WITH_SHAPES else 4
        head = tuple(Span(title, "heading") for title in titles)
        longest = max((width - 52) // 2, 8)
        rows = columns([each[:shown] for each in (head, *(_row(s, longest) for s in table.rows))])
        lines = [(*row[:-1], Span(row[-1].text.rstrip(), row[-1].role)) for row in rows]
        if more := table.arrays - len(table.rows):
            lines.append(line((f"… {more:,} more, none of them larger", "dim")))
    elif table.whole and not table.waiting:
        lines = wrapped(NOTHING, width, "dim")
    if not table.whole:
        lines += wrapped(INTERRUPTED, width, "warning")
    return [clip_line(each, width) for each in (*lines, *_sums(table, width))]


def _row(saved: Saved, longest: int) -> tuple[Span, ...]:
    name = safe_text(saved.value_of, longest) or _MADE.get(saved.dtype.kind, "a factor")
    role = "dim" if saved.released else ""
    state = "released" if saved.released else f"until step {saved.until:,}"
    return (
        Span(f"{size_text(saved.nbytes):>{_SIZE}}", role),
        Span(f"{name}, given" if saved.given else name, role if saved.value_of else "dim"),
        Span(safe_text(saved.node, longest), role),
        Span(state, "ok" if saved.released else "value"),
        Span(shape_text(saved.shape), "dim"),
        Span(saved.dtype.name, "dim"),
    )


def _sums(table: SavedTable, width: int) -> list[Line]:
    if not table.arrays and not table.waiting:
        return []
    pieces = [
        line(("held now ", "dim"), size_text(table.now)),
        line(("at most so far ", "dim"), size_text(table.peak)),
    ]
    if table.waiting:
        pieces.append(line((f"{counted(table.waiting, 'node')} not run yet", "absent")))
    return facts(pieces, width)
