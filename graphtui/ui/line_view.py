"""A widget that draws lines of (text, role), and asks for them again only when something changed.

No scroll bars, no text selection, no markup: a line is what a view function returned. Which lines,
and what a click means, is up to the widgets made from this.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from graphtui.ui.framework import filtered, line_filters
from graphtui.ui.theme import look
from graphtui.view.text.lines import Line

_ROWS = 3
"""How far the wheel goes at once."""


class LineView(Widget):
    """Lines in a rectangle: longer ones are cut, missing ones are blank."""

    ALLOW_SELECT = False

    def __init__(self, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._drawn: tuple[tuple[int, int, str], list[Strip]] | None = None

    def draw(self, width: int, height: int) -> Sequence[Line]:
        """What is seen, at most `height` lines."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw anew with the next frame, because something changed."""
        self.forget()
        self.refresh()

    def forget(self) -> None:
        """Draw anew when asked again."""
        self._drawn = None

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = self._strips()[crop.y : crop.bottom]
        whole = crop.x == 0 and crop.width == self.size.width
        return strips if whole else [strip.crop(crop.x, crop.right) for strip in strips]

    def _strips(self) -> list[Strip]:
        width, height = self.size
        theme = self.app.theme
        key = (width, height, theme)
        if self._drawn is None or self._drawn[0] != key:
            filters, below = line_filters(self), self.background_colors[1]
            page = look(theme, "")
            lines = self.draw(width, height)[:height]
            strips = [filtered(_strip(line, width, theme), filters, below) for line in lines]
            strips += [Strip.blank(width, page)] * (height - len(strips))
            self._drawn = key, strips
        return self._drawn[1]


class WheeledView(LineView):
    """A `LineView` of rows that the wheel goes through."""

    def by_wheel(self, rows: int) -> None:
        """Go so many rows further down; up if they are negative."""
        raise NotImplementedError

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go down with the wheel."""
        event.stop()
        self.by_wheel(_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go up with the wheel."""
        event.stop()
        self.by_wheel(-_ROWS)


def _strip(line: Line, width: int, theme: str) -> Strip:
    segments = [Segment(text, look(theme, role)) for text, role in line if text]
    return Strip(segments).adjust_cell_length(width, look(theme, ""))
