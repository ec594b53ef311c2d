"""Where every panel stands at a size of the terminal: numbers only.

Two columns where there is room, else one panel at a time. The frame around the panels is drawn by
`borders`; the widgets in them know nothing of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

LEAST_WIDTH, LEAST_HEIGHT = 60, 18
TWO_COLUMNS = 100
"""The width from which the graph and the inspector are seen side by side."""


class Panel(StrEnum):
    """What can be on the screen; the values are the ids of the widgets."""

    FRAME = "frame"
    HEADER = "header"
    GRAPH = "graph"
    INSPECTOR = "inspector"
    SOURCE = "source"
    TIMELINE = "timeline"
    STATUS = "status"
    PROMPT = "prompt"
    KEYS = "keys"
    PAGE = "page"
    LENS = "lens"


class Rectangle(NamedTuple):
    """Cells of the terminal."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """One past the last column."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """One past the last row."""
        return self.y + self.height


class Wanted(NamedTuple):
    """What the user wants to see."""

    page: bool = False
    """A page (help, an error, a long answer) instead of everything else."""
    lens: bool = False
    """The Jacobian lens instead of inspector and source; beside the graph if both fit."""
    swapped: bool = False
    """In one column the inspector instead of the graph; in two the graph alone."""
    answer_rows: int = 1
    """How many rows the last answer takes."""
    prompt: bool = False
    """A command is being typed, where answers stand."""


Regions = Mapping[Panel, Rectangle]


def arrange(width: int, height: int, wanted: Wanted) -> Regions:
    """The rectangle of every panel that is seen, at a terminal of `width` × `height` cells."""
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return {Panel.FRAME: Rectangle(0, 0, width, height)}
    regions = {
        Panel.FRAME: Rectangle(0, 0, width, height),
        Panel.HEADER: Rectangle(1, 0, width - 2, 1),
        Panel.KEYS: Rectangle(1, height - 1, width - 2, 1),
    }
    inside = Rectangle(1, 1, width - 2, height - 2)
    words = Panel.PROMPT if wanted.prompt else Panel.STATUS
    if wanted.page:
        foot = inside.bottom - wanted.answer_rows
        regions[Panel.PAGE] = inside._replace(height=foot - 1 - inside.y)
        regions[words] = Rectangle(inside.x, foot, inside.width, wanted.answer_rows)
        return regions
    two = width >= TWO_COLUMNS and (wanted.lens or not wanted.swapped)
    right_width = _right_width(width, wanted.lens) if two else 0
    left = inside._replace(width=inside.width - right_width - (1 if two else 0))
    # The timeline keeps its row when an answer is long: the answer grows over the graph, which does
    # not move.
    foot = left.bottom - 1 - wanted.answer_rows
    regions[Panel.TIMELINE] = Rectangle(left.x, foot, left.width, 1)
    regions[words] = Rectangle(left.x, foot + 1, left.width, wanted.answer_rows)
    main = left._replace(height=foot - 1 - left.y)
    beside = Rectangle(left.right + 1, inside.y, right_width, inside.height) if two else main
    if two or not (wanted.lens or (wanted.swapped and width < TWO_COLUMNS)):
        regions[Panel.GRAPH] = main
    if wanted.lens:
        regions[Panel.LENS] = beside
    elif two or Panel.GRAPH not in regions:
        regions |= _stacked(beside)
    return regions


def _right_width(width: int, lens: bool) -> int:
    """The inspector's column: what its formulas need; the picture gets the rest."""
    return width // 2 if lens else min(max(width * 7 // 20, 38), 64)


def _stacked(area: Rectangle) -> dict[Panel, Rectangle]:
    """The inspector above the source, with a border between them."""
    source = min(max(area.height // 4, 5), 12)
    upper = area.height - source - 1
    return {
        Panel.INSPECTOR: area._replace(height=upper),
        Panel.SOURCE: area._replace(y=area.y + upper + 1, height=source),
    }
