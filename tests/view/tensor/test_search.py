"""A search leads to every element that is meant and to no other, whatever the order in memory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.kept.array_blocks import BLOCK
from graphtui.debugger.number_range import NAN, ODD, number_range
from graphtui.errors import CommandError
from graphtui.view.tensor.search import count_matches, next_match
from graphtui.view.tensor.view import next_shown, tensor_view
from tests.view.tensor.arrays import FULL_ARRAYS, SOME

RANGES = st.sampled_from(
    ["nan", "inf", "odd", "0", "> 0.5", "<= -1", "-1..1", "abs > 2", "abs < 1e-3", "!= 0"]
).map(number_range)


@SOME
@given(FULL_ARRAYS, RANGES, st.booleans())
def test_going_on_visits_each_match_once_in_order(
    array: np.ndarray, search: object, backward: bool
) -> None:
    assert isinstance(search, type(NAN))
    expected = list(map(tuple, np.argwhere(search.among(array)).tolist()))
    view = tensor_view("W", array)
    if not expected:
        assert not next_match(view, search).found
        return
    seen = []
    for _ in expected:
        hit = next_match(view, search, backward=backward)
        assert hit.found
        view = hit.view
        seen.append(view.at)
    assert sorted(seen) == expected
    assert count_matches(array, search).matches == len(expected)
    again = next_match(view, search, backward=backward)
    assert again.view.at == seen[0]
    assert again.sentence.startswith("Only") == (len(expected) == 1)


@SOME
@given(FULL_ARRAYS, RANGES)
def test_a_transposed_array_has_its_own_order(array: np.ndarray, search: object) -> None:
    assert isinstance(search, type(NAN))
    turned = array.T
    hit = next_match(tensor_view("W", turned), search)
    same = next_match(tensor_view("W", np.ascontiguousarray(turned)), search)
    assert (hit.view.at, hit.found) == (same.view.at, same.found)


def test_a_long_search_can_be_stopped() -> None:
    view = tensor_view("W", np.zeros(3 * BLOCK))
    hit = next_match(view, ODD, interrupted=lambda: True)
    assert not hit.found
    assert hit.sentence == "Stopped: none of 65,536 elements is odd."


def test_a_gradient_that_is_not_there_is_not_searched() -> None:
    hit = next_match(next_shown(tensor_view("W", np.ones(3))), ODD)
    assert hit.sentence == "The gradient of W is not there yet."


def test_a_number_alone_is_found() -> None:
    hit = next_match(tensor_view("x", np.asarray(2.0)), number_range("> 1"))
    assert hit.sentence == "Only the number is > 1."


@pytest.mark.parametrize("text", ["", "x", "> ", "3..1", "nan > 2", "abs", ">> 3"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="no range of numbers|no number in it"):
        number_range(text)
