"""What was set by hand in a run: values that no op gave, gradients that no contributions add up to.

Whoever explains a number asks here first, as any other reason would be false.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphtui.debugger.reasons.answer import at_index, number
from graphtui.debugger.same import differing
from graphtui.engine.execute import Run
from graphtui.engine.given import made
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array


@dataclass(frozen=True, slots=True, eq=False)
class WasSet:
    """A value or a gradient in which something was set."""

    subject: str
    """What was set, in words."""
    before: Array | None
    """What would be there otherwise; None where nothing would, as the op raises."""
    after: Array
    where: Array
    """Which elements were set to something else, as a mask of the same shape."""

    def at(self, element: int) -> bool:
        """Whether that element was, by its row-major number."""
        return bool(self.where.reshape(-1)[element])

    def words(self, element: int) -> str:
        """That an element was set, as a clause with both numbers."""
        return f"{self.subject} {self.told(element)}"

    def told(self, element: int) -> str:
        """The same without saying what was set."""
        new = number(self.after.reshape(-1)[element])
        old = "" if self.before is None else f"from {number(self.before.reshape(-1)[element])} "
        return f"was set {old}to {new}{at_index(element, self.after.shape)}"


def value_set(run: Run, name: str) -> WasSet | None:
    """What was set in the value of a node; None where it is not known, or nothing was."""
    after = run.value(name) if name in run.given else None
    return None if after is None else _set(quoted(name), made(run.graph, run.value, name), after)


def gradient_set(run: Run, name: str, by: int | None = None) -> WasSet | None:
    """What was set in the gradient of a node; None where it is not complete, or nothing was.

    Args:
        run: what was done.
        name: the node.
        by: only what had arrived by the step of that number counts.
    """
    if name not in run.replaced or len(run.arrivals.get(name, ())) < run.plan.expects[name]:
        return None
    if by is not None and run.arrived(name, by) < run.plan.expects[name]:
        return None
    return _set(f"the gradient of {quoted(name)}", run.total(name), run.replaced[name])


def is_text(run: Run, name: str, element: int) -> str:
    """What an element of a value is, as in `'x' is 1`; or was set to."""
    value = run.value(name)
    assert value is not None, "only known values are shown"
    found = value_set(run, name)
    verb = "was set to" if found is not None and found.at(element) else "is"
    return f"{quoted(name)} {verb} {number(value.reshape(-1)[element])}"


def _set(subject: str, before: Array | None, after: Array) -> WasSet | None:
    where = np.ones(after.shape, bool) if before is None else differing(before, after)
    return WasSet(subject, before, after, where) if where.any() else None
