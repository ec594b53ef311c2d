"""Every kind of breakpoint stops where it should and nowhere else, and says why."""

from __future__ import annotations

import pytest

from graphtui.debugger.listing import Cell, Listing
from graphtui.debugger.session import DebugSession
from graphtui.debugger.stops.breakpoints import OPTIONS, Kind
from graphtui.debugger.stops.stops import Stops
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from tests.debugger.stopping import shared_weight, stops_at, stops_of, where


@pytest.fixture
def shared() -> Graph:
    return shared_weight()


def listed(session: DebugSession) -> tuple[tuple[Cell, ...], ...]:
    """The rows of `info breakpoints`: number, kind, state, hits, where."""
    found = session.info("breakpoints").subject
    assert isinstance(found, Listing)
    return found.rows


# Places -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("h1", [("forward", "h1"), ("backward", "h1")]),
        ("h1 backward", [("backward", "h1")]),
        ("h1 forward", [("forward", "h1")]),
        ("W1", [("backward", "z1")]),
        ("op:matmul forward", [("forward", "z1"), ("forward", "scores")]),
        ("group:layer2", [("forward", "scores"), ("backward", "scores")]),
        ("op:matmul if norm(upstream) > 1e-9", [("backward", "scores"), ("backward", "z1")]),
        ("op:matmul if norm(upstream) > 1e9", []),
        ("h1 if any(h1 > 2)", []),
        ("h1 hits 2", [("backward", "h1")]),
        ("h1 hits 3", []),
        ("op:matmul after 2", [("backward", "scores"), ("backward", "z1")]),
        ("op:matmul after 9", []),
        ("h1 once", [("forward", "h1")]),
        ("contribution W2 1", [("backward", "squares")]),
        ("contribution W2 2", [("backward", "scores")]),
        ("contribution W2", [("backward", "squares"), ("backward", "scores")]),
        ("ratio h1 1e9", [("backward", "scores")]),
        ("ratio h1 1e-9", []),
        ("if norm(h1) > 0", [("forward", "h1")]),
        ("if norm(h1) > 1e9", []),
        ("backward if norm(upstream) > 0 and norm(upstream) < 1e-9", []),
        ("if isnan(any(grad(W1)))", []),
    ],
)
def test_each_stops_where_it_says(text: str, places: list[tuple[str, str]], mlp: Graph) -> None:
    assert [where(mlp, step) for step in stops_at(mlp, text)] == places


@pytest.mark.parametrize(
    ("kind", "fires", "quiet"),
    [
        (Kind.NODE, "h1", "h1 if norm(h1) > 1e9"),
        (Kind.OP, "op:tanh", "op:tanh hits 3"),
        (Kind.GROUP, "group:layer1", "group:layer1 after 99"),
        (Kind.CONTRIBUTION, "contribution W2 2", "contribution W2 2 if norm(grad(W2)) > 1e9"),
        (Kind.SIGN, "sign w", "sign d"),
        (Kind.RATIO, "ratio h1 1e9", "ratio h1 1e-9"),
        (None, "if norm(grad(W2)) > 0", "if norm(grad(W2)) > 1e9"),
    ],
)
def test_every_kind_fires_and_stays_quiet(
    kind: Kind | None, fires: str, quiet: str, mlp: Graph, shared: Graph
) -> None:
    for text, stops in ((fires, True), (quiet, False)):
        session = DebugSession(shared if kind is Kind.SIGN else mlp)
        session.break_at(text)
        (breakpoint,) = session.stops.breakpoints.values()
        assert (breakpoint.target.kind if breakpoint.target else None) is kind
        assert bool(stops_of(session)) is stops


@pytest.mark.parametrize(
    ("option", "stops"),
    [
        ("forward", [3]),
        ("backward", [15]),
        ("hits 2", [15]),
        ("after 1", [15]),
        ("once", [3]),
        ("armed-by 1", [15]),
    ],
)
def test_every_option_keeps_it_from_one_of_two_stops(
    option: str, stops: list[int], mlp: Graph
) -> None:
    session = DebugSession(mlp)
    session.break_at("loss forward")
    session.break_at(f"h1 {option}")
    assert [step for step in stops_of(session) if step != 8] == stops
    assert option.split()[0] in OPTIONS


def test_a_group_has_the_groups_in_it() -> None:
    graph = Graph(
        [
            node("x", "input", value=1.0),
            node("a", "sin", ["x"], group="net"),
            node("b", "sin", ["a"], group="net/gate"),
            node("c", "sin", ["b"], group="network"),
        ]
    )
    assert stops_at(graph, "group:net forward") == [1, 2]


def test_the_message_names_the_breakpoint_and_shows_the_values(shared: Graph) -> None:
    session = DebugSession(shared)
    session.break_at("op:multiply backward if abs(upstream) >= 1 and step > 7")
    answer = session.resume()
    assert answer == (
        "Step 9, backward of 'm4' (multiply): breakpoint 1 (op:multiply backward if abs(upstream) "
        ">= 1 and step > 7): abs(upstream) = 1 >= 1 and step = 9 > 7."
    )
    stop = session.snapshot().stop
    assert stop is not None
    assert [(reason.breakpoint, reason.catch) for reason in stop.reasons] == [(1, "")]


