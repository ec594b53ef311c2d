"""While another run is compared, boxes say how much they differ, without colour too."""

from __future__ import annotations

import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.compare.beside import Beside
from graphtui.debugger.compare.change import Level
from graphtui.debugger.session import DebugSession
from graphtui.view.inspector.inspector import inspector
from graphtui.view.picture.beside_marks import MARKS, difference, worst
from graphtui.view.picture.graph_panel import marks
from graphtui.view.picture.scene import scene
from graphtui.view.text.lines import plain
from graphtui.view.text.safe_text import cell_width, to_ascii
from tests.view.shown import END, at, check_lines, product, sigmoid


def edited(text: str) -> DebugSession:
    session = at(sigmoid(), END)
    session.set(text)
    session.rerun()
    perform(session, "compare")
    return session


def test_a_small_change_and_a_strong_one_are_told_apart() -> None:
    session = edited("w2 = -2.9")
    found = marks(scene(session.graph), session.snapshot())
    assert found.feet["s"] == "≠"
    assert found.boxes["s"] == "node.differs"
    strong = edited("w2 = 3")
    found = marks(scene(strong.graph), strong.snapshot())
    assert found.feet["s"] == "≢"
    assert found.boxes["s"] == "node.differs.strong"


def test_what_is_equal_or_not_there_yet_bears_nothing() -> None:
    session = edited("w2 = -2.9")
    session.seek(4)
    found = marks(scene(session.graph), session.snapshot())
    assert found.feet.keys() == {"s", "w2"}
    assert found.boxes["s"] == "node.current"  # what happens there now comes first
    perform(session, "compare off")
    assert not marks(scene(session.graph), session.snapshot()).feet


def test_a_folded_group_bears_the_worst_of_its_gates() -> None:
    session = edited("w2 = 3")
    session.fold("sigmoid")
    found = marks(scene(session.graph, session.folded), session.snapshot())
    assert found.feet["▸ sigmoid"] == "≢"


def test_the_inspector_shows_the_element_that_differs_most() -> None:
    session = edited("w2 = -2.9")
    session.go_to("s")
    lines = inspector(session.snapshot(), 60)
    check_lines(lines, 60)
    assert "compared  1 there · by 0.091" in plain(lines)
    arrays = at(product(), END)
    arrays.set("x[0, 1] = 9")
    arrays.rerun()
    perform(arrays, "compare")
    arrays.go_to("x")
    assert "compared  -2 there at [0, 1] · by " in plain(inspector(arrays.snapshot(), 60))


def test_two_arrays_are_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    session = edited("w2 = 3")
    asked: list[str] = []
    row = Beside.row
    monkeypatch.setattr(
        Beside, "row", lambda self, at, node: asked.append(node) or row(self, at, node)
    )
    for _ in range(3):
        marks(scene(session.graph), session.snapshot())
    assert len(asked) == len(set(asked)) == len(scene(session.graph).boxes)
    session.step_back()
    marks(scene(session.graph), session.snapshot())
    assert len(asked) <= len(session.graph.nodes) + 4


def test_nothing_is_compared_without_another_run() -> None:
    snapshot = at(sigmoid(), END).snapshot()
    assert difference(snapshot, "s") is None
    assert worst(snapshot, ["s"]) is None


def test_marks_are_one_cell_and_differ_where_they_mean_something_else() -> None:
    assert all(cell_width(mark) == 1 for mark in MARKS.values())
    shown = [MARKS[level] for level in (Level.SLIGHT, Level.CHANGED, Level.STRONG)]
    assert len(set(shown)) == len({to_ascii(mark) for mark in shown}) == 3
