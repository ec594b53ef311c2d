"""Five small graphs, each with one point."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest

from graphtui.graph.graph import Graph, node


@pytest.fixture(autouse=True, scope="session")
def _state_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing that outlives a program is kept in the tester's own home."""
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
    yield
    if before is None:
        del os.environ["XDG_STATE_HOME"]
    else:
        os.environ["XDG_STATE_HOME"] = before


@pytest.fixture
def chain() -> Graph:
    """One path: f = exp(sin(2 x))."""
    return Graph(
        [
            node("x", "input", value=0.5),
            node("k", "constant", value=2.0),
            node("m", "multiply", ["k", "x"]),
            node("s", "sin", ["m"]),
            node("f", "exp", ["s"]),
        ]
    )


@pytest.fixture
def fan_out() -> Graph:
    """One value used twice: y = 3x, a = 2y, b = 5y, c = a + b at x = 2."""
    return Graph(
        [
            node("x", "input", value=2.0),
            node("three", "constant", value=3.0),
            node("two", "constant", value=2.0),
            node("five", "constant", value=5.0),
            node("y", "multiply", ["three", "x"]),
            node("a", "multiply", ["two", "y"]),
            node("b", "multiply", ["five", "y"]),
            node("c", "add", ["a", "b"]),
        ]
    )


@pytest.fixture
def broadcast() -> Graph:
    """A bias (3,) repeated over 4 rows."""
    return Graph(
        [
            node("X", "input", value=np.arange(12.0).reshape(4, 3)),
            node("b", "parameter", value=[0.1, 0.2, 0.3]),
            node("Y", "add", ["X", "b"]),
            node("L", "sum", ["Y"]),
        ]
    )


def mlp_graph() -> Graph:
    """Two layers, a loss and a weight that is used twice."""
    rng = np.random.default_rng(3)
    return Graph(
        [
            node("x", "input", value=rng.standard_normal((4, 5))),
            node("W1", "parameter", value=rng.standard_normal((5, 6)), group="layer1"),
            node("b1", "parameter", value=rng.standard_normal(6), group="layer1"),
            node("W2", "parameter", value=rng.standard_normal((6, 3)), group="layer2"),
            node("y", "constant", value=[0, 2, 1, 1]),
            node("z1", "matmul", ["x", "W1"], group="layer1"),
            node("a1", "add", ["z1", "b1"], group="layer1"),
            node("h1", "tanh", ["a1"], group="layer1"),
            node("scores", "matmul", ["h1", "W2"], group="layer2"),
            node("data", "cross_entropy", ["scores", "y"]),
            node("squares", "square", ["W2"]),
            node("penalty", "sum", ["squares"]),
            node("loss", "add", ["data", "penalty"]),
        ]
    )


@pytest.fixture
def mlp() -> Graph:
    return mlp_graph()


@pytest.fixture
def deep() -> Graph:
    """A chain of 300 gates, far deeper than a small recursion limit."""
    nodes = [node("x", "input", value=0.1)]
    for i in range(300):
        nodes.append(node(f"n{i}", "sin" if i % 2 else "tanh", [f"n{i - 1}" if i else "x"]))
    return Graph(nodes)
