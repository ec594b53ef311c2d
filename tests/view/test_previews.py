import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.view.numbers import number
from graphtui.view.previews import rows
from graphtui.view.safe_text import cell_width

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


@given(hnp.arrays("f8", hnp.array_shapes(min_dims=2, max_dims=2, max_side=5)))
def test_every_element_stands_in_its_row_when_there_is_room(matrix) -> None:
    lines = rows(matrix, 80, 5)
    assert [line.split() for line in lines] == [[number(x) for x in row] for row in matrix]
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize(
    ("array", "width", "height", "shown"),
    [
        (np.array(0.5), 20, 3, ["0.5"]),
        (np.array([1.0, -2.5, 1 / 3]), 20, 3, ["     1   -2.5 0.3333"]),
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
