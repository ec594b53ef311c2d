"""One entry of a local Jacobian against differences: what a check of a whole map comes down to.

A map is checked as a whole, by one pullback. Here the output is found at which an element of the
input does not fit, so that ∂y/∂x can be shown as one number beside another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from graphtui.engine.execute import Contribution, Run
from graphtui.engine.gradcheck import Tick, check_element
from graphtui.engine.gradcheck_report import EdgeCheck
from graphtui.engine.slope import Verdict
from graphtui.graph.graph import Edge
from graphtui.ops.linear_map import Array, LinearMap, Shape
from graphtui.ops.op import Op

MOST_OUTPUTS = 8
"""How many outputs are tried."""

PART = 1e-3
"""The part of its size by which a number is moved to see which outputs depend on it."""


class Entry(NamedTuple):
    """∂output/∂input, twice."""

    output: tuple[int, ...]
    input: tuple[int, ...]
    analytic: float
    """What the map says."""
    numeric: float
    """What differences say."""
    error: float
    """How far they are apart, relative to the larger, or to what rounding can tell."""
    on_kink: bool
    passed: bool


def sent(run: Run, edge: Edge, local: LinearMap, upstream: Array) -> Contribution:
    """What the gate would send to the source of its edge for that upstream."""
    value = run.value(edge.source)
    assert value is not None, "the run has come here"
    with np.errstate(all="ignore"):
        downstream = np.asarray(local.pullback(upstream), value.dtype)
    return Contribution(edge, upstream, local, downstream)


def worst_entry(run: Run, local: LinearMap, check: EdgeCheck, tick: Tick) -> Entry | None:
    """The entry that fits worst in the column of the element that fits worst as a whole.

    None where every entry that was tried fits, though all of them together do not.
    """
    if not check.tried:
        return None
    output = run.value(check.edge.target)
    assert output is not None, "the run has come here"
    found = []
    for place in _candidates(run, local, check, output, tick):
        upstream = np.zeros(output.shape, output.dtype)
        upstream[place] = 1
        contribution = sent(run, check.edge, local, upstream)
        verdict = check_element(run, contribution, check.index, tick)
        analytic = float(contribution.downstream[check.index])
        found.append(Entry(place, check.index, analytic, *_told(verdict)))
    worst = max(
        found, key=lambda entry: (not entry.passed, entry.on_kink, entry.error), default=None
    )
    return None if worst is None or worst.passed is not check.passed else worst


def _told(verdict: Verdict) -> tuple[float, float, bool, bool]:
    return verdict.numeric, verdict.error, verdict.on_kink, verdict.passed


def _candidates(
    run: Run, local: LinearMap, check: EdgeCheck, output: Array, tick: Tick
) -> Iterable[tuple[int, ...]]:
    """The outputs that depend most on the element, by differences and by the map itself."""
    if output.size <= MOST_OUTPUTS:
        return _places(range(output.size), output.shape)
    tangent = np.zeros(local.input_shape)
    tangent[check.index] = 1
    columns = (_column(run, check, output, tick), local.pushforward(tangent))
    found: dict[int, None] = {}
    for column in columns:
        sizes = np.nan_to_num(np.abs(np.asarray(column, np.float64).reshape(-1)), nan=np.inf)
        largest = np.argsort(-sizes, kind="stable")[: MOST_OUTPUTS // 2]
        found.update((int(i), None) for i in largest if sizes[i] > 0)
    return _places(found, output.shape)


def _places(elements: Iterable[int], shape: Shape) -> list[tuple[int, ...]]:
    return [tuple(int(n) for n in np.unravel_index(i, shape)) for i in elements]


def _column(run: Run, check: EdgeCheck, output: Array, tick: Tick) -> Array:
    """How the outputs change when the element is moved a little."""
    node = run.graph.nodes[check.edge.target]
    assert isinstance(node.op, Op)
    inputs = [run.value(source) for source in node.inputs]
    moved = np.array(inputs[check.edge.slot], np.float64)
    moved[check.index] += PART * max(1.0, abs(float(moved[check.index])))
    inputs[check.edge.slot] = moved
    tick()
    return np.asarray(node.op.forward(*inputs, **node.attrs), np.float64) - output
