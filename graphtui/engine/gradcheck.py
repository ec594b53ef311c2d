"""Analytic gradients against central differences, the change being injected at every node in turn.

An element `x` of a node's value is moved to `x + h` and `x - h`, everything that depends on the node
is computed again, and the slope of the output is compared with the gradient that backward gave.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphtui.engine.execute import Run
from graphtui.errors import UsageError, nearest
from graphtui.graph.graph import Graph
from graphtui.graph.values import nested_list
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Op

STEP = {"float64": 1e-6, "float32": 1e-2, "float16": 1e-1}
"""How far an element is moved, relative to its size: where rounding and curvature err alike."""

TOLERANCE = {"float64": 1e-5, "float32": 2e-2, "float16": 1e-1}
"""The largest relative error that passes."""

MOST_ELEMENTS = 64
"""How many elements of one value are tried: the largest gradients, and an even spread."""


@dataclass(frozen=True, slots=True)
class NodeCheck:
    """How the gradient of one node compares with differences; its worst element."""

    node: str
    index: tuple[int, ...]
    analytic: float
    numeric: float
    error: float
    """|analytic - numeric| / max(|analytic|, |numeric|, the largest gradient of the node, tiny)."""
    tried: int
    """How many elements were tried."""
    size: int
    """How many there are."""
    on_kink: bool
    """Whether a kink or a tie lies at the worst element, where the slopes of both sides differ."""
    passed: bool


@dataclass(frozen=True, slots=True)
class GradcheckReport:
    """One row a node, in backward order."""

    checks: tuple[NodeCheck, ...]

    @property
    def passed(self) -> bool:
        """Whether every node passed; a kink is no failure."""
        return all(check.passed for check in self.checks)

    @property
    def worst(self) -> NodeCheck | None:
        """The row with the largest error; None where nothing was checked."""
        return max(self.checks, key=lambda check: _rank(check.error), default=None)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data for JSON."""
        return {
            "passed": self.passed,
            "nodes": {
                check.node: {
                    "index": list(check.index),
                    "analytic": nested_list(np.asarray(check.analytic)),
                    "numeric": nested_list(np.asarray(check.numeric)),
                    "error": nested_list(np.asarray(check.error)),
                    "tried": check.tried,
                    "size": check.size,
                    "on_kink": check.on_kink,
                    "passed": check.passed,
                }
                for check in self.checks
            },
        }


def _rank(error: float) -> float:
    return math.inf if math.isnan(error) else error


def gradcheck(
    graph: Graph,
    *,
    nodes: Iterable[str] | None = None,
    values: Mapping[str, Any] | None = None,
    seed: Any = None,
) -> GradcheckReport:
    """How every gradient of `graph` compares with central differences.

    Args:
        graph: what to check.
        nodes: only these; None means every node that receives a gradient.
        values: other values for some leaves.
        seed: for an output that is not a scalar: the check is of ⟨seed, output⟩.

    Raises:
        UsageError: a node is unknown, or receives no gradient, or a seed is missing.
    """
    run = Run(graph, values=values, seed=seed).finish()
    if not run.plan.seed_step:
        raise UsageError(f"the output '{graph.output}' needs a seed to have gradients: give one.")
    chosen = list(nodes) if nodes is not None else _received(run)
    for name in chosen:
        if name not in graph.nodes:
            raise UsageError(f"no node is named '{name}'.{nearest(name, graph.nodes)}")
        if run.gradient(name) is None:
            raise UsageError(f"'{name}' receives no gradient, so there is nothing to check.")
    with np.errstate(all="ignore"):
        return GradcheckReport(tuple(_check(run, name) for name in chosen))


def _received(run: Run) -> list[str]:
    names = reversed(list(run.graph.nodes))
    return [name for name in names if run.gradient(name) is not None]


def _check(run: Run, name: str) -> NodeCheck:
    value, gradient = run.value(name), run.gradient(name)
    assert value is not None
    assert gradient is not None
    affected = _descendants(run.graph, name)
    step, tolerance = STEP[value.dtype.name], TOLERANCE[value.dtype.name]
    scale = float(np.max(np.abs(gradient), initial=0.0))
    worst = NodeCheck(name, (), math.nan, math.nan, -1.0, 0, value.size, on_kink=False, passed=True)
    tried = _elements(gradient)
    for flat in tried:
        index = tuple(int(i) for i in np.unravel_index(flat, value.shape))
        h = step * max(1.0, abs(float(value[index])))
        up, down = (_output(run, name, index, sign * h, affected) for sign in (1, -1))
        numeric = (up - down) / (2 * h)
        analytic = float(gradient[index])
        size = max(abs(analytic), abs(numeric), scale, 1e-8)
        error = abs(analytic - numeric) / size if math.isfinite(size) else math.nan
        if _rank(error) > worst.error:
            middle = _output(run, name, index, 0.0, affected)
            good = error <= tolerance
            kink = not good and _slopes_differ(up, middle, down, h, tolerance * size)
            worst = NodeCheck(
                node=name,
                index=index,
                analytic=analytic,
                numeric=numeric,
                error=_rank(error),
                tried=len(tried),
                size=value.size,
                on_kink=kink,
                passed=good or kink,
            )
    return worst


def _elements(gradient: Array) -> list[int]:
    if gradient.size <= MOST_ELEMENTS:
        return list(range(gradient.size))
    half = MOST_ELEMENTS // 2
    largest = np.argsort(np.abs(gradient).reshape(-1), kind="stable")[-half:]
    spread = np.linspace(0, gradient.size - 1, half).astype(int)
    return sorted({int(i) for i in (*largest, *spread)})


def _slopes_differ(up: float, middle: float, down: float, h: float, allowed: float) -> bool:
    """Whether the slope to the right differs from that to the left, so that there is no derivative."""
    return abs((up - middle) - (middle - down)) / h > 10 * allowed


def _descendants(graph: Graph, name: str) -> list[str]:
    """The nodes that depend on `name`, in topological order."""
    reached = {name}
    found = []
    for each in graph.nodes.values():
        if not each.is_leaf and any(source in reached for source in each.inputs):
            reached.add(each.name)
            found.append(each.name)
    return found


def _output(
    run: Run, name: str, index: tuple[int, ...], change: float, affected: Iterable[str]
) -> float:
    """⟨seed, output⟩ with one element of one value moved, everything after it computed again."""
    moved = np.array(run.value(name))
    moved[index] += change
    values: dict[str, Array] = {name: moved}
    for each in affected:
        node = run.graph.nodes[each]
        assert isinstance(node.op, Op)
        inputs = [values[s] if s in values else run.value(s) for s in node.inputs]
        values[each] = np.asarray(node.op.forward(*inputs, **node.attrs))
    output = values.get(run.graph.output, run.value(run.graph.output))
    return float(np.sum(np.asarray(output, np.float64) * np.asarray(run.seed, np.float64)))
