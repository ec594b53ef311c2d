"""Where a condition is met on a run, as far as was looked: facts that going back does not change.

Nothing here counts, arms or stops: `stops` does that, from these facts alone, so that every walk
finds the same stops. A step is looked at once, in order; most steps are never looked at, because a
breakpoint knows from the plan which ones it can be hit at.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from graphtui.debugger.expressions.expression import Expression, compile_expression
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.breakpoint_steps import condition_of, steps_to_look_at
from graphtui.debugger.stops.breakpoints import Breakpoint, Kind
from graphtui.debugger.stops.data_watches import data_watch
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.graph.wording import quoted

MOST_LOGGED = 64
"""Elements of the largest array that a log keeps; of a larger one it keeps the shape."""


class Hits:
    """The steps at which a condition is met.

    Args:
        steps: the only steps at which it can be, ascending.
        met: whether it is, right behind such a step; asked once for each, in order.
    """

    def __init__(self, steps: Sequence[int], met: Callable[[int], bool]) -> None:
        self.steps = steps
        self.found: list[int] = []
        """The steps at which it is met, as far as was looked."""
        self._met = met
        self._next = 0

    def look(self, by: int, interrupted: Callable[[], bool]) -> None:
        """Look at every step up to the one numbered `by`, or until interrupted."""
        steps = self.steps
        while self._next < len(steps) and steps[self._next] <= by and not interrupted():
            if self._met(steps[self._next]):
                self.found.append(steps[self._next])
            self._next += 1

    def next_step(self, after: int) -> int | None:
        """The first step behind `after` at which it can be met; None if there is none."""
        index = bisect_right(self.steps, after)
        return self.steps[index] if index < len(self.steps) else None

    def number(self, step: int, since: int) -> int:
        """Which hit behind the step `since` that step is, from 1; 0 if it is none."""
        index = bisect_left(self.found, step)
        if step <= since or index == len(self.found) or self.found[index] != step:
            return 0
        return index - bisect_right(self.found, since) + 1

    def nth(self, number: int, since: int) -> int:
        """The step of the hit of that number behind `since`; 0 if it is not known."""
        index = bisect_right(self.found, since) + number - 1
        return self.found[index] if index < len(self.found) else 0

    def count(self, since: int, by: int) -> int:
        """How many hits there are behind `since`, up to the step `by`."""
        return max(bisect_right(self.found, by) - bisect_right(self.found, since), 0)


class Watching:
    """One breakpoint on one run: its hits, the reasons for them, and what it has recorded.

    Raises:
        CommandError: an expression cannot be read, or no step can ever meet it.
    """

    def __init__(self, breakpoint: Breakpoint, run: Run) -> None:
        self.run = run
        self.logged: dict[int, Any] = {}
        """What a log found at each hit: a number, a truth, nested lists of them, text that says why
        there is no number, or None where it is absent."""
        self._watch = data_watch(breakpoint.target, run)
        self._condition = condition_of(breakpoint, run.graph)
        self._log = compile_expression(breakpoint.log, run.graph) if breakpoint.log else None
        free = breakpoint.target is None
        self._becomes = free and self._log is None and not _reads_step(self._condition)
        self._was_true = False
        deciding = self._log or self._condition
        steps = steps_to_look_at(breakpoint, deciding, run.graph, run.plan)
        if not steps:
            raise CommandError(_never(breakpoint, run))
        if self._becomes:
            self._was_true = self._holds(0)
        self.hits = Hits(steps, self._met)

    def reason(self, step: int) -> str:
        """The values that made it a hit; nothing where it stops at every step of its place."""
        said = [self._watch.reason(step)] if self._watch else []
        if self._condition:
            try:
                said.append(self._condition.explain(self._at(step)))
            except CommandError as error:
                said.append(f"the condition has no answer here: {_first_line(error)}")
        return "; ".join(said)

    def _met(self, step: int) -> bool:
        if self._watch and not self._watch.met(step):
            return False
        holds = self._holds(step)
        if self._becomes:
            holds, self._was_true = holds and not self._was_true, holds
        if holds and self._log:
            self.logged[step] = _logged(self._log, self._at(step))
        return holds

    def _holds(self, step: int) -> bool:
        """Whether the condition holds; one that has no answer is worth a stop, to be seen."""
        if self._condition is None:
            return True
        try:
            return self._condition.holds(self._at(step))
        except CommandError:
            return True

    def _at(self, step: int) -> Snapshot:
        return Snapshot(self.run, step, "")


def _reads_step(condition: Expression | None) -> bool:
    """Whether it is about what one step sent, so that each step is an occasion of its own."""
    return condition is not None and condition.reads_step


def _never(breakpoint: Breakpoint, run: Run) -> str:
    """Why no step can meet it."""
    target, plan = breakpoint.target, run.plan
    if target is None:
        return f"'{breakpoint}': no step can change this. Name a place, or read what is computed."
    name = target.name
    if target.kind is Kind.NODE and breakpoint.phase == "forward":
        return f"{quoted(name)} is given, so the forward pass never comes there."
    if target.kind is Kind.CONTRIBUTION and plan.expects.get(name):
        return f"{quoted(name)} receives only {plan.expects[name]} in all."
    if target.kind in (Kind.OP, Kind.GROUP):
        return (
            f"no step of {target} can be met{f' {breakpoint.phase}' if breakpoint.phase else ''}."
        )
    return f"no gradient reaches {quoted(name)}, so backward never comes there."


def _logged(expression: Expression, snapshot: Snapshot) -> Any:
    try:
        value = expression.evaluate(snapshot)
    except CommandError as error:
        return f"no answer: {_first_line(error)}"
    if value is None or isinstance(value, bool):
        return value
    return value.tolist() if value.size <= MOST_LOGGED else f"an array {value.shape}"


def _first_line(error: CommandError) -> str:
    return str(error).splitlines()[0]
