"""Why a gradient is huge or tiny, and what makes up an ordinary one.

The way from the loss is the one with the largest contribution at every fan-out; on it, the place
is found that multiplied the gradient most, or shrank it most.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from graphtui.debugger.norms import EXPLODING, VANISHING, norm
from graphtui.debugger.reasons.answer import Answer, Cause, gate, number
from graphtui.debugger.reasons.was_set import WasSet, gradient_set
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Contribution
from graphtui.graph.graph import Edge, Graph
from graphtui.graph.wording import counted, quoted
from graphtui.ops.linear_map import Array


class _Leg(NamedTuple):
    """One stretch of the way from the loss: an edge, the sum at a fan-out, or what was set."""

    node: str
    """The gate, or the node that adds up, or whose gradient was set."""
    edge: Edge | None
    """None for a sum and for what was set."""
    before: float
    """The norm of what came in."""
    after: float
    """The norm of what went out."""
    by_hand: str = ""
    """That it was set, as a clause."""

    @property
    def factor(self) -> float:
        """How many times larger it became."""
        nothing = math.inf if self.by_hand else math.nan
        return self.after / self.before if self.before else nothing


def why_size(snapshot: Snapshot, name: str, gradient: Array) -> Answer:
    """Why a finite gradient, not all 0, is as large as it is."""
    graph = snapshot.graph
    if name == graph.output:
        words = f"it is the seed that backward starts with, {_amount(gradient)}"
        cause = Cause("seed", name, words)
        sentence = f"The gradient of {quoted(name)} is ordinary: {words}."
        return Answer("ordinary", sentence, None, (cause,))
    seed = np.asarray(snapshot.run.seed)
    size = _size(norm(gradient), norm(seed))
    legs = _way(snapshot, name) if size else []
    if not legs:
        return _ordinary(snapshot, name, gradient)
    opening = (
        f"The gradient of {quoted(name)} is {size}: it is {_amount(gradient)}, and the seed is "
        f"{_amount(seed)}. On the way from {quoted(graph.output)},"
    )
    if size == "huge":
        return _grown(graph, legs, opening)
    return _shrunk(graph, legs, opening)


def _size(here: float, seed: float) -> str:
    """What the catches call an explosion, or a gradient that vanishes: "huge", "tiny" or ""."""
    if not math.isfinite(seed):
        return ""
    most, least = EXPLODING["norm"], VANISHING["norm"]
    if here > EXPLODING["ratio"] * seed or here > most >= seed:
        return "huge"
    if here < VANISHING["ratio"] * seed or here < least <= seed:
        return "tiny"
    return ""


# Extremes ---------------------------------------------------------------------------------------


def _grown(graph: Graph, legs: list[_Leg], opening: str) -> Answer:
    most = max(legs, key=lambda leg: leg.factor)
    if most.by_hand:
        words = f"it grew most where {most.by_hand}"
    elif most.edge:
        words = f"{gate(graph, most.node)} multiplied it most, by {number(most.factor)}"
    else:
        words = f"the sum of the contributions to {quoted(most.node)} multiplied it most, by "
        words += number(most.factor)
    cause = Cause("set" if most.by_hand else "grows", most.node, words, most.edge)
    sentence = f"{opening} {words}."
    if count := _little_by_little(most, [leg for leg in legs if leg.factor > 1]):
        sentence += f" It grows little by little: {counted(count, 'place')} multiply it."
    return Answer("huge", sentence, most.node, (cause,))


def _shrunk(graph: Graph, legs: list[_Leg], opening: str) -> Answer:
    most = min(legs, key=lambda leg: leg.factor)
    if most.by_hand:
        left = f"it shrank most where {most.by_hand}"
    elif most.edge:
        left = f"{gate(graph, most.node)} shrank it most, to {number(most.factor)} of what came in"
    else:
        left = f"contributions to {quoted(most.node)} nearly cancel and shrank it most, to "
        left += f"{number(most.factor)} of the largest"
    cause = Cause("set" if most.by_hand else "shrinks", most.node, left, most.edge)
    sentence = f"{opening} {left}."
    if count := _little_by_little(most, [leg for leg in legs if leg.factor < 1]):
        sentence += f" It vanishes little by little: {counted(count, 'place')} shrink it."
    return Answer("tiny", sentence, most.node, (cause,))


def _little_by_little(most: _Leg, legs: list[_Leg]) -> int:
    """How many legs share the blame; 0 where the one that did most did more than all others."""
    if len(legs) < 3 or not all(0 < leg.factor < math.inf for leg in legs):
        return 0
    whole = sum(abs(math.log(leg.factor)) for leg in legs)
    return len(legs) if 2 * abs(math.log(most.factor)) < whole else 0


def _way(snapshot: Snapshot, name: str) -> list[_Leg]:
    """The legs from `name` back to the output, along the largest contribution of every node."""
    legs: list[_Leg] = []
    run = snapshot.run
    while name != snapshot.graph.output:
        arrived = snapshot.received(name)
        largest, size = arrived[0], norm(arrived[0].downstream)
        given = gradient_set(run, name, snapshot.cursor)
        if given is not None:
            assert given.before is not None, "contributions have come"
            words = f"{given.subject} {_set_told(given)}"
            legs.append(_Leg(name, None, norm(given.before), norm(given.after), words))
        if len(arrived) > 1:
            largest, size = _largest(arrived)
            total = snapshot.gradient(name) if given is None else given.before
            assert total is not None, "what has received something has a gradient"
            legs.append(_Leg(name, None, size, norm(total)))
        edge = largest.edge
        legs.append(_Leg(edge.target, edge, norm(largest.upstream), size))
        name = edge.target
    return [leg for leg in legs if not math.isnan(leg.factor)]


def _largest(arrived: tuple[Contribution, ...]) -> tuple[Contribution, float]:
    sizes = [norm(contribution.downstream) for contribution in arrived]
    place = max(range(len(sizes)), key=sizes.__getitem__)
    return arrived[place], sizes[place]


# Ordinary ---------------------------------------------------------------------------------------


def _ordinary(snapshot: Snapshot, name: str, gradient: Array) -> Answer:
    given = gradient_set(snapshot.run, name, snapshot.cursor)
    if given is not None:
        cause = Cause("set", name, f"{given.subject} {_set_told(given)}")
        sentence = f"The gradient of {quoted(name)} is ordinary: it {_set_told(given)}."
        return Answer("ordinary", sentence, name, (cause,))
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


def _set_told(given: WasSet) -> str:
    """That it was set, with the number, or the norm, before and after."""
    assert given.before is not None, "contributions have come"
    if given.after.size == 1:
        return given.told(0)
    before, after = (number(norm(each)) for each in (given.before, given.after))
    return f"was set, from a norm of {before} to one of {after}"


def _amount(array: Array) -> str:
    """What an array comes to: its number, or its norm."""
    if array.size == 1:
        return number(array.item())
    return f"of norm {number(norm(array))}"
