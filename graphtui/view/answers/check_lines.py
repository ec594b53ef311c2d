"""What a gradient check found, as lines: the sentence, then a row for each pair of numbers.

What is right and what is wrong is decided by the debugger.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from graphtui.debugger.checks.check_report import HereCheck, LocalCheck, WholeCheck
from graphtui.engine.gradcheck_report import EdgeCheck, NodeCheck
from graphtui.graph.values import number_word
from graphtui.view.answers.report import gradcheck_table, verdict
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.numbers import element_text, number
from graphtui.view.text.paragraphs import wrapped
from graphtui.view.text.safe_text import clip_line, safe_text
from graphtui.view.text.tables import table

OUTCOMES: Mapping[str, Span] = MappingProxyType(
    {
        "right": Span("ok", "ok"),
        "kink": Span("on a kink", "ok"),
        "wrong": Span("WRONG", "fault"),
        "faulty": Span("not finite", "fault"),
        "numeric": Span("numeric", "dim"),
        "untold": Span("untold", "dim"),
    }
)
"""How each outcome is shown."""


def check_lines(found: HereCheck, width: int) -> list[Line]:
    """The sentence, then the local map by each input, the gradient, and what it is made of."""
    titles = ("", "element", "analytic", "numeric", "error", "tried", "verdict")
    rows = [tuple(Span(title, "heading") for title in titles)]
    rows += [_local(each) for each in found.local]
    if found.gradient is not None:
        rows.append(_row("its gradient", found.gradient, verdict(found.gradient)))
    for each in found.arriving:
        sender = f"from {safe_text(each.node, 30)}"
        rows.append(_row(sender, each, verdict(each)))
    lines = wrapped(safe_text(found.sentence), width)
    return [*lines, *table(rows, width)] if len(rows) > 1 else lines


def whole_lines(found: WholeCheck, width: int) -> list[Line]:
    """The sentence, then one row for each gradient that was checked as a whole."""
    rows = gradcheck_table(found.report)
    return [
        *wrapped(safe_text(found.sentence), width),
        *(clip_line(row, width) for row in rows),
    ]


def _local(local: LocalCheck) -> tuple[Span, ...]:
    """The entry of the Jacobian that fits worst; else what the whole map comes to."""
    check, entry = local.check, local.entry
    name, by = safe_text(check.node, 24), safe_text(check.edge.source, 24)
    if entry is None:
        return _row(f"sent to {by}", check, OUTCOMES[local.outcome])
    return (
        Span(f"∂{name}/∂{by}"),
        Span(f"{element_text(entry.output)} {element_text(entry.input)}".strip(), "dim"),
        Span(number(entry.analytic, 14, 8), "local"),
        Span(number(entry.numeric, 14, 8), "value"),
        Span(number(entry.error, 8, 2), "dim"),
        Span(f"{check.tried}/{check.size}", "dim"),
        OUTCOMES[local.outcome],
    )


def _row(what: str, check: NodeCheck | EdgeCheck, shown: Span) -> tuple[Span, ...]:
    return (
        Span(what),
        Span(element_text(check.index), "dim"),
        Span(number(check.analytic, 14, 8), "gradient"),
        Span(number(check.numeric, 14, 8), "value"),
        Span(number(check.error, 8, 2), "dim"),
        Span(f"{check.tried}/{check.size}", "dim"),
        shown,
    )


# For programs -----------------------------------------------------------------------------------


def check_document(found: HereCheck) -> dict[str, Any]:
    """The check of one node as one JSON object."""
    return {
        "node": found.node,
        "passed": found.passed,
        "outcome": found.outcome,
        "local": [_local_document(each) for each in found.local],
        "gradient": None if found.gradient is None else found.gradient.to_dict(),
        "arriving": [each.to_dict() for each in found.arriving],
    }


def whole_document(found: WholeCheck) -> dict[str, Any]:
    """The check of every gradient as one JSON object, as `gradcheck --json` prints it."""
    return found.report.to_dict()


def _local_document(local: LocalCheck) -> dict[str, Any]:
    """One local map; `entry` is the worst entry of its Jacobian, the rest is of the whole map."""
    entry = local.entry
    return {
        **local.check.to_dict(),
        "outcome": local.outcome,
        "numeric_map": local.numeric,
        "entry": None
        if entry is None
        else {
            "output": list(entry.output),
            "input": list(entry.input),
            "analytic": number_word(entry.analytic),
            "numeric": number_word(entry.numeric),
            "error": number_word(entry.error),
        },
    }
