"""Help and the key bar: made from the one table, complete, and never cut in the middle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.commands import COMMANDS
from graphtui.ops import OPS
from graphtui.view.help_page import help_page
from graphtui.view.key_bar import WANTED, key_bar, key_text
from graphtui.view.lines import plain
from tests.view.panels import check_lines


def test_every_command_is_explained() -> None:
    lines = plain(help_page(120)).split("\n")
    for row in COMMANDS:
        keys = " ".join(key_text(key) for key in row.keys)
        wanted = [*keys.split(), *row.usage.split(), *row.help.split()]
        assert any(line.split() == wanted for line in lines), row.name


def test_every_convention_at_a_kink_is_told() -> None:
    lines = [line.split() for line in plain(help_page(120)).split("\n")]
    for op in OPS.values():
        assert not op.at_kinks or [op.name, *op.at_kinks.split()] in lines


def test_keys_of_the_screen_are_explained_if_they_are_given() -> None:
    more = [("j shift+left", "the Jacobian lens")]
    assert "j shift+left  the Jacobian lens" in plain(help_page(78, more))
    assert "Keys of the screen" not in plain(help_page(78))


def test_not_yet_is_explained() -> None:
    assert "·          not yet there, which is never the same as 0" in plain(help_page(78))


@given(st.integers(1, 200))
def test_help_fits_any_width(width: int) -> None:
    check_lines(help_page(width), width)


def test_the_key_bar_at_80_columns() -> None:
    assert plain([key_bar(80)]) == (
        "n step  p back  c continue  u until  f forward  g goto  / find  ? help  q quit"
    )


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
