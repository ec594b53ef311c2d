import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.view.text.numbers import number
from graphtui.view.text.previews import in_line, rows
from graphtui.view.text.safe_text import cell_width
from tests.view.text.test_numbers import is_digits, last_digit

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6)
ARRAYS = st.sampled_from(["f8", "f4", "f2", "i8", "i1", "u8", "?"]).flatmap(
    lambda dtype: hnp.arrays(dtype, SHAPES)
)


@given(ARRAYS, st.integers(0, 40), st.integers(0, 6))
def test_rows_stay_in_their_window(array, width, height) -> None:
    lines = rows(array, width, height)
    assert len(lines) <= height
    assert all(1 <= cell_width(text) <= width for text in lines)
    assert bool(lines) == (width > 0 and height > 0)


SIZES = st.floats(0.11, 100)
MATRICES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=5).flatmap(
    lambda shape: hnp.arrays("f8", shape) | hnp.arrays("f8", shape, elements=SIZES | st.just(0.0))
)


@given(MATRICES)
def test_every_element_stands_in_its_row_when_there_is_room(matrix) -> None:
    lines = rows(matrix, 80, 5)
    assert len({len(line) for line in lines}) == 1
    texts = [line.split() for line in lines]
    assert [len(row) for row in texts] == [matrix.shape[1]] * len(matrix)
    for text, x in zip((text for row in texts for text in row), matrix.flat, strict=True):
        if not math.isfinite(x) or x == 0 or not is_digits(text):
            assert text == number(x)
            continue
        assert len(text) <= 7
        assert abs(Fraction(text) - Fraction(float(x))) <= last_digit(text)
        assert Fraction(text) * Fraction(float(x)) > 0


@given(st.integers(-2, 0), hnp.arrays("f8", (2, 3), elements=SIZES), hnp.arrays("?", (2, 3)))
def test_numbers_of_similar_size_have_the_same_decimals(power, sizes, negative) -> None:
    matrix = np.where(negative, -sizes, sizes) * 10.0**power
    texts = [text for line in rows(matrix, 80, 5) for text in line.split()]
    assert len({len(text.partition(".")[2]) for text in texts}) == 1


@given(ARRAYS, st.integers(0, 60))
def test_an_array_in_a_line_never_exceeds_its_width(array, width) -> None:
    text = in_line(array, width)
    assert cell_width(text) <= width
    assert text or not width


@pytest.mark.parametrize(
    ("array", "width", "shown"),
    [
        (np.array([[-0.48, -1.44], [1.62, 0.7 * 0.8]]), 24, "[-0.48 -1.44; 1.62 0.56]"),
        (np.array([[-0.48, -1.44], [1.62, 0.7 * 0.8]]), 23, "-0.48 -1.44 …"),
        (np.array([[-0.48, -1.44], [1.62, 0.7 * 0.8]]), 13, "-0.48 -1.44 …"),
        (np.array([[-0.48, -1.44], [1.62, 0.7 * 0.8]]), 12, "~1.14"),
        (np.array([4.0, 0.0, 4.0]), 7, "[4 0 4]"), (np.array([4.0, 0.0, 4.0]), 6, "4 0 …"),
        (np.full(3, -1 / 3), 25, "[-0.3333 -0.3333 -0.3333]"),
        (np.full(3, -1 / 3), 24, "[-0.333 -0.333 -0.333]"),
        (np.arange(8.0).reshape(2, 2, 2), 24, "0 1 …"), (np.array(0.36787944), 24, "0.3679"),
        (np.array([0.5]), 7, "[0.5]"), (np.array([1.0, np.nan]), 5, "nan×1"),
        (np.zeros((0, 3)), 7, "empty"), (np.array([True, False]), 24, "[True False]"),
        (np.arange(10), 24, "[0 1 2 3 4 5 6 7 8 9]"), (np.arange(10), 4, "0..9"),
    ],
)  # fmt: skip
def test_in_line(array, width, shown) -> None:
    assert in_line(array, width) == shown


@pytest.mark.parametrize(
    ("array", "width", "height", "shown"),
    [
        (np.array(0.5), 20, 3, ["0.5"]),
        (np.array([1.0, -2.5, 1 / 3]), 20, 3, [" 1.000 -2.500  0.333"]),
        (np.array([[0.81, 0.7 * 0.4], [-0.24, -0.72]]), 20, 2, [" 0.81  0.28", "-0.24 -0.72"]),
        (np.array([[0.5, -19.0], [3.5, 0.0]]), 20, 2, ["  0.5 -19.0", "  3.5     0"]),
        (np.array([1 / 3, 1e-5]), 20, 1, ["0.3333   1e-5"]),
        (np.array([-157.34, 0.36082, 0.0]), 24, 1, ["-157.34    0.36       0"]),
        (np.array([123456.7, 1000.25]), 20, 1, ["123457   1000"]),
        (np.array([-2.0, 0.5, 0.0]), 14, 1, ["-2.0  0.5    0"]),
        (np.arange(100), 12, 3, ["0 1 2 3 4 …"]),
        (np.arange(6).reshape(2, 3), 20, 3, ["0 1 2", "3 4 5"]),
        (np.arange(300).reshape(100, 3), 20, 3, ["0 1 2", "3 4 5", "… 98 more rows"]),
        (np.arange(6).reshape(2, 3), 20, 1, ["0 1 2 …"]),
        (np.arange(24).reshape(2, 3, 4), 24, 3,
         ["[0, :, :] of (2, 3, 4)", "0 1 2 3", "… 2 more rows"]),
        (np.arange(24).reshape(2, 3, 4), 24, 1, ["0 1 2 3 …"]),
        (np.array([np.nan, np.inf, -0.0]), 20, 1, ["nan inf  -0"]),
        (np.array([True, False]), 20, 1, [" True False"]),
        (np.array([1234.5, 1.0]), 6, 1, ["1234 …"]), (np.array([1.0, 2.0]), 2, 1, ["…"]),
        (np.zeros((0, 3)), 20, 3, ["empty (0, 3)"]), (np.zeros((2, 2)), 20, 0, []),
    ],
)  # fmt: skip
def test_rows(array, width, height, shown) -> None:
    assert rows(array, width, height) == shown


def test_a_preview_reads_only_what_it_shows() -> None:
    vast = np.broadcast_to(np.float64(0.5), (1_000_000, 1_000_000))
    assert rows(vast, 12, 3) == ["0.5 0.5 …", "0.5 0.5 …", "… 999,998 m…"]
