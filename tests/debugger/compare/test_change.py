"""How far two arrays are apart: what is said of numbers holds for arrays, both ways round."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.debugger.compare.change import ROUNDING, SAME, Level, change
from graphtui.ops.linear_map import Array

OTHER_WAY = {Level.NEW_FAULT: Level.FAULT_GONE, Level.FAULT_GONE: Level.NEW_FAULT}

NUMBERS = st.one_of(
    st.floats(), st.sampled_from([0.0, -0.0, 1.0, 1e308, -1e308, 5e-324, math.inf, math.nan])
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Array, Array]:
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3))
    first, second = (
        draw(hnp.arrays(draw(st.sampled_from(["float64", "float32", "float16"])), shape))
        for _ in range(2)
    )
    return first, draw(st.sampled_from([second, first, first.copy(), -first]))


@given(pairs())
def test_it_is_the_same_both_ways_round(pair: tuple[Array, Array]) -> None:
    a, b = pair
    there, back = change(a, b), change(b, a)
    assert there.relative == back.relative
    assert there.differing == back.differing
    if there.level in OTHER_WAY:  # a NaN against an infinity is new from both sides
        assert back.level in OTHER_WAY
    else:
        assert there.level == back.level


@given(pairs())
def test_it_is_nothing_exactly_where_all_elements_are_equal(pair: tuple[Array, Array]) -> None:
    a, b = pair
    found = change(a, b)
    equal = np.array_equal(a, b, equal_nan=True)
    assert (found == SAME) is equal
    assert (found.relative == 0) is equal
    assert 0 <= found.relative <= 2.000001 or found.relative == math.inf
    if not equal:
        assert found.differing == int(np.count_nonzero((a != b) & ~(np.isnan(a) & np.isnan(b))))
        np.testing.assert_equal((found.a, found.b), (a[found.element], b[found.element]))
        assert found.a != found.b


@given(NUMBERS, NUMBERS)
def test_a_number_is_compared_as_an_array_of_it(a: float, b: float) -> None:
    one, many = change(np.array(a), np.array(b)), change(np.full(2, a), np.full(2, b))
    assert one.level == many.level
    assert one.relative == pytest.approx(many.relative, rel=1e-12)


@given(st.floats(-8, 8), st.floats(-8, 8), st.integers(-900, 900))
def test_the_scale_does_not_matter(a: float, b: float, power: int) -> None:
    pair = np.array([a, 1.0]), np.array([b, -1.0])
    scaled = [np.ldexp(array, power) for array in pair]
    assert change(*scaled).relative == pytest.approx(change(*pair).relative)


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        (1.0, 1.0, Level.SAME),
        (0.0, -0.0, Level.SAME),
        (1.0, 1.0 + 1e-12, Level.SLIGHT),
        (1.0, 1.001, Level.CHANGED),
        (1.0, 1.2, Level.STRONG),
        (0.0, 1e-300, Level.STRONG),
        (1.0, math.nan, Level.NEW_FAULT),
        (math.inf, 1.0, Level.FAULT_GONE),
        (math.nan, math.nan, Level.SAME),
        (-math.inf, -math.inf, Level.SAME),
        (math.inf, -math.inf, Level.NEW_FAULT),
        (math.inf, math.nan, Level.NEW_FAULT),
        (True, False, Level.STRONG),
        (2**62, 2**62 + 1, Level.CHANGED),
    ],
)
def test_every_level(a: float, b: float, level: Level) -> None:
    assert change(np.array(a), np.array(b)).level is level
    assert change(np.array([a, a]), np.array([b, b])).level is level


def test_a_fault_in_one_of_many_elements_is_shown_before_all_else() -> None:
    a = np.array([[1.0, 2.0], [np.inf, 4.0]])
    b = np.array([[9.0, np.nan], [np.inf, 4.0]])
    found = change(a, b)
    assert found[:3] == (Level.NEW_FAULT, math.inf, (0, 1))
    assert found.a == 2.0
    assert math.isnan(found.b or 0)
    assert found.differing == 2
    assert change(b, a).level is Level.FAULT_GONE


def test_the_worst_element_and_how_many_there_are() -> None:
    found = change(np.array([3.0, 0.0, 4.0]), np.array([3.0, 0.5, 2.0]))
    assert (found.element, found.a, found.b, found.differing) == ((2,), 4.0, 2.0, 2)
    assert found.relative == pytest.approx(math.hypot(0.5, 2) / 5)


@pytest.mark.parametrize("dtype", sorted(map(str, ROUNDING)))
def test_what_rounding_may_have_done_is_slight(dtype: str) -> None:
    exact = np.linspace(1, 2, 5)
    rounded = exact.astype(dtype) * np.asarray(1 + np.finfo(dtype).eps, dtype)
    assert change(exact, rounded).level is Level.SLIGHT
    assert change(exact, rounded, 0.0).level is Level.CHANGED
    assert change(exact, exact * 1.09, 0.1).level is Level.SLIGHT


def test_the_same_object_costs_nothing() -> None:
    class Untouchable(np.ndarray):
        def __getattribute__(self, name: str) -> object:
            raise AssertionError(name)

    untouchable = np.zeros(3).view(Untouchable)
    assert change(untouchable, untouchable) is SAME
