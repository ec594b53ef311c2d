"""A query finds exactly the nodes of which all its terms hold; a wrong one is refused in words."""

from __future__ import annotations

import re
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.finding import STATES, Term, nothing_found, parse_query
from graphtui.debugger.session import DebugSession
from graphtui.debugger.snapshot import NodeState
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from tests.strategies import graphs


def found(text: str, session: DebugSession) -> list[str]:
    return list(parse_query(text).matches(session.snapshot()))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("w1", "W1"),
        ("matmul", "z1 scores"),
        ("h?", "h1"),
        ("name:w*", "W1 W2"),
        ("name:a", "a1 data squares penalty"),
        ("op:MatMul", "z1 scores"),
        ("op:*m*", "W1 b1 W2 z1 scores penalty"),
        ("group:layer1", "W1 b1 z1 a1 h1"),
        ("group:layer*", "W1 b1 W2 z1 a1 h1 scores"),
        ("shape:4x*", "x z1 a1 h1 scores"),
        ("shape:(4,6)", "z1 a1 h1"),
        ("shape:...x3", "W2 scores squares"),
        ("shape:*", "b1 y"),
        ("shape:scalar", "data penalty loss"),
        ("shape:()", "data penalty loss"),
        ("dtype:int*", "y"),
        ("op:matmul shape:...x6", "z1"),
        ("group:layer2 w", "W2"),
        ("is:given", "x W1 b1 W2 y"),
        ("is:given shape:4x*", "x"),
    ],
)
def test_what_a_query_finds(text: str, names: str, mlp: Graph) -> None:
    assert sorted(found(text, DebugSession(mlp))) == sorted(names.split())


def test_matches_come_in_topological_order(mlp: Graph) -> None:
    order = list(mlp.nodes)
    places = [order.index(name) for name in found("shape:...", DebugSession(mlp))]
    assert places == list(range(len(order)))


def test_a_group_is_found_by_its_inner_names_too() -> None:
    groups = {"a": "net", "b": "net/fc1", "c": "net/fc1/gate", "d": "net/fc10", "e": ""}
    nodes = [node(name, "input", value=1.0, group=group) for name, group in groups.items()]
    session = DebugSession(Graph(nodes, "a"))
    assert found("group:fc1", session) == ["b", "c"]
    assert found("group:net", session) == ["a", "b", "c", "d"]
    assert found("group:fc1/gate", session) == ["c"]
    assert found("group:net/*", session) == ["b", "c", "d"]
    assert found("group:gate", session) == ["c"]
    assert found("group:et", session) == []


def test_a_name_may_hold_anything() -> None:
    names = ["a b", "x:y", "it's", "[0]", "a*b", 'say "it"']
    session = DebugSession(Graph([node(each, "input", value=1.0) for each in names], names[0]))
    assert found("'a b'", session) == ["a b"]
    assert found("name:x:y", session) == ["x:y"]
    assert found("'x:y'", session) == ["x:y"]
    assert found('"it\'s"', session) == ["it's"]
    assert found("[0]", session) == ["[0]"]
    assert found("a*b", session) == ["a b", "a*b"]


@given(st.sampled_from(["", "name", "op", "group"]), st.text(min_size=1, max_size=8))
def test_a_term_is_read_as_it_is_written(key: str, text: str) -> None:
    if "'" in text and '"' in text:
        return
    term = Term(key, text)
    assert parse_query(str(term)).terms == (term,)


@given(graphs(), st.data())
def test_a_node_is_found_by_everything_that_it_is(graph: Graph, data: st.DataObject) -> None:
    session = DebugSession(graph)
    chosen = graph.nodes[data.draw(st.sampled_from(list(graph.nodes)))]
    terms = [
        Term("name", chosen.name),
        Term("op", chosen.op.name),
        Term("shape", "x".join(map(str, chosen.shape)) or "scalar"),
        Term("dtype", chosen.dtype.name),
        Term("is", session.snapshot().state(chosen.name).value),
    ]
    terms += [Term("group", chosen.group)] if chosen.group else []
    some = data.draw(st.lists(st.sampled_from(terms), min_size=1))
    text = " ".join(map(str, some))
    if not any("'" in term.text and '"' in term.text for term in some):
        assert chosen.name in found(text, session)


# States -----------------------------------------------------------------------------------------


def broken(words: str, session: DebugSession) -> set[str]:
    """The nodes in whose value or gradient there is such a number, by looking at each."""
    snapshot, test = session.snapshot(), np.isnan if words == "nan" else np.isinf
    arrays = {n: (snapshot.value(n), snapshot.gradient(n)) for n in session.graph.nodes}
    return {
        name
        for name, both in arrays.items()
        if any(each is not None and each.dtype.kind == "f" and test(each).any() for each in both)
    }


