"""The local gradient as a thing: the differential of one output by one input, never built as a matrix.

A map knows the shape and the structure of its Jacobian, pulls an upstream gradient back, pushes a tangent
forward, and shows any small window of the dense matrix. The chain rule is one line elsewhere:
`downstream = local.pullback(upstream)`. Which map belongs to which op is the op's record's business.

Arrays are flattened in row-major order, so that `matrix[i, j]` is d output.flat[i] / d input.flat[j].
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from graphtui.errors import LimitError

Array: TypeAlias = npt.NDArray[Any]
Shape: TypeAlias = tuple[int, ...]

WINDOW_LIMIT = 2**20
"""Most entries that one window may hold: 8 MiB. The only way to dense numbers is bounded."""

STRUCTURES = {
    "identity": "the unit matrix: upstream passes unchanged",
    "diagonal": "each output depends on its own input only",
    "broadcast": "one entry a row: an input was repeated, so its gradient is a sum",
    "selection": "at most one entry a row, and it is 1: an input was picked, or not",
    "permutation": "exactly one 1 in every row and column: the same numbers in another order",
    "kronecker": "one small matrix repeated in a regular pattern: L ⊗ R",
    "block diagonal": "independent blocks, up to the order of rows and columns",
    "toeplitz": "one small kernel repeated along diagonals: weights are shared",
    "dense": "every output depends on every input",
    "unknown": "no structure is known",
}
"""Every structure a map may declare, and what it says."""


class LinearMap(ABC):
    """The differential of one output with respect to one input.

    Shapes are those of the arrays, not of their flattened forms; a map holds references to arrays of the
    run and copies nothing.
    """

    __slots__ = ()
    output_shape: Shape
    input_shape: Shape

    @property
    @abstractmethod
    def structure(self) -> str:
        """A key of `STRUCTURES`; what the zeros of the dense Jacobian look like."""

    @abstractmethod
    def pullback(self, upstream: Array) -> Array:
        """The vector-Jacobian product: an array of `output_shape` in, of `input_shape` out."""

    @abstractmethod
    def pushforward(self, tangent: Array) -> Array:
        """The Jacobian-vector product: an array of `input_shape` in, of `output_shape` out."""

    @property
    @abstractmethod
    def nonzeros(self) -> int:
        """How many entries of the Jacobian are not zero, counted without building it."""

    @property
    def stored_nbytes(self) -> int:
        """Bytes of the arrays that the map holds on to."""
        return 0

    def compact(self) -> Array | None:
        """The numbers worth showing (a diagonal, a factor, a mask), or None where there are none."""
        return np.ones(()) if self.matrix_shape == (1, 1) else None

    @property
    def jacobian_shape(self) -> Shape:
        """`(*output_shape, *input_shape)`: what a lecture writes."""
        return (*self.output_shape, *self.input_shape)

    @property
    def matrix_shape(self) -> tuple[int, int]:
        """`(output size, input size)`: what a textbook draws."""
        return math.prod(self.output_shape), math.prod(self.input_shape)

    @property
    def dense_nbytes(self) -> int:
        """Bytes that the dense Jacobian would take in float64."""
        return 8 * math.prod(self.jacobian_shape)

    @property
    def summed_axes(self) -> tuple[int, ...]:
        """Axes of the output that a pullback sums over, because the input was broadcast along them."""
        return ()

    def window(self, rows: slice, columns: slice) -> Array:
        """The dense entries of the given rows and columns of the Jacobian matrix.

        Args:
            rows: which outputs, by their row-major number; steps must be 1.
            columns: which inputs, likewise.

        Raises:
            LimitError: the window would hold more than `WINDOW_LIMIT` entries.
        """
        height, width = self.matrix_shape
        row_range, column_range = range(height)[rows], range(width)[columns]
        entries = len(row_range) * len(column_range)
        if entries > WINDOW_LIMIT:
            raise LimitError(
                f"a window of {len(row_range):,} × {len(column_range):,} entries of a Jacobian is more "
                f"than the {WINDOW_LIMIT:,} that may be built at once. Ask for fewer rows or columns."
            )
        if not entries:
            return np.zeros((len(row_range), len(column_range)))
        return self._window(np.asarray(row_range), np.asarray(column_range))

    def _window(self, rows: Array, columns: Array) -> Array:
        """The window by unit vectors, along whichever side is shorter."""
        if len(rows) <= len(columns):
            return np.stack(
                [self.pullback(_unit(self.output_shape, i)).reshape(-1)[columns] for i in rows]
            )
        return np.stack(
            [self.pushforward(_unit(self.input_shape, j)).reshape(-1)[rows] for j in columns],
            axis=1,
        )


def _unit(shape: Shape, number: int) -> Array:
    unit = np.zeros(math.prod(shape))
    unit[number] = 1.0
    return unit.reshape(shape)


def sum_to_shape(array: Array, shape: Shape) -> Array:
    """Sum out the axes along which an input of `shape` was broadcast.

    >>> sum_to_shape(np.ones((3, 4)), (4,))
    array([3., 3., 3., 3.])
    """
    if array.shape == shape:
        return array
    axes = broadcast_axes(array.shape, shape)
    return array.sum(axis=axes, keepdims=True).reshape(shape) if axes else array.reshape(shape)


def broadcast_axes(output_shape: Shape, input_shape: Shape) -> tuple[int, ...]:
    """The axes of `output_shape` along which `input_shape` is repeated.

    >>> broadcast_axes((5, 4, 3), (4, 1))
    (0, 2)
    """
    lead = len(output_shape) - len(input_shape)
    grown = (axis for axis in range(lead) if output_shape[axis] != 1)
    stretched = (
        axis
        for axis in range(lead, len(output_shape))
        if output_shape[axis] != input_shape[axis - lead]
    )
    return (*grown, *stretched)


# Elementwise ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Identity(LinearMap):
    """The input itself, perhaps in another shape of the same size (reshape)."""

    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:  # noqa: D102
        return "identity"

    @property
    def nonzeros(self) -> int:  # noqa: D102
        return math.prod(self.output_shape)

    def pullback(self, upstream: Array) -> Array:  # noqa: D102
        return (
            upstream if upstream.shape == self.input_shape else upstream.reshape(self.input_shape)
        )

    def pushforward(self, tangent: Array) -> Array:  # noqa: D102
        return tangent.reshape(self.output_shape)

    def _window(self, rows: Array, columns: Array) -> Array:
        return np.equal.outer(rows, columns).astype(float)


@dataclass(frozen=True, slots=True, eq=False)
class Diagonal(LinearMap):
    """`output = factor * input` elementwise, where the input may have been broadcast."""

    factor: Array | float
    """A number, or an array of the output's shape: the derivative at every element."""
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:  # noqa: D102
        return "diagonal" if self.output_shape == self.input_shape else "broadcast"

    @property
    def nonzeros(self) -> int:  # noqa: D102
        return int(np.count_nonzero(np.broadcast_to(self.factor, self.output_shape)))

    @property
    def stored_nbytes(self) -> int:  # noqa: D102
        return self.factor.nbytes if isinstance(self.factor, np.ndarray) else 0

    @property
    def summed_axes(self) -> tuple[int, ...]:  # noqa: D102
        return broadcast_axes(self.output_shape, self.input_shape)

    def compact(self) -> Array | None:  # noqa: D102
        return np.asarray(self.factor)

    def pullback(self, upstream: Array) -> Array:  # noqa: D102
        return sum_to_shape(self._scaled(upstream), self.input_shape)

    def pushforward(self, tangent: Array) -> Array:  # noqa: D102
        return np.broadcast_to(self._scaled(tangent), self.output_shape)

    def _scaled(self, array: Array) -> Array:
        if isinstance(self.factor, float) and self.factor == 1.0:
            return array
        return np.asarray(array * self.factor)

    def _window(self, rows: Array, columns: Array) -> Array:
        index = np.unravel_index(rows, self.output_shape)
        values = np.broadcast_to(self.factor, self.output_shape)[index]
        lead = len(self.output_shape) - len(self.input_shape)
        own = tuple(
            np.minimum(i, n - 1) for i, n in zip(index[lead:], self.input_shape, strict=True)
        )
        sources = np.ravel_multi_index(own, self.input_shape) if own else np.zeros_like(rows)
        return np.where(np.equal.outer(sources, columns), values[:, None], 0.0)


