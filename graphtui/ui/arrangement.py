"""Where every panel stands at a size of the terminal, and the frame around them.

Two columns where there is room, else one panel at a time. The widgets in the panels know nothing of
this.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from graphtui.view.lines import Line, Span

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


class Thumb(NamedTuple):
    """How much of a panel's content is seen: a stretch of its border becomes heavy."""

    first: int
    seen: int
    total: int

    def stretch(self, length: int) -> range:
        """The cells of a border of `length` cells that become heavy; none where everything is seen.

        >>> Thumb(0, 10, 10).stretch(8), Thumb(5, 10, 20).stretch(8), Thumb(10, 10, 20).stretch(8)
        (range(0, 0), range(2, 6), range(4, 8))
        """
        if self.seen >= self.total or length <= 0:
            return range(0)
        size = max(1, length * self.seen // self.total)
        start = (length - size) * self.first // max(self.total - self.seen, 1)
        return range(start, start + size)


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


def frame(regions: Regions, thumbs: Mapping[tuple[Panel, str], Thumb]) -> list[Line]:
    """The frame, with thumbs on the border to the right of ("y") or below ("x") a panel."""
    whole = regions[Panel.FRAME]
    if Panel.HEADER not in regions:
        return [_too_small(whole.width, whole.height)] if whole.height else []
    grid = [[" "] * whole.width for _ in range(whole.height)]
    heavy: set[tuple[int, int]] = set()
    _borders(grid, regions)
    for (panel, direction), thumb in thumbs.items():
        if panel not in regions:
            continue
        place = regions[panel]
        if direction == "y":
            heavy |= {(place.right, place.y + i) for i in thumb.stretch(place.height)}
        else:
            heavy |= {(place.x + i, place.bottom) for i in thumb.stretch(place.width)}
    for x, y in heavy:
        grid[y][x] = {"│": "┃", "─": "━"}.get(grid[y][x], grid[y][x])
    return [_spans(row, y, heavy) for y, row in enumerate(grid)]


def _borders(grid: list[list[str]], regions: Regions) -> None:
    """Draw the outer border and the dividers into `grid`."""
    right, bottom = len(grid[0]) - 1, len(grid) - 1
    sides: dict[tuple[int, int], str] = {}

    def add(x: int, y: int, side: str) -> None:
        sides[x, y] = sides.get((x, y), "") + side

    def across(y: int, start: int, end: int) -> None:
        for x in range(start, end):
            add(x, y, "r")
            add(x + 1, y, "l")

    def down(x: int, start: int, end: int) -> None:
        for y in range(start, end):
            add(x, y, "d")
            add(x, y + 1, "u")

    across(0, 0, right)
    across(bottom, 0, right)
    down(0, 0, bottom)
    down(right, 0, bottom)
    for panel, place in regions.items():
        if place.right < right and panel is Panel.GRAPH:
            down(place.right, 0, bottom)
        if place.bottom < bottom and panel in _ABOVE_A_BORDER:
            across(place.bottom, place.x - 1, place.right)
    for (x, y), found in sides.items():
        grid[y][x] = _JOINTS["".join(sorted(set(found)))]


_ABOVE_A_BORDER = (Panel.GRAPH, Panel.INSPECTOR, Panel.SOURCE, Panel.PAGE, Panel.LENS)

_JOINTS = {
    "lr": "─", "du": "│", "dr": "┌", "dl": "┐", "ru": "└", "lu": "┘",
    "dlr": "┬", "lru": "┴", "dru": "├", "dlu": "┤", "dlru": "┼",
}  # fmt: skip


def _spans(row: list[str], y: int, heavy: set[tuple[int, int]]) -> Line:
    spans: list[Span] = []
    for x, character in enumerate(row):
        role = "frame.thumb" if (x, y) in heavy else "frame"
        if spans and spans[-1].role == role:
            spans[-1] = Span(spans[-1].text + character, role)
        else:
            spans.append(Span(character, role))
    return tuple(spans)


def _too_small(width: int, height: int) -> Line:
    return (Span(f"needs {LEAST_WIDTH}x{LEAST_HEIGHT}, has {width}x{height}"[:width]),)
