"""The session's commands that show the numbers inside; the panels of the screen are for `ui`."""

from __future__ import annotations

from graphtui.debugger.chapters.standing import Standing
from graphtui.debugger.reply import Reply
from graphtui.debugger.viewed import looked_at, read_looked, viewed, viewed_text


class Viewing(Standing):
    """The numbers inside."""

    def tensor(self, text: str = "") -> Reply:
        """Look at an array: an expression, a part of it, numbers in a range; else at the focus.

        Raises:
            CommandError: it cannot be read, or not be computed here.
        """
        looked = read_looked(text, self.graph) if text else looked_at(self.focus)
        found = viewed(looked, self.snapshot(moving=True))
        return Reply(viewed_text(found), found)
