"""Where every panel stands at a size of the terminal: numbers only.

Two columns where there is room, else one panel at a time. The frame around the panels is drawn by
`borders`; the widgets in them know nothing of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

LEAST_WIDTH, LEAST_HEIGHT = 60, 18
LEAST_INSPECTOR = 9
"""Rows of the inspector that watches and source together leave it."""
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
    LISTS = "lists"
    WATCHES = "watches"
    LANES = "lanes"
    TENSOR = "tensor"
    PROFILE = "profile"


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
    lists: bool = False
    """The lists, where the lens would be."""
    lanes: bool = False
    """The lane view where the graph would be."""
    swapped: bool = False
    """In one column the inspector instead of the graph; in two the graph alone."""
    answer_rows: int = 1
    """How many rows the last answer takes."""
    prompt: bool = False
    """A command is being typed, where answers stand."""
    watches: int = 0
    """How many expressions are watched: they have rows under the inspector."""
    full: Panel | None = None
    """A panel that fills the screen, under the page."""


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
    full = Panel.PAGE if wanted.page else wanted.full
    if full is not None:
        foot = inside.bottom - wanted.answer_rows
        regions[full] = inside._replace(height=foot - 1 - inside.y)
        regions[words] = Rectangle(inside.x, foot, inside.width, wanted.answer_rows)
        return regions
    opened = Panel.LENS if wanted.lens else Panel.LISTS if wanted.lists else None
    two = width >= TWO_COLUMNS and (opened is not None or not wanted.swapped)
    right_width = _right_width(width, opened is not None) if two else 0
    left = inside._replace(width=inside.width - right_width - (1 if two else 0))
    # The timeline keeps its row when an answer is long: the answer grows over the graph, which does
    # not move.
    foot = left.bottom - 1 - wanted.answer_rows
    regions[Panel.TIMELINE] = Rectangle(left.x, foot, left.width, 1)
    regions[words] = Rectangle(left.x, foot + 1, left.width, wanted.answer_rows)
    main = left._replace(height=foot - 1 - left.y)
    beside = Rectangle(left.right + 1, inside.y, right_width, inside.height) if two else main
    if two or not (opened or (wanted.swapped and width < TWO_COLUMNS)):
        regions[Panel.GRAPH] = main
    if opened:
        regions[opened] = beside
    elif two or Panel.GRAPH not in regions:
        regions |= _stacked(beside, wanted.watches)
    if wanted.lanes and Panel.GRAPH in regions:
        regions[Panel.LANES] = regions.pop(Panel.GRAPH)
    return regions


def _right_width(width: int, opened: bool) -> int:
    """The inspector's column: what its formulas need; the picture gets the rest."""
    return width // 2 if opened else min(max(width * 7 // 20, 38), 64)


def _stacked(area: Rectangle, watches: int) -> dict[Panel, Rectangle]:
    """The inspector above the watches, if there are any, and the source; borders between them.

    Where there is no room for three, the watches are seen and the source is not.
    """
    source = min(max(area.height // 4, 5), 12)
    watched = min(watches, max(area.height // 5, 3))
    if watched and area.height - watched - source - 2 < LEAST_INSPECTOR:
        source = 0
    below = [(Panel.WATCHES, watched), (Panel.SOURCE, source)]
    found: dict[Panel, Rectangle] = {}
    bottom = area.bottom
    for panel, height in reversed(below):
        if height:
            found[panel] = area._replace(y=bottom - height, height=height)
            bottom -= height + 1
    return {Panel.INSPECTOR: area._replace(height=bottom - area.y), **found}
