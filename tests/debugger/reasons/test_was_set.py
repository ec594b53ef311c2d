"""What was set by hand is said to be set, wherever a number is explained, and nothing else is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.commands import perform
from graphtui.debugger.reasons.answer import Answer
from graphtui.debugger.reasons.biography import biography
from graphtui.debugger.reasons.was_set import gradient_set, value_set
from graphtui.debugger.reasons.why import why
from graphtui.debugger.session import DebugSession
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.catches import CATCHES
from graphtui.engine.execute import Run
from graphtui.graph.graph import Draft, Graph, node
from tests.strategies import graphs


def changed(graph: Graph, *edits: str) -> DebugSession:
    """A session at the end, after edits that were made there."""
    session = DebugSession(graph)
    session.resume()
    for edit in edits:
        session.set(edit)
        session.resume()
    return session


def ask(session: DebugSession, name: str) -> Answer:
    return why(session.snapshot(), name)


def rows(*last: Draft, op: str = "sin") -> Graph:
    """L = Σ op(x) over three elements, or with other nodes behind it."""
    nodes = [node("x", "input", value=[0.5, -1.0, 2.0]), node("s", op, ["x"])]
    return Graph([*nodes, *(last or [node("L", "sum", ["s"])])])


# A gradient --------------------------------------------------------------------------------------


def test_a_gradient_that_was_set_to_0(chain: Graph) -> None:
    session = changed(chain, "grad(s) = 0")
    answer = ask(session, "s")
    assert answer.sentence == "The gradient of 's' is 0: it was set from 2.32 to 0."
    assert (answer.kind, answer.jump, answer.causes[0].kind) == ("zero", "s", "set")
    assert answer.causes[0].words == "the gradient of 's' was set from 2.32 to 0"
    behind = ask(session, "x")
    assert behind.sentence == (
        "The gradient of 'x' is 0, as it is 0 already at 's': it was set from 2.32 to 0."
    )
    assert behind.jump == "s"
    assert ask(changed(chain), "s").kind == "ordinary"


def test_contributions_that_were_overruled_do_not_cancel(fan_out: Graph) -> None:
    assert ask(changed(fan_out, "grad(y) = 0"), "y").sentence == (
        "The gradient of 'y' is 0: it was set from 7 to 0."
    )


def test_before_everything_has_arrived_nothing_was_set(fan_out: Graph) -> None:
    session = changed(fan_out, "grad(y) = 0")
    session.seek(session.run.arrivals["y"][0][0])
    assert ask(session, "y").sentence.startswith("The gradient of 'y' is ordinary: it is 5, sent")


def test_some_elements_were_set_to_0_and_others_were_0() -> None:
    session = changed(rows(op="relu"), "grad(s)[0] = 0")
    answer = ask(session, "x")
    assert answer.sentence == (
        "2 of the 3 elements of the gradient of 'x' are 0: for 1 of them at 's' (relu) the gate is "
        "closed, as its input was not positive; at [1], 'x' is -1 and 's' is 0. Also, the gradient "
        "of 's' was set from 1 to 0 at [0]."
    )
    assert [cause.kind for cause in answer.causes] == ["gate", "set"]
    assert answer.causes[1].words == "the gradient of 's' was set from 1 to 0 at [0]"
    assert ask(session, "s").sentence == (
        "1 of the 3 elements of the gradient of 's' is 0: it was set from 1 to 0 at [0]."
    )


def test_a_zero_that_was_there_before_another_element_was_set() -> None:
    graph = Graph(
        [
            node("x", "input", value=[0.5, -1.0, 2.0]),
            node("s", "sin", ["x"]),
            node("h", "relu", ["s"]),
            node("L", "sum", ["h"]),
        ]
    )
    session = changed(graph, "grad(s)[0] = 3")
    assert ask(session, "s").sentence == (
        "1 of the 3 elements of the gradient of 's' is 0: at 'h' (relu) the gate is closed, as its "
        "input was not positive; at [1], 's' is -0.8415 and 'h' is 0."
    )


def test_a_gradient_that_was_set_to_nan(chain: Graph) -> None:
    session = changed(chain, "grad(s) = 0/0")
    answer = ask(session, "x")
    assert answer.sentence == (
        "The gradient of 'x' is nan. The gradient of 's' was set from 2.32 to nan. 's' (sin) sends "
        "it on to 'm', and so does 1 more."
    )
    assert (answer.kind, answer.jump) == ("nan", "s")
    assert ask(session, "s").sentence == (
        "The gradient of 's' is nan. The gradient of 's' was set from 2.32 to nan."
    )
    assert perform(session, "origin").text == (
        "Step 5: the gradient of 's' was set from 2.32 to nan."
    )
    assert session.focus == "s"
    session.seek(4)
    assert biography(session.snapshot()) == ()
    session.seek(5)
    assert [event.words for event in biography(session.snapshot())] == [
        "the gradient of 's' was set from 2.32 to nan"
    ]


def test_a_nan_that_was_there_before_another_element_was_set() -> None:
    graph = rows(node("r", "sqrt", ["s"]), node("L", "sum", ["r"]))
    assert ask(changed(graph, "grad(s)[0] = 7"), "s").sentence == (
        "1 of the 3 elements of the gradient of 's' is nan. 'r' (sqrt) gives nan at [1], as 's' is "
        "-0.8415. On the way back, at 'r' (sqrt) an upstream of 1 meets a local gradient of nan at "
        "[1]."
    )


def test_a_gradient_that_was_set_to_a_size(chain: Graph) -> None:
    assert ask(changed(chain, "grad(s) = 1e30"), "x").sentence == (
        "The gradient of 'x' is huge: it is 1.081e+30, and the seed is 1. On the way from 'f', it "
        "grew most where the gradient of 's' was set from 2.32 to 1e+30."
    )
    tiny = ask(changed(chain, "grad(s) = 1e-9"), "s")
    assert tiny.sentence == (
        "The gradient of 's' is tiny: it is 1e-09, and the seed is 1. On the way from 'f', it "
        "shrank most where the gradient of 's' was set from 2.32 to 1e-09."
    )
    assert (tiny.jump, tiny.causes[0].kind) == ("s", "set")
    ordinary = ask(changed(chain, "grad(s) = 0.5"), "s")
    assert ordinary.sentence == "The gradient of 's' is ordinary: it was set from 2.32 to 0.5."
    assert ordinary.jump == "s"
    assert "was set" not in ask(changed(chain, "grad(s) = 0.5"), "x").sentence


def test_an_array_that_was_set_grows_by_norm() -> None:
    answer = ask(changed(rows(), "grad(s) *= 1e8"), "s")
    assert answer.sentence == (
        "The gradient of 's' is huge: it is of norm 1.732e+08, and the seed is 1. On the way from "
        "'L', it grew most where the gradient of 's' was set, from a norm of 1.732 to one of "
        "1.732e+08."
    )
    assert ask(changed(rows(), "grad(s)[0] = 2"), "s").sentence == (
        "The gradient of 's' is ordinary: it was set, from a norm of 1.732 to one of 2.449."
    )


def test_out_of_nothing() -> None:
    graph = Graph([node("x", "input", value=-1.0), node("s", "sin", ["x"]), node("h", "relu", "s")])
    answer = ask(changed(graph, "grad(s) = 5e4"), "x")
    assert answer.sentence.endswith("where the gradient of 's' was set from 0 to 50000.")
    assert answer.jump == "s"


# A value -----------------------------------------------------------------------------------------


def test_a_value_that_was_set_to_nan(chain: Graph) -> None:
    session = changed(chain, "s = 0/0")
    assert [(event.kind, event.words) for event in biography(session.snapshot(), "f")] == [
        ("begins", "'s' was set from 0.8415 to nan"),
        ("passed on", "'f' (exp) passes it on as nan"),
        ("reaches", "it reaches the value of 'f'"),
    ]
    answer = ask(session, "x")
    assert "'s' was set from 0.8415 to nan. 'f' (exp) passes it on as nan." in answer.sentence
    assert answer.jump == "s"
    assert perform(session, "origin").text == "Step 2: 's' was set from 0.8415 to nan."


def test_a_leaf_that_was_set(chain: Graph) -> None:
    session = changed(chain, "x = 0/0")
    assert biography(session.snapshot())[0].words == "'x' was set from 0.5 to nan"
    twin = Graph([*(node("x", "input", value=float("nan")),), node("f", "exp", ["x"])])
    assert biography(changed(twin).snapshot())[0].words == "'x' is given as nan"


def test_a_fault_that_a_set_value_leads_to(chain: Graph) -> None:
    session = changed(chain, "s = 800")
    assert biography(session.snapshot())[0].words == "'f' (exp) gives inf, as 's' was set to 800"


def test_a_value_that_was_set_masks() -> None:
    trap = Graph(
        [
            node("x", "input", value=0.0),
            node("l", "log", ["x"]),
            node("m", "multiply", ["l", "l"]),
            node("f", "negative", ["m"]),
        ]
    )
    events = biography(changed(trap, "m = 3").snapshot(), "x")
    assert events[1].words == "'m' was set, so that its own value is finite (3)"
    assert events[1].kind == "masked"


def test_a_gate_whose_value_was_set_is_not_called_saturated() -> None:
    graph = Graph([node("x", "input", value=0.3), node("s", "sigmoid", ["x"])])
    assert ask(changed(graph, "s = 1"), "x").sentence == (
        "The gradient of 'x' is 0: at 's' (sigmoid) the local gradient is 0; 'x' is 0.3 and 's' "
        "was set to 1."
    )
    closed = Graph([node("x", "input", value=0.3), node("h", "relu", ["x"])])
    assert ask(changed(closed, "x = -2"), "x").sentence == (
        "The gradient of 'x' is 0: at 'h' (relu) the gate is closed, as its input was not "
        "positive; 'x' was set to -2 and 'h' is 0."
    )


def test_elements_that_were_not_set_keep_their_own_story() -> None:
    graph = rows(node("l", "log", ["s"]), node("L", "sum", ["l"]))
    session = changed(graph, "l[0] = 5")
    assert biography(session.snapshot(), "L")[0].words == (
        "'l' (log) gives nan at [1], as 's' is -0.8415"
    )
    (first, *_) = session.run.faults
    assert (first.message, first.begins) == ("log at 'l' gives nan.", True)
    session.catch("nan")
    session.restart()
    assert "log at 'l' gives nan at [1], as 's' is -0.8415." in session.resume()


def test_a_value_that_helps_over_an_op_that_raises() -> None:
    def graph(target: int) -> Graph:
        nodes = [node("x", "input", value=[1.0, 2.0]), node("i", "constant", value=target)]
        return Graph([*nodes, node("c", "cross_entropy", ["x", "i"]), node("f", "exp", ["c"])])

    run = Run(graph(5), values={"c": float("nan")}).finish()
    there = value_set(run, "c")
    assert there is not None
    assert (there.before, there.words(0)) == (None, "'c' was set to nan")
    assert run.faults[0].message == "'c' was given with nan in it."


# Catches and faults ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "catch", "step", "words"),
    [
        ("s = 0/0", "nan", 2, "caught nan: 's' was set from 0.8415 to nan."),
        ("s = -1/0", "inf", 2, "caught inf: 's' was set from 0.8415 to -inf."),
        ("x = 0/0", "nan", 1, "caught nan: 'x' was set from 0.5 to nan; 'm' reads it."),
        ("grad(s) = 0/0", "nan", 6, "the gradient of 's' was set from 2.32 to nan."),
        ("grad(s) = 1/0", "inf", 6, "the gradient of 's' was set from 2.32 to inf."),
        (
            "grad(s) = 0",
            "zero-gradient",
            5,
            "the gradient of 's' is 0 everywhere, as it was set from 2.32 to 0.",
        ),
        ("grad(s) = 1e-9", "vanishing", 5, "|gradient| of 's' = 1e-09 < 1e-06, as it was set."),
        ("grad(s) = 1e9", "exploding", 5, "|gradient| of 's' = 1e+09 > 1e+06, as it was set."),
    ],
)
def test_a_catch_says_that_it_was_set(
    edit: str, catch: str, step: int, words: str, chain: Graph
) -> None:
    quiet = changed(chain)
    quiet.catch(catch)
    quiet.restart()
    quiet.resume()
    assert quiet.stop is None
    session = changed(chain, edit)
    session.catch(catch)
    session.restart()
    assert session.resume().endswith(words)
    assert session.cursor == step


def test_what_was_set_to_a_large_number_did_not_overflow(chain: Graph) -> None:
    session = changed(chain, "s = 1e308")
    session.catch("overflow")
    session.restart()
    assert "exp at 'f' gives inf from finite numbers" in session.resume()
    assert session.cursor == 3


def test_a_fault_that_is_passed_on_was_not_given(chain: Graph) -> None:
    graph = rows(node("l", "log", ["s"]), node("L", "sum", ["l"]))
    run = Run(graph, gradients={"l": [np.nan, 1.0, 1.0]}).finish()
    given = [fault.message for fault in run.faults if "given" in fault.message]
    assert given == ["the gradient of 'l' was given with nan in it."]


# Laws --------------------------------------------------------------------------------------------

NUMBERS = st.sampled_from([0.0, -0.0, 1.0, 1e30, -1e-30, np.nan, np.inf])


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """A run with some values and gradients given, whole or in part."""
    graph = draw(graphs())
    plain = Run(graph).finish()
    values: dict[str, Any] = {}
    gradients: dict[str, Any] = {}
    for name, each in graph.nodes.items():
        if each.dtype.kind != "f" or not draw(st.booleans()):
            continue
        found = plain.value(name) if draw(st.booleans()) else plain.gradient(name)
        if found is None:
            continue
        new = np.array(found)
        place, number = draw(st.integers(0, max(new.size - 1, 0))), draw(NUMBERS)
        if new.size:
            with np.errstate(all="ignore"):
                new.reshape(-1)[place] = np.float64(number).astype(new.dtype)
        if found is plain.value(name):
            values[name] = new
        elif name in plain.plan.backward_step and name != graph.output:
            gradients[name] = new
    return Run(graph, values=values, gradients=gradients).finish()


@settings(max_examples=100, deadline=None)
@given(runs())
def test_every_answer_holds_on_a_run_in_which_something_was_set(run: Run) -> None:
    for step in range(len(run.steps) + 1):
        for name in run.graph.nodes:
            snapshot = Snapshot(run, step, name)
            answer = why(snapshot, name)
            assert answer.sentence.endswith(".")
            assert answer.jump is None or answer.jump in run.graph.nodes
            assert (answer.kind == "missing") == (snapshot.gradient(name) is None)
            for cause in answer.causes:
                if cause.kind == "set":
                    assert gradient_set(run, cause.node, step) is not None
            for event in biography(snapshot, name):
                assert event.step <= step
                if " was set from" in event.words:
                    assert value_set(run, event.node) or gradient_set(run, event.node)
    for name, catch in CATCHES.items():
        for each in run.steps:
            found = catch.check(run, each, catch.limits)
            assert "was set" not in found or run.given or run.replaced, name


@settings(max_examples=50, deadline=None)
@given(graphs())
def test_giving_what_was_there_anyway_sets_nothing(graph: Graph) -> None:
    plain = Run(graph).finish()
    values = {name: plain.value(name) for name in graph.nodes if plain.value(name) is not None}
    again = Run(graph, values=values).finish()
    assert all(value_set(again, name) is None for name in graph.nodes)
