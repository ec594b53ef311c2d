"""Hand-worked numbers, the loop's laws, and faults as data."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.engine.execute import Run, run
from graphtui.engine.plan import Phase
from graphtui.errors import UsageError
from graphtui.graph.graph import Edge, Graph, node
from tests.strategies import graphs


@pytest.fixture
def shallow() -> Iterator[None]:
    """A recursion limit under which no walk may be recursive."""
    before = sys.getrecursionlimit()
    depth, frame = 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(depth + 120)
    yield
    sys.setrecursionlimit(before)


def test_the_first_circuit_of_the_lecture() -> None:
    graph = Graph(
        [
            node("x", "input", value=-2.0),
            node("y", "input", value=5.0),
            node("z", "input", value=-4.0),
            node("q", "add", ["x", "y"]),
            node("f", "multiply", ["q", "z"]),
        ]
    )
    result = run(graph)
    assert result.value("f") == -12.0
    gradients = {name: float(result.gradient(name)) for name in "xyzqf"}
    assert gradients == {"x": -4.0, "y": -4.0, "z": 3.0, "q": -4.0, "f": 1.0}


def test_one_contribution_for_each_edge(fan_out: Graph) -> None:
    result = run(fan_out)
    assert [(c.edge, float(c.downstream)) for c in result.received("y")] == [
        (Edge("y", "b", 1), 5.0),
        (Edge("y", "a", 1), 2.0),
    ]
    assert result.gradient("y") == 7.0
    assert result.gradient("x") == 21.0
    (sent,) = result.contributions("a")
    assert (sent.upstream, sent.local.compact(), sent.downstream) == (1.0, 2.0, 2.0)


def test_an_input_used_twice_by_one_node_is_sent_two_contributions() -> None:
    graph = Graph([node("x", "input", value=3.0), node("f", "multiply", ["x", "x"])])
    result = run(graph)
    assert [c.edge.slot for c in result.contributions("f")] == [0, 1]
    assert result.gradient("x") == 6.0


def test_not_reached_is_none_and_not_zero(chain: Graph) -> None:
    result = run(chain)
    assert result.gradient("k") is None
    partial = Run(chain)
    partial.advance()
    assert partial.gradient("x") is None
    assert partial.value("f") is None


def test_steps_are_carried_out_one_at_a_time(chain: Graph) -> None:
    lazy = Run(chain)
    assert lazy.steps == []
    step = lazy.advance()
    assert (step.number, step.phase, step.node) == (1, Phase.FORWARD, "m")
    assert step.value == 1.0
    assert not lazy.ended
    lazy.finish()
    assert lazy.ended
    assert len(lazy.steps) == len(lazy.plan.tasks)


def test_a_run_is_read_only(mlp: Graph) -> None:
    result = run(mlp)
    for name in mlp.nodes:
        for array in (result.value(name), result.gradient(name)):
            if array is not None:
                assert not array.flags.writeable
    for step in result.steps:
        for contribution in step.contributions:
            assert not contribution.downstream.flags.writeable


def test_a_gradient_has_the_shape_and_dtype_of_its_value() -> None:
    graph = Graph(
        [
            node("a", "parameter", value=np.ones((2, 3), np.float32)),
            node("b", "parameter", value=np.ones(3, np.float64)),
            node("h", "parameter", value=np.ones((), np.float16)),
            node("s", "add", ["a", "b"]),
            node("t", "multiply", ["s", "h"]),
            node("L", "sum", ["t"]),
        ]
    )
    result = run(graph)
    for name, each in graph.nodes.items():
        gradient = result.gradient(name)
        assert gradient is not None
        assert (gradient.shape, gradient.dtype) == (each.shape, each.dtype)


def test_the_same_graph_gives_the_same_bits(mlp: Graph) -> None:
    first, second = run(mlp), run(mlp)
    for name in mlp.nodes:
        one, other = first.gradient(name), second.gradient(name)
        assert (one is None) == (other is None)
        assert one is None or one.tobytes() == other.tobytes()


def test_other_values_for_leaves(chain: Graph) -> None:
    result = run(chain, values={"x": 0.0})
    assert result.value("f") == 1.0
    assert result.gradient("x") == 2.0


def test_a_computed_node_goes_on_from_the_value_it_is_given(chain: Graph) -> None:
    changed = Run(chain, values={"s": 2.0}).finish()
    assert [step.node for step in changed.steps] == [step.node for step in run(chain).steps]
    assert changed.value("m") == 1.0
    assert changed.value("s") == changed.steps[1].value == 2.0
    assert changed.value("f") == np.exp(2.0)
    assert changed.gradient("s") == np.exp(2.0)
    assert changed.gradient("x") == np.exp(2.0) * np.cos(1.0) * 2.0
    before = Run(chain, values={"s": 2.0})
    assert before.value("s") is None


@given(graphs(most_nodes=8), st.data())
def test_giving_a_node_what_it_has_anyway_changes_nothing(
    graph: Graph, data: st.DataObject
) -> None:
    plain = Run(graph).finish()
    known = [name for name in graph.nodes if plain.value(name) is not None]
    name = data.draw(st.sampled_from(known))
    again = Run(graph, values={name: plain.value(name)}).finish()
    assert [(step.phase, step.node) for step in plain.steps] == [
        (step.phase, step.node) for step in again.steps
    ]
    for each in graph.nodes:
        assert same_bits(plain.value(each), again.value(each))
        assert same_bits(plain.gradient(each), again.gradient(each))


def same_bits(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Whether both are the same to the last bit, or both are missing."""
    if one is None or other is None:
        return one is other
    return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())


