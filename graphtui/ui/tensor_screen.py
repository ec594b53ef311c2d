"""An array that fills the screen: its numbers, what they come to, how they are spread, as pictures.

How it is drawn is for `view.tensor`, what keys do to it for `tensor_panel`. Reading a whole array,
to measure, search or sort it, is work for another thread, which posts what it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.viewed import Viewed, viewed
from graphtui.errors import CommandError
from graphtui.ui.borders import Thumb
from graphtui.ui.engine_thread import Token
from graphtui.ui.framework import is_ascii_only
from graphtui.ui.messages import Moved
from graphtui.ui.panel_keys import TENSOR_KEYS
from graphtui.ui.theme import ANSI
from graphtui.ui.working_view import WorkingView
from graphtui.view.tensor.grid import Grid
from graphtui.view.tensor.image import image_lines
from graphtui.view.tensor.lines import tensor_page
from graphtui.view.tensor.measured import Measured, growing
from graphtui.view.tensor.opened import arranged, is_arranged, opened
from graphtui.view.tensor.readings import Images, images
from graphtui.view.tensor.search import Hit
from graphtui.view.tensor.sort import By
from graphtui.view.tensor.spread import HEIGHT, spread_lines
from graphtui.view.tensor.view import TensorView
from graphtui.view.text.lines import Line, Span, line

SPREAD_FROM = 26
"""From so many lines on, the spread is shown unless somebody does not want it."""

_AROUND = 8
"""Lines besides numbers that an array takes at most."""

Result = TypeVar("Result")
"""What another thread has found out."""


class TensorScreen(WorkingView):
    """One array, with its gradient where it is a node's, at the cursor of the timeline."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._found: Viewed | None = None
        self._view: TensorView | None = None
        self._grid: Grid | None = None
        self._pictures: Images | None = None
        self._measured = Measured()
        self._spread: bool | None = None
        self._by: dict[str, By | None] = {}
        self._moment: tuple[object, int] = (None, 0)

    # What is looked at -------------------------------------------------------------------------

    def show(self, found: Viewed, snapshot: Snapshot) -> None:
        """Look at an array; where it is the one that is looked at, the rest of the view stays."""
        before = self._found
        same = before is not None and before.looked.expression == found.looked.expression
        if not same:
            self._view, self._pictures, self._measured, self._by = None, None, Measured(), {}
        self._moment = (snapshot.run, snapshot.cursor)
        self._take(found)
        self._look()

    def follow(self, snapshot: Snapshot) -> None:
        """Look at the same array at another moment."""
        moment = (snapshot.run, snapshot.cursor)
        if self._found is None or moment == self._moment:
            return
        self._moment = moment
        looked = self._found.looked._replace(key="", where=None, by="", on_gradient=False)
        number = self.begin_anew()

        def job(token: Token) -> None:
            try:
                found = viewed(looked, snapshot)
            except CommandError as error:
                words = str(error)
                self.found(number, lambda: self.say(words, "warning"))
                return
            self.found(number, lambda: self._renew(found))

        self.work(job)

    def _renew(self, found: Viewed) -> None:
        self._take(found)
        self._look()

    def _take(self, found: Viewed) -> None:
        """Show these arrays."""
        before, self._found = self._found, found
        try:
            view = opened(found, self._view)
        except CommandError as error:
            self.say(str(error), "warning")
            view = opened(found._replace(looked=found.looked._replace(key="")), self._view)
        self._measured = self._measured.of_these(
            same_value=before is not None and found.value is before.value,
            same_gradient=before is not None and found.gradient is before.gradient,
        )
        if view is not None:
            self.see(view)
            if self._pictures is not None:
                self._pictures = renewed_pictures(self._pictures, view)
        self.redraw()

    def _look(self) -> None:
        """Find out what takes time, on the other thread."""
        self.begin_anew()
        found, view = self._found, self._view
        if found is None or found.value is None or view is None:
            return
        looked = found.looked

        def find(token: Token) -> Hit | None:
            asked = is_arranged(looked)
            return arranged(view, looked, lambda: token.cancelled) if asked else None

        self.elsewhere(find, self._arrange)

    def elsewhere(self, find: Callable[[Token], Result], take: Callable[[Result], None]) -> None:
        """Find something out on the other thread, and go on measuring there.

        Args:
            find: what takes time; if it raises `CommandError`, that is said.
            take: makes use of it, on the screen's thread, if the array is still looked at then.
        """
        number, found, known = self.asked, self._found, self._measured

        def job(token: Token) -> None:
            try:
                result = find(token)
            except CommandError as error:
                self.found(number, partial(self.say, str(error), "warning"))
            else:
                self.found(number, lambda: take(result))
            if found is not None and found.value is not None:
                for measured in growing(found.value, found.gradient, known):
                    if token.cancelled:
                        break
                    if measured is not None:
                        self.found(number, partial(self._know, measured))

        self.work(job)

    def _know(self, measured: Measured) -> None:
        self._measured = measured
        self.redraw()

    def _arrange(self, hit: Hit | None) -> None:
        """Sorted, and with the cursor on what was found."""
        if hit is not None and self._view is not None and hit.view.shape == self._view.shape:
            self.see(replace(self._view, at=hit.view.at, orders=hit.view.orders))
            self.say(hit.sentence)

    def see(self, view: TensorView) -> None:
        """Look at another part, or in another way."""
        if view is not self._view:
            self._view = view
            self.redraw()
            self.post_message(Moved())

    @property
    def view(self) -> TensorView | None:
        """What is looked at; None before there is anything."""
        return self._view

    # What is drawn -----------------------------------------------------------------------------

    @property
    def thumbs(self) -> Mapping[str, Thumb]:
        """How much of the array is seen, across and down."""
        if self._view is None or self._grid is None or self._pictures is not None:
            return {}
        return {
            "x": Thumb(self._view.column, self._grid.columns, self._view.width),
            "y": Thumb(self._view.row, self._grid.rows, self._view.height),
        }

    @property
    def keys(self) -> list[tuple[str, str]]:
        """The keys that mean something here, each with a word, the most needed first."""
        view = self._view
        node = self._found is not None and bool(self._found.looked.node)
        without = {
            "other_array": not node,
            "next_found": view is None or view.search is None,
            "slice_after": view is None or not (view.hidden_axes or self._pictures),
            "axes": view is None or len(view.shape) < 3,
            "next_odd": not self._has_odd(),
        }
        if self._pictures is not None:
            without = {"other_array": not node, "down": self._pictures.depth == 1}
        words = {
            row: row.word if self._pictures is None else row.pictured
            for row in TENSOR_KEYS
            if not without.get(row.name)
        }
        rows = [row for row, word in words.items() if word]
        close = rows.pop()
        return [(row.keys[0], words[row]) for row in (close, *rows)]

    def _has_odd(self) -> bool:
        known = (self._measured.value, self._measured.gradient)
        return any(each is not None and each.finite < each.seen for each in known)

    def draw(self, width: int, height: int) -> Sequence[Line]:
        found, view = self._found, self._view
        if found is None:
            return []
        if view is None or found.value is None:
            name = view.title if view is not None else found.looked.expression
            return [line(" ", (name, "title"), ("  not yet", "absent"))]
        inner, ascii_only = width - 2, is_ascii_only(self)
        if self._pictures is not None:
            signs = self.app.theme == ANSI
            drawn = image_lines(
                self._pictures, inner, height, self._measured, signs=signs, ascii_only=ascii_only
            )
            return _indented(drawn)
        chart = self._chart(inner, height)
        room = height - (HEIGHT + 1 if chart else 0)
        page = tensor_page(view, inner, room, self._measured, ascii_only=ascii_only)
        self._view, self._grid = page.view, page.grid
        blank: list[Line] = [()] * (room - len(page.lines) + 1)
        return _indented([*page.lines, *blank, *chart] if chart else page.lines)

    def _chart(self, width: int, height: int) -> list[Line]:
        """The spread, where it is wanted and there is room for it."""
        if self._view is None or not self.spread_is_shown or height < 2 * HEIGHT:
            return []
        return spread_lines(self._view, self._measured, width, ascii_only=is_ascii_only(self))

    @property
    def spread_is_shown(self) -> bool:
        """Whether it is wanted; until somebody has said so, whether there is room to spare."""
        if self._spread is not None or self._view is None:
            return bool(self._spread)
        spare = self.size.height - self._view.height
        return self.size.height >= SPREAD_FROM or spare >= HEIGHT + _AROUND


def renewed_pictures(before: Images, view: TensorView) -> Images:
    """The pictures of other numbers, from the same one on and in the same way."""
    after = replace(images(view, before.number), contrast=before.contrast, size=before.size)
    if before.view.shape != after.view.shape:
        return after
    return replace(after, view=replace(after.view, at=before.view.at), together=before.together)


def _indented(lines: Sequence[Line]) -> list[Line]:
    return [(Span(" "), *each) for each in lines]
