"""A click sets a breakpoint and takes it away; what was typed is switched off and on instead."""

from __future__ import annotations

import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.session import DebugSession
from graphtui.debugger.stops.breakpoint_steps import breakpoint_nodes
from graphtui.debugger.stops.breakpoints import Kind, Target
from graphtui.debugger.stops.toggling import toggling
from graphtui.graph.graph import Graph, node


def click(session: DebugSession, kind: Kind, name: str) -> str:
    command = toggling(session.stops.breakpoints, Target(kind, name))
    perform(session, command)
    return command


@pytest.mark.parametrize(
    ("kind", "name"), [(Kind.NODE, "h1"), (Kind.OP, "matmul"), (Kind.GROUP, "layer2")]
)
def test_a_second_click_takes_it_away(kind: Kind, name: str, mlp: Graph) -> None:
    session = DebugSession(mlp)
    click(session, kind, name)
    assert [each.target for each in session.stops.breakpoints.values()] == [Target(kind, name)]
    session.disable("1")
    click(session, kind, name)
    assert not session.stops.breakpoints


@pytest.mark.parametrize("name", ["once", "x y", "it's", "op:x", "if"])
def test_any_name_can_be_clicked(name: str) -> None:
    graph = Graph([node("x", "input", value=1.0), node(name, "exp", ["x"])])
    session = DebugSession(graph)
    click(session, Kind.NODE, name)
    assert [each.target for each in session.stops.breakpoints.values()] == [Target(Kind.NODE, name)]
    click(session, Kind.NODE, name)
    assert not session.stops.breakpoints


def test_conditions_and_logs_are_not_lost_to_a_click(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.break_at("h1 if any(h1 > 2)")
    session.log_at("norm(W1) at scores")
    for name, number in (("h1", 1), ("scores", 2)):
        assert click(session, Kind.NODE, name) == f"disable {number}"
        assert not session.stops.breakpoints[number].active
        assert click(session, Kind.NODE, name) == f"enable {number}"
        assert session.stops.breakpoints[number].active
    session.break_at("h1")
    assert click(session, Kind.NODE, "h1") == "delete 3"


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("h1", ("h1",)),
        ("h1 if norm(W2) > 0", ("h1",)),
        ("contribution W2", ("W2",)),
        ("group:layer2", ("W2", "scores")),
        ("op:matmul", ("z1", "scores")),
        ("if norm(grad(W1)) > any(h1 > 0)", ("W1", "h1")),
        ("if norm(upstream) > 1", ()),
    ],
)
def test_the_nodes_at_which_a_breakpoint_looks(
    text: str, nodes: tuple[str, ...], mlp: Graph
) -> None:
    session = DebugSession(mlp)
    session.break_at(text)
    assert breakpoint_nodes(session.stops.breakpoints[1], mlp) == nodes
