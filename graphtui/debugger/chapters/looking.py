"""The session's commands that only look: at a node, at the next match, into a group or over it."""

from __future__ import annotations

from graphtui.debugger.chapters.standing import Standing
from graphtui.debugger.folding import outermost_folded
from graphtui.errors import CommandError, nearest


class Looking(Standing):
    """What is looked at; the cursor stays."""

    _sought = ""

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
        return outermost_folded(group, self.folded) or group

    def close(self) -> str:
        """End the session."""
        self.closed = True
        return "Bye."
