"""What a run can take over from an earlier one: every step that would read the very same arrays.

An array is the same when it is the same object, which costs one comparison; a step whose inputs are
the same gives the same, and so on to the end. What is given anew is compared bit for bit first, so
that giving what was there anyway changes nothing. The loop is in `execute`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from graphtui.engine.plan import Phase, Plan, Task
from graphtui.engine.steps import Contribution, Step
from graphtui.graph.graph import Graph, Node
from graphtui.ops.linear_map import Array


class Results(NamedTuple):
    """What a run was given and has found out; the containers are its own, and grow with it.

    A run that is based on another keeps only these of it, so that no chain of runs stays alive.
    """

    graph: Graph
    plan: Plan
    seed: Array | None
    given: Mapping[str, Array]
    """The values that were given for nodes."""
    replaced: Mapping[str, Array]
    """The gradients that were given for nodes, in the place of what they receive."""
    steps: Sequence[Step]
    values: Mapping[str, Array]
    sums: Mapping[str, Array]
    """For each node, the sum of what it has received; for the output, the seed."""
    arrivals: Mapping[str, Sequence[tuple[int, Contribution]]]

    def step(self, phase: Phase, name: str) -> Step | None:
        """The step that did this task; None where it was not done, or raised."""
        plan = self.plan
        if phase is Phase.FORWARD:
            number = plan.forward_step.get(name, 0)
        elif phase is Phase.BACKWARD:
            number = plan.backward_step.get(name, 0)
        else:
            number = plan.seed_step if name == self.graph.output else 0
        done = 0 < number <= len(self.steps) and self.steps[number - 1].error is None
        return self.steps[number - 1] if done else None

    def upstream(self, name: str) -> Array | None:
        """What the backward step of the node passes on, or has received so far."""
        replaced = self.replaced.get(name)
        return self.sums.get(name) if replaced is None else replaced

    def complete_gradient(self, name: str) -> Array | None:
        """The gradient of the node, where everything that it will receive has arrived."""
        arrived, expected = len(self.arrivals.get(name, ())), self.plan.expects.get(name, 0)
        return self.upstream(name) if arrived == expected else None

    def again(self, now: Results, task: Task) -> Step | None:
        """The step that did this task if it read what it would read `now`, else None.

        Whatever the task reads must be known in `now`.
        """
        phase, name = task
        found = self.step(phase, name)
        if found is None:
            return None
        if phase is Phase.FORWARD:
            given = now.given.get(name)
            if given is not None:
                return found if given is found.value else None
            same = name not in self.given and self._reads_the_same(now, name)
        elif phase is Phase.SEED:
            same = found.value is now.seed
        else:
            same = (
                self.upstream(name) is now.upstream(name)
                and self.values[name] is now.values[name]
                and self._reads_the_same(now, name)
                and self.plan.sends[name] == now.plan.sends[name]
            )
        return found if same else None

    def _reads_the_same(self, now: Results, name: str) -> bool:
        node = now.graph.nodes[name]
        if not _same_record(node, self.graph.nodes[name]):
            return False
        return all(now.values[source] is self.values[source] for source in node.inputs)

    def sum_of(self, name: str, arrived: Sequence[tuple[int, Contribution]]) -> Array | None:
        """The sum of these contributions, if it is of them, and of several, that it was made."""
        made_of = self.arrivals.get(name, ())
        if len(made_of) != len(arrived) or len(arrived) == 1:
            return None
        pairs = zip(made_of, arrived, strict=True)
        return self.sums[name] if all(one[1] is other[1] for one, other in pairs) else None


def first_changed_step(now: Results, before: Results) -> int:
    """The number of the first step that may give something else than `before`, in plain sight.

    That is told from what was given, without carrying anything out. Where there is no such step,
    it is one more than there are steps.
    """
    plan = now.plan
    found = [len(plan.tasks) + 1, *_changed_steps(now, before)]
    if plan is not before.plan:
        pairs = enumerate(zip(plan.tasks, before.plan.tasks, strict=False), start=1)
        found.extend(number for number, (one, other) in pairs if one != other)
        found.append(len(before.plan.tasks) + 1)
    if not _alike(now.seed, before.seed):
        found.append(plan.seed_step or len(plan.tasks) + 1)
    return min(found)


def _changed_steps(now: Results, before: Results) -> Iterator[int]:
    plan = now.plan
    for name, node in now.graph.nodes.items():
        if node.is_leaf:
            if not _alike(now.values[name], before.values.get(name)):
                for edge in now.graph.consumers[name]:
                    forward = edge.target not in now.given
                    steps = plan.forward_step if forward else plan.backward_step
                    yield steps.get(edge.target, len(plan.tasks) + 1)
        elif not _same_record(node, before.graph.nodes.get(name)):
            yield plan.forward_step[name]
    for name in {**now.given, **before.given}:
        if name in plan.forward_step:
            there = now.given.get(name), before.given.get(name, before.values.get(name))
            if not _alike(*there):
                yield plan.forward_step[name]
    for name in {**now.replaced, **before.replaced}:
        there = now.replaced.get(name), before.complete_gradient(name)
        if name in plan.backward_step and not _alike(*there):
            yield plan.backward_step[name]


def kept(array: Array, before: Array | None) -> Array:
    """The array that was there `before`, where `array` has the same bits; else `array`."""
    return before if before is not None and _alike(array, before) else array


def _alike(one: Array | None, other: Array | None) -> bool:
    """Whether both are the same to the last bit, so that -0.0 is not 0.0 and NaN is NaN."""
    if one is other or one is None or other is None:
        return one is other
    if (one.shape, one.dtype) != (other.shape, other.dtype):
        return False
    return one.tobytes() == other.tobytes()


def _same_record(node: Node, other: Node | None) -> bool:
    """Whether both compute the same from the same values."""
    if node is other:
        return True
    return (
        other is not None
        and node.op is other.op
        and node.inputs == other.inputs
        and node.attrs == other.attrs
    )
