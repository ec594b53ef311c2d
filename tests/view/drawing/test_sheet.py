"""The sheet: lines join by themselves, crossings are no joins, a window shows its part."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.glyphs import DOWN, LEFT, RIGHT, UP
from graphtui.view.drawing.sheet import Sheet
from graphtui.view.text.lines import Span, plain
from tests.view.drawing.reading import cells, check_part

WHOLE = Window(0, 0, 12, 5)
NAMES = {UP: "UP", DOWN: "DOWN", LEFT: "LEFT", RIGHT: "RIGHT"}
A, B = 0, 1
"""Two owners."""


def text(sheet: Sheet) -> list[str]:
    return plain(sheet.lines()).split("\n")


def horizontal(
    sheet: Sheet, y: int, x1: int, x2: int, owner: int, role: str = "wire", *, heavy: bool = False
) -> None:
    sheet.horizontal(*(np.array([each]) for each in (y, x1, x2, owner)), role, heavy=heavy)


def vertical(
    sheet: Sheet, x: int, y1: int, y2: int, owner: int, role: str = "wire", *, heavy: bool = False
) -> None:
    sheet.vertical(*(np.array([each]) for each in (x, y1, y2, owner)), role, heavy=heavy)


def spoke(sheet: Sheet, side: int, *, heavy: bool = False) -> None:
    """A line from the middle of the sheet to one side."""
    x, y = 5, 2
    if side in (LEFT, RIGHT):
        horizontal(sheet, y, x, x + (1 if side == RIGHT else -1), A, heavy=heavy)
    else:
        vertical(sheet, x, y, y + (1 if side == DOWN else -1), A, heavy=heavy)


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
    sheet, again = Sheet(WHOLE), Sheet(WHOLE)
    for side in order[:count]:
        spoke(sheet, side)
    for side in sorted(order[:count]):
        spoke(again, side)
        spoke(again, side)
    glyph = text(sheet)[2][5]
    assert glyph == text(again)[2][5]
    if count == 4:
        assert glyph == "●"
    else:
        assert sides_by_name(glyph) == {NAMES[side] for side in order[:count]}


@given(st.dictionaries(st.sampled_from([UP, RIGHT, DOWN, LEFT]), st.booleans(), min_size=1))
def test_every_mix_of_weights_has_its_glyph(sides: dict[int, bool]) -> None:
    sheet = Sheet(WHOLE)
    for side, heavy in sides.items():
        spoke(sheet, side, heavy=heavy)
    glyph = text(sheet)[2][5]
    if len(sides) == 4:
        assert glyph == "●"
        return
    assert sides_by_name(glyph) == {NAMES[side] for side in sides}
    weights = set(sides.values())
    name = unicodedata.name(glyph)
    assert ("HEAVY" in name) == (True in weights)
    assert ("LIGHT" in name) == (False in weights)


def test_lines_of_one_call_join_where_they_overlap_and_meet() -> None:
    sheet = Sheet(WHOLE)
    every = np.zeros(3, np.int64)
    sheet.horizontal(every + 2, np.array([0, 3, 8]), np.array([5, 8, 6]), every, "wire")
    assert text(sheet)[2] == "╶───────╴"


def test_a_crossing_of_two_owners_is_no_join() -> None:
    sheet = Sheet(WHOLE)
    horizontal(sheet, 2, 2, 8, A)
    vertical(sheet, 5, 0, 4, B)
    assert text(sheet)[2] == "  ╶──┼──╴"


def test_a_crossing_with_a_heavy_wire_shows_which_is_heavy() -> None:
    sheet = Sheet(WHOLE)
    horizontal(sheet, 2, 2, 8, A, "wire.read", heavy=True)
    vertical(sheet, 5, 0, 4, B)
    assert text(sheet)[2] == "  ╺━━┿━━╸"


def test_the_ascii_sheet() -> None:
    sheet = Sheet(WHOLE, ascii_only=True)
    horizontal(sheet, 1, 0, 6, A)
    vertical(sheet, 3, 0, 2, B)
    vertical(sheet, 6, 1, 3, A)
    horizontal(sheet, 3, 4, 8, A)
    assert text(sheet) == ["   |", "---|--+", "   |  |", "    --+--", ""]
    vertical(sheet, 6, 3, 4, A)
    assert text(sheet)[3] == "    --*--"


def test_roles_go_along_with_text_and_wires() -> None:
    sheet = Sheet(WHOLE)
    sheet.write([(0, 0, "ab", "value")])
    horizontal(sheet, 0, 3, 5, A, "wire.done")
    assert sheet.lines()[0] == (Span("ab", "value"), Span(" "), Span("╶─╴", "wire.done"))


@given(st.integers(-2, 12), st.integers(-2, 6), st.integers(0, 8), st.integers(0, 6))
def test_the_window_shows_what_the_whole_sheet_shows_there(
    x: int, y: int, width: int, height: int
) -> None:
    whole, part = Sheet(Window(-9, -9, 40, 40)), Sheet(Window(x, y, width, height))
    for sheet in (whole, part):
        sheet.write([(1, 1, "hello", "")])
        horizontal(sheet, 2, 0, 11, A)
        vertical(sheet, 5, 2, 4, A)
    assert len(part.lines()) == height
    moved = {(at - 9, row - 9): glyph for (at, row), glyph in cells(text(whole)).items()}
    check_part(text(part), moved, part.window)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (0, " -0.53"),
        (-1, "  -0.…"),
        (1, "-0.53"),
        (2, "….53"),
        (5, "…"),
        (6, ""),
        (-4, "     …"),
        (-5, ""),
    ],
)
def test_a_number_that_the_edge_cuts_does_not_look_whole(x: int, expected: str) -> None:
    sheet = Sheet(Window(x, 0, 6, 1))
    sheet.write([(1, 0, "-0.53", "gradient"), (20, 0, "", "value")])
    assert text(sheet) == [expected]


def test_a_blank_that_is_cut_off_is_no_loss() -> None:
    sheet = Sheet(Window(0, 0, 3, 1))
    sheet.write([(0, 0, "abc ", "")])
    assert text(sheet) == ["abc"]


def test_where_ascii_is_cut_it_stays_ascii() -> None:
    sheet = Sheet(Window(0, 0, 3, 1), ascii_only=True)
    sheet.write([(0, 0, "0.125", "")])
    assert text(sheet) == ["0.~"]


def test_wide_characters_take_two_cells_and_marks_none() -> None:
    sheet = Sheet(Window(0, 0, 6, 1))
    sheet.write([(0, 0, "漢e\u0301x", ""), (4, 0, "!", "")])
    assert text(sheet) == ["漢e\u0301x!"]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(0, 0, 1, 1), "…"),
        (Window(0, 0, 2, 1), " …"),
        (Window(1, 0, 4, 1), "…b漢"),
        (Window(2, 0, 2, 1), "……"),
        (Window(3, 0, 2, 1), "… "),
    ],
)
def test_no_half_of_a_wide_character_is_seen(window: Window, expected: str) -> None:
    sheet = Sheet(window)
    sheet.write([(0, 0, "漢b漢", "")])
    assert [row.ljust(len(expected)) for row in text(sheet)] == [expected]


def test_a_wire_may_end_at_a_text() -> None:
    sheet = Sheet(WHOLE)
    horizontal(sheet, 0, 2, 5, A)
    sheet.write([(5, 0, "▶", "wire")])
    assert text(sheet)[0] == "  ╶──▶"


@pytest.mark.parametrize("window", [Window(0, 0, 0, 0), Window(3, 1, 1, 1), Window(0, 0, 5, -1)])
def test_a_window_of_next_to_nothing(window: Window) -> None:
    sheet = Sheet(window)
    horizontal(sheet, 1, 0, 9, A)
    sheet.write([(0, 2, "text", "")])
    assert len(sheet.lines()) == max(window.height, 0)
