"""The source panel: the right line, carets under the right words, whatever the text is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.debugger.snapshot import Snapshot
from graphtui.errors import Place
from graphtui.graph.graph import Graph, node
from graphtui.view.panels import source as source_module
from graphtui.view.panels.source import gutter_node, source
from graphtui.view.text.lines import plain
from graphtui.view.text.safe_text import safe_text
from tests.view.shown import check_golden, check_lines

LESSON = """\
import numpy as np

from graphtui import input, parameter

w = parameter(2.0)
x = input(-1.0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


f = sigmoid(
    w * x,
)
"""


def snapshot(text: str, place: Place | None) -> Snapshot:
    """Looking at a node that stands at `place` of a description with that text."""
    draft = node("f", "input", value=1.0)._replace(place=place)
    texts = {place.file: text} if place and text else {}
    return DebugSession(Graph([draft], texts=texts)).snapshot()


def place_of(text: str, words: str, file: str = "lesson.py") -> Place:
    """Where `words`, on one line, stand in `text`."""
    before, _, _ = text.partition(words)
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return Place(file, line, column, line, column + len(words))


@pytest.mark.parametrize(
    ("name", "place", "width", "height"),
    [
        ("expression", place_of(LESSON, "np.exp(-x)"), 44, 8),
        ("first_line", place_of(LESSON, "import numpy as np"), 44, 8),
        ("several_lines", Place("a/b/lesson.py", 13, 5, 15, 2), 44, 8),
        ("narrow", place_of(LESSON, "np.exp(-x)"), 20, 5),
    ],
)
def test_goldens(name: str, place: Place, width: int, height: int) -> None:
    lines = source(snapshot(LESSON, place), width, height)
    check_lines(lines, width)
    assert len(lines) <= height
    check_golden("source", name, lines)


def carets(text: str, words: str, width: int = 60) -> str:
    """What stands above the carets."""
    lines = plain(source(snapshot(text, place_of(text, words)), width, 9)).split("\n")
    under = next(i for i, line in enumerate(lines) if line.strip(" ^") == "" and "^" in line)
    start, end = lines[under].index("^"), lines[under].rindex("^") + 1
    return lines[under - 1][start:end]


def test_carets_stand_under_the_expression() -> None:
    assert carets(LESSON, "np.exp(-x)") == "np.exp(-x)"


def test_carets_are_right_after_tabs_and_far_to_the_right() -> None:
    assert carets("if 1:\n\tf = exp(x)\n", "exp(x)") == "exp(x)"
    assert carets("{" + "0, " * 50_000 + "needle" + ", 0" * 50_000, "needle") == "needle"


def test_an_expression_longer_than_the_line_begins_in_sight() -> None:
    long = "x = " + "1 + " * 400
    lines = source(snapshot(long, place_of(long, long[4:])), 40, 5)
    check_lines(lines, 40)
    assert "^^^^^^" in plain(lines)


def test_wide_letters_count_as_two_cells() -> None:
    text = 'f = {"名": exp(x)}'
    lines = plain(source(snapshot(text, place_of(text, "exp(x)")), 60, 4)).split("\n")
    assert lines[2].index("^") == lines[1].index("exp") + 1  # one letter takes a cell more


def test_foreign_text_is_harmless() -> None:
    text = "a = 1 \x1b[31m [bold]red[/] \u202e\r\nb = 2\r\n"
    lines = source(snapshot(text, Place("x\x1b.py", 1, 1, 1, 2)), 70, 6)
    check_lines(lines, 70)
    assert "[bold]red[/]" in plain(lines)


def test_without_a_text_a_note_says_so() -> None:
    assert plain(source(snapshot("", None), 60, 5)) == "source\nno text is known for 'f'."
    known = plain(source(snapshot("", Place("net.json", 3, 5)), 60, 5))
    assert known == "source\nonly net.json:3:5 is known of 'f'."
    quoted = plain(source(snapshot("", Place("m.py", 7, 5, 7, 8, "f = exp(x)")), 60, 5))
    assert quoted.split("\n") == ["source m.py:7", " ▸7 f = exp(x)", "        ^^^"]


def test_a_place_beside_the_text_is_a_note() -> None:
    assert "only a.py:99:1 is known" in plain(
        source(snapshot("one line", Place("a.py", 99, 1)), 60, 5)
    )


def test_a_long_file_is_split_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "x = 1\n" * 200_000
    shown = snapshot(text, Place("big.py", 150_000, 1, 150_000, 2))
    lines = source_module._lines(text)
    assert source_module._lines(text) is lines
    looked_at: list[str] = []
    monkeypatch.setattr(
        source_module, "safe_text", lambda *args: looked_at.append(args[0]) or safe_text(*args)
    )
    assert "▸150000 x = 1" in plain(source(shown, 60, 10))
    assert len(looked_at) < 20


SIGMOID = """\
w, x = parameter(2.0), input(-1.0)
f = 1 / (
    1
    + exp(
        -w * x))
"""


def described() -> DebugSession:
    """A sigmoid whose gates stand on three lines."""
    places = {
        "w": Place("a.py", 1, 8, 1, 22),
        "x": Place("a.py", 1, 24, 1, 35),
        "wx": Place("a.py", 5, 9, 5, 15),
        "e": Place("a.py", 4, 7, 5, 16),
        "d": Place("a.py", 3, 5, 5, 16),
        "f": Place("a.py", 2, 5, 5, 17),
    }
    drafts = [
        node("w", "parameter", value=2.0),
        node("x", "input", value=-1.0),
        node("wx", "multiply", ["w", "x"]),
        node("e", "exp", ["wx"]),
        node("d", "sqrt", ["e"]),
        node("f", "square", ["d"]),
    ]
    placed = [draft._replace(place=places[draft.name]) for draft in drafts]
    return DebugSession(Graph(placed, texts={"a.py": SIGMOID}))


def test_breakpoints_stand_in_the_gutter() -> None:
    session = described()
    session.break_at("e")
    session.break_at("wx if wx > 100")
    session.go_to("f")
    lines = plain(source(session.snapshot(), 40, 9)).split("\n")
    assert lines == [
        "source a.py:2",
        "  1 w, x = parameter(2.0), input(-1.0)",
        " ▸2 f = 1 / (",
        "        ^^^^^",
        " ▸3     1",
        "●▸4     + exp(",
        "◐▸5         -w * x))",
        "  6",
    ]


def test_a_cell_of_the_gutter_means_the_node_of_its_line() -> None:
    session = described()
    session.go_to("f")

    def meant(y: int, x: int = 0) -> str | None:
        return gutter_node(session.snapshot(), 9, x, y)

    # The head; the leaves, of which the last; the carets; what begins on the line, the last line.
    meanings = [meant(y) for y in range(-1, 9)]
    assert meanings == [None, None, "x", "f", None, "d", "e", "wx", None, None]
    assert [meant(2, x) for x in range(-1, 6)] == [None, "f", "f", "f", "f", None, None]
    session.go_to("w")
    assert meant(1) == "w"
    session.break_at("x")
    assert meant(1) == "x"


def test_a_line_in_the_middle_of_an_expression_means_the_innermost_around_it() -> None:
    text = "{\n  f:\n    exp(x)\n}"
    outer = node("x", "input", value=1.0)._replace(place=Place("n.json", 1, 1, 4, 2))
    inner = node("f", "exp", ["x"])._replace(place=Place("n.json", 2, 3, 3, 11))
    session = DebugSession(Graph([outer, inner], texts={"n.json": text}))
    lines = plain(source(session.snapshot(), 40, 9)).split("\n")
    row = next(y for y, line in enumerate(lines) if "exp(x)" in line)
    assert gutter_node(session.snapshot(), 9, 1, row) == "f"
    assert gutter_node(snapshot("", None), 9, 1, row) is None


@given(
    st.text(max_size=200),
    st.integers(0, 6),
    st.integers(0, 60),
    st.integers(0, 6),
    st.integers(0, 60),
    st.integers(1, 120),
    st.integers(0, 20),
)
def test_any_place_in_any_text(
    text: str, line: int, column: int, lines: int, end: int, width: int, height: int
) -> None:
    place = Place("any.py", line, column, line + lines if end else 0, end)
    shown = source(snapshot(text, place), width, height)
    check_lines(shown, width)
    assert len(shown) <= height
