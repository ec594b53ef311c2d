"""A profile as a chart: a row for each node or group, a bar for one of its numbers on a log scale.

Only the rows in sight are formatted. What the numbers are is for `debugger.profile`, which of them
is bad for `debugger.profile_columns`.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from graphtui.debugger.profile import Part, Profile, ProfileRow, Size
from graphtui.debugger.profile_columns import (
    COLUMNS,
    LEARNING_RATE,
    Column,
    decades,
    ordered,
    worst,
)
from graphtui.graph.values import number_word
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import count_text, number
from graphtui.view.text.paragraphs import facts
from graphtui.view.text.safe_text import ELLIPSIS, clip_line, fit, safe_text, to_ascii

SELECTED = "▸"
NOT_YET, NEVER = "not yet", "none"
ZERO = "all 0"
"""Weights that no update can be held against."""
CANCELS = "cancels"
"""In the place of a bar: the contributions cancel, and the number is what rounding has left."""
MOST_DECADES = 16
"""What is smaller than the largest by more powers of ten than this has a bar of one cell."""
MOST_SENT = 2_000
"""Rows of a document."""

_CELLS = " ▏▎▍▌▋▊▉█"
_NUMBER = 9
"""Cells of a number."""
_LEAST_BAR = 12
_MOST_NAME = 28
_ROLES = {"gradient": "gradient", "value": "value"}


class Chart(NamedTuple):
    """A profile in an order, with what its bars are held against."""

    profile: Profile
    column: Column
    order: str
    rows: tuple[ProfileRow, ...]
    scale: tuple[int, int] | None
    """The powers of ten at both ends of the bars; None for parts, and where there is no number."""
    worst: int | None
    """The place of the worst row; None where none is bad."""


def chart(profile: Profile, column: str = "gradient", order: str = "depth") -> Chart:
    """What is to be drawn; every row is looked at, so with many it is for a worker."""
    chosen = COLUMNS[column]
    rows = ordered(profile, chosen, order)
    scale = (
        None
        if chosen.is_part
        else decades(chosen.of(row) for row in profile.rows if not chosen.is_rounding(row))
    )
    if scale is not None:
        scale = max(scale[0], scale[1] - MOST_DECADES), scale[1]
    bad = worst(profile, chosen)
    place = None if bad is None else next(i for i, row in enumerate(rows) if row is bad)
    return Chart(profile, chosen, order, rows, scale, place)


class _Widths(NamedTuple):
    """How a row is divided."""

    name: int
    bar: int
    others: tuple[Column, ...]
    """The other columns for whose numbers there is room."""


def head_rows(height: int) -> int:
    """Lines above the rows: what it is, and the titles of the columns.

    >>> head_rows(20), head_rows(3)
    (2, 0)
    """
    return 2 if height >= 6 else 0


def seen_rows(height: int) -> int:
    """How many rows are in sight in so many lines."""
    foot = 2 if height >= 8 else 0
    return max(height - head_rows(height) - foot, 1)


def profile_lines(
    drawn: Chart,
    width: int,
    height: int,
    first: int = 0,
    selected: int = 0,
    *,
    ascii_only: bool = False,
) -> list[Line]:
    """At most `height` lines of at most `width` cells.

    Args:
        drawn: what is shown.
        width: cells.
        height: lines.
        first: the first row in sight.
        selected: the row of which the last line tells more.
        ascii_only: whether the terminal has nothing else.
    """
    if width < 1 or height < 1:
        return []
    widths = _widths(drawn, width)
    lines: list[Line] = []
    if head_rows(height):
        lines += [_title(drawn, width), _titles(drawn, widths)]
    shown = drawn.rows[first : first + seen_rows(height)]
    lines += [
        _row(drawn, row, widths, selected=first + place == selected)
        for place, row in enumerate(shown)
    ]
    if not drawn.rows:
        lines.append(line(("nothing yet", "absent")))
    if height >= 8 and selected < len(drawn.rows):
        lines += [()] * (height - 1 - len(lines))
        lines.append(_about(drawn.rows[selected], width))
    lines = [clip_line(each, width) for each in lines[:height]]
    if ascii_only:
        lines = [tuple(Span(to_ascii(text), role) for text, role in each) for each in lines]
    return lines


def _widths(drawn: Chart, width: int) -> _Widths:
    longest = max((len(row.name) for row in drawn.rows[:1000]), default=4)
    name = max(min(longest + 4, _MOST_NAME, width // 3), 4)
    room = width - name - _NUMBER - 4 - _LEAST_BAR
    others = tuple(each for each in COLUMNS.values() if each is not drawn.column)
    kept = others[: max(room - width // 4, 0) // (_NUMBER + 1)]
    bar = width - name - _NUMBER - 4 - len(kept) * (_NUMBER + 1)
    return _Widths(name, max(bar, 1), kept)


def _title(drawn: Chart, width: int) -> Line:
    found = drawn.profile
    what = "node" if found.nodes == 1 else "nodes"
    many = f"{count_text(found.nodes)} {what}"
    if not found.complete:
        many += " so far"
    pieces = [
        line(("profile", "title"), f" {drawn.column.title}"),
        line((many, "dim" if found.complete else "warning")),
    ]
    if len(drawn.rows) != found.nodes:
        pieces.append(line((f"{count_text(len(drawn.rows))} rows", "dim")))
    pieces.append(line(("by ", "dim"), drawn.order))
    if drawn.worst is not None:
        name = safe_text(drawn.rows[drawn.worst].name, 20)
        pieces.append(line(("worst ", "dim"), (name, "warning")))
    if drawn.column.name == "update":
        pieces.append(line(("parameters only", "dim")))
    if drawn.column.name == "saturated":
        pieces.append(line((f"local gradient below {number(found.flat)}", "dim")))
    if drawn.column.name == "update" or found.learning_rate != LEARNING_RATE:
        pieces.insert(1, line((f"learning rate {number(found.learning_rate)}", "dim")))
    return facts(pieces, width)[0]


def _titles(drawn: Chart, widths: _Widths) -> Line:
    """The columns' names, and the ends of the scale over the bars."""
    low, high = ("0", "1") if drawn.column.is_part else ("", "")
    if drawn.scale is not None:
        low, high = (f"1e{power}" for power in drawn.scale)
    room = widths.bar - len(low) - len(high)
    axis = f"{low}{'log' if drawn.scale and room > 8 else '':^{max(room, 0)}}{high}"
    spans = [
        Span(f"  {'':{widths.name}}", "heading"),
        Span(f"{_short(drawn.column):>{_NUMBER}} ", "heading"),
        Span(fit(axis, widths.bar), "dim"),
    ]
    spans += [Span(f" {_short(each):>{_NUMBER}}", "heading") for each in widths.others]
    return tuple(spans)


