"""Maps of ops whose window slides over pictures: convolution, pooling by average, by maximum.

Every one computes with the patches of a few pictures at a time and keeps none of them. Pictures
have shape (N, C, H, W), filters (O, C / groups, kH, kW).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graphtui.ops.linear_map import Array, LinearMap, Shape, unravel
from graphtui.ops.moving_maps import where_equal
from graphtui.ops.sliding import Window, few_items


def convolved(x: Array, weight: Array, sliding: Window, groups: int) -> Array:
    """The cross-correlation of pictures with filters: (N, O, rows, columns).

    Each filter sees the channels of its own group.
    """
    y = np.empty((len(x), len(weight), *sliding.places(x.shape)), np.result_type(x, weight))
    filters = _grouped(weight, groups)
    for items in _turns(x.shape, y.shape, sliding):
        seen = filters @ _patch_columns(x[items], sliding, groups)
        y[items] = _by_picture(seen, y[items].shape)
    return y


def _turns(x: Shape, y: Shape, sliding: Window) -> Iterator[slice]:
    """Which pictures have their patches laid out together."""
    return few_items(x[0], x[1] * sliding.taps * math.prod(y[2:]))


# One matrix for all pictures of a turn: a product each would make the processors wait for each
# other as often as there are pictures, which on a busy machine is most of the time.


def _grouped(weight: Array, groups: int) -> Array:
    """The filters as one matrix for each group: (groups, O / groups, C / groups · kH · kW)."""
    return weight.reshape(groups, len(weight) // groups, math.prod(weight.shape[1:]))


def _patch_columns(x: Array, sliding: Window, groups: int) -> Array:
    """The patches, one column a place: (groups, C / groups · kH · kW, N · places)."""
    count, channels = x.shape[:2]
    places = math.prod(sliding.places(x.shape))
    patches = sliding.patches(x).transpose(1, 2, 3, 0, 4, 5)
    return patches.reshape(groups, channels // groups * sliding.taps, count * places)


def _in_columns(y: Array, groups: int) -> Array:
    """What belongs to filters and places, one column a place: (groups, O / groups, N · places)."""
    count, filters = y.shape[:2]
    places = math.prod(y.shape[2:])
    return y.swapaxes(0, 1).reshape(groups, filters // groups, count * places)


def _by_picture(columns: Array, shape: Shape) -> Array:
    """The same again as pictures, (N, O, rows, columns)."""
    return columns.reshape(shape[1], shape[0], *shape[2:]).swapaxes(0, 1)


@dataclass(frozen=True, slots=True, eq=False)
class ConvolvedPictures(LinearMap):
    """`x` in `conv2d(x, weight)`: every filter is written once for each place, shifted."""

    weight: Array
    sliding: Window
    groups: int
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:
        if math.prod(self.output_shape[2:]) > 1:
            return "toeplitz"
        # In a single place nothing is shared: a matrix product for each picture and group.
        return "dense" if self.input_shape[0] * self.groups == 1 else "block diagonal"

    @property
    def stride(self) -> tuple[int, int]:
        """By how much of the input the matrix is shifted from one place to the next."""
        return self.sliding.down.stride, self.sliding.across.stride

    @property
    def nonzeros(self) -> int:
        counts = self.sliding.place_counts(self.input_shape)
        used = np.count_nonzero(self.weight, axis=(0, 1))
        return int(self.input_shape[0] * np.sum(used * counts))

    def stored(self) -> tuple[Array, ...]:
        return (self.weight,)

    def compact(self) -> Array | None:
        return self.weight

    def pullback(self, upstream: Array) -> Array:
        channels, taps = self.input_shape[1], self.sliding.taps
        turned = _grouped(self.weight, self.groups).swapaxes(1, 2)
        downstream = np.empty(self.input_shape, np.result_type(upstream, self.weight))
        for items in _turns(self.input_shape, self.output_shape, self.sliding):
            parts = turned @ _in_columns(upstream[items], self.groups)
            shape = (channels, taps, len(upstream[items]), *self.output_shape[2:])
            by_tap = parts.reshape(shape).transpose(1, 2, 0, 3, 4)
            downstream[items] = self.sliding.put_back(by_tap, downstream[items].shape)
        return downstream

    def pushforward(self, tangent: Array) -> Array:
        return convolved(tangent, self.weight, self.sliding, self.groups)

    def taps(self, rows: Array, inner: Array) -> tuple[Array, Array, Array]:
        """Column, value, and whether it lies in the picture, for rows and the filter's numbers."""
        (_, size, height, width), own = self.input_shape, self.weight.shape[1]
        item, filter_, row, column = unravel(rows, self.output_shape)
        channel, tap = inner // self.sliding.taps, inner % self.sliding.taps
        first = filter_ // (len(self.weight) // self.groups) * own
        element, inside = self.sliding.over(row, column, tap, self.input_shape)
        columns = (item * size + first + channel) * (height * width) + element
        return columns, self.weight[(filter_, channel, *self.sliding.tap(tap))], inside

    def _window(self, rows: Array, columns: Array) -> Array:
        own = self.weight.shape[1]
        item, filter_, row, column = unravel(rows[:, None], self.output_shape)
        other, channel, y, x = unravel(columns, self.input_shape)
        within = channel - filter_ // (len(self.weight) // self.groups) * own
        tap, inside = self.sliding.tap_between(row, column, y, x)
        inside &= (item == other) & (within >= 0) & (within < own)
        values = self.weight[(filter_, np.where(inside, within, 0), *self.sliding.tap(tap))]
        return np.where(inside, values, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class ConvolvedFilters(LinearMap):
    """`weight` in `conv2d(x, weight)`: a filter's rows are the patches that it saw."""

    x: Array
    sliding: Window
    groups: int
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:
        # One block for each filter: the matrix of the patches of its group.
        return "dense" if self.input_shape[0] == 1 else "block diagonal"

    @property
    def nonzeros(self) -> int:
        counts = self.sliding.seen_counts(self.x.shape)
        used = np.count_nonzero(self.x, axis=(0, 1))
        return int(self.input_shape[0] // self.groups * np.sum(used * counts))

    def stored(self) -> tuple[Array, ...]:
        return (self.x,)

    def compact(self) -> Array | None:
        return self.x

    def pullback(self, upstream: Array) -> Array:
        downstream = np.zeros(self.input_shape, np.result_type(upstream, self.x))
        filters = _grouped(downstream, self.groups)
        for items in _turns(self.x.shape, self.output_shape, self.sliding):
            patches = _patch_columns(self.x[items], self.sliding, self.groups)
            filters += _in_columns(upstream[items], self.groups) @ patches.swapaxes(1, 2)
        return downstream

    def pushforward(self, tangent: Array) -> Array:
        return convolved(self.x, tangent, self.sliding, self.groups)

    def taps(self, rows: Array, inner: Array) -> tuple[Array, Array, Array]:
        """Column, value, and whether it lies in the picture, for rows and the filter's numbers."""
        filter_ = unravel(rows, self.output_shape)[1]
        columns = filter_ * math.prod(self.input_shape[1:]) + inner
        return columns, *self._seen(rows, inner)

    def _seen(self, rows: Array, inner: Array) -> tuple[Array, Array]:
        """What lies under a filter's numbers at places, and whether anything does."""
        item, filter_, row, column = unravel(rows, self.output_shape)
        own = self.input_shape[1]
        first = filter_ // (self.input_shape[0] // self.groups) * own
        channel, tap = first + inner // self.sliding.taps, inner % self.sliding.taps
        element, inside = self.sliding.over(row, column, tap, self.x.shape)
        width = self.x.shape[-1]
        values = self.x[item, channel, element // width, element % width]
        return values, inside

    def _window(self, rows: Array, columns: Array) -> Array:
        inner = math.prod(self.input_shape[1:])
        own = unravel(rows, self.output_shape)[1]
        values, inside = self._seen(rows[:, None], columns % inner)
        return np.where(inside & np.equal.outer(own, columns // inner), values, 0.0)


# Pooling ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Averaged(LinearMap):
    """Every output is the mean of its window, channel by channel; padding counts as zeros."""

    sliding: Window
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:
        if self.sliding.taps == 1:
            return "selection"
        if math.prod(self.output_shape[2:]) > 1:
            return "toeplitz"
        return "dense" if math.prod(self.input_shape[:2]) == 1 else "block diagonal"

    @property
    def stride(self) -> tuple[int, int]:
        """By how much of the input the matrix is shifted from one place to the next."""
        return self.sliding.down.stride, self.sliding.across.stride

    @property
    def nonzeros(self) -> int:
        pictures = math.prod(self.input_shape[:2])
        return int(pictures * self.sliding.place_counts(self.input_shape).sum())

    def compact(self) -> Array | None:
        return np.asarray(1 / self.sliding.taps)

    def pullback(self, upstream: Array) -> Array:
        part = upstream * (1 / self.sliding.taps)
        return self.sliding.put_back([part] * self.sliding.taps, self.input_shape)

    def pushforward(self, tangent: Array) -> Array:
        return averaged(tangent, self.sliding)

    def taps(self, rows: Array, inner: Array) -> tuple[Array, Array, Array]:
        """Column, value, and whether it lies in the picture, for rows and the window's taps."""
        *_, row, column = unravel(rows, self.output_shape)
        element, inside = self.sliding.over(row, column, inner, self.input_shape)
        picture = rows // math.prod(self.output_shape[2:])
        columns = picture * math.prod(self.input_shape[2:]) + element
        return columns, np.full(rows.shape, 1 / self.sliding.taps), inside

    def _window(self, rows: Array, columns: Array) -> Array:
        item, channel, row, column = unravel(rows[:, None], self.output_shape)
        other, its, y, x = unravel(columns, self.input_shape)
        _, inside = self.sliding.tap_between(row, column, y, x)
        return np.where(inside & (item == other) & (channel == its), 1 / self.sliding.taps, 0.0)


def averaged(x: Array, sliding: Window) -> Array:
    """The mean of every window; padding counts as zeros."""
    total = np.zeros((*x.shape[:2], *sliding.places(x.shape)), x.dtype)
    for seen in sliding.tapped(x):
        total += seen
    return total * (1 / sliding.taps)


@dataclass(frozen=True, slots=True, eq=False)
class Picked(LinearMap):
    """`output.flat[i] = input.flat[sources.flat[i]]`: every output is one element of the input."""

    sources: Array
    """Row-major numbers of elements of the input, in the output's shape."""
    apart: bool
    """Whether no element can be picked twice, so that nothing needs to be summed."""
    output_shape: Shape
    input_shape: Shape

    @property
    def structure(self) -> str:
        return "selection"

    @property
    def nonzeros(self) -> int:
        return math.prod(self.output_shape)

    def stored(self) -> tuple[Array, ...]:
        return (self.sources,)

    def pullback(self, upstream: Array) -> Array:
        downstream = np.zeros(math.prod(self.input_shape), upstream.dtype)
        if self.apart:
            downstream[self.sources.reshape(-1)] = upstream.reshape(-1)
        else:
            np.add.at(downstream, self.sources.reshape(-1), upstream.reshape(-1))
        return downstream.reshape(self.input_shape)

    def pushforward(self, tangent: Array) -> Array:
        return np.asarray(tangent.reshape(-1)[self.sources])

    def _window(self, rows: Array, columns: Array) -> Array:
        return where_equal(self.sources.reshape(-1)[rows], columns)
