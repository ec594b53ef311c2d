"""Carry out a plan, one step at a time, keeping everything it produced.

The loop is the chain rule and nothing else: a node's gradient is the sum of what it received, and
each of its inputs is sent `local.pullback(upstream)`. Nothing here knows about breakpoints or going
back: a caller that wants the past looks it up, because a run only grows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphtui.engine.faults import given_faults, step_faults
from graphtui.engine.plan import Phase, Plan, plan
from graphtui.engine.steps import Contribution, Fault, Step
from graphtui.errors import UsageError, nearest
from graphtui.graph.graph import Edge, Graph, Node
from graphtui.graph.values import leaf_array
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Leaf, Mismatch

__all__ = ["Contribution", "Fault", "Run", "Step", "run"]


class Run:
    """What happened when a graph was executed; it only grows.

    Args:
        graph: what to run.
        values: other values for some nodes, by name; a read-only array is used as it is, anything
            else is copied. That of a computed node takes the place of what its op gives: its
            forward step yields it, and everything behind, both ways, goes on from it.
        seed: the gradient of the output to start backward with; a scalar output has 1. Without one,
            an output that is not a scalar gets a forward pass only.
        schedule: the plan of an earlier run of the same graph and seed, to save making it again.

    Raises:
        UsageError: a name, shape or dtype in `values` or `seed` does not fit.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        values: Mapping[str, Any] | None = None,
        seed: Any = None,
        schedule: Plan | None = None,
    ) -> None:
        output = graph.nodes[graph.output]
        floating = output.dtype.kind == "f"
        self.graph = graph
        self.seed = np.ones((), output.dtype) if seed is None and not output.shape else seed
        if seed is not None:
            self.seed = _fitting(graph, graph.output, seed, "the seed")
        self.plan = schedule or plan(graph, backward=self.seed is not None and floating)
        self.steps: list[Step] = []
        """The steps carried out so far."""
        self.arrivals: dict[str, list[tuple[int, Contribution]]] = {}
        """For each node, the contributions it received, with the numbers of their steps."""
        self._given = _given_values(graph, values or {})
        self._values = _leaf_values(graph, self._given)
        self._gradients: dict[str, Array] = {}
        self._faults: list[Fault] = []
        self._faults_at: dict[str, list[Fault]] = {}
        self._examined = -1

    # The loop ----------------------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do: the plan is carried out, or an op raised."""
        done = len(self.steps)
        return done == len(self.plan.tasks) or (done > 0 and self.steps[-1].error is not None)

    def advance(self) -> Step:
        """The next step, carried out."""
        with np.errstate(all="ignore"):  # a NaN is found in the numbers; no warning hits the screen
            return self._carry_out()

    def finish(self) -> Run:
        """This run, carried out to its end."""
        with np.errstate(all="ignore"):
            while not self.ended:
                self._carry_out()
        return self

    def _carry_out(self) -> Step:
        assert not self.ended, "a caller asks `ended` first"
        number = len(self.steps) + 1
        phase, name = self.plan.tasks[number - 1]
        value: Array | None = None
        contributions: tuple[Contribution, ...] = ()
        error: Exception | None = None
        try:
            if phase is Phase.FORWARD:
                given = self._given.get(name)
                value = self._values[name] = self._forward(name) if given is None else given
            elif phase is Phase.BACKWARD:
                contributions = self._backward(number, name)
            else:
                value = self._gradients[name] = self.seed
        except Exception as raised:
            error = raised
        step = Step(number, phase, name, value, contributions, error)
        self.steps.append(step)
        return step

    def _forward(self, name: str) -> Array:
        node = self.graph.nodes[name]
        values = self._values
        assert not isinstance(node.op, Leaf)
        return _frozen(node.op.forward(*[values[source] for source in node.inputs], **node.attrs))

    def _backward(self, number: int, name: str) -> tuple[Contribution, ...]:
        node = self.graph.nodes[name]
        values = self._values
        assert not isinstance(node.op, Leaf)
        upstream = self._gradients[name]
        inputs = [values[source] for source in node.inputs]
        maps = node.op.local(values[name], *inputs, **node.attrs)
        sent = []
        for slot in self.plan.sends[name]:
            source, local = node.inputs[slot], maps[slot]
            assert local is not None, f"{node.op.name} promised a gradient for input {slot}"
            downstream = _frozen(local.pullback(upstream))
            if (
                downstream.dtype != inputs[slot].dtype
            ):  # mixed precision: a gradient has its value's
                downstream = _frozen(downstream.astype(inputs[slot].dtype))
            contribution = Contribution(Edge(source, name, slot), upstream, local, downstream)
            sent.append(contribution)
            self._receive(number, source, contribution)
        return tuple(sent)

    def _receive(self, number: int, name: str, contribution: Contribution) -> None:
        """Add one contribution to what `name` has received: the only accumulation there is."""
        arrived = self.arrivals.get(name)
        if arrived is None:
            self.arrivals[name] = [(number, contribution)]
            self._gradients[name] = contribution.downstream
        else:
            arrived.append((number, contribution))
            self._gradients[name] = _frozen(self._gradients[name] + contribution.downstream)

    # What is known -----------------------------------------------------------------------------

    def value(self, name: str) -> Array | None:
        """The value of the node called `name`, read-only; None where forward has not come there."""
        return self._values.get(self._known(name))

    def gradient(self, name: str) -> Array | None:
        """The gradient ∂output/∂node, read-only, of the value's shape; None if none arrived."""
        return self._gradients.get(self._known(name))

    def contributions(self, name: str) -> tuple[Contribution, ...]:
        """What the backward step at `name` sent, one for each input that can receive."""
        number = self.plan.backward_step.get(self._known(name), 0)
        return self.steps[number - 1].contributions if 0 < number <= len(self.steps) else ()

    def received(self, name: str, by: int | None = None) -> tuple[Contribution, ...]:
        """What `name` received up to the step numbered `by`, in the order of arrival."""
        arrived = self.arrivals.get(self._known(name), [])
        return tuple(c for number, c in arrived if by is None or number <= by)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault so far, in timeline order; each step is examined once, when this is asked."""
        self._examine()
        return tuple(self._faults)

    def faults_at(self, name: str) -> Sequence[Fault]:
        """The faults at the node called `name`, in timeline order."""
        self._examine()
        return self._faults_at.get(self._known(name), ())

    def _examine(self) -> None:
        found: list[Fault] = []
        if self._examined < 0:
            found.extend(given_faults(self.graph, self.value))
            self._examined = 0
        while self._examined < len(self.steps):
            found.extend(step_faults(self.graph, self.value, self.steps[self._examined]))
            self._examined += 1
        for fault in found:
            self._faults.append(fault)
            self._faults_at.setdefault(fault.node, []).append(fault)

    def _known(self, name: str) -> str:
        if name not in self.graph.nodes:
            raise UsageError(f"no node is named '{name}'.{nearest(name, self.graph.nodes)}")
        return name


def run(graph: Graph, *, values: Mapping[str, Any] | None = None, seed: Any = None) -> Run:
    """Both passes of `graph`, carried out.

    Args:
        graph: what to run.
        values: other values for some nodes, by name, as for `Run`.
        seed: the gradient to start backward with, of the output's shape; a scalar has 1.

    Raises:
        UsageError: the output is not a scalar and there is no seed, or something does not fit.
    """
    output = graph.nodes[graph.output]
    if seed is None and output.shape:
        raise UsageError(
            f"the output '{graph.output}' has shape {output.shape}, so backward needs a gradient "
            f"to start with: give a seed of that shape."
        )
    return Run(graph, values=values, seed=seed).finish()


def _frozen(result: Any) -> Array:
    array = np.asarray(result)
    array.setflags(write=False)
    return array


def _given_values(graph: Graph, values: Mapping[str, Any]) -> dict[str, Array]:
    for name in values:
        if name not in graph.nodes:
            raise UsageError(f"no node is named '{name}'.{nearest(name, graph.nodes)}")
    return {name: _fitting(graph, name, value, name) for name, value in values.items()}


def _leaf_values(graph: Graph, given: Mapping[str, Array]) -> dict[str, Array]:
    return {
        name: given.get(name, node.value)
        for name, node in graph.nodes.items()
        if node.value is not None
    }


def _fitting(graph: Graph, name: str, value: Any, called: str) -> Array:
    node = graph.nodes[name]
    if isinstance(value, np.ndarray) and not value.flags.writeable and value.dtype == node.dtype:
        array: Array = value
    else:
        array = _converted(value, node, called)
    if array.shape != node.shape:
        raise UsageError(f"{called} has shape {array.shape}, '{name}' has {node.shape}.")
    return array


def _converted(value: Any, node: Node, called: str) -> Array:
    try:
        return leaf_array(value, "input", node.dtype.name)
    except Mismatch as error:
        raise UsageError(f"{called}: {error}") from None
