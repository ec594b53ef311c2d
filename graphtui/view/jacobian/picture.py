"""A Jacobian matrix as a picture: two pixels in a cell, the largest entry found in each.

Of a large matrix some rows or columns for each pixel are looked at, so it costs what is drawn. A
matrix of which nothing is known without the user's functions has no picture.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graphtui.ops.linear_map import Array, LinearMap
from graphtui.view.jacobian.entries import FEW, MANY, Asked, entries
from graphtui.view.text.half_blocks import half_block_lines
from graphtui.view.text.heat import (
    NOT_FINITE,
    ZERO,
    Scale,
    heat_legend,
    heat_scale,
    levels,
    peak_of,
)
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import number
from graphtui.view.text.paragraphs import facts
from graphtui.view.text.safe_text import clip_line

HERE = "╋"
"""Stands on the picture where the window of numbers begins."""

_ONE_INK = 7
"""The level of everything where there are no colours: the shape of a cell tells it all."""
_ASCII = str.maketrans({"▀": "'", "▄": ".", "█": ":", HERE: "+"})


class Extent(NamedTuple):
    """How many pixels the picture has."""

    rows: int
    columns: int

    @property
    def lines(self) -> int:
        """Lines of the screen that it takes."""
        return -(-self.rows // 2)


def extent(local: LinearMap, width: int, height: int) -> Extent:
    """The largest picture in `width` × `height` cells that has about the matrix's proportions.

    A pixel is never less than an entry. A matrix that is more than twice as long as wide, or as
    wide as long, is drawn as if it were twice, so that its structure is still seen.
    """
    rows, columns = local.matrix_shape
    if not rows or not columns or width < 1 or height < 1:
        return Extent(0, 0)
    ratio = min(max(rows / columns, 0.5), 2.0)
    wide = min(width, round(2 * height / ratio))
    return Extent(min(rows, 2 * height, max(round(wide * ratio), 1)), min(columns, max(wide, 1)))


def matrix_pixels(local: LinearMap, size: Extent) -> Array | None:
    """For each pixel the entry of largest size that was found there; None where none is known."""
    pixels = np.zeros((size.rows, size.columns))
    if not size.rows or not size.columns:
        return pixels
    rows, columns = local.matrix_shape
    with np.errstate(all="ignore"):
        found = entries(local, asked_for(local, size))
    if found is None:
        return None
    values = np.asarray(found.values, np.float64)
    order = np.argsort(np.abs(values), kind="stable")  # the largest is written last, NaN after it
    # Python's numbers do not overflow where a row is as large as the matrix.
    down = found.rows[order] * size.rows // rows
    across = found.columns[order] * size.columns // columns
    pixels[down, across] = values[order]
    return pixels


def asked_for(local: LinearMap, size: Extent) -> Asked:
    """The rows and columns that are looked at for a picture."""
    rows, columns = local.matrix_shape
    return Asked(
        _sample(rows, size.rows, MANY),
        _sample(columns, size.columns, MANY),
        _sample(rows, size.rows, FEW),
        2 * size.columns,
    )


def _sample(total: int, parts: int, most: int) -> Array:
    """Numbers below `total`: of each of so many equal parts at most `most`, evenly spread."""
    starts = -(-np.arange(parts + 1, dtype=np.int64) * total // parts)
    sizes = np.diff(starts)
    count = min(int(sizes.max()), most)
    steps = np.arange(count) * np.maximum(sizes - 1, 0)[:, None] // max(count - 1, 1)
    return np.unique(starts[:-1, None] + steps)


class Picture(NamedTuple):
    """A drawn matrix."""

    lines: list[Line]
    """None where nothing is known of it."""
    scale: Scale
    """Of its colours."""
    marked: bool
    """Whether there is a mark where the window of numbers begins."""


def picture_lines(
    local: LinearMap, size: Extent, *, colour: bool = True, ascii_only: bool = False
) -> list[Line]:
    """The picture without a mark."""
    return picture(local, size, 0, 0, colour, ascii_only, mark=False).lines


def picture(
    local: LinearMap,
    size: Extent,
    row: int,
    column: int,
    colour: bool = True,
    ascii_only: bool = False,
    *,
    mark: bool = True,
) -> Picture:
    """The picture, with a mark where the window of numbers begins.

    Args:
        local: the map.
        size: as `extent` says.
        row: of the window.
        column: of the window.
        colour: whether sizes and signs can be told by colour; else only zeros are told apart.
        ascii_only: whether the terminal has nothing else.
        mark: whether there is a window.
    """
    pixels = matrix_pixels(local, size)
    if pixels is None:
        return Picture([], heat_scale(0.0), False)
    whole = (size.rows, size.columns) == local.matrix_shape
    scale = heat_scale(peak_of(pixels), whole=whole)
    found = levels(pixels, scale)
    if not colour or ascii_only:
        found = np.where((found == ZERO) | (found == NOT_FINITE), found, _ONE_INK)
    lines = half_block_lines(found)
    rows, columns = local.matrix_shape
    marked = mark and not whole and rows > 0 and columns > 0
    if marked:
        y, x = row * size.rows // rows // 2, column * size.columns // columns
        lines[y] = _marked(lines[y], x)
    if ascii_only:
        lines = [tuple(Span(text.translate(_ASCII), role) for text, role in each) for each in lines]
    return Picture(lines, scale, marked)


def picture_legend(drawn: Picture, width: int, colour: bool, ascii_only: bool) -> Line:
    """What colours and marks of a picture mean."""
    if colour and not ascii_only:
        ends = f"quarters of {number(drawn.scale.peak)}"
        pieces = [heat_legend(drawn.scale, width, "entries", ends)]
    else:
        pieces = [line(("ink where entries are not zero", "dim"))]
    if drawn.marked:
        pieces.append(line((HERE, "cursor"), (" where the numbers begin", "dim")))
    return facts(pieces, width)[0]


def _marked(drawn: Line, at: int) -> Line:
    """The line with the mark in one of its cells."""
    spans: list[Span] = []
    start = 0
    for text, role in drawn:
        inside = at - start
        if 0 <= inside < len(text):
            spans += [
                Span(text[:inside], role),
                Span(HERE, "cursor"),
                Span(text[inside + 1 :], role),
            ]
        else:
            spans.append(Span(text, role))
        start += len(text)
    return tuple(span for span in spans if span.text)


def padded(drawn: Line, width: int) -> Line:
    """The line in exactly `width` cells."""
    used = sum(len(text) for text, _ in drawn)
    return (*drawn, Span(" " * (width - used))) if used < width else clip_line(drawn, width)
