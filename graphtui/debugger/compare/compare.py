"""Two runs node by node, matched by name: what differs, by how much, and where it begins.

It serves two branches of one session, two files, and one file in two dtypes. How far two arrays are
apart is for `change`, how it looks for the view.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from graphtui.debugger.compare.change import PENDING, Change, Level, change
from graphtui.debugger.rounding import Summed
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError
from graphtui.graph.wording import counted, listed, quoted
from graphtui.ops.linear_map import Array, Shape

INTERVAL = 1024
"""How many nodes are compared between two questions whether to stop."""


class Row(NamedTuple):
    """One node that both runs have, with one shape."""

    node: str
    value: Change
    gradient: Change | None
    """None where no gradient flows on either side."""

    @property
    def level(self) -> Level:
        """The worse of its two levels."""
        if self.gradient is None:
            return self.value.level
        return max(self.value.level, self.gradient.level, key=lambda level: level.rank)


class Reshaped(NamedTuple):
    """A node that both runs have, with two shapes."""

    node: str
    a: Shape
    b: Shape


class OtherOp(NamedTuple):
    """A node that both runs have, computed by two ops; by itself this is no difference."""

    node: str
    a: str
    b: str


@dataclass(frozen=True)
class Comparison:
    """How a second run differs from a first one."""

    rows: tuple[Row, ...]
    """Every node of both, in the order of the first run's timeline, leaves in front."""
    backward: tuple[str, ...]
    """The names of those that receive a gradient, in the order in which backward completes it."""
    only_a: tuple[str, ...]
    """Nodes that the second run has not."""
    only_b: tuple[str, ...]
    """Nodes that the first run has not."""
    reshaped: tuple[Reshaped, ...]
    """Nodes whose shapes differ, so that their numbers cannot be held against each other."""
    other_ops: tuple[OtherOp, ...]
    tolerance: float | None
    """The relative change that counts as slight; None means by dtype."""

    @cached_property
    def by_name(self) -> Mapping[str, Row]:
        """The row of each node."""
        return {row.node: row for row in self.rows}

    @property
    def differing(self) -> tuple[Row, ...]:
        """The rows in which something differs."""
        return tuple(row for row in self.rows if row.level.differs)

    @property
    def same(self) -> bool:
        """Whether nothing differs by more than the tolerance, as far as it could be compared."""
        return not (self.only_a or self.only_b or self.reshaped or self.differing)

    @cached_property
    def values(self) -> Counter[Level]:
        """How many values there are of each level."""
        return Counter(row.value.level for row in self.rows)

    @cached_property
    def gradients(self) -> Counter[Level]:
        """How many gradients there are of each level."""
        return Counter(row.gradient.level for row in self.rows if row.gradient is not None)

    def first_divergence(self, phase: Phase) -> str | None:
        """The first node in the order of that pass that differs; None where none does.

        Forward, that is by its value, leaves coming first. Backward, by its gradient, in the order
        in which gradients are complete, from the loss on.
        """
        if phase is Phase.FORWARD:
            return next((row.node for row in self.rows if row.value.level.differs), None)
        rows = (self.by_name[name].gradient for name in self.backward)
        for name, gradient in zip(self.backward, rows, strict=True):
            if gradient is not None and gradient.level.differs:
                return name
        return None

    @property
    def sentence(self) -> str:
        """The whole comparison in plain words."""
        return " ".join(_sentences(self))


