"""How the elements of an array are spread between two numbers, as counts and as a chart of bars.

An array of any size is read in bounded pieces, and what was counted until then is an answer. The
two numbers come from the statistics.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.kept.array_blocks import blocks, in_memory_order
from graphtui.ops.linear_map import Array
from graphtui.view.tensor.stats import in_units, unit_exponent
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.numbers import count_text, number
from graphtui.view.text.safe_text import clip_line, to_ascii
from graphtui.view.text.sparkline import BARS

BINS = 60
"""Bins that are counted, which is as many as a chart has room for as a rule."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many elements lie in each of several equal parts of the way from `low` to `high`."""

    low: float
    high: float
    counts: tuple[int, ...]
    outside: int
    """Elements seen that are not finite, or lie elsewhere."""
    size: int
    """How many elements the array has."""

    @property
    def seen(self) -> int:
        """How many elements were looked at."""
        return sum(self.counts) + self.outside

    @property
    def complete(self) -> bool:
        """Whether every element was looked at."""
        return self.seen == self.size


def histogram(
    array: Array, low: float, high: float, bins: int = BINS, interrupted: Interrupted = never
) -> Histogram:
    """The spread of `array`; of what was seen until then, if it is interrupted.

    Args:
        array: of any shape.
        low: where the first bin begins; its smallest finite element, as a rule.
        high: where the last bin ends, which is a part of it; not less than `low`.
        bins: how many.
        interrupted: asked after each piece whether to stop.

    >>> histogram(np.array([0.0, 0.1, 0.5, 1.0, np.nan]), 0.0, 1.0, bins=2).counts
    (2, 2)
    """
    found = Histogram(low, high, (0,) * bins, 0, array.size)
    for found in growing_histogram(array, low, high, bins):
        if not found.complete and interrupted():
            break
    return found


def growing_histogram(
    array: Array, low: float, high: float, bins: int = BINS
) -> Iterator[Histogram]:
    """The spread of `array` as far as it was seen, again after each piece; nothing if it is empty.

    For a worker that shows what it has while it goes on.
    """
    counts = np.zeros(bins, np.int64)
    exponent = unit_exponent(max(abs(low), abs(high)))
    start = math.ldexp(low, -exponent)
    width = math.ldexp(high, -exponent) - start
    seen = 0
    for _, block in blocks(in_memory_order(array)):
        wide = block.astype(np.float64, copy=False)
        inside = wide[(wide >= low) & (wide <= high)]  # not where it is NaN
        places = (in_units(inside, exponent) - start) * (bins / width if width else 0.0)
        # Rounding may put the largest of all behind the last bin.
        numbers = np.minimum(places.astype(np.int64), bins - 1)
        counts += np.bincount(numbers, minlength=bins)
        seen += block.size
        yield Histogram(low, high, tuple(counts.tolist()), seen - int(counts.sum()), array.size)


# As a chart -------------------------------------------------------------------------------------


def histogram_lines(
    found: Histogram, width: int, height: int, role: str = "", ascii_only: bool = False
) -> list[Line]:
    """The spread as upright bars over a line with the two ends and the count of the highest bar.

    A bin with a single element is still seen. Where there are more bins than cells, neighbours
    share one.

    Args:
        found: what was counted.
        width: cells; as many bars as bins, each as wide as goes.
        height: lines, the last of which has the numbers; one line is bars alone.
        role: of the bars.
        ascii_only: whether the terminal has nothing else.
    """
    if width < 1 or height < 1:
        return []
    counts = _merged(found.counts, width)
    cells = max(width // len(counts), 1)
    rows = _bars(counts, max(height - 1, 1))
    texts = ["".join(bar * cells for bar in row) for row in rows]
    lines: list[Line] = [
        (Span(to_ascii(text) if ascii_only else text, role),) if text.strip() else ()
        for text in texts
    ]
    if height > 1:
        lines.append(clip_line(_axis(found, max(counts), cells * len(counts)), width))
    return lines


def _merged(counts: Sequence[int], most: int) -> list[int]:
    """The counts with as many neighbours added up as it takes to have at most `most`."""
    together = -(-len(counts) // most)
    return [sum(counts[i : i + together]) for i in range(0, len(counts), together)]


def _bars(counts: Sequence[int], height: int) -> list[list[str]]:
    """For each row from the top, for each count, an eighth to a whole of a cell, or a blank."""
    most = max(max(counts), 1)
    eighths = [-(-count * height * 8 // most) for count in counts]
    return [
        [_bar(min(max(each - 8 * below, 0), 8)) for each in eighths]
        for below in range(height - 1, -1, -1)
    ]


def _bar(eighths: int) -> str:
    return BARS[eighths - 1] if eighths else " "


def _axis(found: Histogram, most: int, width: int) -> Line:
    """The two ends below the first and the last bar, and between them what was counted."""
    low, high = number(found.low), number(found.high)
    if len(low) + len(high) >= width:
        return ()
    words = [f"highest {count_text(most)}"]
    if not found.complete:
        words.append(f"of {count_text(found.seen)} of {count_text(found.size)} so far")
    if found.outside:
        words.append(f"{count_text(found.outside)} outside")
    room = width - len(low) - len(high) - 2
    between = next((text for text in (", ".join(words), words[0]) if len(text) <= room), "")
    gap = width - len(low) - len(high)
    return (Span(low), Span(f"{between:^{gap}}", "dim"), Span(high))
