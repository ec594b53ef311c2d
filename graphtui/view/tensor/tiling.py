"""How pictures are laid out on the screen: how large, how many beside each other, and which where.

All of them at the largest size at which they fit, or at another one that somebody wants. What is in
the pictures is for `image`.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import NamedTuple

from graphtui.view.tensor.readings import Images

_SIZES = tuple(map(Fraction, ("1/4", "1/3", "1/2", "2/3", "1", "2", "3", "4", "5", "6")))
"""How large a picture may be drawn, beside its own size."""
_LEAST_SIDE = 12
"""Pictures are not made smaller than this only so that all of them fit."""
GAP = 1
"""Cells between two tiles."""
_SQUARE_ENOUGH = 4
"""A picture that is longer than wide by no more than this keeps its proportions when shrunk."""


class Tiling(NamedTuple):
    """How tiles are laid out."""

    rows: int
    """Pixels of a tile, before it is enlarged."""
    columns: int
    times: int
    across: int
    """Tiles beside each other."""
    shown: int
    """Pictures that have room, each with all its channels."""
    labels: bool
    """Whether there is a line of numbers over each row of tiles."""


def tiling(pictures: Images, width: int, height: int, *, signs: bool) -> Tiling:
    """The largest size at which all fit, or another as is wanted; if none is, their own size."""
    # A sign and a level are to be read, so they are not repeated.
    sizes = [size for size in _SIZES if size <= 1 or not signs]
    tilings = [_of_size(pictures, width, height, size, signs=signs) for size in sizes]
    side = min(pictures.view.height, pictures.view.width)
    all_fit = [
        place
        for place, (size, each) in enumerate(zip(sizes, tilings, strict=True))
        if each.shown >= pictures.count and (size >= 1 or size * side >= _LEAST_SIDE)
    ]
    best = all_fit[-1] if all_fit else sizes.index(Fraction(1))
    wanted = min(max(best + pictures.size, 0), len(sizes) - 1)
    while wanted and not tilings[wanted].shown:
        wanted -= 1
    found = tilings[wanted]
    left = pictures.count - pictures.first
    return found._replace(shown=max(min(found.shown, left), 1))


def _of_size(pictures: Images, width: int, height: int, size: Fraction, *, signs: bool) -> Tiling:
    """How tiles of a size are laid out; none is shown where one does not fit."""
    wide, high = (2, 1) if signs else (1, 2)
    each = 1 if pictures.in_colour else len(pictures.seen_channels)
    labels = height > 1 and (pictures.tiles is not None or each > 1)
    most = (height - labels) * high, max(width // wide, 1)
    times = max(int(size), 1)
    rows, columns = _shrunk(pictures, min(size, Fraction(1)), *(n // times for n in most))
    if times > 1 and (rows, columns) != (pictures.view.height, pictures.view.width):
        return Tiling(rows, columns, 1, 1, 0, labels)
    across = max((width + GAP) // (columns * times * wide + GAP), 1)
    down = max(height // (labels + -(-rows * times // high)), 1)
    # A picture's channels stay together: several pictures to a row, or several rows to one.
    shown = across // each * down if across >= each else down // -(-each // across)
    return Tiling(rows, columns, times, across // each * each or across, shown, labels)


def _shrunk(pictures: Images, size: Fraction, rows: int, columns: int) -> tuple[int, int]:
    """Pixels of a picture of a size, in at most so many rows and columns."""
    high, wide = pictures.view.height, pictures.view.width
    rows, columns = max(rows, 1), max(columns, 1)
    if max(high, wide) > _SQUARE_ENOUGH * min(high, wide):
        return min(rows, ceil(high * size)), min(columns, ceil(wide * size))
    part = min(Fraction(rows, high), Fraction(columns, wide), size)
    return max(round(high * part), 1), max(round(wide * part), 1)


def rows_of_tiles(pictures: Images, layout: Tiling, count: int) -> list[range]:
    """The tiles that stand beside each other; a picture of more than a row begins a new one."""
    each = 1 if pictures.in_colour else len(pictures.seen_channels)
    if layout.across >= each:
        return [
            range(start, min(start + layout.across, count))
            for start in range(0, count, layout.across)
        ]
    return [
        range(start, min(start + layout.across, begin + each))
        for begin in range(0, count, each)
        for start in range(begin, begin + each, layout.across)
    ]
