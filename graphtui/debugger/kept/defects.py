"""What is wrong in a whole run, each as a fact that a test can state until it is put right.

What the words of such a test are is for `pytest_export`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graphtui.debugger.chapters.moving import Moving
from graphtui.debugger.finished import Interrupted, finished
from graphtui.debugger.reasons.biography import biography
from graphtui.debugger.reasons.why import why
from graphtui.debugger.snapshot import Snapshot, Stop
from graphtui.debugger.stops.stops import Stops
from graphtui.engine.execute import Run
from graphtui.engine.gradcheck import gradcheck
from graphtui.engine.gradcheck_report import EdgeCheck, NodeCheck
from graphtui.graph.graph import Graph
from graphtui.graph.wording import counted, listed, quoted
from graphtui.ops import OPS
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Leaf

MOST_NODES = 20
"""Nodes that one defect names."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong."""

    kind: str
    """"exception", "output", "gradients", "missing", "zero", "caught", "condition" or
    "gradcheck"."""
    sentence: str
    """What was found, in plain words."""
    nodes: tuple[str, ...] = ()
    """The nodes that it is about."""
    text: str = ""
    """For "caught", what follows `catch`; for "condition", what follows `break`."""


def defects(session: Moving) -> list[Defect]:
    """What is wrong in the session's run, carried out to its end; nothing where all seems well.

    A gradient that is 0 or missing may be meant. So it counts at the focus, and at parameters,
    which could not be trained; but there only where nothing worse would explain it.

    Raises:
        CommandError: it was interrupted.
    """
    run = finished(session.run, session.interrupted)
    found = list(_faults(run))
    chosen = [session.focus, *(_parameters(run.graph) if not found else ())]
    found += _silent(run, list(dict.fromkeys(chosen)))
    found += _caught(session, run)
    if not any(each.kind in ("exception", "gradients", "output") for each in found):
        found += _gradcheck(run, session.focus)
    return found


def _faults(run: Run) -> Iterator[Defect]:
    """An exception, or what is not finite where it matters: in the output, or in a gradient."""
    last, output = run.steps[-1] if run.steps else None, run.graph.output
    if last is not None and last.error is not None:
        error = f"{type(last.error).__name__}: {last.error}"
        where = f"step {last.number}, {last.phase} of {quoted(last.node)}"
        yield Defect("exception", f"The run stops at {where}: {error}", (last.node,))
        return
    value = run.value(output)
    if value is not None and not _is_finite(value):
        yield Defect("output", f"The output is not finite. {_life(run, output)}", (output,))
    faulty = [name for name in run.graph.nodes if not _is_finite(run.gradient(name))]
    if faulty:
        many = f"Not finite: {counted(len(faulty), 'gradient')}."
        yield Defect("gradients", f"{many} {_life(run, faulty[0])}", tuple(faulty[:MOST_NODES]))


def _life(run: Run, name: str) -> str:
    """Where the NaN or infinity at a node begins."""
    events = biography(_end_of(run, name), name)
    return f"It begins at step {events[0].step}: {events[0].words}." if events else ""


def _is_finite(array: Array | None) -> bool:
    return array is None or array.dtype.kind != "f" or bool(np.isfinite(array).all())


def _silent(run: Run, names: Sequence[str]) -> Iterator[Defect]:
    """Gradients that are missing, or 0 everywhere, although their nodes could have one."""
    if not run.plan.seed_step or run.steps[-1].error is not None:
        return
    missing, zero = [], []
    for name in names:
        node, gradient = run.graph.nodes[name], run.gradient(name)
        takes = not isinstance(node.op, Leaf) or node.op.receives_gradient
        if node.dtype.kind == "f" and takes and node.nbytes:
            if gradient is None:
                missing.append(name)
            elif not gradient.any():
                zero.append(name)
    for kind, nodes in (("missing", missing), ("zero", zero)):
        if nodes:
            told = [why(_end_of(run, name), name).sentence for name in nodes[:3]]
            more = [f"The same at {listed(nodes[3:])}."] if nodes[3:] else []
            yield Defect(kind, " ".join([*told, *more]), tuple(nodes[:MOST_NODES]))


def _parameters(graph: Graph) -> list[str]:
    return [
        name for name, node in graph.nodes.items() if isinstance(node.op, Leaf) and node.op.trained
    ]


def _end_of(run: Run, focus: str) -> Snapshot:
    return Snapshot(run, len(run.steps), focus)


# What the session was told to stop at -------------------------------------------------------------


def _caught(session: Moving, run: Run) -> Iterator[Defect]:
    """The catches that find something, and the condition that the cursor stands at."""
    for name, limits in session.stops.catches.items():
        alone = Stops.from_dict({"catches": {name: limits}}, run)
        if stop := _first_stop(alone, run, session.interrupted):
            text = " ".join([name, *(f"{limit} {size:.17g}" for limit, size in limits.items())])
            node = run.steps[stop.step - 1].node
            yield Defect("caught", f"Step {stop.step}: {stop.message}.", (node,), text)
    for number, _, _ in session.stop.reasons if session.stop else ():
        if not number or not session.stops.breakpoints[number].condition:
            continue
        breakpoint = session.stops.breakpoints[number]._replace(armed_by=0, once=False, spent=False)
        document = {"breakpoints": [{"number": 1, **breakpoint.to_dict()}]}
        if stop := _first_stop(Stops.from_dict(document, run), run, session.interrupted):
            node = run.steps[stop.step - 1].node
            yield Defect(
                "condition", f"Step {stop.step}: {stop.message}.", (node,), str(breakpoint)
            )


def _first_stop(stops: Stops, run: Run, interrupted: Interrupted) -> Stop | None:
    """The first step of a finished run at which something stops."""
    step = stops.next_step(0)
    while step is not None and step <= len(run.steps):
        if stop := stops.at(step, interrupted):
            return stop
        step = stops.next_step(step)
    return None


def _gradcheck(run: Run, focus: str) -> Iterator[Defect]:
    """Gradients that are not the slope, at the focus and at ops of the user's own.

    The ops that graphtui brings are held to differences by its own tests.
    """
    own = [
        name
        for name, node in run.graph.nodes.items()
        if not isinstance(node.op, Leaf) and OPS.get(node.op.name) is not node.op
    ]
    asked = [name for name in dict.fromkeys([focus, *own]) if run.gradient(name) is not None]
    if not asked or run.given or run.replaced:
        return
    report = gradcheck(run.graph, nodes=asked[:MOST_NODES], seed=run.seed)
    if report.passed:
        return
    compared: list[NodeCheck | EdgeCheck] = [*report.culprits, *report.checks]
    failed = [each for each in compared if not each.passed]
    worst = report.worst
    assert worst is not None, "what failed was compared"
    sentence = (
        f"The gradient at {quoted(worst.node)} is not the slope: at {list(worst.index)} backward "
        f"says {worst.analytic:.6g}, differences say {worst.numeric:.6g}."
    )
    yield Defect("gradcheck", sentence, tuple(dict.fromkeys(each.node for each in failed)))
