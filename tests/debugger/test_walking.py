"""Time, paths and the trail, each against its definition."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.tape import tape
from graphtui.debugger.walking import MOST_VISITS, Paths, Trail
from graphtui.graph.graph import Graph
from tests.strategies import graphs


def reachable(graph: Graph, begin: str) -> set[str]:
    """The nodes to which a path leads, by their definition: closed under readers."""
    found = {begin}
    for edge in graph.edges:  # by target in topological order, so that one look at each is enough
        if edge.source in found:
            found.add(edge.target)
    return found


# Time -------------------------------------------------------------------------------------------


@given(graphs())
def test_the_tape_holds_every_node_once_behind_all_that_it_reads(graph: Graph) -> None:
    order = tape(graph)
    assert sorted(order.names) == sorted(graph.nodes)
    for edge in graph.edges:
        assert order.places[edge.source] < order.places[edge.target]


@given(graphs())
def test_the_tape_runs_as_the_run_does_and_brings_leaves_late(graph: Graph) -> None:
    names = tape(graph).names
    computed = [name for name in names if not graph.nodes[name].is_leaf]
    assert computed == [name for name in graph.nodes if not graph.nodes[name].is_leaf]
    for place, name in enumerate(names):
        if graph.nodes[name].is_leaf and graph.consumers[name]:
            behind = next(each for each in names[place:] if not graph.nodes[each].is_leaf)
            assert name in graph.nodes[behind].inputs


# Paths ------------------------------------------------------------------------------------------


@given(graphs())
def test_a_node_is_lit_where_a_path_leads_through_it(graph: Graph) -> None:
    paths, leads = Paths(tape(graph)), {name: reachable(graph, name) for name in graph.nodes}
    for focus in graph.nodes:
        through = {each for each in leads[focus] if graph.output in leads[each]}
        assert paths.between(focus) == through
        assert paths.between(focus) is paths.between(focus)


def test_no_path_leads_from_behind_the_loss(fan_out: Graph) -> None:
    assert Paths(tape(fan_out)).between("y") == {"y", "a", "b", "c"}
    loss_before_the_end = Graph.from_dict({**fan_out.to_dict(), "output": "a"})
    assert Paths(tape(loss_before_the_end)).between("c") == frozenset()
    assert Paths(tape(loss_before_the_end)).between("y") == {"y", "a"}


def test_a_long_chain_is_no_deep_walk(deep: Graph) -> None:
    assert len(Paths(tape(deep)).between("x")) == len(deep.nodes)


# The trail --------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=20))
def test_back_and_on_are_inverse(visits: list[str]) -> None:
    trail = Trail().gone(visits[0], visits[0])
    for here, there in pairwise(visits):
        trail = trail.gone(here, there)
    distinct = [v for n, v in enumerate(visits) if n == 0 or visits[n - 1] != v]
    back = [trail.node]
    while (before := trail.back(trail.node)) is not None:
        assert before.on(before.node) == trail
        trail = before
        back.append(trail.node)
    assert back == distinct[::-1]


def test_a_step_in_between_is_a_place_to_come_back_to() -> None:
    trail = Trail().gone("a", "b")
    back = trail.back("c")
    assert back is not None
    assert back.node == "b"
    assert back.on("b") == back._replace(at=2)
    assert back.on("elsewhere") is None


def test_the_trail_is_bounded() -> None:
    trail = Trail()
    for n in range(1000):
        trail = trail.gone(str(n), str(n + 1))
    assert len(trail.nodes) == MOST_VISITS
    assert trail.node == "1000"
