"""The frame around the panels as text, and which stretches of it are heavy.

A heavy stretch says which part of a panel's content is seen, in place of a scroll bar. Where the
panels stand is for `arrangement`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from graphtui.ui.arrangement import LEAST_HEIGHT, LEAST_WIDTH, Panel, Regions
from graphtui.view.text.lines import Line, Span


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


Thumbs = Mapping[tuple[Panel, str], Thumb]
"""For the border to the right of ("y") and below ("x") a panel, what part of it is seen."""


def borders(regions: Regions) -> list[str]:
    """The frame, row by row; blank where the panels stand."""
    whole = regions[Panel.FRAME]
    if Panel.HEADER not in regions:
        needs = f"needs {LEAST_WIDTH}x{LEAST_HEIGHT}, has {whole.width}x{whole.height}"
        return [needs[: whole.width]] if whole.height else []
    grid = [[" "] * whole.width for _ in range(whole.height)]
    for (x, y), found in _sides(regions).items():
        grid[y][x] = _JOINTS["".join(sorted(set(found)))]
    return ["".join(row) for row in grid]


def _sides(regions: Regions) -> dict[tuple[int, int], str]:
    """To which sides a line goes, for every cell of the outer border and the dividers."""
    right, bottom = regions[Panel.FRAME].width - 1, regions[Panel.FRAME].height - 1
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
        if place.right < right and panel in _MAIN:
            down(place.right, 0, bottom)
        if place.bottom < bottom and panel in _ABOVE_A_BORDER:
            across(place.bottom, place.x - 1, place.right)
    return sides


_MAIN = (Panel.GRAPH, Panel.LANES)

_ABOVE_A_BORDER = (
    *_MAIN, Panel.INSPECTOR, Panel.WATCHES, Panel.SOURCE, Panel.PAGE, Panel.LENS, Panel.LISTS
)  # fmt: skip

_JOINTS = {
    "lr": "─", "du": "│", "dr": "┌", "dl": "┐", "ru": "└", "lu": "┘",
    "dlr": "┬", "lru": "┴", "dru": "├", "dlu": "┤", "dlru": "┼",
}  # fmt: skip


def with_thumbs(rows: Sequence[str], regions: Regions, thumbs: Thumbs) -> list[Line]:
    """The rows of `borders(regions)` as lines, with the thumbs on them."""
    heavy: dict[int, set[int]] = {}
    for (panel, direction), thumb in thumbs.items():
        place = regions.get(panel)
        if place is None:
            continue
        if direction == "x":
            stretch = thumb.stretch(place.width)
            heavy.setdefault(place.bottom, set()).update(place.x + i for i in stretch)
        else:
            for i in thumb.stretch(place.height):
                heavy.setdefault(place.y + i, set()).add(place.right)
    return [_line(row, heavy.get(y)) for y, row in enumerate(rows)]


def _line(row: str, heavy: set[int] | None) -> Line:
    if not heavy:
        return (Span(row, "frame"),)
    spans: list[Span] = []
    for is_heavy, cells in groupby(range(len(row)), key=heavy.__contains__):
        text = "".join(row[x] for x in cells)
        thick = text.translate(_THICK)
        spans.append(Span(thick, "frame.thumb") if is_heavy else Span(text, "frame"))
    return tuple(spans)


_THICK = str.maketrans("│─", "┃━")
