"""Weights and filters as pictures: a tile for each unit, as many as fit, all on one scale of heat.

The first layer's weights are what its units look for in a picture, so they are one. What a tile
shows is the slice that a `TensorView` has as rows and columns; another axis counts the tiles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from math import isqrt
from typing import NamedTuple

from graphtui.ops.linear_map import Array
from graphtui.view.tensor.lines import slice_text
from graphtui.view.tensor.measured import Measured
from graphtui.view.tensor.view import Heat, Shows, TensorView, next_index, plane, tensor_view
from graphtui.view.text.half_blocks import enlarged, half_block_lines, level_lines, pixels
from graphtui.view.text.heat import Scale, heat_legend, heat_scale, levels, peak_of
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import count_text
from graphtui.view.text.paragraphs import facts
from graphtui.view.text.safe_text import cell_width, clip_line, fit, to_ascii

_LEAST_SIDE = 4
"""A picture with fewer pixels along a side is hardly one."""
_MOST_TIMES = 6
"""So many times larger a small tile is drawn at most."""
_GAP = 1


@dataclass(frozen=True, slots=True)
class Images:
    """A view whose rows and columns are pictures."""

    view: TensorView
    tiles: int | None
    """The axis along which one picture follows the other; None where there is one."""

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return 1 if self.tiles is None else self.view.shape[self.tiles]

    @property
    def first(self) -> int:
        """The number of the first picture shown."""
        return 0 if self.tiles is None else self.view.at[self.tiles]


def images(view: TensorView) -> Images:
    """What a view shows, as pictures.

    Filters with three axes or more are shown as they are, one tile for each index of the first axis
    that is not shown. Of a matrix whose longer side is a square number, or three of them, each line
    along it is a picture; any other matrix is one picture itself.

    >>> import numpy as np
    >>> from graphtui.view.tensor.view import tensor_view
    >>> found = images(tensor_view("W1", np.zeros((3072, 100))))
    >>> found.view.shape, found.count, found.tiles
    ((32, 32, 3, 100), 100, 3)
    """
    if len(view.shape) != 2:
        hidden = view.hidden_axes
        return Images(view, hidden[0] if hidden else None)
    axis = int(view.shape[1] > view.shape[0])
    side = _square(view.shape[axis])
    if not side:
        return Images(view, None)
    shape = (*view.shape[:axis], *side, *view.shape[axis + 1 :])
    gradient = None if view.gradient is None else view.gradient.reshape(shape)
    found = tensor_view(view.title, view.value.reshape(shape), gradient)
    tiles = 0 if axis else len(shape) - 1
    at = tuple(view.at[1 - axis] if each == tiles else 0 for each in range(len(shape)))
    found = replace(found, rows_axis=axis, columns_axis=axis + 1, shows=view.shows, heat=view.heat)
    return Images(replace(found, at=at), tiles)


def next_image(pictures: Images, by: int = 1) -> Images:
    """The pictures from another first one on; behind the last comes the first."""
    if pictures.tiles is None:
        return pictures
    return replace(pictures, view=next_index(pictures.view, pictures.tiles, by))


def next_channel(pictures: Images, by: int = 1) -> Images:
    """The pictures at another index of the axis that counts neither pictures nor their pixels."""
    others = [axis for axis in pictures.view.hidden_axes if axis != pictures.tiles]
    return replace(pictures, view=next_index(pictures.view, others[-1], by)) if others else pictures


def _square(length: int) -> tuple[int, ...]:
    """The sides of a square picture of so many pixels, with three channels behind them if need be.

    >>> _square(784), _square(3072), _square(100), _square(10)
    ((28, 28), (32, 32, 3), (10, 10), ())
    """
    for channels in (1, 3):
        side = isqrt(length // channels)
        if side >= _LEAST_SIDE and side * side * channels == length:
            return (side, side) if channels == 1 else (side, side, channels)
    return ()


class _Tiling(NamedTuple):
    """How tiles are laid out."""

    rows: int
    """Pixels of a tile, before it is enlarged."""
    columns: int
    times: int
    across: int
    """Tiles beside each other."""
    down: int


def image_lines(
    pictures: Images,
    width: int,
    height: int,
    measured: Measured | None = None,
    *,
    signs: bool = False,
    ascii_only: bool = False,
) -> list[Line]:
    """As many tiles as fit, from the first one on, each under its number; a title, and the legend.

    All tiles have the same scale. Small ones are enlarged as long as all of them fit; one that is
    larger than the room is shrunk, the element of largest size standing for its neighbours.

    Args:
        pictures: what is shown.
        width: cells.
        height: lines.
        measured: what is known of the whole arrays; without it, heat goes by the tiles in sight.
        signs: a sign and a level in two cells for each element, for screens without colour.
        ascii_only: whether the terminal has nothing else; it means `signs`.
    """
    signs = signs or ascii_only
    view, array = pictures.view, pictures.view.array
    if array is None or not array.size or width < 1 or height < 1:
        what = "not yet" if array is None else "empty"
        return [clip_line(line((what, "absent")), width)][: max(height, 0)]
    room = height - 2 if height > 3 else height
    tiling = _tiling(pictures, width, room, signs=signs)
    shown = min(tiling.across * tiling.down, pictures.count - pictures.first)
    tiles = list(_tiles(pictures, array, tiling, shown))
    scale = _scale(view, measured, tiles)
    drawn = [
        (level_lines if signs else half_block_lines)(enlarged(levels(tile, scale), tiling.times))
        for tile in tiles
    ]
    lines: list[Line] = [_title(pictures, shown, width)] if height > 3 else []
    labels = room > 1 and pictures.tiles is not None
    for start in range(0, shown, tiling.across):
        numbers = range(pictures.first + start, pictures.first + shown)
        lines += _beside(drawn[start : start + tiling.across], numbers, labels=labels)
    if height > 3:
        lines = [*lines[: height - 1], heat_legend(scale, width)]
    lines = [clip_line(each, width) for each in lines[:height]]
    if ascii_only:
        lines = [tuple(Span(to_ascii(text), role) for text, role in each) for each in lines]
    return lines


def _tiling(pictures: Images, width: int, height: int, *, signs: bool) -> _Tiling:
    """The largest tiles of which all fit; else tiles of their own size, or shrunk to the room."""
    wide, high = (2, 1) if signs else (1, 2)
    label = 0 if pictures.tiles is None or height < 2 else 1
    rows = min(pictures.view.height, (height - label) * high)
    columns = min(pictures.view.width, max(width // wide, 1))
    found = _Tiling(rows, columns, 1, 1, 1)
    left = pictures.count - pictures.first
    # A sign and a level are to be read, so they are not repeated.
    for times in range(1, 2 if signs else _MOST_TIMES + 1):
        lines = label + -(-rows * times // high)
        across = (width + _GAP) // (columns * times * wide + _GAP)
        down = height // lines
        if across and down and (times == 1 or across * down >= left):
            found = _Tiling(rows, columns, times, across, down)
    return found


def _tiles(pictures: Images, array: Array, tiling: _Tiling, shown: int) -> list[Array]:
    view = pictures.view
    found = []
    for number in range(pictures.first, pictures.first + shown):
        at = list(view.at)
        if pictures.tiles is not None:
            at[pictures.tiles] = number
        matrix = plane(replace(view, at=tuple(at)), array)
        found.append(pixels(matrix, tiling.rows, tiling.columns))
    return found


def _scale(view: TensorView, measured: Measured | None, tiles: list[Array]) -> Scale:
    logarithmic = view.heat is Heat.LOGARITHMIC
    known = measured or Measured()
    statistics = known.gradient if view.shows is Shows.GRADIENT else known.value
    if statistics is not None and statistics.complete:
        return heat_scale(statistics.peak, logarithmic=logarithmic)
    peak = max(map(peak_of, tiles))
    return heat_scale(peak, logarithmic=logarithmic, whole=False)


def _title(pictures: Images, shown: int, width: int) -> Line:
    view = pictures.view
    role = "gradient" if view.shows is Shows.GRADIENT else "value"
    pieces = [line((view.title, "title"), f" {role} ", (slice_text(view), "dim"))]
    if pictures.tiles is not None:
        last = pictures.first + shown - 1
        words = f"image{'s' if shown > 1 else ''} {count_text(pictures.first)}"
        words += f"–{count_text(last)}" if shown > 1 else ""
        pieces.append(line((f"{words} of {count_text(pictures.count)}", "dim")))
    pieces.append(line((f"{view.height}×{view.width}", "dim")))
    return facts(pieces, width)[0]


def _beside(drawn: list[list[Line]], numbers: range, *, labels: bool) -> list[Line]:
    """Tiles of one size next to each other, each under its number."""
    cells = sum(cell_width(span.text) for span in drawn[0][0])
    gap = Span(" " * _GAP, "")
    lines: list[Line] = []
    if labels:
        texts = [fit(f"{number}", cells) for number in islice(numbers, len(drawn))]
        lines.append((Span((" " * _GAP).join(texts).rstrip(), "dim"),))
    for rows in zip(*drawn, strict=True):
        spans: list[Span] = []
        for row in rows:
            spans += [gap, *row] if spans else row
        lines.append(tuple(spans))
    return lines
