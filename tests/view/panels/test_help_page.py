"""Help and the key bar: made from the one table, complete, and never cut in the middle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.commands import COMMANDS
from graphtui.ops import OPS
from graphtui.view.panels.help_page import help_page
from graphtui.view.panels.key_bar import WANTED, fitting, key_bar, key_text, wanted_at
from graphtui.view.text.lines import plain
from tests.view.shown import at, broken, check_lines, sigmoid


def test_every_command_is_explained() -> None:
    words = " ".join(plain(help_page(120)).split())
    for row in COMMANDS:
        keys = " ".join(key_text(key) for key in row.keys)
        assert " ".join([*keys.split(), *row.usage.split(), *row.help.split()]) in words, row.name


def test_a_long_usage_has_a_line_of_its_own() -> None:
    lines = plain(help_page(100)).split("\n")
    at = next(i for i, each in enumerate(lines) if " info nodes|" in each)
    assert lines[at].endswith("|saved")
    assert lines[at + 1].strip() == "lists"


def test_every_convention_at_a_kink_is_told() -> None:
    lines = [line.split() for line in plain(help_page(120)).split("\n")]
    for op in OPS.values():
        assert not op.at_kinks or [op.name, *op.at_kinks.split()] in lines


def test_keys_of_the_screen_are_explained_if_they_are_given() -> None:
    more = {"Keys of the screen": [("j shift+left", "the Jacobian lens")]}
    assert "j shift+left  the Jacobian lens" in plain(help_page(78, more))
    assert "Keys of the screen" not in plain(help_page(78))


def test_not_yet_is_explained() -> None:
    assert "·          not yet there, which is never the same as 0" in plain(help_page(78))


@given(st.integers(1, 200))
def test_help_fits_any_width(width: int) -> None:
    check_lines(help_page(width), width)


def test_the_key_bar_at_80_columns() -> None:
    assert plain([key_bar(80)]) == (
        "n step  p back  c continue  u until  g goto  / find  b break  ? help  q quit"
    )


def test_what_is_of_use_where_the_cursor_stands_comes_before_the_rest() -> None:
    assert wanted_at(at(broken(), 3).snapshot()) == ("why", "origin")
    session = at(sigmoid(), 4)
    assert wanted_at(session.snapshot()) == ()
    session.fold("sigmoid")
    assert wanted_at(session.snapshot()) == ("into",)
    session.into()
    assert wanted_at(session.snapshot()) == ("out",)
    assert "s into" in plain([key_bar(80, ("into",))])
    assert "s into" not in plain([key_bar(80)])


def test_the_keys_of_what_is_in_front_are_whole() -> None:
    assert fitting([("right_square_bracket", "down"), ("up", "recall")], 16) == [
        ("right_square_bracket", "down"),
        ("up", "recall"),
    ]
    assert fitting([("tab", "complete")], 11) == []


@given(st.integers(0, 200))
def test_the_key_bar_shows_whole_entries(width: int) -> None:
    line = key_bar(width)
    check_lines([line], width)
    entries = {f"{key_text(row.keys[0])} {row.name}" for row in COMMANDS if row.keys}
    text = plain([line])
    assert not text or set(text.split("  ")) <= entries


def test_with_room_every_key_is_in_the_bar() -> None:
    assert plain([key_bar(1000)]).count("  ") == sum(bool(row.keys) for row in COMMANDS) - 1


def test_what_is_wanted_most_exists() -> None:
    assert {row.name for row in COMMANDS if row.keys} >= set(WANTED)
