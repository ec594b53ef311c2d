"""Going to a part shows it as NumPy would pick it, marks it, and copies it digit by digit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphtui.errors import CommandError
from graphtui.ops.key import parse_key
from graphtui.view.tensor.copy import MOST_COPIED, as_numpy, as_table
from graphtui.view.tensor.jump import jumped, marked_text
from graphtui.view.tensor.sort import By, sorted_rows
from graphtui.view.tensor.view import next_shown, tensor_view
from tests.view.tensor.arrays import FULL_ARRAYS, SOME

PART = st.builds(
    lambda start, stop, step: slice(start, stop, step),
    st.none() | st.integers(-6, 6),
    st.none() | st.integers(-6, 6),
    st.none() | st.sampled_from([1, 2, -1, -2]),
)


def text_of(item: object) -> str:
    if isinstance(item, slice):
        parts = ["" if each is None else str(each) for each in (item.start, item.stop)]
        return ":".join(parts) + ("" if item.step is None else f":{item.step}")
    return str(item)


@SOME
@given(FULL_ARRAYS, st.data())
def test_what_is_marked_is_what_numpy_picks(array: np.ndarray, data: st.DataObject) -> None:
    key = tuple(data.draw(PART | st.integers(-size, size - 1)) for size in array.shape)
    picked = array[key]
    assume(picked.size)
    view = jumped(tensor_view("W", array), f"[{', '.join(map(text_of, key))}]")
    first = picked.reshape(-1)[0]
    np.testing.assert_equal(array[view.at], first)
    if any(isinstance(item, slice) for item in key):
        # A slice of one element is written as its index, and loses its axis.
        marked = array[parse_key(marked_text(view)[1:-1])]
        np.testing.assert_array_equal(marked, picked.reshape(marked.shape))
        copied = eval(as_numpy(view), {"np": np})
        np.testing.assert_array_equal(copied, marked)
        assert np.array_equal(np.signbit(copied), np.signbit(marked))
    else:
        assert view.marked == ()
        assert eval(as_numpy(view), {"np": np}) == pytest.approx(first, nan_ok=True)


@SOME
@given(FULL_ARRAYS)
def test_a_table_has_the_rows_and_columns_of_the_screen(array: np.ndarray) -> None:
    view = jumped(tensor_view("W", array), ":")
    tables = [
        [[float(x) for x in row.split("\t")] for row in table.split("\n")]
        for table in as_table(view).split("\n\n")
    ]
    shape = (-1, view.height, view.width)
    np.testing.assert_array_equal(np.array(tables), array.reshape(shape))
    assert as_table(sorted_rows(view, By.LARGEST)) == as_table(view)


def test_slices_are_shown_and_numbers_say_where() -> None:
    view = jumped(tensor_view("W", np.zeros((4, 5, 12))), " [2, :, 3:9] ")
    assert (view.at, view.rows_axis, view.columns_axis) == ((2, 0, 3), 1, 2)
    view = jumped(view, "1:3, 4, :")
    assert (view.rows_axis, view.columns_axis, view.at) == (0, 2, (1, 4, 0))
    assert jumped(view, "..., -1").at == (0, 0, 11)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[5, 0]", "index 5 is out of range for axis 0 with size 4"),
        ("[0, 0, 0]", "2 axes, and this has 3 indices"),
        ("[3:3]", "picks nothing: axis 0 has 4 elements"),
        ("[[0, 1]]", "picks no place to go to"),
        ("[x]", "key"),
    ],
)
def test_what_picks_no_place_is_refused(text: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        jumped(tensor_view("W", np.zeros((4, 3))), text)


def test_an_empty_array_has_no_place_and_nothing_to_copy() -> None:
    view = tensor_view("e", np.zeros((0, 3)))
    with pytest.raises(CommandError, match="nothing to go to"):
        jumped(view, ":")
    with pytest.raises(CommandError, match="nothing to copy"):
        as_table(view)


def test_too_much_is_not_copied_and_nothing_that_is_not_there() -> None:
    view = jumped(tensor_view("W", np.broadcast_to(0.0, (MOST_COPIED + 1,))), ":")
    for text in (as_table, as_numpy):
        with pytest.raises(CommandError, match="too many to copy"):
            text(view)
        with pytest.raises(CommandError, match="not there yet"):
            text(next_shown(view))


def test_what_was_asked_for_in_an_array_that_cannot_be_sorted_is_refused() -> None:
    view = tensor_view("W", np.broadcast_to(0.0, (6_000_000, 2)))
    with pytest.raises(CommandError, match="are the most that are sorted"):
        sorted_rows(view, By.LARGEST)
    with pytest.raises(CommandError, match="not there yet"):
        sorted_rows(next_shown(tensor_view("W", np.zeros((2, 2)))), By.SIZE)
