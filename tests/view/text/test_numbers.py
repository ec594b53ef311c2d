import math
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.view.text.numbers import (
    count_text,
    exact,
    number,
    shape_text,
    size_text,
    summary,
    wire_number,
)
from graphtui.view.text.safe_text import cell_width

WIDTHS = st.integers(1, 24)
NICE = st.decimals(-100_000, 100_000, places=3).map(float)
FLOAT64 = st.floats() | NICE | st.integers(-(10**9), 10**9).map(float)
FLOAT32 = st.floats(width=32).map(np.float32)
FLOAT16 = st.floats(width=16).map(np.float16)
INTEGERS = st.integers() | st.integers(-(10**400), 10**400)
NUMPY_INTEGERS = st.integers(-(2**63), 2**63 - 1).map(np.int64) | NICE.map(np.int32)
NUMBERS = FLOAT64 | FLOAT32 | FLOAT16 | INTEGERS | NUMPY_INTEGERS
SHOW = {"number": number, "wire_number": wire_number}


def is_digits(text: str) -> bool:
    return text not in ("nan", "inf", "-inf", "∞", "-∞", "!") and not set(text) & set("≈…")


def last_digit(text: str) -> Fraction:
    """The worth of one unit in the last digit that is shown."""
    _, digits, exponent = Decimal(text).as_tuple()
    assert digits
    assert isinstance(exponent, int)
    return Fraction(10) ** exponent


@pytest.mark.parametrize("show", SHOW.values(), ids=SHOW)
@given(x=NUMBERS, width=WIDTHS)
def test_a_number_never_exceeds_its_width(show, x, width) -> None:
    assert 1 <= cell_width(show(x, width)) <= width


@pytest.mark.parametrize("show", SHOW.values(), ids=SHOW)
@given(x=NUMBERS, width=WIDTHS)
def test_what_is_shown_is_within_a_unit_of_its_last_digit(show, x, width) -> None:
    assume(math.isfinite(x) if not isinstance(x, int | np.integer) else True)
    text = show(x, width)
    assert "inf" not in text
    assert "nan" not in text
    if is_digits(text):
        true = Fraction(int(x) if isinstance(x, int | np.integer) else float(x))
        assert abs(Fraction(text) - true) <= last_digit(text)


@pytest.mark.parametrize("show", SHOW.values(), ids=SHOW)
@given(x=NUMBERS, width=WIDTHS)
def test_zero_is_shown_for_an_exact_zero_only(show, x, width) -> None:
    text = show(x, width)
    if is_digits(text):
        assert (Decimal(text) == 0) == (x == 0)
    if x == 0:
        assert text in ("0", "-0")


@pytest.mark.parametrize("show", SHOW.values(), ids=SHOW)
@given(x=NUMBERS, width=WIDTHS)
def test_rounding_never_changes_the_sign(show, x, width) -> None:
    text = show(x, width)
    if "-" in text.partition("e")[0]:
        assert not x >= 0 or (x == 0 and math.copysign(1, x) < 0)
    elif is_digits(text) and x != 0:
        assert x > 0


@pytest.mark.parametrize("show", SHOW.values(), ids=SHOW)
@given(x=NUMBERS)
def test_three_digits_are_there_where_they_fit(show, x) -> None:
    assume(not isinstance(x, int | np.integer) and math.isfinite(x) and x != 0)
    text = show(x, 12)
    digits = len(text.partition("e")[0].lstrip("-0.").replace(".", ""))
    assert digits >= (3 if show is number else 2) or float(text) == pytest.approx(
        float(x), rel=1e-3
    )


