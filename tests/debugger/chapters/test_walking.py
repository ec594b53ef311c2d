"""Walking with the eyes: what each command looks at, and that the cursor stays."""

from __future__ import annotations

import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node


@pytest.fixture
def session(mlp: Graph) -> DebugSession:
    session = DebugSession(mlp)
    session.seek(3)
    session.go_to("scores")
    return session


def looks(session: DebugSession, *commands: str) -> list[str]:
    """What is looked at after each of the commands."""
    seen = []
    for command in commands:
        perform(session, command)
        seen.append(session.focus)
    assert session.cursor == 3
    return seen


def test_the_inputs_of_a_node_are_gone_round(session: DebugSession) -> None:
    assert looks(session, "input", "sibling", "sibling") == ["h1", "W2", "h1"]
    assert looks(session, "goto scores", "input 2") == ["scores", "W2"]
    assert session.sibling() == "Looking at 'h1', input 1 of the 2 of 'scores'."


def test_the_readers_of_a_node_are_gone_round(session: DebugSession) -> None:
    session.go_to("W2")
    assert looks(session, "consumer", "sibling", "sibling") == ["scores", "squares", "scores"]
    assert session.sibling() == "Looking at 'squares', reader 2 of the 2 of 'W2'."


def test_a_node_that_one_has_come_to_by_another_way_has_the_inputs_of_its_reader(
    session: DebugSession,
) -> None:
    session.input()
    session.go_to("penalty")
    assert looks(session, "sibling", "sibling") == ["data", "penalty"]


def test_an_input_that_is_read_twice_is_gone_to_once() -> None:
    graph = Graph(
        [
            node("x", "input", value=1.0),
            node("y", "input", value=1.0),
            node("s", "stack", ["x", "x", "y"]),
        ],
    )
    session = DebugSession(graph)
    session.go_to("s")
    session.input(2)
    assert session.focus == "x"
    session.sibling()
    assert session.focus == "y"


def test_where_there_is_nothing_further_it_is_said(session: DebugSession) -> None:
    for focus, command, words in (
        ("x", "input", "'x' reads nothing: it is given."),
        ("scores", "input 3", "'scores' has 2 inputs, got 3."),
        ("loss", "consumer", "nothing reads 'loss'."),
        ("h1", "consumer 2", "'h1' has 1 reader, got 2."),
        ("loss", "sibling", "nothing reads 'loss', so it has no siblings."),
        ("a1", "sibling", "'a1' is the only input of 'h1'."),
        ("x", "earlier", "'x' is the first of all."),
        ("loss", "later", "'loss' is the last of all."),
    ):
        session.go_to(focus)
        with pytest.raises(CommandError) as refused:
            perform(session, command)
        assert str(refused.value) == words
        assert session.focus == focus


def test_time_is_the_order_of_execution_with_leaves_where_they_are_read(
    session: DebugSession,
) -> None:
    session.go_to("x")
    later = looks(session, *["later"] * 5)
    assert later == ["W1", "z1", "b1", "a1", "h1"]
    assert looks(session, *["earlier"] * 5) == [*later[:-1][::-1], "x"]
    assert looks(session, "later 3", "later 99", "earlier 99") == ["b1", "loss", "x"]
    assert session.later() == "Looking at 'W1', node 2 of 13 in time."


def test_one_comes_back_to_where_one_looked(session: DebugSession) -> None:
    looks(session, "input", "goto W1", "find op:tanh")
    assert looks(session, "look-back", "look-back", "look-back") == ["W1", "h1", "scores"]
    assert looks(session, "look-forward", "look-forward") == ["h1", "W1"]
    assert looks(session, "goto b1", "look-back") == ["b1", "W1"]


def test_one_comes_back_from_where_a_step_has_led(session: DebugSession) -> None:
    session.go_to("W1")
    session.step()
    assert session.focus != "W1"
    session.look_back()
    assert session.focus == "W1"


def test_before_the_first_look_there_is_nothing(mlp: Graph) -> None:
    session = DebugSession(mlp)
    for command in ("look-back", "look-forward"):
        with pytest.raises(CommandError, match="nothing was looked at"):
            perform(session, command)
