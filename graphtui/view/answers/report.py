"""A whole run as text: the table of `run`, the steps of `trace`, the rows of `gradcheck`."""

from __future__ import annotations

from collections.abc import Iterable

from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Contribution, Run, Step
from graphtui.engine.gradcheck_report import Comparison, EdgeCheck, GradcheckReport
from graphtui.engine.plan import Phase
from graphtui.ops.linear_map import Array
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import element_text, exact, number, shape_text, summary
from graphtui.view.text.safe_text import safe_text
from graphtui.view.text.tables import columns

NUMBER_WIDTH = 32
"""Cells for a list of numbers, which is more than any scalar in full takes."""

MOST_LISTED = 6
"""Numbers of an array that are listed one by one, if they fit."""

LEGEND = "~ is the root mean square of an array"
"""What ends a table in which an array is summed up."""


def number_text(array: Array | None) -> str:
    """A scalar in full, a few numbers as a list, of more what a summary says; a dash for nothing.

    >>> import numpy as np
    >>> number_text(np.array(0.1)), number_text(np.eye(2)), number_text(None)
    ('0.1', '[[1, 0], [0, 1]]', '-')
    >>> number_text(np.arange(100.0))
    '~57.30'
    """
    if array is None:
        return "-"
    if array.ndim == 0:
        return exact(array.reshape(-1)[0])
    if 0 < array.size <= MOST_LISTED and len(text := _listed(array)) <= NUMBER_WIDTH:
        return text
    return summary(array, NUMBER_WIDTH)


def _listed(array: Array) -> str:
    """The numbers in brackets, from the innermost axis outwards."""
    texts = [number(x) for x in array.reshape(-1)]
    for size in reversed(array.shape):
        groups = [texts[at : at + size] for at in range(0, len(texts), size)]
        texts = [f"[{', '.join(group)}]" for group in groups]
    return texts[0]


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
    return [*columns(rows), *faults, *_legend(row[-2:] for row in rows)]


def _legend(rows: Iterable[Iterable[Span]]) -> list[Line]:
    """What `~` means, where it was used."""
    used = any(span.text.startswith("~") for row in rows for span in row)
    return [line((LEGEND, "dim"))] if used else []


def trace_lines(run: Run) -> Iterable[Line]:
    """Every step of both passes, one line each, and one more for each contribution."""
    summed = False
    for step in run.steps:
        lines = step_lines(run, step)
        summed = summed or bool(_legend(lines))
        yield from lines
    if summed:
        yield line((LEGEND, "dim"))


def step_lines(run: Run, step: Step) -> list[Line]:
    """What one step did."""
    op = run.graph.nodes[step.node].op.name
    head = (
        Span(f"{step.number:>5} {step.phase:<8} ", "dim"),
        Span(safe_text(step.node, 40)),
        Span(f" ({op})", "dim"),
    )
    if step.error is not None:
        what = str(step.error) or type(step.error).__name__
        return [(*head, Span(safe_text(f" stopped: {what}"), "fault"))]
    if step.phase is not Phase.BACKWARD:
        role = "value" if step.phase is Phase.FORWARD else "gradient"
        return [(*head, Span(" = "), Span(number_text(step.value), role))]
    there = Snapshot(run, step.number, step.node)
    rows = [_sent(contribution, there) for contribution in step.contributions]
    return [(*head, Span(" sends")), *columns(rows)]


def _sent(contribution: Contribution, there: Snapshot) -> tuple[Span, ...]:
    """The row of one contribution; at a fan-out with what its input has received so far."""
    local, source = contribution.local, contribution.edge.source
    numbers = local.compact()  # None where the structure says it all
    arrived, expected = len(there.received(source)), there.expected(source)
    so_far = f"{number_text(there.gradient(source))} from {arrived} of {expected}"
    return (
        Span(f"{'':>11}{safe_text(source, 40)}"),
        Span("upstream", "dim"),
        Span(number_text(contribution.upstream), "upstream"),
        Span("local", "dim"),
        Span("" if numbers is None else number_text(numbers), "local"),
        Span(f"{shape_text(local.matrix_shape)} {local.structure}", "dim"),
        Span("downstream", "dim"),
        Span(number_text(contribution.downstream), "downstream"),
        Span(f"gradient {so_far}" if expected > 1 else "", "gradient"),
    )


def gradcheck_table(report: GradcheckReport) -> list[Line]:
    """One row a node, with both numbers at its worst element; then which gates are wrong."""
    titles = ("node", "element", "analytic", "numeric", "error", "tried", "verdict")
    rows: list[tuple[Span, ...]] = [tuple(Span(title, "heading") for title in titles)]
    for check in report.checks:
        rows.append(
            (
                Span(safe_text(check.node, 40)),
                Span(element_text(check.index), "dim"),
                Span(number(check.analytic, 14, 8), "gradient"),
                Span(number(check.numeric, 14, 8), "value"),
                Span(number(check.error, 8, 2), "dim"),
                Span(f"{check.tried}/{check.size}", "dim"),
                verdict(check),
            )
        )
    rest = [row for check in report.culprits for row in culprit_lines(check)]
    if len(report.checks) < report.received:
        rest.append(
            line(
                (f"{len(report.checks):,} of {report.received:,} gradients as a whole; ", "dim"),
                ("every gate by itself", "dim"),
            )
        )
    return [*columns(rows), *rest]


def verdict(check: Comparison) -> Span:
    """How a comparison came out, in a word."""
    if not check.passed:
        return Span("WRONG", "fault")
    return Span("on a kink" if check.on_kink else "ok", "ok")


def culprit_lines(check: EdgeCheck) -> list[Line]:
    """Which gate sends a wrong gradient where, and both numbers; then what that looks like."""
    edge = check.edge
    sent = line(
        ("! ", "fault"),
        f"{check.op} at '{safe_text(edge.target, 40)}' sends ",
        (number(check.analytic, 14, 8), "gradient"),
        f" to '{safe_text(edge.source, 40)}{element_text(check.index)}', differences say ",
        (number(check.numeric, 14, 8), "value"),
    )
    return [sent, line(f"  {safe_text(check.clue)}")] if check.clue else [sent]
