"""What kind of mistake the numbers of a wrong gradient look like, in one sentence or not at all.

Both numbers of every element that was tried go in; a clue comes out only where all of them tell the
same. What takes further evaluations of the gate to be seen is for `suspects`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array, Shape

SAME = 2e-5
"""Up to which part of its size a number may differ from another one and still count as the same."""

LARGEST_DENOMINATOR = 12
"""The largest n for which a ratio is told as m/n."""

LARGEST_FACTOR = 1000
"""Up to which whole factor it can hardly be by chance; larger ones are told where a size is one."""


def clue(
    analytic: Array,
    numeric: Array,
    shapes: Mapping[str, Shape],
    *,
    upstream: Array | None = None,
    same: float = SAME,
) -> str:
    """What kind of mistake both gradients look like; "" where that is not plain.

    Args:
        analytic: what backward says, in the shape of the input; NaN where it was not tried.
        numeric: what differences say.
        shapes: those of the gate's inputs and output, by name, in which a factor may be found.
        upstream: what came in, which may be what is missing.
        same: the relative difference up to which two numbers are the same.

    >>> clue(np.array([4.0, 8.0]), np.array([1.0, 2.0]), {})
    'Everywhere it is 4 times too large: is a 1/4 missing?'
    >>> clue(np.array([1.0, 2.0]), np.array([1.0, 2.0]), {})
    ''
    """
    tried = ~(np.isnan(analytic) | np.isnan(numeric))
    a, n = (np.asarray(each, np.float64)[tried] for each in (analytic, numeric))
    if not a.size or not np.isfinite([a, n]).all() or alike(a, n, same):
        return ""
    where = _where(analytic.size, a.size)
    if not a.any():
        return f"{where} 0, where differences say otherwise: is a contribution missing?"
    if ratio := _ratio(a, n, same, shapes):
        return _of_ratio(ratio, where, shapes)
    if _transposed(analytic, numeric, same):
        return "It is the transpose of what differences say."
    if upstream is not None and upstream.shape == analytic.shape and a.size > 1:
        passed_by = np.asarray(upstream, np.float64)[tried]
        if passed_by.any() and alike(n - a, passed_by, same, np.abs(n).max()):
            return (
                f"{where} too small by just upstream: is the contribution of a way around missing, "
                f"or an = that should be +=?"
            )
    zero = (a == 0) & ~_close(a, n, same)
    if zero.any() and alike(a[~zero], n[~zero], same, np.abs(n).max()) and (a != 0).any():
        count = f"{zero.sum():,} of {a.size:,} elements"
        return (
            f"It is 0 at {count}, where differences say otherwise, and right at all others: is a "
            f"contribution missing?"
        )
    return ""


def alike(one: Array, other: Array, same: float = SAME, size: float = 0.0) -> bool:
    """Whether all numbers are the same; those far smaller than the largest need not be exact."""
    return bool(_close(one, other, same, size).all())


def _close(one: Array, other: Array, same: float, size: float = 0.0) -> Array:
    sizes = np.maximum(np.abs(one), np.abs(other))
    # Differences leave some noise of the largest number on all of them.
    noise = 0.1 * same * np.max(sizes, initial=size)
    close: Array = np.abs(one - other) <= same * sizes + noise
    return close


def _where(size: int, tried: int) -> str:
    """How the sentence begins: of how many elements it tells."""
    if size == 1:
        return "It is"
    return "Everywhere it is" if tried == size else "At every element that was tried it is"


# A factor ---------------------------------------------------------------------------------------


def _ratio(a: Array, n: Array, same: float, shapes: Mapping[str, Shape]) -> Fraction | float:
    """The factor between both, a fraction if it is near a simple one; 0 where there is none."""
    best = int(np.argmax(np.abs(n)))
    if n[best] == 0:
        return 0.0
    with np.errstate(all="ignore"):
        largest = n[best]
        ratio = float(np.dot(a / largest, n / largest) / np.dot(n / largest, n / largest))
    if not ratio or not np.isfinite(ratio) or not alike(a, ratio * n, same):
        return 0.0
    if abs(ratio - 1) <= 3 * same:
        return 0.0
    several = np.count_nonzero(n) > 1
    whole = Fraction(round(ratio)) if abs(ratio) >= 1 else 1 / Fraction(round(1 / ratio))
    near = [whole]
    if several:  # of a single number, any ratio is near some fraction
        near.append(Fraction(ratio).limit_denominator(LARGEST_DENOMINATOR))
    for simple in near:
        factor = max(abs(simple.numerator), simple.denominator)
        likely = factor <= LARGEST_FACTOR or (simple == whole and _found(factor, shapes))
        if likely and abs(float(simple) - ratio) <= same * abs(ratio):
            return simple
    return ratio if several else 0.0


def _of_ratio(ratio: Fraction | float, where: str, shapes: Mapping[str, Shape]) -> str:
    if ratio == -1:
        return "The sign is the other one."
    whole = isinstance(ratio, Fraction) and ratio > 0 and 1 in ratio.as_integer_ratio()
    if not isinstance(ratio, Fraction) or not whole:
        told = ratio if isinstance(ratio, Fraction) else f"{ratio:.4g}"
        return f"{where} {told} times what differences say."
    large = ratio > 1
    factor = ratio.numerator if large else ratio.denominator
    what = f"{where} {factor:,} times too {'large' if large else 'small'}"
    if found := _found(factor, shapes):
        missing = "a 1/N" if large else "a sum over them, or a factor N,"
        return f"{what}, and {found}: is {missing} missing?"
    return f"{what}: is a {'1/' if large else 'factor '}{factor} missing?"


def _found(factor: int, shapes: Mapping[str, Shape]) -> str:
    """What among the shapes the factor is, as in "4 is the number of rows of 'x'"."""
    sizes = [(name, shape) for name, shape in shapes.items() if shape]
    for name, shape in sizes:
        if int(np.prod(shape)) == factor:
            return f"{factor} is the number of elements of {quoted(name)}"
    for name, shape in sizes:
        for axis, size in enumerate(shape):
            if size == factor:
                kinds = ("rows", "columns")
                if len(shape) == 2:
                    return f"{factor} is the number of {kinds[axis]} of {quoted(name)}"
                return f"{factor} is the size of axis {axis} of {quoted(name)}"
    return ""


def _transposed(analytic: Array, numeric: Array, same: float) -> bool:
    """Whether both are square, and one is the other turned over, as far as both were tried."""
    if analytic.ndim != 2 or analytic.shape[0] != analytic.shape[1]:
        return False
    a, n = np.asarray(analytic, np.float64), np.asarray(numeric, np.float64).T
    both = ~(np.isnan(a) | np.isnan(n))
    tried = ~np.isnan(a)
    # Whatever lacks its partner tells nothing, and must not be most of it.
    return bool(both.sum() * 2 > tried.sum() and both.sum() > 3 and alike(a[both], n[both], same))
