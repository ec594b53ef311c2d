"""The Jacobian lens: which input and which part of the matrix are looked at.

What it shows is made by `view.jacobian`.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from graphtui.debugger.snapshot import Snapshot
from graphtui.ui.framework import is_ascii_only
from graphtui.ui.line_view import LineView
from graphtui.ui.panels import indented
from graphtui.ui.theme import ANSI
from graphtui.view.jacobian.contraction import other_name
from graphtui.view.jacobian.lens import JacobianPage, jacobian_page
from graphtui.view.text.lines import Line, Span


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
            return indented(_no_lens(self._snapshot))
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
        return indented([*self._page.lines, (), (Span("j", "key"), Span(hint, "dim"))])

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
