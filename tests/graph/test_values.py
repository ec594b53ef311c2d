"""What may be written for a leaf, and the array that it becomes."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.graph.inits import check_init, init_array
from graphtui.graph.values import BadValue, leaf_array, nested_list, number_word

FLOAT64 = np.dtype("float64")
SHAPES = hnp.array_shapes(min_dims=0, min_side=0)


@pytest.mark.parametrize(
    ("value", "op", "dtype", "expected"),
    [
        (2, "input", None, np.array(2.0)),
        (2, "parameter", None, np.array(2.0)),
        (2, "constant", None, np.array(2)),
        (2.5, "constant", None, np.array(2.5)),
        ([1, 2.5], "constant", None, np.array([1.0, 2.5])),
        ([[1, 2], [3, 4]], "input", None, np.array([[1.0, 2.0], [3.0, 4.0]])),
        ((1, (2)), "input", None, np.array([1.0, 2.0])),
        (range(3), "constant", None, np.array([0, 1, 2])),
        ([True, False], "constant", None, np.array([True, False])),
        (True, "input", "bool", np.array(True)),
        ([0, 1], "input", "bool", np.array([False, True])),
        ([1, 2], "input", "float16", np.array([1, 2], "float16")),
        (0.1, "input", "float32", np.array(0.1, "float32")),
        ([2.0, 3.0], "input", "int32", np.array([2, 3], "int32")),
        (["nan", "inf", "-inf", 1], "input", None, np.array([math.nan, math.inf, -math.inf, 1.0])),
        ("inf", "parameter", "float16", np.array(math.inf, "float16")),
        ([], "input", None, np.zeros(0)),
        ([[], []], "input", None, np.zeros((2, 0))),
        (np.float32(2), "input", None, np.array(2, "float32")),
        (np.arange(3), "input", None, np.array([0, 1, 2])),
        (np.arange(3, dtype="uint8"), "input", None, np.array([0, 1, 2])),
        (np.array([1, 2], "float16"), "parameter", None, np.array([1, 2], "float16")),
        ([np.float64(1), np.arange(2)[1]], "input", None, np.array([1.0, 1.0])),
        ([np.arange(2), [5, 6]], "input", None, np.array([[0.0, 1.0], [5.0, 6.0]])),
        (2**60, "parameter", None, np.array(2.0**60)),
        (2**60 + 1, "constant", None, np.array(2**60 + 1)),
        ([2**70, 0.5], "input", None, np.array([2.0**70, 0.5])),
    ],
)
def test_a_value_becomes_this_array(value, op, dtype, expected):
    array = leaf_array(value, op, dtype)
    assert array.dtype == expected.dtype
    assert array.shape == expected.shape
    np.testing.assert_array_equal(array, expected)
    assert not array.flags.writeable


@pytest.mark.parametrize(
    ("value", "dtype", "path", "words"),
    [
        ([[1, 2], [3]], None, (1,), "this row has 1 element, the first one has 2"),
        ([[[1], [2]], [[3], [4, 5]]], None, (1, 1), "has 2 elements, the first one has 1"),
        ([1, [2]], None, (1,), "a list of 1 stands in a row of numbers"),
        ([[1], 2], None, (1,), "a number stands in a row of lists"),
        ([[1], {"a": 1}], None, (1,), "an object stands in a row of lists"),
        ([1, None], None, (1,), "null stands where a number is expected"),
        ([[1, 2], [3, None]], None, (1, 1), "null"),
        ([1, True], None, (1,), 'true stands where a number is expected. Write 1, or'),
        (False, None, (), "false stands where a number is expected. Write 0"),
        ("NaN", None, (), '\'NaN\' is text, not a number. The only words are "nan"'),
        ([1.0, "one"], None, (1,), "'one' is text"),
        ({"a": 1}, None, (), "an object"),
        (1 + 2j, None, (), "a complex stands"),
        (np.array([1j]), None, (), "complex numbers"),
        (np.array(["a"]), None, (), "text"),
        (np.array([object()]), None, (), "objects"),
        (np.array(["2020-01-01"], "datetime64[D]"), None, (), "dates"),
        (np.zeros(2, np.longdouble), None, (), "is not known; there are: float64"),
        (Fraction(1, 2), None, (), "a Fraction stands"),
        (Decimal("0.5"), None, (), "a Decimal stands"),
        (2**53 + 1, None, (), "9007199254740993 is a number that float64 cannot hold exactly"),
        ([0.5, 2**53 + 1], None, (1,), "cannot be held exactly"),
        (10**400, None, (), "cannot be held exactly"),
        (2**63, "int64", (), "cannot hold"),
        (1.5, "int64", (), "1.5 is a number that int64 cannot hold exactly"),
        (["nan"], "int32", (0,), "nan is a number that int32 cannot hold"),
        (70000, "float16", (), "Its largest number is 65504"),
        ([1.0, 1e5], "float16", (1,), "100000.0 is a number that float16 cannot hold"),
        (1e300, "float32", (), "float32 cannot hold"),
        (2049, "float16", (), "float16 cannot hold exactly"),
        (3_000_000_000, "int32", (), "int32 cannot hold exactly"),
        (np.array([2**63], "uint64"), None, (0,), "int64 cannot hold exactly"),
        (2, "bool", (), "2 is a number that bool cannot hold exactly"),
        (1, "float23", (), "'float23' is not a dtype (there are: float64"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_where_it_is_wrong(value, dtype, path, words):
    with pytest.raises(BadValue) as caught:
        leaf_array(value, "input", dtype)
    assert caught.value.parts[0].path == path
    assert words in caught.value.parts[0].message
    assert words in str(caught.value)


def test_every_wrong_element_is_told_up_to_a_bound():
    with pytest.raises(BadValue) as caught:
        leaf_array([[1, None], ["x", True]], "input")
    assert [part.path for part in caught.value.parts] == [(0, 1), (1, 0), (1, 1)]
    with pytest.raises(BadValue) as caught:
        leaf_array([None] * 10_000, "input")
    assert len(caught.value.parts) < 100
    assert len(str(caught.value)) < 1_000


def test_lists_nest_as_deep_as_an_array_can():
    deep = 1.0
    for _ in range(32):
        deep = [deep]
    assert leaf_array(deep, "input").ndim == 32
    with pytest.raises(BadValue, match="nested more than 32 deep"):
        leaf_array([deep], "input")


def test_the_shape_of_an_empty_value_can_be_given_and_only_that():
    assert leaf_array([], "input", shape=(0, 3)).shape == (0, 3)
    with pytest.raises(BadValue, match="only for arrays without elements"):
        leaf_array([1, 2], "input", shape=(2, 1))
    with pytest.raises(BadValue, match=r"'shape' says \(2, 3\), the value is \(0,\)"):
        leaf_array([], "input", shape=(2, 3))


def test_the_array_is_a_copy():
    mine = np.ones(3)
    array = leaf_array(mine, "input")
    mine[0] = 7
    assert array[0] == 1


def test_minus_zero_keeps_its_sign():
    assert math.copysign(1, leaf_array(-0.0, "input")) == -1


@given(hnp.arrays(st.sampled_from(["float64", "float32", "float16"]), SHAPES))
def test_nested_lists_bring_an_array_back(array):
    shape = array.shape if not array.size else None
    back = leaf_array(nested_list(array), "input", array.dtype.name, shape)
    np.testing.assert_array_equal(back, array)
    np.testing.assert_array_equal(np.signbit(back), np.signbit(array) & ~np.isnan(array))


@given(st.floats())
def test_a_number_is_itself_or_a_word(number):
    word = number_word(number)
    assert word == number or math.isnan(number) or isinstance(word, str)
    np.testing.assert_array_equal(leaf_array(word, "input"), number)


# Described starting values -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("init", "shape"),
    [
        ({"normal": {"shape": [3, 4], "seed": 7}}, (3, 4)),
        ({"uniform": {"shape": (2,), "seed": 0, "low": -1, "high": 1}}, (2,)),
        ({"full": {"shape": [3], "value": 2}}, (3,)),
        ({"full": {"value": "-inf"}}, ()),
        ({"zeros": {"shape": [0, 3]}}, (0, 3)),
        ({"ones": {}}, ()),
    ],
)
def test_an_init_gives_the_same_array_every_time(init, shape):
    assert check_init(init, FLOAT64) == shape
    one, two = init_array(init, FLOAT64), init_array(init, FLOAT64)
    assert one.shape == shape
    np.testing.assert_array_equal(one, two)
    assert not one.flags.writeable


def test_an_init_follows_its_settings():
    array = init_array({"normal": {"shape": [10_000], "seed": 1, "mean": 5.0, "std": 2.0}}, FLOAT64)
    assert abs(array.mean() - 5.0) < 0.1
    assert abs(array.std() - 2.0) < 0.1
    array = init_array({"uniform": {"shape": [1_000], "seed": 1, "low": 2, "high": 3}}, FLOAT64)
    assert array.min() >= 2
    assert array.max() < 3


@pytest.mark.parametrize(
    ("init", "path", "words"),
    [
        ([], (), "'init' holds one of normal"),
        ({}, (), "'init' holds one of normal"),
        ({"ones": {}, "zeros": {}}, (), "'init' holds one of normal"),
        ({"norml": {}}, ("norml",), "Did you mean 'normal'?"),
        ({"ones": 3}, ("ones",), "'ones' needs its settings"),
        ({"normal": {"shape": [2]}}, ("normal",), "'normal' needs 'seed'"),
        ({"normal": {"seed": 1, "stdd": 2}}, ("normal", "stdd"), "Did you mean 'std'?"),
        ({"normal": {"seed": -1}}, ("normal", "seed"), "from 0 up, got -1"),
        ({"normal": {"seed": 1.5}}, ("normal", "seed"), "from 0 up, got 1.5"),
        ({"normal": {"seed": 1, "std": "big"}}, ("normal", "std"), "must be a number"),
        ({"normal": {"seed": 1, "std": True}}, ("normal", "std"), "must be a number"),
        ({"ones": {"shape": [-1]}}, ("ones", "shape"), "from 0 up, got [-1]"),
        ({"ones": {"shape": [2.0]}}, ("ones", "shape"), "from 0 up, got [2.0]"),
        ({"ones": {"shape": 3}}, ("ones", "shape"), "must be a list of whole numbers"),
        ({"ones": {"shape": "3"}}, ("ones", "shape"), "from 0 up"),
        ({"ones": {"shape": [1] * 33}}, ("ones", "shape"), "33 axes; 32 is the most"),
    ],
)
def test_a_wrong_init_is_refused_where_it_is_wrong(init, path, words):
    with pytest.raises(BadValue) as caught:
        check_init(init, FLOAT64)
    assert caught.value.parts[0].path == path
    assert words in caught.value.parts[0].message


@pytest.mark.parametrize(
    ("init", "dtype"),
    [
        ({"normal": {"seed": 1}}, "int64"),
        ({"full": {"value": 1.5}}, "int32"),
        ({"full": {"value": 1e5}}, "float16"),
    ],
)
def test_an_init_must_fit_into_the_dtype(init, dtype):
    with pytest.raises(BadValue):
        check_init(init, np.dtype(dtype))
