"""The panels of text: inspector, source, Jacobian lens, and pages such as help or an error.

What they say comes from `view`; here it is decided which part is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import events

from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.breakpoints import Kind, Target
from graphtui.debugger.stops.toggling import toggling
from graphtui.ui.line_view import LineView
from graphtui.ui.messages import Perform
from graphtui.ui.scrolling_view import ScrollingView
from graphtui.view.inspector.inspector import inspector
from graphtui.view.panels.source import gutter_node, source
from graphtui.view.text.lines import Line, Span

if TYPE_CHECKING:
    from graphtui.debugger.watches.watches import WatchRow

Content = Callable[[int], Sequence[Line]]
"""From a width to the lines of a page."""


class InspectorView(ScrollingView):
    """All that is known about the focused node."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._snapshot: Snapshot | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Show another moment; another node is shown from the top."""
        before, self._snapshot = self._snapshot, snapshot
        self.renew(from_top=before is None or before.focus != snapshot.focus)

    def content(self, width: int) -> Sequence[Line]:
        return indented(inspector(self._snapshot, width - 2)) if self._snapshot else []


class SourceView(LineView):
    """The description's own text, around the expression of the focused node."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._snapshot: Snapshot | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Show the place of another node."""
        self._snapshot = snapshot
        self.redraw()

    def draw(self, width: int, height: int) -> Sequence[Line]:
        return indented(source(self._snapshot, width - 2, height)) if self._snapshot else []

    def on_click(self, event: events.Click) -> None:
        """Set or clear a breakpoint at the node whose place in the gutter was clicked."""
        if self._snapshot is None:
            return
        node = gutter_node(self._snapshot, self.size.height, event.x - 1, event.y)
        if node is not None:
            target = Target(Kind.NODE, node)
            self.post_message(Perform(toggling(self._snapshot.breakpoints, target)))


class WatchesView(ScrollingView):
    """What is watched, as it is now."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._rows: Sequence[WatchRow] = ()

    def show(self, rows: Sequence[WatchRow]) -> None:
        """Show the watches of another moment."""
        self._rows = rows
        self.renew(from_top=False)

    def content(self, width: int) -> Sequence[Line]:
        from graphtui.view.answers.watch_lines import watch_lines  # when something is watched

        return indented(watch_lines(self._rows, width - 2))


class PageView(ScrollingView):
    """A page of text instead of the panels."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._make: Content = lambda width: []

    def show(self, make: Content) -> None:
        """Show another page, from the top."""
        self._make = make
        self.renew(from_top=True)

    def content(self, width: int) -> Sequence[Line]:
        return indented(self._make(width - 2))


def indented(lines: Sequence[Line]) -> list[Line]:
    """The lines of a panel, clear of its left border."""
    return [(Span(" "), *line) for line in lines]
