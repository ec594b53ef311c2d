"""The profile tells what NumPy tells, keeps absent apart from zero, and comes bit by bit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.profile import Profile, ProfileRow, growing_profile, profile
from graphtui.debugger.profile_columns import (
    COLUMNS,
    ORDERS,
    Profiled,
    decades,
    ordered,
    worst,
)
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, Limits, node
from graphtui.view.answers.replies import reply_document


def chain(count: int) -> Graph:
    """Sigmoids one behind the other, each in a group with another gate."""
    nodes = [node("x", "parameter", value=[0.0, 0.0])]
    for i in range(count):
        before = f"h{i - 1}" if i else "x"
        nodes.append(node(f"z{i}", "copy", [before], group=f"layer{i}"))
        nodes.append(node(f"h{i}", "sigmoid", [f"z{i}"], group=f"layer{i}"))
    return Graph([*nodes, node("L", "sum", [f"h{count - 1}"])])


def gates() -> Graph:
    """A ReLU that is half dead, a tanh that is saturated, a constant, and a NaN."""
    return Graph(
        [
            node("x", "input", value=[-1.0, 2.0, -3.0, 40.0]),
            node("c", "constant", value=3.0),
            node("r", "relu", ["x"]),
            node("t", "tanh", ["r"]),
            node("y", "multiply", ["t", "c"]),
            node("W", "parameter", value=[3.0, 4.0, 0.0, 0.0]),
            node("w", "multiply", ["y", "W"]),
            node("L", "sum", ["w"]),
        ]
    )


def at_end(graph: Graph) -> Profile:
    session = DebugSession(graph)
    session.finish_backward()
    return profile(session.snapshot())


def named(found: Profile) -> dict[str, ProfileRow]:
    return {row.name: row for row in found.rows}


def test_a_vanishing_gradient_falls_by_its_slopes() -> None:
    rows = named(at_end(chain(10)))
    slopes = [rows[f"h{i}"].gradient for i in range(10)]
    assert slopes[9] is not None
    assert slopes[9].rms == 1.0
    first = rows["x"].gradient
    assert first is not None
    assert 1e-7 < first.rms < 1e-5
    sizes = [each.rms for each in slopes if each is not None]
    assert sizes == sorted(sizes)
    assert [row.depth for row in at_end(chain(3)).rows] == [0, 1, 2, 3, 4, 5, 6, 7]


def test_sizes_and_parts_are_those_of_numpy() -> None:
    rows = named(at_end(gates()))
    assert rows["W"].value is not None
    assert (rows["W"].value.norm, rows["W"].value.rms) == (5.0, 2.5)
    assert rows["r"].dead is not None
    assert rows["r"].dead.fraction == 0.5
    assert rows["t"].saturated is not None
    assert rows["t"].saturated.of_interest == 1
    assert (rows["t"].dead, rows["y"].dead, rows["y"].saturated) == (None, None, None)
    gradient = rows["W"].gradient
    assert gradient is not None
    assert rows["W"].update == pytest.approx(0.01 * gradient.norm / 5.0)
    assert rows["x"].update is None


def test_absent_is_not_zero() -> None:
    graph = gates()
    start = named(profile(DebugSession(graph).snapshot()))
    assert (start["L"].value, start["L"].gradient, start["L"].receives) == (None, None, True)
    assert not start["c"].receives or start["c"].gradient is None
    dead = Graph([node("x", "input", value=[-1.0]), node("r", "relu", ["x"])])
    session = DebugSession(dead, seed=[1.0])
    session.finish_backward()
    row = named(profile(session.snapshot()))["x"]
    assert row.gradient is not None
    assert (row.gradient.rms, row.complete) == (0.0, True)


def test_a_huge_or_tiny_array_has_a_size() -> None:
    graph = Graph([node("x", "input", value=[3e200, 4e200]), node("L", "sum", ["x"])])
    assert named(at_end(graph))["x"].value == (pytest.approx(5e200), 2)
    empty = Graph([node("x", "input", value=np.zeros((0, 3))), node("L", "sum", ["x"])])
    assert named(at_end(empty))["x"].value == (0.0, 0)


def test_a_group_is_the_sum_of_its_nodes() -> None:
    session = DebugSession(chain(4))
    session.finish_backward()
    session.fold("layer2")
    found = profile(session.snapshot(), folded=frozenset({"layer2"}))
    row = named(found)["layer2"]
    assert (row.members, row.node, row.depth) == (2, "z2", 5)
    parts = [named(at_end(chain(4)))[name].gradient for name in ("z2", "h2")]
    assert row.gradient is not None
    assert row.gradient.norm == pytest.approx(math.hypot(*(each.norm for each in parts if each)))
    assert row.gradient.elements == 4
    assert (found.nodes, len(found.rows)) == (10, 9)


def test_it_comes_bit_by_bit_and_can_be_stopped() -> None:
    session = DebugSession(chain(600))
    steps = list(growing_profile(session.snapshot()))
    assert [each.nodes for each in steps] == [256, 1024, 1202]
    assert [each.complete for each in steps] == [False, False, True]
    assert steps[0].rows == steps[-1].rows[:256]
    stopped = profile(session.snapshot(), interrupted=lambda: True)
    assert (stopped.nodes, stopped.complete) == (256, False)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("order", ORDERS)
def test_every_order_has_every_row_and_what_is_absent_last(column: str, order: str) -> None:
    found = at_end(gates())
    rows = ordered(found, COLUMNS[column], order)
    assert sorted(rows) == sorted(found.rows) or {r.name for r in rows} == set(named(found))
    numbers = [COLUMNS[column].of(row) for row in rows]
    known = [number for number in numbers if number is not None]
    if order in ("largest", "smallest"):
        assert known == sorted(known, reverse=order == "largest")
        assert numbers[: len(known)] == known
    bad = worst(found, COLUMNS[column])
    if order == "worst" and bad is not None:
        assert rows[0] is bad


def test_a_nan_is_worse_than_a_zero_and_a_zero_than_a_small_number() -> None:
    graph = Graph(
        [
            node("x", "input", value=[1e-9]),
            node("z", "input", value=[0.0]),
            node("n", "input", value=[np.nan]),
            node("a", "add", ["x", "z"]),
            node("b", "add", ["a", "n"]),
            node("L", "sum", ["b"]),
        ]
    )
    found, column = at_end(graph), COLUMNS["value"]
    rows = ordered(found, column, "worst")
    places = {row.name: place for place, row in enumerate(rows)}
    assert places["n"] < places["z"] < places["x"]
    assert math.isinf(column.badness(found, rows[0]))


def test_where_nothing_is_bad_there_is_no_worst() -> None:
    assert worst(at_end(gates()), COLUMNS["dead"]) is not None
    assert worst(at_end(chain(2)), COLUMNS["dead"]) is None
    assert worst(Profile((), None, 0.01, 0.01, 0, True), COLUMNS["gradient"]) is None


def test_decades_reach_around_all_numbers() -> None:
    assert decades([1.0]) == (0, 1)
    assert decades([1e-3, 5.0, math.inf, math.nan, None]) == (-3, 1)


def test_the_command_answers_with_a_document() -> None:
    session = DebugSession(chain(10))
    session.finish_backward()
    reply = perform(session, "profile gradient worst")
    assert reply.text == "|gradient| of 22 nodes by worst."
    assert isinstance(reply.subject, Profiled)
    document = reply_document(reply)
    assert (document["worst"], document["rows"][0]["name"]) == ("x", "x")
    assert document["rows"][0]["gradient"]["elements"] == 2
    assert (document["nodes"], document["elided"], document["complete"]) == (22, 0, True)
    assert reply_document(perform(session, "profile"))["order"] == "depth"
    with pytest.raises(CommandError, match="Did you mean 'gradient'"):
        perform(session, "profile gradien")


def test_the_learning_rate_is_an_argument_and_updates_grow_with_it() -> None:
    session = DebugSession(gates())
    session.finish_backward()
    found = [
        reply_document(perform(session, text))
        for text in ("profile update", "profile rate 0.1 update largest", "profile rate 1e-3")
    ]
    assert [each["learning_rate"] for each in found] == [0.01, 0.1, 0.001]
    updates = [row["update"] for each in found for row in each["rows"] if row["name"] == "W"]
    assert updates[1:] == pytest.approx([10 * updates[0], updates[0] / 10])
    for wrong in ("rate", "rate 0", "rate -1", "rate nan", "rate inf", "rate fast"):
        with pytest.raises(CommandError, match="the learning rate is a number above 0"):
            perform(session, f"profile {wrong}")


def test_a_profile_of_large_arrays_can_be_left_between_them() -> None:
    many = np.broadcast_to(1.0, (2**13, 2**11))
    nodes = [node(f"x{i}", "input", value=many) for i in range(4)]
    graph = Graph([*nodes, node("L", "sum", ["x0"])], output="L", limits=Limits(array_bytes=2**30))
    found = profile(DebugSession(graph).snapshot(), interrupted=lambda: True)
    assert (found.nodes, found.complete) == (1, False)


def test_its_document_says_of_how_many_nodes_it_is() -> None:
    session = DebugSession(chain(400))
    document = reply_document(perform(session, "profile"), lambda: True)
    assert (document["nodes"], document["complete"]) == (256, False)


def cancelling() -> Graph:
    """The gradient of s is 0.3 - (0.1 + 0.2), which is rounding, and so is what w and x receive."""
    return Graph(
        [
            node("x", "input", value=[3.0, 5.0]),
            node("w", "parameter", value=[0.5, 0.25]),
            node("none", "parameter", value=[0.0, 0.0]),
            node("s", "multiply", ["w", "x"]),
            *(node(f"k{k}", "constant", value=number) for k, number in enumerate((0.1, 0.2, 0.3))),
            *(node(f"p{k}", "multiply", ["s", f"k{k}"]) for k in range(3)),
            node("sum", "add", ["p0", "p1"]),
            node("d", "subtract", ["sum", "p2"]),
            node("e", "add", ["d", "none"]),
            node("f", "sum", ["e"]),
        ]
    )


def test_what_cancels_is_neither_the_worst_nor_on_the_scale() -> None:
    session = DebugSession(cancelling())
    session.finish_backward()
    found = profile(session.snapshot())
    assert {row.name for row in found.rows if row.cancels} == {"s", "w", "x"}
    for name in ("gradient", "update"):
        column = COLUMNS[name]
        bad = worst(found, column)
        assert bad is None or not bad.cancels
    rows = {row.name: row for row in found.rows}
    assert 0 < rows["s"].gradient.rms < 1e-15
    session.seek(session.cursor - 2)
    assert not any(row.cancels for row in profile(session.snapshot()).rows if not row.complete)
