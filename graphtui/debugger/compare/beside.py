"""A second run, to hold every moment of the session against, node by node as they are looked at.

All nodes at once are for `compare`; here is what a picture needs, which shows only some.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from graphtui.debugger.compare.compare import Comparison, Past, Row, compare, past, row_at
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run


class Compared(NamedTuple):
    """Two runs side by side."""

    comparison: Comparison
    names: tuple[str, str]
    """What the columns are called."""


class Beside:
    """A run that the session is compared with.

    Args:
        other: the run, or a moment of it.
        title: what it is called.
    """

    def __init__(self, other: Run | Snapshot, title: str) -> None:
        self.title = title
        run = other.run if isinstance(other, Snapshot) else other
        self.other = other
        self._theirs = past(run)
        self._mine: tuple[Run, Past] | None = None

    def row(self, snapshot: Snapshot, node: str) -> Row | None:
        """How the other run and this moment differ at one node; None where only one has it so."""
        if self._mine is None or self._mine[0] is not snapshot.run:
            self._mine = snapshot.run, past(snapshot.run)
        return row_at(self.other, self._theirs, snapshot, self._mine[1], node)

    def whole(self, run: Run | Snapshot, interrupted: Callable[[], bool]) -> Comparison:
        """How the other run and this one, or a moment of it, differ at every node."""
        return compare(self.other, run, interrupted=interrupted)
