"""The session's commands about what belongs to the node that is looked at; the cursor stays.

They change what is shown of the graph, and follow the focus; who draws asks the snapshot.
"""

from __future__ import annotations

from graphtui.debugger.chapters.walking import Walking
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.walking import Paths
from graphtui.errors import CommandError
from graphtui.graph.wording import quoted

HOPS = 3
"""How far around is, where it is not said."""

OFF = "off"


class Focusing(Walking):
    """What is shown of the graph because of the focus."""

    paths_lit = False
    """Whether the paths from the focus to the output are lit."""
    hops: int | None = None
    """Of what is farther than so many boxes from the focus nothing is shown; None shows it all."""
    _paths: Paths | None = None

    def snapshot(self, message: str = "", *, moving: bool = False) -> Snapshot:
        """What is known at the cursor, and what belongs to the focus."""
        snapshot = super().snapshot(message, moving=moving)
        if not self.paths_lit and self.hops is None:
            return snapshot
        lit = self._ways().between(self.focus) if self.paths_lit else None
        return snapshot._replace(lit=lit, hops=self.hops)

    def paths(self, wanted: str | None = None) -> str:
        """Light the paths from the focus to the output, wherever the focus goes, or no more.

        Args:
            wanted: "on" or "off"; None for what is not so now.

        Raises:
            CommandError: no path leads from here.
        """
        if wanted == OFF or (wanted is None and self.paths_lit):
            self.paths_lit = False
            return "No paths are lit."
        lit, ends = self._ways().between(self.focus), quoted(self.graph.output)
        if not lit:
            raise CommandError(f"no path leads from {quoted(self.focus)} to {ends}.")
        self.paths_lit = True
        of = f"{len(lit):,} of {len(self.graph.nodes):,} nodes"
        if self.focus == self.graph.output:
            return f"{ends} is the end of all paths: {of} is lit. Look at another node."
        return f"{of} lie on paths from {quoted(self.focus)} to {ends}; the rest is faint."

    def around(self, hops: int | None = None) -> str:
        """Show only what is at most `hops` boxes from the focus, wherever that goes, or everything.

        Args:
            hops: how far; 0 shows everything, and None does if something is left out now.
        """
        if hops is None:
            hops = HOPS if self.hops is None else 0
        self.hops = hops or None
        if not hops:
            return "Everything is shown."
        boxes = "1 box" if hops == 1 else f"{hops} boxes"
        return f"Only what is at most {boxes} away from {quoted(self.focus)} is shown."

    def _ways(self) -> Paths:
        """The ways to the output; worked out once for a graph."""
        if self._paths is None or self._paths.tape.graph is not self.graph:
            self._paths = Paths(self.whole_tape())
        return self._paths
