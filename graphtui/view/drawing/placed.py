"""What has its place in a drawing: boxes, the frames of open groups, and the ends of long wires."""

from __future__ import annotations

from typing import NamedTuple

from graphtui.view.drawing.boxes import Box, Point
from graphtui.view.drawing.plan import Flow, Ints, departure


class Placed(NamedTuple):
    """A box and the cells that it covers."""

    box: Box
    x: int
    y: int
    width: int
    height: int
    rank: int
    """Its rank, counted from the side where the drawing begins."""
    flow: Flow = Flow.RIGHT

    @property
    def output(self) -> Point:
        """The cell of its wall from which its wire leaves, or the first of them."""
        return self.leave(0)

    def leave(self, number: int) -> Point:
        """The cell of its wall from which its value of that number leaves."""
        size = self.width if self.flow is Flow.DOWN else self.height
        away = departure(size, self.box.outputs, self.box.gap, self.flow, number)
        if self.flow is Flow.DOWN:
            return Point(self.x + away, self.y + self.height - 1)
        return Point(self.x + self.width - 1, self.y + away)

    def input(self, slot: int) -> Point:
        """The cell of its wall at which operand `slot` arrives."""
        inputs = self.box.inputs
        assert 0 <= slot < inputs, f"box '{self.box.key}' has no operand {slot}"
        size = self.width if self.flow is Flow.DOWN else self.height
        away = 1 + (2 * slot + 1) * (size - 2) // (2 * inputs)
        if self.flow is Flow.DOWN:
            return Point(self.x + away, self.y)
        return Point(self.x, self.y + away)

    @property
    def extent(self) -> tuple[int, int]:
        """Columns and rows with its numbers."""
        gap = self.box.gap
        if self.flow is Flow.DOWN:
            return max(self.width, self.width // 2 + 1 + gap), self.height + 2 * (gap > 0)
        return self.width + gap, self.height

    def covers(self, x: int, y: int) -> bool:
        """Whether the cell lies on the box, border included."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


class Stubs(NamedTuple):
    """The ends of wires that are too long to be drawn: a name, and where it leads to."""

    x: Ints
    y: Ints
    value: Ints
    """For each stub the value that it carries."""
    enters: Ints
    """For each stub 1 if the value comes in there, 0 if it leaves."""
    rank: Ints


class PlacedFrame(NamedTuple):
    """An open group and the cells that its frame stands on the edge of."""

    key: str
    """What the caller calls the box that it is when closed."""
    title: str
    x: int
    y: int
    width: int
    height: int
    title_at: int
    """The first column of the title, a blank before it included."""


class Uses(NamedTuple):
    """Which wires use which tap, where the ranks of their ends do not tell."""

    first: Ints
    """For each tap its first wire in `fan`."""
    stop: Ints
    """For each tap one past its last wire in `fan`."""
    stubs: Ints
    """For each stub the first wire that it leads to, in `fan`."""
