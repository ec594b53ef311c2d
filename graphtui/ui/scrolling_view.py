"""Lines that may be more than fit: they scroll by whole rows, and say how much of them is seen."""

from __future__ import annotations

from collections.abc import Sequence

from graphtui.ui.borders import Thumb
from graphtui.ui.line_view import WheeledView
from graphtui.ui.messages import Moved
from graphtui.view.text.lines import Line


class ScrollingView(WheeledView):
    """A `LineView` of which a part is seen."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._first = 0
        self._content: tuple[int, Sequence[Line]] | None = None

    def content(self, width: int) -> Sequence[Line]:
        """All lines, at a width."""
        raise NotImplementedError

    @property
    def thumb(self) -> Thumb:
        """How much of the content is seen."""
        return Thumb(self._first, self.size.height, len(self._lines(self.size.width)))

    def renew(self, *, from_top: bool) -> None:
        """Show new content."""
        self._content = None
        self._first = 0 if from_top else self._first
        self.redraw()

    def scroll_rows(self, rows: int) -> None:
        """Show what is `rows` further down; nothing happens at either end."""
        last = max(len(self._lines(self.size.width)) - self.size.height, 0)
        first = min(max(self._first + rows, 0), last)
        if first != self._first:
            self._first = first
            self.redraw()
            self.post_message(Moved())

    def draw(self, width: int, height: int) -> Sequence[Line]:
        lines = self._lines(width)
        self._first = min(self._first, max(len(lines) - height, 0))
        return lines[self._first : self._first + height]

    def _lines(self, width: int) -> Sequence[Line]:
        if self._content is None or self._content[0] != width:
            self._content = width, self.content(width)
        return self._content[1]

    def by_wheel(self, rows: int) -> None:
        self.scroll_rows(rows)
