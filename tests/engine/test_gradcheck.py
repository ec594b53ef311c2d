"""The gradient check: right rules pass, and every planted mistake is named with its element."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphtui.engine.choice import MOST_ELEMENTS
from graphtui.engine.execute import Run
from graphtui.engine.gradcheck import gradcheck, gradcheck_run
from graphtui.errors import UsageError
from graphtui.graph.graph import Graph, node
from graphtui.ops import OPS
from graphtui.ops.linear_map import Array, Diagonal, LinearMap
from graphtui.ops.op import Elementwise, Op

GRAPHS = ("chain", "fan_out", "broadcast", "mlp")


def planted(graph: Graph, name: str, op: Op) -> Graph:
    """`graph` with another record at one node: the only way to a wrong rule."""
    changed = copy.copy(graph)
    changed.nodes = {**graph.nodes, name: graph.nodes[name]._replace(op=op)}
    return changed


def scaled(op: Op, factor: float, at: int | None = None) -> Op:
    """`op` with local gradients that are wrong by `factor`, everywhere or at one element."""

    class Wrong(type(op)):  # type: ignore[misc]
        def local(self, y: Array, *xs: Array, **attrs: Any) -> tuple[LinearMap | None, ...]:
            maps = super().local(y, *xs, **attrs)
            return tuple(None if m is None else Scaled(m, factor, at) for m in maps)

    fields = {f.name: getattr(op, f.name) for f in dataclasses.fields(op)}
    return Wrong(**fields)  # type: ignore[no-any-return]


class Scaled(LinearMap):
    """A map whose pullback is off."""

    def __init__(self, right: LinearMap, factor: float, at: int | None) -> None:
        self.output_shape, self.input_shape = right.output_shape, right.input_shape
        self._right, self._factor, self._at = right, factor, at

    structure = "unknown"
    nonzeros = 0

    def pullback(self, upstream: Array) -> Array:
        right = np.array(self._right.pullback(upstream))
        where = slice(None) if self._at is None else slice(self._at, self._at + 1)
        right.reshape(-1)[where] *= self._factor
        return right

    def pushforward(self, tangent: Array) -> Array:
        return self._right.pushforward(tangent)


# What is right passes ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", GRAPHS)
def test_right_rules_pass(name: str, request: pytest.FixtureRequest) -> None:
    graph = request.getfixturevalue(name)
    report = gradcheck(graph)
    assert report.passed, report.worst
    assert not report.culprits
    assert not any(check.on_kink for check in (*report.checks, *report.edges))
    run = Run(graph).finish()
    received = [n for n in reversed(list(graph.nodes)) if run.gradient(n) is not None]
    assert [check.node for check in report.checks] == received
    assert report.received == len(received)
    sent = [contribution.edge for step in run.steps for contribution in step.contributions]
    assert [check.edge for check in report.edges] == sent


def test_a_row_gives_both_numbers_at_an_element(mlp: Graph) -> None:
    run = Run(mlp).finish()
    for check in gradcheck(mlp).checks:
        gradient = run.gradient(check.node)
        assert gradient is not None
        assert check.analytic == gradient[check.index]
        assert check.numeric == pytest.approx(check.analytic, rel=1e-5, abs=1e-8)
        assert check.size == gradient.size
        assert check.tried == min(check.size, MOST_ELEMENTS)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_low_precision_is_held_against_double_precision(dtype: str) -> None:
    rng = np.random.default_rng(5)
    graph = Graph(
        [
            node("x", "input", value=rng.standard_normal((5, 4)), dtype=dtype),
            node("W", "parameter", value=rng.standard_normal((4, 3)), dtype=dtype),
            node("b", "parameter", value=rng.standard_normal(3), dtype=dtype),
            node("z", "matmul", ["x", "W"]),
            node("a", "add", ["z", "b"]),
            node("h", "tanh", ["a"]),
            node("r", "relu", ["h"]),
            node("L", "mean", ["r"]),
        ]
    )
    assert graph.nodes["L"].dtype == dtype
    report = gradcheck(graph)
    assert report.passed, report.worst
    off = 1.01 if dtype == "float32" else 1.1
    wrong = gradcheck(planted(graph, "h", scaled(OPS["tanh"], off)))
    assert [check.node for check in wrong.culprits] == ["h"]


def test_a_seed_for_an_output_that_is_no_scalar() -> None:
    graph = Graph([node("x", "input", value=[1.0, 2.0]), node("y", "exp", ["x"])])
    report = gradcheck(graph, seed=[3.0, -1.0])
    assert report.passed
    assert {check.node for check in report.checks} == {"x", "y"}
    assert report.checks[-1].numeric == pytest.approx(3 * np.e) or report.checks[
        -1
    ].numeric == pytest.approx(-(np.e**2))


def test_small_derivatives_of_large_numbers_pass() -> None:
    graph = Graph(
        [
            node("big", "constant", value=1e9),
            node("x", "input", value=[1e-3, 1.0]),
            node("s", "sum", ["x"]),
            node("L", "add", ["big", "s"]),
        ]
    )
    report = gradcheck(graph)
    assert report.passed, report.worst


def test_a_derivative_that_is_lost_in_the_digits_of_the_output_passes() -> None:
    graph = Graph(
        [
            node("x", "input", value=-50.0),
            node("one", "constant", value=1.0),
            node("e", "exp", ["x"]),
            node("L", "add", ["one", "e"]),
        ]
    )
    assert gradcheck(graph).passed
    doubled = planted(graph, "e", scaled(OPS["exp"], 2.0))
    assert [check.node for check in gradcheck(doubled).culprits] == ["e"]
    hill = Graph([node("x", "input", value=4e-63), node("f", "cos", ["x"])])
    assert gradcheck(hill).passed


@pytest.mark.parametrize("x", [1e-3, 1e-6, 1e-12, -1e-9, 1e-70])
@pytest.mark.parametrize("op", ["log", "divide"])
def test_close_to_a_pole_the_step_is_a_part_of_the_number(op: str, x: float) -> None:
    value = abs(x) if op == "log" else x
    graph = Graph(
        [
            node("x", "input", value=value),
            node("one", "constant", value=1.0),
            node("f", op, ["x"] if op == "log" else ["one", "x"]),
        ],
        "f",
    )
    assert gradcheck(graph).passed, gradcheck(graph).worst
    wrong = gradcheck(planted(graph, "f", scaled(OPS[op], 1.01)))
    (culprit,) = wrong.culprits
    assert culprit.numeric == pytest.approx(1 / value if op == "log" else -1 / x**2)


def test_the_bottom_of_a_valley_passes() -> None:
    graph = Graph([node("x", "input", value=np.full(13, 1.1)), node("f", "var", ["x"])])
    assert gradcheck(graph).passed, gradcheck(graph).worst


def test_a_fast_wave_far_out_passes() -> None:
    graph = Graph([node("x", "input", value=1e6), node("f", "sin", ["x"])])
    assert gradcheck(graph).passed


# What is wrong is named -------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1.001, 0.0, -1.0, 2.0])
@pytest.mark.parametrize("wrong", ["m", "s", "f"])
def test_a_wrong_rule_is_named_at_its_node_and_its_neighbours_pass(
    chain: Graph, wrong: str, factor: float
) -> None:
    graph = planted(chain, wrong, scaled(chain.nodes[wrong].op, factor))  # type: ignore[arg-type]
    report = gradcheck(graph)
    assert not report.passed
    assert {check.node for check in report.culprits} == {wrong}
    assert report.worst in report.culprits
    # What is nearer to the loss is right; what lies behind the mistake is spoilt.
    order = [check.node for check in report.checks]
    spoilt = [check.node for check in report.checks if not check.passed]
    assert spoilt == order[order.index(wrong) + 1 :]


@pytest.mark.parametrize("at", [0, 3, 17])
def test_a_wrong_element_is_named(mlp: Graph, at: int) -> None:
    report = gradcheck(planted(mlp, "scores", scaled(OPS["matmul"], 1.5, at)))
    assert [(check.edge.source, check.edge.slot) for check in report.culprits] == [
        ("h1", 0),
        ("W2", 1),
    ]
    for check in report.culprits:
        shape = mlp.nodes[check.edge.source].shape
        assert check.index == np.unravel_index(at, shape)
        assert check.analytic == pytest.approx(1.5 * check.numeric)
        assert check.error == pytest.approx(1 / 3, rel=1e-3)


def test_a_forgotten_sum_over_a_broadcast_axis_is_found(broadcast: Graph) -> None:
    class Forgetful(Elementwise):
        def local(self, y: Array, *xs: Array, **attrs: Any) -> tuple[LinearMap | None, ...]:
            first, second = super().local(y, *xs, **attrs)
            assert second is not None
            return first, Scaled(second, 1 / 4, None)

    add = OPS["add"]
    fields = {f.name: getattr(add, f.name) for f in dataclasses.fields(add)}
    report = gradcheck(planted(broadcast, "Y", Forgetful(**fields)))
    (culprit,) = report.culprits
    assert (culprit.edge.source, culprit.edge.target) == ("b", "Y")
    assert (culprit.analytic, culprit.numeric) == (1.0, pytest.approx(4.0))


def test_the_sum_at_a_fan_out_is_checked_too(
    fan_out: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules can be right and the gradient wrong: forgetting one of the +=."""

    def last_only(self: Run, number: int, name: str, contribution: Any) -> None:
        self.arrivals.setdefault(name, []).append((number, contribution))
        self._gradients[name] = contribution.downstream

    monkeypatch.setattr(Run, "_receive", last_only)
    report = gradcheck(fan_out)
    assert not report.culprits
    assert [check.node for check in report.checks if not check.passed] == ["y", "x"]
    assert report.worst is not None
    assert report.worst.numeric in (pytest.approx(7.0), pytest.approx(21.0))


