"""What the run looked like when the cursor stood there: a window on the run, not a copy.

Making one costs the same on ten nodes and on a hundred thousand, and it stays true while the run
grows, because a run only grows: everything is looked up "as of" the cursor.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from graphtui.engine.execute import Contribution, Fault, Run, Step
from graphtui.engine.plan import Phase, Task
from graphtui.graph.graph import Graph
from graphtui.ops.linear_map import Array

if TYPE_CHECKING:
    from graphtui.debugger.compare.beside import Beside
    from graphtui.debugger.stops.breakpoints import Breakpoint
    from graphtui.debugger.watches.watches import WatchRow


class NodeState(StrEnum):
    """How far a node is, at the cursor."""

    GIVEN = "given"
    """A leaf: its value is there from the start."""
    WAITING = "waiting"
    """Forward has not come here."""
    CURRENT = "current"
    """The last step was this node's."""
    DONE = "done"
    """Its value is there."""
    SENT = "sent"
    """Its backward step is done: what it received has been passed on."""


class Reason(NamedTuple):
    """Why the run stopped: a breakpoint, or a catch."""

    breakpoint: int
    """Its number; 0 for a catch."""
    catch: str
    """Its name; "" for a breakpoint."""
    message: str
    """Which it is, and the values that made it true."""


class Stop(NamedTuple):
    """A step at which breakpoints or catches stop."""

    step: int
    reasons: tuple[Reason, ...]
    """At least one."""

    @property
    def message(self) -> str:
        """Every reason, in one line."""
        return "; ".join(reason.message for reason in self.reasons)


class Snapshot(NamedTuple):
    """Everything known at the cursor."""

    run: Run
    """The run; ask the snapshot, which knows where the cursor stands."""
    cursor: int
    """How many steps are done, from 0."""
    focus: str
    """The node looked at."""
    folded: frozenset[str] = frozenset()
    """Groups and runs drawn as one box."""
    message: str = ""
    """What the last command says."""
    stop: Stop | None = None
    """Why it is a stop here; None where only a command, or an end of the timeline, stopped."""
    breakpoints: Mapping[int, Breakpoint] = MappingProxyType({})
    """What is set, by number."""
    watched: tuple[WatchRow, ...] = ()
    """What is watched."""
    before: Run | None = None
    """The run as it was before an edit, while something in this one is stale."""
    before_cursor: int = 0
    """How far the cursor had come in it."""
    beside: Beside | None = None
    """A run to hold this moment against."""
    matches: frozenset[str] = frozenset()
    """The nodes that were found when something was last looked for."""
    lit: frozenset[str] | None = None
    """The nodes on a path from the focus to the output; None where paths are not lit."""
    hops: int | None = None
    """How many boxes from the focus something may be to be shown; None shows everything."""
    framed: bool = False
    """Whether groups that are open have frames."""

    @property
    def graph(self) -> Graph:
        """What is being run."""
        return self.run.graph

    @property
    def total(self) -> int:
        """How many steps the timeline has."""
        return len(self.run.plan.tasks)

    @property
    def step(self) -> Step | None:
        """The step just done; None at the start."""
        return self.run.steps[self.cursor - 1] if self.cursor else None

    @property
    def next_task(self) -> Task | None:
        """What the next step would do; None at the end."""
        if self.cursor == self.total or (self.step and self.step.error is not None):
            return None
        return self.run.plan.tasks[self.cursor]

    @property
    def phase(self) -> Phase:
        """The pass that the cursor stands in."""
        return self.step.phase if self.step else Phase.FORWARD

    def value(self, name: str) -> Array | None:
        """The value of a node; None where forward has not come there."""
        known = self.run.plan.forward_step.get(name, 0) <= self.cursor
        return self.run.value(name) if known else None

    def received(self, name: str) -> tuple[Contribution, ...]:
        """The contributions that a node has received, in the order of arrival."""
        return self.run.received(name, self.cursor)

    def arrived(self, name: str) -> int:
        """How many contributions a node has received."""
        return self.run.arrived(name, self.cursor)

    def gradient(self, name: str) -> Array | None:
        """What a node has received so far, summed in order of arrival; None is "not yet", not 0."""
        return self.run.gradient(name, self.cursor)

    def stale_value(self, name: str) -> Array | None:
        """The value that an edit has made stale: known before it, and not computed again yet."""
        if self.before is None or self.run.value(name) is not None:
            return None
        return Snapshot(self.before, self.before_cursor, name).value(name)

    def stale_gradient(self, name: str) -> Array | None:
        """The gradient that an edit has made stale: known before it, and nothing of it since."""
        if self.before is None or self.run.gradient(name) is not None:
            return None
        return Snapshot(self.before, self.before_cursor, name).gradient(name)

    def expected(self, name: str) -> int:
        """How many contributions a node will have received at the end."""
        return self.run.plan.expects.get(name, 0)

    def complete(self, name: str) -> bool:
        """Whether a node's gradient is final: everything it will receive has arrived."""
        if name == self.graph.output:
            return 0 < self.run.plan.seed_step <= self.cursor
        return 0 < self.expected(name) == self.arrived(name)

    def sent(self, name: str) -> tuple[Contribution, ...]:
        """What a node's backward step sent to its inputs; nothing before that step."""
        done = self.run.plan.backward_step.get(name, self.cursor + 1) <= self.cursor
        return self.run.contributions(name) if done else ()

    def state(self, name: str) -> NodeState:
        """How far a node is."""
        plan = self.run.plan
        if self.step is not None and self.step.node == name:
            return NodeState.CURRENT
        if plan.backward_step.get(name, self.cursor + 1) <= self.cursor:
            return NodeState.SENT
        if name not in plan.forward_step:
            return NodeState.GIVEN
        return NodeState.DONE if plan.forward_step[name] <= self.cursor else NodeState.WAITING

    def faults(self, name: str) -> tuple[Fault, ...]:
        """The faults at a node, up to the cursor."""
        return tuple(fault for fault in self.run.faults_at(name) if fault.step <= self.cursor)
