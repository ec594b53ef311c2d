"""The two local maps of a matrix product, in all its ranks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from graphtui.ops.linear_map import (
    Array,
    LinearMap,
    Shape,
    broadcast_axes,
    broadcast_sources,
    sum_to_shape,
    unravel,
)


@dataclass(frozen=True, slots=True, eq=False)
class MatmulSide(LinearMap):
    """What the two sides of `a @ b` share: operands as stacks of matrices, whatever their rank."""

    other: Array
    """The other operand as a stack of matrices, shape (..., rows, columns)."""
    matrix: Shape
    """The input's own shape as a stack of matrices."""
    output_matrix: Shape
    """The output's shape as a stack of matrices."""
    output_shape: Shape
    input_shape: Shape

    def stored(self) -> tuple[Array, ...]:
        return (self.other,)

    def compact(self) -> Array | None:
        return self.other

    @property
    def summed_axes(self) -> tuple[int, ...]:
        """Batch axes along which this operand was repeated."""
        return broadcast_axes(self.output_matrix[:-2], self.matrix[:-2])

    def _entries_of_other(self) -> int:
        """How many numbers of the other operand are not zero, counting every repetition."""
        stack = np.broadcast_to(self.other, (*self.output_matrix[:-2], *self.other.shape[-2:]))
        return int(np.count_nonzero(stack))

    def _same_item(self, rows: Array, columns: Array) -> Array:
        """Whether a row and a column of the window belong to the same item of the batch."""
        items = broadcast_sources(self._item(rows), self.output_matrix[:-2], self.matrix[:-2])
        return np.asarray(np.equal.outer(items, columns // math.prod(self.matrix[-2:])))

    def _other_item(self, rows: Array) -> tuple[Array, ...]:
        """The index of the other operand's matrix that each row of the window was made with."""
        batch = self.other.shape[:-2]
        sources = broadcast_sources(self._item(rows), self.output_matrix[:-2], batch)
        return tuple(index[:, None] for index in unravel(sources, batch))

    def _item(self, rows: Array) -> Array:
        return rows // math.prod(self.output_matrix[-2:])


@dataclass(frozen=True, slots=True, eq=False)
class MatmulLeft(MatmulSide):
    """`a` in `a @ b`: the Jacobian is I ⊗ bᵀ, and the pullback is `upstream @ b.T`."""

    @property
    def structure(self) -> str:
        # Each row of each matrix of the operand has a block of its own.
        if math.prod(self.matrix[:-1]) == 1:
            return "dense"
        return "kronecker" if math.prod(self.output_matrix[:-2]) == 1 else "block diagonal"

    @property
    def nonzeros(self) -> int:
        return self.matrix[-2] * self._entries_of_other()

    @property
    def kronecker(self) -> tuple[int | Array, ...]:
        """L and R of L ⊗ R, an identity given by its size; for the structure "kronecker"."""
        return self.matrix[-2], self.other.reshape(self.other.shape[-2:]).T

    def pullback(self, upstream: Array) -> Array:
        if len(self.output_shape) == len(self.input_shape) == 2:  # one matrix times another
            return upstream @ self.other.T
        product = upstream.reshape(self.output_matrix) @ self.other.swapaxes(-1, -2)
        return sum_to_shape(product, self.matrix).reshape(self.input_shape)

    def pushforward(self, tangent: Array) -> Array:
        product = tangent.reshape(self.matrix) @ self.other
        return np.asarray(product).reshape(self.output_shape)

    def _window(self, rows: Array, columns: Array) -> Array:
        (m, n), (_, k) = self.output_matrix[-2:], self.matrix[-2:]
        same_row = np.equal.outer(rows // n % m, columns // k % m)
        values = self.other[(*self._other_item(rows), columns % k, (rows % n)[:, None])]
        return np.where(same_row & self._same_item(rows, columns), values, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class MatmulRight(MatmulSide):
    """`b` in `a @ b`: the Jacobian is a ⊗ I, and the pullback is `a.T @ upstream`."""

    @property
    def structure(self) -> str:
        if math.prod(self.matrix[:-2]) != 1:
            return "block diagonal"
        # Shared by the whole batch, it sees one tall matrix: (batch · m, k) @ (k, n).
        return "dense" if self.matrix[-1] == 1 else "kronecker"

    @property
    def nonzeros(self) -> int:
        return self.matrix[-1] * self._entries_of_other()

    @property
    def kronecker(self) -> tuple[int | Array, ...]:
        """L and R of L ⊗ R, an identity given by its size; for the structure "kronecker"."""
        return self.other.reshape(-1, self.other.shape[-1]), self.matrix[-1]

    def pullback(self, upstream: Array) -> Array:
        if len(self.output_shape) == len(self.input_shape) == 2:  # one matrix times another
            return self.other.T @ upstream
        product = self.other.swapaxes(-1, -2) @ upstream.reshape(self.output_matrix)
        return sum_to_shape(product, self.matrix).reshape(self.input_shape)

    def pushforward(self, tangent: Array) -> Array:
        product = self.other @ tangent.reshape(self.matrix)
        return np.asarray(product).reshape(self.output_shape)

    def _window(self, rows: Array, columns: Array) -> Array:
        (m, n), (k, _) = self.output_matrix[-2:], self.matrix[-2:]
        same_column = np.equal.outer(rows % n, columns % n)
        values = self.other[(*self._other_item(rows), (rows // n % m)[:, None], columns // n % k)]
        return np.where(same_column & self._same_item(rows, columns), values, 0.0)


def matmul_sides(a: Array, b: Array, output_shape: Shape) -> tuple[MatmulLeft, MatmulRight]:
    """The local maps of `a @ b`, by NumPy's rules for vectors, matrices and stacks of matrices."""
    if a.ndim == b.ndim == 2:
        return (
            MatmulLeft(b, a.shape, output_shape, output_shape, a.shape),
            MatmulRight(a, b.shape, output_shape, output_shape, b.shape),
        )
    left = a.reshape(1, -1) if a.ndim == 1 else a
    right = b.reshape(-1, 1) if b.ndim == 1 else b
    stacked = left.ndim > 2 or right.ndim > 2
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2]) if stacked else ()
    output = (*batch, left.shape[-2], right.shape[-1])
    return (
        MatmulLeft(right, left.shape, output, output_shape, a.shape),
        MatmulRight(left, right.shape, output, output_shape, b.shape),
    )
