from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from graphtui.ops.key import LONGEST_TEXT, key_text, keyed_shape, parse_key
from graphtui.ops.mismatch import Mismatch

READ = {
    "0": (0,),
    "-1": (-1,),
    "1:, 0": (slice(1, None), 0),
    ":": (slice(None),),
    "::": (slice(None),),
    "::-1": (slice(None, None, -1),),
    "1:-1:2": (slice(1, -1, 2),),
    " :3 ,None,... ": (slice(None, 3), None, Ellipsis),
    "0,": (0,),
}


@pytest.mark.parametrize("text", READ)
def test_a_key_is_read_as_numpy_means_it(text: str) -> None:
    assert parse_key(text) == READ[text]


def test_lists_become_read_only_arrays() -> None:
    rows, columns = parse_key("[0, 1], [[2, 0]]")
    assert isinstance(rows, np.ndarray)
    assert isinstance(columns, np.ndarray)
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [[2, 0]])
    assert not rows.flags.writeable
    (empty,) = parse_key("[]")
    assert isinstance(empty, np.ndarray)
    assert (empty.shape, empty.dtype) == ((0,), np.intp)


UNREADABLE = {
    "": "something is missing at its end",
    " ": "something is missing at its end",
    "1,,2": "`,2` was not expected",
    "1 2": "`2` was not expected",
    "[1 2]": "`2\\]` was not expected",
    "[1, 2": "something is missing at its end",
    "[1:2]": "`:2\\]` was not expected",
    "1]": "`\\]` was not expected",
    "1:2:3:4": "`:4` was not expected",
    "::0": "step 0",
    "1.5": "`\\.5` was not expected",
    "Nonesuch": "`Nonesuch` was not expected",
    "True": "`True` was not expected",
    "x": "`x` was not expected",
    "__import__('os')": "`__import__",
    "..., ...": "more than one `...`",
    "[[1, 2], [3]]": "unequal lengths",
    "[[1], 2]": "unequal lengths",
    "9" * 19: "was not expected",
    "[" * 9 + "]" * 9: "was not expected",
    "[" * 100_000: "was not expected",
    "٣": "was not expected",
    "0" * (LONGEST_TEXT + 1): "characters",
}


@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_is_no_key_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(Mismatch, match=UNREADABLE[text]) as refusal:
        parse_key(text)
    assert len(str(refusal.value)) < 300


REFUSED = {
    "a mask": [True, False],
    "one truth": True,
    "a float": 1.5,
    "floats": [0.5],
    "text inside": ("0", 1),
    "an object": object(),
    "a slice of floats": slice(0.5, None),
    "a slice of truths": slice(True, None),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_key_in_python_is_refused(what: str) -> None:
    with pytest.raises(Mismatch):
        key_text(REFUSED[what])


def test_a_mask_is_told_what_to_do_instead() -> None:
    with pytest.raises(Mismatch, match=r"mask .* Use where\(mask, x, 0\)"):
        key_text(np.array([True, False]))


def test_python_keys_as_text() -> None:
    assert key_text(()) == "..."
    assert key_text(np.int64(2)) == "2"
    assert key_text([]) == "[]"
    assert key_text((slice(None), None, ...)) == ":, None, ..."
    assert key_text((np.array([[0, 1]]), -1)) == "[[0, 1]], -1"


# Laws ---------------------------------------------------------------------------------------------


@st.composite
def shapes_and_keys(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[Any, ...]]:
    """A shape, and a key that mostly fits it."""
    shape = draw(array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
    number = st.integers(-4, 4)
    bound = st.none() | number
    lists = st.lists(number, max_size=3) | st.lists(
        st.lists(number, min_size=2, max_size=2), min_size=1, max_size=2
    )
    item = st.one_of(
        number,
        st.builds(slice, bound, bound, st.sampled_from([None, 1, 2, -1])),
        lists.map(lambda some: np.array(some, dtype=np.intp)),
        st.none(),
    )
    items = draw(st.lists(item, min_size=1, max_size=len(shape) + 2))
    if draw(st.booleans()):
        items.insert(draw(st.integers(0, len(items))), Ellipsis)
    return shape, tuple(items)


@settings(max_examples=400, derandomize=True, deadline=None, database=None)
@given(shapes_and_keys())
def test_the_shape_is_numpys_and_so_are_the_refusals(drawn: tuple[Any, Any]) -> None:
    shape, key = drawn
    try:
        expected = np.zeros(shape)[key].shape
    except IndexError:
        with pytest.raises(Mismatch):
            keyed_shape(key, shape)
    else:
        assert keyed_shape(key, shape) == expected


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(shapes_and_keys())
def test_writing_then_reading_is_the_identity(drawn: tuple[Any, Any]) -> None:
    _, key = drawn
    text = key_text(key)
    again = parse_key(text)
    assert key_text(again) == text
    assert len(again) == len(key)
    for one, other in zip(key, again, strict=True):
        same = np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other
        assert same
        assert type(one) is type(other)


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(st.text("0123456789-:,[] .None", max_size=12))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    try:
        key = parse_key(text)
    except Mismatch:
        return
    assert parse_key(key_text(key)) is not None
