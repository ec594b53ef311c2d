"""Which part of the picture is seen: it stays where it is unless what is looked at would leave it.

Numbers only; what the picture is made of is not known here.
"""

from __future__ import annotations

from typing import NamedTuple

MARGIN = 1
"""Cells kept free around the picture, and around what is looked at."""


class Span(NamedTuple):
    """A stretch of columns or of rows."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """One past the last."""
        return self.start + self.length


def settle(first: int, seen: int, total: int) -> int:
    """The first cell seen, moved inside the picture; a picture that fits is wholly in sight.

    >>> settle(7, 20, 10), settle(-3, 10, 20), settle(15, 10, 20), settle(4, 10, 20)
    (-1, -1, 11, 4)
    """
    if seen - 2 * MARGIN < total <= seen:
        return middle(seen, total)
    low, high = sorted((-MARGIN, total + MARGIN - seen))
    return min(max(first, low), high)


def middle(seen: int, total: int) -> int:
    """The first cell seen when the whole picture is in the middle.

    >>> middle(20, 10)
    -5
    """
    return -((seen - total) // 2)


def reveal(first: int, seen: int, total: int, wanted: Span) -> int:
    """The first cell seen when `wanted` comes into sight with the least movement.

    Of what is too long, the start is seen.

    >>> [reveal(first, 10, 50, Span(20, 4)) for first in (0, 18, 40)]
    [15, 18, 19]
    """
    start, end = wanted.start - MARGIN, wanted.end + MARGIN
    return settle(min(max(first, end - seen), start), seen, total)


def centre(seen: int, total: int, wanted: Span) -> int:
    """The first cell seen when `wanted` is in the middle; or all of the picture, if it fits."""
    if total <= seen:
        return middle(seen, total)
    return settle(wanted.start - (seen - wanted.length) // 2, seen, total)
