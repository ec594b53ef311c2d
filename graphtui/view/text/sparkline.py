"""A series of numbers as one row of bars: how it went, not what it was.

Which series is drawn, and the numbers beside it, is for the panels.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import copysign, frexp, isfinite, ldexp, log10

from graphtui.view.text.safe_text import to_ascii

BARS = "▁▂▃▄▅▆▇█"
NOT_FINITE = "!"
"""Stands for a NaN or an infinity."""
ZERO = "0"
"""Stands for a zero where the scale is logarithmic, on which it has no place."""
LOG = "log "
"""Stands before bars on a logarithmic scale."""
DECADES = 3
"""Numbers that span more than so many powers of ten get a logarithmic scale."""

_LEAST = 4
"""Bars for which a logarithmic scale is worth the cells to say so."""
_MIDDLE = 0.49
"""Where all numbers stand if they are the same: a bar of half the height."""


def sparkline(series: Sequence[float], width: int, ascii_only: bool = False) -> str:
    """`series` in at most `width` cells, one for each number, or for several where there are more.

    The scale goes from the smallest to the largest finite number. Where several share a cell, the
    one farthest from the mean of all is drawn, so that a peak stays. The scale is logarithmic, and
    says so, where the numbers are of one sign and span more than three powers of ten.

    >>> sparkline([0, 1, 2, 3, 2, 1], 8), sparkline([2, 2, 2], 8)
    ('▁▃▆█▆▃', '▄▄▄')
    >>> sparkline([1, 1e-2, 1e-4, 0, float("nan")], 12)
    'log █▅▁0!'
    """
    if width < 1 or not series:
        return ""
    logarithmic = width >= len(LOG) + _LEAST and _spans_decades(series)
    room = width - len(LOG) if logarithmic else width
    places = _places(series, logarithmic)
    heights = [place for place in places if isinstance(place, float)]
    mean = sum(heights) / max(len(heights), 1)
    count = min(len(series), room)
    ends = [index * len(series) // count for index in range(count + 1)]
    cells = (places[begin:end] for begin, end in pairwise(ends))
    text = (LOG if logarithmic else "") + "".join(_cell(cell, mean) for cell in cells)
    return to_ascii(text) if ascii_only else text


def _spans_decades(series: Sequence[float]) -> bool:
    sizes = [abs(x) for x in series if isfinite(x) and x]
    signs = {copysign(1.0, x) for x in series if isfinite(x) and x}
    return len(signs) == 1 and log10(max(sizes)) - log10(min(sizes)) > DECADES


def _places(series: Sequence[float], logarithmic: bool) -> list[float | str]:
    """Where on the scale, from 0 to 1, each number stands; a mark where it has no place there."""
    peak = max((abs(x) for x in series if isfinite(x)), default=0.0)
    # The difference of two of the largest numbers would overflow, and a power of two is exact.
    shift = -frexp(peak)[1]
    raw: list[float | str] = []
    for x in series:
        if not isfinite(x):
            raw.append(NOT_FINITE)
        elif not logarithmic:
            raw.append(ldexp(x, shift))
        else:
            raw.append(copysign(1.0, x) * log10(abs(x)) if x else ZERO)
    known = [place for place in raw if isinstance(place, float)]
    low, high = min(known, default=0.0), max(known, default=0.0)
    size = high - low
    return [
        place if isinstance(place, str) else (place - low) / size if size else _MIDDLE
        for place in raw
    ]


def _cell(places: Sequence[float | str], mean: float) -> str:
    """What is rare wins: a mark, else what lies farthest from the mean."""
    for mark in (NOT_FINITE, ZERO):
        if mark in places:
            return mark
    heights = [place for place in places if isinstance(place, float)]
    height = max(heights, key=lambda height: abs(height - mean))
    return BARS[min(int(height * len(BARS)), len(BARS) - 1)]
