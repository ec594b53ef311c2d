"""Where the entries of a Jacobian matrix stand that are not zero, for some of its rows or columns.

Each kind of map knows by itself where they are, so a matrix of any size costs what is asked for and
none is ever built. What is made of them is for `picture`.
"""

from __future__ import annotations

import math
from functools import singledispatch
from typing import NamedTuple

import numpy as np

from graphtui.ops.linear_map import (
    WINDOW_LIMIT,
    Array,
    Diagonal,
    Identity,
    LinearMap,
    broadcast_sources,
    unravel,
)
from graphtui.ops.matmul_maps import MatmulLeft, MatmulRight, MatmulSide
from graphtui.ops.moving_maps import Permutation, Placement, Selection
from graphtui.ops.normalising_maps import ChannelFactor, Normalisation
from graphtui.ops.probed_map import ProbedMap
from graphtui.ops.sliding_maps import Averaged, ConvolvedFilters, ConvolvedPictures, Picked
from graphtui.ops.summing_maps import DiagonalMinusOuter, Reduction

MANY, FEW = 256, 8
"""Rows and columns that are looked at for each pixel: where each has one entry, and else."""


class Entries(NamedTuple):
    """Some entries of a matrix: as many rows, columns and values."""

    rows: Array
    columns: Array
    values: Array


class Asked(NamedTuple):
    """Which entries are asked for; a kind answers for the rows or for the columns."""

    rows: Array
    columns: Array
    few_rows: Array
    """Fewer of them, for kinds with many entries in each."""
    across: int
    """Entries of one row that are enough."""


@singledispatch
def entries(local: LinearMap, asked: Asked) -> Entries | None:
    """Entries in the rows, or in the columns, that are asked for; None where it is not known.

    Of a kind that says nothing about itself the matrix is looked at, if it is small.
    """
    rows, columns = local.matrix_shape
    if rows * columns > WINDOW_LIMIT:
        return None
    matrix = local.window(slice(None), slice(None))
    found = np.nonzero((matrix != 0) | np.isnan(matrix))
    return Entries(found[0], found[1], matrix[found])


@entries.register
def _(local: ProbedMap, asked: Asked) -> Entries | None:
    if local.structure == "unknown":  # the user's functions would have to be called
        return None
    diagonal = local.compact()
    if local.structure == "diagonal" and diagonal is not None:
        return _one_each(asked.rows, asked.rows, diagonal.reshape(-1)[asked.rows])
    rows, columns = local.matrix_shape
    return entries.dispatch(LinearMap)(local, asked) if rows * columns <= WINDOW_LIMIT else None


def _one_each(rows: Array, columns: Array, values: Array | float) -> Entries:
    return Entries(rows, columns, np.broadcast_to(values, rows.shape))


@entries.register
def _(local: Identity, asked: Asked) -> Entries:
    return _one_each(asked.rows, asked.rows, 1.0)


@entries.register
def _(local: Diagonal, asked: Asked) -> Entries:
    shape = local.output_shape
    values = np.broadcast_to(local.factor, shape)[unravel(asked.rows, shape)]
    columns = broadcast_sources(asked.rows, shape, local.input_shape)
    return _one_each(asked.rows, columns, values.astype(np.float64))


@entries.register
def _(local: Selection, asked: Asked) -> Entries:
    # Each axis's numbers as a view that takes no memory, so a slice of them takes none either.
    sources = np.zeros_like(asked.rows)
    place = unravel(asked.rows, local.output_shape)
    for axis, size in enumerate(local.input_shape):
        along = np.arange(size).reshape(
            [-1 if a == axis else 1 for a in range(len(local.input_shape))]
        )
        picked = np.broadcast_to(along, local.input_shape)[local.key]
        sources = sources * size + np.asarray(picked)[place]
    return _one_each(asked.rows, sources, 1.0)


@entries.register
def _(local: Placement, asked: Asked) -> Entries:
    targets = np.zeros_like(asked.columns)
    place = unravel(asked.columns, local.input_shape)
    for axis, size in enumerate(local.output_shape):
        along = np.arange(size).reshape(
            [-1 if a == axis else 1 for a in range(len(local.output_shape))]
        )
        picked = np.broadcast_to(along, local.output_shape)[local.key]
        targets = targets * size + np.asarray(picked).reshape(local.input_shape)[place]
    return _one_each(targets, asked.columns, 1.0)


@entries.register
def _(local: Permutation, asked: Asked) -> Entries:
    index = unravel(asked.rows, local.output_shape)
    inverse = sorted(range(len(local.axes)), key=local.axes.__getitem__)
    sources = np.zeros_like(asked.rows)
    for place, size in zip(inverse, local.input_shape, strict=True):
        sources = sources * size + index[place]
    return _one_each(asked.rows, sources, 1.0)


