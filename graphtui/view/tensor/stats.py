"""What the elements of an array of any size come to: extremes, mean, norm, counts of each kind.

The array is read in bounded pieces, and after each of them there is an answer for what was seen so
far: so a huge one can be left at any time, and what is known then says of how many elements it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.kept.array_blocks import blocks, in_memory_order
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import DType
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import Number, count_text, number, shape_text
from graphtui.view.text.paragraphs import facts

_ORDINARY = 300
"""Numbers with a binary exponent up to this can be squared and summed as they are."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is known of an array; extremes, mean, std and norm are those of its finite elements."""

    shape: Shape
    dtype: DType
    seen: int
    """How many elements were looked at."""
    least: Number | None = None
    """None where no element was finite, as are the others."""
    most: Number | None = None
    mean: float | None = None
    std: float | None = None
    """The population's: the root of the mean square distance from the mean."""
    norm: float = 0.0
    """The 2-norm; infinite where it is too large for a float64."""
    negative: int = 0
    zero: int = 0
    """Exact zeros, -0.0 among them."""
    positive: int = 0
    minus_infinite: int = 0
    plus_infinite: int = 0
    nan: int = 0

    @property
    def complete(self) -> bool:
        """Whether every element was looked at."""
        return self.seen == math.prod(self.shape)

    @property
    def finite(self) -> int:
        """How many elements seen are numbers to calculate with."""
        return self.negative + self.zero + self.positive

    @property
    def dead(self) -> float:
        """The part of the elements seen that is exactly zero, from 0 to 1."""
        return self.zero / self.seen if self.seen else 0.0

    @property
    def peak(self) -> float:
        """The largest absolute value of a finite element; 0 where there is none."""
        if self.least is None or self.most is None:
            return 0.0
        return max(float(self.most), -float(self.least))


def statistics(array: Array, interrupted: Interrupted = never) -> Statistics:
    """What `array` comes to; of what was seen until then, if it is interrupted.

    >>> found = statistics(np.array([3.0, -4.0, 0.0, np.nan]))
    >>> found.norm, found.negative, found.zero, found.positive, found.nan
    (5.0, 1, 1, 1, 1)
    """
    found = Statistics(array.shape, array.dtype, 0)
    for found in growing_statistics(array):
        if not found.complete and interrupted():
            break
    return found


def growing_statistics(array: Array) -> Iterator[Statistics]:
    """What `array` comes to as far as it was seen, again after each piece; nothing if it is empty.

    For a worker that shows what it has while it goes on.
    """
    found, moments = Statistics(array.shape, array.dtype, 0), _NONE
    for _, block in blocks(in_memory_order(array)):
        found, moments = _counted(found, moments, block)
        yield found


def _counted(before: Statistics, moments: _Moments, block: Array) -> tuple[Statistics, _Moments]:
    """What is known with one piece more."""
    finite, nan, minus, plus = _finite(block)
    least, most = before.least, before.most
    if finite.size:
        low, high = finite.min(), finite.max()
        least = low if least is None or low < least else least
        most = high if most is None or high > most else most
        moments = _together(moments, _moments(finite, float(low), float(high)))
    negative = int(np.count_nonzero(finite < 0))
    nonzero = int(np.count_nonzero(finite))
    return Statistics(
        before.shape,
        before.dtype,
        before.seen + block.size,
        least,
        most,
        *_summed_up(moments),
        before.negative + negative,
        before.zero + finite.size - nonzero,
        before.positive + nonzero - negative,
        before.minus_infinite + minus,
        before.plus_infinite + plus,
        before.nan + nan,
    ), moments


def _finite(block: Array) -> tuple[Array, int, int, int]:
    """The finite elements of a piece, and how many are NaN, -∞ and ∞."""
    if block.dtype.kind != "f":
        return block, 0, 0, 0
    is_finite = np.isfinite(block)
    if is_finite.all():
        return block, 0, 0, 0
    odd = block[~is_finite]
    nan, minus = int(np.count_nonzero(np.isnan(odd))), int(np.count_nonzero(odd == -np.inf))
    return block[is_finite], nan, minus, odd.size - nan - minus


# Moments ----------------------------------------------------------------------------------------


class _Moments(NamedTuple):
    """Sums over finite elements, in units of 2**exponent so that no square over- or underflows."""

    size: int
    exponent: int
    mean: float
    spread: float
    """The sum of the squared distances from the mean."""


_NONE = _Moments(0, -5000, 0.0, 0.0)


