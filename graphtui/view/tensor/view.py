"""Which part of an array of any rank is looked at, and how: one frozen value, and ways to move it.

Two axes are shown as rows and columns, every other one stands at an index. The cursor is on one
element; it belongs to the array, so it stays on that element when rows are sorted or axes are
exchanged. Jumping by a key, searching and sorting are for `jump`, `search` and
`sort`; lines are made of it by `lines`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import numpy as np

from graphtui.debugger.number_range import NumberRange
from graphtui.ops.linear_map import Array, Shape

Index = tuple[int, ...]
"""An element: a number for each axis."""

_Choice = TypeVar("_Choice", bound=StrEnum)

LEVEL_CELLS = 2
"""A column so narrow shows a sign and a level in place of a number."""
LEAST_CELLS = 4
EXACT_CELLS = 24
"""A column so wide shows every digit that there is."""


class Shows(StrEnum):
    """Which of the two arrays is shown."""

    VALUE = "value"
    GRADIENT = "gradient"
    BOTH = "value and gradient"


class Heat(StrEnum):
    """Whether numbers are coloured by their size."""

    OFF = "off"
    LINEAR = "linear"
    LOGARITHMIC = "logarithmic"


class Order(NamedTuple):
    """An axis in another order than its own."""

    numbers: Array
    """The index that is shown at each place."""
    places: Array
    """The place at which each index is shown."""
    by: str
    """By what it is sorted."""


@dataclass(frozen=True, slots=True, eq=False)
class TensorView:
    """What of an array, and of its gradient, is on the screen."""

    title: str
    """What the array is called."""
    value: Array
    gradient: Array | None
    """Of the same shape; None is "not yet"."""
    at: Index
    """The element under the cursor, which also says where every axis that is not shown stands."""
    rows_axis: int | None
    """The axis that goes down; None where there is one row."""
    columns_axis: int | None
    """The axis that goes across; None where there is one column."""
    shows: Shows = Shows.VALUE
    row: int = 0
    """The place of the first row in sight; corrected where the cursor would be out of sight."""
    column: int = 0
    cell: int = 8
    """Cells of a number."""
    heat: Heat = Heat.OFF
    marked: tuple[range, ...] = ()
    """For each axis the indices that are marked; nothing is, where there is no entry."""
    search: NumberRange | None = None
    """Numbers that are shown as found."""
    orders: Mapping[int, Order] = field(default_factory=lambda: MappingProxyType({}))
    """The axes that are sorted."""

    @property
    def shape(self) -> Shape:
        """Of both arrays."""
        return self.value.shape

    @property
    def height(self) -> int:
        """How many rows there are, in sight or not."""
        return 1 if self.rows_axis is None else self.shape[self.rows_axis]

    @property
    def width(self) -> int:
        """How many columns there are, in sight or not."""
        return 1 if self.columns_axis is None else self.shape[self.columns_axis]

    @property
    def hidden_axes(self) -> tuple[int, ...]:
        """The axes that are not shown, in order."""
        shown = (self.rows_axis, self.columns_axis)
        return tuple(axis for axis in range(len(self.shape)) if axis not in shown)

    @property
    def array(self) -> Array | None:
        """The array that is searched, sorted by and copied; None is "not yet"."""
        return self.gradient if self.shows is Shows.GRADIENT else self.value


def tensor_view(title: str, value: Array, gradient: Array | None = None) -> TensorView:
    """A view of `value` with the last two axes shown, at the first element.

    Args:
        title: what it is called; already safe.
        value: of any rank and size, also none.
        gradient: of the same shape, or None.

    >>> view = tensor_view("W", np.zeros((4, 3, 5)))
    >>> view.rows_axis, view.columns_axis, view.hidden_axes, view.height, view.width
    (1, 2, (0,), 3, 5)
    """
    assert gradient is None or gradient.shape == value.shape, "a gradient has its value's shape"
    rank = value.ndim
    rows_axis = rank - 2 if rank > 1 else None
    columns_axis = rank - 1 if rank else None
    return TensorView(title, value, gradient, (0,) * rank, rows_axis, columns_axis)


def renewed(view: TensorView, value: Array, gradient: Array | None = None) -> TensorView:
    """The same view of the arrays of another moment; from the start if they have another shape.

    What was sorted stays in that order, so that rows do not jump when a step is taken.
    """
    if value.shape == view.shape:
        return replace(view, value=value, gradient=gradient)
    fresh = tensor_view(view.title, value, gradient)
    return replace(fresh, shows=view.shows, cell=view.cell, heat=view.heat, search=view.search)


# Where elements are shown -----------------------------------------------------------------------


def place_of(view: TensorView, axis: int | None, number: int) -> int:
    """Where along a shown axis the index `number` stands."""
    order = view.orders.get(axis) if axis is not None else None
    return number if order is None else int(order.places[number])


def number_at(view: TensorView, axis: int | None, place: int) -> int:
    """The index that stands at a place along a shown axis."""
    order = view.orders.get(axis) if axis is not None else None
    return place if order is None else int(order.numbers[place])


def cursor_row(view: TensorView) -> int:
    """The place of the cursor's row."""
    return 0 if view.rows_axis is None else place_of(view, view.rows_axis, view.at[view.rows_axis])


def cursor_column(view: TensorView) -> int:
    """The place of the cursor's column."""
    axis = view.columns_axis
    return 0 if axis is None else place_of(view, axis, view.at[axis])


