"""Every kind of trouble is planted once, with its sentence, next to a twin that has none."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.reasons.answer import Answer
from graphtui.debugger.reasons.biography import biography
from graphtui.debugger.reasons.why import why
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Draft, Graph, node
from tests.strategies import graphs


def given_as(name: str, value: Any, **keywords: Any) -> Draft:
    return node(name, "input", value=value, **keywords)


def fixed(name: str, value: Any, **keywords: Any) -> Draft:
    return node(name, "constant", value=value, **keywords)


def ask(
    nodes: Sequence[Draft],
    name: str,
    *,
    at: int | None = None,
    seed: Any = None,
    output: str | None = None,
) -> Answer:
    """The answer at a step, or at the end."""
    session = DebugSession(Graph(nodes, output), seed=seed)
    session.seek(len(session.run.plan.tasks) if at is None else at)
    return why(session.snapshot(), name)


def ordinary(*args: Any, **keywords: Any) -> bool:
    return ask(*args, **keywords).kind == "ordinary"


# Missing ------------------------------------------------------------------------------------------

Y_TWICE = [
    given_as("x", 2.0),
    fixed("three", 3.0),
    node("y", "multiply", ["three", "x"]),
    node("a", "multiply", ["three", "y"]),
    node("f", "add", ["a", "y"]),
]


def test_not_yet() -> None:
    answer = ask(Y_TWICE, "x", at=3)
    assert answer.sentence == (
        "The gradient of 'x' has not come yet: step 7, backward at 'y' (multiply), brings its only "
        "contribution."
    )
    assert (answer.kind, answer.jump) == ("missing", "y")
    assert ask(Y_TWICE, "y", at=0).sentence == (
        "The gradient of 'y' has not come yet: step 5, backward at 'f' (add), brings the first of "
        "its 2 contributions."
    )
    assert ask(Y_TWICE, "f", at=3).sentence == (
        "The gradient of 'f' has not come yet: backward begins here with the seed, at step 4."
    )


def test_half_arrived() -> None:
    assert ask(Y_TWICE, "y", at=5).sentence == (
        "The gradient of 'y' is ordinary: it is 1, sent by 'f' (add). "
        "So far 1 of its 2 contributions came; step 6 ('a') brings the next."
    )
    assert "So far" not in ask(Y_TWICE, "y", at=6).sentence


def test_a_constant() -> None:
    answer = ask(Y_TWICE, "three")
    assert (
        answer.sentence == "'three' has no gradient: it is a constant, to which no gradient flows."
    )
    assert ordinary(Y_TWICE, "x")


def test_whole_numbers() -> None:
    nodes = [given_as("x", [1.0, 2.0]), fixed("i", [1]), node("j", "copy", ["i"])]
    nodes += [node("k", "sum", ["j"]), node("f", "cross_entropy", ["x", "k"])]
    assert ask(nodes, "j").sentence == (
        "'j' has no gradient: it is int64, and gradients flow through floating numbers only."
    )
    assert ordinary(nodes, "x")


def test_not_on_a_path_to_the_output() -> None:
    nodes = [given_as("x", 2.0), given_as("y", 1.0), node("d", "exp", ["x"])]
    nodes += [node("f", "exp", ["y"])]
    answer = ask(nodes, "x", output="f")
    assert answer.sentence == (
        "'x' has no gradient: it is not on a path to the output 'f', as nothing reads 'd' (exp)."
    )
    assert answer.jump == "d"
    answer = ask(nodes, "d", output="f")
    assert answer.sentence == (
        "'d' has no gradient: it is not on a path to the output 'f', as nothing reads it."
    )
    assert answer.jump is None
    assert ordinary(nodes, "y", output="f")


def test_detached() -> None:
    nodes = [given_as("x", 2.0), given_as("y", 1.0), node("e", "exp", ["x"])]
    nodes += [node("d", "stop_gradient", ["e"]), node("f", "add", ["d", "y"])]
    answer = ask(nodes, "x")
    assert answer.sentence == "No gradient reaches 'x': 'd' (stop_gradient) detaches it."
    assert (answer.jump, answer.causes[0].kind) == ("d", "detached")
    assert ask(nodes, "d").sentence == (
        "'d' has no gradient: stop_gradient sends no gradient on, so none is sent to it."
    )
    assert ordinary(nodes, "y")
    healthy = [*nodes[:3], node("d", "copy", ["e"]), nodes[4]]
    assert ordinary(healthy, "x")


def test_computed_from_constants_only() -> None:
    nodes = [fixed("k", 2.0), given_as("y", 1.0), node("d", "exp", ["k"])]
    nodes += [node("f", "add", ["d", "y"])]
    assert ask(nodes, "d").sentence == (
        "'d' has no gradient: nothing that it is computed from could use one."
    )
    assert ordinary([given_as("k", 2.0), *nodes[1:]], "d")


def test_only_through_slots_without_a_slope() -> None:
    nodes = [given_as("x", 2.0), given_as("y", 1.0), node("c", "greater", ["x", "y"])]
    nodes += [node("w", "where", ["c", "y", "y"]), node("f", "where", ["x", "w", "y"])]
    answer = ask(nodes, "x")
    assert answer.sentence == (
        "No gradient reaches 'x': 'c' (greater) gives bool, which has no slope; 'f' (where) "
        "reads it as 'condition', an input that gets no gradient."
    )
    assert [cause.node for cause in answer.causes] == ["c", "f"]
    assert ordinary(nodes, "y")


def test_no_backward_pass() -> None:
    nodes = [given_as("x", [2.0, 1.0]), node("d", "exp", ["x"])]
    answer = ask(nodes, "x")
    assert answer.sentence == (
        "'x' has no gradient: the output 'd' has shape (2,) and no seed was given, so backward "
        "needs a gradient to start with: give --seed."
    )
    assert answer.jump == "d"
    assert ordinary(nodes, "x", seed=[1.0, 1.0])
    whole = [given_as("x", 2.0), node("d", "greater", ["x", "x"])]
    assert ask(whole, "x").sentence == (
        "'x' has no gradient: the output 'd' is bool, so there is no backward pass."
    )


def test_a_run_that_stopped() -> None:
    nodes = [given_as("x", [1.0, 2.0]), fixed("i", 5), node("f", "cross_entropy", ["x", "i"])]
    answer = ask(nodes, "x")
    assert answer.sentence == (
        "'x' has no gradient: the run stopped at step 1, where 'f' (cross_entropy) failed: target "
        "5 is not a class: the scores have 2 classes, numbered 0 to 1."
    )
    assert answer.jump == "f"


# Zero ---------------------------------------------------------------------------------------------


def test_a_closed_relu() -> None:
    nodes = [given_as("x", -1.0), node("h", "relu", ["x"])]
    answer = ask(nodes, "x")
    assert answer.sentence == (
        "The gradient of 'x' is 0: at 'h' (relu) the gate is closed, as its input was not "
        "positive; 'x' is -1 and 'h' is 0."
    )
    assert (answer.kind, answer.jump, answer.causes[0].kind) == ("zero", "h", "gate")
    assert ordinary([given_as("x", 1.0), nodes[1]], "x")


def test_a_relu_that_is_closed_for_some() -> None:
    nodes = [given_as("x", [2.0, -1.0, 3.0, -3.0]), node("h", "relu", ["x"])]
    nodes += [node("f", "sum", ["h"])]
    answer = ask(nodes, "x")
    assert answer.sentence == (
        "2 of the 4 elements of the gradient of 'x' are 0: at 'h' (relu) the gate is closed, as "
        "its input was not positive; at [1], 'x' is -1 and 'h' is 0."
    )
    assert answer.causes[0].count == 2


def test_an_upstream_that_is_zero_already() -> None:
    nodes = [given_as("w", -1.0), fixed("k", 3.0), node("z", "multiply", ["k", "w"])]
    nodes += [
        node("h", "relu", ["z"]),
        node("f", "multiply", ["h", "k"]),
    ]
    answer = ask(nodes, "w")
    assert answer.sentence == (
        "The gradient of 'w' is 0, as it is 0 already at 'z': at 'h' (relu) the gate is closed, as "
        "its input was not positive; 'z' is -3 and 'h' is 0."
    )
    assert answer.jump == "h"
    assert ordinary([given_as("w", 1.0), *nodes[1:]], "w")


def test_some_elements_are_followed_through_other_shapes() -> None:
    nodes = [
        given_as("w", [[1.0, -2.0], [3.0, 4.0]]),
        node("t", "transpose", ["w"]),
        node("h", "relu", ["t"]),
        node("f", "sum", ["h"]),
    ]
    assert ask(nodes, "w").sentence == (
        "1 of the 4 elements of the gradient of 'w' is 0, as it is 0 already at 't': at 'h' (relu) "
        "the gate is closed, as its input was not positive; at [1, 0], 't' is -2 and 'h' is 0."
    )


@pytest.mark.parametrize(
    ("op", "flat", "steep", "words"),
    [
        (
            "sigmoid",
            -800.0,
            1.0,
            "at 's' (sigmoid) the gate is saturated, as its output is 0 or 1 to the last digit; "
            "'x' is -800 and 's' is 0.",
        ),
        (
            "tanh",
            20.0,
            0.5,
            "at 's' (tanh) the gate is saturated, as its output is -1 or 1 to the last digit; "
            "'x' is 20 and 's' is 1.",
        ),
        ("square", 0.0, 1.0, "at 's' (square) the input is 0; 'x' is 0 and 's' is 0."),
        ("exp", -1e4, 1.0, "at 's' (exp) the output came to 0; 'x' is -10000 and 's' is 0."),
    ],
)
def test_saturated(op: str, flat: float, steep: float, words: str) -> None:
    assert ask([given_as("x", flat), node("s", op, ["x"])], "x").sentence == (
        f"The gradient of 'x' is 0: {words}"
    )
    assert ordinary([given_as("x", steep), node("s", op, ["x"])], "x")


@pytest.mark.parametrize(
    ("op", "x", "y", "words"),
    [
        ("maximum", 1.0, 3.0, "the other input won, as it is larger"),
        ("minimum", 3.0, 1.0, "the other input won, as it is smaller"),
        ("multiply", 3.0, 0.0, "the other input is 0"),
    ],
)
def test_the_other_side_won(op: str, x: float, y: float, words: str) -> None:
    nodes = [given_as("x", x), given_as("y", y), node("m", op, ["x", "y"])]
    answer = ask(nodes, "x")
    m = {"maximum": 3, "minimum": 1, "multiply": 0}[op]
    assert answer.sentence == (
        f"The gradient of 'x' is 0: at 'm' ({op}) {words}; "
        f"'x' is {x:g}, 'y' is {y:g} and 'm' is {m}."
    )
    assert answer.jump == "m"
    assert ordinary(nodes, "y")


def test_the_largest_of_an_array_takes_all() -> None:
    nodes = [given_as("x", [1.0, 3.0, 2.0]), node("m", "max", ["x"])]
    assert ask(nodes, "x").sentence == (
        "2 of the 3 elements of the gradient of 'x' are 0: at 'm' (max) another element won, as it "
        "is larger; at [0], 'x' is 1 and 'm' is 3."
    )
    assert ordinary([given_as("x", [3.0]), nodes[1]], "x")


def test_a_comparison_with_nan() -> None:
    nodes = [given_as("x", [np.nan, 2.0]), node("h", "relu", ["x"]), node("f", "sum", ["h"])]
    assert ask(nodes, "x").sentence == (
        "1 of the 2 elements of the gradient of 'x' is 0: at 'h' (relu) nothing passes, as no "
        "comparison with nan is true; at [0], 'x' is nan and 'h' is nan."
    )


def test_a_gate_that_reads_it_twice_is_one_cause() -> None:
    nodes = [given_as("x", 0.0), node("m", "multiply", ["x", "x"])]
    answer = ask(nodes, "x")
    assert answer.sentence == (
        "The gradient of 'x' is 0: at 'm' (multiply) the other input is 0; 'x' is 0 and 'm' is 0."
    )
    assert len(answer.causes) == 1
    assert ordinary([given_as("x", 1.0), nodes[1]], "x")


def test_out_of_bounds() -> None:
    def clipped(x: float) -> list[Draft]:
        return [given_as("x", x), node("c", "clip", ["x"], max=0.5)]

    assert ask(clipped(1.0), "x").sentence == (
        "The gradient of 'x' is 0: at 'c' (clip) the gate is closed, as its input is outside the "
        "bounds; 'x' is 1 and 'c' is 0.5."
    )
    assert ordinary(clipped(0.2), "x")


def test_not_chosen_by_where() -> None:
    nodes = [given_as("x", -2.0), given_as("y", 7.0), fixed("c", False)]
    nodes += [node("w", "where", ["c", "x", "y"])]
    assert ask(nodes, "x").sentence == (
        "The gradient of 'x' is 0: at 'w' (where) the other input was chosen; 'c' is false, "
        "'x' is -2, 'y' is 7 and 'w' is 7."
    )
    assert ordinary(nodes, "y")


def difference(other: float) -> list[Draft]:
    nodes = [given_as("x", 2.0), fixed("k", 3.0), fixed("l", other)]
    nodes += [node("a", "multiply", ["k", "x"]), node("b", "multiply", ["l", "x"])]
    return [*nodes, node("f", "subtract", ["a", "b"])]


def test_contributions_cancel() -> None:
    answer = ask(difference(3.0), "x")
    assert answer.sentence == (
        "The gradient of 'x' is 0: 2 contributions to 'x' cancel: -3 from 'b' (multiply) and 3 "
        "from 'a' (multiply)."
    )
    assert (answer.jump, answer.causes[0].kind) == ("x", "cancels")
    assert ordinary(difference(3.5), "x")


def repeated(signs: list[float]) -> list[Draft]:
    nodes = [given_as("b", 2.0), fixed("x", [1.0, 2.0]), fixed("s", signs)]
    nodes += [node("y", "add", ["x", "b"]), node("z", "multiply", ["y", "s"])]
    return [*nodes, node("f", "sum", ["z"])]


def test_the_terms_of_a_broadcast_cancel() -> None:
    assert ask(repeated([1.0, -1.0]), "b").sentence == (
        "The gradient of 'b' is 0: at 'y' (add) the 2 terms of the sum cancel: 1 and -1."
    )
    assert ordinary(repeated([1.0, 1.0]), "b")


def twice_times(k: float) -> list[Draft]:
    nodes = [given_as("x", 1.0), fixed("k", k), node("a", "multiply", ["x", "k"])]
    return [*nodes, node("b", "multiply", ["a", "k"])]


def test_underflow() -> None:
    answer = ask(twice_times(1e-200), "x")
    assert answer.sentence == (
        "The gradient of 'x' is 0: at 'a' (multiply) an upstream of 1e-200 times a local gradient "
        "of 1e-200 is too small for float64, so it underflows to 0."
    )
    assert answer.causes[0].kind == "underflow"
    assert ask(twice_times(1e-100), "x").kind == "tiny"
    assert ordinary(twice_times(0.5), "x")


def test_underflow_in_half_precision() -> None:
    nodes = [given_as("x", 1.0, dtype="float16"), fixed("k", 1e-4, dtype="float16")]
    nodes += [node("a", "multiply", ["x", "k"]), node("b", "multiply", ["a", "k"])]
    assert ask(nodes, "x").sentence == (
        "The gradient of 'x' is 0: at 'a' (multiply) an upstream of 0.0001 times a local gradient "
        "of 0.0001 is too small for float16, so it underflows to 0."
    )


def test_a_seed_of_zero() -> None:
    nodes = [given_as("x", 1.0), node("f", "exp", ["x"])]
    answer = ask(nodes, "x", seed=0.0)
    assert answer.sentence == (
        "The gradient of 'x' is 0, as it is 0 already at 'f': the seed that backward starts with "
        "at 'f' is 0."
    )
    assert answer.jump == "f"
    assert ordinary(nodes, "x", seed=2.0)


def test_several_causes() -> None:
    nodes = [given_as("x", -1.0), node("h", "relu", ["x"]), fixed("k", 0.0)]
    nodes += [node("m", "multiply", ["x", "k"]), node("f", "add", ["h", "m"])]
    answer = ask(nodes, "x")
    assert answer.sentence == (
        "The gradient of 'x' is 0: at 'm' (multiply) the other input is 0; 'x' is -1, 'k' is 0 and "
        "'m' is 0. Also, at 'h' (relu) the gate is closed, as its input was not positive; 'x' is "
        "-1 and 'h' is 0."
    )
    assert [cause.node for cause in answer.causes] == ["m", "h"]


# NaN and infinity ---------------------------------------------------------------------------------


def trap(x: float, op: str = "log") -> list[Draft]:
    nodes = [given_as("x", x), fixed("zero", 0.0), node("c", "greater", ["x", "zero"])]
    return [*nodes, node("l", op, ["x"]), node("w", "where", ["c", "l", "zero"])]


def test_the_where_trap() -> None:
    answer = ask(trap(0.0), "x")
    assert answer.sentence == (
        "The gradient of 'x' is nan. 'l' (log) gives -inf, as 'x' is 0. 'w' (where) masks it, so "
        "that its own value is finite (0). On the way back, at 'l' (log) an upstream of 0 meets a "
        "local gradient of infinity, and 0 × inf is nan. Put the where inside: "
        "log(where(x > 0, x, 1))."
    )
    assert (answer.kind, answer.jump) == ("nan", "l")
    assert [cause.kind for cause in answer.causes] == ["begins", "masked", "came back"]
    assert ordinary(trap(2.0), "x")


def test_the_where_trap_with_a_finite_value_behind_the_mask() -> None:
    assert ask(trap(0.0, "sqrt"), "x").sentence == (
        "The gradient of 'x' is nan. On the way back, at 'l' (sqrt) an upstream of 0 meets a local "
        "gradient of infinity, and 0 × inf is nan. Put the where inside: sqrt(where(x > 0, x, 1))."
    )
    assert ordinary(trap(2.0, "sqrt"), "x")


def test_the_where_trap_the_other_way_round() -> None:
    nodes = [given_as("x", [0.0, 2.0]), fixed("zero", 0.0), node("c", "equal", ["x", "zero"])]
    nodes += [fixed("three", 3.0), node("r", "divide", ["three", "x"])]
    nodes += [node("w", "where", ["c", "zero", "r"]), node("f", "sum", ["w"])]
    assert ask(nodes, "x").sentence == (
        "1 of the 2 elements of the gradient of 'x' is nan. 'r' (divide) gives inf at [0], as "
        "'three' is 3 and 'x' is 0. 'w' (where) masks it, so that its own value is finite. On the "
        "way back, at 'r' (divide) an upstream of 0 meets a local gradient of minus infinity at "
        "[0], and 0 × -inf is nan. Put the where inside: divide(three, where(x == 0, 1, x))."
    )


def test_a_mask_without_a_switch() -> None:
    nodes = [given_as("x", 0.0), fixed("low", -5.0), node("l", "log", ["x"])]
    nodes += [node("w", "maximum", ["l", "low"])]
    assert ask(nodes, "x").sentence == (
        "The gradient of 'x' is nan. 'l' (log) gives -inf, as 'x' is 0. 'w' (maximum) masks it, so "
        "that its own value is finite (-5). On the way back, at 'l' (log) an upstream of 0 meets a "
        "local gradient of infinity, and 0 × inf is nan. A mask on the output comes too late: keep "
        "the input 'x' of 'l' (log) away from there."
    )
    assert ordinary([given_as("x", 1.0), *nodes[1:]], "x")


def test_an_infinite_gradient() -> None:
    answer = ask([given_as("x", 0.0), node("d", "log", ["x"])], "x")
    assert answer.sentence == (
        "The gradient of 'x' is infinite. 'd' (log) gives -inf, as 'x' is 0. On the way back, at "
        "'d' (log) an upstream of 1 meets a local gradient of infinity."
    )
    assert (answer.kind, answer.jump) == ("inf", "d")
    assert ordinary([given_as("x", 1.0), node("d", "log", ["x"])], "x")


def test_overflow_on_the_way_back() -> None:
    assert ask(twice_times(1e200), "a").kind == "huge"
    answer = ask(twice_times(1e200), "x")
    assert answer.sentence == (
        "The gradient of 'x' is infinite. On the way back, at 'a' (multiply) an upstream of 1e+200 "
        "meets a local gradient of 1e+200, and their product is more than float64 can hold."
    )
    assert answer.jump == "a"


def test_overflow_of_a_sum() -> None:
    nodes = [given_as("x", 1.0, dtype="float16"), fixed("k", 6e4, dtype="float16")]
    nodes += [node("a", "multiply", ["x", "k"]), node("b", "multiply", ["x", "k"])]
    nodes += [node("f", "add", ["a", "b"])]
    assert ask(nodes, "x").sentence == (
        "The gradient of 'x' is infinite. The sum of 2 contributions to 'x' is inf, more than "
        "float16 can hold."
    )


# Size ---------------------------------------------------------------------------------------------


def divided_by(k: float) -> list[Draft]:
    nodes = [given_as("x", 1.0), fixed("k", k), node("a", "divide", ["x", "k"])]
    return [*nodes, node("b", "negative", ["a"])]


def test_huge() -> None:
    answer = ask(divided_by(1e-6), "x")
    assert answer.sentence == (
        "The gradient of 'x' is huge: it is -1000000, and the seed is 1. On the way from "
        "'b', 'a' (divide) multiplied it most, by 1000000."
    )
    assert (answer.kind, answer.jump) == ("huge", "a")
    assert ordinary(divided_by(0.1), "x")


def test_huge_by_adding_up() -> None:
    nodes = [given_as("x", 2.0), *(node(f"a{i}", "multiply", ["x", "k"]) for i in range(50))]
    nodes += [fixed("k", 300.0), node("s", "stack", [f"a{i}" for i in range(50)])]
    assert ask([*nodes, node("f", "sum", ["s"])], "x").kind == "huge"
    nodes[-2] = fixed("k", 1.0)
    assert ordinary([*nodes, node("f", "sum", ["s"])], "x")


def sigmoids(count: int) -> list[Draft]:
    return [
        given_as("x", 0.0),
        *(node(f"s{i}", "sigmoid", [f"s{i - 1}" if i else "x"]) for i in range(count)),
    ]


def test_vanishing() -> None:
    answer = ask(sigmoids(10), "x")
    assert answer.sentence == (
        "The gradient of 'x' is tiny: it is 3.875e-07, and the seed is 1. On the way from "
        "'s9', 's9' (sigmoid) shrank it most, to 0.2247 of what came in. It vanishes little "
        "by little: 10 places shrink it."
    )
    assert (answer.kind, answer.jump) == ("tiny", "s9")
    assert ordinary(sigmoids(3), "x")


def test_tiny_as_contributions_nearly_cancel() -> None:
    assert ask(difference(3.000001), "x").sentence == (
        "The gradient of 'x' is tiny: it is -1e-06, and the seed is 1. On the way from 'f', "
        "contributions to 'x' nearly cancel and shrank it most, to 3.333e-07 of the largest."
    )


def test_ordinary() -> None:
    answer = ask(Y_TWICE, "y")
    assert answer.sentence == (
        "The gradient of 'y' is ordinary: it is 4, and the largest of its 2 contributions, 3, is "
        "sent by 'a' (multiply)."
    )
    assert answer.jump == "a"
    assert ask(Y_TWICE, "f").sentence == (
        "The gradient of 'f' is ordinary: it is the seed that backward starts with, 1."
    )
    nodes = [given_as("x", [3.0, 4.0]), node("q", "square", ["x"]), node("f", "sum", ["q"])]
    assert ask(nodes, "x").sentence == (
        "The gradient of 'x' is ordinary: it is of norm 10, sent by 'q' (square)."
    )


def test_zero_as_nothing_was_read_of_it() -> None:
    nodes = [given_as("x", 2.0), fixed("none", np.zeros(0)), node("a", "add", ["x", "none"])]
    answer = ask([*nodes, node("f", "sum", ["a"])], "x")
    assert answer.sentence == (
        "The gradient of 'x' is 0: 'a' (add) has no elements, so nothing is sent from there."
    )
    assert (answer.kind, answer.jump) == ("zero", "a")


def test_empty() -> None:
    nodes = [given_as("x", np.zeros((0, 3))), node("f", "sum", ["x"])]
    assert ask(nodes, "x").sentence == (
        "The gradient of 'x' is empty: it has no elements, as the shape is (0, 3)."
    )


# Laws ---------------------------------------------------------------------------------------------


def check_gates(session: DebugSession, answer: Answer) -> None:
    """A closed gate has something to pass on, and as many columns of zeros as it says.

    What rounding leaves of a saturated softmax counts as zero.
    """
    for cause in answer.causes:
        if cause.kind == "gate":
            assert cause.edge is not None
            sent = session.run.contributions(cause.edge.target)
            (contribution,) = (c for c in sent if c.edge == cause.edge)
            dense = contribution.local.window(slice(None), slice(None))
            assert contribution.upstream.any()
            rounding = np.finfo(contribution.downstream.dtype).eps
            assert 0 < cause.count <= np.count_nonzero(np.all(abs(dense) < rounding, axis=0))


def towards_all(graph: Graph) -> Graph:
    """The same nodes, with the floating one that most others lead to as the output."""
    behind: dict[str, set[str]] = {}
    for name, each in graph.nodes.items():
        behind[name] = {name}.union(*(behind[source] for source in each.inputs))
    floating = [name for name, each in graph.nodes.items() if each.dtype.kind == "f"]
    output = max(floating, key=lambda name: len(behind[name]), default=graph.output)
    return Graph.from_dict({**graph.to_dict(), "output": output})


@settings(max_examples=150, deadline=None, derandomize=True)
@given(graphs(), st.sampled_from([None, 1.0, 1.0, 1.0, 0.0, 1e-7, 6e4, np.nan]))
def test_there_is_an_answer_for_every_node_at_every_step(graph: Graph, start: float | None) -> None:
    graph = towards_all(graph)
    output = graph.nodes[graph.output]
    seed = None
    if start is not None and output.dtype.kind == "f":
        seed = np.full(output.shape, start, output.dtype)
    session = DebugSession(graph, seed=seed)
    session.resume()
    for step in range(session.cursor + 1):
        session.seek(step)
        snapshot = session.snapshot()
        assert all(event.step <= step for event in biography(snapshot))
        for name in graph.nodes:
            answer = why(snapshot, name)
            assert answer.sentence.endswith(".")
            assert answer.jump is None or answer.jump in graph.nodes
            assert (answer.kind == "missing") == (snapshot.gradient(name) is None)
            check_gates(session, answer)
            for event in biography(snapshot, name):
                assert event.step <= step
            if answer.kind in ("nan", "inf"):
                assert biography(snapshot, name)[-1].node == name


def test_a_way_that_is_too_long_names_where_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = [given_as("x", [-1.0, 1.0]), node("a", "copy", ["x"]), node("b", "copy", ["a"])]
    nodes += [node("h", "relu", ["b"]), node("f", "sum", ["h"])]
    monkeypatch.setattr("graphtui.debugger.reasons.why_zero.MOST_WORK", 1)
    answer = ask(nodes, "x")
    assert answer.sentence == (
        "1 of the 2 elements of the gradient of 'x' is 0: it is 0 already at 'a'; ask there, as "
        "the way was too long."
    )
    assert answer.jump == "a"


def test_an_unknown_node_is_refused() -> None:
    with pytest.raises(CommandError, match=r"^no node is named 'thre'\. Did you mean 'three'\?$"):
        ask(Y_TWICE, "thre")


@pytest.fixture
def shallow() -> Iterator[None]:
    """A recursion limit under which no walk may be recursive."""
    before, depth, frame = sys.getrecursionlimit(), 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(depth + 120)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("shallow")
@pytest.mark.parametrize(
    ("x", "last", "kind", "jump"),
    [
        (0.1, "negative", "ordinary", "n0"),
        (-1.0, "relu", "zero", "end"),
        (-1.0, "sqrt", "nan", "end"),
        (1e5, "square", "huge", "end"),
    ],
)
def test_a_deep_graph(x: float, last: str, kind: str, jump: str) -> None:
    nodes = [given_as("x", x)]
    nodes += [node(f"n{i}", "negative", [f"n{i - 1}" if i else "x"]) for i in range(5000)]
    answer = ask([*nodes, node("end", last, ["n4999"])], "x")
    assert (answer.kind, answer.jump) == (kind, jump)
