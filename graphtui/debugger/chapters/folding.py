"""The session's commands that draw groups as one box, or open them; the cursor stays."""

from __future__ import annotations

from graphtui.debugger.chapters.standing import Standing
from graphtui.debugger.folding import all_groups, boxes_seen, folded_around, framed_at_first
from graphtui.errors import CommandError, nearest
from graphtui.graph.wording import quoted

EVERY = "all"
"""The word for all groups, unless one is called so."""

OPENS_ONE = "`z` opens one."


class Folding(Standing):
    """What is drawn as one box."""

    def fold(self, group: str | None = None) -> str:
        """Draw a group as one box, or open it again; without a name, the group at the focus.

        With the word `all`, draw every group as one box, and every run of equal groups.
        """
        if self._means_all(group):
            return f"{self.fold_all()} {OPENS_ONE}"
        chosen = self._group_at_focus() if group is None else self._known_group(group)
        self.folded, self.framed = self.folded ^ {chosen}, True
        return f"{'Folded' if chosen in self.folded else 'Opened'} '{chosen}'."

    def unfold(self, group: str | None = None) -> str:
        """Open a group, or with the word `all` every one; without a name, that at the focus."""
        if self._means_all(group):
            self.folded, self.framed = frozenset(), framed_at_first(self.graph)
            return f"All groups are open: {len(self.graph.nodes):,} nodes."
        if group is None:
            group = folded_around(self.graph, self.graph.nodes[self.focus].group, self.folded)
            if not group:
                raise CommandError(f"{quoted(self.focus)} is in no folded group.")
        chosen = self._known_group(group)
        self.folded -= {chosen}
        return f"Opened '{chosen}'."

    def enclose(self) -> str:
        """Draw what is around the focused box as one box: its group, or the one around that.

        Raises:
            CommandError: nothing is around it.
        """
        group = self.graph.nodes[self.focus].group
        around = self.graph.group_tree.around(group) if group else ()
        shut = [at for at, each in enumerate(around) if each in self.folded]
        open_ones = around[: shut[0]] if shut else around
        if not open_ones:
            what = f"'{around[0]}'" if around else f"'{self.focus}'"
            raise CommandError(f"{what} is in no group that is open.")
        self.folded, self.framed = self.folded | {open_ones[-1]}, True
        return f"Folded '{open_ones[-1]}'."

    def fold_all(self) -> str:
        """Draw every group as one box, and every run of equal groups.

        Raises:
            CommandError: there is no group.
        """
        if len(self.graph.group_tree.names) == 1:
            raise CommandError("This graph has no groups.")
        self.folded, self.framed = all_groups(self.graph), True
        seen = boxes_seen(self.graph, self.folded)
        boxes = f"{seen:,} {'box' if seen == 1 else 'boxes'}"
        return f"Groups are folded: {boxes} for {len(self.graph.nodes):,} nodes."

    def _means_all(self, group: str | None) -> bool:
        return group == EVERY and EVERY not in self.graph.group_tree.number

    def _known_group(self, group: str) -> str:
        known = self.graph.group_tree.number
        if not group or group not in known:
            raise CommandError(f"no group is named '{group}'.{nearest(group, known)}")
        return group

    def _group_at_focus(self) -> str:
        group = self.graph.nodes[self.focus].group
        if not group:
            known = ", ".join(f"'{g}'" for g in self.graph.groups[:6])
            has = f"The groups are {known}." if known else "This graph has none."
            raise CommandError(f"'{self.focus}' is in no group. {has}")
        return folded_around(self.graph, group, self.folded) or group
