"""A whole run as text: the table of `run`, the steps of `trace`, the list of `ops`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphtui.engine.execute import Run, Step
from graphtui.engine.gradcheck import GradcheckReport
from graphtui.engine.plan import Phase
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Op
from graphtui.view.lines import Line, Span, line
from graphtui.view.numbers import exact, number, shape_text, summary
from graphtui.view.safe_text import cell_width, fit, safe_text

NUMBER_WIDTH = 24
"""Cells for a scalar in full: the longest float64 that reads back exactly."""


def number_text(array: Array | None) -> str:
    """A scalar in full, an array as what its summary says; a dash where there is nothing.

    >>> import numpy as np
    >>> number_text(np.array(0.1)), number_text(None)
    ('0.1', '-')
    """
    if array is None:
        return "-"
    return exact(array.reshape(-1)[0]) if array.ndim == 0 else summary(array, NUMBER_WIDTH)


def run_table(run: Run) -> list[Line]:
    """Every node with its value and its gradient, then what went wrong."""
    rows: list[tuple[Span, ...]] = [
        tuple(Span(title, "heading") for title in ("node", "op", "shape", "value", "gradient"))
    ]
    for name, node in run.graph.nodes.items():
        gradient = run.gradient(name)
        rows.append(
            (
                Span(safe_text(name, 40)),
                Span(node.op.name, "dim"),
                Span(shape_text(node.shape), "dim"),
                Span(number_text(run.value(name)), "value"),
                Span(number_text(gradient), "gradient" if gradient is not None else "absent"),
            )
        )
    faults = [
        line((safe_text(f"! step {fault.step}: {fault.message}"), "fault")) for fault in run.faults
    ]
    return [*columns(rows), *faults]


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


def trace_lines(run: Run) -> Iterable[Line]:
    """Every step of both passes, one line each, and one more for each contribution."""
    for step in run.steps:
        yield from step_lines(run, step)


def step_lines(run: Run, step: Step) -> list[Line]:
    """What one step did."""
    op = run.graph.nodes[step.node].op.name
    head = (Span(f"{step.number:>5} {step.phase:<8} ", "dim"), Span(f"{safe_text(step.node, 40)} "))
    if step.error is not None:
        what = str(step.error) or type(step.error).__name__
        return [(*head, Span(safe_text(f"{op} stopped: {what}"), "fault"))]
    if step.phase is not Phase.BACKWARD:
        role = "value" if step.phase is Phase.FORWARD else "gradient"
        return [(*head, Span(f"{op} = ", "dim"), Span(number_text(step.value), role))]
    rows = [
        (
            Span("        ∂"),
            Span(safe_text(contribution.edge.source, 40)),
            Span(f"{contribution.local.structure}, ", "dim"),
            Span("upstream ", "dim"),
            Span(number_text(contribution.upstream), "upstream"),
            Span("local ", "dim"),
            Span(number_text(contribution.local.compact()), "local"),
            Span("downstream ", "dim"),
            Span(number_text(contribution.downstream), "downstream"),
        )
        for contribution in step.contributions
    ]
    return [(*head, Span(op, "dim")), *columns(rows)]


def gradcheck_table(report: GradcheckReport) -> list[Line]:
    """One row a node: its worst element, both numbers, and the verdict."""
    titles = ("node", "element", "analytic", "numeric", "error", "tried", "verdict")
    rows: list[tuple[Span, ...]] = [tuple(Span(title, "heading") for title in titles)]
    for check in report.checks:
        verdict = ("on a kink" if check.on_kink else "ok") if check.passed else "WRONG"
        rows.append(
            (
                Span(safe_text(check.node, 40)),
                Span(str(list(check.index)) if check.index else "", "dim"),
                Span(number(check.analytic, 14, 8), "gradient"),
                Span(number(check.numeric, 14, 8), "value"),
                Span(number(check.error, 8, 2), "dim"),
                Span(f"{check.tried}/{check.size}", "dim"),
                Span(verdict, "ok" if check.passed else "fault"),
            )
        )
    return columns(rows)


def op_table(ops: Iterable[Op]) -> list[Line]:
    """Every op with its formula and its local gradients."""
    rows = [
        (
            Span(op.name, "heading"),
            Span(op.formula),
            Span(
                " · ".join(text if text is not None else "none" for text in op.local_formulas),
                "local",
            ),
        )
        for op in ops
    ]
    return columns(
        [(Span("op", "heading"), Span("formula", "heading"), Span("local", "heading")), *rows]
    )


def op_page(op: Op) -> list[Line]:
    """Everything that one op's record says."""
    page = [line((op.name, "title"), f"  {op.formula}"), line(), line(op.note), line()]
    letters = op.inputs
    for letter, text in zip(letters, op.local_formulas, strict=True):
        what = "no gradient flows here" if text is None else text
        label = "downstream" if text is not None and "upstream" in text else "local"
        page.append(line(f"{label} by {letter}: ", (what, "local")))
    for name, attribute in op.attrs.items():
        default = "required" if attribute.required else f"default {attribute.default}"
        page.append(line(f"attribute {name} ({attribute.kind}, {default}): {attribute.note}"))
    if op.at_kinks:
        page.append(line(f"at kinks and ties: {op.at_kinks}"))
    return page