def test_several_breakpoints_may_stop_at_one_step(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.break_at("h1")
    session.break_at("op:tanh forward")
    assert "breakpoint 1 (h1); breakpoint 2 (op:tanh forward)." in session.resume()
    assert session.stop is not None
    assert len(session.stop.reasons) == 2


# Conditions -------------------------------------------------------------------------------------


def test_a_condition_without_a_place_stops_where_it_becomes_true(shared: Graph) -> None:
    arrivals = (9, 10, 11)
    assert stops_at(shared, "if grad(w) == 4") == [9]
    assert stops_at(shared, "if grad(w) > -2") == [9]
    assert stops_at(shared, "if grad(w) > 0") == [9, 11]
    assert stops_at(shared, "if abs(grad(w)) > 0 and upstream != 0") == list(arrivals)


def test_a_condition_that_was_true_at_the_start_does_not_become_true(shared: Graph) -> None:
    assert stops_at(shared, "if w > 0 or m2 > 100") == []
    assert stops_at(shared, "if w < 0 or m2 > 1") == [1]


def test_a_condition_that_no_step_changes_is_refused(shared: Graph) -> None:
    session = DebugSession(shared)
    with pytest.raises(CommandError, match="no step can change this"):
        session.break_at("if w > 2")
    assert session.stops.breakpoints == {}


def test_a_condition_without_an_answer_stops_and_says_why(shared: Graph) -> None:
    session = DebugSession(shared)
    session.break_at("L backward if abs(downstream) > 1e9")
    answer = session.resume()
    assert session.cursor == 7
    assert "no answer here: " in answer
    assert "Say which: downstream('d')" in answer
    assert "\n" not in answer


def test_only_what_can_change_a_condition_is_looked_at(mlp: Graph) -> None:
    stops = Stops(Run(mlp))
    session = DebugSession(mlp)
    session.break_at("if norm(grad(W2)) > 1e9")
    plan = session.run.plan
    looked = [session.stops.next_step(0)]
    while looked[-1] is not None:
        looked.append(session.stops.next_step(looked[-1]))
    assert looked[:-1] == [plan.backward_step["squares"], plan.backward_step["scores"]]
    assert stops.next_step(0) is None


# Data -------------------------------------------------------------------------------------------


def test_the_second_contribution_is_shown_with_what_it_adds_up_to(shared: Graph) -> None:
    session = DebugSession(shared)
    session.break_at("contribution w 2")
    answer = session.resume()
    assert session.cursor == 10
    assert (
        "'w' receives contribution 2 of 3, -5, from 'm5' (multiply); its gradient is -1" in answer
    )


def test_a_gate_that_sends_twice_completes_both_at_its_step() -> None:
    graph = Graph([node("x", "input", value=3.0), node("f", "multiply", ["x", "x"])])
    assert stops_at(graph, "contribution x 1") == stops_at(graph, "contribution x 2") == [3]


def test_a_gradient_changes_its_sign(shared: Graph) -> None:
    assert stops_at(shared, "sign w") == [10, 11]
    session = DebugSession(shared)
    session.break_at("sign w")
    assert "the gradient of 'w' changes its sign: 4 → -1" in session.resume()


def test_the_sign_is_that_of_a_gradient_that_was_set(fan_out: Graph) -> None:
    session = DebugSession(fan_out)
    session.break_at("sign y")
    session.run_until("a", "backward")
    assert session.stop is None
    session.set("grad(y) = -1")
    session.restart()
    assert "the gradient of 'y' changes its sign: 5 → -1" in session.resume()


def test_a_gradient_that_keeps_its_sign_is_quiet(fan_out: Graph) -> None:
    assert stops_at(fan_out, "sign y") == []


def test_the_element_that_changes_its_sign_is_named() -> None:
    graph = Graph(
        [
            node("w", "parameter", value=[[1.0, 1.0], [1.0, 1.0]]),
            node("a", "multiply", ["w", "p"]),
            node("b", "multiply", ["w", "q"]),
            node("p", "constant", value=[[1.0, 20.0], [3.0, 40.0]]),
            node("q", "constant", value=[[1.0, -9.0], [3.0, -9.0]]),
            node("s", "add", ["a", "b"]),
            node("L", "sum", ["s"]),
        ]
    )
    session = DebugSession(graph)
    session.break_at("sign w")
    answer = session.resume()
    assert "'w'[0, 1] changes its sign" in answer
    assert "and 1 more elements change theirs" in answer


def test_little_of_the_upstream_gets_through() -> None:
    graph = Graph([node("x", "input", value=6.0), node("f", "sigmoid", ["x"])])
    assert stops_at(graph, "ratio x 0.01") == [3]
    assert stops_at(graph, "ratio x 0.001") == []
    session = DebugSession(graph)
    session.break_at("ratio x 0.01")
    assert "|downstream| / |upstream| = 0.00246651 < 0.01 from 'f' (sigmoid) to 'x'" in (
        session.resume()
    )


# Counting, once, arming, switching --------------------------------------------------------------


def test_hits_are_counted_from_the_start_of_the_timeline(deep: Graph) -> None:
    session = DebugSession(deep)
    session.seek(100)
    session.break_at("op:sin forward hits 75")
    session.resume()
    assert session.cursor == 150
    assert "hit 75" in session.snapshot().stop.message  # type: ignore[union-attr]
    assert listed(session)[0][2:4] == ("on", 75)


def test_hits_count_only_where_the_condition_holds(shared: Graph) -> None:
    assert stops_at(shared, "op:multiply forward if step > 1") == [2, 3]
    assert stops_at(shared, "op:multiply forward hits 2 if step > 1") == [3]
    assert stops_at(shared, "op:multiply forward after 1 if step > 1") == [3]


def test_once_is_spent_until_it_is_enabled(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.break_at("h1 once")
    session.resume()
    assert session.cursor == 3
    assert listed(session)[0][2:4] == ("spent", 1)
    session.restart()
    assert stops_of(session) == []
    session.restart()
    session.enable("1")
    assert stops_of(session) == [3]


def test_armed_by_another_it_counts_from_behind_that_one(deep: Graph) -> None:
    session = DebugSession(deep)
    session.break_at("n9 forward")
    session.break_at("op:sin armed-by 1")
    session.resume()
    assert session.cursor == 10
    session.resume()
    assert session.cursor == 12
    session.edit(2, "op:sin hits 2 armed-by 1")
    session.resume()
    assert session.cursor == 14


def test_what_arms_may_be_spent_or_a_log_but_not_disabled(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.break_at("h1 forward once")
    session.break_at("op:matmul armed-by 1")
    session.log_at("step at loss forward")
    session.break_at("op:matmul armed-by 3 hits 1")
    assert stops_of(session) == [3, 4, 14, 17]
    session.restart()
    session.disable("1")
    assert stops_of(session) == [14]


def test_arming_goes_through_a_chain(deep: Graph) -> None:
    for quiet in (False, True):
        session = DebugSession(deep)
        session.break_at("n9 forward")
        session.break_at("n4 forward armed-by 1" if quiet else "n19 forward armed-by 1")
        session.break_at("n29 forward armed-by 2")
        assert stops_of(session) == ([10] if quiet else [10, 20, 30])


def test_a_disabled_one_is_quiet(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.break_at("h1")
    session.break_at("loss forward")
    assert "disabled" in session.disable("1")
    assert stops_of(session) == [8]
    session.restart()
    session.disable("all")
    assert stops_of(session) == []
    session.restart()
    session.enable("all")
    assert stops_of(session) == [3, 8, 15]


def test_numbers_stay_and_are_never_used_again(mlp: Graph) -> None:
    session = DebugSession(mlp)
    for text in ("h1", "z1", "loss"):
        session.break_at(text)
    session.remove("2")
    session.break_at("a1")
    assert list(session.stops.breakpoints) == [1, 3, 4]
    session.edit(1, "h1 backward")
    assert [(number, where) for number, *_, where in listed(session)] == [
        (1, "h1 backward"),
        (3, "loss"),
        (4, "a1"),
    ]
    session.remove("all")
    assert session.info("breakpoints").text == "0 breakpoints."
    assert stops_of(session) == []


def test_without_a_word_the_focus_is_toggled(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.go_to("h1")
    session.break_at()
    assert [str(each) for each in session.stops.breakpoints.values()] == ["h1"]
    session.break_at()
    assert session.stops.breakpoints == {}


# Refusals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "argument", "words"),
    [
        ("enable", "1", "no breakpoint has the number 1. There is none yet."),
        ("remove", "some", "Give its number, or 'all'; got 'some'."),
        ("disable", "²", "got '²'"),
        ("break_at", "h1 armed-by 1", "can only be armed by an earlier one, not 1"),
        ("break_at", "y", "no gradient reaches 'y'"),
        ("break_at", "W1 forward", "'W1' is given, so the forward pass never comes there."),
        ("break_at", "contribution W2 3", "'W2' receives only 2 in all."),
        ("break_at", "contribution y", "no gradient reaches 'y'"),
        ("break_at", "op:matmull", "Did you mean 'matmul'?"),
    ],
)
def test_a_refused_command_changes_nothing(
    call: str, argument: str, words: str, mlp: Graph
) -> None:
    session = DebugSession(mlp)
    with pytest.raises(CommandError) as refused:
        getattr(session, call)(argument)
    assert words in str(refused.value)
    assert session.stops.breakpoints == {}
    session.break_at("h1 once")
    assert list(session.stops.breakpoints) == [1]


def test_what_another_waits_for_is_not_removed_alone(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.break_at("h1")
    session.break_at("loss armed-by 1")
    with pytest.raises(CommandError, match="breakpoint 2 is armed by 1. Remove or edit 2 first."):
        session.remove("1")
    session.edit(2, "loss")
    session.remove("1")
    assert list(session.stops.breakpoints) == [2]
    with pytest.raises(CommandError, match="no breakpoint has the number 1. There are 2."):
        session.break_at("loss armed-by 1")