# Picking and placing -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Selection(LinearMap):
    """`output = input[key]`, with any key that NumPy takes."""

    key: Any
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:  # noqa: D102
        return "selection"

    @property
    def nonzeros(self) -> int:  # noqa: D102
        return math.prod(self.output_shape)

    def pullback(self, upstream: Array) -> Array:  # noqa: D102
        downstream = np.zeros(self.input_shape, upstream.dtype)
        np.add.at(downstream, self.key, upstream)  # an element picked twice receives twice
        return downstream

    def pushforward(self, tangent: Array) -> Array:  # noqa: D102
        return np.asarray(tangent[self.key])

    def _window(self, rows: Array, columns: Array) -> Array:
        sources = np.arange(math.prod(self.input_shape)).reshape(self.input_shape)[self.key]
        return np.equal.outer(np.asarray(sources).reshape(-1)[rows], columns).astype(float)


@dataclass(frozen=True, slots=True, eq=False)
class Placement(LinearMap):
    """The input fills `output[key]`; the rest of the output comes from elsewhere (concatenate, stack)."""

    key: Any
    """A basic key: integers and slices."""
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:  # noqa: D102
        return "selection"

    @property
    def nonzeros(self) -> int:  # noqa: D102
        return math.prod(self.input_shape)

    def pullback(self, upstream: Array) -> Array:  # noqa: D102
        return np.asarray(upstream[self.key])

    def pushforward(self, tangent: Array) -> Array:  # noqa: D102
        output = np.zeros(self.output_shape, tangent.dtype)
        output[self.key] = tangent
        return output

    def _window(self, rows: Array, columns: Array) -> Array:
        targets = np.arange(math.prod(self.output_shape)).reshape(self.output_shape)[self.key]
        return np.equal.outer(rows, np.asarray(targets).reshape(-1)[columns]).astype(float)


