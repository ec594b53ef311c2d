"""When an expression changed on a run, and to what: facts that going back does not change.

The plan says which steps can change it; each of them is looked at once, in order. Which expressions
are watched, and what is said about them at the cursor, is for `watches`.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from graphtui.debugger.expressions.expression import Expression, reason
from graphtui.debugger.norms import norm
from graphtui.debugger.same import same
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.breakpoint_steps import touching_steps
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.ops.linear_map import Array

Result: TypeAlias = Array | bool | str | None
"""What an expression comes to at a step: None is absent, a text says why there is no answer."""

MOST_POINTS = 1000
"""Points of a series; a longer one is thinned."""
MOST_KEPT = 2**22
"""Bytes of results that are kept; any other is computed again where the cursor stands."""

_NOT_KEPT = object()


class History:
    """The results of `expression` on `run`, as far as was looked.

    It does not hold on to the run, which every question has to bring along.
    """

    def __init__(self, expression: Expression, run: Run) -> None:
        self.expression = expression
        self.steps = touching_steps(expression, run.graph, run.plan)
        """The only steps at which it can change, ascending."""
        self.changed = array("q")
        """The steps at which it did, and the start."""
        self._kept: list[Any] = []
        self._room = MOST_KEPT
        self._last: Result = None
        self._next = 0
        self._points = array("d")
        self._points_at = array("q")
        self._thinned: tuple[int, tuple[float, ...]] = (0, ())
        self._enter(0, result_at(expression, Snapshot(run, 0, "")))

    def look(self, run: Run, by: int, interrupted: Callable[[], bool]) -> bool:
        """Look at every step up to the one numbered `by`; False if interrupted before that."""
        steps = self.steps
        while self._next < len(steps) and steps[self._next] <= by:
            if interrupted():
                return False
            step = steps[self._next]
            self._enter(step, result_at(self.expression, Snapshot(run, step, "")))
            self._next += 1
        return True

    def result(self, snapshot: Snapshot) -> Result:
        """What it comes to at the cursor, up to which was looked."""
        change = bisect_right(self.changed, snapshot.cursor) - 1
        kept = self._kept[change]
        if kept is _NOT_KEPT:
            last = change == len(self._kept) - 1
            return self._last if last else result_at(self.expression, snapshot)
        return np.asarray(kept) if isinstance(kept, np.generic) else kept

    def changes(self, by: int) -> int:
        """How often it changed, up to the step `by`."""
        return max(bisect_right(self.changed, by) - 1, 0)

    def last_change(self, by: int) -> int:
        """The last step up to `by` at which it changed; 0 if there is none."""
        return self.changed[self.changes(by)]

    def can_change(self, step: int) -> bool:
        """Whether the step is one at which it can change."""
        index = bisect_left(self.steps, step)
        return index < len(self.steps) and self.steps[index] == step

    def series(self, by: int) -> tuple[float, ...]:
        """A number for every change up to the step `by`, thinned to at most `MOST_POINTS`."""
        count = bisect_right(self._points_at, by)
        if count != self._thinned[0]:
            self._thinned = count, thinned(self._points[:count])
        return self._thinned[1]

    def _enter(self, step: int, result: Result) -> None:
        if step and same(result, self._last):
            return
        self._last = result
        self.changed.append(step)
        self._kept.append(self._keepable(result))
        if (point := number_of(result)) is not None:
            self._points.append(point)
            self._points_at.append(step)

    def _keepable(self, result: Result) -> Any:
        if not isinstance(result, np.ndarray):
            return result
        if result.nbytes > self._room:
            return _NOT_KEPT
        self._room -= result.nbytes
        if not result.ndim:
            return result[()]  # a third of the memory of an array without axes
        # A part of an array keeps all of it in memory.
        return result if result.base is None else result.copy()


def result_at(expression: Expression, snapshot: Snapshot) -> Result:
    """What the expression comes to at the cursor, or why it has no answer there."""
    try:
        return expression.evaluate(snapshot)
    except CommandError as error:
        return reason(error, expression.text)


def number_of(result: Result) -> float | None:
    """A result as a point of a series: itself, or the norm of an array; None if it is no number.

    >>> number_of(np.array([3.0, 4.0])), number_of(np.array(-2)), number_of(True), number_of(None)
    (5.0, -2.0, 1.0, None)
    """
    if result is None or isinstance(result, str):
        return None
    if isinstance(result, bool) or not result.ndim:
        return float(result)
    return norm(result)


def thinned(values: array[float]) -> tuple[float, ...]:
    """At most `MOST_POINTS` of `values`, in order, from which the same series is drawn.

    The first and the last one stay, and of each of many equal parts the smallest, the largest and
    the first that is not finite. So the extremes of all stay, too.

    >>> thinned(array("d", [1, 5, 2]))
    (1.0, 5.0, 2.0)
    """
    if len(values) <= MOST_POINTS:
        return tuple(values)
    numbers = np.frombuffer(values)
    parts = (MOST_POINTS - 2) // 3
    length = -(-len(numbers) // parts)
    padding = np.full(parts * length - len(numbers), numbers[-1])
    table = np.concatenate((numbers, padding)).reshape(parts, length)
    finite = np.isfinite(table)
    within = (
        np.where(finite, table, np.inf).argmin(axis=1),
        np.where(finite, table, -np.inf).argmax(axis=1),
        (~finite).argmax(axis=1),
    )
    start = np.arange(parts) * length
    chosen = np.unique(np.concatenate(([0], *(start + each for each in within))))
    chosen = chosen[chosen < len(numbers) - 1]
    found: list[float] = numbers[chosen].tolist()
    return (*found, float(numbers[-1]))