def test_the_where_trap_fails_at_the_node_that_is_not_taken() -> None:
    """The value is finite and the gradient is NaN: 0 times infinity behind a branch not taken."""
    graph = Graph(
        [
            node("x", "input", value=[0.0, 2.0]),
            node("zero", "constant", value=0.0),
            node("positive", "greater", ["x", "zero"]),
            node("log", "log", ["x"]),
            node("safe", "where", ["positive", "log", "zero"]),
            node("L", "sum", ["safe"]),
        ]
    )
    run = Run(graph).finish()
    assert np.isfinite(run.value("L"))  # type: ignore[arg-type]
    report = gradcheck(graph)
    (culprit,) = report.culprits
    assert (culprit.edge.target, culprit.edge.source, culprit.index) == ("log", "x", (0,))
    assert np.isnan(culprit.analytic)
    assert culprit.numeric == 0.0
    assert [check.node for check in report.checks if not check.passed] == ["x"]


def test_a_gate_is_not_blamed_for_an_infinity_that_it_is_given() -> None:
    graph = Graph(
        [
            node("x", "input", value=[0.0, 2.0]),
            node("log", "log", ["x"]),
            node("L", "sum", ["log"]),
        ]
    )
    report = gradcheck(graph)
    assert not report.passed
    assert [check.node for check in report.culprits] == ["log"]
    assert [check.node for check in report.checks if not check.passed] == ["x"]
    assert (len(report.checks), report.received) == (2, 3)  # of a sum of -inf, no slope is known