@pytest.mark.parametrize(
    ("values", "seed", "words"),
    [
        ({"q": 1.0}, None, "no node is named 'q'"),
        ({"m": [1.0]}, None, "m has shape (1,), 'm' is a scalar."),
        ({"x": [1.0, 2.0]}, None, "x has shape (2,), 'x' is a scalar."),
        ({"x": "one"}, None, "is text, not a number"),
        ({}, [1.0], "the seed has shape (1,), 'f' is a scalar. Give one number."),
    ],
)
def test_what_does_not_fit_is_refused(chain: Graph, values, seed, words: str) -> None:
    with pytest.raises(UsageError) as refusal:
        run(chain, values=values, seed=seed)
    assert words in str(refusal.value)


def test_an_unknown_name_is_refused_with_the_nearest(mlp: Graph) -> None:
    with pytest.raises(UsageError, match="no node is named 'score'. Did you mean 'scores'"):
        run(mlp).value("score")


def test_a_vector_output_needs_a_seed() -> None:
    graph = Graph([node("x", "input", value=[1.0, 2.0]), node("y", "square", ["x"])])
    with pytest.raises(UsageError, match=r"shape \(2,\).*give a seed"):
        run(graph)
    assert run(graph, seed=[1.0, 10.0]).gradient("x").tolist() == [2.0, 40.0]
    forward_only = Run(graph).finish()
    assert forward_only.plan.seed_step == 0
    assert forward_only.value("y").tolist() == [1.0, 4.0]


# Faults ----------------------------------------------------------------------------


def faults_of(*nodes, **keywords) -> list[tuple[int, str, str, bool]]:
    result = run(Graph(list(nodes)), **keywords)
    return [(f.step, f.node, f.kind, f.begins) for f in result.faults]


def test_a_nan_of_two_infinities_begins_where_they_meet() -> None:
    found = faults_of(
        node("x", "input", value=[0.0, 1.0]),
        node("a", "log", ["x"]),
        node("d", "subtract", ["a", "a"]),
        node("e", "exp", ["d"]),
        node("f", "sum", ["e"]),
    )
    assert found[:3] == [(1, "a", "inf", True), (2, "d", "nan", True), (3, "e", "nan", False)]


def test_a_fault_begins_once_and_is_passed_on() -> None:
    found = faults_of(
        node("x", "input", value=1.0),
        node("two", "constant", value=2.0),
        node("d", "subtract", ["x", "two"]),
        node("inner", "sqrt", ["d"]),
        node("outer", "sqrt", ["inner"]),
    )
    assert found[:2] == [(2, "inner", "nan", True), (3, "outer", "nan", False)]


def test_the_where_trap_is_a_fault_of_the_backward_pass() -> None:
    result = run(
        Graph(
            [
                node("x", "input", value=[0.0, 2.0]),
                node("zero", "constant", value=0.0),
                node("positive", "greater", ["x", "zero"]),
                node("l", "log", ["x"]),
                node("w", "where", ["positive", "l", "zero"]),
                node("L", "sum", ["w"]),
            ]
        )
    )
    assert np.isfinite(result.value("L"))
    assert np.isnan(result.gradient("x")[0])
    backward = [f for f in result.faults if f.phase is Phase.BACKWARD]
    assert [(f.node, f.kind, f.begins, f.edge) for f in backward] == [
        ("l", "nan", True, Edge("x", "l", 0))
    ]


def test_a_leaf_given_with_nan_is_a_fault_at_the_start() -> None:
    found = faults_of(node("x", "input", value=float("nan")), node("f", "exp", ["x"]))
    assert found[0] == (0, "x", "nan", True)
    assert found[1] == (1, "f", "nan", False)


def test_overflow_in_half_precision_is_a_fault() -> None:
    found = faults_of(node("x", "input", value=np.float16(300.0)), node("f", "square", ["x"]))
    assert found[0] == (1, "f", "inf", True)


def test_a_run_without_faults_has_none(mlp: Graph) -> None:
    assert run(mlp).faults == ()


def test_an_exception_ends_the_run_and_leaves_the_past() -> None:
    graph = Graph(
        [
            node("s", "input", value=[[1.0, 2.0]]),
            node("y", "constant", value=[7]),
            node("t", "tanh", ["s"]),
            node("L", "cross_entropy", ["t", "y"]),
        ]
    )
    result = run(graph)
    assert result.ended
    assert result.steps[-1].error is not None
    assert result.value("t") is not None
    assert result.value("L") is None
    (fault,) = result.faults
    assert (fault.kind, fault.node, fault.begins) == ("exception", "L", True)
    assert "cross_entropy at 'L' stopped" in fault.message


def test_faults_are_found_as_the_run_grows() -> None:
    graph = Graph([node("x", "input", value=-1.0), node("f", "log", ["x"])])
    lazy = Run(graph)
    assert lazy.faults == ()
    lazy.advance()
    assert [f.kind for f in lazy.faults] == ["nan"]
    assert [f.kind for f in lazy.faults_at("f")] == ["nan"]


def test_no_warning_reaches_the_terminal(recwarn: pytest.WarningsRecorder) -> None:
    faults_of(node("x", "input", value=0.0), node("f", "reciprocal", ["x"]))
    assert not recwarn.list


# Size ----------------------------------------------------------------------------


@pytest.mark.usefixtures("shallow")
def test_a_chain_of_fifty_thousand_gates_runs_without_recursion() -> None:
    count = 50_000
    nodes = [node("n0", "input", value=1.0), node("k", "constant", value=1.0)]
    nodes += [node(f"n{i}", "multiply", [f"n{i - 1}", "k"]) for i in range(1, count + 1)]
    result = run(Graph(nodes))
    assert result.gradient("n0") == 1.0
    assert len(result.steps) == 2 * count + 1
