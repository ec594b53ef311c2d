"""Going among matches and into groups leaves the cursor where it is."""

from __future__ import annotations

import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.finding import Found
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.replies import MOST_MATCHES, has_page, reply_document


def test_matches_are_gone_through_both_ways_and_round(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.go_to("h1")
    assert session.find("op:matmul").text == "Match 2 of 2: 'scores' (matmul)."
    assert session.find_next().text == "Match 1 of 2: 'z1' (matmul)."
    assert session.find().text == "Match 2 of 2: 'scores' (matmul)."
    assert session.find_previous().text == "Match 1 of 2: 'z1' (matmul)."
    assert session.find_previous().text == "Match 2 of 2: 'scores' (matmul)."
    assert (session.cursor, session.focus) == (0, "scores")


def test_the_next_match_is_that_behind_the_focus(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.find("op:parameter")
    session.go_to("scores")
    assert session.find_previous().text.startswith("Match 3 of 3: 'W2'")
    session.go_to("loss")
    assert session.find_next().text.startswith("Match 1 of 3: 'W1'")


def test_a_snapshot_holds_what_was_found(mlp: Graph) -> None:
    session = DebugSession(mlp)
    assert session.snapshot().matches == frozenset()
    session.find("group:layer2")
    assert session.snapshot().matches == {"W2", "scores"}
    with pytest.raises(CommandError, match="no node matches 'conv'"):
        session.find("conv")
    assert session.snapshot().matches == {"W2", "scores"}
    assert session.find_next().text.startswith("Match 1 of 2")


def test_what_a_state_finds_is_found_anew_where_the_cursor_stands(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.step(2)
    assert session.find("is:done").text == "Match 1 of 1: 'z1' (matmul)."
    session.step(2)
    assert session.find_next().text.startswith("Match 1 of 3")
    session.restart()
    with pytest.raises(CommandError, match="no node matches 'is:done'"):
        session.find_next()


def test_without_a_query_there_is_no_next(mlp: Graph) -> None:
    for command in ("find", "find-next", "find-previous"):
        with pytest.raises(CommandError, match="find what"):
            perform(DebugSession(mlp), command)


def test_programs_get_the_matches_and_how_many_more_there_are() -> None:
    leaves = [node(f"x{n}", "input", value=1.0) for n in range(MOST_MATCHES + 5)]
    session = DebugSession(Graph(leaves, "x0"))
    reply = session.find("op:input")
    assert isinstance(reply.subject, Found)
    document = reply_document(reply)
    assert document["nodes"] == [f"x{n}" for n in range(MOST_MATCHES)]
    assert (document["query"], document["at"], document["more"]) == ("op:input", 2, 5)
    assert not has_page(reply)
