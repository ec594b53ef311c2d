"""Strokes are read off names; the drawing's own table of glyphs says the same."""

from __future__ import annotations

import pytest

from graphtui.view.drawing.glyphs import ALL, BORDERS, UNICODE
from graphtui.view.export.strokes import DOUBLE, HEAVY, LIGHT, strokes


@pytest.mark.parametrize("sides", range(1, 256))
def test_every_glyph_of_a_wire_has_the_strokes_of_its_sides(sides: int) -> None:
    found = strokes(chr(UNICODE[sides]))
    assert found is not None
    heavy, any_side = sides >> 4, (sides | sides >> 4) & ALL
    wanted = [HEAVY if heavy & side else LIGHT if any_side & side else 0 for side in (1, 2, 4, 8)]
    assert list(found[:4]) == wanted
    assert not found.dashes


@pytest.mark.parametrize("kind", BORDERS)
def test_every_border_is_drawn_with_strokes(kind: str) -> None:
    for char in BORDERS[kind]:
        assert (strokes(char) is None) == (char == " "), char


@pytest.mark.parametrize(
    ("char", "wanted"),
    [
        ("║", (DOUBLE, 0, DOUBLE, 0)),
        ("╔", (0, DOUBLE, DOUBLE, 0)),
        ("╟", (DOUBLE, LIGHT, DOUBLE, 0)),
        ("╤", (0, DOUBLE, LIGHT, DOUBLE)),
    ],
)
def test_double_strokes_are_known(char: str, wanted: tuple[int, ...]) -> None:
    found = strokes(char)
    assert found is not None
    assert found[:4] == wanted


def test_dashes_arcs_and_what_is_no_stroke() -> None:
    assert [getattr(strokes(char), "dashes", None) for char in "╌┄┊┅"] == [2, 3, 4, 3]
    assert [getattr(strokes(char), "rounded", None) for char in "╭╯┌"] == [True, True, False]
    assert [strokes(char) for char in "a╱▶●█"] == [None] * 5
