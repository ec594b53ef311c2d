"""The structure of a Jacobian matrix that is at hand, read off its zeros and ones.

For local gradients that are probed rather than known. What is found holds at the point where the
matrix was taken: a derivative that happens to be 0 there counts as a zero.
"""

from __future__ import annotations

import math

import numpy as np

from graphtui.ops.linear_map import Array, Shape, broadcast_sources


def structure_of(matrix: Array, output_shape: Shape, input_shape: Shape) -> str:
    """The most telling key of `STRUCTURES` that is true of `matrix`; "unknown" if none is.

    >>> structure_of(np.diag([2.0, 0.0, 5.0]), (3,), (3,))
    'diagonal'
    >>> structure_of(np.array([[0.0, 1.0], [1.0, 0.0]]), (2,), (2,))
    'permutation'

    Args:
        matrix: output size × input size, both in row-major order.
        output_shape: the shape of the output.
        input_shape: the shape of the input.
    """
    rows, columns = matrix.shape
    marks = matrix != 0
    ones = bool((matrix[marks] == 1).all())
    if rows == columns and not (marks & ~np.eye(rows, dtype=bool)).any():
        return "identity" if ones and int(marks.sum()) == rows else "diagonal"
    if int(marks.sum(axis=1).max(initial=0)) <= 1:
        if ones and rows == columns and bool((marks.sum(axis=0) == 1).all()):
            return "permutation"
        if _repeats(marks, output_shape, input_shape):
            return "broadcast"
        if ones:
            return "selection"
    if _blocks(marks) > 1:
        return "block diagonal"
    if marks.all():
        return "dense"
    return "toeplitz" if _slides(matrix) else "unknown"


def _repeats(marks: Array, output_shape: Shape, input_shape: Shape) -> bool:
    """Whether each output depends on the element that broadcasting puts beside it, and no other."""
    try:
        if np.broadcast_shapes(output_shape, input_shape) != output_shape:
            return False
    except ValueError:
        return False
    rows = np.arange(math.prod(output_shape))
    elsewhere = marks.copy()
    elsewhere[rows, broadcast_sources(rows, output_shape, input_shape)] = False
    return not elsewhere.any()


def _slides(matrix: Array) -> bool:
    """Whether every diagonal repeats one number, and there is more than a corner to tell by."""
    return min(matrix.shape) > 2 and np.array_equal(matrix[1:, 1:], matrix[:-1, :-1])


def _blocks(marks: Array) -> int:
    """How many groups of rows there are that share no column; rows of zeros count for none."""
    count = 0
    left = marks.any(axis=1)
    while left.any():
        row = np.zeros(len(marks), bool)
        row[np.argmax(left)] = True
        while True:
            grown = np.asarray(marks[:, marks[row].any(axis=0)].any(axis=1))
            if np.array_equal(grown, row):
                break
            row = grown
        left &= ~row
        count += 1
    return count
