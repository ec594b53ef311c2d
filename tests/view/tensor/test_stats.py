"""Statistics of an array are NumPy's, of any dtype and order, and of a part when interrupted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.kept.array_blocks import BLOCK
from graphtui.view.tensor.histogram import histogram
from graphtui.view.tensor.measured import BETWEEN, Measured, growing
from graphtui.view.tensor.stats import growing_statistics, statistics, statistics_lines
from graphtui.view.text.lines import plain
from graphtui.view.text.safe_text import cell_width
from tests.view.tensor.arrays import ARRAYS, FULL_ARRAYS, SOME


@SOME
@given(ARRAYS)
def test_every_element_is_of_one_kind(array: np.ndarray) -> None:
    found = statistics(array)
    odd = found.nan + found.plus_infinite + found.minus_infinite
    assert found.complete
    assert found.negative + found.zero + found.positive + odd == array.size
    assert found.zero == int(np.count_nonzero(array == 0))
    finite = array[np.isfinite(array)]
    if finite.size:
        assert (found.least, found.most) == (finite.min(), finite.max())


@SOME
@given(FULL_ARRAYS)
def test_they_are_those_of_numpy(array: np.ndarray) -> None:
    found, finite = statistics(array), array[np.isfinite(array)]
    if not finite.size:
        assert (found.least, found.mean, found.std) == (None, None, None)
        return
    assert found.mean == pytest.approx(finite.mean())
    assert found.std == pytest.approx(finite.std(), abs=1e-12)
    assert found.norm == pytest.approx(np.linalg.norm(finite))


@SOME
@given(FULL_ARRAYS, st.randoms())
def test_the_order_in_memory_changes_nothing(array: np.ndarray, random: object) -> None:
    axes = list(range(array.ndim))
    random.shuffle(axes)  # type: ignore[attr-defined]
    turned = np.asfortranarray(array).transpose(axes)[..., ::-1]
    a, b = statistics(array), statistics(turned)
    assert (a.least, a.most, a.nan, a.zero, a.negative) == (
        b.least,
        b.most,
        b.nan,
        b.zero,
        b.negative,
    )
    assert (a.norm, a.mean) == (pytest.approx(b.norm), pytest.approx(b.mean, abs=1e-12))


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e200, 1e308])
def test_no_square_over_or_underflows(size: float) -> None:
    found = statistics(np.array([size, -size]))
    assert found.mean == 0
    assert found.std == pytest.approx(size)
    assert found.norm == pytest.approx(size * 2**0.5)


def test_pieces_add_up() -> None:
    array = np.random.default_rng(0).normal(3, 2, 3 * BLOCK + 5)
    steps = list(growing_statistics(array))
    assert [each.seen for each in steps] == [BLOCK, 2 * BLOCK, 3 * BLOCK, array.size]
    assert not steps[0].complete
    assert steps[-1].std == pytest.approx(array.std())


def test_what_was_seen_until_it_was_interrupted_says_so() -> None:
    array = np.ones(3 * BLOCK)
    found = statistics(array, lambda: True)
    assert (found.seen, found.complete) == (BLOCK, False)
    assert plain(statistics_lines(found, 200)).startswith("of 65,536 of 196,608 elements so far")


@SOME
@given(FULL_ARRAYS, st.integers(1, 120))
def test_lines_fit(array: np.ndarray, width: int) -> None:
    for row in statistics_lines(statistics(array), width):
        assert sum(cell_width(span.text) for span in row) <= width


@SOME
@given(FULL_ARRAYS, st.integers(1, 30))
def test_a_histogram_counts_every_finite_element(array: np.ndarray, bins: int) -> None:
    found = statistics(array)
    if found.least is None or found.most is None:
        return
    spread = histogram(array, float(found.least), float(found.most), bins)
    assert sum(spread.counts) == found.finite
    assert spread.outside == array.size - found.finite
    assert spread.complete


def test_statistics_grow_before_spreads_do_and_what_is_known_is_kept() -> None:
    value = np.random.default_rng(0).normal(size=2 * BETWEEN * BLOCK)
    steps = [each for each in growing(value, np.ones(4), Measured()) if each is not None]
    assert [each.value.seen for each in steps[:2] if each.value] == [value.size // 2, value.size]
    assert steps[0].value_spread is None
    last = steps[-1]
    assert last.value_spread is not None
    assert last.value_spread.complete
    assert last.gradient_spread is not None
    assert list(growing(value, np.ones(4), last)) == []
    halved = last.of_these(same_value=True, same_gradient=False)
    assert (halved.value, halved.gradient) == (last.value, None)


def test_an_empty_array_is_measured_at_once() -> None:
    (only,) = growing(np.zeros((0, 3)), None, Measured())
    assert only is not None
    assert only.value is not None
    assert only.value.complete
