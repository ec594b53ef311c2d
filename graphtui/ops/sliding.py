"""A window that slides over pictures: where it stands, what it sees, and how that is put back.

Pictures have shape (N, C, H, W). What is done with what a window sees is for `sliding_maps`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.mismatch import Mismatch

Pair: TypeAlias = tuple[int, int]

_MOST_PATCHED = 2**19
"""Elements of patches that are laid out at a time: some MB, which a processor keeps near."""


class Axis(NamedTuple):
    """The window along one axis: its taps are `dilation` apart, its places `stride`."""

    taps: int
    stride: int
    padding: int
    dilation: int

    @property
    def span(self) -> int:
        """Elements from the first tap to the last, both included."""
        return self.dilation * (self.taps - 1) + 1

    def places(self, size: int) -> int:
        """In how many places the window fits over `size` elements and the padding.

        >>> Axis(3, 1, 1, 1).places(5), Axis(3, 2, 1, 1).places(5), Axis(3, 1, 0, 2).places(4)
        (5, 3, 0)
        """
        return max((size + 2 * self.padding - self.span) // self.stride + 1, 0)

    def seen(self, places: Array, taps: Array | int) -> Array:
        """Which element a tap lies on at a place; outside the picture there is none."""
        return np.asarray(places * self.stride - self.padding + taps * self.dilation)

    def all_seen(self, size: int) -> Array:
        """For each tap (a row) and place, the element under it; -1 where that is padding."""
        places, taps = np.arange(self.places(size)), np.arange(self.taps)
        found = self.seen(places, taps[:, None])
        return np.where((found >= 0) & (found < size), found, -1)

    def slice_of(self, tap: int, places: int) -> slice:
        """What one tap sees of a padded axis, in all places."""
        start = tap * self.dilation
        return slice(start, start + self.stride * (places - 1) + 1, self.stride)


class Window(NamedTuple):
    """A window that slides over the last two axes of pictures."""

    down: Axis
    across: Axis

    @property
    def taps(self) -> int:
        """How many elements it sees of a channel at a time."""
        return self.down.taps * self.across.taps

    def places(self, shape: Shape) -> Pair:
        """How many rows and columns of places there are on pictures of this shape."""
        return self.down.places(shape[-2]), self.across.places(shape[-1])

    def padded(self, x: Array, fill: Any = 0) -> Array:
        """The pictures with their padding around them; as they are where there is none."""
        top, left = self.down.padding, self.across.padding
        if not top and not left:
            return x
        height, width = x.shape[-2:]
        grown = np.full((*x.shape[:2], height + 2 * top, width + 2 * left), fill, x.dtype)
        grown[:, :, top : top + height, left : left + width] = x
        return grown

    def patches(self, x: Array) -> Array:
        """What the window sees, (N, C, kH, kW, rows, columns): a view of the padded pictures."""
        spans = self.down.span, self.across.span
        views = sliding_window_view(self.padded(x), spans, axis=(2, 3))
        (_, down, _, down_apart), (_, across, _, across_apart) = self
        return views[:, :, ::down, ::across, ::down_apart, ::across_apart].transpose(
            0, 1, 4, 5, 2, 3
        )

    def tapped(self, x: Array, fill: Any = 0) -> Iterator[Array]:
        """What each tap sees in all places, (N, C, rows, columns), by rows: views."""
        padded, places = self.padded(x, fill), self.places(x.shape)
        for key in self._keys(places):
            yield padded[key]

    def put_back(self, parts: Array | Sequence[Array], shape: Shape) -> Array:
        """Pictures to which every tap's part was added where it had been seen.

        Args:
            parts: for each tap an array of (N, C, rows, columns), by rows.
            shape: that of the pictures.
        """
        (height, width), top, left = shape[-2:], self.down.padding, self.across.padding
        grown = np.zeros((*shape[:2], height + 2 * top, width + 2 * left), parts[0].dtype)
        for key, part in zip(self._keys(parts[0].shape[-2:]), parts, strict=True):
            grown[key] += part
        return grown[:, :, top : top + height, left : left + width]

    def _keys(self, places: Shape) -> Iterator[tuple[slice, ...]]:
        """For each tap, by rows, what it sees of the padded pictures."""
        rows, columns = places
        for i in range(self.down.taps):
            for j in range(self.across.taps):
                down, across = self.down.slice_of(i, rows), self.across.slice_of(j, columns)
                yield slice(None), slice(None), down, across

    def tap(self, numbers: Array) -> tuple[Array, Array]:
        """Row and column of the taps that have these numbers."""
        return numbers // self.across.taps, numbers % self.across.taps

    def over(self, rows: Array, columns: Array, taps: Array, shape: Shape) -> tuple[Array, Array]:
        """For places and taps, the number of the element of its picture, and whether it is one.

        Outside of the picture the number is 0.
        """
        i, j = self.tap(taps)
        down, across = self.down.seen(rows, i), self.across.seen(columns, j)
        height, width = shape[-2:]
        inside = (down >= 0) & (down < height) & (across >= 0) & (across < width)
        return np.where(inside, down * width + across, 0), inside

    def tap_between(self, row: Array, column: Array, y: Array, x: Array) -> tuple[Array, Array]:
        """The number of the tap that lies on element (y, x) at a place, and whether one does.

        Where none does the number is 0.
        """
        i, on_row = _tap(self.down, row, y)
        j, on_column = _tap(self.across, column, x)
        inside = on_row & on_column
        return np.where(inside, i * self.across.taps + j, 0), inside

    def seen_counts(self, shape: Shape) -> Array:
        """How many places see each element of a picture, (H, W)."""
        return np.multiply.outer(*(self._hits(axis, n)[1] for axis, n in self._sized(shape)))

    def place_counts(self, shape: Shape) -> Array:
        """In how many places each tap lies on an element, (kH, kW); elsewhere on padding."""
        return np.multiply.outer(*(self._hits(axis, n)[0] for axis, n in self._sized(shape)))

    def _sized(self, shape: Shape) -> tuple[tuple[Axis, int], tuple[Axis, int]]:
        return (self.down, shape[-2]), (self.across, shape[-1])

    def _hits(self, axis: Axis, size: int) -> tuple[Array, Array]:
        """For each tap the elements that it sees, and for each element the taps that see it."""
        seen = axis.all_seen(size)
        return (seen >= 0).sum(axis=1), np.bincount(seen[seen >= 0], minlength=size)


def _tap(axis: Axis, place: Array, element: Array) -> tuple[Array, Array]:
    """The tap that lies on an element at a place, and whether one does."""
    distance = element + axis.padding - place * axis.stride
    tap = distance // axis.dilation
    return tap, (tap >= 0) & (tap < axis.taps) & (distance % axis.dilation == 0)


def few_items(count: int, patched: int) -> Iterator[slice]:
    """Slices that cover `count` pictures, few enough at a time for their patches to be small.

    Args:
        count: pictures.
        patched: elements of one picture's patches.
    """
    step = max(_MOST_PATCHED // max(patched, 1), 1)
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


# What may be written ----------------------------------------------------------------------------


def window(
    taps: int | Pair, stride: int | Pair | None, padding: int | Pair, dilation: int | Pair = 1
) -> Window:
    """The window that attributes mean, a number standing for both axes; no stride is its size.

    >>> window(2, None, 0).across
    Axis(taps=2, stride=2, padding=0, dilation=1)
    """
    size = pair(taps)
    step = size if stride is None else pair(stride)
    down, across = zip(size, step, pair(padding), pair(dilation), strict=True)
    return Window(Axis(*down), Axis(*across))


def pair(written: int | Pair) -> Pair:
    """One number for both axes, or one for each."""
    return (written, written) if isinstance(written, int) else written


def slid_shape(op: str, shape: Shape, sliding: Window) -> Pair:
    """The rows and columns of places on pictures of this shape.

    Raises:
        Mismatch: the window is none, or nowhere fits.
    """
    for axis in sliding:
        if min(axis.taps, axis.stride, axis.dilation) < 1 or axis.padding < 0:
            raise Mismatch(
                f"{op} needs a window, stride and dilation of at least 1 and no negative padding, "
                f"got window {_both(sliding, 'taps')}, stride {_both(sliding, 'stride')}, "
                f"padding {_both(sliding, 'padding')}, dilation {_both(sliding, 'dilation')}."
            )
    places = sliding.places(shape)
    if not math.prod(places):
        room = tuple(n + 2 * axis.padding for axis, n in zip(sliding, shape[-2:], strict=True))
        raise Mismatch(
            f"{op}: a window that spans {_both(sliding, 'span')} does not fit pictures of "
            f"{room[0]} × {room[1]}, padding included: shape {shape}."
        )
    return places


def _both(sliding: Window, what: str) -> str:
    return " × ".join(str(getattr(axis, what)) for axis in sliding)
