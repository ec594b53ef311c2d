"""The step diff: put together from the start, it is the run, and nothing is missing or too much."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given

from graphtui.debugger.same import same
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.step_diff import StepChange, What, step_diff
from graphtui.engine.execute import Run
from graphtui.graph.graph import Graph, node
from graphtui.ops import OPS
from graphtui.ops.linear_map import Array
from tests.engine.test_gradcheck import planted
from tests.strategies import graphs


def diffs(run: Run) -> list[tuple[StepChange, ...]]:
    return [step_diff(Snapshot(run, step, "")) for step in range(len(run.steps) + 1)]


def told(change: StepChange) -> tuple[str, str, float | None, float, bool]:
    old = None if change.old is None else float(change.old)
    return change.node, change.what.value, old, float(change.new), change.complete


@given(graphs())
def test_all_of_them_together_are_the_run(graph: Graph) -> None:
    run = Run(graph).finish()
    known: dict[tuple[str, What], Array | None] = {}
    for name in graph.nodes:
        known[name, What.VALUE] = run.value(name) if graph.nodes[name].is_leaf else None
        known[name, What.GRADIENT] = None
    complete: set[str] = set()
    for step, changes in enumerate(diffs(run)):
        snapshot = Snapshot(run, step, "")
        for change in changes:
            assert same(change.old, known[change.node, change.what])
            known[change.node, change.what] = change.new
            if change.what is What.GRADIENT and change.complete:
                assert change.node not in complete
                complete.add(change.node)
        assert len({each[:2] for each in changes}) == len(changes)
        for name in graph.nodes:
            assert same(known[name, What.VALUE], snapshot.value(name))
            assert same(known[name, What.GRADIENT], snapshot.gradient(name))
            assert (name in complete) is snapshot.complete(name)


def test_a_fan_out_adds_up(fan_out: Graph) -> None:
    run = Run(fan_out).finish()
    found = [[told(change) for change in changes] for changes in diffs(run)]
    assert found[0] == []
    assert found[1] == [("y", "value", None, 6.0, True)]
    assert found[5] == [("c", "gradient", None, 1.0, True)]
    assert found[6] == [("a", "gradient", None, 1.0, True), ("b", "gradient", None, 1.0, True)]
    assert found[7] == [("y", "gradient", None, 5.0, False)]
    assert found[8] == [("y", "gradient", 5.0, 7.0, True)]
    last = step_diff(Snapshot(run, 8, ""))[0]
    assert (last.arrived, last.expected) == (2, 2)


def test_the_elements_that_differ_are_counted() -> None:
    nodes = [
        node("x", "input", value=[1.0, 2.0, 3.0]),
        node("m", "constant", value=[0.0, 5.0, 0.0]),
        node("a", "multiply", ["x", "m"]),
        node("b", "sum", ["a"]),
        node("c", "sum", ["x"]),
        node("L", "add", ["b", "c"]),
    ]
    run = Run(Graph(nodes)).finish()
    to_x = [each for changes in diffs(run) for each in changes if each.node == "x"]
    assert [each.differing for each in to_x] == [3, 1]
    assert [each.first for each in to_x] == [(0,), (1,)]


def test_an_input_that_is_read_twice_changes_once() -> None:
    run = Run(Graph([node("x", "input", value=3.0), node("f", "multiply", ["x", "x"])])).finish()
    (change,) = diffs(run)[-1]
    assert told(change) == ("x", "gradient", None, 6.0, True)
    assert (change.arrived, change.expected) == (2, 2)


def test_a_contribution_of_0_is_a_change_of_no_element() -> None:
    nodes = [
        node("x", "input", value=-2.0),
        node("r", "relu", ["x"]),
        node("s", "square", ["x"]),
        node("f", "add", ["s", "r"]),
    ]
    last = diffs(Run(Graph(nodes)).finish())[-1][0]
    before = diffs(Run(Graph(nodes)).finish())[-2][0]
    assert [told(before)[2:], told(last)[2:]] == [(None, -4.0, False), (-4.0, -4.0, True)]
    assert (last.differing, last.first) == (0, None)


def test_a_gradient_that_was_given_takes_the_place_of_the_sum(fan_out: Graph) -> None:
    run = Run(fan_out, gradients={"y": 100.0}).finish()
    assert told(diffs(run)[8][0]) == ("y", "gradient", 5.0, 100.0, True)
    assert told(diffs(run)[9][0]) == ("x", "gradient", None, 300.0, True)


def test_a_step_that_raised_changed_what_it_had_sent_until_then() -> None:
    nodes = [
        node("a", "input", value=[1.0, 2.0]),
        node("b", "input", value=[3.0, 4.0]),
        node("m", "multiply", ["a", "b"]),
        node("L", "sum", ["m"]),
    ]
    wrong = dataclasses.replace(
        OPS["multiply"], derivatives=(lambda y, a, b: b, lambda y, a, b: np.ones(7))
    )
    run = Run(planted(Graph(nodes), "m", wrong)).finish()
    assert run.steps[-1].error is not None
    assert [each.node for each in diffs(run)[-1]] == ["a"]
    failing = planted(Graph(nodes), "m", dataclasses.replace(wrong, forward=lambda a, b: a @ [b]))
    assert diffs(Run(failing).finish()) == [(), ()]
