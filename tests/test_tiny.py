"""graphtui through its front door, a few lines each: start reading here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import graphtui

NET = {
    "nodes": [
        {"id": "x", "op": "input", "value": [1.0, -2.0]},
        {"id": "w", "op": "parameter", "value": [3.0, 4.0]},
        {"id": "h", "op": "multiply", "inputs": ["w", "x"]},
        {"id": "L", "op": "sum", "inputs": ["h"]},
    ]
}


@pytest.fixture
def graph() -> graphtui.Graph:
    return graphtui.Graph.from_dict(NET)


def test_a_graph_knows_its_shapes_before_anything_runs(graph: graphtui.Graph) -> None:
    h = graph.nodes["h"]
    assert (h.op.name, h.shape, h.dtype) == ("multiply", (2,), np.float64)
    assert graph.output == "L"


def test_both_passes(graph: graphtui.Graph) -> None:
    run = graphtui.run(graph)
    assert run.value("L") == -5.0
    assert run.gradient("w").tolist() == [1.0, -2.0]  # type: ignore[union-attr]
    assert run.gradient("L") == 1.0


def test_one_contribution_per_edge(graph: graphtui.Graph) -> None:
    to_w, to_x = graphtui.run(graph).contributions("h")
    assert to_w.edge == graphtui.Edge("w", "h", 0)
    assert to_x.upstream.tolist() == [1.0, 1.0]
    assert to_x.downstream.tolist() == to_x.local.pullback(to_x.upstream).tolist() == [3.0, 4.0]


def test_the_local_gradient_is_a_thing(graph: graphtui.Graph) -> None:
    local = graphtui.run(graph).contributions("h")[1].local
    assert isinstance(local, graphtui.LinearMap)
    assert (local.jacobian_shape, local.matrix_shape) == ((2, 2), (2, 2))
    assert (local.structure, local.nonzeros) == ("diagonal", 2)
    assert (local.dense_nbytes, local.stored_nbytes) == (32, 16)
    assert local.window(slice(0, 1), slice(None)).tolist() == [[3.0, 0.0]]


def test_not_yet_is_not_zero(graph: graphtui.Graph) -> None:
    session = graphtui.DebugSession(graph)
    assert session.snapshot().value("h") is None
    assert session.snapshot().gradient("x") is None


def test_a_constant_receives_nothing() -> None:
    nodes = [
        graphtui.node("c", "constant", value=2.0),
        graphtui.node("x", "input", value=3.0),
        graphtui.node("y", "multiply", ["c", "x"]),
    ]
    run = graphtui.run(graphtui.Graph(nodes))
    assert (run.gradient("c"), run.gradient("x")) == (None, 2.0)


def test_a_session_walks_both_ways(graph: graphtui.Graph) -> None:
    session = graphtui.DebugSession(graph)
    session.step()
    assert session.snapshot().value("h").tolist() == [3.0, -8.0]  # type: ignore[union-attr]
    session.step_back()
    assert session.snapshot().value("h") is None
    session.finish_backward()
    assert session.snapshot().gradient("x").tolist() == [3.0, 4.0]  # type: ignore[union-attr]


def test_arrays_of_a_run_are_read_only(graph: graphtui.Graph) -> None:
    value = graphtui.run(graph).value("x")
    assert value is not None
    with pytest.raises(ValueError, match="read-only"):
        value[0] = 7.0


def test_a_seed_for_an_output_that_is_no_scalar() -> None:
    graph = graphtui.Graph.from_dict({**NET, "output": "h"})
    with pytest.raises(graphtui.UsageError, match="seed"):
        graphtui.run(graph)
    assert graphtui.run(graph, seed=[1.0, 0.0]).gradient("w").tolist() == [1.0, 0.0]  # type: ignore[union-attr]


def test_a_fault_is_data_and_says_where_it_began() -> None:
    graph = graphtui.Graph.from_dict(
        {
            "nodes": [
                {"id": "x", "op": "input", "value": -1.0},
                {"id": "r", "op": "log", "inputs": ["x"]},
                {"id": "f", "op": "exp", "inputs": ["r"]},
            ]
        }
    )
    first, *later = graphtui.run(graph).faults
    assert (first.node, first.kind, first.step, first.begins) == ("r", "nan", 1, True)
    assert not any(fault.begins for fault in later if fault.node == "f")


def test_every_op_works_alone() -> None:
    tanh = graphtui.OPS["tanh"]
    y = tanh.forward(0.5)
    (local,) = tanh.local(y, 0.5)
    assert local is not None
    assert local.pullback(np.array(1.0)) == pytest.approx(1 - np.tanh(0.5) ** 2)


def test_gradients_agree_with_differences(graph: graphtui.Graph) -> None:
    report = graphtui.gradcheck(graph)
    assert report.passed
    assert {check.node for check in report.checks} == {"x", "w", "h", "L"}
    assert report.worst is not None
    assert report.worst.analytic == pytest.approx(report.worst.numeric)


def test_a_graph_can_be_saved_and_loaded(graph: graphtui.Graph, tmp_path: Path) -> None:
    graphtui.save_json(graph, tmp_path / "net.json")
    assert graphtui.load(tmp_path / "net.json") == graph
    assert graphtui.Graph.from_dict(graph.to_dict()) == graph


def test_a_python_file_describes_a_graph(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        "import numpy as np\nfrom graphtui import input, parameter\n"
        "w = parameter([3.0, 4.0])\nx = input([1.0, -2.0])\nL = np.sum(w * x)\nother = 2 * w\n"
    )
    graph = graphtui.load(f"{path}:L")
    assert graph.output == "L"
    assert graphtui.run(graph).value("L") == -5.0


def test_a_graph_can_be_described_here() -> None:
    x = graphtui.input(2.0, name="x")
    y = graphtui.exp(x * 3)  # type: ignore[attr-defined]
    assert isinstance(y, graphtui.Tensor)
    assert y.shape == ()


def test_a_mistake_is_told_with_its_place_and_the_nearest_name() -> None:
    with pytest.raises(graphtui.DescriptionError) as caught:
        graphtui.Graph.from_dict({"nodes": [{"id": "x", "op": "inptu", "value": 1.0}]})
    assert isinstance(caught.value, graphtui.GraphtuiError)
    assert "$.nodes[0].op" in str(caught.value)
    assert "Did you mean 'input'?" in str(caught.value)


def test_every_public_name_is_there() -> None:
    for name in dir(graphtui):
        assert getattr(graphtui, name) is not None
    with pytest.raises(AttributeError):
        graphtui.no_such_name  # noqa: B018
