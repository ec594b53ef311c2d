"""Two runs side by side: nodes by name, what differs, and where it begins in either pass."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.compare.change import Level
from graphtui.debugger.compare.compare import Comparison, compare, completion
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from graphtui.ops import OPS
from graphtui.ops.op import Elementwise
from tests.engine.test_gradcheck import planted
from tests.strategies import graphs


def levels(comparison: Comparison) -> dict[str, tuple[Level, Level | None]]:
    return {
        r.node: (r.value.level, r.gradient.level if r.gradient else None) for r in comparison.rows
    }


def behind(graph: Graph, name: str) -> set[str]:
    """The nodes that depend on `name`, and itself."""
    found = {name}
    for each in graph.nodes.values():
        if not found.isdisjoint(each.inputs):
            found.add(each.name)
    return found


# Laws -------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(graphs(), st.data())
def test_a_run_equals_itself_and_another_of_the_same(graph: Graph, data: st.DataObject) -> None:
    one, other = Run(graph).finish(), Run(graph).finish()
    for found in (compare(one, one), compare(one, other, tolerance=0)):
        assert found.same
        assert not found.differing
        assert found.first_divergence(Phase.FORWARD) is None
        assert found.first_divergence(Phase.BACKWARD) is None
    cursor = data.draw(st.integers(0, len(one.steps)))
    there = Snapshot(one, cursor, graph.output)
    window = compare(there, one)
    assert window.same  # what is not there yet is no difference
    for row in window.rows:
        assert (row.value.level is Level.PENDING) is (there.value(row.node) is None)
        if row.gradient is not None:
            assert (row.gradient.level is Level.PENDING) is not there.complete(row.node)


@settings(max_examples=60)
@given(graphs(finite=True), st.data())
def test_only_what_depends_on_a_change_differs_forward(graph: Graph, data: st.DataObject) -> None:
    leaves = [name for name, each in graph.nodes.items() if each.is_leaf]
    leaf = data.draw(st.sampled_from(leaves))
    value = graph.nodes[leaf].value
    assert value is not None
    moved = ~value if value.dtype == bool else value + value.dtype.type(1)
    found = compare(Run(graph).finish(), Run(graph, values={leaf: moved}).finish())
    differing = {row.node for row in found.rows if row.value.level.differs}
    assert differing <= behind(graph, leaf)
    first = found.first_divergence(Phase.FORWARD)
    assert first == (leaf if value.size and not np.array_equal(moved, value) else first)
    if value.size == 0:
        assert found.same


@settings(max_examples=60)
@given(graphs(finite=True), graphs(finite=True))
def test_every_node_of_two_graphs_is_told_of_once(one: Graph, other: Graph) -> None:
    found = compare(Run(one).finish(), Run(other).finish())
    told = [
        *(row.node for row in found.rows),
        *found.only_a,
        *found.only_b,
        *(row.node for row in found.reshaped),
    ]
    assert len(told) == len(set(told))
    assert set(told) == set(one.nodes) | set(other.nodes)
    back = compare(Run(other).finish(), Run(one).finish())
    assert (back.only_a, back.only_b) == (found.only_b, found.only_a)
    assert {row.node for row in back.differing} == {row.node for row in found.differing}
    assert back.same == found.same
    assert set(found.backward) <= set(found.by_name)


@settings(max_examples=60)
@given(graphs(finite=True))
def test_gradients_are_complete_in_the_order_in_which_backward_sums_them(graph: Graph) -> None:
    run = Run(graph)
    order = completion(run)
    seen: list[str] = []
    while not run.ended:
        run.advance()
        there = Snapshot(run, len(run.steps), graph.output)
        seen += [name for name in order if name not in seen and there.complete(name)]
    assert seen == list(order)
    assert list(order.values()) == sorted(order.values())
    assert set(order) == {name for name in graph.nodes if run.gradient(name) is not None}


# Cases ------------------------------------------------------------------------------------------


def test_two_branches_of_one_session(mlp: Graph) -> None:
    W2 = np.array(mlp.nodes["W2"].value)
    W2[0, 1] += 1.0
    found = compare(Run(mlp).finish(), Run(mlp, values={"W2": W2}).finish())
    assert found.first_divergence(Phase.FORWARD) == "W2"
    assert found.first_divergence(Phase.BACKWARD) == "scores"
    row = found.by_name["W2"]
    assert row.value.element == (0, 1)
    assert row.value.b == pytest.approx((row.value.a or 0) + 1)
    assert {name for name, (value, _) in levels(found).items() if value.differs} == {
        "W2", "scores", "data", "squares", "penalty", "loss"
    }  # fmt: skip
    assert found.by_name["loss"].gradient is not None
    assert found.by_name["loss"].gradient.level is Level.SAME
    assert found.by_name["y"].gradient is None
    assert found.sentence == (
        "The first difference is forward at 'W2' and backward at 'scores'. "
        "6 of 13 values differ, 8 of 12 gradients differ."
    )


def test_a_wrong_rule_differs_backward_only_and_first_behind_its_gate(chain: Graph) -> None:
    sin = OPS["sin"]
    assert isinstance(sin, Elementwise)
    wrong = dataclasses.replace(sin, derivatives=(lambda y, x: 1.01 * np.cos(x),))
    found = compare(Run(chain).finish(), Run(planted(chain, "s", wrong)).finish())
    assert found.first_divergence(Phase.FORWARD) is None
    assert found.first_divergence(Phase.BACKWARD) == "m"
    assert levels(found)["s"] == (Level.SAME, Level.SAME)
    assert levels(found)["x"] == (Level.SAME, Level.CHANGED)


def test_backward_the_first_is_the_one_nearest_to_the_loss(fan_out: Graph) -> None:
    """y is complete only when both its contributions have come, so that a is before it."""
    found = compare(Run(fan_out).finish(), Run(fan_out, values={"five": 7.0}).finish())
    assert found.backward == ("c", "a", "b", "y", "x")
    assert found.first_divergence(Phase.BACKWARD) == "y"
    assert found.first_divergence(Phase.FORWARD) == "five"


def in_dtype(dtype: str, big: float = 3.0) -> Graph:
    return Graph(
        [
            node("x", "input", value=[0.1, 0.2], dtype=dtype),
            node("k", "constant", value=big, dtype=dtype),
            node("up", "add", ["x", "k"]),
            node("down", "subtract", ["up", "k"]),
            node("L", "sum", ["down"]),
        ]
    )


def test_two_dtypes_differ_slightly_until_digits_are_lost() -> None:
    found = compare(Run(in_dtype("float64")).finish(), Run(in_dtype("float32")).finish())
    assert found.same
    assert levels(found)["x"] == (Level.SLIGHT, Level.SAME)
    assert found.sentence == (
        "No number differs: 5 values (4 slightly apart) and 4 gradients compared."
    )
    lossy = compare(Run(in_dtype("float64", 1e4)).finish(), Run(in_dtype("float32", 1e4)).finish())
    assert lossy.first_divergence(Phase.FORWARD) == "down"
    assert levels(lossy)["up"][0] is Level.SLIGHT
    assert compare(
        Run(in_dtype("float64", 1e4)).finish(),
        Run(in_dtype("float32", 1e4)).finish(),
        tolerance=0.1,
    ).same


def test_names_shapes_and_ops_that_do_not_match() -> None:
    def graph(op: str, shape: tuple[int, ...], extra: str) -> Graph:
        return Graph(
            [
                node("x", "input", value=np.full(shape, 0.5)),
                node(extra, "constant", value=2.0),
                node("h", op, ["x"]),
                node("s", "sum", ["h"]),
                node("L", "multiply", ["s", extra]),
            ]
        )

    found = compare(Run(graph("tanh", (2,), "k")).finish(), Run(graph("sin", (3,), "q")).finish())
    assert (found.only_a, found.only_b) == (("k",), ("q",))
    assert found.reshaped == (("x", (2,), (3,)), ("h", (2,), (3,)))
    assert found.other_ops == (("h", "tanh", "sin"),)
    assert [row.node for row in found.rows] == ["s", "L"]
    assert not found.same
    assert "Only in the first run: 'k'. Only in the second run: 'q'." in found.sentence
    assert "With another shape: 'x', 'h'." in found.sentence


def test_another_op_with_the_same_numbers_is_no_difference() -> None:
    def graph(op: str, *inputs: str) -> Graph:
        return Graph([node("x", "input", value=3.0), node("f", op, inputs)])

    found = compare(Run(graph("square", "x")).finish(), Run(graph("multiply", "x", "x")).finish())
    assert found.other_ops == (("f", "square", "multiply"),)
    assert found.same
    assert found.sentence == "No number differs: 2 values and 2 gradients compared."


def test_a_fault_on_one_side_only() -> None:
    graph = Graph(
        [node("x", "input", value=[1.0, 4.0]), node("r", "sqrt", ["x"]), node("L", "sum", ["r"])]
    )
    healthy, sick = Run(graph).finish(), Run(graph, values={"x": [1.0, -4.0]}).finish()
    found = compare(healthy, sick)
    assert levels(found)["r"] == (Level.NEW_FAULT, Level.SAME)
    assert found.by_name["r"].value.element == (1,)
    assert levels(compare(sick, healthy))["L"][0] is Level.FAULT_GONE
    assert compare(sick, Run(graph, values={"x": [1.0, -4.0]}).finish()).same


def _raising(*_: Any, **__: Any) -> Any:
    raise FloatingPointError("broken on purpose")


def test_an_exception_is_a_new_fault_and_what_is_behind_it_does_not_come(chain: Graph) -> None:
    stopped = planted(chain, "s", dataclasses.replace(OPS["sin"], forward=_raising))
    found = compare(Run(chain).finish(), Run(stopped).finish())
    assert levels(found)["s"] == (Level.NEW_FAULT, Level.PENDING)
    assert levels(found)["f"] == (Level.PENDING, Level.PENDING)
    assert found.first_divergence(Phase.FORWARD) == "s"
    assert levels(compare(Run(stopped).finish(), Run(chain).finish()))["s"][0] is Level.FAULT_GONE
    assert compare(Run(stopped).finish(), Run(stopped).finish()).same


def test_not_yet_is_neither_zero_nor_a_difference(fan_out: Graph) -> None:
    begun = Run(fan_out)
    for _ in range(6):
        begun.advance()
    found = compare(begun, Run(fan_out).finish())
    assert found.same
    # b has sent its part to y; a has not, so that the sum is not there to be compared.
    assert levels(found)["y"] == (Level.SAME, Level.PENDING)
    assert found.gradients == {Level.SAME: 3, Level.PENDING: 2}
    assert "5 gradients (2 not there yet)" in found.sentence


def test_a_gradient_that_flows_on_one_side_only() -> None:
    def graph(kind: str) -> Graph:
        return Graph(
            [
                node("x", "input", value=2.0),
                node("k", kind, value=3.0),
                node("f", "multiply", ["x", "k"]),
            ]
        )

    found = compare(Run(graph("parameter")).finish(), Run(graph("constant")))
    assert levels(found)["k"] == (Level.SAME, Level.ONE_SIDED)
    assert found.first_divergence(Phase.BACKWARD) == "k"
    without = compare(Run(graph("constant")).finish(), Run(graph("constant")).finish())
    assert levels(without)["k"] == (Level.SAME, None)


def test_the_cursor_counts_and_not_how_far_the_run_has_come(chain: Graph) -> None:
    run = Run(chain).finish()
    found = compare(Snapshot(run, 2, "s"), Snapshot(run, len(run.steps), "s"))
    assert levels(found)["s"] == (Level.SAME, Level.PENDING)
    assert levels(found)["f"] == (Level.PENDING, Level.PENDING)


def test_it_can_be_interrupted(chain: Graph) -> None:
    run = Run(chain).finish()
    with pytest.raises(CommandError, match="interrupted"):
        compare(run, run, interrupted=lambda: True)


def test_a_difference_of_structure_alone_says_so() -> None:
    x, f = node("x", "input", value=3.0), node("f", "exp", ["x"])
    more = [x, node("half", "constant", value=0.5), node("y", "multiply", ["x", "half"]), f]
    one, other = Run(Graph([x, f])).finish(), Run(Graph(more, "f")).finish()
    found = compare(one, other)
    assert not found.same
    assert found.sentence == (
        "The structure differs, and no number: 2 values and 2 gradients compared. "
        "Only in the second run: 'half', 'y'."
    )
    assert compare(one, one).sentence.startswith("No number differs")
