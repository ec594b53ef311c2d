"""What the last step changed, and nothing else: a value that came, gradients that grew.

What the whole run looks like at the cursor is the snapshot's business.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np

from graphtui.debugger.same import differing
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.plan import Phase
from graphtui.ops.linear_map import Array


class What(StrEnum):
    """What of a node changed."""

    VALUE = "value"
    GRADIENT = "gradient"


class StepChange(NamedTuple):
    """One thing that the last step changed."""

    node: str
    what: What
    old: Array | None
    """What it was one step before; None is "not yet"."""
    new: Array
    """What it is, of the same shape and dtype."""
    arrived: int
    """How many contributions are in `new`; 0 for a value, and for the seed."""
    expected: int
    """How many there will be."""

    differing: int
    """How many elements differ, bit for bit, NaN being equal to NaN; all, if none was there."""
    first: tuple[int, ...] | None
    """The index of the first one that does; None if none does."""

    @property
    def complete(self) -> bool:
        """Whether nothing will be added any more."""
        return self.arrived == self.expected


class StepDiff(NamedTuple):
    """Everything that the last step changed."""

    changes: tuple[StepChange, ...]


def step_diff(snapshot: Snapshot) -> tuple[StepChange, ...]:
    """What the step behind which the cursor stands changed; nothing at the start.

    A forward step gives one value, the seed a gradient to the output, and a backward step adds to
    the gradient of each input that it sent to, in the order of the inputs. A gradient that a
    contribution of 0 was added to is among them.
    """
    step = snapshot.step
    if step is None:
        return ()
    name, run = step.node, snapshot.run
    if step.phase is not Phase.BACKWARD:
        forward = step.phase is Phase.FORWARD
        new = snapshot.value(name) if forward else snapshot.gradient(name)
        what = What.VALUE if forward else What.GRADIENT
        return () if new is None else (_change(name, what, None, new),)
    before = Snapshot(run, step.number - 1, "")
    inputs = snapshot.graph.nodes[name].inputs
    found = []
    for source in dict.fromkeys(inputs[slot] for slot in run.plan.sends[name]):
        arrived = snapshot.arrived(source)
        new = snapshot.gradient(source)
        # A step that raised may have sent to its first inputs, and only to these.
        if new is not None and arrived > before.arrived(source):
            old, expected = before.gradient(source), snapshot.expected(source)
            found.append(_change(source, What.GRADIENT, old, new, arrived, expected))
    return tuple(found)


def _change(
    name: str, what: What, old: Array | None, new: Array, arrived: int = 0, expected: int = 0
) -> StepChange:
    different = np.ones(new.shape, bool) if old is None else differing(old, new)
    count = int(np.count_nonzero(different))
    place = np.unravel_index(int(different.argmax()), new.shape) if count else None
    first = None if place is None else tuple(map(int, place))
    return StepChange(name, what, old, new, arrived, expected, count, first)
