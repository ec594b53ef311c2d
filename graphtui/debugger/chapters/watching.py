"""The session's commands about watches: expressions that are shown at every stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from graphtui.debugger.chapters.standing import Standing
from graphtui.debugger.reply import Reply
from graphtui.errors import CommandError
from graphtui.graph.wording import counted, quoted

if TYPE_CHECKING:
    from graphtui.debugger.watches.watches import WatchRow


class Watched(NamedTuple):
    """Every watch at the cursor."""

    rows: tuple[WatchRow, ...]


class Watching(Standing):
    """What is shown at every stop."""

    def watch(self, text: str) -> str:
        """Show an expression at every stop from now on."""
        number = self.watches.add(text)
        return f"watch {number}: {self.watches.texts[number]}"

    def unwatch(self, which: str) -> str:
        """Take a watch away, by its number; or all.

        Raises:
            CommandError: there is none of that number.
        """
        if which == "all":
            count = len(self.watches.texts)
            self.watches.remove_all()
            return f"Removed {counted(count, 'watch') if count == 1 else f'{count:,} watches'}."
        if not which.isascii() or not which.isdigit() or len(which) > 12:
            raise CommandError(f"which watch? Give its number, or 'all'; got {quoted(which)}.")
        self.watches.remove(int(which))
        return f"Removed watch {int(which)}."

    def list_watches(self) -> Reply:
        """Every watch at the cursor."""
        rows = self.snapshot().watched
        if not rows:
            return Reply("There is no watch.")
        lines = [f"{row.number}: {row.text}" for row in rows]
        return Reply("\n".join(lines), Watched(rows))