@pytest.mark.parametrize(
    ("x", "width", "shown"),
    [
        (0.3678794411714423, 7, "0.3679"), (0.3678794411714423, 5, "0.368"),
        (0.3678794411714423, 4, "0.37"), (0.3678794411714423, 3, "0.4"),
        (0.3678794411714423, 2, ".4"), (0.3678794411714423, 1, "…"),
        (-0.5344466454, 7, "-0.5344"), (-0.5344466454, 5, "-0.53"), (-0.5344466454, 3, "-.5"),
        (1.3678794411714423, 7, "1.368"), (-12.0, 7, "-12"), (4.0, 7, "4"), (-2, 7, "-2"),
        (0.1 + 0.2, 7, "0.3000"), (0.3, 7, "0.3"), (np.float32(0.1), 7, "0.1"),
        (np.float64(0.1), 7, "0.1"), (np.float32(1) / np.float32(3), 7, "0.3333"),
        (0.9999999, 7, "1.000"), (0.0, 7, "0"), (-0.0, 7, "-0"), (-0.0, 1, "0"),
        (1e-300, 7, "1e-300"), (1e-300, 6, "1e-300"), (1e-300, 5, "≈0"), (1e-300, 1, "…"),
        (-1e-300, 6, "≈-0"), (-1e-300, 2, "-…"), (-1e-300, 1, "…"), (1e300, 4, "…"),
        (-1e300, 4, "-…"), (5e-324, 7, "5e-324"), (sys.float_info.max, 7, "1.8e308"),
        (1.5e-5, 7, "1.5e-5"), (0.00123456, 7, "0.00123"), (0.000123456, 7, "1.23e-4"),
        (12345.678, 7, "12346"), (1234567.8, 7, "1234568"), (12345678.0, 7, "1.235e7"),
        (12345678.0, 8, "12345678"), (1e22, 24, "1e22"), (123456, 5, "1.2e5"),
        (np.int64(18495000), 7, "1.850e7"), (100_000, 5, "1e5"),
        (True, 7, "True"), (np.False_, 7, "False"), (True, 3, "T"),
        (math.nan, 7, "nan"), (math.nan, 2, "!"), (math.inf, 7, "inf"), (-math.inf, 7, "-inf"),
        (math.inf, 1, "∞"), (-math.inf, 3, "-∞"), (-math.inf, 1, "!"),
        (np.float16(65504), 7, "65504"), (np.float16(65504), 3, "7e4"), (np.int8(-128), 7, "-128"),
        (np.longdouble("1e4000"), 7, "1e4000"), (np.uint64(2**64 - 1), 24, "18446744073709551615"),
    ],
)  # fmt: skip
def test_number(x, width, shown) -> None:
    assert number(x, width) == shown


def test_an_integer_that_python_would_not_write_out() -> None:
    assert number(-(10**5000), 7) == "-1e5000"
    assert number(10**5000, 5000) == "1e5000"


def test_more_digits_on_request() -> None:
    assert number(math.pi, 24, 10) == "3.141592654"
    assert number(math.pi, 24, 1) == "3"
    assert number(0.1 + 0.2, 24, 17) == "0.30000000000000004"


@pytest.mark.parametrize(
    ("x", "width", "shown"),
    [
        # The sigmoid neuron of the lecture, as it stands on its slides.
        (2.0, 7, "2.00"), (-1.0, 7, "-1.00"), (0.3678794411714423, 7, "0.37"),
        (1.3678794411714423, 7, "1.37"), (0.7310585786300049, 7, "0.73"),
        (-0.5344466454, 7, "-0.53"), (-0.19661193, 7, "-0.20"), (0.39322387, 7, "0.39"),
        (-0.5898358, 7, "-0.59"), (-12.0, 7, "-12.00"),
        (1.2e-5, 7, "1.2e-5"), (7.8e-4, 7, "7.8e-4"), (-1.23e-3, 7, "-1.2e-3"), (0.05, 7, "0.050"),
        (1e-2, 7, "0.010"), (12345.0, 7, "12345"), (12345.678, 7, "12346"), (1234.56, 7, "1234.6"),
        (1.2e10, 7, "1.2e10"), (-1.234e10, 7, "-1.2e10"), (0.0, 7, "0"), (-0.0, 7, "-0"),
        (3, 7, "3"), (True, 7, "True"), (math.nan, 7, "nan"), (-math.inf, 7, "-inf"),
        (-0.012, 5, "-0.01"), (-0.53, 4, "-0.5"), (0.37, 1, "…"), (999.999, 7, "1000.00"),
    ],
)  # fmt: skip
def test_wire_number(x, width, shown) -> None:
    assert wire_number(x, width) == shown


def bits(x: np.floating) -> bytes:
    return x.tobytes()


@given(st.floats(allow_nan=False))
def test_exact_float64_reads_back_bit_for_bit(x) -> None:
    assert bits(np.float64(float(exact(x)))) == bits(np.float64(x))
    assert exact(np.float64(x)) == exact(x)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@given(data=st.data())
def test_exact_narrow_floats_read_back_bit_for_bit(dtype, data) -> None:
    x = dtype(data.draw(st.floats(allow_nan=False, width=np.finfo(dtype).bits)))
    assert bits(dtype(exact(x))) == bits(x)
    assert len(exact(x)) <= len(exact(float(x)))


@given(st.integers(-(2**63), 2**63 - 1))
def test_exact_integers_read_back(x) -> None:
    assert int(exact(np.int64(x))) == int(exact(x)) == x


