"""The canvas: lines join by themselves, crossings are no joins, nothing is covered."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.view.canvas import DOWN, LEFT, RIGHT, UP, Canvas, Window
from graphtui.view.lines import Span, plain

SHEET = Window(0, 0, 12, 5)
NAMES = {UP: "UP", DOWN: "DOWN", LEFT: "LEFT", RIGHT: "RIGHT"}


def text(canvas: Canvas) -> list[str]:
    return plain(canvas.lines()).split("\n")


def spoke(canvas: Canvas, side: int, owner: str = "a", *, heavy: bool = False) -> None:
    """A line from the middle of the sheet to one side."""
    x, y = 5, 2
    if side in (LEFT, RIGHT):
        canvas.horizontal(y, x, x + (1 if side == RIGHT else -1), owner, heavy=heavy)
    else:
        canvas.vertical(x, y, y + (1 if side == DOWN else -1), owner, heavy=heavy)


def sides_by_name(glyph: str) -> set[str]:
    """The sides of a glyph, read off its Unicode name: no table of ours."""
    words = set(unicodedata.name(glyph).split())
    if "VERTICAL" in words:
        words |= {"UP", "DOWN"}
    if "HORIZONTAL" in words:
        words |= {"LEFT", "RIGHT"}
    return words & set(NAMES.values())


@given(st.permutations([UP, RIGHT, DOWN, LEFT]), st.integers(1, 4))
def test_a_junction_depends_on_the_set_of_its_sides_alone(order: list[int], count: int) -> None:
    canvas, again = Canvas(SHEET), Canvas(SHEET)
    for side in order[:count]:
        spoke(canvas, side)
    for side in sorted(order[:count]):
        spoke(again, side)
        spoke(again, side)
    glyph = text(canvas)[2][5]
    assert glyph == text(again)[2][5]
    if count == 4:
        assert glyph == "●"
    else:
        assert sides_by_name(glyph) == {NAMES[side] for side in order[:count]}


@given(st.dictionaries(st.sampled_from([UP, RIGHT, DOWN, LEFT]), st.booleans(), min_size=1))
def test_every_mix_of_weights_has_its_glyph(sides: dict[int, bool]) -> None:
    canvas = Canvas(SHEET)
    for side, heavy in sides.items():
        spoke(canvas, side, heavy=heavy)
    glyph = text(canvas)[2][5]
    if len(sides) == 4:
        assert glyph == "●"
        return
    assert sides_by_name(glyph) == {NAMES[side] for side in sides}
    weights = set(sides.values())
    name = unicodedata.name(glyph)
    assert ("HEAVY" in name) == (True in weights)
    assert ("LIGHT" in name) == (False in weights)


def test_a_crossing_of_two_owners_is_no_join() -> None:
    canvas = Canvas(SHEET)
    canvas.horizontal(2, 2, 8, "a")
    canvas.vertical(5, 0, 4, "b")
    assert text(canvas)[2] == "  ╶──┼──╴"


def test_a_crossing_with_a_heavy_wire_shows_which_is_heavy() -> None:
    canvas = Canvas(SHEET)
    canvas.horizontal(2, 2, 8, "a", "wire.read", heavy=True)
    canvas.vertical(5, 0, 4, "b")
    assert text(canvas)[2] == "  ╺━━┿━━╸"


def test_the_ascii_sheet() -> None:
    canvas = Canvas(SHEET, ascii_only=True)
    canvas.horizontal(1, 0, 6, "a")
    canvas.vertical(3, 0, 2, "b")
    canvas.vertical(6, 1, 3, "a")
    canvas.horizontal(3, 4, 8, "a")
    assert text(canvas) == ["   |", "---|--+", "   |  |", "    --+--", ""]
    canvas.vertical(6, 3, 4, "a")
    assert text(canvas)[3] == "    --*--"


def test_roles_go_along_with_text_and_wires() -> None:
    canvas = Canvas(SHEET)
    canvas.write(0, 0, "ab", "value")
    canvas.horizontal(0, 3, 5, "a", "wire.done")
    assert canvas.lines()[0] == (Span("ab", "value"), Span(" "), Span("╶─╴", "wire.done"))


def test_the_window_shows_what_the_whole_sheet_shows_there() -> None:
    whole, part = Canvas(SHEET), Canvas(Window(3, 1, 5, 3))
    for canvas in (whole, part):
        canvas.write(1, 1, "hello")
        canvas.horizontal(2, 0, 11, "a")
        canvas.vertical(5, 2, 4, "a")
    assert text(part) == [row[3:8].rstrip() for row in text(whole)[1:4]]


def test_wide_characters_take_two_cells_and_marks_none() -> None:
    canvas = Canvas(Window(0, 0, 6, 1))
    canvas.write(0, 0, "漢e\u0301x")
    canvas.write(4, 0, "!")
    assert text(canvas) == ["漢e\u0301x!"]


def test_half_a_wide_character_is_blank() -> None:
    for window, expected in ((Window(1, 0, 4, 1), " b"), (Window(0, 0, 1, 1), "")):
        canvas = Canvas(window)
        canvas.write(0, 0, "漢b")
        assert text(canvas) == [expected]


def test_text_covers_neither_text_nor_wire() -> None:
    canvas = Canvas(SHEET)
    canvas.write(0, 0, "ab")
    canvas.horizontal(1, 0, 5, "a")
    with pytest.raises(AssertionError, match="covers a text"):
        canvas.write(1, 0, "c")
    with pytest.raises(AssertionError, match="covers a wire"):
        canvas.write(3, 1, "c")


def test_a_wire_may_end_at_a_text_but_not_pass_it() -> None:
    canvas = Canvas(SHEET)
    canvas.write(5, 0, "▶")
    canvas.horizontal(0, 2, 5, "a")
    assert text(canvas)[0] == "  ╶──▶"
    with pytest.raises(AssertionError, match="covers a text"):
        canvas.horizontal(0, 2, 8, "a")


def test_wires_of_two_owners_may_not_overlap_or_touch() -> None:
    canvas = Canvas(SHEET)
    canvas.horizontal(0, 0, 5, "a")
    with pytest.raises(AssertionError, match="overlap"):
        canvas.horizontal(0, 4, 8, "b")
    canvas.vertical(3, 0, 2, "b")
    with pytest.raises(AssertionError, match="touch"):
        canvas.lines()
