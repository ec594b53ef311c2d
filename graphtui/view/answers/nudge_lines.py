"""The definition of the derivative with this run's numbers: one row for each h, and what they say.

How the numbers come about, and what they mean, is decided by the debugger.
"""

from __future__ import annotations

import math
from typing import Any

from graphtui.debugger.checks.nudge import Nudge
from graphtui.debugger.checks.trials import Trial, Trials
from graphtui.graph.values import number_word
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import count_text, element_text, number
from graphtui.view.text.paragraphs import facts, wrapped
from graphtui.view.text.safe_text import clip_line, safe_text
from graphtui.view.text.tables import table

DEFINITION = "∂f/∂x ≈ (f(x + h) − f(x)) / h"


def nudge_lines(nudge: Nudge, width: int) -> list[Line]:
    """The definition, what x and f are, the table, and what it says."""
    found = nudge.trials
    several = found.index is None and found.value is None
    definition = line((f"Σ {DEFINITION}" if several else DEFINITION, "title"))
    titles = ("h", "predicted", "real", "ratio", "central slope", "")
    rows = [tuple(Span(title, "heading") for title in titles)]
    rows += [_row(row, note) for row, note in zip(found.rows, nudge.notes, strict=True)]
    return [
        clip_line(definition, width),
        *facts(_given(found, several), width),
        *table(rows, width),
        *wrapped(safe_text(nudge.sentence), width),
    ]


def _given(found: Trials, several: bool) -> list[Line]:
    """What stands for x and f, and the gradient that predicts."""
    graph = found.run.graph
    name = f"{safe_text(found.node, 40)}{element_text(found.index or ())}"
    output = safe_text(graph.output, 40)
    f = f"⟨seed, {output}⟩" if graph.nodes[graph.output].shape else output
    if several:
        size = count_text(math.prod(graph.nodes[found.node].shape))
        x = line(("x: ", "dim"), name, (f", all {size} elements by h each", "dim"))
    else:
        assert found.value is not None, "one number is moved"
        x = line(("x: ", "dim"), name, " = ", (number(found.value, 12, 6), "value"))
    gradient = found.slope
    return [
        x,
        line(("f: ", "dim"), f, " = ", (number(found.f, 12, 6), "value")),
        line(("gradient ", "dim"), ("none", "absent"))
        if gradient is None
        else line(("gradient ", "dim"), (number(gradient, 12, 6), "gradient")),
    ]


def _row(row: Trial, note: str) -> tuple[Span, ...]:
    return (
        Span(number(row.h, 9, 3)),
        _cell(row.predicted, "gradient"),
        _cell(row.real, "value"),
        _ratio(row.ratio),
        _cell(row.central, "local"),
        Span(safe_text(note, 40), "warning"),
    )


def _cell(x: float | None, role: str) -> Span:
    return Span("-", "absent") if x is None else Span(number(x, 13, 7), role)


def _ratio(ratio: float | None) -> Span:
    """With so many digits that it can be watched on its way to 1."""
    if ratio is not None and math.isnan(ratio):
        return Span("-", "dim")
    return _cell(None, "") if ratio is None else Span(number(ratio, 13, 9))


def nudge_document(nudge: Nudge) -> dict[str, Any]:
    """The trials and the verdict, for programs."""
    found = nudge.trials
    return {
        "node": found.node,
        "index": None if found.index is None else list(found.index),
        "value": _word(found.value),
        "output": found.run.graph.output,
        "f": _word(found.f),
        "gradient": _word(found.slope),
        "rounding": _word(found.rounding),
        "kind": nudge.kind,
        "rows": [
            {
                "h": row.h,
                "predicted": _word(row.predicted),
                "real": _word(row.real),
                "ratio": _word(row.ratio),
                "central": _word(row.central),
                "kink": row.kink,
                "note": note,
            }
            for row, note in zip(found.rows, nudge.notes, strict=True)
        ],
    }


def _word(value: float | None) -> float | str | None:
    return None if value is None else number_word(value)
