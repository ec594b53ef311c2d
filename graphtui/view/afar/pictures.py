"""One drawing seen from different distances: boxes, a row for each node, or all of it from afar.

A picture says in its own cells how large it is and where each box is seen in it. Which part of it
is on the screen is the camera's affair.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from graphtui.view.afar.places import NEAR, Afar, box_at, box_towards, fitting
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.layout import Layout

CLOSER = 4
"""How many times as much of the drawing is seen from one step farther away."""


class Picture(Protocol):
    """Something with boxes in it."""

    @property
    def layout(self) -> Layout:
        """The drawing that it shows."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""

    def box(self, key: str) -> Window:
        """The cells of a box, with its numbers."""

    def body(self, key: str) -> Window:
        """The cells of a box alone."""

    def at(self, x: int, y: int) -> str | None:
        """The box that is seen in a cell."""

    def towards(self, key: str, across: int, down: int) -> str | None:
        """The next box in a direction, from another one: -1, 0 or 1 cells across and down."""

    def seen(self, window: Window) -> Window:
        """The cells of the drawing that a window on the picture shows."""

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """The cell of the picture that shows a place of the drawing."""


class FromNear(NamedTuple):
    """The drawing as it is laid out, cell by cell."""

    layout: Layout

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.layout.width, self.layout.height

    def box(self, key: str) -> Window:
        """The cells of a box, with its numbers."""
        placed = self.layout.placed[key]
        return Window(placed.x, placed.y, *placed.extent)

    def body(self, key: str) -> Window:
        """The cells of a box alone."""
        placed = self.layout.placed[key]
        return Window(placed.x, placed.y, placed.width, placed.height)

    def at(self, x: int, y: int) -> str | None:
        """The box that covers a cell."""
        return self.layout.at(x, y)

    def towards(self, key: str, across: int, down: int) -> str | None:
        """The next box in its rank, or the nearest in the rank before or after it."""
        return self.layout.towards(key, across, down)

    def seen(self, window: Window) -> Window:
        """The cells of the drawing are those of the picture."""
        return window

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """The same cell."""
        return int(x), int(y)


class FromAfar(NamedTuple):
    """The drawing, so many cells of it in one."""

    layout: Layout
    afar: Afar

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.afar.size(self.layout)

    def box(self, key: str) -> Window:
        """The cell in which a box is marked."""
        return self.afar.box(self.layout, self.layout.plan.number[key])

    def body(self, key: str) -> Window:
        """The same cell."""
        return self.box(key)

    def at(self, x: int, y: int) -> str | None:
        """The box that is nearest to a cell, if one is near."""
        return self._key(box_at(self.layout, self.afar, x, y))

    def towards(self, key: str, across: int, down: int) -> str | None:
        """The nearest box in a direction."""
        number = self.layout.plan.number[key]
        return self._key(box_towards(self.layout, self.afar, number, across, down))

    def seen(self, window: Window) -> Window:
        """The cells of the drawing behind those of the picture."""
        across, down = self.afar
        return Window(
            int(window.x * across),
            int(window.y * down),
            int(window.width * across),
            int(window.height * down),
        )

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """The cell of the picture that shows a place of the drawing."""
        return int(x / self.afar.across), int(y / self.afar.down)

    def _key(self, number: int | None) -> str | None:
        return None if number is None else self.layout.plan.boxes[number].key


def distances(layout: Layout, width: int, height: int) -> tuple[Afar, ...]:
    """From how far a drawing can be seen, until all of it is on the screen.

    Args:
        layout: the drawing.
        width: the cells that there are.
        height: the rows that there are.
    """
    last = fitting(layout, width, height)
    step = Afar(*NEAR)
    found = []
    while step != last:
        found.append(step)
        farther = (min(CLOSER * near, far) for near, far in zip(step, last, strict=True))
        step = Afar(*farther)
    return (*found, last)
