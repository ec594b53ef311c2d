"""The session's commands that hold a gradient against the definition of the derivative."""

from __future__ import annotations

from graphtui.debugger import nudge as nudges
from graphtui.debugger.nudge_text import parse_nudge
from graphtui.debugger.reply import Reply
from graphtui.debugger.standing import Standing


class Checking(Standing):
    """Whether the gradients are right."""

    def nudge(self, text: str = "") -> Reply:
        """Move a value by h, h/10, … beside the run: predicted change, real change, their ratio."""
        order = parse_nudge(text, self.focus, self.graph)
        found = nudges.nudge(self.run, *order, interrupted=self.interrupted)
        return Reply(found.sentence, found)