def index_at(view: TensorView, row: int, column: int) -> Index:
    """The element that stands at a row and a column."""
    at = list(view.at)
    for axis, place in ((view.rows_axis, row), (view.columns_axis, column)):
        if axis is not None:
            at[axis] = number_at(view, axis, place)
    return tuple(at)


def plane(view: TensorView, array: Array, at: Index | None = None) -> Array:
    """The shown slice of an array as a matrix, in the axes' own order; a view, so at no cost.

    Args:
        view: which axes are shown.
        array: one of the view's, or another of their shape.
        at: where the other axes stand, if not where the cursor is.
    """
    shown = (view.rows_axis, view.columns_axis)
    places = enumerate(view.at if at is None else at)
    key = tuple(slice(None) if axis in shown else place for axis, place in places)
    matrix = array[key]
    if view.rows_axis is None or view.columns_axis is None:
        return matrix.reshape(view.height, view.width)
    return matrix if view.rows_axis < view.columns_axis else matrix.T


def block(view: TensorView, array: Array, rows: range, columns: range) -> Array:
    """The elements at some places, as a matrix; the cost is that of what is asked for."""
    found = plane(view, array)
    for direction, (axis, places) in enumerate(
        ((view.rows_axis, rows), (view.columns_axis, columns))
    ):
        order = view.orders.get(axis) if axis is not None else None
        part = slice(places.start, places.stop)
        picked = part if order is None else order.numbers[part]
        found = found[picked] if direction == 0 else found[:, picked]
    return found


# Moving -----------------------------------------------------------------------------------------


def moved(view: TensorView, rows: int = 0, columns: int = 0) -> TensorView:
    """The cursor so many rows further down and columns further right, or at the end."""
    if not view.value.size:
        return view
    row = min(max(cursor_row(view) + rows, 0), view.height - 1)
    column = min(max(cursor_column(view) + columns, 0), view.width - 1)
    return replace(view, at=index_at(view, row, column))


def moved_to(view: TensorView, at: Index) -> TensorView:
    """The cursor on an element, whatever slice it lies in."""
    return replace(view, at=at)


def next_index(view: TensorView, axis: int, by: int = 1) -> TensorView:
    """Another index of an axis; behind the last comes the first."""
    size = view.shape[axis]
    if not size:
        return view
    at = list(view.at)
    at[axis] = (at[axis] + by) % size
    return replace(view, at=tuple(at))


def next_slice(view: TensorView, by: int = 1) -> TensorView:
    """Another slice: the last axis that is not shown is counted on, and the others as on a clock.

    >>> view = tensor_view("W", np.zeros((2, 3, 4, 5)))
    >>> next_slice(view).at, next_slice(view, 4).at, next_slice(view, -1).at
    ((0, 1, 0, 0), (1, 1, 0, 0), (1, 2, 0, 0))
    """
    sizes = tuple(view.shape[axis] for axis in view.hidden_axes)
    count = math.prod(sizes)
    if not sizes or not count:
        return view
    number = int(np.ravel_multi_index([view.at[axis] for axis in view.hidden_axes], sizes))
    at = list(view.at)
    places = np.unravel_index((number + by) % count, sizes)
    for axis, place in zip(view.hidden_axes, places, strict=True):
        at[axis] = int(place)
    return replace(view, at=tuple(at))


# Axes -------------------------------------------------------------------------------------------


def with_axes(view: TensorView, rows: int | None, columns: int | None) -> TensorView:
    """Other axes shown; the cursor stays on its element."""
    return replace(view, rows_axis=rows, columns_axis=columns)


def swapped(view: TensorView) -> TensorView:
    """Rows as columns and columns as rows."""
    turned = with_axes(view, view.columns_axis, view.rows_axis)
    return replace(turned, row=view.column, column=view.row)


def next_axes(view: TensorView, by: int = 1) -> TensorView:
    """The next pair of axes shown, beginning again behind the last one."""
    rank = len(view.shape)
    if rank < 2:
        return swapped(view)
    pairs = list(combinations(range(rank), 2))
    shown = sorted(axis for axis in (view.rows_axis, view.columns_axis) if axis is not None)
    here = pairs.index((shown[0], shown[1]))
    return with_axes(view, *pairs[(here + by) % len(pairs)])


# How it looks -----------------------------------------------------------------------------------


def next_shown(view: TensorView) -> TensorView:
    """The value, then the gradient, then both beside each other."""
    return replace(view, shows=_after(view.shows))


def next_heat(view: TensorView) -> TensorView:
    """Without heat, then in quarters of the largest number, then in powers of ten."""
    return replace(view, heat=_after(view.heat))


def _after(choice: _Choice) -> _Choice:
    choices = list(type(choice))
    return choices[(choices.index(choice) + 1) % len(choices)]


def wider(view: TensorView, by: int = 1) -> TensorView:
    """Columns with more cells, or with fewer: from a sign and a level up to every digit.

    >>> view = tensor_view("W", np.zeros(3))
    >>> [wider(view, by).cell for by in (1, -4, -5, -9, 99)]
    [9, 4, 2, 2, 24]
    """
    start = LEAST_CELLS - 1 if view.cell == LEVEL_CELLS else view.cell
    cell = min(start + by, EXACT_CELLS)
    return replace(view, cell=cell if cell >= LEAST_CELLS else LEVEL_CELLS)


def unmarked(view: TensorView) -> TensorView:
    """Nothing marked, and nothing shown as found."""
    return replace(view, marked=(), search=None)
