"""A view moves within its array, keeps its element, and reads what it shows and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graphtui.view.tensor.grid import grid, scrolled_to_cursor
from graphtui.view.tensor.sort import By, sorted_columns, sorted_rows
from graphtui.view.tensor.view import (
    Heat,
    Shows,
    TensorView,
    block,
    cursor_column,
    cursor_row,
    index_at,
    moved,
    next_axes,
    next_heat,
    next_shown,
    next_slice,
    plane,
    renewed,
    swapped,
    tensor_view,
    wider,
)
from tests.view.tensor.arrays import FULL_ARRAYS, SOME

Move = Callable[[TensorView], TensorView]
MOVES = st.lists(
    st.sampled_from(
        [
            lambda view: moved(view, rows=1),
            lambda view: moved(view, rows=-2),
            lambda view: moved(view, columns=3),
            lambda view: moved(view, columns=-1),
            next_slice,
            lambda view: next_slice(view, -1),
            next_axes,
            swapped,
            lambda view: sorted_rows(view, By.LARGEST),
            lambda view: sorted_columns(view, By.SIZE),
            lambda view: sorted_rows(view, None),
        ]
    ),
    max_size=12,
)


def walked(view: TensorView, moves: list[Move]) -> TensorView:
    for move in moves:
        view = move(view)
    return view


@SOME
@given(FULL_ARRAYS, MOVES)
def test_the_cursor_is_always_on_an_element_that_is_shown(
    array: np.ndarray, moves: list[Move]
) -> None:
    view = walked(tensor_view("W", array), moves)
    assert all(0 <= at < size for at, size in zip(view.at, array.shape, strict=True))
    assert index_at(view, cursor_row(view), cursor_column(view)) == view.at
    rows, columns = range(view.height), range(view.width)
    shown = block(view, array, rows, columns)
    np.testing.assert_equal(shown[cursor_row(view), cursor_column(view)], array[view.at])
    assert view.height * view.width == plane(view, array).size


@SOME
@given(FULL_ARRAYS, MOVES, st.integers(1, 40), st.integers(1, 20))
def test_the_cursor_is_in_sight(
    array: np.ndarray, moves: list[Move], width: int, height: int
) -> None:
    view = walked(tensor_view("W", array), moves)
    placed = grid(view, width, height, 0)
    seen = scrolled_to_cursor(view, placed)
    assert 0 <= cursor_row(seen) - seen.row < placed.rows
    assert 0 <= cursor_column(seen) - seen.column < placed.columns
    assert seen.row + placed.rows <= max(view.height, placed.rows)


@SOME
@given(FULL_ARRAYS, MOVES)
def test_sorting_and_turning_lead_back(array: np.ndarray, moves: list[Move]) -> None:
    view = walked(tensor_view("W", array), moves)
    assert swapped(swapped(view)) == replace(view) or swapped(swapped(view)).at == view.at
    there = swapped(swapped(view))
    assert (there.rows_axis, there.columns_axis, there.at) == (
        view.rows_axis, view.columns_axis, view.at,
    )  # fmt: skip
    plain = sorted_columns(sorted_rows(view, None), None)
    rows, columns = range(view.height), range(view.width)
    np.testing.assert_array_equal(block(plain, array, rows, columns), plane(view, array))


def test_every_pair_of_axes_comes_once() -> None:
    view = tensor_view("W", np.zeros((2, 3, 4)))
    pairs = []
    for _ in range(3):
        pairs.append((view.rows_axis, view.columns_axis))
        view = next_axes(view)
    assert sorted(pairs, key=str) == [(0, 1), (0, 2), (1, 2)]
    assert (view.rows_axis, view.columns_axis) == (1, 2)


def test_a_vector_is_a_row_and_a_number_is_alone() -> None:
    vector, number = tensor_view("v", np.arange(5.0)), tensor_view("x", np.asarray(2.0))
    assert (vector.height, vector.width, number.height, number.width) == (1, 5, 1, 1)
    assert (swapped(vector).height, swapped(vector).width) == (5, 1)
    assert next_axes(number) == replace(number, row=0, column=0) or next_axes(number).at == ()
    assert moved(number, 1, 1).at == ()


def test_an_empty_array_is_looked_at_without_moving() -> None:
    view = tensor_view("e", np.zeros((0, 3)))
    assert moved(view, 1, 1) is view
    assert next_slice(view) is view


def test_what_is_shown_goes_round() -> None:
    view = tensor_view("W", np.zeros(3))
    shown, heats = [], []
    for _ in range(4):
        shown.append(view.shows)
        heats.append(view.heat)
        view = next_heat(next_shown(view))
    assert shown == [Shows.VALUE, Shows.GRADIENT, Shows.BOTH, Shows.VALUE]
    assert heats == [Heat.OFF, Heat.LINEAR, Heat.LOGARITHMIC, Heat.OFF]


def test_another_moment_keeps_the_view_unless_the_shape_is_another() -> None:
    view = wider(moved(tensor_view("W", np.zeros((4, 4))), 2, 1), 3)
    again = renewed(view, np.ones((4, 4)), np.ones((4, 4)))
    assert (again.at, again.cell, again.value[0, 0]) == ((2, 1), 11, 1.0)
    other = renewed(view, np.ones((2, 2)))
    assert (other.at, other.cell, other.shape) == ((0, 0), 11, (2, 2))


def test_columns_are_narrow_or_wide_but_never_gone() -> None:
    view = tensor_view("W", np.zeros(3))
    assert wider(view, -100).cell == 2
    assert wider(view, 100).cell == 24
    assert wider(wider(view, -100)).cell == 4
