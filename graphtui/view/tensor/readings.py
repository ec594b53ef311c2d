"""Which axes of an array are pictures: rows and columns of pixels, channels, and what counts them.

An array says of none of its axes what it means, so there are several readings, the likeliest first:
filters have channels before their pixels, and a line of 3072 weights is a picture of 32×32×3. How
pictures look is for `image`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from math import isqrt

from graphtui.ops.linear_map import Shape
from graphtui.view.tensor.view import TensorView, next_index, tensor_view

MOST_SIZES = 9
"""From the smallest size of a picture to the largest."""
COLOURS = 3
"""So many channels are red, green and blue."""
_LEAST_SIDE = 4
"""A picture with fewer pixels along a side is hardly one; a filter with three channels may be."""
_LEAST_FILTER = 3


class Contrast(StrEnum):
    """What the extremes of a picture are held against."""

    EACH = "each picture by itself"
    ALL = "all alike"
    LOGARITHMIC = "all alike, in powers of ten"


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """A view whose rows and columns are pictures."""

    view: TensorView
    tiles: int | None
    """The axis along which one picture follows the other; None where there is one."""
    channels: int | None = None
    """The axis of what belongs to one picture; None where there is one channel."""
    together: bool = True
    """Whether all channels are seen, three as colours and others side by side; else the view's."""
    contrast: Contrast = Contrast.EACH
    size: int = 0
    """So many sizes larger than what fits best, or smaller."""
    number: int = 0
    """Which of the readings this is."""

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return 1 if self.tiles is None else self.view.shape[self.tiles]

    @property
    def first(self) -> int:
        """The number of the first picture shown."""
        return 0 if self.tiles is None else self.view.at[self.tiles]

    @property
    def depth(self) -> int:
        """How many channels a picture has."""
        return 1 if self.channels is None else self.view.shape[self.channels]

    @property
    def in_colour(self) -> bool:
        """Whether the channels are red, green and blue of the same pixels."""
        return self.together and self.depth == COLOURS

    @property
    def seen_channels(self) -> range:
        """The channels that are drawn."""
        if self.channels is None or self.together:
            return range(self.depth)
        return range(self.view.at[self.channels], self.view.at[self.channels] + 1)


def images(view: TensorView, number: int = 0) -> Images:
    """What a view shows, as pictures.

    Args:
        view: its cursor says which picture is the first.
        number: which reading, as on a clock; 0 is the likeliest.

    >>> import numpy as np
    >>> found = images(tensor_view("W1", np.zeros((3072, 100))))
    >>> found.view.shape, found.count, found.tiles, found.in_colour
    ((32, 32, 3, 100), 100, 3, True)
    >>> found = images(tensor_view("F", np.zeros((64, 16, 5, 5))))
    >>> found.count, found.depth, found.in_colour
    (64, 16, False)
    """
    known = list(_readings(view))
    number %= len(known)
    return replace(known[number], number=number)


def next_reading(pictures: Images, view: TensorView) -> Images:
    """The same array, read in the next way; behind the last comes the first."""
    return replace(images(view, pictures.number + 1), contrast=pictures.contrast)


def next_image(pictures: Images, by: int = 1) -> Images:
    """The pictures from another first one on; behind the last comes the first."""
    if pictures.tiles is None:
        return pictures
    return replace(pictures, view=next_index(pictures.view, pictures.tiles, by))


def next_channel(pictures: Images, by: int = 1) -> Images:
    """All channels together, then one after the other by itself."""
    if pictures.channels is None:
        return pictures
    here = 0 if pictures.together else 1 + pictures.view.at[pictures.channels]
    there = (here + by) % (pictures.depth + 1)
    at = list(pictures.view.at)
    at[pictures.channels] = max(there - 1, 0)
    return replace(pictures, view=replace(pictures.view, at=tuple(at)), together=not there)


