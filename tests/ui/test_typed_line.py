"""The prompt's line as a value: editing keys and history."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphtui.ui.typed_line import LONGEST, History, TypedLine

KEYS = ("left", "right", "home", "end", "backspace", "delete", "ctrl+w", "ctrl+u", "ctrl+k")


@given(st.lists(st.sampled_from(KEYS) | st.text(max_size=5).map(lambda text: f"+{text}")))
def test_whatever_is_pressed_the_cursor_stands_in_the_text(presses: list[str]) -> None:
    line = TypedLine()
    for each in presses:
        after = line.insert(each[1:]) if each.startswith("+") else line.press(each)
        assert after is not None
        line = after
        assert 0 <= line.at <= len(line.text)
        assert line.text.isprintable()


def test_editing() -> None:
    line = TypedLine.of("goto layer1/gate")
    assert line.press("ctrl+w") == TypedLine("goto ", 5)
    assert line.press("ctrl+u") == TypedLine("", 0)
    assert TypedLine("abc", 1).press("ctrl+k") == TypedLine("a", 1)
    assert TypedLine("abc", 1).press("delete") == TypedLine("ac", 1)
    assert TypedLine("abc", 1).insert("X") == TypedLine("aXbc", 2)
    assert line.press("f5") is None


def test_a_huge_paste_is_cut() -> None:
    assert len(TypedLine().insert("x" * 10_000_000).text) == LONGEST


def test_history_goes_both_ways_and_remembers_a_line_once() -> None:
    history = History().remember("step").remember("back").remember("step")
    assert history.lines == ("back", "step")
    assert history.move(-1).shown == "step"
    assert history.move(-9).shown == "back"
    assert history.move(-9).move(9).shown == ""
