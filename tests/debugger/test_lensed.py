"""`jacobian` finds an edge by name or number, and tells of any matrix in a small document."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.completing import completions
from graphtui.debugger.lensed import read_edge, read_entry
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.replies import reply_document


def graph() -> Graph:
    return Graph(
        [
            node("X", "input", value=np.ones((10, 3))),
            node("net.0/W", "parameter", value=np.ones((5, 10))),
            node("D", "matmul", ["net.0/W", "X"]),
            node("net.0/out", "multiply", ["D", "D"]),
            node("L", "sum", ["net.0/out"]),
        ]
    )


def at_end() -> DebugSession:
    session = DebugSession(graph())
    session.finish_backward()
    return session


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("D", ("D", None)),
        ("D.X", ("D", 1)),
        ("D.1", ("D", 0)),
        ("D.net.0/W", ("D", 0)),
        ("D.W", ("D", 0)),
        ("net.0/out", ("net.0/out", None)),
        ("net.0/out.2", ("net.0/out", 1)),
        ("net.0/out.D", ("net.0/out", 0)),
    ],
)
def test_an_edge_has_several_names(text: str, expected: tuple[str, int | None]) -> None:
    assert read_edge(text, graph()) == expected


@pytest.mark.parametrize(
    ("text", "shapes", "expected"),
    [
        ("[1, 2] [3]", ((4, 5), (6,)), (7, 3)),
        ("[-1,-1]", ((4, 5), (6,)), (19, 0)),
        ("[] [3]", ((), (6,)), (0, 3)),
        ("[3]", ((), (6,)), (0, 3)),
        (" [0][ 5 ] ", ((1,), (6,)), (0, 5)),
    ],
)
def test_an_entry_is_meant_by_two_indices(
    text: str, shapes: tuple[tuple[int, ...], tuple[int, ...]], expected: tuple[int, int]
) -> None:
    assert read_entry(text, ("y", shapes[0]), ("x", shapes[1])) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3", "which entry?"),
        ("[1, 2] [3] [4]", "which entry?"),
        ("[1]", "'y' has shape (4, 5): [1] is no element of it."),
        ("[1, x]", "[1, x] is no element"),
        ("[1, 5]", "[1, 5]: axis 1 of 'y' has 5 elements."),
        ("[1, 1] [-7]", "axis 0 of 'x' has 6 elements."),
        ("[9999999999999999999, 0]", "is no element"),
    ],
)
def test_an_entry_that_is_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(CommandError, match=re.escape(message)):
        read_entry(text, ("y", (4, 5)), ("x", (6,)))


def test_a_document_has_the_entry_that_was_asked_for() -> None:
    session = at_end()
    reply = perform(session, "jacobian D.X [4, 2] [9, 2]")
    document = reply_document(reply)
    assert document is not None
    assert document["jacobian"]["entry"] == {
        "row": 14, "column": 29, "output": [4, 2], "input": [9, 2], "value": 1.0,
    }  # fmt: skip
    reply = reply_document(perform(session, "jacobian D.X"))
    assert reply is not None
    assert reply["jacobian"]["entry"] is None


def test_of_a_leaf_it_is_said_where_its_gradient_comes_from() -> None:
    with pytest.raises(CommandError, match="comes through 'net.0.out.1', 'net.0.out.2'"):
        perform(leafy(), "jacobian D")


def leafy() -> DebugSession:
    nodes = [
        node("D", "input", value=1.0),
        node("net.0/out", "multiply", ["D", "D"]),
        node("L", "exp", ["net.0/out"]),
    ]
    return DebugSession(Graph(nodes))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("E.X", "no node is named 'E'"),
        ("D.Y", "'D' has no input 'Y'. Its inputs: 'net.0/W', 'X'."),
        ("D.3", "has no input '3'"),
        ("D.0", "has no input '0'"),
        ("X", "'X' is given"),
        ("D.99999999999999999999", "has no input"),
    ],
)
def test_what_is_no_edge_is_refused(text: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        perform(at_end(), f"jacobian {text}")


def test_the_lecture_s_jacobian() -> None:
    session = at_end()
    reply = perform(session, "jacobian D.W")
    assert session.focus == "D"
    assert reply.text == "∂D/∂net.0/W is 15×50, kronecker."
    found = reply_document(reply)["jacobian"]
    assert found["shape"] == [5, 3, 5, 10]
    assert (found["entries"], found["nonzeros"], found["dense_nbytes"]) == (750, 150, 6000)
    assert found["contraction"]["formula"] == "dnet.0/W = dD · Xᵀ"
    assert found["contraction"]["shapes"] == "(5,3)·(3,10) → (5,10)"
    assert np.shape(found["corner"]) == (15, 20)


def test_before_its_step_it_is_not_there() -> None:
    reply = perform(DebugSession(graph()), "jacobian D.X")
    assert reply.text == "∂D/∂X is not there yet: it comes with the backward step of 'D'."
    assert reply_document(reply)["jacobian"] is None


def test_the_document_of_a_huge_matrix_is_small() -> None:
    big = Graph(
        [
            node("x", "input", value=np.ones((100, 4096))),
            node("r", "relu", ["x"]),
            node("L", "sum", ["r"]),
        ]
    )
    session = DebugSession(big)
    session.finish_backward()
    found = reply_document(perform(session, "jacobian r"))
    assert len(json.dumps(found)) < 10_000
    assert found["jacobian"]["entries"] == 409_600**2


def test_edges_are_completed() -> None:
    assert "jacobian D.X" in completions("jacobian D", at_end().snapshot())