@pytest.mark.parametrize(
    ("x", "text"),
    [(math.nan, "nan"), (np.float32(-math.inf), "-inf"), (np.float32(1e20), "1e+20"),
     (np.True_, "True"), (np.float16(0.1), "0.1"), (np.float16(1001), "1001.0"), (1e22, "1e+22")],
)  # fmt: skip
def test_exact(x, text) -> None:
    assert exact(x) == text


def test_shapes_sizes_and_counts() -> None:
    assert [shape_text(shape) for shape in ((), (3,), (4, 3), (0,))] == [
        "scalar", "(3,)", "(4, 3)", "(0,)",
    ]  # fmt: skip
    assert shape_text(tuple(np.array([4, 3]))) == "(4, 3)"
    assert [size_text(n) for n in (0, 1023, 1024, 1536, 102_348, 102_400, 1024**2 - 1)] == [
        "0 B", "1023 B", "1.0 KiB", "1.5 KiB", "99.9 KiB", "100 KiB", "1.0 MiB",
    ]  # fmt: skip
    assert size_text(409_600**2 * 8) == "1.2 TiB"
    assert size_text(1024**9 * 2) == "2,048 YiB"
    assert count_text(0) == "0"
    assert count_text(1_234_567) == "1,234,567"


@given(st.integers(0, 10**30))
def test_sizes_are_within_their_last_digit_and_short(nbytes) -> None:
    figure, unit = size_text(nbytes).split()
    power = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"].index(unit)
    shown = Fraction(figure.replace(",", ""))
    assert abs(shown * 1024**power - nbytes) <= last_digit(figure.replace(",", "")) * 1024**power
    assert shown < 1024 or unit == "YiB"


SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6)
ARRAYS = st.sampled_from(["f8", "f4", "f2", "i8", "i1", "u8", "?"]).flatmap(
    lambda dtype: hnp.arrays(dtype, SHAPES)
)


@given(ARRAYS, st.integers(0, 24))
def test_a_summary_never_exceeds_its_width(array, width) -> None:
    assert cell_width(summary(array, width)) <= width
    assert summary(array, width) or width == 0


@given(hnp.arrays("f8", SHAPES, elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_the_root_mean_square_lies_between_zero_and_the_largest(array) -> None:
    assume(array.size > 1)
    text = summary(array, 24)
    assert text.startswith("~")
    largest = abs(Fraction(float(np.max(np.abs(array)))))
    shown = Fraction(text[1:])
    assert (shown == 0) == (largest == 0)
    assert shown <= largest + last_digit(text[1:])


@pytest.mark.parametrize(
    ("array", "width", "shown"),
    [
        (np.array(0.7310585786300049), 7, "0.73"), (np.array([[4.0]]), 7, "4.00"),
        (np.full((64, 100), -0.71), 7, "~0.71"), (np.zeros(3), 7, "~0"),
        (np.array([3.0, 4.0]), 7, "~3.54"), (np.array([3.0, 4.0]), 4, "~3.5"),
        (np.array([1e200, 1e200]), 7, "~1e200"), (np.array([1e-200, 1e-200]), 8, "~1e-200"),
        (np.full(4, sys.float_info.max), 9, "~1.8e308"),
        (np.array([5e-324, 0, 0, 0]), 7, "~5e-324"),
        (np.full(1000, 65504, np.float16), 7, "~65504"),
        (np.full(4, 3e38, np.float32), 7, "~3.0e38"),
        (np.array([1, np.nan, np.nan, np.inf]), 7, "nan×2"), (np.array([1, np.nan]), 4, "nan"),
        (np.array([1, np.nan]), 2, "!"), (np.array([np.inf, 1]), 7, "inf×1"),
        (np.array([-np.inf, -np.inf]), 7, "-inf×2"), (np.array([-np.inf, np.inf]), 7, "±inf×2"),
        (np.array(np.nan), 7, "nan"), (np.zeros((0, 3)), 7, "empty"), (np.zeros(0), 2, "∅"),
        (np.arange(10), 7, "0..9"), (np.arange(10), 3, "int"), (np.array([7]), 7, "7"),
        (np.array([True, False, True]), 9, "2/3 true"), (np.array([True, False]), 7, "1/2"),
        (np.array(True), 7, "True"), (np.array([1.0, 2.0]), 1, "…"),
    ],
)  # fmt: skip
def test_summary(array, width, shown) -> None:
    before = array.copy()
    assert summary(array, width) == shown
    assert np.array_equal(array, before, equal_nan=array.dtype.kind == "f")
