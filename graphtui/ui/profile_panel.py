"""The gradient profile on the screen: a row for each node or group, the worst a key away.

Looking through the nodes is work for another thread; the first of them are shown at once. How rows
look is for `view.profile_lines`; the keys stand in `panel_keys`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from textual import events

from graphtui.debugger.profile import Profile, growing_profile
from graphtui.debugger.profile_columns import COLUMNS, LEARNING_RATE, ORDERS, RATE, Profiled
from graphtui.debugger.snapshot import Snapshot
from graphtui.ui.borders import Thumb
from graphtui.ui.engine_thread import Token
from graphtui.ui.framework import is_ascii_only
from graphtui.ui.messages import Moved, Perform, Typing
from graphtui.ui.panel_keys import PROFILE_KEYS
from graphtui.ui.working_view import WorkingView
from graphtui.view.answers.profile_lines import Chart, chart, head_rows, profile_lines, seen_rows
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.selection import scrolled


class ProfilePanel(WorkingView):
    """The profile of the moment, in an order, with a row selected."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._snapshot: Snapshot | None = None
        self._chart: Chart | None = None
        self._column, self._order = next(iter(COLUMNS)), ORDERS[0]
        self._rate = LEARNING_RATE
        self._grouped = False
        self._first = self._selected = 0
        self._actions: Mapping[str, Callable[[], object]] = {
            key: getattr(self, row.name) for row in PROFILE_KEYS for key in row.keys
        }

    # What is shown -----------------------------------------------------------------------------

    def show(self, wanted: Profiled) -> None:
        """Show the profile of a moment, from the first row on."""
        self._column, self._order, self._rate = wanted.column, wanted.order, wanted.rate
        self._first = self._selected = 0
        self._snapshot, self._chart = wanted.snapshot, None
        self._look()

    def follow(self, snapshot: Snapshot) -> None:
        """Show the profile of another moment; the selected row stays, as far as there is one."""
        before, self._snapshot = self._snapshot, snapshot
        same = before is not None and (
            (before.run, before.cursor, before.folded)
            == (snapshot.run, snapshot.cursor, snapshot.folded)
        )
        if not same:
            self._look()

    def _look(self) -> None:
        """Look through the nodes, on the other thread."""
        snapshot, column, order, rate = self._snapshot, self._column, self._order, self._rate
        if snapshot is None:
            return
        folded = frozenset(snapshot.graph.groups) if self._grouped else snapshot.folded
        number = self.begin_anew()

        def job(token: Token) -> None:
            for found in growing_profile(snapshot, folded, rate):
                self.found(number, partial(self._take, chart(found, column, order)))
                if token.cancelled:
                    break

        self.work(job)
        self.redraw()

    def _arrange(self) -> None:
        """Show another number, or the rows in another order."""
        known = self._chart
        if known is None or not known.profile.complete:
            self._look()
            return
        number, column, order = self.begin_anew(), self._column, self._order
        profile: Profile = known.profile
        self.work(
            lambda token: self.found(number, partial(self._take, chart(profile, column, order)))
        )

    def _take(self, drawn: Chart) -> None:
        """Show what was found out; the selected node stays selected."""
        before = self._chart
        name = self._row_name(before)
        self._chart = drawn
        rows = drawn.rows
        if before is not None and name and not self._is_at(name):
            place = next((i for i, row in enumerate(rows) if row.node == name), None)
            self._selected = self._selected if place is None else place
        self._select(self._selected)

    def _row_name(self, drawn: Chart | None) -> str:
        return drawn.rows[self._selected].node if drawn is not None and drawn.rows else ""

    def _is_at(self, name: str) -> bool:
        rows = self._chart.rows if self._chart is not None else ()
        return self._selected < len(rows) and rows[self._selected].node == name

    @property
    def chart(self) -> Chart | None:
        """What is drawn; None as long as nothing is known."""
        return self._chart

    @property
    def selected(self) -> int:
        """The place of the selected row."""
        return self._selected

    @property
    def thumbs(self) -> Mapping[str, Thumb]:
        """How many of the rows are seen."""
        rows = self._chart.rows if self._chart is not None else ()
        return {"y": Thumb(self._first, seen_rows(self.size.height), len(rows))}

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Keys for the key bar, each with a word."""
        rows = [row for row in PROFILE_KEYS if row.word]
        if self._snapshot is not None and not self._snapshot.graph.groups:
            rows = [row for row in rows if row.name != "groups"]
        close = rows.pop()
        return [(row.keys[0], row.word) for row in (close, *rows)]

    def draw(self, width: int, height: int) -> Sequence[Line]:
        if self._chart is None:
            return [line(" ", ("profile", "title"), ("  looking through the nodes", "dim"))]
        self._first = scrolled(
            self._first, seen_rows(height), len(self._chart.rows), self._selected
        )
        lines = profile_lines(
            self._chart,
            width - 2,
            height,
            self._first,
            self._selected,
            ascii_only=is_ascii_only(self),
        )
        return [(Span(" "), *each) for each in lines]

    # Keys: the names stand in `PROFILE_KEYS` -----------------------------------------------------

    def take_key(self, key: str) -> bool:
        """Do what a key means here, and say whether it means something."""
        if key not in self._actions:
            return False
        self._actions[key]()
        return True

    def row_up(self) -> None:
        """Select the row above."""
        self._select(self._selected - 1)

    def row_down(self) -> None:
        """Select the row below."""
        self._select(self._selected + 1)

    def page_up(self) -> None:
        """Select a row a screen further up."""
        self._select(self._selected - seen_rows(self.size.height))

    def page_down(self) -> None:
        """Select a row a screen further down."""
        self._select(self._selected + seen_rows(self.size.height))

    def first_row(self) -> None:
        """Select the first row."""
        self._select(0)

    def last_row(self) -> None:
        """Select the last row."""
        self._select(len(self._chart.rows) if self._chart is not None else 0)

    def next_column(self) -> None:
        """Show the next number."""
        self._show_column(1)

    def column_before(self) -> None:
        """Show the number before."""
        self._show_column(-1)

    def next_order(self) -> None:
        """Show the rows in the next order."""
        self._order = _after(ORDERS, self._order, 1)
        self._arrange()

    def rate(self) -> None:
        """Type the learning rate of the updates."""
        self.post_message(Typing(f"profile update {self._order} {RATE} {self._rate}"))

    def to_worst(self) -> None:
        """Select the worst row."""
        if self._chart is None or self._chart.worst is None:
            self.say("Nothing here is bad by this number.", "dim")
            return
        self._select(self._chart.worst)
        row = self._chart.rows[self._chart.worst]
        self.say(f"Worst by {self._chart.column.title}: '{row.name}'.")

    def groups(self) -> None:
        """Show a row for each group, or for each node."""
        if self._snapshot is not None and self._snapshot.graph.groups:
            self._grouped = not self._grouped
            self._look()

    def look(self) -> None:
        """Look at the selected node in the picture."""
        name = self._row_name(self._chart)
        if name:
            self.close()
            self.post_message(Perform.of("goto", name))

    def numbers(self) -> None:
        """Look into the array of the selected node."""
        name = self._row_name(self._chart)
        if name:
            self.post_message(Perform.of("goto", name))
            self.post_message(Perform("tensor"))

    # Within ------------------------------------------------------------------------------------

    def _show_column(self, by: int) -> None:
        self._column = _after(tuple(COLUMNS), self._column, by)
        column = COLUMNS[self._column]
        self.say(f"{column.title}: {column.help}.")
        self._arrange()

    def _select(self, place: int) -> None:
        rows = self._chart.rows if self._chart is not None else ()
        self._selected = max(min(place, len(rows) - 1), 0)
        self.redraw()
        self.post_message(Moved())

    # The mouse ---------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Select the row that was clicked; a second click looks at its node."""
        place = event.y - head_rows(self.size.height)
        rows = self._chart.rows if self._chart is not None else ()
        if 0 <= place < seen_rows(self.size.height) and self._first + place < len(rows):
            self._select(self._first + place)
            if event.chain == 2:
                self.look()

    def by_wheel(self, rows: int) -> None:
        self._select(self._selected + rows)


def _after(names: Sequence[str], name: str, by: int) -> str:
    return names[(names.index(name) + by) % len(names)]