def _short(column: Column) -> str:
    return column.title.strip("|")[:_NUMBER]


def _row(drawn: Chart, row: ProfileRow, widths: _Widths, *, selected: bool) -> Line:
    many = f" ×{count_text(row.members)}" if row.members > 1 else ""
    name = fit(safe_text(row.name), widths.name - len(many) - 1) + many
    value, role = _text(drawn.column, row)
    spans = [
        Span(f"{SELECTED} " if selected else "  ", "cursor"),
        Span(fit(name, widths.name), "title" if selected else ""),
        Span(f"{value:>{_NUMBER}} ", role),
        Span(fit(_bar(drawn, row, widths.bar), widths.bar), role),
    ]
    for each in widths.others:
        text, other = _text(each, row)
        spans.append(Span(f" {text:>{_NUMBER}}", "fault" if other == "fault" else "dim"))
    return tuple(spans)


def _text(column: Column, row: ProfileRow) -> tuple[str, str]:
    """A number in few cells, and what it means."""
    found = column.of(row)
    if found is None:
        if not column.applies(row) or column.is_part:
            return "", "dim"
        if column.forever_absent(row):
            return NEVER, "dim"
        if column.name == "update" and row.gradient and row.value and not row.value.norm:
            return ZERO, "dim"
        return NOT_YET, "absent"
    if not math.isfinite(found):
        return number(found, _NUMBER), "fault"
    if column.is_part:
        return f"{100 * found:.0f} %", "warning" if found > 0.5 else "local"
    if column.is_rounding(row):
        return number(found, _NUMBER, 3), "dim"
    partial = column.name == "gradient" and not row.complete
    text = number(found, _NUMBER - 1 if partial else _NUMBER, 3) + (ELLIPSIS if partial else "")
    if column.name == "gradient" and found == 0:
        return text, "warning"
    return text, _ROLES.get(column.name, "local")


