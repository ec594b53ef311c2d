"""The frame around the panels; it is heavy where a panel shows only a part of its content."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region

from graphtui.ui.arrangement import Panel, Rectangle, Regions
from graphtui.ui.borders import Thumbs, borders, with_thumbs
from graphtui.ui.line_view import LineView
from graphtui.view.text.lines import Line


class FrameView(LineView):
    """Borders and dividers, behind everything else."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._regions: Regions = {Panel.FRAME: Rectangle(0, 0, 0, 0)}
        self._rows: Sequence[str] = ()
        self._thumbs: Thumbs = {}

    def surround(self, regions: Regions) -> None:
        """Draw the borders of other panels."""
        if regions != self._regions:
            self._regions, self._rows = regions, borders(regions)
            self.redraw()

    def mark(self, thumbs: Thumbs) -> None:
        """Show other thumbs; only the borders that they are on are painted."""
        changed = [
            key for key in {*thumbs, *self._thumbs} if thumbs.get(key) != self._thumbs.get(key)
        ]
        self._thumbs = thumbs
        borders = [
            _border(self._regions[key[0]], key[1]) for key in changed if key[0] in self._regions
        ]
        if borders:
            self.forget()
            self.refresh(*borders)

    def draw(self, width: int, height: int) -> Sequence[Line]:
        return with_thumbs(self._rows, self._regions, self._thumbs)


def _border(place: Rectangle, direction: str) -> Region:
    if direction == "y":
        return Region(place.right, place.y, 1, place.height)
    return Region(place.x, place.bottom, place.width, 1)
