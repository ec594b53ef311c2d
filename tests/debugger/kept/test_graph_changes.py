"""What has become of a graph: told by names, whatever part of a node has changed."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.debugger.kept.graph_changes import graph_changes
from graphtui.graph.graph import Draft, Graph, node


def graph(**others: Draft) -> Graph:
    """x (2, 3), w, h = x * w, s = sum of h; with other nodes for some."""
    nodes = {
        "x": node("x", "input", value=np.ones((2, 3))),
        "w": node("w", "parameter", value=[1.0, 2.0, np.nan]),
        "h": node("h", "multiply", ["x", "w"]),
        "s": node("s", "sum", ["h"]),
    }
    return Graph((nodes | others).values(), "s")


def test_the_same_description_is_the_same_graph() -> None:
    assert graph_changes(graph(), graph()) == ((), (), ())
    assert str(graph_changes(graph(), graph())) == "the same graph as before"


@pytest.mark.parametrize(
    ("other", "changed"),
    [
        (node("x", "input", value=np.zeros((2, 3))), ("x",)),
        (node("x", "constant", value=np.ones((2, 3))), ("x",)),
        (node("x", "input", value=np.ones((2, 3)), dtype="float32"), ("x",)),
        (node("x", "input", value=np.ones((2, 3)), group="data"), ("x",)),
        (node("x", "input", value=np.ones((4, 3))), ("x", "h")),
        (node("h", "multiply", ["w", "x"]), ("h",)),
        (node("h", "divide", ["x", "w"]), ("h",)),
        (node("s", "sum", ["h"], axis=[0, 1]), ("s",)),
        (node("w", "parameter", value=[1.0, 2.0, np.nan]), ()),
    ],
)
def test_whatever_has_changed_is_seen(other: Draft, changed: tuple[str, ...]) -> None:
    assert graph_changes(graph(), graph(**{other.name: other})).changed == changed


def test_what_is_new_and_what_is_gone() -> None:
    found = graph_changes(graph(), graph(s=node("s", "sum", ["e"]), e=node("e", "exp", ["h"])))
    assert found == (("s",), ("e",), ())
    assert str(found) == "1 node changed, 1 node added"
    back = graph_changes(graph(s=node("s", "sum", ["e"]), e=node("e", "exp", ["h"])), graph())
    assert str(back) == "1 node changed, 1 node removed"
