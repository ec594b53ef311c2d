"""The elements of an array in few cells, as many as go, without a look at the others.

How one number is written, and what a whole array comes to, is for `numbers`. Here the numbers of
an array share their decimals, so that a trailing zero does not mean "rounded to here".
"""

from __future__ import annotations

import numpy as np

from graphtui.view.text.numbers import Array, count_text, number, shape_text, summary
from graphtui.view.text.safe_text import ELLIPSIS, fit


def rows(array: Array, width: int, height: int) -> list[str]:
    """The first elements of `array` as at most `height` aligned rows of at most `width` cells.

    A scalar and a vector take one row, a matrix one each; of more axes the first matrix is shown
    under its index. An ellipsis stands for what is left out. The cost is that of what is shown.

    >>> rows(np.array([[0.5, -2.0, 3.0], [1.0, 0.25, 0.0]]), 14, 4)
    [' 0.50 -2.00 …', ' 1.00  0.25 …']
    """
    if height < 1 or width < 1:
        return []
    if array.size == 0:
        return [fit(f"empty {shape_text(array.shape)}", width).rstrip()]
    if array.ndim <= 2:
        return _matrix_rows(array.reshape(1, -1) if array.ndim < 2 else array, width, height)
    first = array[(0,) * (array.ndim - 2)]
    if height == 1:
        return _matrix_rows(first, width, 1, more=True)
    index = f"[{'0, ' * (array.ndim - 2)}:, :] of {shape_text(array.shape)}"
    return [fit(index, width).rstrip(), *_matrix_rows(first, width, height - 1)]


def in_line(array: Array, width: int) -> str:
    """`array` in one line: every element if they fit, the first ones if at least two do, a summary.

    Brackets say that this is all, semicolons divide the rows. Nothing is cut in the middle.

    >>> signs = np.array([[-0.48, -1.44], [1.62, 0.56]])
    >>> in_line(signs, 24), in_line(signs, 16), in_line(signs, 8)
    ('[-0.48 -1.44; 1.62 0.56]', '-0.48 -1.44 …', '~1.14')
    """
    if array.ndim == 0:
        return number(array.flat[0], min(width, 7))
    # An element takes a cell and a blank at least, so no more of a large array is looked at.
    if 0 < 2 * array.size < width and array.ndim <= 2:
        matrix = array.reshape(-1, array.shape[-1])
        for digits in (4, 3):
            lines = (" ".join(row) for row in aligned_texts(matrix, digits=digits))
            text = f"[{'; '.join(lines)}]"
            if len(text) <= width:
                return text
    return _first_elements(array, width) or summary(array, width)


def aligned_texts(block: Array, width: int = 7, digits: int = 4) -> list[list[str]]:
    """The numbers of a matrix in at most `width` cells each, with the same number of decimals.

    Zeros, infinities and NaN are as `number` has them; so is everything where one number of
    decimals would not do for all, because the sizes differ by more than a factor of a thousand.

    >>> aligned_texts(np.array([[0.81, 0.7 * 0.4], [-0.5, 0.0]]))
    [['0.81', '0.28'], ['-0.50', '0']]
    """
    places = _places(block, width, digits)
    return [
        [
            number(x, width, digits)
            if places is None or not x or not np.isfinite(x)
            else f"{float(x):.{places}f}"
            for x in row
        ]
        for row in block
    ]


def _matrix_rows(matrix: Array, width: int, height: int, more: bool = False) -> list[str]:
    """The start of a matrix with at least one element; `more`: there is more than these rows."""
    count = len(matrix)
    shown = count if count <= height else max(height - 1, 1)
    more = more or (height == 1 and count > 1)
    block = matrix[:shown, : (width + 1) // 2]
    lines = _aligned(block, width, more, matrix.shape[1])
    if shown < count and height > 1:
        lines.append(fit(f"{ELLIPSIS} {count_text(count - shown)} more rows", width).rstrip())
    return lines


def _aligned(block: Array, width: int, more: bool, columns: int) -> list[str]:
    texts = aligned_texts(block, min(7, width))
    cell = max(len(text) for row in texts for text in row)
    if columns * (cell + 1) - 1 <= width and not more:
        return [" ".join(text.rjust(cell) for text in row) for row in texts]
    if width < 3:
        return [ELLIPSIS for _ in texts]
    fitting = (width - 1) // (cell + 1)
    if fitting == 0:
        cell, fitting = width - 2, 1
        texts = aligned_texts(block[:, :1], cell)
    return [" ".join([*(text.rjust(cell) for text in row[:fitting]), ELLIPSIS]) for row in texts]


def _places(block: Array, width: int, digits: int) -> int | None:
    """The decimals that all finite numbers of `block` can have in `width` cells, if there are."""
    if block.dtype.kind != "f":
        return None
    values = [float(x) for x in block.flat if np.isfinite(x) and x]
    sizes = [abs(value) for value in values]
    if not values or not 1e-5 < max(sizes) < 1e16 or max(sizes) > 1000 * min(sizes):
        return None
    most, least = _exponent(max(sizes)), _exponent(min(sizes))
    wanted = max(digits - 1 - most, digits - 2 - least, 0)
    # Three digits of the largest and one of the smallest are the least.
    for places in range(wanted, max(2 - most, -least, 0) - 1, -1):
        texts = [f"{value:.{places}f}" for value in values]
        zeros = min(len(text) - len(text.rstrip("0")) for text in texts) if places else 0
        if max(map(len, texts)) - zeros - (0 < places == zeros) <= width:
            return places - zeros
    return None


def _exponent(size: float) -> int:
    return int(f"{size:.3e}".partition("e")[2])


def _first_elements(array: Array, width: int) -> str:
    """The first elements with an ellipsis, if two of them fit; else ""."""
    if array.size <= 2:
        return ""
    first = array[(0,) * (array.ndim - 1)][: (width + 1) // 2]
    if len(first) < 2:
        return ""
    (texts,) = aligned_texts(first[np.newaxis])
    shown = ""
    for count in range(2, len(texts) + 1):
        longer = f"{' '.join(texts[:count])} {ELLIPSIS}"
        if len(longer) > width:
            break
        shown = longer
    return shown