def compare(
    a: Run | Snapshot,
    b: Run | Snapshot,
    *,
    tolerance: float | None = None,
    interrupted: Callable[[], bool] = lambda: False,
) -> Comparison:
    """How `b` differs from `a`, each as far as it has come, or as of its cursor.

    Args:
        a: the first run: before a change, or the one that is trusted.
        b: the second run; an array that both hold costs nothing.
        tolerance: the relative change up to which a difference is slight; None means by dtype.
        interrupted: asked now and then whether to stop.

    Raises:
        CommandError: it was interrupted.
    """
    first, second = _side(a), _side(b)
    mine, others = first.run.graph.nodes, second.run.graph.nodes
    common = [name for name in _timeline(first.run) if name in others]
    shared = [name for name in common if mine[name].shape == others[name].shape]
    rows: list[Row] = []
    for number, name in enumerate(shared):
        if number % INTERVAL == 0 and interrupted():
            raise CommandError("the comparison was interrupted.")
        value = _value(first, second, name, tolerance)
        rows.append(Row(name, value, _gradient(first, second, name, tolerance)))
    received = {row.node for row in rows if row.gradient is not None}
    order = dict.fromkeys((*first.completion, *second.completion))
    return Comparison(
        rows=tuple(rows),
        backward=tuple(name for name in order if name in received),
        only_a=tuple(name for name in mine if name not in others),
        only_b=tuple(name for name in others if name not in mine),
        reshaped=tuple(
            Reshaped(name, mine[name].shape, others[name].shape)
            for name in common
            if mine[name].shape != others[name].shape
        ),
        other_ops=tuple(
            OtherOp(name, mine[name].op.name, others[name].op.name)
            for name in common
            if mine[name].op.name != others[name].op.name
        ),
        tolerance=tolerance,
    )


# One node ---------------------------------------------------------------------------------------


def row_at(
    a: Run | Snapshot,
    a_past: Past,
    b: Run | Snapshot,
    b_past: Past,
    name: str,
) -> Row | None:
    """How `b` differs from `a` at one node; None where they do not both have it, with one shape.

    What `past` finds of each run, once for all nodes, is given.
    """
    first, second = _side(a, a_past), _side(b, b_past)
    mine, theirs = first.run.graph.nodes.get(name), second.run.graph.nodes.get(name)
    if mine is None or theirs is None or mine.shape != theirs.shape:
        return None
    return Row(name, _value(first, second, name, None), _gradient(first, second, name, None))


class Past(NamedTuple):
    """What is found out once for all the nodes of a run."""

    completion: Mapping[str, int]
    """For each node that receives a gradient, the step that completes it, in order."""
    summed: Summed
    """How large what was summed to each gradient is."""


def past(run: Run) -> Past:
    """What a comparison has to know of a run besides its numbers."""
    return Past(completion(run), Summed(run))


class _Side(NamedTuple):
    """A run up to a cursor."""

    run: Run
    cursor: int
    past: Past

    @property
    def completion(self) -> Mapping[str, int]:
        return self.past.completion

    def value(self, name: str) -> Array | None:
        known = self.run.plan.forward_step.get(name, 0) <= self.cursor
        return self.run.value(name) if known else None

    def gradient(self, name: str) -> Array | None:
        """The gradient once it is complete: a sum of some contributions is like no other."""
        known = self.completion[name] <= self.cursor
        return self.run.gradient(name) if known else None

    def raised(self, name: str) -> str:
        """What was raised where `name` should have got its value; "" where nothing was."""
        number = self.run.plan.forward_step.get(name, 0)
        if not 0 < number <= min(self.cursor, len(self.run.steps)):
            return ""
        error = self.run.steps[number - 1].error
        return repr(error) if error is not None else ""


def _side(run: Run | Snapshot, known: Past | None = None) -> _Side:
    cursor = run.cursor if isinstance(run, Snapshot) else len(run.steps)
    run = run.run if isinstance(run, Snapshot) else run
    return _Side(run, cursor, past(run) if known is None else known)


def completion(run: Run) -> dict[str, int]:
    """For each node that receives a gradient, the step that completes it, in their order."""
    plan, nodes = run.plan, run.graph.nodes
    if not plan.seed_step:
        return {}
    left = dict(plan.expects)
    done = {run.graph.output: plan.seed_step}
    for name, slots in plan.sends.items():
        for slot in slots:
            source = nodes[name].inputs[slot]
            left[source] -= 1
            if not left[source]:
                done[source] = plan.backward_step[name]
    return done


