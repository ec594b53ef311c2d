"""Groups and runs are folded and opened by name, all at once, and from the inside out."""

from __future__ import annotations

import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.folding import boxes_seen, folded_around, still_folded
from graphtui.debugger.kept.carry_over import carry_over, restore, state_of
from graphtui.debugger.session import DebugSession
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node

RUN = "net/step0…step3"


def unrolled(steps: int = 4) -> Graph:
    """Equal steps in a group, one after the other."""
    drafts = [node("x", "input", value=0.5)]
    last = "x"
    for number in range(steps):
        group = f"net/step{number}"
        drafts.append(node(f"e{number}", "exp", [last], group=group))
        drafts.append(node(f"t{number}", "tanh", [f"e{number}"], group=group))
        last = f"t{number}"
    return Graph([*drafts, node("f", "sin", [last])])


def all_folded(steps: int = 4) -> DebugSession:
    session = DebugSession(unrolled(steps))
    perform(session, "fold all")
    return session


def test_all_groups_and_runs_are_folded_and_opened() -> None:
    session = DebugSession(unrolled())
    reply = perform(session, "fold all")
    assert reply.text == "Groups are folded: 3 boxes for 10 nodes. `z` opens one."
    assert session.folded == {"net", RUN, *(f"net/step{n}" for n in range(4))}
    reply = perform(session, "unfold all")
    assert session.folded == frozenset()
    assert reply.text == "All groups are open: 10 nodes."


def test_opening_a_run_shows_its_groups_closed() -> None:
    session = all_folded()
    session.unfold("net")
    assert boxes_seen(session.graph, session.folded) == 3
    session.unfold(RUN)
    assert boxes_seen(session.graph, session.folded) == 6
    assert folded_around(session.graph, "net/step2", session.folded) == "net/step2"


def test_enclosing_goes_from_the_inside_out() -> None:
    session = DebugSession(unrolled())
    session.go_to("e2")
    for expected in ("net/step2", RUN, "net"):
        assert session.enclose() == f"Folded '{expected}'."
        assert folded_around(session.graph, "net/step2", session.folded) == expected
    with pytest.raises(CommandError, match="'net' is in no group that is open"):
        session.enclose()
    session.go_to("x")
    with pytest.raises(CommandError, match="'x' is in no group"):
        session.enclose()


def test_opening_goes_from_the_outside_in() -> None:
    session = all_folded()
    session.go_to("e2")
    for expected in ("net", RUN, "net/step2"):
        assert session.unfold() == f"Opened '{expected}'."
    with pytest.raises(CommandError, match="'e2' is in no folded group"):
        session.unfold()


def test_a_folded_run_is_one_step() -> None:
    session = all_folded()
    session.unfold("net")
    session.step()
    assert (session.cursor, session.focus) == (8, "t3")
    session.step_back()
    assert session.cursor == 0


def test_into_a_run_is_its_first_group_and_out_is_all_of_it() -> None:
    session = all_folded()
    session.unfold("net")
    session.into()
    assert RUN not in session.folded
    assert (session.cursor, session.focus) == (2, "t0")
    session.into()
    assert (session.cursor, session.focus) == (3, "e1")
    session.out()
    assert session.cursor == 4
    session.out()
    step = session.snapshot().step
    assert step is not None
    assert (step.phase, session.cursor) == (Phase.FORWARD, 8)
    assert RUN in session.folded


def test_what_is_folded_survives_by_name() -> None:
    before = all_folded()
    before.unfold("net")
    after = DebugSession(unrolled())
    assert restore(after, state_of(before)) == []
    assert after.folded == before.folded


def test_a_run_that_has_grown_stays_folded() -> None:
    before = all_folded()
    before.unfold("net")
    after = DebugSession(unrolled(6))
    assert carry_over(before, after) == []
    assert folded_around(after.graph, "net/step5", after.folded) == "net/step0…step5"
    assert "net/step5" in after.folded


def test_groups_that_are_gone_are_told() -> None:
    graph = Graph([node("x", "input", value=0.5)])
    assert still_folded(graph, frozenset({"net", RUN})) == (frozenset(), ["net"])


def test_a_group_may_be_called_all() -> None:
    graph = Graph([node("x", "input", value=0.5), node("f", "exp", ["x"], group="all")])
    session = DebugSession(graph)
    session.fold("all")
    assert session.folded == {"all"}
    session.unfold("all")
    assert session.folded == frozenset()


def test_a_graph_without_groups_is_told_so() -> None:
    session = DebugSession(Graph([node("x", "input", value=0.5)]))
    with pytest.raises(CommandError, match="no groups"):
        perform(session, "fold all")


@pytest.mark.parametrize(("steps", "framed"), [(4, False), (20, True), (300, False)])
def test_frames_are_there_at_first_where_there_is_room_and_time_for_them(
    steps: int, framed: bool
) -> None:
    nodes = [node("x", "input", value=0.5)]
    for number in range(steps):
        group = f"step{number}"
        nodes.append(node(f"{group}/a", "sin", [nodes[-1].name], group=group))
        nodes.append(node(f"{group}/b", "cos", [nodes[-1].name], group=group))
    session = DebugSession(Graph(nodes))
    assert session.snapshot().framed == framed
    session.fold("step0")
    assert session.snapshot().framed
    session.unfold("all")
    assert session.snapshot().framed == framed
    bare = [each._replace(group="") for each in nodes]
    assert not DebugSession(Graph(bare)).snapshot().framed, "there is nothing to frame"
