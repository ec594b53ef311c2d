"""Gradcheck where you stand: the local map of one node at this run's own values, in a sentence.

The map is pulled back from numbers that hide nothing, whatever upstream is here, so that a mistake
shows even where upstream is 0 or has not come yet. Differences are for the engine's gradcheck, the
choice of an entry of the Jacobian is for `entries`, the words are for `check_report`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from graphtui.debugger.checks.check_report import (
    HereCheck,
    LocalCheck,
    WholeCheck,
    here_sentence,
    whole_sentence,
)
from graphtui.debugger.checks.entries import sent, worst_entry
from graphtui.debugger.finished import Interrupted, finished, never
from graphtui.debugger.reasons.terms import generic
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.engine.gradcheck import Tick, check_gate, check_node, gradcheck_run, is_untold
from graphtui.engine.gradcheck_report import EdgeCheck, NodeCheck
from graphtui.errors import CommandError, UsageError, nearest
from graphtui.graph.graph import Edge, Node
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array, LinearMap
from graphtui.ops.op import Op

_WORST = ("faulty", "wrong", "untold", "kink", "numeric", "right")

MOST_ARRIVING = 32
"""How many of the contributions that a node receives are checked one by one."""


def check_here(run: Run | Snapshot, node: str, *, interrupted: Interrupted = never) -> HereCheck:
    """How the local map of `node`, and the gradient it receives, compare with differences.

    Args:
        run: at whose values it is checked; it is carried out beside, where it has not ended.
        node: any node.
        interrupted: asked before every evaluation whether to stop.

    Raises:
        CommandError: there is no such node, its value does not come, or it was interrupted.
    """
    run = run.run if isinstance(run, Snapshot) else run
    if node not in run.graph.nodes:
        raise CommandError(f"no node is named '{node}'.{nearest(node, run.graph.nodes)}")
    tick = _tick(interrupted)
    done = finished(run, interrupted)
    if done.value(node) is None:
        where, error = quoted(done.steps[-1].node), done.steps[-1].error
        raise CommandError(f"the run stopped at {where} ({error}), before {quoted(node)}.")
    with np.errstate(all="ignore"):
        local = tuple(_local(done, done.graph.nodes[node], tick))
    gradient, arriving = _received(done, node, tick)
    outcome = min((each.outcome for each in local), key=_WORST.index, default="right")
    if not local and gradient is not None:
        outcome = _outcome(gradient)
    found = HereCheck(node, local, gradient, arriving, outcome)
    return replace(found, sentence=here_sentence(done, found))


def check_whole(run: Run | Snapshot, *, interrupted: Interrupted = never) -> WholeCheck:
    """How every gradient of the run compares with differences, at its own values.

    Raises:
        CommandError: the run has no gradients, or it stopped, or was interrupted.
    """
    run = finished(run.run if isinstance(run, Snapshot) else run, interrupted)
    try:
        report = gradcheck_run(run, tick=_tick(interrupted))
    except UsageError as error:
        raise CommandError(str(error)) from None
    return WholeCheck(report, whole_sentence(run, report))


def _tick(interrupted: Interrupted) -> Tick:
    def tick() -> None:
        if interrupted():
            raise CommandError("interrupted before there was an answer.")

    return tick


# The rule of the node ---------------------------------------------------------------------------


def _local(run: Run, node: Node, tick: Tick) -> Iterator[LocalCheck]:
    """The local map of each input by which the node can be differentiated."""
    if not isinstance(node.op, Op) or node.name in run.given:
        return
    inputs = [_known(run, source) for source in node.inputs]
    value = _known(run, node.name)
    upstream = generic(value.shape).astype(value.dtype)
    for slot, local in enumerate(_maps(node, node.op, value, inputs)):
        if local is None or inputs[slot].dtype.kind != "f":
            continue
        edge = Edge(node.inputs[slot], node.name, slot)
        check = check_gate(run, sent(run, edge, local, upstream), tick)
        entry = worst_entry(run, local, check, tick)
        yield LocalCheck(check, entry, local.numeric, _outcome(check, local.numeric))


def _maps(node: Node, op: Op, value: Array, inputs: list[Array]) -> Sequence[LinearMap | None]:
    try:
        return op.local(value, *inputs, **node.attrs)
    except Exception as error:  # of a user's op, or of one that is broken: that is the answer
        what = str(error) or type(error).__name__
        raise CommandError(f"the local map of {quoted(node.name)} cannot be had: {what}.") from None


def _known(run: Run, name: str) -> Array:
    value = run.value(name)
    assert value is not None, "forward has come here"
    return value


def _outcome(check: EdgeCheck | NodeCheck, numeric: bool = False) -> str:
    if not np.isfinite(check.analytic):
        return "faulty"
    if not check.passed:
        return "wrong" if np.isfinite(check.numeric) else "untold"
    if numeric:
        return "numeric"
    return "kink" if check.on_kink else "right"


# What the node receives -------------------------------------------------------------------------


def _received(run: Run, name: str, tick: Tick) -> tuple[NodeCheck | None, tuple[EdgeCheck, ...]]:
    """The gradient of the node as a whole, and each of its contributions."""
    stopped = bool(run.steps) and run.steps[-1].error is not None
    if stopped or not run.plan.seed_step or run.gradient(name) is None:
        return None, ()
    with np.errstate(all="ignore"):
        arriving = tuple(
            check_gate(run, contribution, tick)
            for contribution in run.received(name)[:MOST_ARRIVING]
            if contribution.edge.target not in run.given
            and np.isfinite(contribution.upstream).all()
        )
    told = tuple(check for check in arriving if not is_untold(run, check))
    return check_node(run, name, tick), told
