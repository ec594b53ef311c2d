"""What a gradient check of one node, or of a whole run, found, and the sentences that say it.

How it is found is for `check_here`; how it is laid out, for the view.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graphtui.debugger.checks.entries import Entry
from graphtui.debugger.reasons.answer import gate, number
from graphtui.debugger.reasons.why_missing import why_missing
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.dependence import given_behind
from graphtui.engine.execute import Run
from graphtui.engine.gradcheck_report import EdgeCheck, GradcheckReport, NodeCheck
from graphtui.graph.graph import Edge, Graph
from graphtui.graph.wording import brief, counted, listed, quoted

VISIBLE = 1e-4
"""From which relative difference on two numbers are not shown alike."""


class LocalCheck(NamedTuple):
    """The local map of one input against differences."""

    check: EdgeCheck
    """All of it, pulled back from generic numbers."""
    entry: Entry | None
    """The entry of the Jacobian that fits worst; None where no single one shows it."""
    numeric: bool
    """Whether the map was itself found by differences, so that it passes by its nature."""
    outcome: str
    """"right", "kink", "wrong", "faulty", "numeric" or "untold"."""


@dataclass(frozen=True, slots=True)
class HereCheck:
    """What a check at one node found."""

    node: str
    local: tuple[LocalCheck, ...]
    """One for each input that can receive a gradient; none for a leaf."""
    gradient: NodeCheck | None
    """What the node receives against the slope of the output; None where that cannot be told."""
    arriving: tuple[EdgeCheck, ...]
    """Each contribution that the node receives, against the gate that sends it."""
    outcome: str
    """The worst of the local outcomes; where there is none, that of the gradient: "right", "kink",
    "wrong" or "faulty"."""
    sentence: str = ""
    """What was found, in a few sentences."""

    @property
    def passed(self) -> bool:
        """Whether the node's own rule is right; of a leaf, whether its gradient is."""
        return self.outcome not in ("wrong", "faulty")


@dataclass(frozen=True, slots=True)
class WholeCheck:
    """What a check of every gradient of a run found."""

    report: GradcheckReport
    sentence: str
    """What was found, in a few sentences."""


def derivative_text(graph: Graph, edge: Edge, entry: Entry) -> str:
    """One entry of a Jacobian, as in `∂h[0]/∂x[0]`; of a value read twice, by which input."""
    twice = graph.nodes[edge.target].inputs.count(edge.source) > 1
    of, by = (brief(name, 30) for name in (edge.target, edge.source))
    which = f" (input {edge.slot + 1})" if twice else ""
    return f"∂{of}{_index(entry.output)}/∂{by}{_index(entry.input)}{which}"


def here_sentence(run: Run, found: HereCheck) -> str:
    """What a check of one node found, in a few sentences."""
    return " ".join((_of_rule(run, found), _of_gradient(run, found)))


def _of_rule(run: Run, found: HereCheck) -> str:
    here = gate(run.graph, found.node)
    if run.graph.nodes[found.node].is_leaf:
        return f"{here} is given: it has no local map."
    if found.node in run.given:
        return f"The value of {here} is set: its rule does not apply."
    if not found.local:
        return f"{here} has no input that a gradient could flow to."
    worst = next(each for each in found.local if each.outcome == found.outcome)
    if worst.outcome == "untold":
        return f"Differences say nothing of {here}: they are not finite."
    if worst.outcome == "numeric":
        return f"The local map of {here} was found by differences: there is nothing to hold it to."
    numbers = _numbers(run.graph, worst)
    match worst.outcome:
        case "wrong":
            return _with_clue(f"The local map of {here} is WRONG: {numbers}.", worst.check)
        case "faulty":
            return f"The local map of {here} is not finite: {numbers}."
        case "kink":
            kink = "stands on a kink or a tie, where any slope between both sides is right"
            return f"{here} {kink}: {numbers}."
    shown = worst.check if worst.entry is None else worst.entry
    return f"The local map of {here} is right{_sure(shown)}: at worst, {numbers}."


def _with_clue(sentence: str, check: EdgeCheck) -> str:
    return f"{sentence} {check.clue}" if check.clue else sentence


def _numbers(graph: Graph, local: LocalCheck) -> str:
    """Both numbers where it fits worst, and by how much they are apart."""
    check, entry = local.check, local.entry
    if entry is not None:
        what, shown = derivative_text(graph, check.edge, entry), (entry.analytic, entry.numeric)
        error = entry.error
    else:
        what = f"what it sends to {quoted(check.edge.source)}{_index(check.index)}"
        shown, error = (check.analytic, check.numeric), check.error
    by = f", off by {_percent(error)}" if not check.passed and math.isfinite(error) else ""
    return f"{what} is {_both(*shown, apart=not check.passed)}{by}"