def _timeline(run: Run) -> Iterator[str]:
    """The leaves, then every computed node in the order of its step."""
    yield from (name for name, node in run.graph.nodes.items() if node.is_leaf)
    yield from run.plan.forward_step


def _value(a: _Side, b: _Side, name: str, tolerance: float | None) -> Change:
    first, second = a.value(name), b.value(name)
    if first is not None and second is not None:
        return change(first, second, tolerance)
    raised = a.raised(name), b.raised(name)
    if raised[0] == raised[1]:
        return PENDING
    return PENDING._replace(level=Level.NEW_FAULT if raised[1] else Level.FAULT_GONE)


def _gradient(a: _Side, b: _Side, name: str, tolerance: float | None) -> Change | None:
    flows = (name in a.completion) + (name in b.completion)
    if flows < 2:
        return PENDING._replace(level=Level.ONE_SIDED) if flows else None
    first, second = a.gradient(name), b.gradient(name)
    if first is None or second is None:
        return PENDING

    def summed() -> float:
        return max(a.past.summed.scale(name), b.past.summed.scale(name))

    return change(first, second, tolerance, summed)


# Words ------------------------------------------------------------------------------------------


def _sentences(comparison: Comparison) -> Iterator[str]:
    values, gradients = comparison.values, comparison.gradients
    starts = [
        f"{phase} at {quoted(name)}"
        for phase in (Phase.FORWARD, Phase.BACKWARD)
        if (name := comparison.first_divergence(phase)) is not None
    ]
    if starts:
        yield f"The first difference is {' and '.join(starts)}."
        yield f"{_differ(values, 'value')}, {_differ(gradients, 'gradient')}."
    elif not comparison.rows:
        yield "No node has a counterpart of its name and shape."
    else:
        found = [_tally(values, "value"), _tally(gradients, "gradient")]
        other = comparison.only_a or comparison.only_b or comparison.reshaped
        what = "The structure differs, and no number" if other else "No number differs"
        yield f"{what}: {' and '.join(found)} compared."
    for which, names in (("first", comparison.only_a), ("second", comparison.only_b)):
        if names:
            yield f"Only in the {which} run: {listed(names, 4)}."
    if comparison.reshaped:
        yield f"With another shape: {listed((row.node for row in comparison.reshaped), 4)}."


def _differ(levels: Counter[Level], noun: str) -> str:
    differing = sum(count for level, count in levels.items() if level.differs)
    return f"{differing:,} of {_tally(levels, noun)} differ"


def _tally(levels: Counter[Level], noun: str) -> str:
    """How many there are, and how many of them differ slightly or are still to come."""
    words = counted(levels.total(), noun)
    notes = [f"{levels[Level.SLIGHT]:,} slightly apart"] if levels[Level.SLIGHT] else []
    notes += [f"{levels[Level.PENDING]:,} not there yet"] if levels[Level.PENDING] else []
    return f"{words} ({', '.join(notes)})" if notes else words


def nothing_differs(comparison: Comparison, phases: Collection[Phase]) -> str:
    """That nothing differs in those passes, as far as it is known, and what there is to do then."""
    forward = comparison.values[Level.PENDING] if Phase.FORWARD in phases else 0
    backward = comparison.gradients[Level.PENDING] if Phase.BACKWARD in phases else 0
    where = "" if len(phases) > 1 else f" {next(iter(phases))}"
    if not forward and not backward:
        return f"nothing differs{where}."
    counts = ((forward, "value"), (backward, "gradient"))
    left = " and ".join(counted(number, noun) for number, noun in counts if number)
    are = "is" if forward + backward == 1 else "are"
    go = "backward" if backward else "forward"
    return f"nothing differs{where} so far, but {left} {are} not there yet. Go on with `{go}`."
