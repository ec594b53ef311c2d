"""A sparkline: never wider than asked for, order kept, peaks and what is not finite shown."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.view.text.safe_text import cell_width
from graphtui.view.text.sparkline import BARS, LOG, NOT_FINITE, ZERO, sparkline

NUMBERS = st.lists(st.floats(), max_size=60)
FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("series", "width", "text"),
    [
        ([], 8, ""),
        ([1.0], 0, ""),
        ([5.0], 8, "▄"),
        ([0.0, 0.0], 8, "▄▄"),
        ([0, 1, 2, 3, 4, 5, 6, 7], 8, BARS),
        ([7, 6, 5, 4, 3, 2, 1, 0], 8, BARS[::-1]),
        ([-1, 1], 8, "▁█"),
        ([math.nan], 8, "!"),
        ([1, math.inf, 2, -math.inf, 3], 8, "▁!▅!█"),
        ([1e308, -1e308], 8, "█▁"),
        ([5e-324, 0.0], 8, "█▁"),
        ([1, 1e-3], 8, "█▁"),
        ([1, 9e-4], 8, "log █▁"),
        ([1, 9e-4], 7, "█▁"),
        ([-1, -1e-2, -1e-4], 9, "log ▁▅█"),
        ([1, 1e-2, 0, 1e-4], 9, "log █▅0▁"),
        ([1, -1e-9], 9, "█▁"),
        ([0, 0, 9, 0, 0, 0, -9, 0], 4, "▅█▅▁"),
        ([1, 1, 0, 1, 1, 1], 2, "▁█"),
        ([1, 1, 1, math.nan, 1, 1], 3, "▄!▄"),
    ],
)
def test_pictures(series: list[float], width: int, text: str) -> None:
    assert sparkline(series, width) == text


@given(NUMBERS, st.integers(-1, 30), st.booleans())
def test_it_fits_and_has_a_cell_for_every_number_that_has_room(
    series: list[float], width: int, ascii_only: bool
) -> None:
    text = sparkline(series, width, ascii_only)
    assert cell_width(text) <= max(width, 0)
    bars = text.removeprefix(LOG)
    assert len(bars) == min(len(series), max(width - (len(text) - len(bars)), 0))
    assert not ascii_only or text.isascii()
    assert len(sparkline(series, width)) == len(text)


@given(st.lists(FINITE, min_size=1, max_size=30))
def test_a_larger_number_has_no_lower_bar_and_the_extremes_are_drawn(series: list[float]) -> None:
    bars = sparkline(series, 40).removeprefix(LOG)
    ranked = [(x, BARS.index(bar)) for x, bar in zip(series, bars, strict=True) if bar != ZERO]
    heights = [height for _, height in sorted(ranked)]
    assert heights == sorted(heights)
    assert ZERO not in bars or 0.0 in series
    if len({x for x, _ in ranked}) > 1:
        assert (heights[0], heights[-1]) == (0, len(BARS) - 1)


@given(st.lists(st.floats(), min_size=1, max_size=200), st.integers(1, 20))
def test_what_is_not_finite_is_always_seen_and_nothing_else_is_marked(
    series: list[float], width: int
) -> None:
    assert (NOT_FINITE in sparkline(series, width)) is not all(map(math.isfinite, series))


@given(st.integers(0, 199), st.integers(2, 20))
def test_a_single_peak_is_not_averaged_away(place: int, width: int) -> None:
    series = [0.0] * 200
    series[place] = 1.0
    assert sparkline(series, width).count("█") == 1


def test_in_ascii_every_height_is_a_character_of_its_own() -> None:
    drawn = sparkline(range(8), 8, ascii_only=True)
    assert len(set(drawn) | {NOT_FINITE, ZERO}) == 10
