"""The session's commands that show the numbers inside; the panels of the screen are for `ui`."""

from __future__ import annotations

from graphtui.debugger.chapters.standing import Standing
from graphtui.debugger.reply import Reply


class Viewing(Standing):
    """The numbers inside."""

    def tensor(self, text: str = "") -> Reply:
        """Look at an array: an expression, a part of it, numbers in a range; else at the focus.

        Raises:
            CommandError: it cannot be read, or not be computed here.
        """
        from graphtui.debugger.viewed import looked_at, read_looked, viewed, viewed_text

        looked = read_looked(text, self.graph) if text else looked_at(self.focus)
        found = viewed(looked, self.snapshot(moving=True))
        return Reply(viewed_text(found), found)

    def jacobian(self, edge: str | None = None, entry: str = "") -> Reply:
        """Look at the Jacobian of an edge, such as `h.x`: the node is looked at then.

        Raises:
            CommandError: there is no such edge, or no such entry.
        """
        from graphtui.debugger.lensed import lensed, lensed_text, read_edge

        node, slot = read_edge(edge, self.graph) if edge else (self.focus, None)
        found = lensed(node, slot, self.snapshot(moving=True), entry)
        self.focus = node
        return Reply(lensed_text(found), found)

    def profile(self, text: str = "") -> Reply:
        """How large gradients and values are along depth: a row for each node, or folded group.

        The numbers are for whoever shows them: of a large graph the first come at once.

        Raises:
            CommandError: a word means nothing, or the learning rate is none.
        """
        from graphtui.debugger.profile_columns import COLUMNS, Profiled, read_profiled

        column, order, rate = read_profiled(text)
        snapshot = self.snapshot(moving=True)
        nodes = len(self.graph.nodes)
        title = COLUMNS[column].title
        words = f"{title} of {nodes:,} node{'' if nodes == 1 else 's'} by {order}."
        return Reply(words, Profiled(snapshot, column, order, rate))
