"""The session's commands that move the cursor: over steps, groups and passes, both ways.

Going back moves an index and never recomputes; the ends of the timeline are stops. What stops on
the way is decided by `stops`.
"""

from __future__ import annotations

from graphtui.debugger.chapters.standing import Standing
from graphtui.debugger.folding import folded_around
from graphtui.engine.execute import Step
from graphtui.engine.plan import Phase, Task
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph

AT_START = "This is the start of the timeline."
AT_END = "This is the end of the timeline."


class Moving(Standing):
    """Where the cursor goes."""

    explains = False
    """Whether there are words for every step that the cursor comes to."""
    _entered: tuple[str, ...] = ()
    """The groups that `into` has opened and `out` has not folded again."""

    def step(self, count: int = 1) -> str:
        """Carry out the next task, or the next `count` of them, as far as nothing stops.

        A group that is drawn as one box is one step: all of its tasks that come in a row.
        """
        target = self.cursor
        for _ in range(min(count, len(self.run.plan.tasks))):
            target = self._behind(target)
        return self._go_on(max(target, self.cursor + 1))

    def step_back(self, count: int = 1) -> str:
        """Undo the last step, or the last `count` of them, as far as nothing stops."""
        target = self.cursor
        for _ in range(min(count, self.cursor)):
            target = self._before(target)
        return self._go_back(target)

    def into(self) -> str:
        """Carry out the next task; if it lies in a folded group, open the group for it."""
        tasks = self.run.plan.tasks
        if self.cursor < len(tasks):
            group = self._hidden_in(tasks[self.cursor])
            if group:
                self.folded -= {group}
                self._entered = (*self._entered, group)
        return self._go_on(max(self._behind(self.cursor), self.cursor + 1))

    def out(self) -> str:
        """Finish the group of the last step, in this pass; fold it again if `into` has opened it.

        Raises:
            CommandError: the step is in no group.
        """
        group, last = self._group_to_finish()
        answer = self._go_on(last) if last > self.cursor else self._landed()
        if self.cursor == last and group in self._entered:
            self._entered = tuple(each for each in self._entered if each != group)
            self.folded |= {group}
        return answer

    def _group_to_finish(self) -> tuple[str, int]:
        """The innermost group or run around the last step with tasks left, and the last of them.

        Where none has, it is the outermost.
        """
        tasks = self.run.plan.tasks
        here = tasks[max(self.cursor - 1, 0)]
        group = self.graph.nodes[here.node].group
        if not group:
            raise CommandError(
                f"'{here.node}' is in no group. `continue` goes on to the next stop."
            )
        around = self.graph.group_tree.around(group)
        for group in reversed(around):
            last = self._last_in(group, here.phase)
            if last > self.cursor:
                return group, last
        return around[0], self.cursor

    def _last_in(self, group: str, phase: Phase) -> int:
        plan = self.run.plan
        first, end = (0, plan.forward_end) if phase is Phase.FORWARD else (plan.seed_step, None)
        numbered = enumerate(plan.tasks[first:end], start=first + 1)
        holds = self.graph.group_tree.holds
        return max((n for n, task in numbered if holds(group, task.node)), default=0)

    def _behind(self, step: int) -> int:
        """The step that one step on from `step` leads to: behind the tasks of one box."""
        tasks = self.run.plan.tasks
        if step >= len(tasks):
            return step
        box = self._box(tasks[step])
        while box is not None and step + 1 < len(tasks) and self._box(tasks[step + 1]) == box:
            step += 1
        return step + 1

    def _before(self, step: int) -> int:
        """The step that one step back from `step` leads to."""
        tasks = self.run.plan.tasks
        if not step:
            return 0
        box = self._box(tasks[step - 1])
        while box is not None and step > 1 and self._box(tasks[step - 2]) == box:
            step -= 1
        return step - 1

    def _box(self, task: Task) -> tuple[str, Phase] | None:
        """The folded group that hides the task, with its pass; None where it is seen."""
        group = self._hidden_in(task)
        return (group, task.phase) if group else None

    def _hidden_in(self, task: Task) -> str:
        """The folded group or run that hides the task, or ""."""
        return folded_around(self.graph, self.graph.nodes[task.node].group, self.folded)

    def resume(self) -> str:
        """Go on to the next stop, or to the end of the timeline."""
        return self._go_on(len(self.run.plan.tasks))

    def reverse_resume(self) -> str:
        """Go back to the previous stop, or to the start of the timeline."""
        return self._go_back(0)

    def finish_forward(self) -> str:
        """Go to the end of the forward pass, or to a stop before it."""
        return self._go_to(self.run.plan.forward_end)

    def finish_backward(self) -> str:
        """Go to the end of the backward pass, or to a stop before it."""
        if not self.run.plan.seed_step:
            raise CommandError(self.why_no_backward())
        return self._go_to(len(self.run.plan.tasks))

    def restart(self) -> str:
        """Go to the start of the timeline."""
        return self.seek(0)

    def seek(self, step: int) -> str:
        """Stand right after the step numbered `step`, whatever is on the way; 0 is the start."""
        if not 0 <= step <= len(self.run.plan.tasks):
            raise CommandError(f"steps are numbered 0 to {len(self.run.plan.tasks)}, got {step}.")
        if step == self.cursor:
            return AT_END if step == len(self.run.plan.tasks) and step else self._arrived()
        self._stand_at(min(step, len(self.run.steps)))
        self._advance(step)
        return self._landed()

    def run_until(self, node: str, phase: str | None = None) -> str:
        """Go to where the task of `node` is done: its next one, or the one of the given pass.

        For a leaf, backward means that its gradient is complete. A stop on the way comes first.
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
            return self._go_and_focus(wanted, node)
        ahead = [step for step in steps.values() if step > self.cursor]
        if not ahead:
            raise CommandError(
                f"'{node}' has no task after step {self.cursor}. "
                f"`until {node} forward` goes back to its value."
            )
        return self._go_and_focus(min(ahead), node)

    def _go_and_focus(self, step: int, node: str) -> str:
        answer = self._go_to(step)
        if self.cursor == step:
            self.focus = node
        return answer

    def _backward_done(self, node: str) -> int:
        plan = self.run.plan
        if node in plan.backward_step:
            return plan.backward_step[node]
        readers = self.graph.consumers[node]
        senders = (e for e in readers if e.slot in plan.sends.get(e.target, ()))
        return max((plan.backward_step[edge.target] for edge in senders), default=0)

    def _go_to(self, step: int) -> str:
        """Go on to that step, as far as nothing stops; or back to it, at once."""
        return self._go_on(step) if step > self.cursor else self.seek(step)

    def _go_on(self, target: int) -> str:
        """Go on to the step `target` or the end, as far as nothing stops."""
        begin, stop = self.cursor, None
        while self.cursor < target and stop is None:
            look = self.stops.next_step(self.cursor)
            if not self._advance(target if look is None else min(look, target)):
                break
            if look == self.cursor:
                stop = self.stops.at(self.cursor, self.interrupted)
        if self.cursor == begin:
            return AT_END
        self.stop = stop
        return self._arrived()

    def _advance(self, target: int) -> bool:
        """Go on to the step `target`, and say whether it was reached."""
        while self.cursor < target:
            if self.interrupted() or not self._forward():
                return False
        return True

    def _go_back(self, target: int) -> str:
        """Go back to the step `target`, as far as nothing stops."""
        if not self.cursor:
            return AT_START
        stop = self.stops.before(self.cursor, self.interrupted)
        if self.interrupted():
            return self._arrived()
        self._stand_at(max(stop, target))
        return self._landed()

    def _landed(self) -> str:
        """What there is to say where a jump ended, which may be a stop."""
        self.stop = self.stops.at(self.cursor, self.interrupted)
        return self._arrived()

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
        step = self.run.steps[self.cursor - 1]
        if self.stop is None:
            if self.explains:
                return f"Step {step.number}, {step.phase} of '{step.node}': {self._words()}"
            return describe_step(self.graph, step)
        self.stops.spend(self.stop)
        op = self.graph.nodes[step.node].op.name
        told = f"Step {step.number}, {step.phase} of '{step.node}' ({op}): {self.stop.message}."
        return f"{told} {self._words()}" if self.explains else told

    def _words(self) -> str:
        """Words for the last step."""
        from graphtui.debugger.explained.explained import explained

        return explained(self.snapshot(moving=True)).sentence

    def why_no_backward(self) -> str:
        """Why the plan has no backward pass, in a sentence."""
        from graphtui.debugger.reasons.why_missing import no_backward

        return f"{no_backward(self.graph)}."


def describe_step(graph: Graph, step: Step) -> str:
    """One sentence on what a step did."""
    op = graph.nodes[step.node].op.name
    if step.error is not None:
        raised = f"{type(step.error).__name__}: {str(step.error).removesuffix('.') or 'no message'}"
        return f"Step {step.number}: {op} at '{step.node}' raised {raised}."
    match step.phase:
        case Phase.FORWARD:
            return f"Step {step.number}, forward: {op} gives '{step.node}' its value."
        case Phase.SEED:
            return f"Step {step.number}, seed: backward starts at '{step.node}'."
        case Phase.BACKWARD:
            sent = ", ".join(f"'{c.edge.source}'" for c in step.contributions)
            return f"Step {step.number}, backward: '{step.node}' ({op}) sends to {sent}."
