"""Rows sorted by the numbers of a column, or columns by those of a row, the other one unchanged.

Only the order of what is shown changes: an element keeps its index, and the cursor its element.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from graphtui.errors import CommandError
from graphtui.ops.linear_map import Array
from graphtui.view.tensor.view import Order, TensorView, plane
from graphtui.view.text.numbers import count_text

MOST_SORTED = 5_000_000
"""The longest axis that is sorted, which takes about a second and cannot be interrupted."""


class By(StrEnum):
    """What decides which comes first; NaN always comes last."""

    LARGEST = "largest first"
    SMALLEST = "smallest first"
    SIZE = "largest size first"


_SIGNS = {By.LARGEST: "↓", By.SMALLEST: "↑", By.SIZE: "↓ size"}


def sorted_rows(view: TensorView, by: By | None) -> TensorView:
    """The rows in the order of the numbers in the cursor's column; None is their own order.

    Equal numbers stay as they are. An order that the columns have stays.

    Raises:
        CommandError: there are too many rows, or the gradient to sort by is not there yet.
    """
    if view.rows_axis is None:
        return view
    column = 0 if view.columns_axis is None else view.at[view.columns_axis]
    return _sorted(view, view.rows_axis, by, lambda matrix: matrix[:, column])


def sorted_columns(view: TensorView, by: By | None) -> TensorView:
    """The columns in the order of the numbers in the cursor's row; None is their own order.

    Raises:
        CommandError: there are too many columns, or the gradient to sort by is not there yet.
    """
    if view.columns_axis is None:
        return view
    row = 0 if view.rows_axis is None else view.at[view.rows_axis]
    return _sorted(view, view.columns_axis, by, lambda matrix: matrix[row])


def _sorted(
    view: TensorView, axis: int, by: By | None, line: Callable[[Array], Array]
) -> TensorView:
    orders: dict[int, Order] = {each: order for each, order in view.orders.items() if each != axis}
    if by is not None and view.value.size:
        if view.array is None:
            raise CommandError(f"the gradient of {view.title} is not there yet.")
        size = view.shape[axis]
        if size > MOST_SORTED:
            raise CommandError(
                f"axis {axis} has {count_text(size)} elements, and {count_text(MOST_SORTED)} "
                "are the most that are sorted. Search for a range of numbers instead."
            )
        numbers = order_of(line(plane(view, view.array)), by)
        places = np.empty_like(numbers)
        places[numbers] = np.arange(size)
        orders[axis] = Order(numbers, places, f"{_line_text(view, axis)} {_SIGNS[by]}")
    ordered: Mapping[int, Order] = MappingProxyType(orders)
    return replace(view, orders=ordered)


def order_of(numbers: Array, by: By) -> Array:
    """The indices of a vector's elements in order, NaN last, equal ones as they stand.

    >>> order_of(np.array([2.0, np.nan, -3.0, 2.0]), By.SIZE).tolist()
    [2, 0, 3, 1]
    """
    if by is By.SMALLEST:
        return np.argsort(numbers, kind="stable")
    if numbers.dtype.kind in "iub":
        # An integer's negative may be no integer of its dtype; its complement reverses the order.
        size = np.abs(numbers.astype(np.float64)) if by is By.SIZE else None
        return np.argsort(~numbers if size is None else -size, kind="stable")
    return np.argsort(-np.abs(numbers) if by is By.SIZE else -numbers, kind="stable")


def _line_text(view: TensorView, axis: int) -> str:
    """The row or column that decides, as a key."""
    parts = [":" if each == axis else str(at) for each, at in enumerate(view.at)]
    return f"[{', '.join(parts)}]"
