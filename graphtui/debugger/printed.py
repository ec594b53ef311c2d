"""What `print` found: an expression and its value, and the one line that says it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graphtui.graph.wording import shape_words
from graphtui.ops.linear_map import Array


class Printed(NamedTuple):
    """An expression with its value at the cursor."""

    expression: str
    result: Array | bool | None
    """An array, a single truth, or None where something has not come yet."""


def printed_text(printed: Printed) -> str:
    """The value in one line: numbers in full where there is one, else shape, dtype and range.

    >>> printed_text(Printed("norm(x)", np.asarray(0.1)))
    'norm(x) = 0.1'
    >>> printed_text(Printed("x", np.arange(6.0).reshape(2, 3)))
    'x is (2, 3) float64, from 0.0 to 5.0'
    >>> printed_text(Printed("grad(x)", None))
    'grad(x) is not there yet.'
    """
    expression, result = printed
    if result is None:
        return f"{expression} is not there yet."
    if isinstance(result, bool):
        return f"{expression} = {str(result).lower()}"
    if not result.ndim:
        return f"{expression} = {result.item()}"
    what = f"{expression} is {shape_words(result.shape)} {result.dtype}"
    if not result.size:
        return f"{what}, without elements"
    finite = result[np.isfinite(result)] if result.dtype.kind == "f" else result
    if not finite.size:
        return f"{what}, and no element of it is finite"
    odd = result.size - finite.size
    more = f", {odd:,} of {result.size:,} not finite" if odd else ""
    return f"{what}, from {finite.min().item()} to {finite.max().item()}{more}"
