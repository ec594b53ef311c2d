"""The page of an array fits, tells no lie, and costs what is on the screen."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.number_range import number_range
from graphtui.view.tensor import rows as drawn_rows
from graphtui.view.tensor.grid import element_at, paged
from graphtui.view.tensor.image import image_lines
from graphtui.view.tensor.jump import jumped
from graphtui.view.tensor.lines import tensor_page
from graphtui.view.tensor.measured import Measured, growing
from graphtui.view.tensor.readings import images
from graphtui.view.tensor.sort import By, sorted_rows
from graphtui.view.tensor.spread import HEIGHT, spread_lines
from graphtui.view.tensor.view import (
    Heat,
    Shows,
    TensorView,
    moved,
    moved_to,
    tensor_view,
    wider,
)
from graphtui.view.text.lines import plain
from tests.view.shown import check_golden
from tests.view.tensor.arrays import ARRAYS, FULL_ARRAYS, SOME, check_lines

VIEWS = st.tuples(st.sampled_from(Shows), st.sampled_from(Heat), st.sampled_from([2, 4, 8, 13, 24]))


def measured(view: TensorView) -> Measured:
    found = [each for each in growing(view.value, view.gradient, Measured()) if each is not None]
    return found[-1] if found else Measured()


@SOME
@given(ARRAYS, VIEWS, st.integers(1, 100), st.integers(1, 30), st.booleans(), st.booleans())
def test_every_page_fits(
    array: np.ndarray,
    how: tuple[Shows, Heat, int],
    width: int,
    height: int,
    with_gradient: bool,
    ascii_only: bool,
) -> None:
    shows, heat, cell = how
    gradient = array.astype(np.float64) if with_gradient else None
    view = tensor_view("W", array, gradient)
    view = replace(view, shows=shows, heat=heat, cell=cell, search=number_range("> 0"))
    for known in (Measured(), measured(view)):
        lines = tensor_page(view, width, height, known, ascii_only=ascii_only).lines
        check_lines(lines, width, height)
        assert not ascii_only or plain(lines).isascii()
        check_lines(spread_lines(view, known, width, ascii_only=ascii_only), width, HEIGHT)


@SOME
@given(FULL_ARRAYS, st.integers(8, 90), st.integers(3, 20))
def test_every_number_that_is_seen_is_where_a_click_finds_it(
    array: np.ndarray, width: int, height: int
) -> None:
    page = tensor_page(replace(tensor_view("W", array), cell=24), width, height)
    placed = page.grid
    for y in range(placed.rows):
        for x in range(placed.columns):
            at = element_at(page.view, placed, placed.gutter + x * placed.pitch, placed.top + y)
            assert at is not None
            row = plain([page.lines[placed.top + y]])
            start = placed.gutter + x * placed.pitch
            text = row[start : start + placed.pitch].strip("▸ ")
            if "…" not in text and "≈" not in text:
                shown = float(text.replace("∞", "inf"))
                assert shown == pytest.approx(float(array[at]), rel=1e-1, nan_ok=True)
    assert element_at(page.view, placed, 0, placed.top + placed.rows) is None


def test_pages_go_through_a_matrix_without_leaving_rows_out() -> None:
    view = tensor_view("W", np.arange(400.0).reshape(100, 4))
    seen: set[int] = set()
    for _ in range(40):
        page = tensor_page(view, 80, 12)
        seen |= set(range(page.view.row, page.view.row + page.grid.rows))
        view = paged(page.view, page.grid, down=1)
    assert seen == set(range(100))


def test_only_what_is_on_the_screen_is_formatted(monkeypatch: pytest.MonkeyPatch) -> None:
    """An array of 10⁸ elements costs no more than one of a thousand."""
    formatted = []
    real = drawn_rows.cell_texts

    def counting(block: np.ndarray, cell: int, scale: object) -> list[list[str]]:
        formatted.append(block.size)
        return real(block, cell, scale)  # type: ignore[arg-type]

    monkeypatch.setattr(drawn_rows, "cell_texts", counting)
    huge = np.broadcast_to(np.arange(1000.0), (100_000, 1000))
    view = replace(tensor_view("W", huge, huge), shows=Shows.BOTH, heat=Heat.LINEAR)
    view = moved_to(view, (99_999, 999))
    start = time.process_time()
    page = tensor_page(view, 200, 60)
    took = time.process_time() - start
    assert page.view.row > 99_000
    assert sum(formatted) <= 200 * 60
    assert took < 0.5
    formatted.clear()
    start = time.process_time()
    image_lines(images(view), 200, 60)
    assert time.process_time() - start < 0.5


@SOME
@given(st.sampled_from([(1000, 1000), (3, 1000, 7, 50)]))
def test_a_large_array_opens_without_a_pause(shape: tuple[int, ...]) -> None:
    view = tensor_view("W", np.random.default_rng(0).normal(size=shape))
    start = time.process_time()
    tensor_page(view, 120, 36)
    assert time.process_time() - start < 0.25


# Goldens ----------------------------------------------------------------------------------------


def weights() -> TensorView:
    array = np.linspace(-2, 2, 2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    array[1, 0, 2, 3], array[0, 0, 1, 1] = np.nan, -np.inf
    return tensor_view("W", array, np.where(np.isnan(array), 0, array * 1e-3))


def test_golden_of_a_slice() -> None:
    view = moved(jumped(weights(), "[1, 0, 1:3, 2:]"), 1, 1)
    check_golden("tensor", "slice", tensor_page(view, 76, 16, measured(view)).lines)


def test_golden_of_both_arrays_with_heat_and_something_found() -> None:
    view = replace(weights(), shows=Shows.BOTH, heat=Heat.LINEAR, search=number_range("abs > 1.5"))
    view = sorted_rows(view, By.SMALLEST)
    check_golden("tensor", "both", tensor_page(view, 110, 18, measured(view)).lines)


def test_golden_of_signs_and_levels() -> None:
    view = wider(weights(), -9)
    check_golden("tensor", "levels", tensor_page(view, 60, 14, measured(view)).lines)


def test_golden_of_a_gradient_that_is_not_there() -> None:
    view = replace(tensor_view("b", np.arange(6.0)), shows=Shows.GRADIENT)
    check_golden("tensor", "absent", tensor_page(view, 60, 10, measured(view)).lines)


def test_golden_of_a_spread() -> None:
    view = tensor_view("W", np.random.default_rng(1).normal(size=5000))
    check_golden("tensor", "spread", spread_lines(view, measured(view), 76))