@given(graphs(), st.integers(0, 30))
def test_nan_and_infinity_are_found_wherever_they_are(graph: Graph, steps: int) -> None:
    session = DebugSession(graph)
    session.step(steps + 1)
    for words in ("nan", "inf"):
        assert set(found(f"is:{words}", session)) == broken(words, session)


@given(graphs(), st.integers(0, 30))
def test_a_state_and_a_zero_gradient_are_found_wherever_they_are(graph: Graph, steps: int) -> None:
    session = DebugSession(graph)
    session.step(steps + 1)
    session.step_back(steps // 3 + 1)  # the run knows more than the cursor has seen
    snapshot = session.snapshot()
    for state in NodeState:
        wanted = [name for name in graph.nodes if snapshot.state(name) is state]
        assert found(f"is:{state.value}", session) == wanted
    arrived = {name: snapshot.gradient(name) for name in graph.nodes}
    zero = [name for name, each in arrived.items() if each is not None and not each.any()]
    assert found("is:zero-gradient", session) == zero


def test_an_infinity_that_only_a_sum_makes_is_found() -> None:
    big = 1e308
    session = DebugSession(
        Graph(
            [
                node("x", "parameter", value=1.0),
                node("k", "constant", value=big),
                node("a", "multiply", ["k", "x"]),
                node("b", "multiply", ["x", "k"]),
                node("f", "subtract", ["a", "b"]),
                node("g", "add", ["a", "b"]),
                node("h", "maximum", ["f", "g"]),
            ]
        )
    )
    session.finish_backward()
    assert set(found("is:inf", session)) == broken("inf", session)
    assert "x" in found("is:inf", session)


def test_states_follow_the_cursor(mlp: Graph) -> None:
    session = DebugSession(mlp)
    assert found("is:done", session) == []
    session.step(2)
    assert (found("is:done", session), found("is:current", session)) == (["z1"], ["a1"])
    session.finish_backward()
    assert "h1" in found("is:sent", session)
    assert found("is:zero-gradient", session) == []


def test_a_zero_gradient_is_not_an_absent_one() -> None:
    graph = Graph(
        [
            node("x", "parameter", value=[-1.0, -2.0]),
            node("h", "relu", ["x"]),
            node("f", "sum", ["h"]),
        ]
    )
    session = DebugSession(graph)
    assert found("is:zero-gradient", session) == []
    session.finish_backward()
    assert found("is:zero-gradient", session) == ["x"]


def test_faults_are_found_at_their_nodes() -> None:
    graph = Graph([node("x", "parameter", value=0.0), node("f", "log", ["x"])])
    session = DebugSession(graph)
    assert found("is:fault", session) == []
    session.step()
    assert found("is:fault", session) == ["f"]


# What is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "find what? Give a part of a name, an op, or a property: name, op, group, shape"),
        ("''", "nothing stands in"),
        ("op:", "find: nothing stands in 'op:'. It is used like this: op:matmul."),
        ("shpe:3", "find: 'shpe' is no property of a node. Did you mean 'shape'?"),
        ("colour:red", "There are name, op, group, shape, dtype, is; quote a name: 'colour:red'."),
        ("shape:3y4", "find: shape '3y4': sizes are whole numbers, * for any one"),
        ("shape:...x...", "once ... for any more"),
        ("dtype:flaot16", "find: 'flaot16' is no dtype. Did you mean 'float16'?"),
        ("is:nann", "find: 'nann' is no state of a node. Did you mean 'nan'?"),
        ("is:purple", f"There are {', '.join(STATES)}."),
        ("'open", "find: a quotation mark (') is not closed."),
    ],
)
def test_a_wrong_query_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(CommandError, match=re.escape(words)) as refused:
        parse_query(text)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("scoers", "no node matches 'scoers'. Did you mean 'scores'?"),
        ("op:matmull", "no node matches 'op:matmull'. Did you mean 'matmul'?"),
        ("group:layr1 op:tanh", "no node matches 'group:layr1 op:tanh'. Did you mean 'layer1'?"),
        ("dtype:float16", "no node matches 'dtype:float16'."),
        ("op:conv*", "no node matches 'op:conv*'."),
        ("tanh matmul", "no node matches 'tanh matmul'."),
    ],
)
def test_what_finds_nothing_gives_the_nearest_word(text: str, words: str, mlp: Graph) -> None:
    query = parse_query(text)
    assert query.matches(DebugSession(mlp).snapshot()) == ()
    assert nothing_found(query, mlp) == words


@given(st.text(max_size=40))
def test_any_text_is_a_query_or_refused(text: str) -> None:
    try:
        query = parse_query(text)
    except CommandError:
        return
    assert parse_query(str(query)) == query or "'" in text


def test_many_wild_cards_are_not_tried_against_each_other() -> None:
    session = DebugSession(Graph([node("a" * 300, "input", value=1.0)]))
    begin = perf_counter()
    assert found("*a" * 30 + "*b", session) == []
    assert perf_counter() - begin < 1
