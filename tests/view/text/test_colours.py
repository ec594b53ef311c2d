"""Colours of pixels: in order, within a digit of what they stand for, and never a guess."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.view.text.colours import (
    ASCII_SHADES,
    SHADES,
    colour_lines,
    coloured,
    shade_lines,
)
from graphtui.view.text.lines import plain

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
TILES = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 4), st.integers(1, 4), st.just(3)), elements=NUMBERS
)


@given(TILES)
def test_larger_numbers_are_brighter_and_what_is_not_finite_has_no_colour(
    tile: np.ndarray,
) -> None:
    finite = tile[np.isfinite(tile)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
    found = coloured(tile, float(low), float(high))
    odd = ~np.isfinite(tile).all(axis=-1)
    assert (found[odd] == -1).all()
    shown, numbers = found[~odd].ravel(), tile[~odd].ravel()
    assert ((shown >= 0) & (shown <= 255)).all()
    assert (np.diff(shown[np.argsort(numbers, kind="stable")]) >= 0).all()
    if low < high:
        assert (shown[numbers == low] == 0).all()
        assert (shown[numbers == high] == 255).all()
    else:
        assert (shown == 128).all()


@given(TILES, st.booleans())
def test_every_pixel_has_its_cells(tile: np.ndarray, ascii_only: bool) -> None:
    found = coloured(tile, -1.0, 1.0)
    rows, columns = found.shape[:2]
    lines = colour_lines(found)
    assert [sum(len(span.text) for span in row) for row in lines] == [columns] * -(-rows // 2)
    shaded = shade_lines(found, ascii_only=ascii_only)
    assert [sum(len(span.text) for span in row) for row in shaded] == [2 * columns] * rows
    known = set(ASCII_SHADES if ascii_only else SHADES) | {"!"}
    assert {character for row in shaded for span in row for character in span.text} <= known


def test_a_grey_ramp_uses_every_shade_in_order() -> None:
    ramp = np.repeat(np.linspace(0, 255, 5).astype(int)[None, :, None], 3, axis=2)
    assert plain(shade_lines(ramp)) == "  ░░▒▒▓▓██"
    assert plain(shade_lines(ramp, ascii_only=True)) == "  ..::++##"
