"""The lane view in the place of the graph: rows of the tape that follow what is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from graphtui.debugger.snapshot import Snapshot
from graphtui.ui.borders import Thumb
from graphtui.ui.framework import is_ascii_only
from graphtui.ui.line_view import WheeledView
from graphtui.ui.messages import Moved, Perform
from graphtui.view.lanes.lane_lines import lane_heading, lane_lines
from graphtui.view.lanes.lanes import Lanes, lanes
from graphtui.view.text.lines import Line

HEAD_ROWS = 1
AROUND = 2
"""Rows that are seen before and behind the one that is looked at, as far as there are any."""


class LaneView(WheeledView):
    """Some rows of the tape."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._snapshot: Snapshot | None = None
        self._lanes: Lanes | None = None
        self._first = 0

    def show(self, snapshot: Snapshot) -> None:
        """Show another moment; the rows stay unless the one looked at would not be seen."""
        before, self._snapshot = self._snapshot, snapshot
        if self._lanes is None or self._lanes.tape.graph is not snapshot.graph:
            self._lanes = lanes(snapshot.graph)
        if before is None or before.focus != snapshot.focus:
            self._reveal()
        self.redraw()

    @property
    def thumb(self) -> Thumb:
        """How much of the tape is seen."""
        return Thumb(self._first, self._room, self._total)

    def centre(self) -> None:
        """Bring the row that is looked at into the middle."""
        self._show_from(self._row - self._room // 2)

    def scroll_rows(self, rows: int) -> None:
        """Show what is `rows` further down; nothing happens at either end."""
        self._show_from(self._first + rows)

    def draw(self, width: int, height: int) -> Sequence[Line]:
        if self._snapshot is None or self._lanes is None:
            return []
        ascii_only = is_ascii_only(self)
        rows = lane_lines(
            self._lanes,
            self._snapshot,
            self._first,
            height - HEAD_ROWS,
            width,
            ascii_only=ascii_only,
        )
        return [lane_heading(self._lanes, width), *rows]

    def on_resize(self) -> None:
        """See to it that the row that is looked at is still seen."""
        self._reveal()
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        """Look at the node whose row was clicked."""
        row = self._first + event.y - HEAD_ROWS
        if self._lanes is not None and event.y >= HEAD_ROWS and row < self._total:
            self.post_message(Perform.of("goto", self._lanes.tape.names[row]))

    def by_wheel(self, rows: int) -> None:
        self.scroll_rows(rows)

    # Within ------------------------------------------------------------------------------------

    @property
    def _room(self) -> int:
        return max(self.size.height - HEAD_ROWS, 1)

    @property
    def _total(self) -> int:
        return len(self._lanes.tape.names) if self._lanes is not None else 0

    @property
    def _row(self) -> int:
        """The row that is looked at."""
        if self._lanes is None or self._snapshot is None:
            return 0
        return self._lanes.tape.places[self._snapshot.focus]

    def _reveal(self) -> None:
        """Bring the row that is looked at into sight, with the least movement if it is near."""
        around = min(AROUND, (self._room - 1) // 2)
        least, most = self._row + around + 1 - self._room, self._row - around
        if not least - self._room <= self._first <= most + self._room:
            self.centre()
        else:
            self._show_from(min(max(self._first, least), most))

    def _show_from(self, first: int) -> None:
        first = max(min(first, self._total - self._room), 0)
        if first != self._first:
            self._first = first
            self.redraw()
            self.post_message(Moved())
