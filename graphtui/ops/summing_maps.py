"""Maps of ops that sum along axes: reductions, losses at their point, and the softmax family."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphtui.ops.linear_map import Array, LinearMap, Shape, broadcast_sources, scaled, unravel


@dataclass(frozen=True, slots=True, eq=False)
class Reduction(LinearMap):
    """`output = (weights * input).sum(axes)`: sum, mean, max, and every loss at its point."""

    weights: Array | float
    """A number, or an array that broadcasts to the input's shape; booleans are a mask."""
    axes: tuple[int, ...]
    """The axes summed over, none negative."""
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:
        rows, columns = self.matrix_shape
        constant = isinstance(self.weights, float)
        if rows == columns:  # every axis summed over has length 1
            return "identity" if constant and self.weights == 1.0 else "diagonal"
        if constant:
            return "dense" if rows == 1 else "kronecker"
        if self._picks_one():
            return "selection"
        return "dense" if rows == 1 else "block diagonal"

    def _picks_one(self) -> bool:
        picked = np.broadcast_to(np.equal(self.weights, 1), self.input_shape)
        every_row = bool((picked.sum(axis=self.axes) == 1).all())
        return every_row and self.nonzeros == np.count_nonzero(picked)

    @property
    def nonzeros(self) -> int:
        return int(np.count_nonzero(np.broadcast_to(self.weights, self.input_shape)))

    def stored(self) -> tuple[Array, ...]:
        return (self.weights,) if isinstance(self.weights, np.ndarray) else ()

    @property
    def kronecker(self) -> tuple[int | Array, ...]:
        """The factors of L ⊗ … ⊗ R, one an axis, an identity given by its size."""
        ones = [np.ones((1, n)) if a in self.axes else n for a, n in enumerate(self.input_shape)]
        return (np.full((1, 1), self.weights), *ones)

    def compact(self) -> Array | None:
        return np.asarray(self.weights)

    def pullback(self, upstream: Array) -> Array:
        if isinstance(self.weights, float):  # every element gets the same, so it is scaled once
            return self._spread(scaled(upstream, self.weights))
        return scaled(self._spread(upstream), self.weights)

    def pushforward(self, tangent: Array) -> Array:
        weighted = np.broadcast_to(scaled(tangent, self.weights), self.input_shape)
        return np.asarray(weighted.sum(axis=self.axes)).reshape(self.output_shape)

    def _spread(self, array: Array) -> Array:
        """`array` repeated along the axes that were summed over, as a read-only view."""
        if array.size != 1:
            return np.broadcast_to(array.reshape(self._kept_shape()), self.input_shape)
        # What `np.broadcast_to` gives, for a tenth of its time.
        strides = (0,) * len(self.input_shape)
        spread: Array = np.ndarray(self.input_shape, array.dtype, array, 0, strides)
        spread.setflags(write=False)
        return spread

    def _kept_shape(self) -> Shape:
        return tuple(1 if axis in self.axes else n for axis, n in enumerate(self.input_shape))

    def _window(self, rows: Array, columns: Array) -> Array:
        index = unravel(columns, self.input_shape)
        values = np.broadcast_to(self.weights, self.input_shape)[index]
        outputs = broadcast_sources(columns, self.input_shape, self._kept_shape())
        return np.where(np.equal.outer(rows, outputs), values, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class DiagonalMinusOuter(LinearMap):
    """Along one axis, `diag(d) - outer(left, right)`: softmax and log-softmax."""

    diagonal: Array | float
    left: Array | float
    right: Array
    axis: int
    """Not negative."""
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:
        length = self.input_shape[self.axis]
        rows = self.matrix_shape[0]
        return "diagonal" if length == 1 else "dense" if rows == length else "block diagonal"

    @property
    def nonzeros(self) -> int:
        diagonal, left, right = map(self._blocks, (self.diagonal, self.left, self.right))
        on_diagonal = left * right
        pairs = _nonzero_products(left, right) - np.count_nonzero(on_diagonal)
        return int(pairs + np.count_nonzero(diagonal - on_diagonal))

    def _blocks(self, array: Array | float) -> Array:
        """`array` as a matrix with one row for each block."""
        length = self.input_shape[self.axis]
        grown = np.broadcast_to(array, self.input_shape)
        return np.moveaxis(grown, self.axis, -1).reshape(-1, length)

    def stored(self) -> tuple[Array, ...]:
        parts = (self.diagonal, self.left, self.right)
        return tuple(part for part in parts if isinstance(part, np.ndarray))

    def compact(self) -> Array | None:
        return self.right

    def pullback(self, upstream: Array) -> Array:
        share = np.sum(upstream * self.left, axis=self.axis, keepdims=True)
        return np.asarray(upstream * self.diagonal - self.right * share)

    def pushforward(self, tangent: Array) -> Array:
        share = np.sum(tangent * self.right, axis=self.axis, keepdims=True)
        return np.asarray(tangent * self.diagonal - self.left * share)

    def _window(self, rows: Array, columns: Array) -> Array:
        shape = self.input_shape
        block = (*shape[: self.axis], 1, *shape[self.axis + 1 :])
        same_block = np.equal.outer(
            broadcast_sources(rows, shape, block), broadcast_sources(columns, shape, block)
        )
        left = np.broadcast_to(self.left, shape)[unravel(rows, shape)]
        right = np.broadcast_to(self.right, shape)[unravel(columns, shape)]
        diagonal = np.broadcast_to(self.diagonal, shape)[unravel(rows, shape)]
        own = np.where(np.equal.outer(rows, columns), diagonal[:, None], 0.0)
        return np.where(same_block, own - np.multiply.outer(left, right), 0.0)


def _nonzero_products(left: Array, right: Array) -> int:
    """How many entries of the outer products of rows of `left` and `right` are not zero.

    A product of tiny numbers may underflow to zero. It does so for the smallest partners first, so
    a binary search in the sorted partners counts exactly, in O(size · log length).
    """
    length = right.shape[-1]
    ordered = np.sort(np.abs(right), axis=-1)
    low = np.zeros(left.shape, dtype=np.intp)  # every partner before `low` gives zero
    high = np.full(left.shape, length)  # every partner from `high` on does not
    for _ in range(length.bit_length()):
        middle = (low + high) // 2
        product = left * np.take_along_axis(ordered, np.minimum(middle, length - 1), axis=-1)
        vanishes = product == 0
        low, high = (
            np.where(vanishes & (low < high), middle + 1, low),
            np.where(vanishes, high, middle),
        )
    return int((length - low).sum())
