"""Where boxes are when the drawing is seen from afar, and which of them is near or next.

A cell of the overview is so many columns and rows of the drawing. What is seen there is for
`overview`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.plan import Ints

NEAR = 4.0, 3.0
"""Columns and rows of the drawing to a cell, seen from nearest: no two boxes share a cell."""


_HAIR = 1e-9


class Afar(NamedTuple):
    """How many columns and rows of a drawing make one cell."""

    across: float
    down: float

    def box(self, layout: Layout, number: int) -> Window:
        """The cells in which a box is seen."""
        x, y = float(layout.x[number]), float(layout.y[number])
        wide, high = float(layout.box_width[number]), float(layout.plan.height[number])
        left, top = int((x + wide / 2) / self.across), int((y + high / 2) / self.down)
        return Window(left, top, 1, 1)

    def cells(self, layout: Layout, boxes: Ints) -> tuple[Ints, Ints]:
        """The columns and the rows of the cells in which some boxes are seen."""
        x = (layout.x[boxes] + layout.box_width[boxes] / 2) / self.across
        y = (layout.y[boxes] + layout.plan.height[boxes] / 2) / self.down
        return x.astype(np.int64), y.astype(np.int64)

    def size(self, layout: Layout) -> tuple[int, int]:
        """Columns and rows of the whole drawing."""
        # A quotient that is a whole number may come out a hair above it.
        across = math.ceil(layout.width / self.across - _HAIR)
        return max(across, 1), max(math.ceil(layout.height / self.down - _HAIR), 1)


def fitting(layout: Layout, width: int, height: int) -> Afar:
    """The nearest from which the whole drawing is seen in so many cells."""
    across, down = layout.width / max(width, 1), layout.height / max(height, 1)
    return Afar(max(across, NEAR[0]), max(down, NEAR[1]))


def box_at(layout: Layout, afar: Afar, x: int, y: int) -> int | None:
    """The box nearest to the middle of a cell, if it is seen there or in a cell beside it."""
    if not len(layout.plan.boxes):
        return None
    middle_x = (layout.x + layout.box_width / 2) / afar.across
    middle_y = (layout.y + layout.plan.height / 2) / afar.down
    away = np.maximum(np.abs(middle_x - x - 0.5), np.abs(middle_y - y - 0.5))
    number = int(np.argmin(away))
    return number if away[number] <= 1.5 else None


def box_towards(layout: Layout, afar: Afar, number: int, across: int, down: int) -> int | None:
    """The nearest box in a direction, at least a cell away if there is one; None if there is none.

    Args:
        layout: the drawing.
        afar: from how far it is seen; distances are those on the screen.
        number: the box to go from.
        across: 1 to the right, -1 to the left, else 0.
        down: 1 down, -1 up, else 0.
    """
    x = (layout.x + layout.box_width / 2) / afar.across
    y = 2 * (layout.y + layout.plan.height / 2) / afar.down  # a cell is twice as high as wide
    x, y = x - x[number], y - y[number]
    ahead, aside = (x * across, np.abs(y)) if across else (y * down, np.abs(x))
    for least in (1.0, 0.0):
        there = np.flatnonzero((ahead > 0) & (ahead >= least))
        if len(there):
            return int(there[np.argmin(ahead[there] + 2 * aside[there])])
    return None
