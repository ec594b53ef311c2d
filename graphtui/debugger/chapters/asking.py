"""The session's commands that ask about the numbers at the cursor: why, where from, what is it?

The answers are found elsewhere, as pure functions of a snapshot, which are imported when they are
first wanted; here they become replies.
"""

from __future__ import annotations

from graphtui.debugger.chapters.moving import Moving
from graphtui.debugger.reply import Reply
from graphtui.errors import CommandError


class Asking(Moving):
    """What the numbers are, and why they are so."""

    _jump: str | None = None
    """The node to look at that the last answer has named."""

    def why(self, node: str | None = None) -> Reply:
        """Why the gradient of `node`, or of the focus, is zero, missing, huge or NaN."""
        from graphtui.debugger.reasons import why as reasons

        answer = reasons.why(self.snapshot(), self._known(node or self.focus))
        self._jump = answer.jump
        return Reply(answer.sentence, answer)

    def explain(self, wanted: str | None = None) -> Reply:
        """Words for the last step, with the numbers of this run; or for every one from now on.

        Args:
            wanted: "on" for words with every move of the cursor, "off" for no more.
        """
        from graphtui.debugger.explained.explained import explained

        if wanted == "off":
            self.explains = False
            return Reply("Steps are no longer explained.")
        self.explains = self.explains or wanted == "on"
        found = explained(self.snapshot(moving=True))
        return Reply(found.sentence, found)

    def biography(self, node: str | None = None) -> Reply:
        """The life of a NaN or infinity through both passes: of `node`, or of the last one."""
        from graphtui.debugger.reasons import biography as lives

        name = None if node is None else self._known(node)
        events = lives.biography(self.snapshot(), name)
        if not events:
            whose = f"'{name}'" if name else "everything"
            return Reply(f"As far as this run has come, {whose} is finite.", lives.Biography(()))
        self._jump = events[0].node
        lines = [f"step {event.step}: {event.kind}: {event.words}." for event in events]
        return Reply("\n".join(lines), lives.Biography(events))

    def origin(self) -> str:
        """Go to the step where the NaN or infinity began; else look where `why` has pointed.

        Raises:
            CommandError: there is neither.
        """
        from graphtui.debugger.reasons import biography as lives

        snapshot = self.snapshot()
        events = lives.biography(snapshot, self.focus) or lives.biography(snapshot)
        if events:
            first = events[0]
            self.seek(first.step)
            self.focus = first.node
            return f"Step {first.step}: {first.words}."
        if self._jump is None:
            raise CommandError(
                "everything is finite here, and no answer has named a node to go to."
            )
        self.focus = self._known(self._jump)
        return f"Looking at '{self.focus}', which the answer named."

    def diff(self) -> Reply:
        """What the last step changed, old and new."""
        from graphtui.debugger.reasons.answer import joined
        from graphtui.debugger.step_diff import StepDiff, step_diff

        changes = step_diff(self.snapshot())
        if not changes:
            return Reply("No step has been done here that changed anything.")
        parts = [f"the {change.what} of '{change.node}'" for change in changes]
        return Reply(f"The last step changed {joined(parts)}.", StepDiff(changes))

    def print(self, text: str) -> Reply:
        """The value of an expression at the cursor."""
        from graphtui.debugger.expressions.expression import compile_expression
        from graphtui.debugger.printed import Printed, printed_text

        result = compile_expression(text, self.graph).evaluate(self.snapshot())
        found = Printed(text.strip(), result)
        return Reply(printed_text(found), found)
