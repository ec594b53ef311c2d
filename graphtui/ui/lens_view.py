"""The Jacobian lens: which input and which part of the matrix are looked at.

What it shows is made by `view.jacobian`; the keys stand in `panel_keys`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from shlex import quote

from textual import events

from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Contribution
from graphtui.graph.graph import Edge
from graphtui.ui.framework import is_ascii_only
from graphtui.ui.line_view import LineView
from graphtui.ui.messages import Moved, Perform, Typing
from graphtui.ui.panel_keys import LENS_KEYS
from graphtui.ui.panels import indented
from graphtui.ui.theme import ANSI
from graphtui.view.jacobian.contraction import names_of
from graphtui.view.jacobian.lens import JacobianPage, Looking, jacobian_page
from graphtui.view.jacobian.window import Entry, index_text
from graphtui.view.jacobian.without import without_lines
from graphtui.view.text.lines import Line, Span


class LensView(LineView):
    """The Jacobian of one input of the focused node, as a window on the matrix.

    Where the node has none, the edges through which its gradient comes, one of them chosen.
    """

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._snapshot: Snapshot | None = None
        self._slot = self._row = self._column = 0
        self._entry: Entry | None = None
        self._page: JacobianPage | None = None
        self._actions: Mapping[str, Callable[[], object]] = {
            key: getattr(self, row.name) for row in LENS_KEYS for key in row.keys
        }

    def show(self, snapshot: Snapshot) -> None:
        """Show another moment; for another node, its first input and the corner of the matrix."""
        before, self._snapshot = self._snapshot, snapshot
        seen = (before.graph, before.focus) if before is not None else (None, "")
        if seen[0] is not snapshot.graph or seen[1] != snapshot.focus:
            self._begin(0)
        self.redraw()

    def next_input(self) -> bool:
        """Show the next input of the node; False, and the first again, when that was the last."""
        more = self._slot + 1 < len(self._sent or self._readers)
        self._begin(self._slot + 1 if more else 0)
        self.redraw()
        return more

    def show_input(self, slot: int, entry: Entry | None = None) -> None:
        """Show the input of that number, if it receives a gradient, at an entry of its matrix."""
        places = [place for place, each in enumerate(self._sent) if each.edge.slot == slot]
        self._begin((places or [0])[0])
        if entry is not None and places:
            self._entry = self._row, self._column = entry
        self.redraw()

    def pan(self, across: int, down: int) -> None:
        """Move the window on the matrix."""
        if self._contribution is None:
            return
        rows, columns = self._contribution.local.matrix_shape
        self._row = min(max(self._row + down, 0), max(rows - 1, 0))
        self._column = min(max(self._column + across, 0), max(columns - 1, 0))
        self._entry = None
        self.redraw()

    # What is looked at -------------------------------------------------------------------------

    @property
    def _sent(self) -> tuple[Contribution, ...]:
        return self._snapshot.sent(self._snapshot.focus) if self._snapshot is not None else ()

    @property
    def _contribution(self) -> Contribution | None:
        sent = self._sent
        return sent[min(self._slot, len(sent) - 1)] if sent else None

    @property
    def _readers(self) -> tuple[Edge, ...]:
        """The edges through which the gradient of a leaf comes."""
        if self._snapshot is None:
            return ()
        graph, focus = self._snapshot.graph, self._snapshot.focus
        return graph.consumers[focus] if graph.nodes[focus].is_leaf else ()

    def _begin(self, slot: int) -> None:
        """Show another input, from the corner of its matrix on."""
        self._slot, self._row, self._column, self._entry = slot, 0, 0, None
        self.post_message(Moved())

    # Keys: the names stand in `LENS_KEYS` --------------------------------------------------------

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Keys for the key bar, each with a word; those of commands go on meaning what they do."""
        there = self._contribution is not None
        enter = {"enter": bool(self._readers) or self._step > 0}
        words = [
            (row.keys[0], row.word) for row in LENS_KEYS if row.word and enter.get(row.name, there)
        ]
        return [("j", "next input, or close"), *words, ("n", "step"), ("p", "back"), ("?", "help")]

    def take_key(self, key: str) -> bool:
        """Do what a key means here, and say whether it means something."""
        if key not in self._actions:
            return False
        self._actions[key]()
        return True

    def page_up(self) -> None:
        """A window further up."""
        self._turn(0, -1)

    def page_down(self) -> None:
        """A window further down."""
        self._turn(0, 1)

    def page_left(self) -> None:
        """A window further left."""
        self._turn(-1, 0)

    def page_right(self) -> None:
        """A window further right."""
        self._turn(1, 0)

    def first(self) -> None:
        """The first row and the first column."""
        self._to_corner(-1)

    def last(self) -> None:
        """The last row and the last column."""
        self._to_corner(1)

    def jump(self) -> None:
        """Type which entry is to be seen, beginning with the one that is."""
        found = self._contribution
        if found is not None and self._snapshot is not None:
            row, column = self._entry or (self._row, self._column)
            output = index_text(row, found.local.output_shape) or "[]"
            source = index_text(column, found.local.input_shape) or "[]"
            edge = quote(f"{found.edge.target}.{found.edge.slot + 1}")
            self.post_message(Typing(f"jacobian {edge} {output} {source}"))

    def enter(self) -> None:
        """Go to where there is a Jacobian: the chosen reader of a leaf, or its own step."""
        readers = self._readers
        if readers:
            edge = readers[min(self._slot, len(readers) - 1)]
            self.post_message(Perform.of("jacobian", f"{edge.target}.{edge.slot + 1}"))
        elif self._step:
            self.post_message(Perform(f"seek {self._step}"))

    @property
    def _step(self) -> int:
        """The step with which the Jacobian comes, if it is not there yet; 0 for none."""
        if self._snapshot is None or self._sent:
            return 0
        return self._snapshot.run.plan.backward_step.get(self._snapshot.focus, 0)

    def _to_corner(self, direction: int) -> None:
        if self._contribution is not None:
            rows, columns = self._contribution.local.matrix_shape
            self.pan(direction * columns, direction * rows)

    def _turn(self, across: int, down: int) -> None:
        """Move the window by as much as it shows."""
        if self._page is not None and self._contribution is not None:
            seen = self._page.window
            self._row, self._column = seen.row, seen.column
            self.pan(across * max(seen.columns, 1), down * max(seen.rows, 1))

    # What is drawn -----------------------------------------------------------------------------

    def draw(self, width: int, height: int) -> Sequence[Line]:
        self._page = None
        if self._snapshot is None:
            return []
        contribution = self._contribution
        if contribution is None:
            return indented(without_lines(self._snapshot, self._slot, width - 2, height))
        edge, sent = contribution.edge, self._sent
        graph = self._snapshot.graph
        self._page = jacobian_page(
            contribution,
            names_of(edge.target, edge.source, edge.slot, contribution.local, graph),
            width - 2,
            height - 2,
            Looking(
                self._row,
                self._column,
                self._entry,
                colour=self.app.theme != ANSI,
                ascii_only=is_ascii_only(self),
            ),
        )
        # A window that would begin beyond the matrix has been moved back into it.
        self._row, self._column = self._page.window.row, self._page.window.column
        last = self._slot + 1 >= len(sent)
        hint = f" {'close' if last else 'next'} · input {self._slot + 1} of {len(sent)}"
        return indented([*self._page.lines, (), (Span("j", "key"), Span(hint, "dim"))])

    def on_click(self, event: events.Click) -> None:
        """Move the window to the place of the matrix that was clicked on the picture."""
        if self._page is None or self._contribution is None:
            return
        place = self._page.entry_at(self._contribution.local, event.x - 1, event.y)
        if place is not None:
            self._row, self._column = place
            self._entry = None
            self.redraw()
