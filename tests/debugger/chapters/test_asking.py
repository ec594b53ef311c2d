"""Questions about the numbers at the cursor, and the one key that goes where the trouble began."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.printed import Printed
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.replies import reply_document


@pytest.fixture
def trap() -> DebugSession:
    """The `where` trap: a finite value, and a gradient that is NaN."""
    return DebugSession(
        Graph(
            [
                node("x", "input", value=[0.0, 2.0]),
                node("zero", "constant", value=0.0),
                node("positive", "greater", ["x", "zero"]),
                node("l", "log", ["x"]),
                node("w", "where", ["positive", "l", "zero"]),
                node("f", "sum", ["w"]),
            ]
        )
    )


def test_why_tells_of_the_where_trap_in_those_words(trap: DebugSession) -> None:
    trap.finish_backward()
    reply = perform(trap, "why x")
    assert "an upstream of 0 meets a local gradient of infinity" in reply.text
    document = reply_document(reply)
    assert document["kind"] == "nan"


def test_the_origin_is_where_the_first_cause_was(trap: DebugSession) -> None:
    trap.finish_backward()
    answer = perform(trap, "origin").text
    assert trap.focus == "l"
    assert trap.cursor == trap.run.plan.forward_step["l"]
    assert "-inf" in answer


def test_the_biography_goes_through_both_passes(trap: DebugSession) -> None:
    trap.finish_backward()
    reply = perform(trap, "biography x")
    kinds = [event["kind"] for event in reply_document(reply)]
    assert kinds == ["begins", "masked", "came back", "reaches"]


def test_the_origin_of_a_zero_is_the_node_that_why_named() -> None:
    graph = Graph(
        [
            node("x", "input", value=-1.0),
            node("h", "relu", ["x"]),
            node("f", "square", ["h"]),
        ]
    )
    session = DebugSession(graph)
    with pytest.raises(CommandError, match="everything is finite"):
        session.origin()
    session.finish_backward()
    perform(session, "why x")
    session.go_to("x")
    perform(session, "origin")
    assert session.focus in ("h", "f")


def test_print_gives_a_number_or_says_what_the_array_is(mlp: Graph) -> None:
    session = DebugSession(mlp)
    assert perform(session, "print h1").text == "h1 is not there yet."
    session.finish_forward()
    reply = perform(session, "print norm(h1)")
    assert reply.text == f"norm(h1) = {np.linalg.norm(session.run.value('h1'))}"
    found = perform(session, "print h1[0]").subject
    assert isinstance(found, Printed)
    np.testing.assert_array_equal(found.result, session.run.value("h1")[0])


def test_a_wrong_expression_is_refused_with_its_place(mlp: Graph) -> None:
    with pytest.raises(CommandError, match=r"(?s)'h2'.*\^\^"):
        perform(DebugSession(mlp), "print norm(h2)")


def test_the_diff_is_what_the_last_step_changed(mlp: Graph) -> None:
    session = DebugSession(mlp)
    assert "No step" in perform(session, "diff").text
    session.run_until("scores", "backward")
    reply = perform(session, "diff")
    assert reply.text == "The last step changed the gradient of 'h1' and the gradient of 'W2'."
    rows = {row["node"]: row for row in reply_document(reply)}
    assert rows["W2"]["old"] is not None, "the penalty has sent to it before"
    assert rows["h1"]["old"] is None
