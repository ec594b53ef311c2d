"""Maps of ops that only move elements: pick some, place them in a larger one, permute the axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphtui.ops.linear_map import Array, LinearMap, Shape, unravel


@dataclass(frozen=True, slots=True, eq=False)
class Selection(LinearMap):
    """`output = input[key]`, with any key that NumPy takes."""

    key: tuple[Any, ...]
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:
        return "selection"

    @property
    def nonzeros(self) -> int:
        return math.prod(self.output_shape)

    def stored(self) -> tuple[Array, ...]:
        return tuple(item for item in self.key if isinstance(item, np.ndarray))

    def pullback(self, upstream: Array) -> Array:
        downstream = np.zeros(self.input_shape, upstream.dtype)
        if any(isinstance(item, np.ndarray) for item in self.key):
            np.add.at(downstream, self.key, upstream)  # an element picked twice receives twice
        else:
            downstream[self.key] = upstream
        return downstream

    def pushforward(self, tangent: Array) -> Array:
        return np.asarray(tangent[self.key])

    def _window(self, rows: Array, columns: Array) -> Array:
        sources = np.arange(math.prod(self.input_shape)).reshape(self.input_shape)[self.key]
        return where_equal(np.asarray(sources).reshape(-1)[rows], columns)


@dataclass(frozen=True, slots=True, eq=False)
class Placement(LinearMap):
    """The input fills `output[key]`; the rest of the output comes from elsewhere (concatenate)."""

    key: tuple[int | slice, ...]
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:
        return "selection"

    @property
    def nonzeros(self) -> int:
        return math.prod(self.input_shape)

    def pullback(self, upstream: Array) -> Array:
        return np.asarray(upstream[self.key])

    def pushforward(self, tangent: Array) -> Array:
        output = np.zeros(self.output_shape, tangent.dtype)
        output[self.key] = tangent
        return output

    def _window(self, rows: Array, columns: Array) -> Array:
        targets = np.arange(math.prod(self.output_shape)).reshape(self.output_shape)[self.key]
        return where_equal(rows, np.asarray(targets).reshape(-1)[columns])


@dataclass(frozen=True, slots=True, eq=False)
class Permutation(LinearMap):
    """`output = input.transpose(axes)`."""

    axes: tuple[int, ...]
    """A permutation of the input's axes, none negative."""
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:
        return "permutation"

    @property
    def nonzeros(self) -> int:
        return math.prod(self.output_shape)

    def pullback(self, upstream: Array) -> Array:
        return np.transpose(upstream, self._inverse())

    def pushforward(self, tangent: Array) -> Array:
        return np.transpose(tangent, self.axes)

    def _inverse(self) -> tuple[int, ...]:
        return tuple(sorted(range(len(self.axes)), key=self.axes.__getitem__))

    def _window(self, rows: Array, columns: Array) -> Array:
        index = unravel(rows, self.output_shape)
        sources = np.zeros_like(rows)
        for place, size in zip(self._inverse(), self.input_shape, strict=True):
            sources = sources * size + index[place]
        return where_equal(sources, columns)


def where_equal(rows: Array, columns: Array) -> Array:
    """1 where a row's and a column's number are the same, else 0."""
    return np.asarray(np.equal.outer(rows, columns), dtype=np.float64)