@entries.register
def _(local: Reduction, asked: Asked) -> Entries:
    columns, shape = asked.columns, local.input_shape
    kept = tuple(1 if axis in local.axes else size for axis, size in enumerate(shape))
    values = np.broadcast_to(local.weights, shape)[unravel(columns, shape)]
    return _one_each(broadcast_sources(columns, shape, kept), columns, values.astype(np.float64))


@entries.register
def _(local: MatmulLeft, asked: Asked) -> Entries:
    (m, n), (_, k) = local.output_matrix[-2:], local.matrix[-2:]
    rows, inner = _crossed(asked.few_rows, k, asked.across)
    item = rows // (m * n)
    own = broadcast_sources(item, local.output_matrix[:-2], local.matrix[:-2])
    columns = (own * m + rows // n % m) * k + inner
    return Entries(rows, columns, _other(local, item, inner, rows % n))


@entries.register
def _(local: MatmulRight, asked: Asked) -> Entries:
    (m, n), (k, _) = local.output_matrix[-2:], local.matrix[-2:]
    rows, inner = _crossed(asked.few_rows, k, asked.across)
    item = rows // (m * n)
    own = broadcast_sources(item, local.output_matrix[:-2], local.matrix[:-2])
    columns = (own * k + inner) * n + rows % n
    return Entries(rows, columns, _other(local, item, rows // n % m, inner))


def _other(local: MatmulSide, item: Array, row: Array, column: Array) -> Array:
    """Elements of the other operand's matrices, each in that of an item of the batch."""
    batch = local.other.shape[:-2]
    sources = broadcast_sources(item, local.output_matrix[:-2], batch)
    return np.asarray(local.other[(*unravel(sources, batch), row, column)])


@entries.register
def _(local: DiagonalMinusOuter, asked: Asked) -> Entries:
    shape, axis = local.input_shape, local.axis
    stride = math.prod(shape[axis + 1 :])
    rows, along = _crossed(asked.few_rows, shape[axis], asked.across)
    columns = rows + (along - rows // stride % shape[axis]) * stride
    rows, columns = np.append(rows, asked.rows), np.append(columns, asked.rows)
    left, right, diagonal = (
        np.broadcast_to(part, shape)[unravel(numbers, shape)]
        for part, numbers in ((local.left, rows), (local.right, columns), (local.diagonal, rows))
    )
    return Entries(rows, columns, np.where(rows == columns, diagonal, 0.0) - left * right)


@entries.register
def _(local: ConvolvedPictures | ConvolvedFilters, asked: Asked) -> Entries:
    shape = local.weight.shape if isinstance(local, ConvolvedPictures) else local.input_shape
    return _under_taps(local, math.prod(shape[1:]), asked)


@entries.register
def _(local: Averaged, asked: Asked) -> Entries:
    return _under_taps(local, local.sliding.taps, asked)


def _under_taps(
    local: ConvolvedPictures | ConvolvedFilters | Averaged, each: int, asked: Asked
) -> Entries:
    """What the window sees in the places of few rows, padding left out."""
    rows, inner = _crossed(asked.few_rows, each, asked.across)
    columns, values, inside = local.taps(rows, inner)
    return Entries(rows[inside], columns[inside], values[inside])


@entries.register
def _(local: Picked, asked: Asked) -> Entries:
    return _one_each(asked.rows, local.sources.reshape(-1)[asked.rows], 1.0)


@entries.register
def _(local: ChannelFactor, asked: Asked) -> Entries:
    shape = local.output_shape
    values = np.broadcast_to(local.factor, shape)[unravel(asked.rows, shape)]
    return _one_each(asked.rows, local.sources(asked.rows), values.astype(np.float64))


@entries.register
def _(local: Normalisation, asked: Asked) -> Entries:
    rows, along = _crossed(asked.few_rows, local.count, asked.across)
    columns = local.members(rows, along)
    rows, columns = np.append(rows, asked.rows), np.append(columns, asked.rows)
    return Entries(rows, columns, local.entries(rows, columns))


def _crossed(rows: Array, size: int, most: int) -> tuple[Array, Array]:
    """Every row with each of at most so many numbers below `size`, the last one among them."""
    count = min(size, max(most, 1))
    if not count:
        return rows[:0], rows[:0]
    along = np.arange(count) * (size - 1) // max(count - 1, 1)
    return np.repeat(rows, count), np.tile(along, len(rows))
