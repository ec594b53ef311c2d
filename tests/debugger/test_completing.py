"""Completions fit the argument that is being typed, and what is chosen can be carried out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.commands import COMMANDS
from graphtui.debugger.completing import MOST, completions
from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from tests.strategies import graphs


@pytest.fixture
def session(mlp: Graph) -> DebugSession:
    session = DebugSession(mlp)
    session.break_at("h1 if norm(W2) > 0")
    session.log_at("norm(grad(W1)) at op:matmul")
    session.watch("norm(W1)")
    return session


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("bre", "break"),
        ("until sco", "until scores"),
        ("until h1 b", "until h1 backward"),
        ("break sco", "break scores"),
        ("break op:mat", "break op:matmul"),
        ("break group:layer2", "break group:layer2"),
        ("break con", "break contribution"),
        ("break contribution W", "break contribution W1"),
        ("break h1 ba", "break h1 backward"),
        ("break h1 hits 2 i", "break h1 hits 2 if"),
        ("break h1 if nor", "break h1 if norm("),
        ("break if grad(W", "break if grad(W1"),
        ("break if norm(grad(W1)) > ups", "break if norm(grad(W1)) > upstream"),
        ("log norm(sco", "log norm(scores"),
        ("log norm(W1) at op:ma", "log norm(W1) at op:matmul"),
        ("log norm(W1) at op:relu if st", "log norm(W1) at op:relu if std("),
        ("watch W", "watch W1"),
        ("print loc", "print local("),
        ("edit ", "edit 1"),
        ("edit 1 ", "edit 1 h1 if norm(W2) > 0"),
        ("edit 2 ", "edit 2 norm(grad(W1)) at op:matmul"),
        ("delete ", "delete 1"),
        ("disable a", "disable all"),
        ("unwatch ", "unwatch 1"),
        ("catch van", "catch vanishing"),
        ("catch vanishing n", "catch vanishing norm"),
        ("catch nan o", "catch nan on"),
        ("info br", "info breakpoints"),
        ("help ba", "help back"),
        ("st", "step"),
        ("fold layer", "fold layer1"),
        ("goto core", "goto scores"),
        ("find sco", "find scores"),
        ("find gr", "find group:"),
        ("find op:", "find op:parameter"),
        ("find op:mat", "find op:matmul"),
        ("find layer op:ma", "find layer op:matmul"),
        ("find group:", "find group:layer1"),
        ("find shape:6", "find shape:6x3"),
        ("find dtype:i", "find dtype:int64"),
        ("find is:ze", "find is:zero-gradient"),
    ],
)
def test_the_first_completion(typed: str, first: str, session: DebugSession) -> None:
    assert completions(typed, session.snapshot())[0] == first


def test_nothing_comes_behind_the_last_argument(session: DebugSession) -> None:
    snapshot = session.snapshot()
    assert completions("step ", snapshot) == []
    assert completions("until h1 backward x", snapshot) == []
    assert completions("nonsense ", snapshot) == []
    assert completions("find colour:", snapshot) == []


def test_attributes_of_a_node() -> None:
    graph = Graph(
        [node("x", "input", value=[[1.0, 2.0]]), node("h", "sum", ["x"], axis=1, keepdims=True)],
        output="h",
    )
    snapshot = DebugSession(graph).snapshot()
    assert completions("set h.", snapshot) == ["set h.axis", "set h.keepdims", "set h.shape"]
    assert completions("set h.k", snapshot) == ["set h.keepdims"]


def test_names_that_are_no_words_are_quoted() -> None:
    graph = Graph([node("a b/c", "input", value=1.0), node("f", "exp", ["a b/c"])])
    snapshot = DebugSession(graph).snapshot()
    assert completions("goto a", snapshot) == ["goto 'a b/c'"]
    assert completions("break a", snapshot)[0] == "break 'a b/c'"
    assert completions("print grad(a", snapshot)[0] == "print grad('a b/c'"
    assert completions("print grad('a", snapshot) == ["print grad('a b/c'"]


def test_a_graph_of_many_names_gives_no_more_than_are_looked_at() -> None:
    chain = [node(f"n{i}", "negative", [f"n{i - 1}" if i else "x"]) for i in range(500)]
    snapshot = DebugSession(Graph([node("x", "input", value=1.0), *chain])).snapshot()
    assert len(completions("break n", snapshot)) == MOST
    assert len(completions("print n", snapshot)) == MOST


@given(graphs(most_nodes=5), st.sampled_from([row.name for row in COMMANDS]), st.text(max_size=12))
def test_any_text_has_completions_that_begin_like_it(graph: Graph, name: str, rest: str) -> None:
    text = f"{name} {rest}"
    snapshot = DebugSession(graph).snapshot()
    for each in completions(text, snapshot):
        assert each.split(" ")[0] == name
        assert each != name
