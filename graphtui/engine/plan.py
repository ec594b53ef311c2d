"""The schedule, known before anything runs: forward in order, the seed, backward in reverse.

Leaves are given, so they are no tasks. A node is on the backward schedule when a gradient will
reach it and something it reads can receive one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from graphtui.graph.graph import Edge, Graph
from graphtui.ops.op import Leaf


class Phase(StrEnum):
    """Which pass a task belongs to."""

    FORWARD = "forward"
    SEED = "seed"
    BACKWARD = "backward"


class Task(NamedTuple):
    """One scheduled piece of work."""

    phase: Phase
    node: str
    """Whose value is computed, whose gradient is the seed, or which sends contributions."""


class Plan(NamedTuple):
    """Every task in order, and where on it each node stands; steps are numbered from 1."""

    tasks: tuple[Task, ...]
    forward_step: Mapping[str, int]
    """For each computed node, the number of the step that gives its value."""
    backward_step: Mapping[str, int]
    """For each node that sends contributions, the number of the step that does."""
    seed_step: int
    """The number of the seed's step; 0 where there is no backward pass."""
    sends: Mapping[str, tuple[int, ...]]
    """For each node of the backward pass, the inputs by number that it sends a contribution to."""
    expects: Mapping[str, int]
    """How many contributions each node will have received at the end; absent means none."""
    edges: Mapping[str, tuple[Edge, ...]]
    """For each node of the backward pass, the edges of `sends`; every run hands out these."""

    @property
    def forward_end(self) -> int:
        """The number of the last forward step."""
        return len(self.forward_step)


def plan(graph: Graph, *, backward: bool = True) -> Plan:
    """The schedule of `graph`; without `backward`, of its forward pass only."""
    computed = [name for name, node in graph.nodes.items() if not node.is_leaf]
    tasks = [Task(Phase.FORWARD, name) for name in computed]
    forward_step = {name: number for number, name in enumerate(computed, start=1)}
    if not backward:
        return Plan(tuple(tasks), forward_step, {}, 0, {}, {}, {})
    tasks.append(Task(Phase.SEED, graph.output))
    seed_step = len(tasks)
    receives = _can_receive(graph)
    reached = {graph.output} if graph.output in receives else set()
    sends: dict[str, tuple[int, ...]] = {}
    edges: dict[str, tuple[Edge, ...]] = {}
    expects: dict[str, int] = {}
    backward_step: dict[str, int] = {}
    for name in reversed(computed):
        if name not in reached:
            continue
        node = graph.nodes[name]
        assert not isinstance(node.op, Leaf)
        differentiable = node.op.differentiable
        sends[name] = tuple(
            slot
            for slot, source in enumerate(node.inputs)
            if source in receives and differentiable(slot)
        )
        edges[name] = tuple(Edge(node.inputs[slot], name, slot) for slot in sends[name])
        for edge in edges[name]:
            reached.add(edge.source)
            expects[edge.source] = expects.get(edge.source, 0) + 1
        tasks.append(Task(Phase.BACKWARD, name))
        backward_step[name] = len(tasks)
    return Plan(tuple(tasks), forward_step, backward_step, seed_step, sends, expects, edges)


def _can_receive(graph: Graph) -> set[str]:
    """The nodes a gradient may flow to: floating, and with a leaf behind them that receives one."""
    found: set[str] = set()
    for name, node in graph.nodes.items():
        if node.dtype.kind != "f":
            continue
        if isinstance(node.op, Leaf):
            if node.op.receives_gradient:
                found.add(name)
        elif any(s in found and node.op.differentiable(i) for i, s in enumerate(node.inputs)):
            found.add(name)
    return found
