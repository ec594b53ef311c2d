"""Rows of which one is selected: which are in sight, and which is selected when there are others.

What stands in the rows is for whoever lists them.
"""

from __future__ import annotations


def scrolled(first: int, count: int, total: int, selected: int) -> int:
    """The first row in sight, so that the selected one is, with the least movement.

    >>> scrolled(0, 5, 20, 7), scrolled(9, 5, 20, 7), scrolled(18, 5, 20, 19)
    (3, 7, 15)
    """
    first = min(max(first, selected - count + 1), selected)
    return max(min(first, total - count), 0)


def kept(before: int, old: int, new: int, *, follows: bool) -> int:
    """The row that is selected when a list of `old` rows has become one of `new`.

    >>> kept(4, 5, 6, follows=True), kept(4, 5, 6, follows=False), kept(4, 5, 3, follows=False)
    (5, 4, 2)
    """
    at_end = follows and old and before == old - 1
    return max(new - 1 if at_end else min(before, new - 1), 0)