# Kinks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "values", "slopes"),
    [
        ("relu", [[0.0]], (0, 1)),
        ("abs", [[0.0]], (-1, 1)),
        ("maximum", [[2.0], [2.0]], (0, 1)),
        ("minimum", [[2.0], [2.0]], (0, 1)),
        ("max", [[1.0, 1.0]], (0, 1)),
        ("relu", [[1e-8]], (0, 1)),
    ],
)
def test_a_kink_is_no_failure_and_is_said(
    op: str, values: list[list[float]], slopes: tuple[float, float]
) -> None:
    leaves = [node(f"x{i}", "input", value=value) for i, value in enumerate(values)]
    graph = Graph([*leaves, node("y", op, [leaf.name for leaf in leaves]), node("L", "sum", ["y"])])
    report = gradcheck(graph)
    assert report.passed
    near = values[0][0] == 1e-8
    for check in report.edges:
        if check.node == "y":
            assert check.on_kink is not near  # a near one is told from an exact one
            assert slopes[0] <= check.analytic <= slopes[1]


@pytest.mark.parametrize("at_zero", [-0.5, 1.5, np.nan])
def test_a_slope_outside_of_both_sides_fails_at_a_kink(at_zero: float) -> None:
    relu = OPS["relu"]
    assert isinstance(relu, Elementwise)

    def derivative(y: Array, x: Array) -> Array:
        return np.where(x == 0, at_zero, (x > 0).astype(float))

    wrong = dataclasses.replace(relu, derivatives=(derivative,))
    graph = Graph([node("x", "input", value=[0.0, 1.0, -1.0]), node("y", "relu", ["x"])])
    report = gradcheck(planted(graph, "y", wrong), seed=[1.0, 1.0, 1.0])
    (culprit,) = report.culprits
    assert (culprit.node, culprit.index, culprit.on_kink) == ("y", (0,), True)


