"""Gradcheck where you stand: a planted mistake is named at its node, and its neighbours pass."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.checks.check_here import check_here, check_whole
from graphtui.debugger.checks.check_report import HereCheck
from graphtui.debugger.session import DebugSession
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.graph.graph import Draft, Graph, node
from graphtui.ops import OPS
from graphtui.ops.linear_map import Array, LinearMap
from graphtui.ops.op import Elementwise
from tests.engine.test_gradcheck import planted, scaled
from tests.strategies import graphs


def leaf(name: str, value: Any, **keywords: Any) -> Draft:
    return node(name, "input", value=value, **keywords)


def at(graph: Graph, name: str, **keywords: Any) -> HereCheck:
    return check_here(Run(graph, **keywords), name)


# What is right ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chain", "fan_out", "broadcast", "mlp"])
def test_every_node_of_a_right_graph_passes(name: str, request: pytest.FixtureRequest) -> None:
    graph = request.getfixturevalue(name)
    run = Run(graph).finish()
    for each in graph.nodes.values():
        found = check_here(run, each.name)
        assert (found.passed, found.outcome) == (True, "right"), found.sentence
        assert "WRONG" not in found.sentence
        floats = [s for s in each.inputs if graph.nodes[s].dtype.kind == "f"]
        assert [local.check.edge.source for local in found.local] == floats
        assert (found.gradient is None) is (run.gradient(each.name) is None)
    assert check_whole(run).report.passed


@settings(max_examples=60)
@given(graphs(finite=True, floats=("float64",)), st.data())
def test_the_rules_of_the_table_pass_wherever_one_stands(graph: Graph, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(graph.nodes)))
    run = Run(graph)
    if (run.finish().value(name)) is None:
        return
    found = check_here(run, name)
    sizes = [np.abs(_value(run, source)) for source in graph.nodes[name].inputs]
    # Hypothesis likes numbers that are lost beside the step of the differences.
    moderate = all(((each == 0) | ((each > 1e-3) & (each < 1e9))).all() for each in sizes)
    assert found.outcome != "wrong" or not moderate or not found.local, found.sentence
    for local in found.local:
        if local.entry is not None:
            assert local.entry.input == local.check.index
            assert local.entry.passed is local.check.passed


def _value(run: Run, name: str) -> Array:
    value = run.value(name)
    assert value is not None
    return value


def test_the_sentence_gives_an_entry_of_the_jacobian(chain: Graph) -> None:
    assert at(chain, "f").sentence == (
        "The local map of 'f' (exp) is right: at worst, ∂f/∂s is 2.32, differences say 2.32. "
        "The gradient of 'f' is right too: 1, differences say 1."
    )
    (local,) = at(chain, "f").local
    assert local.entry is not None
    assert local.entry.analytic == np.exp(np.sin(1.0))
    assert local.entry.numeric == pytest.approx(local.entry.analytic)


def test_a_value_that_is_read_twice_is_told_by_its_place() -> None:
    graph = Graph([leaf("x", 3.0), node("f", "subtract", ["x", "x"])])
    wrong = planted(
        graph, "f", dataclasses.replace(OPS["subtract"], derivatives=(lambda y, a, b: 1.0,) * 2)
    )  # type: ignore[call-arg]
    assert "∂f/∂x (input 2) is 1, differences say -1" in at(wrong, "f").sentence


def test_leaves(mlp: Graph) -> None:
    assert at(mlp, "W1").sentence.startswith(
        "'W1' (parameter) is given: it has no local map. The gradient of 'W1' is right: "
    )
    assert at(mlp, "y").sentence == (
        "'y' (constant) is given: it has no local map. "
        "'y' has no gradient: it is a constant, to which no gradient flows."
    )


def test_a_gate_that_sends_nothing() -> None:
    graph = Graph([leaf("x", 1.0), node("d", "stop_gradient", ["x"]), node("f", "exp", ["d"])])
    found = at(graph, "d")
    assert found.passed
    assert found.sentence.startswith("'d' (stop_gradient) has no input that a gradient could flow")


def test_the_run_of_the_session_stays_where_it_is(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.seek(2)
    before = session.snapshot()
    assert check_here(before, "scores").passed
    assert check_whole(before).report.passed
    assert session.snapshot() == before
    assert len(session.run.steps) == 2


# What is wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1.001, 0.0, -1.0, 2.0])
@pytest.mark.parametrize("wrong", ["m", "s", "f"])
def test_a_wrong_map_is_named_at_its_node_and_its_neighbours_pass(
    chain: Graph, wrong: str, factor: float
) -> None:
    graph = planted(chain, wrong, scaled(chain.nodes[wrong].op, factor))  # type: ignore[arg-type]
    run = Run(graph).finish()
    for name in ("m", "s", "f"):
        found = check_here(run, name)
        assert found.passed is (name != wrong), found.sentence
        verdict = "WRONG" if name == wrong else "right"
        words = f"The local map of '{name}' ({graph.nodes[name].op.name}) is {verdict}: "
        assert found.sentence.startswith(words)
    whole = check_whole(run)
    assert whole.sentence.startswith(f"The local map of '{wrong}' (")
    assert " is WRONG: to '" in whole.sentence


def test_both_numbers_at_the_worst_element(mlp: Graph) -> None:
    found = at(planted(mlp, "h1", scaled(OPS["tanh"], 1.5, 7)), "h1")
    (local,) = found.local
    assert local.outcome == "wrong"
    assert local.entry is not None
    assert local.entry.input == local.entry.output == local.check.index == (1, 1)
    slope = 1 - np.tanh(Run(mlp).finish().value("a1")[1, 1]) ** 2  # type: ignore[index]
    assert local.entry.analytic == pytest.approx(1.5 * slope)
    assert local.entry.numeric == pytest.approx(slope)
    assert local.entry.error == pytest.approx(1 / 3, rel=1e-4)
    assert "∂h1[1, 1]/∂a1[1, 1] is " in found.sentence
    assert "off by 33 %" in found.sentence


def test_the_gate_that_spoils_a_gradient_is_named_at_the_next_node(mlp: Graph) -> None:
    graph = planted(mlp, "h1", scaled(OPS["tanh"], 2.0))
    next_one, farther = at(graph, "a1"), at(graph, "z1")
    assert next_one.passed
    assert "'h1' (tanh) sends it. Everywhere it is 2 times too large" in next_one.sentence
    assert farther.passed
    assert farther.sentence.endswith("The mistake lies nearer to the output.")
    assert not at(graph, "W1").passed  # of a leaf, the gradient is all there is


def test_small_mistakes_show_the_digits_that_differ(chain: Graph) -> None:
    graph = planted(chain, "s", scaled(OPS["sin"], 1.00005))
    assert "∂s/∂m is 0.540329, differences say 0.540302, off by 0.005 %" in at(graph, "s").sentence


def test_a_mistake_shows_where_upstream_hides_it() -> None:
    """The ReLU behind is closed, so that what tanh sends is 0 whatever its rule says."""
    graph = Graph([leaf("x", -0.5), node("h", "tanh", ["x"]), node("f", "relu", ["h"])])
    run = Run(planted(graph, "h", scaled(OPS["tanh"], 2.0))).finish()
    assert check_whole(run).report.passed
    found = check_here(run, "h")
    assert found.outcome == "wrong"


def test_a_mistake_shows_before_backward_and_off_the_path(chain: Graph) -> None:
    graph = Graph([*_drafts(chain), node("side", "tanh", ["m"])], "f")
    found = at(planted(graph, "side", scaled(OPS["tanh"], 2.0)), "side")
    assert found.outcome == "wrong"
    assert "not on a path to the output 'f'" in found.sentence


def _drafts(graph: Graph) -> list[Draft]:
    return [
        node(n.name, n.op.name, n.inputs, value=n.value, **n.attrs) for n in graph.nodes.values()
    ]


def test_a_mistake_that_depends_on_the_values_is_found_at_those_of_the_run() -> None:
    graph = Graph([leaf("x", -1.0), node("y", "relu", ["x"])])
    wrong = dataclasses.replace(OPS["relu"], derivatives=(lambda y, x: 2.0 * (x > 0),))  # type: ignore[call-arg]
    graph = planted(graph, "y", wrong)
    assert at(graph, "y").passed
    assert not at(graph, "y", values={"x": 1.0}).passed


class Forgetful(Elementwise):
    """Forgets to sum the gradient of its second input over a broadcast axis."""

    def local(self, y: Array, *xs: Array, **attrs: Any) -> tuple[LinearMap | None, ...]:
        first, second = super().local(y, *xs, **attrs)
        assert second is not None
        return first, Halved(second)


class Halved(LinearMap):
    structure = "unknown"
    nonzeros = 0

    def __init__(self, right: LinearMap) -> None:
        self.output_shape, self.input_shape = right.output_shape, right.input_shape
        self._right = right

    def pullback(self, upstream: Array) -> Array:
        first = np.zeros_like(upstream)
        first[0] = upstream[0]
        return self._right.pullback(first)

    def pushforward(self, tangent: Array) -> Array:
        return self._right.pushforward(tangent)


def test_an_axis_that_was_not_summed(broadcast: Graph) -> None:
    add = OPS["add"]
    fields = {f.name: getattr(add, f.name) for f in dataclasses.fields(add)}
    found = at(planted(broadcast, "Y", Forgetful(**fields)), "Y")
    right, wrong = found.local
    assert (right.outcome, wrong.outcome) == ("right", "wrong")
    assert wrong.entry is not None
    assert (wrong.entry.analytic, wrong.entry.numeric) == (0.0, pytest.approx(1.0))
    assert wrong.entry.output[0] > 0
    assert wrong.entry.output[1] == wrong.entry.input[0]


def test_a_forgotten_contribution_is_no_fault_of_any_gate(
    fan_out: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    def last_only(self: Run, number: int, name: str, contribution: Any) -> None:
        self.arrivals.setdefault(name, []).append((number, contribution))
        self._gradients[name] = contribution.downstream

    monkeypatch.setattr(Run, "_receive", last_only)
    found = at(fan_out, "y")
    assert found.passed
    assert found.sentence.endswith("The mistake lies nearer to the output, or in the sum.")
    assert check_whole(Run(fan_out)).sentence.startswith("Every gate is right by itself, but not")


# Kinks, faults, what was set --------------------------------------------------------------------


def test_on_a_kink() -> None:
    graph = Graph([leaf("x", [0.0, 2.0]), node("y", "relu", ["x"]), node("L", "sum", ["y"])])
    found = at(graph, "y")
    assert (found.passed, found.outcome) == (True, "kink")
    assert found.sentence.startswith(
        "'y' (relu) stands on a kink or a tie, where any slope between both sides is right: "
        "∂y[0]/∂x[0] is 0, differences say 0.5."
    )
    assert at(graph, "x").outcome == "kink"
    assert "On a kink or a tie: 1 gradient." in check_whole(Run(graph)).sentence


def test_a_map_that_is_not_finite() -> None:
    graph = Graph([leaf("x", [0.0, 2.0]), node("y", "log", ["x"]), node("L", "sum", ["y"])])
    found = at(graph, "y")
    assert (found.passed, found.outcome) == (False, "faulty")
    assert "The local map of 'y' (log) is not finite: ∂y[0]/∂x[0] is inf" in found.sentence
    assert found.sentence.endswith("cannot be held to differences: the output 'L' is not finite.")
    # The sum is not to blame for what it is given.
    whole = check_whole(Run(graph))
    assert {check.node for check in whole.report.culprits} == {"y"}
    assert at(graph, "L").outcome in ("untold", "right")


def test_the_where_trap() -> None:
    graph = Graph(
        [
            leaf("x", [0.0, 2.0]),
            node("zero", "constant", value=0.0),
            node("positive", "greater", ["x", "zero"]),
            node("log", "log", ["x"]),
            node("safe", "where", ["positive", "log", "zero"]),
            node("L", "sum", ["safe"]),
        ]
    )
    assert at(graph, "log").outcome == "faulty"
    assert at(graph, "safe").passed
    assert at(graph, "x").sentence.endswith("is nan at [0]; `why` tells how that begins.")
    assert check_whole(Run(graph)).sentence.startswith("The local map of 'log' (log) is not finite")


def test_a_value_or_a_gradient_that_was_set(mlp: Graph) -> None:
    h1 = np.linspace(-1, 1, 24).reshape(4, 6)
    found = at(mlp, "h1", values={"h1": h1})
    assert found.sentence.startswith("The value of 'h1' (tanh) is set: its rule does not apply.")
    assert found.passed
    before = at(mlp, "a1", values={"h1": h1})
    assert before.passed
    assert before.sentence.endswith("it comes through what was set.")
    assert at(mlp, "a1", gradients={"h1": h1}).passed


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_low_precision(dtype: str) -> None:
    graph = Graph(
        [
            leaf("x", np.linspace(-1, 1, 5), dtype=dtype),
            node("h", "tanh", ["x"]),
            node("L", "mean", ["h"]),
        ]
    )
    assert at(graph, "h").passed
    assert not at(planted(graph, "h", scaled(OPS["tanh"], 1.1)), "h").passed


# What cannot be ---------------------------------------------------------------------------------


def _raising(*_: Any, **__: Any) -> Any:
    raise FloatingPointError("broken on purpose")


def test_a_run_that_stops_is_checked_as_far_as_it_comes(chain: Graph) -> None:
    graph = planted(chain, "f", dataclasses.replace(OPS["exp"], forward=_raising))
    found = at(graph, "s")
    assert found.passed
    assert "the run stopped at step 3" in found.sentence
    with pytest.raises(CommandError, match=r"the run stopped at 'f' \(broken on purpose\), before"):
        at(graph, "f")
    with pytest.raises(CommandError, match="stopped at 'f'"):
        check_whole(Run(graph))


def test_a_map_that_cannot_be_had(chain: Graph) -> None:
    class Mapless(Elementwise):
        local = _raising

    sin = OPS["sin"]
    fields = {f.name: getattr(sin, f.name) for f in dataclasses.fields(sin)}
    with pytest.raises(CommandError, match="the local map of 's' cannot be had: broken on purpose"):
        at(planted(chain, "s", Mapless(**fields)), "s")


def test_without_a_seed_the_local_map_can_be_checked_all_the_same() -> None:
    graph = Graph([leaf("x", [1.0, 2.0]), node("y", "exp", ["x"])])
    found = at(graph, "y")
    assert found.passed
    assert "seed" in found.sentence
    with pytest.raises(CommandError, match="needs a seed"):
        check_whole(Run(graph))


def test_where_numbers_are_not_finite_it_says_so_and_no_more() -> None:
    graph = Graph([leaf("x", [1.0, 0.0]), node("l", "log", ["x"]), node("L", "sum", ["l"])])
    assert check_whole(Run(graph)).sentence == (
        "There is no gradient that differences could tell. "
        "`biography` tells how what is not finite begins."
    )
    half = np.array([3.0, 300.0], np.float16)
    big = Graph([leaf("x", half), node("q", "square", ["x"]), node("L", "sum", ["q"])])
    sentence = check_whole(Run(big)).sentence
    assert sentence.startswith("As far as numbers are finite, every gradient is right: at worst, ")
    assert "every gate by itself" not in sentence


def test_an_unknown_node(chain: Graph) -> None:
    with pytest.raises(CommandError, match="no node is named 'sss'"):
        at(chain, "sss")


@pytest.mark.parametrize("patience", [0, 3, 40])
def test_it_can_be_interrupted(mlp: Graph, patience: int) -> None:
    for check in (
        lambda stop: check_here(Run(mlp), "scores", interrupted=stop),
        lambda stop: check_whole(Run(mlp), interrupted=stop),
    ):
        left = iter([False] * patience)
        with pytest.raises(CommandError, match="interrupted"):
            check(lambda left=left: next(left, True))
