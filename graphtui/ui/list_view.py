"""The panel of lists: which one is shown, which row is selected, and the keys that act on it.

What is in a list comes from the session, and what a key does to a row is a command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from textual import events

from graphtui.debugger.reply import Reply
from graphtui.debugger.stops.breakpoints import Breakpoint
from graphtui.ui.borders import Thumb
from graphtui.ui.line_view import WheeledView
from graphtui.ui.messages import ListWanted, Moved, Ordered
from graphtui.view.panels.list_orders import Order, Orders, orders
from graphtui.view.panels.list_panel import (
    HEAD_ROWS,
    LISTS,
    list_panel,
    neighbour,
    room,
    row_at,
    row_count,
    tab_at,
)
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.selection import kept, scrolled

NOTHING = Reply("")


class ListKey(NamedTuple):
    """A key of the panel."""

    keys: tuple[str, ...]
    """As Textual calls them."""
    name: str
    """The method that it calls."""
    help: str


LIST_KEYS: tuple[ListKey, ...] = (
    ListKey(("up",), "row_up", "the row above"),
    ListKey(("down",), "row_down", "the row below"),
    ListKey(("pageup", "left_square_bracket"), "page_up", "as many rows further up as are seen"),
    ListKey(("pagedown", "right_square_bracket"), "page_down", "further down"),
    ListKey(("home",), "first_row", "the first row"),
    ListKey(("end",), "last_row", "the last row"),
    ListKey(("enter",), "enter", "edit the row, or go where it says"),
    ListKey(("space",), "switch", "switch it on or off; set or clear a breakpoint there"),
    ListKey(("x", "delete"), "remove_row", "take it away"),
    ListKey(("tab",), "next_list", "the next list"),
    ListKey(("shift+tab",), "last_list", "the list before"),
    ListKey(("l", "q", "escape"), "close", "close the lists"),
)
"""What keys do while the lists are open; every other key does what it always does."""


class ListView(WheeledView):
    """One list, with a row selected."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.what = LISTS[0]
        """The list that is shown."""
        self._reply = NOTHING
        self._breakpoints: Mapping[int, Breakpoint] = {}
        self._selected = self._first = 0
        self._actions: Mapping[str, Callable[[], object]] = {
            key: getattr(self, row.name) for row in LIST_KEYS for key in row.keys
        }

    def show(self, what: str, reply: Reply, breakpoints: Mapping[int, Breakpoint]) -> None:
        """Show a list as it is now; the selected row stays, as far as there is one."""
        if what == self.what:
            old, new = row_count(self._reply), row_count(reply)
            self._selected = kept(self._selected, old, new, follows=what == "log")
        else:
            self._selected = self._first = 0
        self.what, self._reply, self._breakpoints = what, reply, breakpoints
        self.redraw()
        self.post_message(Moved())

    @property
    def orders(self) -> Orders:
        """What can be done with the selected row."""
        if not row_count(self._reply):
            return Orders()
        return orders(self.what, row_at(self._reply, self._selected), self._breakpoints)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Keys that mean something here, each with a word, those of the selected row first."""
        found = zip(("enter", "space", "x"), self.orders, strict=True)
        mine = [(key, order.word) for key, order in found if order is not None]
        return [*mine, ("tab", "next list"), ("l", "close")]

    @property
    def thumb(self) -> Thumb:
        """How much of the list is seen."""
        return Thumb(self._first, self._room, row_count(self._reply))

    def take_key(self, key: str) -> bool:
        """Do what a key means in a list, and say whether it means something."""
        if key not in self._actions:
            return False
        self._actions[key]()
        return True

    def draw(self, width: int, height: int) -> Sequence[Line]:
        seen = room(self._reply, width - 2, height)
        self._first = scrolled(self._first, seen, row_count(self._reply), self._selected)
        lines = list_panel(self.what, self._reply, width - 2, height, self._first, self._selected)
        return [(Span(" "), *line) for line in lines]

    # Keys: the names stand in `LIST_KEYS` -------------------------------------------------------

    def row_up(self) -> None:
        """Select the row above."""
        self._select(self._selected - 1)

    def row_down(self) -> None:
        """Select the row below."""
        self._select(self._selected + 1)

    def page_up(self) -> None:
        """Select a row as far up as rows are seen."""
        self._select(self._selected - self._room)

    def page_down(self) -> None:
        """Select a row as far down as rows are seen."""
        self._select(self._selected + self._room)

    def first_row(self) -> None:
        """Select the first row."""
        self._select(0)

    def last_row(self) -> None:
        """Select the last row."""
        self._select(row_count(self._reply))

    def enter(self) -> None:
        """Edit the row, or go where it says."""
        self._order(self.orders.enter)

    def switch(self) -> None:
        """Switch the row on or off."""
        self._order(self.orders.switch)

    def remove_row(self) -> None:
        """Take the row away."""
        self._order(self.orders.remove)

    def next_list(self) -> None:
        """Show the next list."""
        self.post_message(ListWanted(neighbour(self.what, 1)))

    def last_list(self) -> None:
        """Show the list before."""
        self.post_message(ListWanted(neighbour(self.what, -1)))

    def close(self) -> None:
        """Close the panel."""
        self.post_message(ListWanted(""))

    # Within ------------------------------------------------------------------------------------

    @property
    def _room(self) -> int:
        return room(self._reply, self.size.width - 2, self.size.height)

    def _select(self, index: int) -> None:
        self._selected = max(min(index, row_count(self._reply) - 1), 0)
        self.redraw()
        self.post_message(Moved())

    def _order(self, order: Order | None) -> None:
        if order is not None:
            self.post_message(Ordered(order))

    # The mouse ---------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Select the row that was clicked, or show the list; a second click is enter."""
        if event.y == 0:
            name = tab_at(self.what, self.size.width - 2, event.x - 1)
            if name is not None:
                self.post_message(ListWanted(name))
            return
        index = self._first + event.y - HEAD_ROWS
        if HEAD_ROWS <= event.y < HEAD_ROWS + self._room and index < row_count(self._reply):
            self._select(index)
            if event.chain == 2:
                self.enter()

    def by_wheel(self, rows: int) -> None:
        self._select(self._selected + rows)