def _bar(drawn: Chart, row: ProfileRow, cells: int) -> str:
    """A bar as long as the number is large; nothing for what is not there, and for a zero."""
    found = drawn.column.of(row)
    if found is None:
        return ""
    if not math.isfinite(found):
        return "!" * cells
    if drawn.column.is_rounding(row):
        return CANCELS
    if drawn.column.is_part:
        return _eighths(found * cells)
    if not found or drawn.scale is None:
        return "0" if drawn.scale is None or not found else ""
    low, high = drawn.scale
    part = (math.log10(found) - low) / (high - low)
    return _eighths(max(part * cells, 0.5))


def _eighths(length: float) -> str:
    """A bar of so many cells, and eighths of one.

    >>> _eighths(2.5), _eighths(0.0)
    ('██▌', '')
    """
    whole, rest = divmod(round(length * 8), 8)
    return "█" * whole + (_CELLS[rest] if rest else "")


def _about(row: ProfileRow, width: int) -> Line:
    """The selected row in words."""
    pieces = [line((safe_text(row.name, 40), "cursor")), line(("depth ", "dim"), str(row.depth))]
    if row.members > 1:
        pieces.append(line(f"{count_text(row.members)} nodes"))
    for name, size in (("gradient", row.gradient), ("value", row.value)):
        if size is not None:
            text = f" norm {number(size.norm)}, {count_text(size.elements)} elements"
            pieces.append(line((name, name), (text, "dim")))
    if row.gradient is None:
        pieces.append(line(("gradient ", "dim"), (NOT_YET if row.receives else NEVER, "absent")))
    elif not row.complete:
        pieces.append(line(("still incomplete", "warning")))
    if row.cancels:
        pieces.append(line(("contributions cancel: the gradient is rounding", "dim")))
    for name, part in (("dead", row.dead), ("saturated", row.saturated)):
        if part is not None:
            pieces.append(line((f"{name} ", "dim"), f"{part.of_interest:,} of {part.all:,}"))
    return facts(pieces, width)[0]


# For programs -----------------------------------------------------------------------------------


def chart_document(drawn: Chart) -> dict[str, Any]:
    """The profile in plain dicts and lists: its first rows in their order, and the worst."""
    found = drawn.profile
    return {
        "column": drawn.column.name,
        "order": drawn.order,
        "nodes": found.nodes,
        "complete": found.complete,
        "learning_rate": found.learning_rate,
        "flat": found.flat,
        "output": _size(found.output),
        "worst": None if drawn.worst is None else drawn.rows[drawn.worst].name,
        "rows": [_row_document(row) for row in drawn.rows[:MOST_SENT]],
        "elided": max(len(drawn.rows) - MOST_SENT, 0),
    }


def _row_document(row: ProfileRow) -> dict[str, Any]:
    return {
        **row._asdict(),
        "value": _size(row.value),
        "gradient": _size(row.gradient),
        "update": None if row.update is None else number_word(row.update),
        "dead": _part(row.dead),
        "saturated": _part(row.saturated),
    }


def _size(size: Size | None) -> dict[str, Any] | None:
    if size is None:
        return None
    return {
        "rms": number_word(size.rms),
        "norm": number_word(size.norm),
        "elements": size.elements,
    }


def _part(part: Part | None) -> dict[str, Any] | None:
    if part is None:
        return None
    fraction = part.fraction if part.all else None
    return {"count": part.of_interest, "of": part.all, "fraction": fraction}
