"""What is where on an overview: the worst code of the boxes in each spot, the dots of wires.

Arrays in, arrays out, for the part that is seen. What they look like is for `overview`.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.view.afar.heat_codes import Metric, Painting, count_codes
from graphtui.view.afar.places import Afar
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.plan import Flow, Ints


class Ink(Enum):
    """What spots are made of: how many there are in a cell, across and down."""

    HALVES = (1, 2)
    """Half blocks, in two colours."""
    LETTERS = (1, 1)
    """Letters, for terminals without colour."""
    DOTS = (2, 4)
    """Braille: where there is something, and not what."""


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


def wire_dots(layout: Layout, window: Window, afar: Afar) -> npt.NDArray[np.bool_]:
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


_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.int64)
"""The bits of the dots of a braille character, row by row."""

BRAILLES = 256
"""How many braille characters there are."""


def braille_bits(dots: npt.NDArray[np.bool_]) -> Ints:
    """Two columns and four rows of dots for each cell, as the bits of its braille character."""
    bits = np.zeros((dots.shape[0] // 4, dots.shape[1] // 2), np.int64)
    for (row, column), bit in np.ndenumerate(_BITS):
        bits |= dots[row::4, column::2] * bit
    return bits
