"""Lists say what there is, what is set, and what went wrong up to the cursor."""

from __future__ import annotations

import json

import pytest

from graphtui.debugger.chapters.informing import INFO, MOST_ROWS
from graphtui.debugger.commands import perform
from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.replies import reply_document, reply_lines
from graphtui.view.text.lines import plain


@pytest.fixture
def session(mlp: Graph) -> DebugSession:
    return DebugSession(mlp)


def test_nodes_are_told_with_what_is_known_of_them(session: DebugSession) -> None:
    session.seek(1)
    reply = perform(session, "info nodes")
    assert reply.text == "13 nodes."
    rows = {row["node"]: row for row in reply_document(reply)}
    assert rows["z1"]["state"] == "current"
    assert rows["z1"]["norm"] == pytest.approx((session.run.value("z1") ** 2).sum() ** 0.5)
    assert rows["h1"]["norm"] is None
    assert rows["W1"]["gradient"] is None
    text = plain(reply_lines(reply, 100))
    assert "layer1" not in text
    assert "·" in next(row for row in text.splitlines() if row.startswith("h1"))


def test_breakpoints_are_listed_with_their_hits(session: DebugSession) -> None:
    perform(session, "break op:matmul")
    perform(session, "log norm(h1) at h1")
    perform(session, "continue")
    rows = reply_document(perform(session, "info breakpoints"))
    assert [(row["number"], row["kind"], row["hits"]) for row in rows] == [
        (1, "stop", 1),
        (2, "log", 0),
    ]


def test_what_a_log_recorded_is_a_list(session: DebugSession) -> None:
    perform(session, "log norm(h1) at h1")
    assert perform(session, "info log").text == "0 records."
    session.finish_backward()
    rows = reply_document(perform(session, "info log"))
    assert {row["expression"] for row in rows} == {"norm(h1)"}
    assert [row["phase"] for row in rows] == ["forward", "backward"]


def test_faults_are_those_up_to_the_cursor() -> None:
    graph = Graph([node("x", "input", value=0.0), node("l", "log", ["x"]), node("f", "exp", ["l"])])
    session = DebugSession(graph)
    assert perform(session, "info faults").text == "0 faults."
    session.step()
    (row,) = reply_document(perform(session, "info faults"))
    assert (row["node"], row["kind"], row["here"]) == ("l", "inf", "begins")


def test_a_long_list_is_cut_and_says_so() -> None:
    count = MOST_ROWS + 7
    nodes = [node(f"x{i}", "input", value=1.0) for i in range(count)]
    graph = Graph([*nodes, node("f", "exp", ["x0"])], "f")
    reply = perform(DebugSession(graph), "info nodes")
    assert len(reply_document(reply)) == MOST_ROWS
    assert plain(reply_lines(reply, 80)).splitlines()[-1] == "and 8 more nodes"


@pytest.mark.parametrize("what", INFO)
def test_every_list_is_plain_data_and_fits(session: DebugSession, what: str) -> None:
    perform(session, "break h1")
    session.finish_backward()
    reply = perform(session, f"info {what}")
    assert json.loads(json.dumps(reply_document(reply))) == reply_document(reply)
    assert all(len(row) <= 40 for row in plain(reply_lines(reply, 40)).splitlines())


def test_what_is_kept_for_backward_is_released_as_backward_passes(session: DebugSession) -> None:
    session.finish_forward()
    before = reply_document(perform(session, "info saved"))
    assert before["now"] == before["peak"] > 0
    assert not any(row["released"] for row in before["rows"])
    session.finish_backward()
    after = reply_document(perform(session, "info saved"))
    assert after["now"] == 0
    assert all(row["released"] for row in after["rows"])


def test_edits_in_force_are_listed(session: DebugSession) -> None:
    assert perform(session, "info edits").text == "0 edits."
    session.finish_backward()
    for text in ("W1[0] *= 2", "loss = 3", "grad(h1) = 0"):
        perform(session, f"set {text}")
        session.finish_backward()
    reply = perform(session, "info edits")
    assert reply.text == "3 edits."
    assert reply_document(reply) == [
        {"number": 1, "node": "W1", "set": "W1[0]", "to": "float64 (6,)", "state": "in force"},
        {"number": 2, "node": "loss", "set": "loss", "to": "3.0", "state": "in force"},
        {"number": 3, "node": "h1", "set": "grad(h1)", "to": "0.0", "state": "in force"},
    ]
    perform(session, "undo")
    assert perform(session, "info edits").text == "2 edits."


def test_an_attribute_is_listed_as_it_is_typed() -> None:
    session = DebugSession(
        Graph([node("x", "input", value=[1.0, 2.0]), node("s", "sum", ["x"], axis=0)])
    )
    perform(session, "set s.axis = none")
    (row,) = reply_document(perform(session, "info edits"))
    assert (row["set"], row["to"]) == ("s.axis", "none")


def test_the_list_of_catches_counts_those_that_are_on(session: DebugSession) -> None:
    assert perform(session, "info catches").text.startswith("0 of ")
    perform(session, "catch nan")
    reply = perform(session, "info catches")
    assert reply.text == f"1 of {len(reply_document(reply))} catches is on."


def test_the_shape_of_a_scalar_is_a_word_everywhere(session: DebugSession) -> None:
    session.finish_forward()
    rows = {row["node"]: row for row in reply_document(perform(session, "info nodes"))}
    assert rows["loss"]["shape"] == "scalar"
    assert perform(session, "tensor loss").text == "Looking at loss: scalar float64."
