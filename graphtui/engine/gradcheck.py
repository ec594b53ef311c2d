"""Gradients against finite differences: what every gate sends, and what every node receives.

Each contribution is held against the slope of its own op alone, so that a wrong rule is named at
its node and its neighbours pass. Each node's gradient is held against the slope of the output, with
everything after the node computed again, so that the sums at fan-outs are checked as well. Slopes
are computed in float64 whatever the graph's dtypes are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from graphtui.engine.choice import affordable, bearable, elements
from graphtui.engine.dependence import dependent, given_behind
from graphtui.engine.execute import Contribution, Run
from graphtui.engine.gradcheck_report import EdgeCheck, GradcheckReport, NodeCheck
from graphtui.engine.slope import Outputs, Verdict, compare, is_kink, lies_between, slope
from graphtui.engine.suspects import Gate, explanation
from graphtui.errors import UsageError, nearest
from graphtui.graph.graph import Graph
from graphtui.ops.linear_map import Array
from graphtui.ops.op import DType, Op

TOLERANCE = {"float64": 1e-5, "float32": 2e-3, "float16": 3e-2}
"""The largest relative error that passes, by the dtype in which the gradient was computed."""

NEARBY = {"float64": 0.0, "float32": 1e-3, "float16": 3e-2}
"""How far rounding of this dtype may have moved a value away from a kink, relative to its size."""

Tick = Callable[[], object]
"""Called before every evaluation of an op; what it raises ends the check."""


Verdicts = Mapping[tuple[int, ...], Verdict]
"""How each element that was tried compares, by its index."""


def no_tick() -> None:
    """Nothing to be done between two evaluations."""


def gradcheck(
    graph: Graph,
    *,
    nodes: Iterable[str] | None = None,
    values: Mapping[str, Any] | None = None,
    seed: Any = None,
) -> GradcheckReport:
    """How every gradient of `graph` compares with finite differences.

    Args:
        graph: what to check.
        nodes: only these, what they receive and what they send; None means the whole graph.
        values: other values for some leaves.
        seed: for an output that is not a scalar: the check is of ⟨seed, output⟩.

    Raises:
        UsageError: a node is unknown or has no gradient, a seed is missing, or the run stopped.
    """
    for name in values or ():
        if name not in graph.nodes or not graph.nodes[name].is_leaf:
            leaves = [each for each, node in graph.nodes.items() if node.is_leaf]
            raise UsageError(f"no leaf is named '{name}'.{nearest(name, leaves)}")
    return gradcheck_run(Run(graph, values=values, seed=seed).finish(), nodes=nodes)


def gradcheck_run(
    run: Run, *, nodes: Iterable[str] | None = None, tick: Tick = no_tick
) -> GradcheckReport:
    """How every gradient of a run compares with finite differences, at its own values.

    Where the value of a computed node was given, its op is not what gave it: it is not checked, nor
    is a whole gradient that comes through it, or through one that was given.

    Args:
        run: what to check, carried out to its end.
        nodes: only these, what they receive and what they send; None means the whole graph.
        tick: called before every evaluation.

    Raises:
        UsageError: a node is unknown or has no gradient, a seed is missing, or the run stopped.
    """
    graph = run.graph
    received = _received(run)
    chosen = received if nodes is None else list(dict.fromkeys(nodes))
    for name in chosen:
        if name not in graph.nodes:
            raise UsageError(f"no node is named '{name}'.{nearest(name, graph.nodes)}")
        if run.gradient(name) is None:
            raise UsageError(f"'{name}' receives no gradient, so there is nothing to check.")
    given = given_behind(run)
    spread, most = affordable(run, [name for name in chosen if name not in given])
    among = set(chosen)
    with np.errstate(all="ignore"):
        checks = (_node_check(run, name, most, tick) for name in spread)
        edges = (
            check_gate(run, contribution, tick)
            for contribution in _sent(run)
            if nodes is None or not among.isdisjoint(contribution.edge[:2])
        )
        return GradcheckReport(
            checks=tuple(check for check in checks if not is_untold(run, check)),
            edges=tuple(check for check in edges if not is_untold(run, check)),
            received=len(chosen),
        )


def check_node(run: Run, name: str, tick: Tick = no_tick) -> NodeCheck | None:
    """How the whole gradient of one node compares with the slope of the output.

    None where differences say nothing of it, as for what comes through something that was given.

    Args:
        run: what to check, carried out to its end; the node has a gradient.
        name: the node.
        tick: called before every evaluation.
    """
    if name in given_behind(run):
        return None
    _, most = affordable(run, [name])
    with np.errstate(all="ignore"):
        check = _node_check(run, name, most, tick)
    return None if is_untold(run, check) else check


def is_untold(run: Run, check: NodeCheck | EdgeCheck) -> bool:
    """Whether differences say nothing, because values that go into them are not finite."""
    if not np.isfinite(check.analytic) or np.isfinite(check.numeric):
        return False
    names = [run.graph.output]
    if isinstance(check, EdgeCheck):
        names = [check.edge.target, *run.graph.nodes[check.edge.target].inputs]
    return any(not np.isfinite(_value(run, name)).all() for name in names)


def _received(run: Run) -> list[str]:
    if run.steps and (error := run.steps[-1].error) is not None:
        where = f"the run stopped at '{run.steps[-1].node}' ({error})"
        raise UsageError(f"{where}, so there are no gradients to check.")
    if not run.plan.seed_step:
        raise UsageError(
            f"the output '{run.graph.output}' needs a seed to have gradients: give one."
        )
    return [name for name in reversed(list(run.graph.nodes)) if run.gradient(name) is not None]


def _sent(run: Run) -> Iterator[Contribution]:
    """Every contribution whose upstream is finite; where it is not, the fault began elsewhere."""
    for step in run.steps:
        for contribution in step.contributions:
            if step.node not in run.given and np.isfinite(contribution.upstream).all():
                yield contribution


# One comparison ---------------------------------------------------------------------------------


def check_gate(run: Run, contribution: Contribution, tick: Tick = no_tick) -> EdgeCheck:
    """How what one gate sends to one of its inputs compares with differences of that gate alone.

    Args:
        run: where the values are; of its steps, none is needed but that of the gate, forward.
        contribution: what is sent, or would be for this upstream.
        tick: called before every evaluation.
    """
    found = _gate_verdicts(run, contribution, tick)
    edge, downstream = contribution.edge, contribution.downstream
    check = EdgeCheck(
        edge=edge, op=run.graph.nodes[edge.target].op.name, **_worst(found, downstream)
    )
    return check if check.passed else replace(check, clue=_clue(run, contribution, found, tick))


def _gate_verdicts(run: Run, contribution: Contribution, tick: Tick) -> Verdicts:
    """How each element that is tried compares."""
    edge, downstream = contribution.edge, contribution.downstream
    verdict = _gate_verdict(run, contribution, tick)
    most = bearable(run, [edge.target, *run.graph.nodes[edge.target].inputs])
    tried = elements(downstream, _value(run, edge.source), most)
    return {index: verdict(index) for index, _, _ in tried}


def _clue(run: Run, contribution: Contribution, found: Verdicts, tick: Tick) -> str:
    """What kind of mistake a contribution that is wrong looks like."""
    node = run.graph.nodes[contribution.edge.target]

    def fits(other: Contribution) -> bool:
        verdicts = _gate_verdicts(run, other, tick).values()
        return bool(verdicts) and all(each.passed and not each.on_kink for each in verdicts)

    def forward(*inputs: Array) -> Array:
        assert isinstance(node.op, Op)
        tick()
        return np.asarray(node.op.forward(*inputs, **node.attrs))

    inputs = tuple(_double(_value(run, source)) for source in node.inputs)
    return explanation(contribution, found, Gate(node, inputs, forward, fits))


def check_element(
    run: Run, contribution: Contribution, index: tuple[int, ...], tick: Tick = no_tick
) -> Verdict:
    """How one element of what a gate sends compares with differences of that gate alone."""
    return _gate_verdict(run, contribution, tick)(index)


def _gate_verdict(
    run: Run, contribution: Contribution, tick: Tick
) -> Callable[[tuple[int, ...]], Verdict]:
    """From the index of an element to how it compares."""
    edge, downstream = contribution.edge, contribution.downstream
    node = run.graph.nodes[edge.target]
    op, inputs = node.op, [_double(_value(run, source)) for source in node.inputs]
    assert isinstance(op, Op)
    moved = inputs[edge.slot] = np.array(inputs[edge.slot])
    weights = np.asarray(contribution.upstream, np.float64).reshape(-1)
    tolerance = TOLERANCE[np.result_type(downstream, contribution.upstream).name]
    forward = partial(_after, tick, partial(op.forward, *inputs, **node.attrs))

    def verdict(index: tuple[int, ...]) -> Verdict:
        outputs = partial(_with, moved, index, forward)
        here = float(moved[index])
        return compare(float(downstream[index]), outputs, weights, here, tolerance)

    return verdict


def compare_in(
    dtype: DType, analytic: float, outputs: Outputs, weights: Array, here: float
) -> Verdict:
    """Whether a gradient that was computed in `dtype` is the derivative of ⟨weights, outputs⟩.

    Rounding in that dtype may have put a value beside a kink on the other side of it.
    """
    tolerance, nearby = TOLERANCE[dtype.name], NEARBY[dtype.name]
    found = compare(analytic, outputs, weights, here, tolerance)
    if found.passed or not nearby:
        return found
    around = slope(outputs, weights, here, nearby * max(1.0, abs(here)))
    between = is_kink(around, around) and lies_between(analytic, around, tolerance)
    return found._replace(on_kink=True, passed=True) if between else found


def _node_check(run: Run, name: str, most: int, tick: Tick) -> NodeCheck:
    gradient = run.gradient(name)
    assert gradient is not None
    value = np.array(_double(_value(run, name)))
    weights = np.asarray(run.seed, np.float64).reshape(-1)
    behind = dependent(run, name)
    forward = partial(_output, run, name, value, behind, tick)
    most = min(most, bearable(run, [name, *behind]))

    def verdict(index: tuple[int, ...], analytic: float, here: float) -> Verdict:
        outputs = partial(_with, value, index, forward)
        return compare_in(gradient.dtype, analytic, outputs, weights, here)

    found = {index: verdict(index, a, x) for index, a, x in elements(gradient, value, most)}
    return NodeCheck(node=name, **_worst(found, gradient))


def _after(tick: Tick, forward: Callable[[], Any]) -> Any:
    tick()
    return forward()


def _value(run: Run, name: str) -> Array:
    value = run.value(name)
    assert value is not None, "the run was finished"
    return value


def _double(array: Array) -> Array:
    """`array` in float64 if it floats; labels, indices and masks stay what they are."""
    return array.astype(np.float64) if array.dtype.kind == "f" else array


def _with(array: Array, index: tuple[int, ...], forward: Callable[[], Any], x: float) -> Array:
    """What `forward` gives, flat, while one element of `array` is `x`."""
    before = array[index]
    array[index] = x
    try:
        return np.asarray(forward(), np.float64).reshape(-1).copy()
    finally:
        array[index] = before


def _worst(found: Verdicts, computed: Array) -> dict[str, Any]:
    tally = {"tried": len(found), "size": computed.size}
    if not found:
        nothing = {"index": (), "analytic": 0.0, "numeric": 0.0, "error": 0.0}
        return {**tally, **nothing, "on_kink": False, "passed": True}
    index = max(found, key=lambda i: (not found[i].passed, found[i].on_kink, found[i].error))
    return {**tally, "index": index, "analytic": float(computed[index]), **found[index]._asdict()}


def _output(run: Run, name: str, value: Array, affected: Iterable[str], tick: Tick) -> Array:
    """The output with another value at one node, everything that depends on it computed again."""
    values: dict[str, Array] = {name: value}
    for each in affected:
        tick()
        node = run.graph.nodes[each]
        assert isinstance(node.op, Op)
        inputs = [values[s] if s in values else _double(_value(run, s)) for s in node.inputs]
        values[each] = np.asarray(node.op.forward(*inputs, **node.attrs))
    output = run.graph.output
    return values[output] if output in values else _double(_value(run, output))
