"""Why a gradient is huge or tiny, and what makes up an ordinary one.

The way from the loss is the one with the largest contribution at every fan-out; on it, the place
is found that multiplied the gradient most, or shrank it most.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from graphtui.debugger.answer import Answer, Cause, gate, number
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Contribution
from graphtui.graph.graph import Edge, Graph
from graphtui.graph.wording import counted, quoted
from graphtui.ops.linear_map import Array

HUGE = 1e4
"""A gradient is huge from so many times the seed on, each by its largest element."""
TINY = 1e-4
"""A gradient is tiny up to such a part of the seed."""


class _Leg(NamedTuple):
    """One stretch of the way from the loss: an edge, or the sum at a fan-out."""

    node: str
    """The gate, or the node that adds up."""
    edge: Edge | None
    """None for a sum."""
    before: float
    """The norm of what came in."""
    after: float
    """The norm of what went out."""

    @property
    def factor(self) -> float:
        """How many times larger it became."""
        return self.after / self.before if self.before else math.nan


def why_size(snapshot: Snapshot, name: str, gradient: Array) -> Answer:
    """Why a finite gradient, not all 0, is as large as it is."""
    graph = snapshot.graph
    if name == graph.output:
        words = f"it is the seed that backward starts with, {_amount(gradient)}"
        cause = Cause("seed", name, words)
        sentence = f"The gradient of {quoted(name)} is ordinary: {words}."
        return Answer("ordinary", sentence, None, (cause,))
    peak = float(np.max(np.abs(gradient)))
    seed = float(np.max(np.abs(np.asarray(snapshot.run.seed))))
    if TINY * seed < peak < HUGE * seed:
        return _ordinary(snapshot, name, gradient)
    legs = _way(snapshot, name)
    if not legs:
        return _ordinary(snapshot, name, gradient)
    if peak >= HUGE * seed:
        return _grown(graph, name, legs, _opening(name, "huge", peak, seed))
    return _shrunk(graph, name, legs, _opening(name, "tiny", peak, seed))


# Extremes ---------------------------------------------------------------------------------------


def _grown(graph: Graph, name: str, legs: list[_Leg], opening: str) -> Answer:
    most = max(legs, key=lambda leg: leg.factor)
    words = f"{_does(graph, most)} most, by {number(most.factor)}"
    cause = Cause("grows", most.node, words, most.edge)
    sentence = f"{opening} {_on_the_way(graph)} {words}."
    return Answer("huge", sentence, most.node, (cause,))


def _shrunk(graph: Graph, name: str, legs: list[_Leg], opening: str) -> Answer:
    most = min(legs, key=lambda leg: leg.factor)
    if most.edge:
        left = f"{gate(graph, most.node)} shrank it most, to {number(most.factor)} of what came in"
    else:
        left = f"contributions to {quoted(most.node)} nearly cancel and shrank it most, to "
        left += f"{number(most.factor)} of the largest"
    cause = Cause("shrinks", most.node, left, most.edge)
    shrinking = sum(leg.factor < 1 for leg in legs)
    sentence = f"{opening} {_on_the_way(graph)} {left}."
    if shrinking > 2:
        sentence += f" It vanishes little by little: {counted(shrinking, 'place')} shrink it."
    return Answer("tiny", sentence, most.node, (cause,))


def _opening(name: str, size: str, peak: float, seed: float) -> str:
    return (
        f"The gradient of {quoted(name)} is {size}: its largest element is {number(peak)}, that of "
        f"the seed {number(seed)}."
    )


def _on_the_way(graph: Graph) -> str:
    return f"On the way from {quoted(graph.output)},"


def _does(graph: Graph, leg: _Leg) -> str:
    if leg.edge is None:
        return f"the sum of the contributions to {quoted(leg.node)} multiplied it"
    return f"{gate(graph, leg.node)} multiplied it"


def _way(snapshot: Snapshot, name: str) -> list[_Leg]:
    """The legs from `name` back to the output, along the largest contribution of every node."""
    legs: list[_Leg] = []
    while name != snapshot.graph.output:
        arrived = snapshot.received(name)
        largest, size = arrived[0], norm(arrived[0].downstream)
        if len(arrived) > 1:
            largest, size = _largest(arrived)
            gradient = snapshot.gradient(name)
            assert gradient is not None, "what has received something has a gradient"
            legs.append(_Leg(name, None, size, norm(gradient)))
        edge = largest.edge
        legs.append(_Leg(edge.target, edge, norm(largest.upstream), size))
        name = edge.target
    return [leg for leg in legs if not math.isnan(leg.factor)]


def _largest(arrived: tuple[Contribution, ...]) -> tuple[Contribution, float]:
    sizes = [norm(contribution.downstream) for contribution in arrived]
    place = max(range(len(sizes)), key=sizes.__getitem__)
    return arrived[place], sizes[place]


def norm(array: Array) -> float:
    """The 2-norm, without overflow or underflow in between.

    >>> norm(np.array([3e200, 0.0])), norm(np.array([3.0, 4.0]))
    (3e+200, 5.0)
    """
    if array.size == 1:
        return abs(float(array.item()))
    wide = array.astype(np.float64, copy=False).reshape(-1)
    peak = float(np.max(np.abs(wide), initial=0.0))
    if peak == 0 or not math.isfinite(peak):
        return peak
    return peak * float(np.sqrt(np.sum(np.square(wide / peak))))


# Ordinary ---------------------------------------------------------------------------------------


def _ordinary(snapshot: Snapshot, name: str, gradient: Array) -> Answer:
    arrived = snapshot.received(name)
    contribution, _ = _largest(arrived)
    sender = contribution.edge.target
    here = gate(snapshot.graph, sender)
    if len(arrived) == 1:
        words = f"it is {_amount(gradient)}, sent by {here}"
    else:
        words = (
            f"it is {_amount(gradient)}, and the largest of its {len(arrived):,} contributions, "
            f"{_amount(contribution.downstream)}, is sent by {here}"
        )
    cause = Cause("largest", sender, words, contribution.edge)
    sentence = f"The gradient of {quoted(name)} is ordinary: {words}."
    return Answer("ordinary", sentence, sender, (cause,))


def _amount(array: Array) -> str:
    """What an array comes to: its number, or its norm."""
    if array.size == 1:
        return number(array.item())
    return f"of norm {number(norm(array))}"
