"""The local gradient as a thing: the differential of one output by one input, never a dense matrix.

A map knows the shape and the structure of its Jacobian, pulls an upstream gradient back, pushes a
tangent forward, and shows any small window of the dense matrix. The chain rule is one line
elsewhere: `downstream = local.pullback(upstream)`. Here are what every map can do and the two
elementwise kinds; the kinds that move, mix or sum elements stand in `moving_maps`, `matmul_maps`
and `summing_maps`. Which map belongs to which op is the op's record's business.

Arrays are flattened in row-major order: `matrix[i, j]` is d output.flat[i] / d input.flat[j].
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

    Shapes are those of the arrays, not of their flattened forms; a map holds references to arrays
    of the run and copies nothing.
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
    def numeric(self) -> bool:
        """Whether it was measured, by differences of the op's forward, instead of derived."""
        return False

    def stored(self) -> tuple[Array, ...]:
        """The arrays that the map holds on to: what must be kept from forward for its pullback."""
        return ()

    @property
    def stored_nbytes(self) -> int:
        """Bytes of the arrays that the map holds on to, one that it holds twice counted once."""
        return sum({id(each): each.nbytes for each in self.stored()}.values())

    def compact(self) -> Array | None:
        """The numbers worth showing (a diagonal, a factor, a mask); None where there are none."""
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
        """Axes of the output that a pullback sums over, as the input was broadcast along them."""
        return ()

    def window(self, rows: slice, columns: slice) -> Array:
        """The dense entries of the given rows and columns of the Jacobian matrix.

        Args:
            rows: which outputs, by their row-major number.
            columns: which inputs, likewise.

        Raises:
            LimitError: the window would hold more than `WINDOW_LIMIT` entries.
        """
        height, width = self.matrix_shape
        row_range, column_range = range(height)[rows], range(width)[columns]
        entries = len(row_range) * len(column_range)
        if entries > WINDOW_LIMIT:
            raise LimitError(
                f"a window of {len(row_range):,} × {len(column_range):,} entries of a Jacobian is "
                f"more than the {WINDOW_LIMIT:,} that may be built at once. "
                "Ask for fewer rows or columns."
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


# Broadcasting -----------------------------------------------------------------------------------


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


def broadcast_sources(numbers: Array, output_shape: Shape, input_shape: Shape) -> Array:
    """For elements of the output, by row-major number, the number of the input element there.

    >>> broadcast_sources(np.arange(6), (2, 3), (2, 1))
    array([0, 0, 0, 1, 1, 1])
    """
    index = unravel(numbers, output_shape)[len(output_shape) - len(input_shape) :]
    sources = np.zeros_like(numbers)
    for place, size in zip(index, input_shape, strict=True):
        sources = sources * size + np.minimum(place, size - 1)
    return sources


def unravel(numbers: Array, shape: Shape) -> tuple[Array, ...]:
    """`np.unravel_index`, which refuses several numbers where there is no axis."""
    return np.unravel_index(numbers, shape) if shape else ()


# Elementwise ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Identity(LinearMap):
    """The input itself, perhaps in another shape of the same size (reshape)."""

    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:
        return "identity"

    @property
    def nonzeros(self) -> int:
        return math.prod(self.output_shape)

    def pullback(self, upstream: Array) -> Array:
        same = upstream.shape == self.input_shape
        return upstream if same else upstream.reshape(self.input_shape)

    def pushforward(self, tangent: Array) -> Array:
        return tangent.reshape(self.output_shape)

    def _window(self, rows: Array, columns: Array) -> Array:
        return np.equal.outer(rows, columns).astype(float)


@dataclass(frozen=True, slots=True, eq=False)
class Diagonal(LinearMap):
    """`output = factor * input` elementwise, where the input may have been broadcast."""

    factor: Array | float
    """The derivative at every element: a number, or an array that broadcasts to the output's shape.
    Booleans are a mask, and a mask stops even an infinite upstream."""
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:
        rows, columns = self.matrix_shape
        return "diagonal" if rows == columns else "broadcast"

    @property
    def nonzeros(self) -> int:
        return int(np.count_nonzero(np.broadcast_to(self.factor, self.output_shape)))

    def stored(self) -> tuple[Array, ...]:
        return (self.factor,) if isinstance(self.factor, np.ndarray) else ()

    @property
    def summed_axes(self) -> tuple[int, ...]:
        return broadcast_axes(self.output_shape, self.input_shape)

    def compact(self) -> Array | None:
        return np.asarray(self.factor)

    def pullback(self, upstream: Array) -> Array:
        return sum_to_shape(scaled(upstream, self.factor), self.input_shape)

    def pushforward(self, tangent: Array) -> Array:
        return np.broadcast_to(scaled(tangent, self.factor), self.output_shape)

    def _window(self, rows: Array, columns: Array) -> Array:
        values = np.broadcast_to(self.factor, self.output_shape)[unravel(rows, self.output_shape)]
        sources = broadcast_sources(rows, self.output_shape, self.input_shape)
        return np.where(np.equal.outer(sources, columns), values.reshape(-1, 1), 0.0)


def scaled(array: Array, factor: Array | float) -> Array:
    """`array * factor` in `array`'s own precision; a mask selects instead of multiplying.

    >>> scaled(np.array([np.inf, 2.0]), np.array([False, True]))
    array([0., 2.])
    """
    if isinstance(factor, np.ndarray):
        if factor.dtype == bool:  # inf * False would be nan
            return np.where(factor, array, array.dtype.type(0))
        return np.asarray(array * factor)
    return array if factor == 1.0 else np.asarray(array * factor)
