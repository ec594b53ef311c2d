"""The local gradient of an op of which nothing is known but its two functions.

A pullback is what the user's vjp answers; structure, numbers and pushforward are what `point` finds
out by asking. Where there is no vjp, all of it is measured by differences, and the map says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphtui.errors import GraphtuiError
from graphtui.ops.linear_map import Array, LinearMap, Shape, broadcast_axes
from graphtui.ops.point import PROBE_SECONDS, NoVjp, Pattern, Point


@dataclass(frozen=True, slots=True, eq=False)
class ProbedMap(LinearMap):
    """The differential of a user's op by one input, at one point.

    The structure is that of this very point: a derivative that happens to be 0 counts as a zero.
    It is "unknown" where the Jacobian is too large, or the vjp too slow, to be probed.
    """

    point: Point
    """Shared by the inputs of one node, so that a vjp is called once for all of them."""
    slot: int
    output_shape: Shape
    input_shape: Shape

    @property
    def _pattern(self) -> Pattern:
        return self.point.pattern(self.slot)

    @property
    def structure(self) -> str:
        return self._pattern.structure

    @property
    def numeric(self) -> bool:
        self.point.pattern(self.slot)  # a vjp that is not there says so when it is asked
        return self.point.numeric

    @property
    def nonzeros(self) -> int:
        """How many entries are not zero; all of them where that is not known."""
        pattern = self._pattern
        known = pattern.matrix if pattern.matrix is not None else pattern.diagonal
        height, width = self.matrix_shape
        return height * width if known is None else int(np.count_nonzero(known))

    def stored(self) -> tuple[Array, ...]:
        return (self.point.y, *self.point.xs)

    @property
    def stored_nbytes(self) -> int:
        """Bytes of what the vjp reads, and of what was found out to be shown."""
        return sum(each.nbytes for each in self.stored()) + self._pattern.nbytes

    @property
    def summed_axes(self) -> tuple[int, ...]:
        repeated = self.structure == "broadcast"
        return broadcast_axes(self.output_shape, self.input_shape) if repeated else ()

    def compact(self) -> Array | None:
        pattern = self._pattern
        if self.matrix_shape == (1, 1):
            return self.window(slice(None), slice(None)).reshape(())
        if pattern.structure != "diagonal":
            return None
        matrix, diagonal = pattern.matrix, pattern.diagonal
        numbers = diagonal if matrix is None else np.diagonal(matrix)
        return None if numbers is None else numbers.reshape(self.output_shape)

    def pullback(self, upstream: Array) -> Array:
        sent = self.point.downstream(self.slot, upstream)
        # Probe now, on the engine's time: views must not wait for the user's functions.
        self.point.pattern(self.slot)
        return sent

    def pushforward(self, tangent: Array) -> Array:
        pattern, flat = self._pattern, tangent.reshape(-1)
        if pattern.matrix is not None:
            return np.asarray(pattern.matrix @ flat).reshape(self.output_shape)
        if pattern.diagonal is not None:
            return np.asarray(pattern.diagonal * flat).reshape(self.output_shape)
        return self.point.along(self.slot, tangent).reshape(self.output_shape)

    def _window(self, rows: Array, columns: Array) -> Array:
        """The entries; NaN where the user's functions give no answer, or none in time."""
        pattern = self._pattern
        if pattern.matrix is not None:
            return np.asarray(pattern.matrix[np.ix_(rows, columns)])
        if pattern.diagonal is not None:
            numbers = pattern.diagonal[rows].reshape(-1, 1)
            return np.where(np.equal.outer(rows, columns), numbers, 0.0)
        try:
            return self.point.window(self.slot, rows, columns, PROBE_SECONDS)
        except (GraphtuiError, NoVjp):
            return np.full((len(rows), len(columns)), np.nan)
