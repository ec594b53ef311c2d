"""How far two arrays of one shape are apart: one relative number, the worst element, a level.

A NaN or an infinity that both have at the same place is no difference; one that only one of them
has is the worst there is. What the arrays belong to is for `compare`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from graphtui.debugger.norms import magnitude, norm
from graphtui.ops.linear_map import Array

ROUNDING = {
    np.dtype("float64"): 1e-9,
    np.dtype("float32"): 1e-5,
    np.dtype("float16"): 1e-2,
}
"""The relative change up to which rounding may be to blame, after many operations."""

STRONG = 0.1
"""From which relative change on a difference is strong."""

_LEAST = math.ulp(0.0)
"""What a change that is too small for a float comes to, as it is not 0."""


class Level(StrEnum):
    """How much two arrays differ, from nothing to the worst."""

    SAME = "same"
    """Every element is equal."""
    PENDING = "not yet"
    """On one side or both it is not there yet, so nothing can be said; which is no difference."""
    SLIGHT = "slight"
    """Within the tolerance: rounding may be to blame. Not counted as a difference."""
    CHANGED = "changed"
    """By more than the tolerance."""
    STRONG = "strong"
    """By at least a tenth."""
    ONE_SIDED = "one side only"
    """One side has it, or will; the other never will: no gradient flows there."""
    FAULT_GONE = "fault gone"
    """NaN or infinity on the first side where the second is finite."""
    NEW_FAULT = "new fault"
    """NaN or infinity, or an exception, on the second side that the first does not have."""

    @property
    def rank(self) -> int:
        """Its place in the order above, from 0."""
        return _RANKS[self]

    @property
    def differs(self) -> bool:
        """Whether it counts as a difference."""
        return self.rank > _RANKS[Level.SLIGHT]


_RANKS = {level: rank for rank, level in enumerate(Level)}


class Change(NamedTuple):
    """What became of one array."""

    level: Level
    relative: float
    """‖a - b‖ / max(‖a‖, ‖b‖), from 0 to 2; infinite for a fault, NaN where one is absent."""
    element: tuple[int, ...] = ()
    """The element that differs most."""
    a: float | None = None
    """That element on the first side; None where it is absent, or where all are equal."""
    b: float | None = None
    """That element on the second side."""
    differing: int = 0
    """How many elements differ."""


SAME = Change(Level.SAME, 0.0)
PENDING = Change(Level.PENDING, math.nan)


def _nothing() -> float:
    return 0.0


def change(
    a: Array,
    b: Array,
    tolerance: float | None = None,
    summed: Callable[[], float] = _nothing,
) -> Change:
    """How far `b` is from `a`, which has the same shape.

    Args:
        a: before, or the first side.
        b: after, or the second side.
        tolerance: the relative change up to which it is slight; None means `ROUNDING` of the
            coarser dtype, and 0 for whole numbers.
        summed: how large it was what the arrays are sums of, by its norm: where it cancels, a
            difference within the tolerance of that is slight. Asked only for what would differ.

    >>> change(np.array([3.0, 4.0]), np.array([3.0, 3.0]))[:5]
    (<Level.STRONG: 'strong'>, 0.2, (1,), 4.0, 3.0)
    >>> change(np.array([1.0, np.nan]), np.array([1.0, np.nan])).level
    <Level.SAME: 'same'>
    """
    if a is b:
        return SAME
    if tolerance is None:
        tolerance = max(ROUNDING.get(a.dtype, 0.0), ROUNDING.get(b.dtype, 0.0))
    if a.size == 1:
        return _of_numbers(a.item(), b.item(), (0,) * a.ndim, tolerance, summed)
    with np.errstate(all="ignore"):
        different = np.asarray((a != b) & ~((a != a) & (b != b)))  # NaN is not equal to itself
        count = int(np.count_nonzero(different))
        if not count:
            return SAME
        finite = np.isfinite(a) & np.isfinite(b)
        faulty = different & ~finite
        if faulty.any():
            return _fault(a, b, faulty, count)
        relative, apart, element = _relative(
            np.where(finite, a, 0), np.where(finite, b, 0), different
        )
    return Change(
        _level(relative, tolerance, apart, summed),
        relative,
        tuple(int(i) for i in np.unravel_index(element, a.shape)),
        float(a.reshape(-1)[element]),
        float(b.reshape(-1)[element]),
        count,
    )


def _of_numbers(
    a: float,
    b: float,
    index: tuple[int, ...],
    tolerance: float,
    summed: Callable[[], float],
) -> Change:
    """The same for two numbers, in Python's own arithmetic: a graph may have 100,000 of them."""
    if a == b or (a != a and b != b):
        return SAME
    if not (math.isfinite(a) and math.isfinite(b)):
        level = Level.FAULT_GONE if math.isfinite(b) else Level.NEW_FAULT
        return Change(level, math.inf, index, float(a), float(b), 1)
    size = max(abs(a), abs(b))
    relative = abs(a / size - b / size) or _LEAST
    level = _level(relative, tolerance, relative * size, summed)
    return Change(level, relative, index, float(a), float(b), 1)


def _fault(a: Array, b: Array, faulty: Array, count: int) -> Change:
    new = faulty & ~np.isfinite(b)
    level = Level.NEW_FAULT if new.any() else Level.FAULT_GONE
    element = int(np.argmax((new if new.any() else faulty).reshape(-1)))
    index = tuple(int(i) for i in np.unravel_index(element, a.shape))
    return Change(level, math.inf, index, float(a[index]), float(b[index]), count)


def _relative(a: Array, b: Array, different: Array) -> tuple[float, float, int]:
    """The relative change of finite arrays, its norm, and the number of the worst element."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    size = max(magnitude(np.abs(a)), magnitude(np.abs(b)))
    a, b = a / size, b / size  # so that neither a difference nor a square leaves the range
    apart = np.abs(a - b)
    element = int(np.argmax(apart if apart.any() else different))
    distance = norm(apart)
    return distance / max(norm(a), norm(b)) or _LEAST, distance * size, element


def _level(relative: float, tolerance: float, apart: float, summed: Callable[[], float]) -> Level:
    if relative <= tolerance or apart < tolerance * summed():
        return Level.SLIGHT
    return Level.STRONG if relative >= STRONG else Level.CHANGED
