"""The first elements of an array in few cells, without a look at the others.

How one number is written, and what a whole array comes to, is for `numbers`.
"""

from __future__ import annotations

import numpy as np

from graphtui.view.numbers import Array, count_text, number, shape_text
from graphtui.view.safe_text import ELLIPSIS, fit


def rows(array: Array, width: int, height: int) -> list[str]:
    """The first elements of `array` as at most `height` aligned rows of at most `width` cells.

    A scalar and a vector take one row, a matrix one each; of more axes the first matrix is shown
    under its index. An ellipsis stands for what is left out. The cost is that of what is shown.

    >>> rows(np.array([[0.5, -2.0, 3.0], [1.0, 0.25, 10.0]]), 12, 4)
    [' 0.5   -2 …', '   1 0.25 …']
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
    texts = [[number(x, min(7, width)) for x in row] for row in block]
    cell = max(len(text) for row in texts for text in row)
    if columns * (cell + 1) - 1 <= width and not more:
        return [" ".join(text.rjust(cell) for text in row) for row in texts]
    if width < 3:
        return [ELLIPSIS for _ in texts]
    fitting = (width - 1) // (cell + 1)
    if fitting == 0:
        cell, fitting = width - 2, 1
        texts = [[number(row[0], cell)] for row in block]
    return [" ".join([*(text.rjust(cell) for text in row[:fitting]), ELLIPSIS]) for row in texts]