def _of_gradient(run: Run, found: HereCheck) -> str:
    name, check = quoted(found.node), found.gradient
    if check is None and run.gradient(found.node) is None:
        return why_missing(Snapshot(run, len(run.steps), found.node), found.node).sentence
    if check is None:
        return (
            f"The gradient of {name} cannot be held to differences: {_why_untold(run, found.node)}."
        )
    at = f" at {_index(check.index)}" if check.index else ""
    numbers = _both(check.analytic, check.numeric, at, apart=not check.passed)
    if check.passed:
        kink = ", on a kink or a tie" if check.on_kink else ""
        also = " too" if found.local and found.passed else ""
        return f"The gradient of {name} is right{also}{kink or _sure(check)}: {numbers}."
    if not math.isfinite(check.analytic):
        return (
            f"The gradient of {name} is {number(check.analytic)}{at}; `why` tells how that begins."
        )
    wrong = f"The gradient of {name} is WRONG: {numbers}"
    for each in found.arriving:
        if not each.passed:
            return _with_clue(f"{wrong}. {gate(run.graph, each.node)} sends it.", each)
    if len(found.arriving) > 1:
        return f"{wrong}. The mistake lies nearer to the output, or in the sum."
    return f"{wrong}. The mistake lies nearer to the output."


def _sure(check: NodeCheck | EdgeCheck | Entry) -> str:
    """A reservation where both numbers differ visibly, and only rounding excuses it."""
    apart = abs(check.analytic - check.numeric)
    excused = apart > VISIBLE * max(abs(check.analytic), abs(check.numeric))
    return " as far as rounding lets it be told" if excused else ""


def _why_untold(run: Run, name: str) -> str:
    if run.steps and run.steps[-1].error is not None:
        return f"the run stopped at {quoted(run.steps[-1].node)}"
    if name in given_behind(run):
        return "it comes through what was set"
    return f"the output {quoted(run.graph.output)} is not finite"


# The whole graph --------------------------------------------------------------------------------


def whole_sentence(run: Run, report: GradcheckReport) -> str:
    """What a check of every gradient found, in a few sentences."""
    return " ".join(_of_whole(run, report))


def _of_whole(run: Run, report: GradcheckReport) -> Iterator[str]:
    graph, worst, finite = run.graph, report.worst, _is_finite(run)
    told = worst is not None and worst.tried > 0
    if worst is None or not told:
        yield "There is no gradient that differences could tell."
    elif report.passed:
        every = "Every gradient" if finite else "As far as numbers are finite, every gradient"
        yield f"{every} is right: at worst, {_whose(graph, worst)}{_told(worst)}."
        if kinks := sum(check.on_kink for check in report.checks):
            yield f"On a kink or a tie: {counted(kinks, 'gradient')}."
    elif isinstance(worst, EdgeCheck):
        verb = "is WRONG" if math.isfinite(worst.analytic) else "is not finite"
        wrong = f"The local map of {gate(graph, worst.node)} {verb}: {_told(worst)}."
        yield _with_clue(wrong, worst)
        others = dict.fromkeys(check.node for check in report.culprits)
        others.pop(worst.node)
        if others:
            yield f"The same at {listed(others, 4)}."
        if spoilt := [check.node for check in report.checks if not check.passed]:
            yield f"That spoils the gradient of {listed(spoilt, 4)}."
    else:
        yield f"Every gate is right by itself, but not the sum: {_told(worst)}."
    if told and len(report.checks) < report.received:
        few = f"Of {report.received:,} gradients, {len(report.checks):,} were checked as a whole"
        yield f"{few}, and every gate by itself." if finite else f"{few}."
    if not finite:
        yield "`biography` tells how what is not finite begins."


def _is_finite(run: Run) -> bool:
    """Whether the output, and every gradient, is something that differences could tell."""
    arrays = (run.value(run.graph.output), *map(run.gradient, run.graph.nodes))
    return all(each is None or bool(np.isfinite(each).all()) for each in arrays)


def _told(check: NodeCheck | EdgeCheck) -> str:
    numbers = _both(check.analytic, check.numeric, apart=not check.passed)
    if isinstance(check, NodeCheck):
        return f"the gradient of {quoted(check.node)}{_index(check.index)} is {numbers}"
    return f"to {quoted(check.edge.source)}{_index(check.index)} it sends {numbers}"


def _whose(graph: Graph, check: NodeCheck | EdgeCheck) -> str:
    return "" if isinstance(check, NodeCheck) else f"that of {gate(graph, check.node)}: "


def _both(analytic: float, numeric: float, at: str = "", *, apart: bool) -> str:
    """Both numbers; with as many digits as it takes to tell them `apart`, up to nine."""
    texts = number(analytic), number(numeric)
    for digits in (6, 9) if apart and math.isfinite(analytic - numeric) else ():
        if texts[0] == texts[1]:
            texts = f"{analytic:.{digits}g}", f"{numeric:.{digits}g}"
    return f"{texts[0]}{at}, differences say {texts[1]}"


def _index(index: tuple[int, ...]) -> str:
    return str(list(index)) if index else ""


def _percent(error: float) -> str:
    percent = 100 * error
    return f"{percent:.0f} %" if 10 <= percent < 1e6 else f"{percent:.2g} %"
