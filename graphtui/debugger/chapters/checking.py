"""The session's commands that hold a gradient against the definition of the derivative.

The checks are imported when they are first wanted.
"""

from __future__ import annotations

from graphtui.debugger.chapters.standing import Standing
from graphtui.debugger.reply import Reply


class Checking(Standing):
    """Whether the gradients are right."""

    def nudge(self, text: str = "") -> Reply:
        """Move a value by h, h/10, … beside the run: predicted change, real change, their ratio."""
        from graphtui.debugger.checks import nudge as nudges
        from graphtui.debugger.checks.nudge_text import parse_nudge

        order = parse_nudge(text, self.focus, self.graph)
        found = nudges.nudge(self.run, *order, interrupted=self.interrupted)
        return Reply(found.sentence, found)

    def gradcheck(self, node: str | None = None) -> Reply:
        """This node's local gradients, here and now, against central differences.

        Without a name it is the focus; "all" is the whole graph, unless a node is called so.
        """
        from graphtui.debugger.checks.check_here import check_here, check_whole

        if node == "all" and node not in self.graph.nodes:
            whole = check_whole(self.run, interrupted=self.interrupted)
            return Reply(whole.sentence, whole)
        here = check_here(self.run, self._known(node or self.focus), interrupted=self.interrupted)
        return Reply(here.sentence, here)
