"""What keys and the mouse do to an array that fills the screen: a method for each key.

The keys stand in `panel_keys`; how a view moves is for `view.tensor`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from textual import events

from graphtui.debugger.number_range import ODD, NumberRange
from graphtui.errors import CommandError
from graphtui.ui.engine_thread import Token
from graphtui.ui.messages import Moved, Typing
from graphtui.ui.panel_keys import TENSOR_KEYS
from graphtui.ui.tensor_screen import TensorScreen, renewed_pictures
from graphtui.view.tensor import view as views
from graphtui.view.tensor.copy import as_numpy, as_table
from graphtui.view.tensor.grid import element_at, paged
from graphtui.view.tensor.readings import (
    Images,
    images,
    larger,
    next_channel,
    next_contrast,
    next_image,
    next_reading,
)
from graphtui.view.tensor.search import Hit, next_match
from graphtui.view.tensor.sort import By, sorted_columns, sorted_rows
from graphtui.view.tensor.view import TensorView
from graphtui.view.text.numbers import count_text

TAKES_LONG = 5_000_000
"""Elements from which on a search says that it goes on."""

_NEXT_BY: Mapping[By | None, By | None] = {
    None: By.LARGEST, By.LARGEST: By.SMALLEST, By.SMALLEST: By.SIZE, By.SIZE: None,
}  # fmt: skip


class TensorPanel(TensorScreen):
    """One array with what keys do to it; the names stand in `TENSOR_KEYS`."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._actions: Mapping[str, Callable[[], object]] = {
            key: getattr(self, row.name) for row in TENSOR_KEYS for key in row.keys
        }

    def take_key(self, key: str) -> bool:
        """Do what a key means here, and say whether it means something."""
        if key not in self._actions:
            return False
        self._actions[key]()
        return True

    def up(self) -> None:
        """The element above, or the channel before."""
        self._move(rows=-1)

    def down(self) -> None:
        """The element below, or the next channel."""
        self._move(rows=1)

    def left(self) -> None:
        """The element to the left, or the picture before."""
        self._move(columns=-1)

    def right(self) -> None:
        """The element to the right, or the next picture."""
        self._move(columns=1)

    def page_up(self) -> None:
        """A screen further up."""
        self._page(down=-1)

    def page_down(self) -> None:
        """A screen further down."""
        self._page(down=1)

    def page_left(self) -> None:
        """A screen further left."""
        self._page(across=-1)

    def page_right(self) -> None:
        """A screen further right."""
        self._page(across=1)

    def row_start(self) -> None:
        """The first element of the row."""
        self._change(lambda view: views.moved(view, columns=-view.width))

    def row_end(self) -> None:
        """The last element of the row."""
        self._change(lambda view: views.moved(view, columns=view.width))

    def first(self) -> None:
        """The first element of all."""
        self._change(lambda view: views.moved_to(view, (0,) * len(view.shape)))

    def last(self) -> None:
        """The last element of all."""
        self._change(
            lambda view: views.moved_to(view, tuple(max(size - 1, 0) for size in view.shape))
        )

    def other_array(self) -> None:
        """The value, then the gradient, then both."""
        self._change(views.next_shown)
        if self._pictures is not None and self._view is not None:
            self._pictures = renewed_pictures(self._pictures, self._view)

    def slice_before(self) -> None:
        """The slice before."""
        self._slice(-1)

    def slice_after(self) -> None:
        """The next slice."""
        self._slice(1)

    def jump(self) -> None:
        """Type where to go."""
        if self._found is not None:
            self.post_message(Typing(f"tensor {self._typed}["))

    def seek(self) -> None:
        """Type which numbers are sought."""
        if self._found is not None:
            self.post_message(Typing(f"tensor {self._typed} where "))

    def next_found(self) -> None:
        """The next number that is sought."""
        self._search(None)

    def found_before(self) -> None:
        """The one before."""
        self._search(None, backward=True)

    def next_odd(self) -> None:
        """The next NaN or infinity."""
        self._search(ODD)

    def sort_rows(self) -> None:
        """Rows in the next order, by the cursor's column."""
        self._sort("rows", sorted_rows)

    def sort_columns(self) -> None:
        """Columns in the next order, by the cursor's row."""
        self._sort("columns", sorted_columns)

    def axes(self) -> None:
        """The next two axes, or the next way to see pictures in the array."""
        if self._pictures is not None and self._view is not None:
            self._picture_from(next_reading(self._pictures, self._view))
        else:
            self._change(views.next_axes)

    def turn(self) -> None:
        """Rows as columns."""
        self._change(views.swapped)

    def heat(self) -> None:
        """The next kind of heat, or the next contrast of pictures."""
        if self._pictures is not None:
            self._picture_from(next_contrast(self._pictures))
        else:
            self._change(views.next_heat)

    def picture(self) -> None:
        """Numbers as pictures, or as numbers again."""
        if self._view is not None:
            self._pictures = images(self._view) if self._pictures is None else None
            self.redraw()
            self.post_message(Moved())

    def spread(self) -> None:
        """The spread, or more numbers instead."""
        self._spread = not self.spread_is_shown
        self.redraw()
        self.post_message(Moved())

    def wider(self) -> None:
        """Wider columns, or larger pictures."""
        self._resize(1)

    def narrower(self) -> None:
        """Narrower columns, or smaller pictures."""
        self._resize(-1)

    def copy(self) -> None:
        """Copy what is marked as a table."""
        self._copy(as_table, "a table")

    def copy_numpy(self) -> None:
        """Copy what is marked as an expression."""
        self._copy(as_numpy, "a NumPy expression")

    def write(self) -> None:
        """Type where to save the array."""
        if self._found is not None:
            file = "".join(c if c.isalnum() else "_" for c in self._typed).strip("_")
            self.post_message(Typing(f"save-array {self._typed} to {file}.npy"))

    def unmark(self) -> None:
        """Nothing marked, nothing sought."""
        self._change(views.unmarked)

    # Within ------------------------------------------------------------------------------------

    @property
    def _typed(self) -> str:
        """What is looked at, as a command has it."""
        assert self._found is not None, "something is looked at"
        expression = self._found.looked.expression
        on_gradient = self._view is not None and self._view.shows is views.Shows.GRADIENT
        return f"grad({expression})" if on_gradient and self._found.looked.node else expression

    def _change(self, change: Callable[[TensorView], TensorView]) -> None:
        if self._view is not None:
            self.see(change(self._view))

    def _move(self, rows: int = 0, columns: int = 0) -> None:
        if self._pictures is not None:
            moved = next_channel(self._pictures, rows) if rows else self._pictures
            self._picture_from(next_image(moved, columns) if columns else moved)
        else:
            self._change(lambda view: views.moved(view, rows, columns))

    def _resize(self, by: int) -> None:
        if self._pictures is not None:
            self._picture_from(larger(self._pictures, by))
        else:
            self._change(lambda view: views.wider(view, by))

    def _page(self, down: int = 0, across: int = 0) -> None:
        placed = self._grid
        if placed is not None:
            self._change(lambda view: paged(view, placed, down, across))

    def _slice(self, by: int) -> None:
        if self._pictures is not None:
            self._picture_from(next_image(self._pictures, by))
        else:
            self._change(lambda view: views.next_slice(view, by))

    def _picture_from(self, pictures: Images) -> None:
        self._pictures = pictures
        self.redraw()

    def _search(self, search: NumberRange | None, *, backward: bool = False) -> None:
        """Go to another number on the other thread, and go on measuring afterwards."""
        view = self._view
        wanted = search or (view.search if view is not None else None)
        if view is None or wanted is None:
            self.say("Nothing is sought yet: / says what.", "dim")
            return
        if view.value.size > TAKES_LONG:
            self.say("Searching … i stops it.", "dim")

        def find(token: Token) -> Hit:
            return next_match(view, wanted, backward=backward, interrupted=lambda: token.cancelled)

        self.elsewhere(find, lambda hit: self._go(hit, wanted))

    def _go(self, hit: Hit, search: NumberRange) -> None:
        self._change(lambda view: replace(view, at=hit.view.at, search=search))
        self.say(hit.sentence, "" if hit.found else "dim")

    def _sort(self, what: str, order: Callable[[TensorView, By | None], TensorView]) -> None:
        view, by = self._view, _NEXT_BY[self._by.get(what)]
        if view is None:
            return

        def sort(token: Token) -> TensorView:
            return order(view, by)

        def take(found: TensorView) -> None:
            self._by[what] = by
            self._change(lambda view: replace(view, orders=found.orders))
            self.say(f"The {what} are sorted: {by}." if by else f"The {what} are as they were.")

        self.elsewhere(sort, take)

    def _copy(self, text: Callable[[TensorView], str], what: str) -> None:
        if self._view is None:
            return
        try:
            copied = text(self._view)
        except CommandError as error:
            self.say(str(error), "warning")
            return
        self.app.copy_to_clipboard(copied)
        self.say(f"Copied as {what}: {count_text(len(copied))} characters.")

    # The mouse ---------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Go to the number that was clicked."""
        if self._view is not None and self._grid is not None and self._pictures is None:
            at = element_at(self._view, self._grid, event.x - 1, event.y)
            if at is not None:
                self.see(views.moved_to(self._view, at))

    def by_wheel(self, rows: int) -> None:
        self._move(rows=rows)