@dataclass(frozen=True, slots=True, eq=False)
class Permutation(LinearMap):
    """`output = input.transpose(axes)`."""

    axes: tuple[int, ...]
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:  # noqa: D102
        return "permutation"

    @property
    def nonzeros(self) -> int:  # noqa: D102
        return math.prod(self.output_shape)

    def pullback(self, upstream: Array) -> Array:  # noqa: D102
        return upstream.transpose(np.argsort(self.axes))

    def pushforward(self, tangent: Array) -> Array:  # noqa: D102
        return tangent.transpose(self.axes)

    def _window(self, rows: Array, columns: Array) -> Array:
        index = np.unravel_index(rows, self.output_shape)
        own = tuple(index[int(place)] for place in np.argsort(self.axes))
        sources = np.ravel_multi_index(own, self.input_shape) if own else np.zeros_like(rows)
        return np.equal.outer(sources, columns).astype(float)


# Matrix products -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class MatmulSide(LinearMap):
    """What the two sides of `a @ b` share: operands as stacks of matrices, whatever their rank was."""

    other: Array
    """The other operand as a stack of matrices, shape (..., rows, columns)."""
    matrix: Shape
    """The input's own shape as a stack of matrices."""
    output_matrix: Shape
    """The output's shape as a stack of matrices."""
    output_shape: Shape
    input_shape: Shape

    @property
    def stored_nbytes(self) -> int:  # noqa: D102
        return self.other.nbytes

    def compact(self) -> Array | None:  # noqa: D102
        return self.other

    @property
    def summed_axes(self) -> tuple[int, ...]:
        """Batch axes along which this operand was repeated."""
        return broadcast_axes(self.output_matrix[:-2], self.matrix[:-2])

    def _batched_structure(self, plain: str, merges: bool) -> str:
        """`plain` without a batch; with one, whether this operand has its own matrix in every item."""
        if math.prod(self.output_matrix[:-2]) == 1:
            return plain
        if not self.summed_axes:
            return "block diagonal"
        # A right operand shared by the whole batch sees one tall matrix: (batch · m, k) @ (k, n).
        return plain if merges and math.prod(self.matrix[:-2]) == 1 else "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class MatmulLeft(MatmulSide):
    """`a` in `a @ b`: the Jacobian is I ⊗ bᵀ, and the pullback is `upstream @ b.T`."""

    @property
    def structure(self) -> str:  # noqa: D102
        return self._batched_structure(
            "dense" if self.matrix[-2] == 1 else "kronecker", merges=False
        )

    @property
    def nonzeros(self) -> int:  # noqa: D102
        batch = self.output_matrix[:-2]
        return self.matrix[-2] * _nonzeros(
            np.broadcast_to(self.other, (*batch, *self.other.shape[-2:]))
        )

    @property
    def kronecker(self) -> tuple[int | Array, int | Array]:
        """L and R of L ⊗ R, an identity given by its size; for the structure "kronecker"."""
        return self.matrix[-2], self.other.reshape(self.other.shape[-2:]).T

    def pullback(self, upstream: Array) -> Array:  # noqa: D102
        product = upstream.reshape(self.output_matrix) @ self.other.swapaxes(-1, -2)
        return sum_to_shape(product, self.matrix).reshape(self.input_shape)

    def pushforward(self, tangent: Array) -> Array:  # noqa: D102
        return (tangent.reshape(self.matrix) @ self.other).reshape(self.output_shape)


