"""Two runs side by side: where they part, then every node that differs, with its worst element.

Which nodes differ, and by how much, is decided by the debugger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from graphtui.debugger.compare.change import Change, Level
from graphtui.debugger.compare.compare import Comparison
from graphtui.engine.plan import Phase
from graphtui.graph.values import number_word
from graphtui.view.picture.beside_marks import LEVEL_ROLES, change_text
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.numbers import element_text, number, shape_text
from graphtui.view.text.paragraphs import wrapped
from graphtui.view.text.safe_text import cell_width, clip_line, safe_text
from graphtui.view.text.tables import table

MOST_ROWS = 200
"""Nodes that are listed before the rest is counted."""

_BESIDE_NAME = 58
"""Cells that the columns after the name of a node take, as a rule."""

_LONGEST_HEAD = 12


def compare_lines(
    comparison: Comparison,
    width: int,
    *,
    names: tuple[str, str] = ("a", "b"),
    every: bool = False,
    most: int = MOST_ROWS,
) -> list[Line]:
    """The comparison in words, then one line for each value and each gradient that differs.

    Args:
        comparison: what was found.
        width: cells of a line.
        names: what the two runs are called.
        every: also list what is equal, slightly apart or not there yet.
        most: how many nodes are listed.
    """
    heads, legend = _heads(names)
    lines = [clip_line(row, width) for row in legend]
    lines += wrapped(safe_text(comparison.sentence), width)
    lines += [clip_line(row, width) for row in _oddities(comparison)]
    listed = comparison.rows if every else comparison.differing
    if not listed:
        return lines
    titles = ("node", "", "element", *heads, "change")
    rows: list[tuple[Span, ...]] = [tuple(Span(title, "heading") for title in titles)]
    room = max(width - _BESIDE_NAME, 8)
    for row in listed[:most]:
        name = str(safe_text(row.node, room))
        for what, change in (("value", row.value), ("gradient", row.gradient)):
            if change is not None and (every or change.level.differs):
                rows.append(_row(name, what, change))
                name = ""
    lines += table(rows, width)
    if len(listed) > most:
        lines.append((Span(f"and {len(listed) - most:,} more", "dim"),))
    return lines


def _row(name: str, what: str, change: Change) -> tuple[Span, ...]:
    role = LEVEL_ROLES[change.level]
    a, b = _two_numbers(change.a, change.b)
    return (
        Span(name),
        Span(what, "dim"),
        Span(element_text(change.element), "dim"),
        Span(a, what if a else ""),
        Span(b, what if b else ""),
        Span(change_text(change), role),
    )


def _two_numbers(a: float | None, b: float | None) -> tuple[str, str]:
    """Both numbers, with as many digits as it takes to tell them apart."""
    if a is None or b is None:
        return "", ""
    told_apart = (digits for digits in (4, 6, 9, 12) if f"{a:.{digits}g}" != f"{b:.{digits}g}")
    digits = next(told_apart, 17)
    return number(a, digits + 7, digits), number(b, digits + 7, digits)


def _heads(names: tuple[str, str]) -> tuple[tuple[str, str], list[Line]]:
    """The heads of the two columns, and what they stand for if the names are too long."""
    first, second = (str(safe_text(name)) for name in names)
    if max(cell_width(first), cell_width(second)) <= _LONGEST_HEAD:
        return (first, second), []
    return ("a", "b"), [
        (Span("a ", "heading"), Span(first)),
        (Span("b ", "heading"), Span(second)),
    ]


def _oddities(comparison: Comparison) -> Iterator[Line]:
    """What differs besides numbers: ops and shapes."""
    for node, a, b in comparison.other_ops:
        yield (Span(safe_text(node, 40)), Span(f" is {a} in a, {b} in b", "dim"))
    for node, one, other in comparison.reshaped:
        shapes = f" is {shape_text(one)} in a, {shape_text(other)} in b"
        yield (Span(safe_text(node, 40)), Span(shapes, "warning"))


# For programs -----------------------------------------------------------------------------------


def compare_document(comparison: Comparison) -> dict[str, Any]:
    """The comparison as one JSON object; of the nodes, those that differ."""
    return {
        "same": comparison.same,
        "tolerance": comparison.tolerance,
        "first": {
            phase.value: comparison.first_divergence(phase)
            for phase in (Phase.FORWARD, Phase.BACKWARD)
        },
        "only_a": list(comparison.only_a),
        "only_b": list(comparison.only_b),
        "shapes": [
            {"node": node, "a": list(a), "b": list(b)} for node, a, b in comparison.reshaped
        ],
        "ops": [{"node": node, "a": a, "b": b} for node, a, b in comparison.other_ops],
        "values": _counts(comparison.values),
        "gradients": _counts(comparison.gradients),
        "nodes": {
            row.node: {
                "value": _change_document(row.value),
                "gradient": None if row.gradient is None else _change_document(row.gradient),
            }
            for row in comparison.differing
        },
    }


def _counts(levels: Counter[Level]) -> dict[str, int]:
    return {level.value: levels[level] for level in Level if levels[level]}


def _change_document(change: Change) -> dict[str, Any]:
    relative = None if change.level in (Level.PENDING, Level.ONE_SIDED) else change.relative
    return {
        "level": change.level.value,
        "relative": _word(relative),
        "index": list(change.element),
        "a": _word(change.a),
        "b": _word(change.b),
        "count": change.differing,
    }


def _word(value: float | None) -> float | str | None:
    return None if value is None else number_word(value)
