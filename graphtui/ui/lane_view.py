"""The lane view in the place of the graph: rows of the tape that follow what is looked at.

Where there are more lanes than there is room for, one pans across them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual import events

from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.graph import Graph
from graphtui.ui.borders import Thumb
from graphtui.ui.framework import is_ascii_only
from graphtui.ui.messages import Moved, Perform, Work
from graphtui.ui.working_view import WorkingView
from graphtui.view.lanes.lane_lines import columns, lane_heading, lane_lines
from graphtui.view.lanes.lanes import NO_LANE, Lanes, lanes
from graphtui.view.text.lines import Line, Span

HEAD_ROWS = 1
AROUND = 2
"""Rows that are seen before and behind the one that is looked at, as far as there are any."""
AT_ONCE = 5_000
"""Nodes whose lanes are found out while the screen waits: within some milliseconds."""


class LaneView(WorkingView):
    """Some rows of the tape."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._snapshot: Snapshot | None = None
        self._graph: Graph | None = None
        self._lanes: Lanes | None = None
        """Of that graph; None while they are being found out."""
        self._first = 0
        self._aside = 0
        """How many of the lanes nearest to the names are passed over."""

    def show(self, snapshot: Snapshot) -> None:
        """Show another moment; the rows stay unless the one looked at would not be seen."""
        before, self._snapshot = self._snapshot, snapshot
        if self._graph is not snapshot.graph:
            self._find_out(snapshot.graph)
        elif before is None or before.focus != snapshot.focus:
            self._reveal()
        self.redraw()

    @property
    def thumb(self) -> Thumb:
        """How much of the tape is seen."""
        return Thumb(self._first, self._room, self._total)

    def centre(self) -> None:
        """Bring the row that is looked at into the middle, and its lane into sight."""
        self._show_from(self._row - self._room // 2)
        if self._lanes is not None:
            lane, seen = int(self._lanes.lane[self._row]), self._seen(self._lanes)
            if lane != NO_LANE and lane not in seen:
                self._pass_over(lane - len(seen) // 2)

    def pan(self, across: int, down: int) -> None:
        """Show what is so many lanes further right, and so many rows further down."""
        self.scroll_rows(down)
        if across and self._lanes is not None:
            self._pass_over(self._seen(self._lanes).start - across)

    def scroll_rows(self, rows: int) -> None:
        """Show what is `rows` further down; nothing happens at either end."""
        self._show_from(self._first + rows)

    def draw(self, width: int, height: int) -> Sequence[Line]:
        if self._snapshot is None:
            return []
        if self._lanes is None:
            return [(Span("Finding out how long each value lives …", "dim"),)]
        ascii_only = is_ascii_only(self)
        rows = lane_lines(
            self._lanes,
            self._snapshot,
            self._first,
            height - HEAD_ROWS,
            width,
            aside=self._aside,
            ascii_only=ascii_only,
        )
        return [lane_heading(self._lanes, width, self._aside), *rows]

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

    def _find_out(self, graph: Graph) -> None:
        """Find the lanes of another graph out, on another thread if it is large."""
        self._graph, self._lanes = graph, None
        number = self.begin_anew()
        if len(graph.nodes) <= AT_ONCE:
            self._take(lanes(graph))
        else:
            job = partial(self._work_out, graph, number)
            self.post_message(Work(lambda token: job(), afresh=False))

    def _work_out(self, graph: Graph, number: int) -> None:
        self.found(number, partial(self._take, lanes(graph)))

    def _take(self, found: Lanes) -> None:
        self._lanes = found
        self._reveal()
        self.redraw()
        self.post_message(Moved())

    def _seen(self, found: Lanes) -> range:
        """The lanes that are seen."""
        return columns(found, self.size.width, self._aside).seen

    def _pass_over(self, aside: int) -> None:
        self._aside = max(aside, 0)
        if self._lanes is not None:
            self._aside = self._seen(self._lanes).start
        self.redraw()

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