@dataclass(frozen=True, slots=True, eq=False)
class MatmulRight(MatmulSide):
    """`b` in `a @ b`: the Jacobian is a ⊗ I, and the pullback is `a.T @ upstream`."""

    @property
    def structure(self) -> str:  # noqa: D102
        return self._batched_structure(
            "dense" if self.matrix[-1] == 1 else "kronecker", merges=True
        )

    @property
    def nonzeros(self) -> int:  # noqa: D102
        batch = self.output_matrix[:-2]
        return self.matrix[-1] * _nonzeros(
            np.broadcast_to(self.other, (*batch, *self.other.shape[-2:]))
        )

    @property
    def kronecker(self) -> tuple[int | Array, int | Array]:
        """L and R of L ⊗ R, an identity given by its size; for the structure "kronecker"."""
        return self.other.reshape(-1, self.other.shape[-1]), self.matrix[-1]

    def pullback(self, upstream: Array) -> Array:  # noqa: D102
        product = self.other.swapaxes(-1, -2) @ upstream.reshape(self.output_matrix)
        return sum_to_shape(product, self.matrix).reshape(self.input_shape)

    def pushforward(self, tangent: Array) -> Array:  # noqa: D102
        return (self.other @ tangent.reshape(self.matrix)).reshape(self.output_shape)


def matmul_sides(a: Array, b: Array, output_shape: Shape) -> tuple[MatmulLeft, MatmulRight]:
    """The two local maps of `a @ b`, by NumPy's rules for vectors, matrices and stacks of matrices."""
    left = a.reshape(1, -1) if a.ndim == 1 else a
    right = b.reshape(-1, 1) if b.ndim == 1 else b
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    output = (*batch, left.shape[-2], right.shape[-1])
    return (
        MatmulLeft(right, left.shape, output, output_shape, a.shape),
        MatmulRight(left, right.shape, output, output_shape, b.shape),
    )