def test_a_rounded_kink_in_low_precision_passes() -> None:
    """In float16, 1 + 1e-4 - 1 is 0: the kink is where rounding put it, not where it would be."""
    graph = Graph(
        [
            node("x", "input", value=1e-4, dtype="float16"),
            node("one", "constant", value=1.0, dtype="float16"),
            node("up", "add", ["x", "one"]),
            node("down", "subtract", ["up", "one"]),
            node("f", "relu", ["down"]),
        ]
    )
    run = Run(graph).finish()
    assert run.value("down") == 0
    report = gradcheck(graph)
    assert report.passed, report.worst


# Which elements and which nodes -----------------------------------------------------------------


def test_the_largest_gradients_of_a_big_array_are_always_tried() -> None:
    values = np.zeros(10_000)
    values[[77, 4_321]] = 3.0
    graph = Graph(
        [node("x", "input", value=values), node("q", "square", ["x"]), node("L", "sum", ["q"])]
    )
    report = gradcheck(planted(graph, "q", scaled(OPS["square"], 2.0, 4_321)))
    (culprit,) = report.culprits
    assert (culprit.index, culprit.size) == ((4_321,), 10_000)
    assert MOST_ELEMENTS // 2 < culprit.tried <= MOST_ELEMENTS


def test_only_the_asked_nodes_and_what_they_receive_and_send(mlp: Graph) -> None:
    report = gradcheck(mlp, nodes=["h1"])
    assert [check.node for check in report.checks] == ["h1"]
    assert {check.edge[:2] for check in report.edges} == {("h1", "scores"), ("a1", "h1")}


def test_a_very_large_graph_is_checked_gate_by_gate_and_its_gradients_in_part(
    monkeypatch: pytest.MonkeyPatch, deep: Graph
) -> None:
    monkeypatch.setattr("graphtui.engine.choice.MOST_EVALUATIONS", 12_000)
    report = gradcheck(deep)
    assert report.passed
    assert len(report.edges) == 300
    assert len(report.checks) < report.received == 301
    assert report.checks[-1].node == "x"  # what was given comes first
    assert report.checks[-1].tried == 1


def test_of_very_large_arrays_fewer_elements_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = Graph([node("x", "input", value=np.ones((50, 40))), node("L", "sum", ["x"])])
    monkeypatch.setattr("graphtui.engine.choice.MOST_NUMBERS", 20_010)
    report = gradcheck(graph)
    assert report.passed
    (edge,) = report.edges
    assert edge.size == 2_000
    assert 4 < edge.tried <= 10
    monkeypatch.setattr("graphtui.engine.choice.MOST_NUMBERS", 0)
    assert 1 < gradcheck(graph).checks[-1].tried <= 4


def test_empty_arrays_have_nothing_to_try() -> None:
    graph = Graph([node("x", "input", value=np.zeros((0, 3))), node("L", "sum", ["x"])])
    report = gradcheck(graph)
    assert report.passed
    assert [check.tried for check in report.checks if check.node == "x"] == [0]


# A run as it is -----------------------------------------------------------------------------


def test_a_run_is_checked_at_its_own_values(chain: Graph) -> None:
    relu = Graph([node("x", "input", value=-1.0), node("y", "relu", ["x"])])
    wrong = dataclasses.replace(OPS["relu"], derivatives=(lambda y, x: 2.0 * (x > 0),))  # type: ignore[call-arg]
    graph = planted(relu, "y", wrong)
    assert gradcheck_run(Run(graph).finish()).passed  # the mistake is not where x is negative
    there = gradcheck_run(Run(graph, values={"x": 3.0}).finish())
    assert [check.node for check in there.culprits] == ["y"]
    assert gradcheck_run(Run(chain).finish()) == gradcheck(chain)


