"""The whole drawing from afar: a spot for every box, coloured by what it is worth looking at.

Each cell is two spots, one above the other, in the colours of their levels; where there is no
colour it is one spot with a letter, or eight dots that say where there is a box. Where boxes share
a spot, the worst of them is seen. Wires are dots, from near. Which box has which code is for
`heat_codes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.plan import Flow, Ints
from graphtui.view.heat_codes import NOTHING, Metric, Painting, Tones, count_codes
from graphtui.view.lines import Line, Span

NEAR = 4.0, 3.0
"""Columns and rows of the drawing to a cell, seen from nearest: no two boxes share a cell."""

FARTHEST_WIRES = 8.0
"""Columns of the drawing to a cell up to which wires are seen; from farther they are a blur."""

FOCUS = "◆"
"""The mark of the box that is looked at."""


class Ink(Enum):
    """What spots are made of: how many there are in a cell, across and down."""

    HALVES = (1, 2)
    """Half blocks, in two colours."""
    LETTERS = (1, 1)
    """Letters, for terminals without colour."""
    DOTS = (2, 4)
    """Braille: where there is something, and not what."""


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

    def size(self, layout: Layout) -> tuple[int, int]:
        """Columns and rows of the whole drawing."""
        return (
            max(-int(-layout.width // self.across), 1),
            max(-int(-layout.height // self.down), 1),
        )


def fitting(layout: Layout, width: int, height: int) -> Afar:
    """The nearest from which the whole drawing is seen in so many cells."""
    across, down = layout.width / max(width, 1), layout.height / max(height, 1)
    return Afar(max(across, NEAR[0]), max(down, NEAR[1]))


def overview(
    layout: Layout,
    painted: Painting,
    afar: Afar,
    window: Window,
    *,
    ink: Ink = Ink.HALVES,
    focus: int | None = None,
) -> list[Line]:
    """What the window shows of the drawing: one line per row of it.

    Args:
        layout: the drawing.
        painted: the codes of its boxes.
        afar: from how far.
        window: which cells.
        ink: what spots are made of.
        focus: the box that bears the mark.
    """
    if window.width <= 0 or window.height <= 0:
        return [()] * max(window.height, 0)
    spots = spots_of(layout, painted, afar, window, ink)
    cells, looks = _in_cells(spots, painted.tones, ink)
    if afar.across <= FARTHEST_WIRES:
        wires = _bits(_wires(layout, window, afar))
        if ink is Ink.DOTS:
            cells = np.where((cells > 0) & (cells < _ALL), cells | wires, cells)
        cells = np.where(cells > 0, cells, np.where(wires > 0, len(looks) + wires, 0))
    lines = _runs(cells, looks + _braille("wire.far"))
    if focus is not None:
        x, y = afar.box(layout, focus)[:2]
        fault = painted.codes[focus] == painted.tones.fault
        lines = _marked(lines, x - window.x, y - window.y, "fault" if fault else "cursor")
    return lines


# Spots ------------------------------------------------------------------------------------------


def spots_of(
    layout: Layout, painted: Painting, afar: Afar, window: Window, ink: Ink
) -> npt.NDArray[np.uint8]:
    """The code of every spot in the window, row by row: the highest of the boxes in it."""
    across, down = ink.value
    wide, high = window.width * across, window.height * down
    boxes = _seen(layout, afar, window)
    step_x, step_y = afar.across / across, afar.down / down
    left, right = _extent(layout.x[boxes], layout.box_width[boxes], step_x, window.x * across, wide)
    heights = layout.plan.height[boxes]
    top, bottom = _extent(layout.y[boxes], heights, step_y, window.y * down, high)
    many = np.maximum(right - left, 0) * np.maximum(bottom - top, 0)
    first = top * wide + left
    if (many == 1).all():
        box = boxes
    else:  # every spot of every box
        box, first, across_box = np.repeat(boxes, many), np.repeat(first, many), right - left
        inside = np.arange(len(box)) - np.repeat(np.cumsum(many) - many, many)
        row, column = np.divmod(inside, np.repeat(across_box, many))
        first = first + row * wide + column
    if painted.metric is Metric.BOXES:
        found = count_codes(np.bincount(first, minlength=wide * high))
        found[first[painted.codes[box] == painted.tones.fault]] = painted.tones.fault
    else:
        found = np.zeros(wide * high, np.uint8)
        np.maximum.at(found, first, painted.codes[box])
    return found.reshape(high, wide)


def _wires(layout: Layout, window: Window, afar: Afar) -> npt.NDArray[np.bool_]:
    """The dots that a wire passes; wires that are too long to be drawn do not count."""
    ways, hops = layout.hops, layout.hops_in(_cells_of(window, afar))
    many = (ways.taps[1:] - ways.taps[:-1])[hops]
    tap = np.repeat(ways.taps[hops] - (np.cumsum(many) - many), many) + np.arange(many.sum())
    bent = hops[ways.bend[hops] >= 0]
    along = _Strokes(
        np.concatenate((ways.start[hops], np.repeat(ways.track[hops], many))),
        np.concatenate((ways.track[hops], ways.end[tap])),
        np.concatenate((ways.enter[hops], ways.leave[tap])),
    )
    across = _Strokes(
        np.concatenate((ways.low[hops], ways.low[bent])),
        np.concatenate((ways.high[hops], ways.high[bent])),
        np.concatenate((ways.track[hops], ways.bend_track[bent])),
    )
    down = layout.plan.flow is Flow.DOWN
    rows, columns = (across, along) if down else (along, across)
    x, y, step_x, step_y = window.x * 2, window.y * 4, afar.across / 2, afar.down / 4
    level = rows.over((window.height * 4, window.width * 2), (y, x), (step_y, step_x))
    upright = columns.over((window.width * 2, window.height * 4), (x, y), (step_x, step_y))
    return np.asarray(level | upright.T, bool)


class _Strokes(NamedTuple):
    """Straight lines, each from a cell to another one of the same row or column."""

    first: Ints
    last: Ints
    at: Ints
    """Which row or column."""

    def over(
        self, shape: tuple[int, int], origin: tuple[int, int], step: tuple[float, float]
    ) -> npt.NDArray[np.bool_]:
        """The dots that they pass: where more of them have begun than ended.

        Args:
            shape: how many lines of dots there are, and dots in each.
            origin: the first line and the first dot of it.
            step: cells to a line, and to a dot of it.
        """
        lines, size = shape
        at = np.floor(self.at / step[0]).astype(np.int64) - origin[0]
        start = np.floor(np.minimum(self.first, self.last) / step[1]).astype(np.int64) - origin[1]
        stop = np.floor(np.maximum(self.first, self.last) / step[1]).astype(np.int64) - origin[1]
        seen = (at >= 0) & (at < lines) & (stop >= 0) & (start < size)
        at, start, stop = at[seen] * (size + 1), start[seen], stop[seen] + 1
        begun = np.bincount(at + np.maximum(start, 0), minlength=lines * (size + 1))
        ended = np.bincount(at + np.minimum(stop, size), minlength=lines * (size + 1))
        inside = np.cumsum((begun - ended).reshape(lines, size + 1), axis=1)
        return np.asarray(inside[:, :size] > 0, bool)


def _cells_of(window: Window, afar: Afar) -> Window:
    """The cells of the drawing that a window on the overview shows, and a little around them."""
    x, y = int(window.x * afar.across), int(window.y * afar.down)
    width, height = int(window.width * afar.across) + 3, int(window.height * afar.down) + 3
    return Window(x - 1, y - 1, width, height)


def _seen(layout: Layout, afar: Afar, window: Window) -> Ints:
    """The boxes that the window may show."""
    cells = _cells_of(window, afar)
    to_right, to_bottom = cells.x + cells.width, cells.y + cells.height
    if cells.x <= 0 and cells.y <= 0 and to_right >= layout.width and to_bottom >= layout.height:
        return np.arange(len(layout.plan.boxes))
    return layout.boxes_in(cells)


def _extent(first: Ints, size: Ints, step: float, origin: int, seen: int) -> tuple[Ints, Ints]:
    """The spots that each box covers wholly, along one side; that of its middle if there is none.

    So neighbours keep apart as long as there is room between them.
    """
    start = np.ceil(first / step).astype(np.int64)
    stop = np.floor((first + size) / step).astype(np.int64)
    none = stop <= start
    middle = ((first + size / 2) / step).astype(np.int64)
    start = np.where(none, middle, start) - origin
    stop = np.where(none, middle + 1, stop) - origin
    return np.clip(start, 0, seen), np.clip(stop, 0, seen)


# Lines ------------------------------------------------------------------------------------------


def _in_cells(
    spots: npt.NDArray[np.uint8], tones: Tones, ink: Ink
) -> tuple[Ints, tuple[Span, ...]]:
    """For each cell the place of its look, and the looks; the first one is blank."""
    if ink is Ink.HALVES:
        return spots[::2].astype(np.int64) * len(tones.roles) + spots[1::2], _pairs(tones)
    if ink is Ink.LETTERS:
        return spots.astype(np.int64), _letters(tones)
    cells = _bits(spots > NOTHING)
    cells[_bits(spots == tones.fault) > 0] = _ALL
    return cells, (*_braille("node"), Span("!", "fault"))


def _runs(looks_at: Ints, looks: Sequence[Span]) -> list[Line]:
    height, width = looks_at.shape
    breaks = np.ones(looks_at.shape, bool)
    breaks[:, 1:] = looks_at[:, 1:] != looks_at[:, :-1]
    rows, columns = np.nonzero(breaks)
    kinds = looks_at[rows, columns].tolist()
    ends = np.append(columns[1:], 0)
    ends[np.append(rows[1:] != rows[:-1], True)] = width
    lengths = (ends - columns).tolist()
    first = np.searchsorted(rows, np.arange(height + 1)).tolist()
    spans = [
        looks[kind] if many == 1 else Span(looks[kind].text * many, looks[kind].role)
        for kind, many in zip(kinds, lengths, strict=True)
    ]
    return [tuple(spans[start:stop]) for start, stop in pairwise(first)]


@lru_cache
def _pairs(tones: Tones) -> tuple[Span, ...]:
    """The look of every spot above every other one."""
    codes = range(len(tones.roles))
    return tuple(_pair(tones, upper, lower) for upper in codes for lower in codes)


def _pair(tones: Tones, upper: int, lower: int) -> Span:
    above, below = tones.roles[upper], tones.roles[lower]
    if tones.fault in (upper, lower):
        return Span("!", "fault")
    if upper == lower:
        return Span("█", above) if upper else Span(" ")
    if not upper or not lower:
        return Span("▀", above) if upper else Span("▄", below)
    return Span("▀", f"{above} on {below}")


@lru_cache
def _letters(tones: Tones) -> tuple[Span, ...]:
    return tuple(map(Span, tones.letters, tones.roles))


_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.int64)
"""The bits of the dots of a braille character, row by row."""

_ALL = 256
"""How many braille characters there are."""


def _bits(dots: npt.NDArray[np.bool_]) -> Ints:
    """Two columns and four rows of dots for each cell, as the bits of its braille character."""
    bits = np.zeros((dots.shape[0] // 4, dots.shape[1] // 2), np.int64)
    for (row, column), bit in np.ndenumerate(_BITS):
        bits |= dots[row::4, column::2] * bit
    return bits


@lru_cache
def _braille(role: str) -> tuple[Span, ...]:
    dots = (Span(chr(0x2800 + bits), role) for bits in range(1, _ALL))
    return Span(" "), *dots


def _marked(lines: list[Line], x: int, y: int, role: str) -> list[Line]:
    """The lines with the mark of the focus in one cell, if that is seen; all cells are narrow."""
    if not 0 <= y < len(lines):
        return lines
    before: list[Span] = []
    after: list[Span] = []
    at = 0
    for text, its in lines[y]:
        before.append(Span(text[: max(x - at, 0)], its))
        after.append(Span(text[max(x + 1 - at, 0) :], its))
        at += len(text)
    if not 0 <= x < at:
        return lines
    marked = (*(s for s in before if s.text), Span(FOCUS, role), *(s for s in after if s.text))
    return [*lines[:y], marked, *lines[y + 1 :]]


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
