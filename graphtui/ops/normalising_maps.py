"""Maps of ops that normalise: `y = weight * (x - mean) / std + bias`, by each of the three."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from graphtui.ops.linear_map import (
    Array,
    Diagonal,
    LinearMap,
    Shape,
    broadcast_axes,
    broadcast_sources,
    scaled,
    sum_to_shape,
    unravel,
)


@dataclass(frozen=True, slots=True, eq=False)
class Normalisation(LinearMap):
    """Along some axes, `weight / std · (1 - (1 + n nᵀ) / count)`, n being the normalised input.

    What moves every element by the same, or scales all of them, is taken out of the gradient.
    """

    normalised: Array
    """The input less its mean, divided by `std`."""
    factor: Array
    """One over the standard deviations, the axes kept."""
    weight: Array
    """What a normalised element is multiplied with; it broadcasts."""
    axes: tuple[int, ...]
    """The axes of mean and standard deviation, none negative."""
    output_shape: Shape
    input_shape: Shape

    @property
    def count(self) -> int:
        """Elements that are normalised together."""
        return math.prod(self.input_shape[axis] for axis in self.axes)

    @property
    def structure(self) -> str:
        rows = self.matrix_shape[0]
        return (
            "diagonal" if self.count == 1 else "dense" if rows == self.count else "block diagonal"
        )

    @property
    def nonzeros(self) -> int:
        n, scale = self._blocks(self.normalised), self._blocks(self._scale())
        opposite = _products_of_minus_1(n)
        square = n * n
        on_diagonal = (self.count - (1 + square)) != 0
        filled = self.count - opposite - 1 + (square == -1) + on_diagonal
        return int(np.sum(filled, where=scale != 0))

    def _blocks(self, array: Array) -> Array:
        """`array` as a matrix with one row for each block."""
        last = range(-len(self.axes), 0)
        grown = np.moveaxis(np.broadcast_to(array, self.input_shape), self.axes, last)
        return grown.reshape(math.prod(self.input_shape) // max(self.count, 1), self.count)

    def _scale(self) -> Array:
        return np.asarray(self.weight * self.factor / self.count)

    def stored(self) -> tuple[Array, ...]:
        return self.normalised, self.factor, self.weight

    def compact(self) -> Array | None:
        return self.normalised

    def pullback(self, upstream: Array) -> Array:
        return self._taken_out(upstream * self.weight) * self.factor

    def pushforward(self, tangent: Array) -> Array:
        return self._taken_out(tangent) * self.factor * self.weight

    def _taken_out(self, array: Array) -> Array:
        """`array` without what is constant, and what is proportional to the normalised input."""
        along = np.mean(array * self.normalised, axis=self.axes, keepdims=True)
        mean = np.mean(array, axis=self.axes, keepdims=True)
        return np.asarray(array - (mean + self.normalised * along))

    def entries(self, rows: Array, columns: Array) -> Array:
        """Entries of the matrix that stand in a block: for rows and columns that broadcast."""
        shape = self.input_shape
        n = self.normalised.reshape(-1)
        scale = np.broadcast_to(self._scale(), shape)[unravel(rows, shape)]
        own = np.where(rows == columns, float(self.count), 0.0)
        return np.asarray(scale * (own - (1 + n[rows] * n[columns])), np.float64)

    def members(self, rows: Array, along: Array) -> Array:
        """The columns that stand in the blocks of `rows`, by their numbers in a block."""
        index = list(unravel(rows, self.input_shape))
        inner = unravel(along, tuple(self.input_shape[axis] for axis in self.axes))
        for axis, place in zip(self.axes, inner, strict=True):
            index[axis] = place
        return np.ravel_multi_index(tuple(index), self.input_shape)

    def _window(self, rows: Array, columns: Array) -> Array:
        shape = self.input_shape
        block = tuple(1 if axis in self.axes else size for axis, size in enumerate(shape))
        same_block = np.equal.outer(
            broadcast_sources(rows, shape, block), broadcast_sources(columns, shape, block)
        )
        return np.where(same_block, self.entries(rows[:, None], columns), 0.0)


def _products_of_minus_1(rows: Array) -> Array:
    """For every element, with how many of its row its product is exactly -1.

    Few have such a partner anywhere. For these, as the product grows or falls with the partner, a
    binary search in the sorted row counts without making all the products.
    """
    counts = np.zeros(rows.shape, np.intp)
    block, place = np.nonzero(np.isin(rows, _with_partner(rows)))
    if not len(block):
        return counts
    ordered = np.sort(rows, axis=-1)
    own, last = rows[block, place], rows.shape[-1] - 1
    for below, sign in ((np.less_equal, 1), (np.less, -1)):
        low, high = np.zeros(len(block), np.intp), np.full(len(block), last + 1)
        for _ in range((last + 1).bit_length()):
            middle = np.minimum((low + high) // 2, last)
            partner = ordered[block, np.where(own > 0, middle, last - middle)]
            further = below(own * partner, -1) & (low < high)
            low, high = np.where(further, middle + 1, low), np.where(further, high, middle)
        counts[block, place] += sign * low
    return counts


def _with_partner(rows: Array) -> Array:
    """The numbers, sorted, to which some other is -1 over it, or next to that."""
    values = np.sort(rows, axis=None)
    with np.errstate(all="ignore"):
        partner = -1 / values
        near = np.abs(partner) * (4 * np.finfo(rows.dtype).eps)
        first = np.searchsorted(values, partner - near, side="left")
        return np.asarray(values[first < np.searchsorted(values, partner + near, side="right")])


@dataclass(frozen=True, slots=True, eq=False)
class ChannelFactor(Diagonal):
    """`output = factor * input`, one element of the input for each channel, axis 1."""

    @property
    def aligned(self) -> Shape:
        """The input's shape as it broadcasts: an axis for each one behind the channels."""
        return (*self.input_shape, *(1 for _ in self.output_shape[2:]))

    @property
    def summed_axes(self) -> tuple[int, ...]:
        return broadcast_axes(self.output_shape, self.aligned)

    def pullback(self, upstream: Array) -> Array:
        received = sum_to_shape(scaled(upstream, self.factor), self.aligned)
        return received.reshape(self.input_shape)

    def pushforward(self, tangent: Array) -> Array:
        return np.broadcast_to(
            scaled(tangent.reshape(self.aligned), self.factor), self.output_shape
        )

    def sources(self, rows: Array) -> Array:
        """Which channel, a column of the matrix, each of its rows belongs to."""
        return broadcast_sources(rows, self.output_shape, self.aligned)

    def _window(self, rows: Array, columns: Array) -> Array:
        values = np.broadcast_to(self.factor, self.output_shape)[unravel(rows, self.output_shape)]
        return np.where(np.equal.outer(self.sources(rows), columns), values.reshape(-1, 1), 0.0)
