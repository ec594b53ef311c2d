"""The panels of text: inspector, source, Jacobian lens, and pages such as help or an error.

What they say comes from `view`; here it is decided which part is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events

from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.breakpoints import Kind, Target
from graphtui.debugger.stops.toggling import toggling
from graphtui.debugger.watches.watches import WatchRow
from graphtui.ui.framework import is_ascii_only
from graphtui.ui.line_view import LineView
from graphtui.ui.messages import Perform
from graphtui.ui.scrolling_view import ScrollingView
from graphtui.ui.theme import ANSI
from graphtui.view.contraction import other_name
from graphtui.view.inspector import inspector
from graphtui.view.jacobian import JacobianPage, jacobian_page
from graphtui.view.lines import Line, Span
from graphtui.view.source import gutter_node, source
from graphtui.view.watch_lines import watch_lines

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
        return _indented(inspector(self._snapshot, width - 2)) if self._snapshot else []


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
        return _indented(source(self._snapshot, width - 2, height)) if self._snapshot else []

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
        return _indented(watch_lines(self._rows, width - 2))


class LensView(LineView):
    """The Jacobian of one input of the focused node, as a window on the matrix."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._snapshot: Snapshot | None = None
        self._slot = self._row = self._column = 0
        self._page: JacobianPage | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Show another moment; for another node, its first input and the corner of the matrix."""
        before, self._snapshot = self._snapshot, snapshot
        seen = (before.graph, before.focus) if before is not None else (None, "")
        if seen[0] is not snapshot.graph or seen[1] != snapshot.focus:
            self._slot = self._row = self._column = 0
        self.redraw()

    def next_input(self) -> bool:
        """Show the next input of the node; False, and the first again, when that was the last."""
        self._slot += 1
        self._row = self._column = 0
        sent = self._snapshot.sent(self._snapshot.focus) if self._snapshot else ()
        more = self._slot < len(sent)
        self._slot = self._slot if more else 0
        self.redraw()
        return more

    def show_input(self, slot: int) -> None:
        """Show the input of that number, if it receives a gradient."""
        sent = self._snapshot.sent(self._snapshot.focus) if self._snapshot else ()
        places = [place for place, each in enumerate(sent) if each.edge.slot == slot]
        self._slot, self._row, self._column = (places or [0])[0], 0, 0
        self.redraw()

    def pan(self, across: int, down: int) -> None:
        """Move the window on the matrix."""
        if self._snapshot is None or not (sent := self._snapshot.sent(self._snapshot.focus)):
            return
        rows, columns = sent[self._slot].local.matrix_shape
        self._row = min(max(self._row + down, 0), max(rows - 1, 0))
        self._column = min(max(self._column + across, 0), max(columns - 1, 0))
        self.redraw()

    def draw(self, width: int, height: int) -> Sequence[Line]:
        if self._snapshot is None:
            return []
        sent = self._snapshot.sent(self._snapshot.focus)
        if not sent:
            return _indented(_no_lens(self._snapshot))
        contribution = sent[min(self._slot, len(sent) - 1)]
        inputs = self._snapshot.graph.nodes[self._snapshot.focus].inputs
        self._page = jacobian_page(
            contribution,
            width - 2,
            height - 2,
            self._row,
            self._column,
            other_name(contribution.local, inputs, contribution.edge.slot),
            {"colour": self.app.theme != ANSI, "ascii_only": is_ascii_only(self)},
        )
        last = self._slot + 1 >= len(sent)
        hint = f" {'close' if last else 'next'} · input {self._slot + 1} of {len(sent)}"
        return _indented([*self._page.lines, (), (Span("j", "key"), Span(hint, "dim"))])

    def on_click(self, event: events.Click) -> None:
        """Move the window to the place of the matrix that was clicked on the picture."""
        sent = self._snapshot.sent(self._snapshot.focus) if self._snapshot else ()
        if self._page is None or not sent:
            return
        local = sent[min(self._slot, len(sent) - 1)].local
        place = self._page.entry_at(local, event.x - 1, event.y)
        if place is not None:
            self._row, self._column = place
            self.redraw()


def _no_lens(snapshot: Snapshot) -> list[Line]:
    """Why there is no Jacobian to look at."""
    plan, focus = snapshot.run.plan, snapshot.focus
    if focus in plan.backward_step:
        step = plan.backward_step[focus]
        return [
            (Span("Jacobian", "title"), Span("  not yet", "absent")),
            (Span(f"It comes with the backward step of this node, step {step}.", "dim"),),
        ]
    leaf = snapshot.graph.nodes[focus].is_leaf
    why = "A leaf computes nothing." if leaf else "No gradient passes through this node."
    return [(Span("Jacobian", "title"), Span("  none", "absent")), (Span(why, "dim"),)]


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
        return _indented(self._make(width - 2))


def _indented(lines: Sequence[Line]) -> list[Line]:
    return [(Span(" "), *line) for line in lines]