# Sums over axes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Reduction(LinearMap):
    """`output = (weights * input).sum(axes)`: sum, mean, max, and every loss at its point."""

    weights: Array | float
    """A number, or an array that broadcasts to the input's shape."""
    axes: tuple[int, ...]
    """The axes summed over, none negative."""
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:  # noqa: D102
        rows, columns = self.matrix_shape
        if rows == columns:  # every axis summed over has length 1
            return "diagonal"
        if isinstance(self.weights, float):
            return "dense" if rows == 1 else "kronecker"
        if self._picks_one():
            return "selection"
        return "dense" if rows == 1 else "block diagonal"

    def _picks_one(self) -> bool:
        picked = np.broadcast_to(self.weights == 1, self.input_shape)
        return bool(
            self.nonzeros == np.count_nonzero(picked) and (picked.sum(axis=self.axes) == 1).all()
        )

    @property
    def nonzeros(self) -> int:  # noqa: D102
        return _nonzeros(np.broadcast_to(self.weights, self.input_shape))

    @property
    def stored_nbytes(self) -> int:  # noqa: D102
        return self.weights.nbytes if isinstance(self.weights, np.ndarray) else 0

    @property
    def kronecker(self) -> tuple[int | Array, ...]:
        """The factors of L ⊗ … ⊗ R, one an axis, an identity given by its size."""
        assert isinstance(self.weights, float)
        ones = [np.ones((1, n)) if a in self.axes else n for a, n in enumerate(self.input_shape)]
        return (np.full((1, 1), self.weights), *ones)

    def compact(self) -> Array | None:  # noqa: D102
        return np.asarray(self.weights)

    def pullback(self, upstream: Array) -> Array:  # noqa: D102
        spread = np.broadcast_to(upstream.reshape(self._kept_shape()), self.input_shape)
        if isinstance(self.weights, float) and self.weights == 1.0:
            return spread
        return np.asarray(spread * self.weights)

    def pushforward(self, tangent: Array) -> Array:  # noqa: D102
        weighted = np.broadcast_to(tangent * self.weights, self.input_shape)
        return np.asarray(weighted.sum(axis=self.axes)).reshape(self.output_shape)

    def _kept_shape(self) -> Shape:
        return tuple(1 if axis in self.axes else n for axis, n in enumerate(self.input_shape))


@dataclass(frozen=True, slots=True, eq=False)
class DiagonalMinusOuter(LinearMap):
    """Along one axis, `diag(d) - outer(left, right)`: softmax and log-softmax."""

    diagonal: Array | float
    left: Array | float
    right: Array
    axis: int
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:  # noqa: D102
        length = self.input_shape[self.axis] if self.input_shape else 1
        rows = self.matrix_shape[0]
        return "diagonal" if length == 1 else "dense" if rows == length else "block diagonal"

    @property
    def nonzeros(self) -> int:  # noqa: D102
        shape = self.input_shape
        d, left, right = (
            np.moveaxis(np.broadcast_to(array, shape), self.axis, -1).reshape(-1, shape[self.axis])
            for array in (self.diagonal, self.left, self.right)
        )
        # By columns of a block, never the whole block: O(size) memory.
        total = 0
        for j in range(shape[self.axis]):
            entries = -left * right[:, j : j + 1]
            entries[:, j] += d[:, j]
            total += _nonzeros(entries)
        return total

    @property
    def stored_nbytes(self) -> int:  # noqa: D102
        held = {
            id(a): a.nbytes
            for a in (self.diagonal, self.left, self.right)
            if not isinstance(a, float)
        }
        return sum(held.values())

    def compact(self) -> Array | None:  # noqa: D102
        return self.right

    def pullback(self, upstream: Array) -> Array:  # noqa: D102
        share = np.sum(upstream * self.left, axis=self.axis, keepdims=True)
        return np.asarray(upstream * self.diagonal - self.right * share)

    def pushforward(self, tangent: Array) -> Array:  # noqa: D102
        share = np.sum(tangent * self.right, axis=self.axis, keepdims=True)
        return np.asarray(tangent * self.diagonal - self.left * share)


def _nonzeros(array: Array) -> int:
    return int(np.count_nonzero(array))
