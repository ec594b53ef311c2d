"""Numbers as pictures: two pixels in a cell, the colour of each its level of heat.

Where there is no colour, a pixel is two cells with a sign and a level, so that signs are told apart
all the same. Pixels that have a colour of their own are for `colours`; which numbers become a
picture is for `image`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import numpy as np

from graphtui.ops.linear_map import Array
from graphtui.view.text.heat import NOT_FINITE, TEXTS, ZERO, heat_role
from graphtui.view.text.lines import Line, Span

ODD = "!"
"""A cell in which a pixel is NaN or infinite."""

_MOST_SAMPLED = 8
"""Elements looked at along each side of a pixel that stands for many."""


def pixels(matrix: Array, rows: int, columns: int) -> Array:
    """A matrix shrunk to at most so many pixels: each is the element of largest size in its part.

    A NaN is never lost among the elements that are looked at. Of a part with more than 8 × 8
    elements a regular sample is looked at, so that the cost is that of the picture.

    >>> pixels(np.array([[1.0, -5.0, 0.0, 2.0], [0.0, 3.0, 1.0, 1.0]]), 1, 2)
    array([[-5.,  2.]])
    """
    rows, columns, sample = _sampled(matrix, rows, columns)
    if sample.shape == (rows, columns):
        return sample
    largest = _pooled(sample, rows, columns, np.maximum)
    least = _pooled(sample, rows, columns, np.minimum)
    return np.where(largest >= -least, largest, least)  # NaN is not larger, and is its own least


def averages(matrix: Array, rows: int, columns: int) -> Array:
    """A matrix shrunk to at most so many pixels, each the mean of its part; NaN where one is in it.

    Of a large part a sample is looked at, as for `pixels`.

    >>> averages(np.array([[1.0, -5.0, 0.0, 2.0], [0.0, 4.0, 1.0, 1.0]]), 1, 2)
    array([[0., 1.]])
    """
    rows, columns, sample = _sampled(matrix, rows, columns)
    if sample.shape == (rows, columns):
        return sample
    counts = _pooled(np.ones(sample.shape), rows, columns, np.add)
    with np.errstate(all="ignore"):
        return _pooled(sample, rows, columns, np.add) / counts


def _sampled(matrix: Array, rows: int, columns: int) -> tuple[int, int, Array]:
    """How many pixels there are, and the elements that are looked at for them, as float64."""
    rows, columns = min(rows, matrix.shape[0]), min(columns, matrix.shape[1])
    down, across = (
        max(size // (count * _MOST_SAMPLED), 1)
        for size, count in zip(matrix.shape, (rows, columns), strict=True)
    )
    return rows, columns, matrix[::down, ::across].astype(np.float64)


def _pooled(sample: Array, rows: int, columns: int, of: np.ufunc) -> Array:
    for axis, count in enumerate((rows, columns)):
        starts = np.arange(count) * sample.shape[axis] // count
        sample = of.reduceat(sample, starts, axis=axis)
    return sample


def enlarged(levels: Array, times: int) -> Array:
    """Every pixel as a square of so many."""
    return levels.repeat(times, axis=0).repeat(times, axis=1)


def half_block_lines(levels: Array) -> list[Line]:
    """Two rows of levels to a line, one column to a cell; zeros are left blank.

    >>> rows = half_block_lines(np.array([[0, 7, 8], [0, 1, 4]]))
    >>> [(span.text, span.role) for span in rows[0]]
    [('█', 'heat.0'), ('▀', 'heat.7.1'), ('▄', 'heat.4')]
    """
    if len(levels) % 2:
        levels = np.vstack([levels, np.full((1, levels.shape[1]), ZERO)])
    return [
        merged(map(_cell, above, below))
        for above, below in zip(levels[::2].tolist(), levels[1::2].tolist(), strict=True)
    ]


def _cell(above: int, below: int) -> Span:
    if NOT_FINITE in (above, below):
        return Span(ODD, "fault")
    if ZERO in (above, below):
        if above == below:
            return Span(" ", "")
        return Span("▄", heat_role(below)) if above == ZERO else Span("▀", heat_role(above))
    return Span("█", heat_role(above)) if above == below else Span("▀", f"heat.{above}.{below}")


def level_lines(levels: Array) -> list[Line]:
    """A row of levels to a line, each as a sign and a digit from 1 to 4 in two cells.

    >>> [[span.text for span in row] for row in level_lines(np.array([[0, 4, 4, 8, 9]]))]
    [['-4', '+1+1', ' 0', ' !']]
    """
    return [
        merged(Span(TEXTS[level], heat_role(level)) for level in row) for row in levels.tolist()
    ]


def merged(spans: Iterable[Span]) -> Line:
    """Neighbours in the same role as one span."""
    return tuple(
        Span("".join(span.text for span in group), role)
        for role, group in groupby(spans, key=lambda span: span.role)
    )