def _moments(finite: Array, least: float, most: float) -> _Moments:
    exponent = unit_exponent(max(most, -least))
    wide = in_units(finite, exponent)
    mean = float(wide.mean())
    distances = wide - mean
    return _Moments(finite.size, exponent, mean, float(np.square(distances, out=distances).sum()))


def unit_exponent(peak: float) -> int:
    """In which power of two numbers up to `peak` are best counted: 0 as a rule.

    >>> unit_exponent(3.5), unit_exponent(1e200), unit_exponent(0.0)
    (0, 665, 0)
    """
    exponent = math.frexp(peak)[1]
    return 0 if abs(exponent) <= _ORDINARY else exponent


def in_units(block: Array, exponent: int) -> Array:
    """`block` divided by 2**exponent, exactly, in float64."""
    wide = block.astype(np.float64, copy=False)
    return np.ldexp(wide, -exponent) if exponent else wide


def _together(a: _Moments, b: _Moments) -> _Moments:
    """The moments of two sets (Chan, Golub and LeVeque: updating formulae for variances)."""
    if not a.size:
        return b
    exponent = max(a.exponent, b.exponent)
    (mean_a, spread_a), (mean_b, spread_b) = (
        (
            math.ldexp(each.mean, each.exponent - exponent),
            math.ldexp(each.spread, 2 * (each.exponent - exponent)),
        )
        for each in (a, b)
    )
    size, apart = a.size + b.size, mean_b - mean_a
    mean = mean_a + apart * (b.size / size)
    spread = spread_a + spread_b + apart * apart * (a.size / size) * b.size
    return _Moments(size, exponent, mean, spread)


def _summed_up(moments: _Moments) -> tuple[float | None, float | None, float]:
    """Mean, std and norm."""
    size, exponent, mean, spread = moments
    if not size:
        return None, None, 0.0
    norm = math.sqrt(spread + size * mean * mean)
    std = math.sqrt(spread / size)
    return _times_power(mean, exponent), _times_power(std, exponent), _times_power(norm, exponent)


def _times_power(x: float, exponent: int) -> float:
    try:
        return math.ldexp(x, exponent)
    except OverflowError:
        return math.inf


# In words ---------------------------------------------------------------------------------------


def statistics_lines(found: Statistics, width: int) -> list[Line]:
    """The statistics as facts on one line of `width` cells, or on several where they do not fit.

    >>> row, = statistics_lines(statistics(np.array([1, -2, 0, 5])), 100)
    >>> "".join(span.text for span in row)
    'min -2 · max 5 · mean 1 · std 2.550 · norm 5.477 · neg 1 · zero 1 · pos 2 · dead 25 %'
    """
    if not found.seen:
        words = f"empty {shape_text(found.shape)}" if found.complete else "not measured yet"
        return facts([line((words, "dim"))], width)
    pieces = [
        line((f"{name} ", "dim"), number(x))
        for name, x in (
            ("min", found.least), ("max", found.most), ("mean", found.mean), ("std", found.std),
        )
        if x is not None
    ]  # fmt: skip
    pieces += [line(("norm ", "dim"), number(found.norm))] if found.finite else []
    pieces += [line(("nothing finite", "fault"))] if not found.finite else []
    kinds = (("neg", found.negative), ("zero", found.zero), ("pos", found.positive))
    pieces += [line((f"{kind} ", "dim"), count_text(count)) for kind, count in kinds]
    pieces.append(line(("dead ", "dim"), part_text(found.zero, found.seen)))
    odd = (("NaN", found.nan), ("∞", found.plus_infinite), ("-∞", found.minus_infinite))
    faults = [line((f"{kind} {count_text(count)}", "fault")) for kind, count in odd if count]
    if faults:
        pieces += faults
    elif found.dtype.kind == "f":
        pieces.append(line(("all finite", "dim")))
    if not found.complete:
        pieces.insert(0, (Span(_so_far(found), "warning"),))
    return facts(pieces, width)


def part_text(part: int, whole: int) -> str:
    """`part` of `whole` in per cent: none only where there is none, all only where it is all.

    >>> [part_text(part, 3000) for part in (0, 1, 1500, 2999, 3000)]
    ['0 %', '0.03 %', '50 %', '99.9 %', '100 %']
    """
    percent = 100 * part / whole if whole else 0.0
    if percent in (0.0, 100.0):
        return f"{percent:.0f} %"
    # Rounded down near the whole, up near nothing.
    text = f"{min(percent, 99.9):.1f}".removesuffix(".0") if percent >= 0.1 else f"{percent:.1g}"
    return f"{text} %" if "e" not in text else "<0.001 %"


def _so_far(found: Statistics) -> str:
    return f"of {count_text(found.seen)} of {count_text(math.prod(found.shape))} elements so far"
