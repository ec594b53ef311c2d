"""The session's commands that hold it against another run: before an edit, or of another file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphtui.debugger.chapters.changing import Changing
from graphtui.debugger.reply import Reply
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError, GraphtuiError
from graphtui.graph.wording import quoted

if TYPE_CHECKING:
    from graphtui.debugger.compare.beside import Beside

BEFORE = "the run before the last edit"


class Comparing(Changing):
    """What is different now."""

    beside: Beside | None = None
    """What every moment is compared with."""

    def snapshot(self, message: str = "", *, moving: bool = False) -> Snapshot:
        """What is known at the cursor, and what it is compared with."""
        snapshot = super().snapshot(message, moving=moving)
        return snapshot if self.beside is None else snapshot._replace(beside=self.beside)

    def compare(self, what: str = "") -> Reply:
        """Hold this run against another one: how they differ as of the cursor, node by node.

        Args:
            what: a FILE, to run it and compare with that; "edit" or nothing for the run before the
                last edit, or the file that it is compared with already; "off" to stop comparing.

        Raises:
            CommandError: there is nothing to compare with, or the file was refused.
        """
        from graphtui.debugger.compare.beside import Beside, Compared

        if what == "off":
            self.beside = None
            return Reply("Nothing is compared any more.")
        if what not in ("", "edit"):
            self.beside = Beside(self._run_of(what), what)
        elif what or self.beside is None or self.beside.title == BEFORE:
            self.beside = self._before_the_edit()
        found = self.beside.whole(self.snapshot(moving=True), self.interrupted)
        names = ("before" if self.beside.title == BEFORE else self.beside.title, "here")
        text = f"Compared with {self.beside.title}: {found.sentence}"
        return Reply(text, Compared(found, names))

    def diverge(self, phase: str | None = None) -> str:
        """Go to where the compared runs first differ: in that pass, else forward, else backward.

        All that this run has come to counts, wherever the cursor stands in it.

        Raises:
            CommandError: nothing is compared, or nothing differs.
        """
        if self.beside is None:
            raise CommandError(
                "nothing is compared. `compare` begins with the last edit, or a FILE."
            )
        from graphtui.debugger.compare.compare import nothing_differs

        found = self.beside.whole(self.run, self.interrupted)
        phases = [Phase(phase)] if phase else [Phase.FORWARD, Phase.BACKWARD]
        for each in phases:
            if (node := found.first_divergence(each)) is not None:
                return self._look_at_divergence(node, each)
        raise CommandError(nothing_differs(found, phases))

    def _look_at_divergence(self, node: str, phase: Phase) -> str:
        from graphtui.debugger.compare.compare import completion

        forward = self.run.plan.forward_step.get(node, 0)
        step = forward if phase is Phase.FORWARD else completion(self.run).get(node, 0)
        self.seek(step)
        self.focus = node
        what = "value" if phase is Phase.FORWARD else "gradient"
        return f"The {what} of {quoted(node)} is the first that differs {phase}."

    def _before_the_edit(self) -> Beside:
        from graphtui.debugger.compare.beside import Beside

        if not self.history.past:
            raise CommandError(
                "nothing was edited, so there is no run before it. Name a FILE to compare with."
            )
        return Beside(self._finished(self.history.past[-1].branch.run, BEFORE), BEFORE)

    def _run_of(self, file: str) -> Run:
        try:
            return self._finished(_begun(file, self.seed), file)
        except GraphtuiError as error:
            raise CommandError(str(error)) from None

    def _finished(self, run: Run, title: str) -> Run:
        while not run.ended:
            if self.interrupted():
                raise CommandError(f"{title} was still on its way when it was interrupted.")
            run.advance()
        return run


def _begun(file: str, seed: Any) -> Run:
    """The run of a file, or of a saved session with its edits."""
    if not file.lower().endswith(".graphtui"):
        from graphtui.graph.load import load

        return Run(load(file), seed=seed)
    from graphtui.debugger.kept.reopening import run_of_session

    return run_of_session(file)
