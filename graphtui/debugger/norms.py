"""How large an array is, in one number that neither overflows nor underflows on the way.

With it, the words in which it is held against a threshold.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from graphtui.ops.linear_map import Array

Limits = Mapping[str, float]
"""Thresholds by name."""

VANISHING: Limits = MappingProxyType({"ratio": 1e-3, "norm": 1e-6})
"""A gradient vanishes where less than this part of it is left, and below this norm."""
EXPLODING: Limits = MappingProxyType({"ratio": 1e3, "norm": 1e6})
"""A gradient explodes where it becomes more than so many times as large, and above this norm."""


def norm(array: Array) -> float:
    """The 2-norm, in float64 whatever the dtype.

    >>> norm(np.array([0.0, 4e200])), norm(np.array([300, 400], np.float16))
    (4e+200, 500.0)
    """
    if array.size == 1:
        return abs(float(array.item()))
    flat = np.asarray(array, np.float64).ravel(order="K")
    with np.errstate(all="ignore"):
        squares = float(np.dot(flat, flat))
        if 1e-280 < squares < math.inf or not flat.size:
            return math.sqrt(squares)
        largest = magnitude(flat)
        if not 0 < largest < math.inf:
            return largest
        return largest * math.sqrt(float(np.square(flat / largest).sum()))


def magnitude(array: Array) -> float:
    """The largest absolute value; 0 where there are no elements, NaN where one is NaN.

    >>> magnitude(np.array([[1.0, -2.0]]))
    2.0
    """
    return float(max(array.max(), -array.min())) if array.size else 0.0


def short(number: float) -> str:
    """A number as a reason shows it, with up to six digits.

    >>> short(0.123456789), short(3.0)
    ('0.123457', '3')
    """
    return f"{number:.6g}"
