"""A derivative along one direction, measured: by central differences of a function of arrays.

Everything is computed in float64 as far as the function keeps to that. What is smaller than
rounding could have made it is 0, so that a true zero is a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from graphtui.ops.linear_map import Array

_ROUNDING = 16.0
"""How many times the last digit of a result may be off."""


def derivative(
    function: Callable[[Sequence[Array]], Array], xs: Sequence[Array], slot: int, tangent: Array
) -> Array:
    """How `function(xs)` changes along `tangent` of input `slot`: J t, in float64.

    >>> derivative(lambda xs: xs[0] ** 2, [np.array([3.0, 5.0])], 0, np.array([1.0, 0.0])).round(6)
    array([6., 0.])
    """
    reach = float(np.max(np.abs(tangent), initial=0.0))
    inputs = [x.astype(np.float64) if x.dtype.kind == "f" else x for x in xs]
    middle = function(inputs)
    if not reach:
        return np.zeros(middle.shape)
    # The cube root of the last digit balances rounding with the third derivative.
    precision = float(np.finfo(middle.dtype).eps) if middle.dtype.kind == "f" else 0.0
    moved = tangent != 0
    here = np.abs(inputs[slot][moved])
    size = max(1.0, float(np.max(here, initial=0.0, where=np.isfinite(here)))) ** 0.5
    distance = max(precision, 1e-16) ** (1 / 3) * size / reach
    up, down = (np.asarray(inputs[slot] + step * tangent) for step in (distance, -distance))
    with np.errstate(all="ignore"):
        after, before = (
            np.asarray(function([*inputs[:slot], x, *inputs[slot + 1 :]]), np.float64)
            for x in (up, down)
        )
        # How far it went is a little off, too, where a large number was moved.
        span = float(np.mean((up[moved] - down[moved]) / tangent[moved]))
        found = (after - before) / span
        noise = _ROUNDING * precision * np.maximum(np.abs(after), np.abs(before)) / distance
        return np.asarray(np.where(np.abs(found) <= noise, 0.0, found))
