"""Which mark stands for a breakpoint, and where."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph
from graphtui.view.picture import breakpoint_marks
from graphtui.view.picture.breakpoint_marks import Mark, mark_of, places, strongest
from tests.strategies import graphs
from tests.view.shown import fan_out, sigmoid


def mark(text: str) -> Mark:
    session = DebugSession(sigmoid())
    session.break_at(text)
    return mark_of(session.stops.breakpoints[1])


def test_what_stops_always_is_told_from_what_stops_sometimes() -> None:
    for text in ("s", "s backward", "op:add", "group:sigmoid", "s once"):
        assert mark(text) is Mark.STOP
    for text in ("s if s > 0", "s hits 2", "s after 1", "sign w0", "ratio w0 0.1", "if s > 0"):
        assert mark(text) is Mark.MAYBE


def test_logs_and_what_cannot_stop_have_marks_of_their_own() -> None:
    session = DebugSession(sigmoid())
    session.log_at("s at s")
    session.break_at("add once")
    session.break_at("multiply armed-by 2")
    marks = [mark_of(each) for each in session.stops.breakpoints.values()]
    assert marks == [Mark.LOG, Mark.STOP, Mark.MAYBE]
    session.resume()
    session.disable("1")
    marks = [mark_of(each) for each in session.stops.breakpoints.values()]
    assert marks == [Mark.OFF, Mark.OFF, Mark.MAYBE]


def test_the_strongest_is_drawn() -> None:
    assert strongest([Mark.OFF, None, Mark.LOG, Mark.MAYBE]) is Mark.MAYBE
    assert strongest([None]) is None
    session = DebugSession(sigmoid())
    session.log_at("s at s")
    session.break_at("op:add")
    assert places(session.snapshot()).nodes["s"] is Mark.STOP


def test_a_condition_without_a_place_stands_at_what_it_reads() -> None:
    session = DebugSession(fan_out())
    session.break_at("if grad(y) > 5 and x > 0")
    assert places(session.snapshot()).nodes == {"x": Mark.MAYBE, "y": Mark.MAYBE}
    assert places(session.snapshot()).steps == {Mark.MAYBE: (7, 8)}


def test_they_are_found_once_for_what_is_set() -> None:
    session = DebugSession(sigmoid())
    session.break_at("s")
    first = places(session.snapshot())
    session.step()
    assert places(session.snapshot()) is first
    session.disable("1")
    assert places(session.snapshot()).nodes == {"s": Mark.OFF}
    del session
    assert not any(known[1] is first for known in breakpoint_marks._KNOWN.values())


@given(graphs(), st.data())
def test_every_stop_is_at_a_marked_step_and_node(graph: Graph, data: st.DataObject) -> None:
    session = DebugSession(graph)
    name = data.draw(st.sampled_from(list(graph.nodes)))
    try:
        session.break_at(f"op:{graph.nodes[name].op.name}")
    except CommandError:  # a leaf
        return
    found = places(session.snapshot())
    assert found.nodes[name] is Mark.STOP
    while session.cursor < len(session.run.plan.tasks) and not session.run.ended:
        session.resume()
        if session.stop is not None:
            step = session.run.steps[session.cursor - 1]
            assert step.number in found.steps[Mark.STOP]
            assert step.node in found.nodes
