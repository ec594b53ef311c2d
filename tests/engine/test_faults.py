"""A fault says which infinity there is: inf, -inf or both."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.engine.execute import Run
from graphtui.graph.graph import Graph, node

INF = float("inf")
SIGNS = [([0.0, 1.0], "-inf"), ([INF, 1.0], "inf"), ([0.0, INF], "inf and -inf")]


def messages(graph: Graph, **given: object) -> list[str]:
    return [fault.message for fault in Run(graph, **given).finish().faults]  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("x", "words"), SIGNS)
def test_in_what_an_op_gives_and_passes_on(x: list[float], words: str) -> None:
    nodes = [node("x", "input", value=x), node("y", "log", ["x"]), node("L", "sum", ["y"])]
    told = messages(Graph([*nodes, node("z", "negative", ["y"])], output="z"), seed=np.ones(2))
    assert any(
        each in told for each in (f"log at 'y' gives {words}.", f"log at 'y' passes on {words}.")
    )
    other = {"inf": "-inf", "-inf": "inf"}.get(words, words)
    assert f"negative at 'z' passes on {other}." in told


@pytest.mark.parametrize(("there", "words"), [([-INF, 1.0], "-inf"), ([INF, -INF], "inf and -inf")])
def test_in_what_was_given(there: list[float], words: str) -> None:
    graph = Graph([node("x", "input", value=there), node("y", "sin", ["x"])])
    assert f"'x' was given with {words} in it." in messages(graph, seed=np.ones(2))
    graph = Graph([node("x", "input", value=[1.0, 2.0]), node("y", "sin", ["x"])])
    told = messages(graph, seed=np.array(there))
    assert f"the gradient of 'y' was given with {words} in it." in told
    assert "the gradient that 'y' (sin) sends to 'x' stays" in " ".join(told)


def test_in_what_is_sent() -> None:
    graph = Graph(
        [
            node("x", "input", value=[0.0]),
            node("y", "sqrt", ["x"]),
            node("z", "negative", ["y"]),
            node("L", "sum", ["z"]),
        ]
    )
    assert messages(graph) == ["the gradient that 'y' (sqrt) sends to 'x' becomes -inf."]
