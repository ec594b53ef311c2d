"""The debugger without a screen: a cursor on a run that can be moved both ways.

Going back moves an index and never recomputes; the ends of the timeline are stops. Every command of
the table in `commands` is a method here, and answers with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run, Step
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError, nearest
from graphtui.graph.graph import Graph

AT_START = "This is the start of the timeline."
AT_END = "This is the end of the timeline."


class DebugSession:
    """A cursor on a run of `graph`.

    Args:
        graph: what to debug.
        seed: the gradient to start backward with; a scalar output has 1.

    Raises:
        UsageError: the seed does not fit the output.
    """

    def __init__(self, graph: Graph, *, seed: Any = None) -> None:
        self.graph = graph
        self.run = Run(graph, seed=seed)
        self.cursor = 0
        """How many steps are done, as seen from here; the run may know more."""
        self.focus = self.run.plan.tasks[0].node if self.run.plan.tasks else graph.output
        self.folded: frozenset[str] = frozenset()
        self.closed = False
        self.interrupted: Callable[[], bool] = lambda: False
        """Asked before every step; where it says yes, a long way ends at the step reached."""
        self._sought = ""

    def snapshot(self, message: str = "") -> Snapshot:
        """What is known at the cursor; costs the same at any size."""
        return Snapshot(self.run, self.cursor, self.focus, self.folded, message)

    # Moving ------------------------------------------------------------------------------------

    def step(self, count: int = 1) -> str:
        """Carry out the next task, or the next `count`."""
        moved = 0
        while moved < count and not self.interrupted() and self._forward():
            moved += 1
        return self._arrived() if moved else AT_END

    def step_back(self, count: int = 1) -> str:
        """Undo the last step, or the last `count`."""
        if not self.cursor:
            return AT_START
        self._stand_at(max(self.cursor - count, 0))
        return self._arrived()

    def resume(self) -> str:
        """Go on to the end of the timeline."""
        return self.seek(len(self.run.plan.tasks))

    def reverse_resume(self) -> str:
        """Go back to the start of the timeline."""
        return self.seek(0)

    def finish_forward(self) -> str:
        """Go to the end of the forward pass."""
        return self.seek(self.run.plan.forward_end)

    def finish_backward(self) -> str:
        """Go to the end of the backward pass."""
        if not self.run.plan.seed_step:
            raise CommandError(self.why_no_backward())
        return self.seek(len(self.run.plan.tasks))

    def restart(self) -> str:
        """Go to the start of the timeline."""
        return self.seek(0)

    def seek(self, step: int) -> str:
        """Stand right after the step numbered `step`; 0 is the start."""
        if not 0 <= step <= len(self.run.plan.tasks):
            raise CommandError(f"steps are numbered 0 to {len(self.run.plan.tasks)}, got {step}.")
        if step == self.cursor:
            return AT_END if step else AT_START
        self._stand_at(min(step, len(self.run.steps)))
        while self.cursor < step and not self.interrupted() and self._forward():
            pass
        return self._arrived()

    def run_until(self, node: str, phase: str | None = None) -> str:
        """Go to where the task of `node` is done: its next one, or the one of the given pass.

        For a leaf, backward means that its gradient is complete.
        """
        self._known(node)
        steps = {
            Phase.FORWARD: self.run.plan.forward_step.get(node, 0),
            Phase.BACKWARD: self._backward_done(node),
        }
        if phase is not None:
            wanted = steps[Phase(phase)]
            if not wanted and phase == Phase.BACKWARD:
                raise CommandError(f"no gradient reaches '{node}', so backward never comes there.")
            return self._seek_and_focus(wanted, node)
        ahead = [step for step in steps.values() if step > self.cursor]
        if not ahead:
            raise CommandError(
                f"'{node}' has no task after step {self.cursor}. "
                f"`until {node} forward` goes back to its value."
            )
        return self._seek_and_focus(min(ahead), node)

    def _seek_and_focus(self, step: int, node: str) -> str:
        answer = self.seek(step)
        self.focus = node
        return answer

    def _backward_done(self, node: str) -> int:
        plan = self.run.plan
        if node in plan.backward_step:
            return plan.backward_step[node]
        readers = self.graph.consumers[node]
        senders = (e for e in readers if e.slot in plan.sends.get(e.target, ()))
        return max((plan.backward_step[edge.target] for edge in senders), default=0)

    def _forward(self) -> bool:
        """Move one step on, and say whether there was one."""
        if self.cursor == len(self.run.steps):
            if self.run.ended:
                return False
            self.run.advance()
        self._stand_at(self.cursor + 1)
        return True

    def _stand_at(self, cursor: int) -> None:
        self.cursor = cursor
        if cursor:
            self.focus = self.run.steps[cursor - 1].node
        elif self.run.plan.tasks:
            self.focus = self.run.plan.tasks[0].node

    def _arrived(self) -> str:
        if not self.cursor:
            return AT_START
        return describe_step(self.graph, self.run.steps[self.cursor - 1])

    def why_no_backward(self) -> str:
        """Why the plan has no backward pass: what is missing, and how to give it."""
        output = self.graph.nodes[self.graph.output]
        if output.dtype.kind != "f":
            return f"the output '{output.name}' is {output.dtype}, so there is no gradient."
        return (
            f"the output '{output.name}' has shape {output.shape}, so backward needs a gradient to "
            f"start with: give --seed."
        )

    # Looking -----------------------------------------------------------------------------------

    def go_to(self, node: str) -> str:
        """Look at `node`, without moving the cursor."""
        self.focus = self._known(node)
        return f"Looking at '{node}'."

    def find(self, text: str = "") -> str:
        """Look at the next node with `text` in its name or of that op; without it, the next."""
        self._sought = text or self._sought
        if not self._sought:
            raise CommandError("find what? Give a part of a name, or an op.")
        names = list(self.graph.nodes)
        here = names.index(self.focus)
        for name in (*names[here + 1 :], *names[: here + 1]):
            op = self.graph.nodes[name].op.name
            if self._sought.lower() in name.lower() or self._sought.lower() == op:
                self.focus = name
                return f"Found '{name}' ({op})."
        raise CommandError(f"no node's name or op contains '{self._sought}'.")

    def fold(self, group: str | None = None) -> str:
        """Draw a group as one box, or open it again; without a name, the group at the focus."""
        chosen = self._group_at_focus() if group is None else group
        if chosen not in self.graph.groups:
            raise CommandError(f"no group is named '{chosen}'.{nearest(chosen, self.graph.groups)}")
        self.folded ^= {chosen}
        return f"{'Folded' if chosen in self.folded else 'Opened'} '{chosen}'."

    def _group_at_focus(self) -> str:
        group = self.graph.nodes[self.focus].group
        if not group:
            known = ", ".join(f"'{g}'" for g in self.graph.groups[:6])
            has = f"The groups are {known}." if known else "This graph has none."
            raise CommandError(f"'{self.focus}' is in no group. {has}")
        parts = group.split("/")
        outward = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        # A folded group hides the ones in it, so the outermost folded one is what is seen here.
        return next((g for g in outward if g in self.folded), group)

    def close(self) -> str:
        """End the session."""
        self.closed = True
        return "Bye."

    def _known(self, node: str) -> str:
        if node not in self.graph.nodes:
            raise CommandError(f"no node is named '{node}'.{nearest(node, self.graph.nodes)}")
        return node


def describe_step(graph: Graph, step: Step) -> str:
    """One sentence on what a step did."""
    op = graph.nodes[step.node].op.name
    if step.error is not None:
        return f"Step {step.number}: {op} at '{step.node}' raised {type(step.error).__name__}."
    match step.phase:
        case Phase.FORWARD:
            return f"Step {step.number}, forward: {op} gives '{step.node}' its value."
        case Phase.SEED:
            return f"Step {step.number}, seed: backward starts at '{step.node}'."
        case Phase.BACKWARD:
            sent = ", ".join(f"'{c.edge.source}'" for c in step.contributions)
            return f"Step {step.number}, backward: '{step.node}' ({op}) sends to {sent}."
