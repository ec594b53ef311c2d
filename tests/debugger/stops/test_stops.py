"""The laws of stopping: the same stops both ways, whichever way one came, and after reopening."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.commands import perform
from graphtui.debugger.listing import Listing
from graphtui.debugger.session import AT_END, AT_START, DebugSession
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.stops import MOST_KEPT, Stops
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from tests.conftest import mlp_graph
from tests.debugger.stopping import Counted, stops_at, stops_of, used_often, where

# Going ------------------------------------------------------------------------------------------


def test_what_goes_on_stops_and_what_jumps_does_not(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.break_at("h1")
    assert "breakpoint 1" in session.step(25)
    assert session.cursor == 3
    session.finish_forward()
    assert session.cursor == 8
    session.finish_backward()
    assert session.cursor == 15
    session.seek(2)
    assert session.snapshot().stop is None
    session.run_until("scores")
    assert (session.cursor, session.focus) == (3, "h1")
    session.run_until("scores")
    assert (session.cursor, session.focus) == (4, "scores")
    session.step_back(4)
    assert session.cursor == 3
    session.step_back(4)
    assert session.cursor == 0
    session.seek(15)
    assert session.snapshot().stop is not None


def test_stepping_onto_a_stop_reports_it_and_off_it_no_more(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.break_at("h1")
    session.seek(2)
    assert "breakpoint 1 (h1)" in session.step()
    assert session.snapshot().stop is not None
    session.step()
    assert session.snapshot().stop is None
    session.step_back()
    assert session.snapshot().stop is not None


def test_both_ends_remain_stops(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.break_at("h1")
    assert stops_of(session) == [3, 15]
    assert session.cursor == len(session.run.plan.tasks)
    assert session.resume() == AT_END
    for step in (15, 3, 0, 0):
        answer = session.reverse_resume()
        assert session.cursor == step
    assert answer == AT_START


def test_a_stop_at_the_last_step_is_still_told_when_there_is_nowhere_to_go(chain: Graph) -> None:
    session = DebugSession(chain)
    session.break_at("m backward")
    session.resume()
    assert session.cursor == 7
    assert session.resume() == AT_END
    assert session.snapshot().stop is not None


def test_a_breakpoint_that_is_set_late_knows_its_past_and_runs_nothing(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.resume()
    steps = list(session.run.steps)
    session.break_at("op:matmul hits 2 if norm(value(h1)) > 0 or step > 0")
    session.reverse_resume()
    assert session.cursor == 4
    assert session.run.steps == steps


def test_a_gate_that_raised_is_a_stop() -> None:
    graph = Graph(
        [
            node("s", "input", value=[[1.0, 2.0]]),
            node("y", "constant", value=[7]),
            node("t", "tanh", ["s"]),
            node("L", "cross_entropy", ["t", "y"]),
        ]
    )
    assert stops_at(graph, "L") == [2]
    assert stops_at(graph, "contribution t") == []


def test_an_interrupted_way_ends_where_it_stands(deep: Graph) -> None:
    session = DebugSession(deep)
    session.break_at("op:sin if n5 > 1e9")
    asked = 0

    def interrupted() -> bool:
        nonlocal asked
        asked += 1
        return asked > 40

    session.interrupted = interrupted
    session.resume()
    assert 0 < session.cursor <= 40
    here = session.cursor
    session.reverse_resume()
    assert session.cursor == here
    session.interrupted = lambda: False
    session.resume()
    assert session.cursor == 601


def test_going_back_while_the_past_is_unknown_can_be_interrupted(deep: Graph) -> None:
    session = DebugSession(deep)
    session.resume()
    end = session.cursor
    session.break_at("op:sin backward if norm(upstream) > 0")
    asked = iter([False] * 10)
    session.interrupted = lambda: next(asked, True)
    session.reverse_resume()
    assert session.cursor == end
    session.interrupted = lambda: False
    session.reverse_resume()
    assert where(deep, session.cursor) == ("backward", "n1")
    assert session.stop is not None


# Laws -------------------------------------------------------------------------------------------

TEXTS = st.sampled_from(
    [
        "h1", "h1 backward", "op:matmul", "op:matmul hits 3", "op:add after 1", "group:layer1",
        "if norm(grad(W2)) > 1", "op:matmul if norm(upstream) > 0.1", "contribution W2 2",
        "if norm(grad(W2)) > 1 or norm(h1) > 2", "ratio h1 0.5", "sign W2", "backward if step > 9",
        "op:add armed-by 1", "op:matmul hits 2 armed-by 2", "group:layer2 armed-by 1",
    ]
)  # fmt: skip
MOVES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["resume", "reverse_resume", "restart", "finish_forward"])),
        st.tuples(st.just("step"), st.integers(1, 9)),
        st.tuples(st.just("step_back"), st.integers(1, 9)),
        st.tuples(st.just("seek"), st.integers(0, 16)),
        st.tuples(st.just("run_until"), st.sampled_from(["h1", "W2", "squares"])),
    ),
    max_size=10,
)


GRAPH = mlp_graph()


def seen(snapshot: Snapshot) -> tuple[object, ...]:
    numbers = [
        None if array is None else array.tobytes()
        for name in snapshot.graph.nodes
        for array in (snapshot.value(name), snapshot.gradient(name))
    ]
    return snapshot.cursor, snapshot.focus, snapshot.stop, numbers


def walk(session: DebugSession, moves: list[tuple[object, ...]]) -> None:
    for name, *arguments in moves:
        before = session.cursor
        try:
            getattr(session, str(name))(*arguments)
        except CommandError:
            assert session.cursor == before
        assert 0 <= session.cursor <= len(session.run.plan.tasks)


def with_breakpoints(texts: list[str]) -> DebugSession:
    session = DebugSession(GRAPH)
    for text in texts:
        if "armed-by" in text and len(session.stops.breakpoints) < int(text[-1]):
            continue  # there is none of that number yet
        session.break_at(text)
    return session


@settings(max_examples=150, deadline=None, derandomize=True)
@given(texts=st.lists(TEXTS, max_size=4), moves=MOVES)
def test_any_walk_ends_where_a_straight_walk_ends(
    texts: list[str], moves: list[tuple[object, ...]]
) -> None:
    """The numbers are those of a run without breakpoints, the stop that of coming straight."""
    session = with_breakpoints(texts)
    walk(session, moves)
    straight = with_breakpoints(texts)
    straight.seek(session.cursor)
    assert seen(session.snapshot())[2:] == seen(straight.snapshot())[2:]
    plain = DebugSession(GRAPH)
    plain.seek(session.cursor)
    assert seen(session.snapshot())[3:] == seen(plain.snapshot())[3:]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), moves=MOVES, late=st.booleans())
def test_the_stops_are_the_same_on_the_way_back(
    texts: list[str], moves: list[tuple[object, ...]], late: bool
) -> None:
    on = stops_of(with_breakpoints(texts))
    session = with_breakpoints(texts)
    walk(session, moves)
    if late:  # the past is known before anything is to stop
        session = DebugSession(GRAPH)
        session.resume()
        session.stops = with_breakpoints(texts).stops.from_dict(
            with_breakpoints(texts).stops.to_dict(), session.run
        )
    session.restart()
    session.seek(len(session.run.plan.tasks))
    back = [session.cursor] if session.stop else []
    while session.cursor:
        session.reverse_resume()
        back += [session.cursor] if session.cursor else []
    assert back[::-1] == on


@settings(max_examples=100, deadline=None, derandomize=True)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), moves=MOVES)
def test_back_after_going_on_returns_to_the_stop_before(
    texts: list[str], moves: list[tuple[object, ...]]
) -> None:
    session = with_breakpoints(texts)
    walk(session, moves)
    session.resume()
    if session.stop is None:
        return
    before = seen(session.snapshot())
    if session.resume() != AT_END:
        session.reverse_resume()
        assert seen(session.snapshot()) == before


# Keeping ----------------------------------------------------------------------------------------


def test_what_is_kept_comes_back_and_stops_the_same(mlp: Graph) -> None:
    session = DebugSession(mlp)
    for text in (
        "h1 once",
        "z1",
        "contribution W2 2 armed-by 1",
        "ratio h1 0.5",
        "if norm(h1) > 1",
    ):
        session.break_at(text)
    session.log_at("norm(grad(W2)) at op:matmul backward after 1")
    session.remove("2")
    session.disable("4")
    session.catch("vanishing 1e-4")
    session.seek(3)
    document = session.stops.to_dict()
    again = DebugSession(mlp)
    again.stops = Stops.from_dict(document, again.run)
    assert again.stops.to_dict() == document
    assert document["breakpoints"][0] == {
        "number": 1,
        "target": {"kind": "node", "name": "h1"},
        "once": True,
        "spent": True,
    }
    assert document["catches"] == {"vanishing": {"ratio": 1e-4, "norm": 1e-6}}
    session.restart()
    assert stops_of(again) == stops_of(session)
    again.break_at("a1")
    assert max(again.stops.breakpoints) == 7


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (7, "written as an object"),
        ({"breakpoint": []}, "Did you mean 'breakpoints'"),
        ({"breakpoints": {}}, "is a list"),
        ({"breakpoints": [7]}, "ascending"),
        ({"breakpoints": [{"number": 0}]}, "ascending"),
        ({"breakpoints": [{"number": 1}]}, "needs a 'target'"),
        ({"breakpoints": [{"number": 1, "targets": {}}]}, "Did you mean 'target'"),
        ({"breakpoints": [{"number": 1, "target": "h1"}]}, "written as an object"),
        ({"breakpoints": [{"number": 1, "target": {"kind": "nod", "name": "h1"}}]}, "one of"),
        ({"breakpoints": [{"number": 1, "target": {"kind": "node", "name": 3}}]}, "is text"),
        (
            {"breakpoints": [{"number": 1, "target": {"kind": "ratio", "name": "h1"}}]},
            "needs its 'number'",
        ),
        (
            {
                "breakpoints": [
                    {"number": 1, "target": {"kind": "contribution", "name": "h1", "number": 1.5}}
                ]
            },
            "cannot be '1.5'",
        ),
        (
            {"breakpoints": [{"number": 1, "target": {"kind": "sign", "name": "h1", "number": 2}}]},
            "of the kind 'sign' has no number",
        ),
        ({"breakpoints": [{"number": 1, "condition": True}]}, "'condition' is text"),
        ({"breakpoints": [{"number": 1, "log": "h1"}] * (MOST_KEPT + 1)}, "at most 1,000"),
        ({"breakpoints": [{"number": 1, "condition": "h1", "hits": -1}]}, "whole number"),
        ({"breakpoints": [{"number": 1, "condition": "h1", "hits": True}]}, "whole number"),
        ({"breakpoints": [{"number": 1, "condition": "h1", "phase": "seed"}]}, "not 'seed'"),
        ({"breakpoints": [{"number": 1, "log": "h1", "once": True}]}, "cannot have 'once'"),
        ({"breakpoints": [{"number": 1, "log": "h1", "hits": 1, "after": 1}]}, "not both"),
        (
            {"breakpoints": [{"number": 1, "condition": "any(h1)", "armed_by": 1}]},
            "armed by an earlier one",
        ),
        ({"breakpoints": [{"number": 2, "log": "h1", "armed_by": 1}]}, "an earlier one, not by 1"),
        ({"catches": {"explodin": {}}}, "Did you mean 'exploding'"),
        ({"catches": {"nan": 1}}, "are an object"),
        ({"catches": {"nan": {"size": 1}}}, "no threshold 'size'"),
        ({"catches": {"vanishing": {"ratio": float("nan")}}}, "from 0 up"),
        ({"catches": {"vanishing": {"ratio": True}}}, "from 0 up"),
    ],
)
def test_what_was_kept_wrongly_is_refused(document: object, words: str, mlp: Graph) -> None:
    with pytest.raises(CommandError) as refused:
        Stops.from_dict(document, Run(mlp))
    assert words in str(refused.value)


def test_what_names_nothing_here_is_lost_until_its_name_is_back(mlp: Graph, chain: Graph) -> None:
    session = DebugSession(mlp)
    for text in ("z1", "h1 once", "loss armed-by 2", "if norm(grad(W1)) > 1"):
        session.break_at(text)
    document = session.stops.to_dict()
    elsewhere = DebugSession(chain)
    elsewhere.stops = Stops.from_dict(document, elsewhere.run)
    assert elsewhere.stops.breakpoints == {}
    assert {n: each.words[:30] for n, each in elsewhere.stops.lost.items()} == {
        1: "no node is named 'z1'.",
        2: "no node is named 'h1'.",
        3: "breakpoint 2, which arms it, i",
        4: "no node is named 'W1'.",
    }
    assert stops_of(elsewhere) == []
    assert elsewhere.stops.to_dict() == document
    assert elsewhere.break_at("op:exp") == "breakpoint 5: op:exp"
    listed = elsewhere.info("breakpoints").subject
    assert isinstance(listed, Listing)
    assert (1, "stop", "lost", 0, "z1: no node is named 'z1'.") in listed.rows
    with pytest.raises(CommandError, match="is lost: no node is named 'z1'"):
        elsewhere.enable("1")
    assert elsewhere.remove("4") == "Removed breakpoint 4."
    elsewhere.remove("5")
    back = Stops.from_dict(elsewhere.stops.to_dict(), Run(mlp))
    assert list(back.breakpoints) == [1, 2, 3]
    assert back.lost == {}
    assert elsewhere.remove("all") == "Removed 3 breakpoints."
    assert elsewhere.info("breakpoints").text == "0 breakpoints."


def test_a_condition_that_is_set_late_does_not_sum_up_anew() -> None:
    session = DebugSession(used_often(1500))
    session.resume()
    arrived = Counted(session.run, "x")
    session.break_at("if grad(x) > 1e9")
    session.reverse_resume()
    assert session.cursor == 0
    assert arrived.looks < 20 * len(arrived)


def told(session: DebugSession) -> list[int | str]:
    """The breakpoints and catches for which the session says that it stands here."""
    return [
        each.breakpoint or each.catch for each in (session.stop.reasons if session.stop else ())
    ]


@pytest.mark.parametrize("again", ["delete 1", "delete all", "disable 1", "edit 1 op:matmul"])
def test_a_reason_that_is_gone_is_told_no_more(again: str, mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.break_at("op:tanh")
    session.break_at("op:tanh once")
    session.resume()
    assert told(session) == [1, 2]
    perform(session, again)
    assert told(session) == ([] if again == "delete all" else [2])
    where = session.cursor
    assert perform(session, f"seek {where}").text
    assert told(session) == ([] if again == "delete all" else [2])


def test_a_breakpoint_that_is_written_anew_and_stops_here_too_says_so() -> None:
    session = DebugSession(mlp_graph())
    session.break_at("op:tanh")
    session.resume()
    perform(session, f"edit 1 {session.focus} forward")
    assert session.stop is not None
    assert session.stop.message == f"breakpoint 1 ({session.focus} forward)"


def test_a_catch_that_is_off_is_told_no_more() -> None:
    session = DebugSession(Graph([node("x", "input", value=0.0), node("y", "log", ["x"])]))
    session.catch("inf")
    session.resume()
    assert told(session) == ["inf"]
    session.catch("inf off")
    assert told(session) == []


def test_undo_does_not_bring_back_a_stop_whose_breakpoint_is_gone(chain: Graph) -> None:
    session = DebugSession(chain)
    name = session.run.plan.tasks[1].node
    session.break_at(name)
    session.resume()
    leaf = next(n for n, each in chain.nodes.items() if each.is_leaf)
    session.set(f"{leaf} = 0.125")
    session.remove("1")
    session.undo()
    assert (session.cursor, session.stop) == (2, None)
    session.break_at(name)
    session.restart()
    session.resume()
    session.set(f"{leaf} = 0.125")
    session.undo()
    assert told(session) == [2]
