"""What is kept for backward: what the local maps hold, from forward until backward used it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given

from graphtui.debugger.saved import Saved, SavedForBackward, saved
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.graph.graph import Graph, node
from graphtui.ops import OPS
from graphtui.ops.linear_map import Array, LinearMap
from tests.engine.test_gradcheck import planted
from tests.strategies import graphs

ROW = np.arange(8.0)


def kept(run: Run, step: int) -> dict[tuple[str, str], Saved]:
    rows = saved(Snapshot(run, step, ""))
    found = {(each.node, each.value_of): each for each in rows}
    assert len(found) == len(rows)
    return found


def graph_of(*nodes: object) -> Graph:
    return Graph([node("x", "input", value=ROW), *nodes])  # type: ignore[list-item]


# Which arrays -----------------------------------------------------------------------------------


def test_each_kind_of_array_is_told_apart() -> None:
    graph = graph_of(
        node("e", "exp", ["x"]),  # its own output
        node("r", "relu", ["e"]),  # a mask
        node("t", "tanh", ["r"]),  # a factor
        node("m", "multiply", ["t", "x"]),  # both inputs
        node("p", "softmax", ["m"]),  # its own output, three times
        node("g", "getitem", ["p"], key="[0, 0, 3]"),  # indices
        node("a", "add", ["g", "g"]),  # nothing
        node("s", "reshape", ["a"], shape=[3, 1]),  # nothing
        node("L", "sum", ["s"]),  # nothing
    )
    run = Run(graph).finish()
    found = kept(run, run.plan.forward_end)
    assert {key: each.nbytes for key, each in found.items()} == {
        ("e", "e"): 64,
        ("r", ""): 8,
        ("t", ""): 64,
        ("m", "t"): 64,
        ("m", "x"): 64,
        ("p", "p"): 64,
        ("g", ""): 24,
    }
    assert found["r", ""].dtype == bool
    assert found["g", ""].dtype == np.intp
    assert {key for key, each in found.items() if each.given} == {("m", "x")}
    assert found["m", "t"].until == run.plan.backward_step["m"]


def test_what_no_gradient_needs_is_not_kept(mlp: Graph) -> None:
    graph = Graph(
        [
            node("X", "constant", value=np.ones((4, 3))),
            node("W", "parameter", value=np.ones((3, 2))),
            node("h", "matmul", ["X", "W"]),
            node("L", "sum", ["h"]),
        ]
    )
    assert list(kept(Run(graph).finish(), 2)) == [("h", "X")]
    assert saved(Snapshot(Run(mlp, seed=None).finish(), 0, "")) == ()


def test_the_larger_comes_first_and_then_the_earlier(mlp: Graph) -> None:
    run = Run(mlp).finish()
    rows = saved(Snapshot(run, len(run.steps), ""))
    made = [run.plan.forward_step[each.node] for each in rows]
    order = [(-each.nbytes, step) for each, step in zip(rows, made, strict=True)]
    assert order == sorted(order)
    table = SavedForBackward(run).table(Snapshot(run, len(run.steps), ""), most=2)
    assert (table.rows, table.arrays) == (rows[:2], len(rows))


def test_the_maps_of_the_run_are_used_where_they_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(graph_of(node("t", "tanh", ["x"]), node("L", "sum", ["t"]))).finish()
    at_end = Snapshot(run, len(run.steps), "")
    expected = saved(at_end)
    monkeypatch.setattr(type(OPS["tanh"]), "local", None)
    assert saved(at_end) == expected
    assert [each.node for each in expected] == ["t"]


def test_a_map_of_a_kind_that_names_no_arrays_keeps_none() -> None:
    class Negated(LinearMap):
        output_shape = input_shape = (8,)
        structure = "diagonal"
        nonzeros = 8

        def pullback(self, upstream: Array) -> Array:
            return -upstream

        def pushforward(self, tangent: Array) -> Array:
            return -tangent

    class Negative(type(OPS["negative"])):  # type: ignore[misc]
        def local(self, y: Array, *xs: Array, **attrs: object) -> tuple[LinearMap, ...]:
            return (Negated(),)

    fields = {each.name: getattr(OPS["negative"], each.name)
              for each in dataclasses.fields(OPS["negative"])}  # fmt: skip
    graph = graph_of(node("n", "negative", ["x"]), node("L", "sum", ["n"]))
    run = Run(planted(graph, "n", Negative(**fields)))
    run.advance()
    assert saved(Snapshot(run, 1, "")) == ()


# Parts of memory --------------------------------------------------------------------------------


def totals(*nodes: object) -> tuple[int, int, int]:
    """The sum of the rows, what is held and the peak when forward ends."""
    run = Run(graph_of(*nodes)).finish()
    table = SavedForBackward(run).table(Snapshot(run, run.plan.forward_end, ""))
    return sum(each.nbytes for each in table.rows), table.now, table.peak


def test_what_several_nodes_keep_is_there_once() -> None:
    squares = [node(f"s{k}", "multiply", [f"s{k - 1}" if k else "x", "x"]) for k in range(3)]
    # x four times over, s0 and s1.
    assert totals(*squares, node("L", "sum", ["s2"])) == (5 * 64, 3 * 64, 3 * 64)


def test_another_shape_of_an_array_is_the_same_memory() -> None:
    nodes = [
        node("c", "reshape", ["x"], shape=[2, 4]),
        node("t", "transpose", ["c"]),
        node("m", "matmul", ["c", "t"]),
        node("s", "sum", ["m"]),
        node("q", "square", ["x"]),
        node("d", "multiply", ["q", "x"]),
        node("u", "sum", ["d"]),
        node("L", "add", ["s", "u"]),
    ]
    run = Run(graph_of(*nodes)).finish()
    assert set(kept(run, run.plan.forward_end)) == {("m", "c"), ("q", ""), ("d", "x"), ("d", "q")}
    # x is also c and t.
    assert totals(*nodes) == (4 * 64, 3 * 64, 3 * 64)


def test_overlapping_parts_are_no_more_than_the_whole() -> None:
    nodes = [
        node("a", "getitem", ["x"], key="0:6"),
        node("b", "getitem", ["x"], key="2:8"),
        node("m", "multiply", ["a", "b"]),
        node("L", "sum", ["m"]),
    ]
    assert totals(*nodes) == (96, 64, 64)


def test_an_array_that_was_repeated_takes_what_it_takes() -> None:
    nodes = [
        node("w", "broadcast_to", ["x"], shape=[100, 8]),
        node("m", "multiply", ["w", "w"]),
        node("L", "sum", ["m"]),
    ]
    run = Run(graph_of(*nodes)).finish()
    value = run.value("w")
    assert value is not None
    assert (value.nbytes, totals(*nodes)) == (6400, (64, 64, 64))


# When -------------------------------------------------------------------------------------------


def test_it_is_held_from_forward_to_backward(mlp: Graph) -> None:
    run = Run(mlp).finish()
    forward, backward = run.plan.forward_step, run.plan.backward_step
    everything = saved(Snapshot(run, len(run.steps), ""))
    assert all(each.released for each in everything)
    for step in range(len(run.steps) + 1):
        rows = saved(Snapshot(run, step, ""))
        due = [each for each in everything if forward[each.node] <= step]
        assert [each._replace(released=True) for each in rows] == due
        assert [each.released for each in rows] == [backward[each.node] <= step for each in rows]


def test_the_sums_go_up_forward_and_down_backward(mlp: Graph) -> None:
    run = Run(mlp).finish()
    keeping = SavedForBackward(run)
    tables = [keeping.table(Snapshot(run, step, "")) for step in range(len(run.steps) + 1)]
    held, end = [table.now for table in tables], run.plan.forward_end
    assert held[: end + 1] == sorted(held[: end + 1])
    assert held[end:] == sorted(held[end:], reverse=True)
    assert (held[0], held[-1]) == (0, 0)
    assert [table.peak for table in tables] == [max(held[: n + 1]) for n in range(len(held))]
    assert [table.waiting for table in tables[: end + 1]] == [8, 7, 6, 5, 4, 3, 2, 1, 0]


@given(graphs())
def test_whichever_way_one_came_it_is_the_same_and_sums_are_no_more_than_the_rows(
    graph: Graph,
) -> None:
    run = Run(graph).finish()
    keeping = SavedForBackward(run)
    for step in (len(run.steps), 0, len(run.steps) // 2, run.plan.forward_end // 2):
        snapshot = Snapshot(run, step, "")
        table = keeping.table(snapshot, most=None)
        assert table == SavedForBackward(run).table(snapshot, most=None)
        assert table.rows == saved(snapshot)
        held = [each for each in table.rows if not each.released]
        assert 0 <= table.now <= sum(each.nbytes for each in held)
        assert table.now >= max((each.nbytes for each in held), default=0)
        assert table.now <= table.peak
        for each in table.rows:
            assert not each.value_of or each.value_of in (
                each.node, *graph.nodes[each.node].inputs
            )  # fmt: skip


def test_an_interrupted_look_says_so_and_goes_on_later(mlp: Graph) -> None:
    run = Run(mlp).finish()
    keeping, at_end = SavedForBackward(run), Snapshot(run, len(run.steps), "")
    asked = iter([False, False, False, True])
    partial = keeping.table(at_end, interrupted=lambda: next(asked))
    assert not partial.whole
    whole = SavedForBackward(run).table(at_end)
    assert partial.arrays < whole.arrays
    assert keeping.table(at_end) == whole
    assert whole.whole


def test_each_node_is_looked_at_once(mlp: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(mlp)
    while len(run.steps) < run.plan.forward_end:
        run.advance()
    keeping = SavedForBackward(run)
    table = keeping.table(Snapshot(run, 6, ""))
    keeping.table(Snapshot(run, run.plan.forward_end, ""))
    for kind in {type(each.op) for each in mlp.nodes.values()}:
        monkeypatch.setattr(kind, "local", None, raising=False)
    assert keeping.table(Snapshot(run, 6, "")) == table


def test_without_a_backward_pass_nothing_is_kept() -> None:
    run = Run(graph_of(node("y", "exp", ["x"]))).finish()
    table = SavedForBackward(run).table(Snapshot(run, 1, ""))
    assert table == ((), 0, 0, 0, 0, True)


def test_what_raised_keeps_nothing() -> None:
    nodes = [
        node("s", "input", value=[[1.0, 2.0]]),
        node("y", "constant", value=[7]),
        node("t", "tanh", ["s"]),
        node("L", "cross_entropy", ["t", "y"]),
    ]
    run = Run(Graph(nodes)).finish()
    assert list(kept(run, 2)) == [("t", "")]
    given = Run(Graph(nodes), values={"L": 1.0}).finish()
    assert given.steps[-1].error is not None
    assert list(kept(given, 2)) == [("t", "")]
