"""The definition of the derivative: ratios that go to 1, and everything that keeps them from it."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graphtui.debugger.checks.nudge import Nudge, nudge
from graphtui.debugger.checks.trials import ROWS
from graphtui.debugger.session import DebugSession
from graphtui.engine.execute import Run
from graphtui.engine.gradcheck import gradcheck
from graphtui.errors import CommandError
from graphtui.graph.graph import Draft, Graph, node
from graphtui.ops import OPS
from tests.engine.test_gradcheck import planted, scaled
from tests.strategies import graphs


def leaf(name: str, value: Any, **keywords: Any) -> Draft:
    return node(name, "input", value=value, **keywords)


def fixed(name: str, value: Any, **keywords: Any) -> Draft:
    return node(name, "constant", value=value, **keywords)


def of(op: str, x: float, dtype: str = "float64") -> Graph:
    return Graph([leaf("x", x, dtype=dtype), node("f", op, ["x"])])


def at(graph: Graph, name: str = "x", *args: Any, **keywords: Any) -> Nudge:
    return nudge(Run(graph, **keywords), name, *args)


def ratios(found: Nudge) -> list[float]:
    return [row.ratio for row in found.trials.rows if row.ratio is not None]


# The definition ---------------------------------------------------------------------------------


def test_the_ratio_goes_to_one() -> None:
    found = at(of("square", 3.0))
    assert [row.h for row in found.trials.rows] == [0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6]
    for row in found.trials.rows:
        assert row.predicted == 6 * row.h
        assert row.real == pytest.approx(6 * row.h + row.h**2, rel=1e-9)
        assert row.central == pytest.approx(6, rel=1e-8)
    errors = [abs(ratio - 1) for ratio in ratios(found)]
    assert errors == sorted(errors, reverse=True)
    assert (found.kind, found.notes) == ("agrees", ("",) * ROWS)
    assert found.sentence == "The ratio goes to 1: the gradient, 6, is the slope."
    assert (found.trials.value, found.trials.f, found.trials.slope) == (3.0, 9.0, 6.0)


@settings(max_examples=80)
@given(graphs(finite=True, floats=("float64",)), st.data())
def test_where_the_gradient_check_passes_no_nudge_calls_it_wrong(
    graph: Graph, data: st.DataObject
) -> None:
    output = graph.nodes[graph.output]
    seed = np.linspace(1, 2, int(np.prod(output.shape))).reshape(output.shape)
    run = Run(graph, seed=seed if output.dtype.kind == "f" else None).finish()
    movable = [
        name
        for name, each in graph.nodes.items()
        if each.dtype.kind == "f" and 0 not in each.shape and run.gradient(name) is not None
    ]
    assume(movable and run.steps[-1:] and run.steps[-1].error is None)
    name = data.draw(st.sampled_from(movable))
    assume(gradcheck(graph, nodes=[name], seed=seed).passed)
    shape = graph.nodes[name].shape
    index = tuple(data.draw(st.integers(-size, size - 1)) for size in shape)
    found = nudge(run, name, index, data.draw(st.sampled_from([0.1, 1e-3, -0.01])))
    assert found.kind != "wrong", found.sentence
    assert len(found.trials.rows) == ROWS
    gradient = run.gradient(name)
    assert gradient is not None
    np.testing.assert_equal(found.trials.slope, float(gradient[index]))


BENT = ["reciprocal", "log", "sqrt", "exp", "square", "sin", "tanh", "sigmoid", "abs", "relu"]


@settings(max_examples=150)
@given(st.sampled_from(BENT), st.floats(-8, 3), st.sampled_from([1.0, 1e3, 1e6]), st.data())
def test_a_curve_within_the_smallest_h_is_no_mistake(
    op: str, exponent: float, steep: float, data: st.DataObject
) -> None:
    x = 10.0**exponent
    drafts = [leaf("x", x / steep), fixed("k", steep), node("y", "multiply", ["x", "k"])]
    graph = Graph([*drafts, node("f", op, ["y"])])
    h = data.draw(st.sampled_from([0.1, 1e-3, -0.01]))
    found = at(graph, "x", None, h)
    assert found.kind != "wrong", found.sentence
    assert found.kind not in ("kink", "jump"), "none is there"
    twice = at(planted(graph, "f", scaled(OPS[op], 2.0)), "x", None, h)
    sides, slope = found.trials.rows[-1], found.trials.slope
    seen = slope and max(abs(sides.left), abs(sides.right)) < 1e3 * abs(slope)
    if found.kind in ("agrees", "unsettled") and seen:
        assert twice.kind not in ("agrees", "flat"), twice.sentence


@pytest.mark.parametrize(
    ("op", "x", "h"), [("log", 1e-5, 0.1), ("sqrt", 1e-5, 0.1), ("reciprocal", 1e-5, 0.1)]
)
def test_far_smaller_steps_speak_for_the_gradient(op: str, x: float, h: float) -> None:
    found = at(of(op, x), "x", None, h)
    assert found.kind == "unsettled"
    assert found.sentence.startswith(
        "Over these h the ratio does not settle at 1. By far smaller steps it does: the gradient, "
    )
    assert at(of(op, x), "x", None, x / 10).kind == "agrees", "as was advised"
    wrong = at(planted(of(op, x), "f", scaled(OPS[op], 1.001)), "x", None, h)
    assert wrong.kind in ("wrong", "kink"), wrong.sentence
    assert "By far smaller" not in wrong.sentence


def test_a_gradient_that_is_next_to_nothing() -> None:
    graph = Graph([leaf("x", 1e-30), fixed("k", 3.0), node("f", "power", ["x", "k"])])
    found = at(graph)
    assert found.kind == "agrees"
    assert found.sentence == (
        "The gradient is next to nothing, 3e-60: f changes, but by ever less of h, as at the top "
        "of a hill."
    )


def test_at_every_node_of_a_net(mlp: Graph) -> None:
    run = Run(mlp).finish()
    for name, each in mlp.nodes.items():
        if each.dtype.kind == "f":
            for index in (None, (0,) * len(each.shape)):
                found = nudge(run, name, index)
                # All scores together change nothing: softmax does not see it.
                flat = name == "scores" and index is None
                assert found.kind == ("flat" if flat else "agrees"), (name, found.sentence)
                assert found.trials.index == index


def test_every_element_moves_by_h_where_none_is_named(broadcast: Graph) -> None:
    found = at(broadcast, "b")
    assert (found.trials.slope, found.trials.value) == (12.0, None)
    assert found.trials.rows[0].real == pytest.approx(1.2)


def test_an_element_counts_from_the_end_too(broadcast: Graph) -> None:
    found = at(broadcast, "X", (-1, 0))
    assert (found.trials.index, found.trials.value, found.trials.slope) == ((3, 0), 9.0, 1.0)


def test_an_output_that_is_no_scalar_is_weighed_with_the_seed() -> None:
    graph = Graph([leaf("x", [1.0, 2.0]), node("y", "exp", ["x"])])
    found = at(graph, seed=[3.0, -1.0])
    assert found.trials.f == pytest.approx(3 * math.e - math.e**2)
    assert found.trials.slope == found.trials.f
    assert found.kind == "agrees"


def test_a_negative_h_goes_to_the_left() -> None:
    found = at(of("square", 3.0), "x", None, -0.5)
    assert found.trials.rows[0].real == pytest.approx(2.5**2 - 9)
    assert found.kind == "agrees"


# Beside the session -----------------------------------------------------------------------------


def test_the_run_of_the_session_stays_where_it_is(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.seek(3)
    before = session.snapshot()
    found = nudge(before, "W1", (0, 0))
    assert found.kind == "agrees"
    assert session.snapshot() == before
    assert len(session.run.steps) == 3
    assert found.trials.run is not session.run
    whole = Run(mlp).finish()
    assert nudge(whole, "W1").trials.run is whole


def test_values_that_were_set_stay_set(chain: Graph) -> None:
    run = Run(chain, values={"x": 0.25, "s": 2.0})
    assert nudge(run, "s").trials.f == math.exp(2.0)
    found = nudge(run, "x")
    assert found.kind == "wrong"
    assert found.sentence.endswith(
        "The value of 's' is set, and no change passes through what is set."
    )


def test_a_gradient_that_was_set_is_no_slope(chain: Graph) -> None:
    found = at(chain, "x", gradients={"s": 100.0})
    assert found.kind == "wrong"
    assert found.sentence.endswith("The gradient of 's' is set, so it need not be a slope.")
    assert at(chain, "f", gradients={"s": 100.0}).kind == "agrees"


# What goes wrong --------------------------------------------------------------------------------


def test_a_wrong_rule() -> None:
    found = at(planted(of("square", 3.0), "f", scaled(OPS["square"], 0.5)))
    assert found.kind == "wrong"
    assert found.sentence == (
        "The ratio goes to 2, not to 1: the slope is 6, the gradient says 3. "
        "`gradcheck` names the gate that is wrong."
    )
    zero = at(planted(of("square", 3.0), "f", scaled(OPS["square"], 0.0)))
    assert zero.sentence.startswith("The gradient is 0, but the slope is 6.")


@pytest.mark.parametrize("factor", [1.001, -1.0, 2.0])
@pytest.mark.parametrize("gate", ["z1", "a1", "h1", "scores", "data"])
def test_a_wrong_rule_anywhere_behind_is_seen(mlp: Graph, gate: str, factor: float) -> None:
    graph = planted(mlp, gate, scaled(mlp.nodes[gate].op, factor))  # type: ignore[arg-type]
    found = at(graph, "W1", (0, 0))
    assert found.kind == "wrong"
    assert ratios(found)[-1] == pytest.approx(1 / factor, rel=1e-4)
    assert at(graph, "W2", (0, 0)).kind == ("wrong" if gate in ("scores", "data") else "agrees")


def test_a_gradient_that_is_absent_and_a_value_that_counts_all_the_same() -> None:
    graph = Graph([leaf("x", 3.0), node("d", "stop_gradient", ["x"]), node("f", "square", ["d"])])
    found = at(graph)
    assert found.kind == "absent"
    assert [row.predicted for row in found.trials.rows] == [None] * ROWS
    assert found.sentence == (
        "No gradient reaches 'x': 'd' (stop_gradient) detaches it. f changes by 0.61 for h = 0.1."
    )


def test_a_value_that_does_not_count() -> None:
    graph = Graph([leaf("x", 3.0), leaf("y", 1.0), node("f", "exp", ["y"])], "f")
    assert at(graph).sentence == (
        "'x' has no gradient: it is not on a path to the output 'f', as nothing reads it. "
        "f does not change for h = 0.1."
    )


def test_nothing_changes_and_the_gradient_says_so() -> None:
    found = at(of("relu", -3.0))
    assert (found.kind, found.sentence) == (
        "flat",
        "f does not change, and the gradient says 0: both agree.",
    )
    assert all(math.isnan(ratio) for ratio in ratios(found))


def test_the_top_of_a_hill() -> None:
    found = at(of("cos", 0.0))
    assert found.kind == "agrees"
    assert found.sentence.startswith("The gradient is 0: f changes, but by ever less of h")


# Kinks ------------------------------------------------------------------------------------------


def test_on_a_kink() -> None:
    found = at(of("relu", 0.0))
    assert found.kind == "kink"
    assert found.sentence == (
        "'x' stands on a kink of 'f' (relu): the slope is 0 on one side and 1 on the other. "
        "The gradient, 0, is right by convention."
    )
    assert found.notes == ("kink of 'f'",) * ROWS


def test_a_gradient_outside_of_both_sides_of_a_kink() -> None:
    wrong = dataclasses.replace(OPS["relu"], derivatives=(lambda y, x: 0 * x - 1.0,))  # type: ignore[call-arg]
    found = at(planted(of("relu", 0.0), "f", wrong))
    assert found.kind == "wrong"
    assert "The gradient, -1, lies outside of both." in found.sentence


@pytest.mark.parametrize(("x", "h"), [(0.005, -0.1), (-0.005, 0.1)])
def test_a_kink_between(x: float, h: float) -> None:
    found = at(of("abs", x), "x", None, h)
    assert found.kind == "agrees"
    assert [row.kink for row in found.trials.rows] == ["f", "f", None, None, None, None]
    assert found.sentence.endswith(
        f"A kink of 'f' (abs) lies between x and x + h, down to h = {h / 10:g}."
    )


def test_a_kink_that_is_not_crossed_is_not_told() -> None:
    assert not any(row.kink for row in at(of("abs", 0.005)).trials.rows)
    assert not any(row.kink for row in at(of("elu", -0.5)).trials.rows)


@pytest.mark.parametrize(
    ("op", "inputs", "attrs"),
    [
        ("maximum", ([0.0], [0.05]), {}),
        ("minimum", ([0.0], [0.05]), {}),
        ("max", ([0.0, 0.05],), {}),
        ("min", ([0.0, -0.05],), {}),
        ("clip", ([0.0],), {"min": -1.0, "max": 0.05}),
        ("leaky_relu", ([-0.05],), {}),
        ("elu", ([-0.05],), {"alpha": 0.5}),
    ],
)
def test_every_kind_of_kink_is_found(op: str, inputs: tuple[Any, ...], attrs: Any) -> None:
    names = [f"x{i}" for i in range(len(inputs))]
    leaves = [leaf(name, value) for name, value in zip(names, inputs, strict=True)]
    graph = Graph([*leaves, node("y", op, names, **attrs), node("f", "sum", ["y"])])
    at_first = -0.1 if op == "min" else 0.1
    found = nudge(Run(graph), "x0", (0,), at_first)
    assert [row.kink for row in found.trials.rows][:2] == ["y", None]


def test_a_jump() -> None:
    graph = Graph(
        [
            leaf("x", 0.0),
            fixed("zero", 0.0),
            node("p", "greater", ["x", "zero"]),
            node("o", "multiply", ["x", "zero"]),
            node("f", "add", ["p", "o"]),
        ]
    )
    found = at(graph)
    assert found.kind == "jump"
    assert found.sentence.startswith("f jumps by 1 as soon as 'x' moves, however small h is")


# Rounding ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dtype", "h"), [("float32", 0.1), ("float16", 0.1), ("float64", 1e-6)])
def test_where_rounding_takes_over(dtype: str, h: float) -> None:
    found = at(of("square", 3.0, dtype), "x", None, h)
    assert found.kind == "agrees"
    assert f"rounding takes over: around 3 the numbers of {dtype} lie" in found.sentence
    first = found.notes.index("rounding")
    assert first > 0
    assert set(found.notes[first:]) <= {"rounding", "x + h is x"}


def test_rounding_takes_over_nowhere_in_a_large_enough_h() -> None:
    assert "rounding" not in at(of("square", 3.0)).sentence


def lossy(big: float, dtype: str) -> Graph:
    return Graph(
        [
            leaf("x", 1.0, dtype=dtype),
            fixed("big", big, dtype=dtype),
            node("up", "add", ["x", "big"]),
            node("f", "subtract", ["up", "big"]),
        ]
    )


def test_the_gate_that_loses_the_digits_is_named() -> None:
    found = at(lossy(1000.0, "float16"))
    assert found.kind == "rounding"
    assert found.sentence == (
        "Rounding hides the change at every h: around 1001 the numbers of float16 lie 0.5 apart, "
        "as at 'up' (add). Try a larger h."
    )
    part = at(lossy(1e4, "float32"))
    assert part.kind == "agrees"
    assert "as at 'up' (add)" in part.sentence


def test_a_step_below_the_digits_of_x() -> None:
    found = at(of("exp", 1000.0, "float16"), "x", None, 1e-6)
    assert found.kind == "faulty"  # exp(1000) overflows
    found = at(of("negative", 1000.0, "float16"), "x", None, 0.01)
    assert found.kind == "rounding"
    assert set(found.notes) == {"x + h is x"}
    assert found.sentence.startswith("'x' + h is 'x' for every h")


# NaN is data ------------------------------------------------------------------------------------


def test_an_output_or_a_gradient_that_is_not_finite() -> None:
    assert at(of("log", 0.0)).sentence == (
        "f is -inf here, so no difference from it tells anything."
    )
    root = at(of("sqrt", 0.0))
    assert root.kind == "faulty"
    assert root.sentence == (
        "The gradient is inf, so it predicts no number. f changes by 0.3162 for h = 0.1."
    )


def test_a_step_that_leaves_the_domain() -> None:
    found = at(of("log", 0.05))
    assert found.kind == "agrees"
    assert math.isnan(found.trials.rows[0].before)
    other = at(of("log", 0.05), "x", None, -0.1)
    assert math.isnan(other.trials.rows[0].real)
    assert other.notes[0] == "f(x + h) is not finite"
    assert other.kind == "agrees"


def test_what_does_not_count_may_be_infinite() -> None:
    graph = Graph([leaf("x", [0.0, 2.0]), node("y", "log", ["x"])])
    assert at(graph, "x", (1,), seed=[0.0, 1.0]).kind == "agrees"


def test_an_op_that_raises_at_the_moved_value(chain: Graph) -> None:
    sin = OPS["sin"]

    def forward(x: Any) -> Any:
        if x != 1.0:
            raise FloatingPointError("broken on purpose")
        return np.sin(x)

    graph = planted(chain, "s", dataclasses.replace(sin, forward=forward))
    found = at(graph)
    assert all(math.isnan(row.real) for row in found.trials.rows)
    assert found.kind == "faulty"
    assert found.sentence == "f is finite here, but not on both sides: no slope can be had."


# What cannot be ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "index", "h", "words"),
    [
        ("sss", None, 0.1, "no node is named 'sss'"),
        ("y", None, 0.1, "'y' is int64: only a floating number moves"),
        ("W1", (1,), 0.1, "'W1' has shape (5, 6), so [1] is no element."),
        ("W1", (5, 0), 0.1, "'W1' has shape (5, 6), so [5, 0] is no element."),
        ("W1", None, 0.0, "h must be a finite number other than 0, got 0.0."),
        ("W1", None, math.nan, "h must be a finite number other than 0, got nan."),
        ("W1", None, 1e-323, "h must be a finite number other than 0, got 1e-323."),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(
    name: str, index: Any, h: float, words: str, mlp: Graph
) -> None:
    with pytest.raises(CommandError) as caught:
        nudge(Run(mlp), name, index, h)
    assert words in str(caught.value)


def _raising(*_: Any, **__: Any) -> Any:
    raise FloatingPointError("broken on purpose")


def test_a_run_that_stopped_has_no_f(chain: Graph) -> None:
    graph = planted(chain, "s", dataclasses.replace(OPS["sin"], forward=_raising))
    with pytest.raises(CommandError, match=r"the run stopped at 's' \(broken on purpose\)"):
        at(graph)


def test_without_a_seed_f_is_no_number() -> None:
    graph = Graph([leaf("x", [1.0, 2.0]), node("y", "exp", ["x"])])
    with pytest.raises(CommandError, match="give a seed"):
        at(graph)


def test_an_empty_value_has_nothing_to_move() -> None:
    graph = Graph([leaf("x", np.zeros((0, 3))), node("f", "sum", ["x"])])
    with pytest.raises(CommandError, match="no element to move"):
        at(graph)


@pytest.mark.parametrize("patience", range(4))
def test_it_can_be_interrupted(deep: Graph, patience: int) -> None:
    left = iter([False] * 7 * patience)
    with pytest.raises(CommandError, match="interrupted"):
        nudge(Run(deep), "x", interrupted=lambda: next(left, True))
