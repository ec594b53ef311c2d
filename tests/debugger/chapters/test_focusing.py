"""What belongs to the focus follows it, and nothing else moves."""

from __future__ import annotations

import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node


def test_paths_are_those_from_the_focus_wherever_it_goes(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.go_to("W1")
    assert session.snapshot().lit is None
    assert perform(session, "paths").text == (
        f"7 of {len(mlp.nodes)} nodes lie on paths from 'W1' to 'loss'; the rest is faint."
    )
    first = session.snapshot().lit
    assert first is not None
    assert {"W1", "z1", "loss"} <= first
    assert "x" not in first
    session.go_to("W2")
    second = session.snapshot().lit
    assert second is not None
    assert "W1" not in second
    assert {"W2", "scores", "loss"} <= second
    assert perform(session, "paths").text == "No paths are lit."
    assert session.snapshot().lit is None


def test_on_and_off_can_be_said_twice(mlp: Graph) -> None:
    session = DebugSession(mlp)
    for word, lit in (("on", True), ("on", True), ("off", False), ("off", False)):
        perform(session, f"paths {word}")
        assert (session.snapshot().lit is not None) is lit


def test_paths_know_the_graph_after_an_edit(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.paths("on")
    before = session.snapshot().lit
    session.set("x[0, 0] = 3")
    assert session.snapshot().lit == before


def test_where_no_path_leads_none_is_lit() -> None:
    graph = Graph(
        [
            node("x", "input", value=1.0),
            node("aside", "exp", ["x"]),
            node("f", "exp", ["x"]),
        ],
        output="f",
    )
    session = DebugSession(graph)
    session.go_to("aside")
    with pytest.raises(CommandError, match="no path leads from 'aside' to 'f'"):
        session.paths()
    assert session.snapshot().lit is None
    session.go_to("x")
    session.paths()
    session.go_to("aside")
    assert session.snapshot().lit == frozenset()
    session.go_to("f")
    assert "is the end of all paths" in session.paths("on")


def test_around_says_how_far_and_is_its_own_opposite(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.go_to("h1")
    assert "at most 3 boxes away from 'h1'" in perform(session, "around").text
    assert session.snapshot().hops == 3
    assert perform(session, "around").text == "Everything is shown."
    assert session.snapshot().hops is None
    assert "at most 1 box away" in perform(session, "around 1").text
    assert "at most 2 boxes away" in perform(session, "around 2").text
    assert session.snapshot().hops == 2
    assert perform(session, "around off").text == "Everything is shown."
    with pytest.raises(CommandError, match="around: write a whole number from 1 up or 'off'"):
        perform(session, "around everything")


def test_marks_of_a_search_can_be_taken_away_and_come_back(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.find("op:matmul")
    assert session.snapshot().matches == {"z1", "scores"}
    perform(session, "find-off")
    assert session.snapshot().matches == frozenset()
    session.find_next()
    assert session.snapshot().matches == {"z1", "scores"}