def larger(pictures: Images, by: int = 1) -> Images:
    """Pictures of the next size; fewer of them may fit."""
    return replace(pictures, size=min(max(pictures.size + by, -MOST_SIZES), MOST_SIZES))


def next_contrast(pictures: Images) -> Images:
    """Each picture by itself, then all alike, then in powers of ten, which colours do not have."""
    choices = list(Contrast)[:2] if pictures.in_colour else list(Contrast)
    here = choices.index(pictures.contrast) if pictures.contrast in choices else -1
    return replace(pictures, contrast=choices[(here + 1) % len(choices)])


# Readings ---------------------------------------------------------------------------------------


def _readings(view: TensorView) -> Iterator[Images]:
    """Every way to read the array as pictures; there is always one."""
    rank = len(view.shape)
    if rank > 2:
        yield from _of_axes(view)
        return
    # The longer axis first: a layer has more inputs than units as a rule.
    for axis in sorted(range(rank), key=lambda axis: (-view.shape[axis], axis)):
        for shape, pixels, channels in _folds(view.shape[axis]):
            yield _folded(view, axis, shape, pixels, channels)
    yield Images(view, None)


def _of_axes(view: TensorView) -> Iterator[Images]:
    """Readings of an array that has axes enough; the shown ones are those of the pixels."""
    shape, rank = view.shape, len(view.shape)
    if (view.rows_axis, view.columns_axis) == (rank - 2, rank - 1) and _ends_in_colours(shape):
        shown = replace(view, rows_axis=rank - 3, columns_axis=rank - 2)
        yield Images(shown, 0 if rank > 3 else None, rank - 1)
    hidden = view.hidden_axes
    if len(hidden) == 1:
        if shape[hidden[0]] == COLOURS:
            yield Images(view, None, hidden[0])
        yield Images(view, hidden[0])
        return
    # Batches and filters have their channels last, unless an axis is so long as colours are many.
    of_colour = [axis for axis in hidden if shape[axis] == COLOURS]
    likely = of_colour[-1] if of_colour else hidden[-1]
    for channels in (likely, *(axis for axis in hidden if axis != likely)):
        others = [axis for axis in hidden if axis != channels]
        yield Images(view, others[0], channels if shape[channels] > 1 else None)


def _ends_in_colours(shape: Shape) -> bool:
    return shape[-1] == COLOURS and min(shape[-3:-1]) >= _LEAST_SIDE and shape[-3] != COLOURS


def _folds(length: int) -> Iterator[tuple[Shape, int, int | None]]:
    """Shapes of square pictures of so many pixels, with the places of the rows and the channels.

    >>> list(_folds(784)), list(_folds(10))
    ([((28, 28), 0, None)], [])
    >>> list(_folds(3072))
    [((32, 32, 3), 0, 2), ((3, 32, 32), 1, 0)]
    """
    side = isqrt(length)
    if side >= _LEAST_SIDE and side * side == length:
        yield (side, side), 0, None
    side = isqrt(length // COLOURS)
    if side >= _LEAST_FILTER and COLOURS * side * side == length:
        yield (side, side, COLOURS), 0, 2
        yield (COLOURS, side, side), 1, 0


def _folded(view: TensorView, axis: int, shape: Shape, pixels: int, channels: int | None) -> Images:
    """An axis of a vector or a matrix as the axes of a picture; the other one counts them."""
    whole = (*view.shape[:axis], *shape, *view.shape[axis + 1 :])
    gradient = None if view.gradient is None else view.gradient.reshape(whole)
    found = tensor_view(view.title, view.value.reshape(whole), gradient)
    tiles = None if len(view.shape) < 2 else 0 if axis else len(whole) - 1
    at = [0] * len(whole)
    if tiles is not None:
        at[tiles] = view.at[1 - axis]
    found = replace(
        found,
        rows_axis=axis + pixels,
        columns_axis=axis + pixels + 1,
        shows=view.shows,
        at=tuple(at),
    )
    return Images(found, tiles, None if channels is None else axis + channels)
