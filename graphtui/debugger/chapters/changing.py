"""The session's commands that change something and watch the consequence: set, undo, redo, rerun.

An edit begins a branch of the run; the cursor goes back to where what is set is there and nothing
that it touches is done, and what was known behind that is stale until it is computed again. What
can be typed is for `edit_text`; what a branch is, for `branches`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from graphtui.debugger.chapters.moving import Moving
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.graph.wording import counted

if TYPE_CHECKING:
    from graphtui.debugger.edits.branches import Branch, History, Stand
    from graphtui.debugger.edits.edits import Edit


class Changing(Moving):
    """What is changed, and what is to be changed back."""

    before: Run | None = None
    """The run before the first edit whose consequences are not all computed."""
    before_cursor: int = 0
    """Where the cursor stood in it."""
    _branch: Branch | None = None
    _history: History | None = None

    @property
    def branch(self) -> Branch:
        """The run with what is given in it, and the edits that led to it."""
        from graphtui.debugger.edits.branches import Branch

        return Branch(self.run) if self._branch is None else self._branch

    @property
    def history(self) -> History:
        """What can be undone and done again."""
        from graphtui.debugger.edits.branches import History

        return self._history or History()

    def snapshot(self, message: str = "", *, moving: bool = False) -> Snapshot:
        """What is known at the cursor, and what an edit has made stale."""
        snapshot = super().snapshot(message, moving=moving)
        if self.before is None:
            return snapshot
        return snapshot._replace(before=self.before, before_cursor=self.before_cursor)

    def set(self, text: str) -> str:
        """Change a value, elements of it, a gradient or an attribute, as `edit_text` reads it.

        Raises:
            CommandError: it cannot be read or does not fit; everything is as it was.
        """
        from graphtui.debugger.edits.branches import Stand, apply
        from graphtui.debugger.edits.edit_text import What, parse_edit
        from graphtui.debugger.edits.edit_values import edit_at

        snapshot = self.snapshot(moving=True)
        edit = edit_at(parse_edit(text, self.graph), snapshot)
        branch = apply(self.branch, edit, self.seed)
        words = _changed(edit, snapshot, branch)
        if not words:
            return f"{edit.target} is that already, so nothing has changed."
        here = self._here()
        # As long as something is stale from an earlier edit, the whole picture is older.
        computed = self.run.ended or len(self.run.steps) >= self.before_cursor
        caught_up = self.before is None or computed
        before = (self.run, self.cursor) if caught_up else (self.before, self.before_cursor)
        first = branch.run.first_difference(self.run)
        # The step of what is set only gives it: it is done at once, so that the value is seen.
        given = edit.what is What.VALUE and not self.graph.nodes[edit.node].is_leaf
        cursor = min(self.cursor, first if given else first - 1)
        focus = self.focus if cursor == self.cursor else edit.node
        self._history = self.history.edited(here)
        self._stand(Stand(branch, cursor, focus, None, *before))
        return f"{words}. {self._what_is_stale()}"

    def undo(self) -> str:
        """Take the last edit back, and stand where it was made.

        Raises:
            CommandError: there is none.
        """
        last = self.branch.edits[-1:]
        stand, self._history = self.history.undone(self._here())
        self._stand(stand)
        return f"Undone: {last[0].target} is as it was. {self._where()}"

    def redo(self) -> str:
        """Make the edit again that was undone last, and stand where it was undone.

        Raises:
            CommandError: there is none.
        """
        stand, self._history = self.history.redone(self._here())
        self._stand(stand)
        return f"Changed again: {self.branch.edits[-1].target}. {self._where()}"

    def rerun(self) -> str:
        """Go on to where the cursor stood before the edit, as far as nothing stops.

        Raises:
            CommandError: it is there, or there was no edit.
        """
        if self.before is None or self.cursor >= self.before_cursor:
            raise CommandError("nothing waits to be run again: no edit has sent the cursor back.")
        return self._go_on(min(self.before_cursor, len(self.run.plan.tasks)))

    def make(self, edits: Sequence[Edit]) -> list[str]:
        """Make edits that were kept, on a session that has none; why some cannot be, in sentences.

        The cursor stays; they cannot be undone.
        """
        from graphtui.debugger.edits.branches import Stand, apply

        told, branch = [], self.branch
        for edit in edits:
            try:
                branch = apply(branch, edit, self.seed, self.interrupted)
            except CommandError as error:
                told.append(f"The edit of {edit.target} is lost: {error}")
        if branch.edits != self.branch.edits:
            self._stand(Stand(branch, self.cursor, self.focus, None, None, 0))
        return told

    def _here(self) -> Stand:
        from graphtui.debugger.edits.branches import Stand

        branch = self.branch
        return Stand(branch, self.cursor, self.focus, self.stop, self.before, self.before_cursor)

    def _stand(self, stand: Stand) -> None:
        """Go to where `stand` says, whatever run that is in."""
        self._branch = stand.branch
        self.run, self.graph = stand.branch.run, stand.branch.graph
        while len(self.run.steps) < stand.cursor and not self.run.ended:
            self.run.advance()
        self.cursor, self.focus = stand.cursor, stand.focus
        self.before, self.before_cursor = stand.before, stand.before_cursor
        self.stops, self.watches = self.stops.on(self.run), self.watches.on(self.run)
        # What stopped there then may have been changed or taken away since.
        self.stop = self.stops.still(stand.stop, self.interrupted)

    def _where(self) -> str:
        return f"You stand at step {self.cursor}, as before."

    def _what_is_stale(self) -> str:
        stale = min(self.before_cursor, len(self.run.plan.tasks)) - self.cursor
        if not self.run.plan.seed_step and self.graph.nodes[self.graph.output].dtype.kind == "f":
            return f"Now {self.why_no_backward()}"
        if stale <= 0:
            return "Nothing that is known depends on it yet."
        are = "is" if stale == 1 else "are"
        return (
            f"{counted(stale, 'step')} {are} stale, from step {self.cursor + 1} on: `continue` "
            f"goes on, `rerun` goes to step {self.before_cursor}."
        )


def _changed(edit: Edit, snapshot: Snapshot, branch: Branch) -> str:
    """What is changed, old and new: the number, or how many and the first of several.

    It is nothing where both are the same.
    """
    from graphtui.debugger.edits.edit_text import What
    from graphtui.debugger.edits.edit_values import old_of
    from graphtui.debugger.same import differing

    if edit.what is What.ATTRIBUTE:
        there, here = (graph.nodes[edit.node].attrs for graph in (snapshot.graph, branch.graph))
        old, new = there[edit.attr], here[edit.attr]
        return f"{edit.target}: {literal(old)} → {literal(new)}" if old != new else ""
    before = old_of(edit, snapshot)
    after = np.broadcast_to(edit.new, before.shape)
    changed = differing(before, after)
    count = int(np.count_nonzero(changed))
    if not count:
        return ""
    if before.size == 1:
        return f"{edit.target}: {before.item()} → {after.item()}"
    first = tuple(int(i) for i in np.unravel_index(int(np.argmax(changed)), changed.shape))
    return (
        f"{edit.target}: {count:,} of {before.size:,} elements, the first {list(first)}: "
        f"{before[first].item()} → {after[first].item()}"
    )


def literal(value: Any) -> str:
    """The value of an attribute, in the words in which it is typed."""
    words = {None: "none", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else repr(value)
