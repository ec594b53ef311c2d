"""Carry out a plan, one step at a time, keeping everything it produced.

The loop is the chain rule and nothing else: a node's gradient is the sum of what it received, and
each of its inputs is sent `local.pullback(upstream)`. Nothing here knows about breakpoints or going
back: a caller that wants the past looks it up, because a run only grows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphtui.engine.faults import FaultLog
from graphtui.engine.given import given_gradients, given_values, leaf_values, seed_array
from graphtui.engine.partial_sums import PartialSums
from graphtui.engine.plan import Phase, Plan, Task, plan
from graphtui.engine.reuse import Results, first_changed_step
from graphtui.engine.steps import Contribution, Fault, Step
from graphtui.errors import UsageError, nearest
from graphtui.graph.graph import Graph
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Leaf

__all__ = ["Contribution", "Fault", "Run", "Step", "run"]

_FORWARD, _BACKWARD = Phase.FORWARD, Phase.BACKWARD  # an enum looks its members up in Python


class Run:
    """What happened when a graph was executed; it only grows.

    Args:
        graph: what to run.
        values: other values for some nodes, by name; a read-only array is used as it is, anything
            else is copied. That of a computed node takes the place of what its op gives: its
            forward step yields it, and everything behind, both ways, goes on from it.
        gradients: other gradients for some nodes that pass one on, by name. What such a node
            receives is recorded as ever; once that is complete, its gradient is the one given, and
            that is what it passes on. For the output it is the seed.
        seed: the gradient of the output to start backward with; a scalar output has 1. Without one,
            an output that is not a scalar gets a forward pass only.
        schedule: the plan of an earlier run of the same graph and seed, to save making it again.
        base: an earlier run, of this graph or one much like it. A step that would read the very
            arrays that it read there is not computed again, and what the base has done before the
            first difference is done here from the start.

    Raises:
        UsageError: a name, shape or dtype in `values`, `gradients` or `seed` does not fit.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        values: Mapping[str, Any] | None = None,
        gradients: Mapping[str, Any] | None = None,
        seed: Any = None,
        schedule: Plan | None = None,
        base: Run | None = None,
    ) -> None:
        before = None if base is None else base.results
        self.graph = graph
        self.seed = seed_array(graph, (gradients or {}).get(graph.output, seed), before)
        floating = graph.nodes[graph.output].dtype.kind == "f"
        self.plan = schedule or plan(graph, backward=self.seed is not None and floating)
        self.steps: list[Step] = []
        """The steps carried out so far."""
        self.arrivals: dict[str, list[tuple[int, Contribution]]] = {}
        """For each node, the contributions it received, with the numbers of their steps."""
        self._given = given_values(graph, values or {}, before)
        self._replaced = given_gradients(graph, self.plan, gradients or {}, before)
        self._values = leaf_values(graph, self._given, before)
        self._gradients: dict[str, Array] = {}
        self._base = before
        self.results: Results = Results(
            graph,
            self.plan,
            self.seed,
            self._given,
            self._replaced,
            self.steps,
            self._values,
            self._gradients,
            self.arrivals,
        )
        """What another run may take over."""
        if before is not None:
            self._begin_as(before)
        self._anew: set[int] = set()
        self._faults = FaultLog()
        self._partial = PartialSums(self.arrivals)

    # The loop ----------------------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do: the plan is carried out, or an op raised."""
        done = len(self.steps)
        return done == len(self.plan.tasks) or (done > 0 and self.steps[-1].error is not None)

    def advance(self) -> Step:
        """The next step, carried out."""
        assert not self.ended, "a caller asks `ended` first"
        task = self.plan.tasks[len(self.steps)]
        with np.errstate(all="ignore"):  # a NaN is found in the numbers; no warning hits the screen
            return self._carry_out(task)

    def finish(self) -> Run:
        """This run, carried out to its end."""
        tasks = () if self.ended else self.plan.tasks[len(self.steps) :]
        with np.errstate(all="ignore"):
            for task in tasks:
                if self._carry_out(task).error is not None:
                    break
        return self

    def _carry_out(self, task: Task) -> Step:
        number = len(self.steps) + 1
        phase, name = task
        if self._base is not None:
            as_before = self._base.again(self.results, task)
            if as_before is not None:
                return self._take_over(self._base, as_before)
            self._anew.add(number)
        value: Array | None = None
        contributions: tuple[Contribution, ...] = ()
        error: Exception | None = None
        try:
            if phase is _FORWARD:
                given = self._given.get(name)
                value = self._values[name] = self._forward(name) if given is None else given
            elif phase is _BACKWARD:
                contributions = self._backward(number, name)
            else:
                value = self._gradients[name] = self._seed()
        except Exception as raised:
            error = raised.with_traceback(None)  # whose frames would keep this run alive
        step = Step(number, phase, name, value, contributions, error)
        self.steps.append(step)
        return step

    def _begin_as(self, base: Results) -> None:
        """Take over what `base` has done before the first difference, without looking at it."""
        for step in base.steps[: first_changed_step(self.results, base) - 1]:
            if step.error is None:
                self._take_over(base, step)

    def _take_over(self, base: Results, step: Step) -> Step:
        """The step as it was done in `base`, done here."""
        number, phase, name, value, contributions, _ = step
        at = len(self.steps) + 1
        if phase is Phase.FORWARD:
            assert value is not None, "a forward step without an error has a value"
            self._values[name] = value
        elif phase is Phase.SEED:
            self._gradients[name] = self._seed()
        for contribution in contributions:
            source = contribution.edge.source
            self._receive(at, source, contribution)
            total = base.sum_of(source, self.arrivals[source])
            if total is not None:
                self._gradients[source] = total
        taken = step if number == at else step._replace(number=at)
        self.steps.append(taken)
        return taken

    def _seed(self) -> Array:
        assert self.seed is not None, "without a seed, no backward pass is planned"
        return self.seed

    def _forward(self, name: str) -> Array:
        node = self.graph.nodes[name]
        assert not isinstance(node.op, Leaf)
        inputs = map(self._values.__getitem__, node.inputs)
        return _frozen(node.op.forward(*inputs, **node.attrs))

    def _backward(self, number: int, name: str) -> tuple[Contribution, ...]:
        node = self.graph.nodes[name]
        values = self._values
        assert not isinstance(node.op, Leaf)
        upstream = self._replaced.get(name)
        if upstream is None:
            upstream = self._gradients[name]
        maps = node.op.local(values[name], *map(values.__getitem__, node.inputs), **node.attrs)
        sent = []
        for edge in self.plan.edges[name]:
            source, _, slot = edge
            local = maps[slot]
            assert local is not None, f"{node.op.name} promised a gradient for input {slot}"
            downstream = _frozen(local.pullback(upstream))
            dtype = values[source].dtype
            if downstream.dtype != dtype:  # mixed precision: a gradient has its value's
                downstream = _frozen(downstream.astype(dtype))
            contribution = Contribution(edge, upstream, local, downstream)
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

    def gradient(self, name: str, by: int | None = None) -> Array | None:
        """The gradient ∂output/∂node, read-only, of the value's shape; None if none arrived.

        With `by`, it is that of what had arrived by the step of that number.
        """
        arrived = self.arrivals.get(name, ())
        if by is not None:
            if name == self.graph.output and by < self.plan.seed_step:
                return None
            if (count := self.arrived(name, by)) < len(arrived):
                return self._partial.of_first(count, name) if count else None
        if name in self._replaced and len(arrived) == self.plan.expects[name]:
            return self._replaced[name]
        return self.total(name)

    def total(self, name: str) -> Array | None:
        """The sum of all that has arrived, whatever gradient was given; for the output, the seed.

        It is None where nothing has.
        """
        return self._gradients.get(self._known(name))

    @property
    def given(self) -> Mapping[str, Array]:
        """The values that were given to the run, by node."""
        return self._given

    @property
    def replaced(self) -> Mapping[str, Array]:
        """The gradients that were given to the run, by node; that of the output is its seed."""
        return self._replaced

    def contributions(self, name: str) -> tuple[Contribution, ...]:
        """What the backward step at `name` sent, one for each input that can receive."""
        number = self.plan.backward_step.get(self._known(name), 0)
        return self.steps[number - 1].contributions if 0 < number <= len(self.steps) else ()

    def received(self, name: str, by: int | None = None) -> tuple[Contribution, ...]:
        """What `name` received up to the step numbered `by`, in the order of arrival."""
        arrived = self.arrivals.get(self._known(name), [])
        first = arrived if by is None else arrived[: self.arrived(name, by)]
        return tuple(contribution for _, contribution in first)

    def arrived(self, name: str, by: int) -> int:
        """How many contributions `name` had received by the step of that number."""
        return self._partial.count(self._known(name), by)

    # What is as it was -----------------------------------------------------------------------

    @property
    def recomputed(self) -> int:
        """How many steps were computed here, rather than taken over from the base."""
        return len(self.steps) if self._base is None else len(self._anew)

    def reused(self, step: int) -> bool:
        """Whether the step of that number was taken over from the base."""
        return self._base is not None and step <= len(self.steps) and step not in self._anew

    def first_difference(self, base: Run) -> int:
        """The number of the first step that may give something else than in `base`.

        It is told from the graphs and from what was given: the first step that reads a changed
        leaf, whose node is changed, or that passes a changed gradient on. Where there is none, it
        is one more than there are steps.
        """
        return first_changed_step(self.results, base.results)

    # What went wrong ---------------------------------------------------------------------------

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault so far, in timeline order; each step is examined once, when this is asked."""
        self._faults.look(self.results)
        return tuple(self._faults.found)

    def faults_at(self, name: str) -> Sequence[Fault]:
        """The faults at the node called `name`, in timeline order."""
        self._faults.look(self.results)
        return self._faults.at.get(self._known(name), ())

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
