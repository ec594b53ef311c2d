"""The numbers of a block in columns of one width: aligned, rounded to what fits, never to a lie.

Floats share their decimals, which the largest number in sight decides, and where that is too small
or too large, each has an exponent. One that would lose its digits by that is written by itself; how
that is done is for `numbers`.
"""

from __future__ import annotations

import math

import numpy as np

from graphtui.ops.linear_map import Array
from graphtui.view.tensor.view import EXACT_CELLS, LEVEL_CELLS
from graphtui.view.text.heat import TEXTS, Scale, levels, peak_of
from graphtui.view.text.numbers import exact, number

_MOST_DIGITS = 17
_LEAST_DIGITS = 3
"""Digits that the largest number must have for all to share its decimals."""


def cell_texts(block: Array, cell: int, scale: Scale) -> list[list[str]]:
    """The elements of a matrix in at most `cell` cells each.

    Args:
        block: what is in sight; every element is formatted.
        cell: cells; two are a sign and a level of the scale, many show every digit.
        scale: of the levels.

    >>> import numpy as np
    >>> from graphtui.view.text.heat import heat_scale
    >>> cell_texts(np.array([[0.5, -2.25], [1e-5, 0.0]]), 8, heat_scale(1.0))
    [['0.50', '-2.25'], ['1e-5', '0']]
    >>> cell_texts(np.array([[1306.0, -7.0]]), 8, heat_scale(1.0))
    [['1306', '-7']]
    """
    if cell == LEVEL_CELLS:
        return level_texts(block, scale)
    if cell >= EXACT_CELLS:
        return [[_exact(x, cell) for x in row] for row in block]
    digits = min(max(cell - 4, 3), _known_digits(block))
    peak = peak_of(block)
    if block.dtype.kind != "f" or _is_whole(block, peak, cell):
        return [[number(x, cell, digits) for x in row] for row in block]
    places = _places(peak, cell, digits)
    if places is None:
        return _with_exponents(block, cell, digits)
    # Smaller than this, it would have fewer than two significant digits.
    least = 10.0 ** (1 - places)
    fixed = [
        [f"{x:.{places}f}" if least <= abs(x) < math.inf else "" for x in row]
        for row in block.tolist()
    ]
    spare = _zeros_at_end(fixed, places)
    return [
        [
            text[: len(text) - spare] if text else number(block[i, j], cell, digits)
            for j, text in enumerate(row)
        ]
        for i, row in enumerate(fixed)
    ]


def level_texts(block: Array, scale: Scale) -> list[list[str]]:
    """A sign and a digit from 1 to 4 for each element; what is not finite has a mark of its own.

    >>> import numpy as np
    >>> from graphtui.view.text.heat import heat_scale
    >>> level_texts(np.array([[-2.0, 0.0, 0.1, -np.inf]]), heat_scale(2.0))
    [['-4', ' 0', '+1', '-∞']]
    """
    signs = {math.inf: " ∞", -math.inf: "-∞"}
    return [
        [signs.get(float(x)) or TEXTS[level] for level, x in zip(numbers, row, strict=True)]
        for numbers, row in zip(levels(block, scale).tolist(), block, strict=True)
    ]


def _known_digits(block: Array) -> int:
    """More digits than this would be those of the binary form, not of anybody's number."""
    return int(np.finfo(block.dtype).precision) + 2 if block.dtype.kind == "f" else _MOST_DIGITS


def _is_whole(block: Array, peak: float, cell: int) -> bool:
    """Whether every number is a whole one, and has room for its digits."""
    return peak < 10 ** (cell - 1) and bool(np.all((block == np.trunc(block)) | (block != block)))


def _exact(x: float, cell: int) -> str:
    text = exact(x)
    return text if len(text) <= cell else number(x, cell, _MOST_DIGITS)


def _places(peak: float, cell: int, digits: int) -> int | None:
    """How many decimals floats up to `peak` share; None where it would have too few digits."""
    exponent = int(f"{peak:.{digits - 1}e}".partition("e")[2])
    # A sign and the point take a cell each.
    places = min(digits - 1 - exponent, cell - 3 - max(exponent, 0))
    enough = places + exponent + 1 >= _LEAST_DIGITS
    return places if enough and places > 0 else None


def _with_exponents(block: Array, cell: int, digits: int) -> list[list[str]]:
    """The numbers of a block with as many decimals before their exponents as the longest leaves."""
    texts = [
        [f"{x:.{digits - 1}e}" if x and math.isfinite(x) else "" for x in row]
        for row in block.tolist()
    ]
    exponents = [len(str(int(text.partition("e")[2]))) for row in texts for text in row if text]
    # Sign, digit, point, and the e.
    places = min(digits - 1, cell - 4 - max(exponents))
    if places < 1:
        return [[number(x, cell, digits) for x in row] for row in block]
    return [
        [
            _scientific(float(x), places, cell) if text else number(x, cell, digits)
            for x, text in zip(row, row_texts, strict=True)
        ]
        for row, row_texts in zip(block, texts, strict=True)
    ]


def _scientific(x: float, places: int, cell: int) -> str:
    mantissa, _, exponent = f"{x:.{places}e}".partition("e")
    text = f"{mantissa}e{int(exponent)}"
    # Rounding to fewer digits may have given 9.99e-10 another exponent.
    return text if len(text) <= cell else number(x, cell)


def _zeros_at_end(fixed: list[list[str]], places: int) -> int:
    """How many characters at the end of all numbers are zeros, the point behind them included."""
    texts = [text for row in fixed for text in row if text]
    zeros = min((len(text) - len(text.rstrip("0")) for text in texts), default=0)
    return zeros + 1 if zeros >= places else zeros