def test_what_was_given_is_not_held_against_its_op(mlp: Graph) -> None:
    h1 = np.linspace(-1, 1, 24).reshape(4, 6)
    run = Run(mlp, values={"h1": h1, "W1": 0.5 * np.ones((5, 6))}).finish()
    report = gradcheck_run(run)
    assert report.passed, report.worst
    assert "h1" not in {check.node for check in report.edges}
    assert [check.node for check in report.checks] == [
        "loss", "penalty", "squares", "data", "scores", "h1", "W2"
    ]  # fmt: skip
    # Its own gradient is checked at the given value, and so is everything behind.
    wrong = planted(mlp, "scores", scaled(OPS["matmul"], 2.0))
    spoilt = gradcheck_run(Run(wrong, values={"h1": h1}).finish())
    assert {check.node for check in spoilt.culprits} == {"scores"}
    assert [check.node for check in spoilt.checks if not check.passed] == ["h1", "W2"]


def test_what_comes_through_a_given_gradient_is_no_slope(chain: Graph) -> None:
    report = gradcheck_run(Run(chain, gradients={"s": 5.0}).finish())
    assert report.passed
    assert [check.node for check in report.checks] == ["f"]
    assert [check.node for check in report.edges] == ["f", "s", "m"]


def test_a_check_ends_when_it_is_told_to(deep: Graph) -> None:
    class EnoughError(Exception):
        pass

    left = iter(range(1000))

    def tick() -> None:
        if next(left, None) is None:
            raise EnoughError

    run = Run(deep).finish()
    with pytest.raises(EnoughError):
        gradcheck_run(run, tick=tick)


@pytest.mark.parametrize("op", ["cos", "sin", "tanh"])
@pytest.mark.parametrize("k", [1e3, 1e5, 1e6, 1e7])
def test_what_bends_within_the_common_steps_is_no_mistake(op: str, k: float) -> None:
    at = 0.3 if op != "tanh" else 2 / k
    inner = [node("x", "input", value=at), node("k", "constant", value=k)]
    graph = Graph([*inner, node("y", "multiply", ["x", "k"]), node("f", op, ["y"])])
    report = gradcheck(graph, nodes=["x"])
    assert report.passed, report.worst
    assert not any(check.on_kink for check in report.checks)
    assert not gradcheck(planted(graph, "f", scaled(OPS[op], 1.001)), nodes=["x"]).passed


# What cannot be checked -------------------------------------------------------------------------


def _raising(*_: Any, **__: Any) -> Array:
    raise FloatingPointError("broken on purpose")


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (lambda graph: gradcheck(graph, nodes=["sss"]), "no node is named 'sss'"),
        (lambda graph: gradcheck(graph, nodes=["k"]), "'k' receives no gradient"),
        (lambda graph: gradcheck(graph, values={"y": 1.0}), "no leaf is named 'y'"),
        (
            lambda graph: gradcheck(
                planted(graph, "s", dataclasses.replace(OPS["sin"], forward=_raising))
            ),
            "stopped at 's' (broken on purpose)",
        ),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(
    check: Callable[[Graph], object], words: str, chain: Graph
) -> None:
    with pytest.raises(UsageError) as caught:
        check(chain)
    assert words in str(caught.value)


def test_without_a_seed_there_are_no_gradients() -> None:
    graph = Graph([node("x", "input", value=[1.0, 2.0]), node("y", "exp", ["x"])])
    with pytest.raises(UsageError, match="needs a seed"):
        gradcheck(graph)


def test_the_report_as_plain_data(chain: Graph) -> None:
    document = gradcheck(chain).to_dict()
    assert document["passed"] is True
    assert set(document["nodes"]) == {"f", "s", "m", "x"}
    assert set(document["nodes"]["x"]) == {
        "index", "analytic", "numeric", "error", "tried", "size", "on_kink", "passed"
    }  # fmt: skip
    assert [edge["node"] for edge in document["edges"]] == ["f", "s", "m"]
    assert document["edges"][-1]["input"] == "x"


def test_nothing_is_changed_by_checking(mlp: Graph) -> None:
    before = {name: n.value.tobytes() for name, n in mlp.nodes.items() if n.value is not None}
    gradcheck(mlp)
    after = {name: n.value.tobytes() for name, n in mlp.nodes.items() if n.value is not None}
    assert after == before


def test_a_diagonal_map_can_be_planted_by_hand() -> None:
    """The control of the controls: a right map in a subclass passes."""
    graph = Graph([node("x", "input", value=[1.0, 2.0]), node("y", "exp", ["x"])])
    same = scaled(OPS["exp"], 1.0)
    assert isinstance(OPS["exp"].local(np.ones(2), np.ones(2))[0], Diagonal)
    assert gradcheck(planted(graph, "y", same), seed=[1.0, 1.0]).passed
