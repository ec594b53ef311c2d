"""Groups are stepped over, into and out of, as frames are in any debugger."""

from __future__ import annotations

import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.session import AT_START, DebugSession
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node


@pytest.fixture
def gate() -> Graph:
    """A sigmoid of four primitives in a group, between two other gates."""
    return Graph(
        [
            node("x", "input", value=0.5),
            node("one", "constant", value=1.0),
            node("s", "square", ["x"]),
            node("n", "negative", ["s"], group="sig"),
            node("e", "exp", ["n"], group="sig/inner"),
            node("d", "add", ["one", "e"], group="sig/inner"),
            node("r", "reciprocal", ["d"], group="sig"),
            node("f", "sqrt", ["r"]),
        ]
    )


def done(session: DebugSession) -> tuple[Phase, str]:
    step = session.snapshot().step
    assert step is not None
    return step.phase, step.node


def test_a_folded_group_is_one_step_in_both_passes_and_directions(gate: Graph) -> None:
    session = DebugSession(gate)
    session.fold("sig")
    stands = [session.cursor]
    while session.cursor < len(session.run.plan.tasks):
        session.step()
        stands.append(session.cursor)
    assert stands == [0, 1, 5, 6, 7, 8, 12, 13]
    back = [session.cursor]
    while session.cursor:
        session.step_back()
        back.append(session.cursor)
    assert back == stands[::-1]
    assert session.step_back() == AT_START


def test_a_count_counts_boxes(gate: Graph) -> None:
    session = DebugSession(gate)
    session.fold("sig")
    perform(session, "step 3")
    assert session.cursor == 6
    perform(session, "back 2")
    assert session.cursor == 1


def test_a_breakpoint_in_a_folded_group_stops_in_it(gate: Graph) -> None:
    session = DebugSession(gate)
    session.fold("sig")
    perform(session, "break e")
    session.step(2)
    assert done(session) == (Phase.FORWARD, "e")
    session.step()
    assert session.cursor == 5


def test_into_opens_the_group_and_out_finishes_and_folds_it(gate: Graph) -> None:
    session = DebugSession(gate)
    session.fold("sig")
    session.step()
    session.into()
    assert done(session) == (Phase.FORWARD, "n")
    assert not session.folded
    session.out()
    assert done(session) == (Phase.FORWARD, "r")
    assert session.folded == {"sig"}


def test_into_without_a_group_is_a_step(gate: Graph) -> None:
    session = DebugSession(gate)
    session.into()
    assert done(session) == (Phase.FORWARD, "s")


def test_out_finishes_the_innermost_group_first(gate: Graph) -> None:
    session = DebugSession(gate)
    session.seek(3)
    session.out()
    assert done(session) == (Phase.FORWARD, "d")
    session.out()
    assert done(session) == (Phase.FORWARD, "r")
    assert not session.folded, "it was open before"


def test_out_finishes_in_backward_what_backward_is_in(gate: Graph) -> None:
    session = DebugSession(gate)
    session.run_until("r", "backward")
    session.out()
    assert done(session) == (Phase.BACKWARD, "n")


def test_out_of_no_group_is_refused(gate: Graph) -> None:
    session = DebugSession(gate)
    session.step()
    with pytest.raises(CommandError, match="'s' is in no group"):
        session.out()
    assert session.cursor == 1


def test_the_ends_of_the_timeline_are_stops_for_every_move(gate: Graph) -> None:
    session = DebugSession(gate)
    session.fold("sig")
    end = len(session.run.plan.tasks)
    for move in (session.step, session.into, session.resume):
        session.seek(end)
        move()
        assert session.cursor == end
