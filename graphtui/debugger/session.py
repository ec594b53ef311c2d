"""The debugger without a screen: a cursor on a run that can be moved both ways.

Going back moves an index and never recomputes; the ends of the timeline are stops. Every command of
the table in `commands` is a method here, and answers with a sentence. What stops on the way is
decided by `stops`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from graphtui.debugger import stop_words
from graphtui.debugger.breakpoint_text import parse_breakpoint, parse_logpoint
from graphtui.debugger.breakpoints import Breakpoint, Kind, Target
from graphtui.debugger.catches import CATCHES, parse_catch
from graphtui.debugger.log_table import log_csv
from graphtui.debugger.snapshot import Snapshot, Stop
from graphtui.debugger.stops import Stops
from graphtui.engine.execute import Run, Step
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError, nearest
from graphtui.graph.graph import Graph
from graphtui.graph.wording import counted

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
        self.stops = Stops(self.run)
        """The breakpoints and catches."""
        self.stop: Stop | None = None
        """Why the cursor stopped where it stands."""
        self._sought = ""

    def snapshot(self, message: str = "") -> Snapshot:
        """What is known at the cursor; costs the same at any size."""
        return Snapshot(self.run, self.cursor, self.focus, self.folded, message, self.stop)

    # Moving ------------------------------------------------------------------------------------

    def step(self, count: int = 1) -> str:
        """Carry out the next task, or the next `count` of them, as far as nothing stops."""
        return self._go_on(self.cursor + count)

    def step_back(self, count: int = 1) -> str:
        """Undo the last step, or the last `count` of them, as far as nothing stops."""
        return self._go_back(max(self.cursor - count, 0))

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
            return describe_step(self.graph, step)
        self.stops.spend(self.stop)
        op = self.graph.nodes[step.node].op.name
        return f"Step {step.number}, {step.phase} of '{step.node}' ({op}): {self.stop.message}."

    def why_no_backward(self) -> str:
        """Why the plan has no backward pass: what is missing, and how to give it."""
        output = self.graph.nodes[self.graph.output]
        if output.dtype.kind != "f":
            return f"the output '{output.name}' is {output.dtype}, so there is no gradient."
        return (
            f"the output '{output.name}' has shape {output.shape}, so backward needs a gradient to "
            f"start with: give --seed."
        )

    # Stopping ----------------------------------------------------------------------------------

    def break_at(self, text: str = "") -> str:
        """Set a breakpoint, as `breakpoint_text` reads it.

        Without a word, at the focus: set one there, or take away the one that is there.
        """
        if text.strip():
            return self._added(parse_breakpoint(text, self.graph))
        here = Breakpoint(target=Target(Kind.NODE, self.focus))
        for number, each in self.stops.breakpoints.items():
            if replace(each, enabled=True) == here:
                return self.remove(str(number))
        return self._added(here)

    def log_at(self, text: str) -> str:
        """Record an expression wherever `text` says, and go on."""
        return self._added(parse_logpoint(text, self.graph))

    def edit(self, number: int, text: str) -> str:
        """Write breakpoint or log `number` anew; it keeps its number."""
        before = self.stops.known(number)
        parse = parse_logpoint if before.log else parse_breakpoint
        self.stops.change(number, replace(parse(text, self.graph), enabled=before.enabled))
        return self._told(number)

    def enable(self, which: str) -> str:
        """Let breakpoints stop, also those that were to stop once and have; a number, or all."""
        return self._switched(which, True)

    def disable(self, which: str) -> str:
        """Keep breakpoints from stopping; a number, or all."""
        return self._switched(which, False)

    def remove(self, which: str) -> str:
        """Take breakpoints away; a number, or all."""
        numbers = stop_words.numbers(self.stops, which)
        if which.strip() == "all":
            self.stops.remove_all()
            return f"Removed {counted(len(numbers), 'breakpoint')}."
        self.stops.remove(numbers[0])
        return f"Removed breakpoint {numbers[0]}."

    def catch(self, text: str = "") -> str:
        """Turn a catch on or off, as `catches` reads it; without a word, list them."""
        if not text.strip():
            return "\n".join(stop_words.catch_line(self.stops, name) for name in CATCHES)
        order = parse_catch(text)
        self.stops.set_catch(order)
        return stop_words.catch_line(self.stops, order.name)

    def list_breakpoints(self) -> str:
        """Every breakpoint and log, one a line, with how often it was hit up to the cursor."""
        if not self.stops.breakpoints:
            return "There is no breakpoint."
        return "\n".join(map(self._told, self.stops.breakpoints))

    def logged(self) -> str:
        """What the logs have recorded, as CSV."""
        return log_csv(self.stops.log_rows())

    def _added(self, breakpoint: Breakpoint) -> str:
        return stop_words.breakpoint_line(self.stops, self.stops.add(breakpoint))

    def _told(self, number: int) -> str:
        hits = self.stops.hit_count(number, self.cursor, self.interrupted)
        return stop_words.breakpoint_line(self.stops, number, hits)

    def _switched(self, which: str, enabled: bool) -> str:
        numbers = stop_words.numbers(self.stops, which)
        for number in numbers:
            changed = replace(self.stops.breakpoints[number], enabled=enabled, spent=False)
            self.stops.change(number, changed)
        return "\n".join(map(self._told, numbers)) or "There is no breakpoint."

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
