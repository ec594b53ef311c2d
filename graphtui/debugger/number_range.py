"""Which numbers are meant by `> 3`, `-1..1`, `abs < 1e-6` or `nan`: read, and told apart.

Where such numbers stand in an array is for `view.tensor.search`.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import numpy as np

from graphtui.errors import CommandError
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array
from graphtui.ops.op import DType

_NUMBER = r"[-+]?(?:inf|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)"
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})", re.ASCII | re.IGNORECASE)
_COMPARED = re.compile(rf"(<=|>=|==|!=|<|>|=)?\s*({_NUMBER})", re.ASCII | re.IGNORECASE)
_HOW = "Write `nan`, `inf`, `odd`, `0`, `> 3`, `-1..1`, or `abs < 1e-6`."


class NumberRange(NamedTuple):
    """The numbers between two bounds, or all others, by their size or as they are."""

    text: str
    """What was typed."""
    low: float
    high: float
    open_low: bool = False
    """Whether `low` itself is left out."""
    open_high: bool = False
    absolute: bool = False
    """Whether sizes are compared, without the sign."""
    negated: bool = False
    """Whether all others are meant, NaN among them."""

    def among(self, block: Array) -> Array:
        """For each element whether it is meant; an array of booleans of the same shape.

        Bounds are as exact as the elements: in float32, 0.1 is among `0.1..0.2`, and is 0.1.
        """
        if block.dtype.kind in "iu" and not self.absolute:
            # A whole number beyond 2**53 is no float64.
            numbers, low, high = block, self.low, self.high
        else:
            numbers = block.astype(np.float64, copy=False)
            low, high = as_exact(self.low, block.dtype), as_exact(self.high, block.dtype)
        if self.absolute:
            numbers = np.abs(numbers)
        above = numbers > low if self.open_low else numbers >= low
        below = numbers < high if self.open_high else numbers <= high
        return ~(above & below) if self.negated else above & below


NAN = NumberRange("nan", -math.inf, math.inf, negated=True)
"""NaN is what is not even between the infinities."""
INFINITE = NumberRange("inf", math.inf, math.inf, absolute=True)
ODD = NumberRange("odd", -math.inf, math.inf, open_low=True, open_high=True, negated=True)
"""NaN and infinities."""

_WORDS = {"nan": NAN, "inf": INFINITE, "±inf": INFINITE, "odd": ODD}


def number_range(text: str) -> NumberRange:
    """The numbers that `text` means.

    >>> number_range("> 3").among(np.array([1.0, 3.0, 4.0, np.nan])).tolist()
    [False, False, True, False]
    >>> number_range("abs 1e-3..1").among(np.array([-0.5, 0.0, 2.0])).tolist()
    [True, False, False]

    Raises:
        CommandError: it cannot be read, or no number is in it.
    """
    plain = text.strip()
    if (known := _WORDS.get(plain.lower())) is not None:
        return known
    absolute = plain.lower().startswith("abs")
    rest = plain[3:].strip() if absolute else plain
    if (match := _RANGE.fullmatch(rest)) is not None:
        low, high = _number(match[1]), _number(match[2])
        if low > high:
            raise CommandError(f"{quoted(plain)} has no number in it: {low} is above {high}.")
        return NumberRange(plain, low, high, absolute=absolute)
    if (match := _COMPARED.fullmatch(rest)) is None:
        raise CommandError(f"{quoted(plain)} is no range of numbers. {_HOW}")
    x = _number(match[2])
    match match[1]:
        case "<" | "<=":
            found = NumberRange(plain, -math.inf, x, open_high=match[1] == "<")
        case ">" | ">=":
            found = NumberRange(plain, x, math.inf, open_low=match[1] == ">")
        case sign:
            found = NumberRange(plain, x, x, negated=sign == "!=")
    return found._replace(absolute=absolute)


def _number(word: str) -> float:
    """A whole number as it is, so that no digit of it is lost."""
    return int(word) if re.fullmatch(r"[-+]?\d{1,18}", word, re.ASCII) else float(word)


def as_exact(bound: float, dtype: DType) -> float:
    """`bound` as the nearest number of a floating dtype, unless that is 0 or too large for it.

    >>> as_exact(0.1, np.dtype(np.float32)), as_exact(1e-10, np.dtype(np.float16))
    (0.10000000149011612, 1e-10)
    """
    if dtype.kind != "f":
        return float(bound)
    with np.errstate(over="ignore", under="ignore"):
        near = float(dtype.type(bound))
    return near if near and math.isfinite(near) else float(bound)
