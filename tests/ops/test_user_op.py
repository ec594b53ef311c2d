"""The record of a user's op: what its functions may answer, and what is said of anything else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from graphtui.errors import UserCodeError
from graphtui.ops import OPS
from graphtui.ops.attribute import Attribute
from graphtui.ops.linear_map import Array
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.user_op import (
    UserOp,
    as_gradient,
    as_gradients,
    as_value,
    made_up,
    result_key,
    user_op,
)

FLOAT = np.dtype(np.float64)


class Fixed:
    """Functions that answer with what they were made with."""

    def __init__(self, *values: Any) -> None:
        self.values = [np.asarray(value) for value in values]
        self.asked = 0

    def result(self, shapes: Any, dtypes: Any, attrs: Any) -> Any:
        self.asked += 1
        return self.values[0].shape, self.values[0].dtype

    def forward(self, xs: Sequence[Array], attrs: Mapping[str, Any]) -> Array:
        return self.values[-1]

    def vjp(self, upstream: Any, y: Any, xs: Any, attrs: Any) -> Any:
        return [np.zeros_like(x) for x in xs]

    def block(self, slot: Any, rows: Any, columns: Any, y: Any, xs: Any, attrs: Any) -> Array:
        return np.zeros((len(rows), len(columns)))

    def defined(self, what: str) -> None:
        return None


def op_of(*values: Any, **fields: Any) -> UserOp:
    given = {"inputs": ("x",), "attrs": {}, "backward": "vjp", "differentiable": [True], **fields}
    return user_op(name="own", functions=Fixed(*values), **given)


# The record ---------------------------------------------------------------------------------------


def test_the_record_is_like_any_other() -> None:
    attrs = {"axis": Attribute("plain", -1), "mode": Attribute("plain", required=True)}
    op = op_of(1.0, inputs=("a", "b"), attrs=attrs, differentiable=[True, False])
    assert op.name not in OPS
    assert op.formula == "y = own(a, b, axis=axis, mode=mode)"
    assert op.local_formulas == ("vjp(upstream, y, a, b)", None)
    assert op.note.endswith(".")
    assert "this description" in op.note
    assert op.complete({"mode": "sum"}) == {"axis": -1, "mode": "sum"}
    assert [op.differentiable(slot) for slot in (0, 1)] == [True, False]
    local = op.local(np.float64(1.0), np.ones(2), np.ones(3))
    assert local[0] is not None
    assert local[1] is None
    assert op.local(np.float64(1.0), np.array([1, 2]), np.ones(3))[0] is None, "labels have none"


def test_one_without_a_vjp_says_so() -> None:
    op = op_of(1.0, backward="")
    assert op.local_formulas == ("numeric_vjp(upstream, y, x)",)
    assert "measured numerically" in op.note


def test_an_input_called_y_is_not_taken_for_the_result() -> None:
    assert op_of(1.0, inputs=("y",)).local_formulas == ("vjp(upstream, y)",)


def test_what_it_gives_is_asked_once_for_each_kind_of_inputs() -> None:
    op = op_of(np.zeros((2, 3), np.float32))
    for _ in range(2):
        assert op.result(((2,),), (FLOAT,), {}) == ((2, 3), np.float32)
    assert op.functions.asked == 1  # type: ignore[attr-defined]
    op.result(((3,),), (FLOAT,), {})
    assert op.shape((3,)) == (2, 3)
    assert op.functions.asked == 2  # type: ignore[attr-defined]


def test_numbers_of_different_kinds_are_different_attributes() -> None:
    keys = {result_key([()], [FLOAT], {"k": value}) for value in (1, 1.0, True, "1", (1,))}
    assert len(keys) == 5
    assert result_key([()], [FLOAT], {"a": 1, "b": 2}) == result_key(
        [()], [FLOAT], {"b": 2, "a": 1}
    )


def test_forward_is_held_to_what_it_gave_at_first() -> None:
    op = op_of(np.zeros(2), np.zeros(3))
    op.result(((2,),), (FLOAT,), {})
    with pytest.raises(UserCodeError, match=r"gave shape \(3,\), but \(2,\) when the graph was"):
        op.forward(np.zeros(2))
    op = op_of(np.zeros(2, np.int64), np.zeros(2))
    op.result(((2,),), (FLOAT,), {})
    with pytest.raises(UserCodeError, match="gave float64, but int64 when the graph was"):
        op.forward(np.zeros(2))
    op = op_of(np.zeros(2), np.zeros(2, np.float32))
    op.result(((2,),), (FLOAT,), {})
    assert op.forward(np.zeros(2)).dtype == FLOAT
    assert op.forward(np.zeros(5)).shape == (2,), "nothing is known of these inputs"


def test_made_up_numbers_have_logarithms_and_inverses() -> None:
    matrix = made_up((5, 5), FLOAT)
    assert ((matrix >= 0.5) & (matrix < 1.5)).all()
    assert abs(np.linalg.det(matrix)) > 1e-6
    assert made_up((2, 0), FLOAT).shape == (2, 0)
    assert made_up((), np.dtype("float32")).dtype == np.float32
    assert made_up((3,), np.dtype("int64")).tolist() == [0, 0, 0]
    assert made_up((2,), np.dtype(bool)).tolist() == [False, False]


# What may be an attribute -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", [1, 2.5, True, None, "sum", (1, (2, "a")), [1, 2], np.float32(0.5), np.int64(3)]
)
def test_plain_values_are_attributes(value: Any) -> None:
    plain = Attribute("plain").canonical("own: 'k'", value)
    assert plain == (tuple(value) if isinstance(value, list) else value)
    assert not isinstance(plain, np.generic)


@pytest.mark.parametrize("value", [np.ones(2), {"a": 1}, object(), 1j, (1, [np.ones(1)])])
def test_nothing_else_is(value: Any) -> None:
    with pytest.raises(Mismatch, match="own: 'k' must be a number, text, .* An array is an input"):
        Attribute("plain").canonical("own: 'k'", value)


def test_a_list_in_itself_is_no_attribute() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(Mismatch, match="must be a number"):
        Attribute("plain").canonical("own: 'k'", endless)


# What the functions may answer --------------------------------------------------------------------


@pytest.mark.parametrize("value", [2.0, 3, True, np.float32(1), [[1, 2]], np.zeros((0, 3))])
def test_values(value: Any) -> None:
    array = as_value(value)
    np.testing.assert_array_equal(array, value)
    assert array is not value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "gave None. Does it return its result?"),
        ("text", "gave a str, which is no array of real numbers"),
        ([1, [2, 3]], "gave a list, of which no array can be made"),
        (np.array([1j]), "gave an array of complex128, which is no array of real numbers"),
        ({"a": 1}, "gave a dict, which is no array of real numbers"),
        (np.zeros(2, np.int8), "gave int8; a value has one of float64,"),
    ],
)
def test_no_values(value: Any, words: str) -> None:
    with pytest.raises(Mismatch) as caught:
        as_value(value)
    assert words in str(caught.value)


def test_gradients_have_the_dtype_of_their_inputs_and_memory_of_their_own() -> None:
    x, answer = np.zeros(2, np.float32), np.ones(2)
    gradient = as_gradient(answer, "x", x)
    assert gradient.dtype == np.float32
    same = np.ones(2)
    assert not np.shares_memory(as_gradient(same, "x", np.zeros(2)), same)


@pytest.mark.parametrize("answer", [2.0, (2.0,), [2.0], np.float64(2.0)])
def test_one_input_takes_one_gradient_or_a_tuple_of_one(answer: Any) -> None:
    (gradient,) = as_gradients(answer, ["x"], [np.array(1.0)])
    assert gradient == 2.0


def test_none_in_a_tuple_means_none_and_labels_take_whatever_is_said() -> None:
    xs = [np.zeros(2), np.zeros(3), np.array([1, 2])]
    first, second, third = as_gradients((np.ones(2), None, "nothing"), ["a", "b", "i"], xs)
    assert first is not None
    assert second is None
    assert third is None


@pytest.mark.parametrize(
    ("answer", "count", "words"),
    [
        (None, 1, "gave None. Does it return its result?"),
        (None, 2, "gave None. Does it return its result?"),
        ((None, None), 1, "gave 2 gradients for 1 input (a)"),
        (np.zeros(2), 2, "gave one array for 2 inputs (a, b). Return a tuple"),
        ((np.zeros(2),), 2, "gave 1 gradient for 2 inputs (a, b)"),
        ("ab", 2, "gave a str for 2 inputs"),
    ],
)
def test_there_is_one_gradient_for_each_input(answer: Any, count: int, words: str) -> None:
    with pytest.raises(Mismatch) as caught:
        as_gradients(answer, ["a", "b"][:count], [np.zeros(2)] * count)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("found", "wanted", "words"),
    [
        ((4, 3), (3,), "repeated along axis 0, so sum over that: .sum(axis=0)"),
        ((4, 3), (1, 3), "repeated along axis 0, so sum over that: .sum(axis=0, keepdims=True)"),
        ((4, 3), (4, 1), ".sum(axis=1, keepdims=True)"),
        ((5, 4, 3), (3,), "repeated along axes (0, 1), so sum over them: .sum(axis=(0, 1))"),
        ((4, 3), (), ".sum(axis=(0, 1))"),
        ((4, 3), (3, 4), "the shape of its transpose: is a .T missing, or one too many?"),
        ((2,), (3,), "A gradient has the shape of its input"),
        ((), (3,), "A gradient has the shape of its input"),
    ],
)
def test_a_wrong_shape_is_explained(
    found: tuple[int, ...], wanted: tuple[int, ...], words: str
) -> None:
    with pytest.raises(Mismatch) as caught:
        as_gradient(np.zeros(found), "b", np.zeros(wanted))
    assert f"gave shape {found} for input 'b' of shape {wanted}" in str(caught.value)
    assert words in str(caught.value)
    if ".sum(" in words:  # the advice is true
        axes = tuple(map(int, re.findall(r"\d", words.partition(".sum")[2])))
        assert np.zeros(found).sum(axis=axes, keepdims="keepdims" in words).shape == wanted
