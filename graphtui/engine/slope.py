"""A derivative by differences, and whether an analytic one agrees with it.

The function is sampled on both sides of a point with several distances, because one distance alone
is too long for a curve or too short for the digits of a float. How far rounding may have put each
slope off is kept, so that a small derivative of a large number is not called wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from graphtui.ops.linear_map import Array

STEP = 1e-6
"""How far a number is moved, relative to its size: rounding and curvature then err alike."""

DISTANCES = (1.0, 100.0, 1e-3)
"""The steps that are tried in turn, in units of `STEP`: less rounding, then less curvature."""

NEAR_ZERO, PART = 1e-2, 1e-4
"""Below which size a number may also be moved by which part of itself."""

CLEAR = 1e-2
"""Up to which part of a slope rounding leaves it worth a look, after such a small step."""

CLOSER = (1e-6, 1e-8)
"""Steps that are tried where all others see a curve or a kink, in units of `STEP`."""

SMALLEST = 1e-300
"""Up to which size a part of a number is none that it could be moved by."""

ROUNDING = 32 * float(np.finfo(np.float64).eps)
"""How much of a result of several operations rounding may take away, as a fraction."""


class Slope(NamedTuple):
    """The derivative of a weighted sum of outputs by one number, by differences."""

    left: float
    """From the difference to the point before."""
    right: float
    """From the difference to the point after."""
    rounding: float
    """How far rounding may have put either of them off."""

    @property
    def central(self) -> float:
        """The slope through both points; the one that exists where a function ends here."""
        if math.isfinite(self.left) and math.isfinite(self.right):
            return (self.left + self.right) / 2
        return self.left if math.isfinite(self.left) else self.right


class Verdict(NamedTuple):
    """How an analytic derivative compares with slopes."""

    numeric: float
    error: float
    """The difference, relative to the larger number, or to what rounding can tell."""
    on_kink: bool
    """Whether the slopes of the two sides differ however near one looks: a kink or a tie."""
    passed: bool


Outputs = Callable[[float], Array]
"""The outputs, in float64, with the number that is moved at the given value."""


def slope(outputs: Outputs, weights: Array, here: float, distance: float) -> Slope:
    """The slopes of ⟨weights, outputs⟩ at `here`, over about `distance` to either side.

    >>> slope(lambda x: np.array([abs(x), 7.0]), np.array([2.0, 1.0]), 0.0, 0.5)[:2]
    (-2.0, 2.0)
    """
    after, before = here + distance, here - distance
    live = weights != 0  # what nothing depends on may be infinite without harm
    up, middle, down = (outputs(x)[live] for x in (after, here, before))
    weighs = weights[live]
    changed = (up != down) | (up != middle)
    if not changed.any():  # what changes may be lost beside any of them
        changed = np.ones_like(changed)
    size = float(np.sum(np.abs(weighs) * np.maximum(np.abs(up), np.abs(down)), where=changed))
    return Slope(
        left=float(np.sum(weighs * (middle - down))) / (here - before),
        right=float(np.sum(weighs * (up - middle))) / (after - here),
        rounding=ROUNDING * size / distance,
    )


def compare(
    analytic: float, outputs: Outputs, weights: Array, here: float, tolerance: float
) -> Verdict:
    """Whether `analytic` is the derivative of ⟨weights, outputs⟩ at `here`.

    It passes where it agrees with the slope over one of `DISTANCES`, or over a part of `here` where
    that is small; at a kink or a tie, where it
    lies between the slopes of both sides. A derivative that is not a finite number fails.

    >>> compare(6.0, lambda x: np.array([x * x]), np.ones(1), 3.0, 1e-6).passed
    True
    >>> compare(6.006, lambda x: np.array([x * x]), np.ones(1), 3.0, 1e-6).passed
    False
    """
    unit = STEP * max(1.0, abs(here))
    found: list[Slope] = []
    for distance in DISTANCES:
        found.append(slope(outputs, weights, here, unit * distance))
        error = _error(analytic, found[-1], tolerance)
        if error <= tolerance and not _has_corner(found[-1], tolerance):
            return Verdict(found[-1].central, error, on_kink=False, passed=True)
    close = _close(analytic, outputs, weights, here, tolerance)
    if close is not None:
        error = _error(analytic, close, tolerance)
        return Verdict(close.central, error, on_kink=False, passed=error <= tolerance)
    steep = _steep(analytic, outputs, weights, (here, unit), tolerance)
    if steep is not None:
        error = _error(analytic, steep, tolerance)
        return Verdict(steep.central, error, on_kink=False, passed=True)
    first, _, near = found
    kink = is_kink(first, near)
    passed = lies_between(analytic, near, tolerance) if kink else error <= tolerance
    return Verdict(first.central, _error(analytic, first, tolerance), kink, passed)


def _close(
    analytic: float, outputs: Outputs, weights: Array, here: float, tolerance: float
) -> Slope | None:
    """The slope over a small part of a small number, as 1/x and log x need it near 0.

    None where the number is not small, or where this would tell less than the common distances.
    """
    if not SMALLEST < abs(here) < NEAR_ZERO:
        return None
    found = slope(outputs, weights, here, PART * abs(here))
    size = max(abs(analytic), abs(found.central))
    clear = math.isfinite(found.left + found.right) and found.rounding <= CLEAR * size
    return found if clear and not _has_corner(found, tolerance) else None


def _steep(
    analytic: float,
    outputs: Outputs,
    weights: Array,
    at: tuple[float, float],
    tolerance: float,
) -> Slope | None:
    """The slope over steps that only a very steep function leaves clear, where `analytic` is that.

    Without it, a fast oscillation would be called a kink, or its derivative wrong.
    """
    here, unit = at
    for distance in CLOSER:
        found = slope(outputs, weights, here, unit * distance)
        sides = max(abs(found.left), abs(found.right))
        if not math.isfinite(sides) or found.rounding > tolerance * sides:
            return None
        if _error(analytic, found, tolerance) <= tolerance and not _has_corner(found, tolerance):
            return found
    return None


def _has_corner(found: Slope, tolerance: float) -> bool:
    """Whether both sides differ by more than a gentle curve would make them over so short a way."""
    size = max(abs(found.left), abs(found.right))
    return abs(found.right - found.left) > 4 * found.rounding + 100 * tolerance * size


def _error(analytic: float, found: Slope, tolerance: float) -> float:
    difference = abs(analytic - found.central)
    if not math.isfinite(difference) or not math.isfinite(found.left + found.right):
        return math.inf
    # At the bottom of a valley both sides are far steeper than the slope, which is 0 but for them.
    sides = max(abs(found.left), abs(found.right))
    size = max(abs(analytic), sides, found.rounding / tolerance)
    return difference / size if difference else 0.0


def is_kink(far: Slope, near: Slope) -> bool:
    """Whether two sides differ, and as much from near; those of a curve come together.

    A function that ends here, such as a root at 0, has a kink too: one side is missing.
    """
    if math.isfinite(near.left) != math.isfinite(near.right):
        return True
    jump = abs(near.right - near.left)
    return jump > 4 * near.rounding and jump > abs(far.right - far.left) / 2


def lies_between(analytic: float, found: Slope, tolerance: float) -> bool:
    """Whether `analytic` lies between the slopes of both sides, as by any convention it does."""
    sides = [side for side in (found.left, found.right) if math.isfinite(side)]
    if not sides or not math.isfinite(analytic):
        return False
    slack = tolerance * max(1.0, *map(abs, sides)) + found.rounding
    return min(sides) - slack <= analytic <= max(sides) + slack
