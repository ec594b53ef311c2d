"""The numbers of boxes: those of their node, or the largest of a group's."""

from __future__ import annotations

import numpy as np

from graphtui.debugger.session import DebugSession
from graphtui.debugger.snapshot import NodeState
from graphtui.view.afar.heat_values import CURRENT, DONE, GIVEN, SENT, WAITING, Heat, heat
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.picture.scene import scene
from tests.view.shown import END, at, broken, sigmoid

STATES = {
    NodeState.GIVEN: GIVEN,
    NodeState.WAITING: WAITING,
    NodeState.CURRENT: CURRENT,
    NodeState.DONE: DONE,
    NodeState.SENT: SENT,
}


def by_key(session: DebugSession, name: str) -> dict[str, float]:
    """One of the numbers, by box."""
    drawn = scene(session.graph, session.snapshot().folded)
    layout = lay_out(drawn.boxes, drawn.wires)
    numbers = getattr(heat(layout, drawn, session.snapshot()), name).tolist()
    return dict(zip((box.key for box in layout.plan.boxes), numbers, strict=True))


def test_the_states_are_those_of_the_nodes_at_every_step() -> None:
    session = at(sigmoid(), 0)
    for _ in range(len(session.run.plan.tasks) + 1):
        snapshot = session.snapshot()
        for key, state in by_key(session, "state").items():
            assert state == STATES[snapshot.state(key)], (key, session.cursor)
        session.step()


def test_a_group_has_the_largest_of_its_nodes_and_is_current_while_one_is() -> None:
    session = at(sigmoid(), END)
    before = by_key(session, "value")
    inside = [key for key in before if key.startswith("sigmoid/")]
    session.fold("sigmoid")
    group = next(key for key in by_key(session, "value") if key not in before)
    assert by_key(session, "value")[group] == max(before[key] for key in inside)
    assert by_key(session, "state")[group] == SENT
    session.seek(session.run.plan.forward_step["sigmoid/e"])
    assert by_key(session, "state")[group] == CURRENT


def test_what_is_not_there_yet_is_absent_and_leaves_have_no_step() -> None:
    session = at(sigmoid(), 2)
    assert np.isnan(by_key(session, "gradient")["f"])
    assert np.isnan(by_key(session, "value")["f"])
    steps = by_key(session, "step")
    assert np.isnan(steps["w0"])
    assert steps["multiply2"] == 2
    session = at(sigmoid(), END)
    assert by_key(session, "step")["f"] == session.run.plan.backward_step["f"]


def test_faults_are_told() -> None:
    faulty = {key for key, wrong in by_key(at(broken(), END), "fault").items() if wrong}
    assert {"inner", "outer"} <= faulty
    assert not any(by_key(at(broken(), 1), "fault").values())


def test_the_numbers_of_a_moment_are_all_of_the_boxes() -> None:
    session = at(sigmoid(), 3)
    drawn = scene(session.graph)
    layout = lay_out(drawn.boxes, drawn.wires)
    found = heat(layout, drawn, session.snapshot())
    assert isinstance(found, Heat)
    assert found.steps == session.snapshot().total
    assert len(found.value) == len(found.state) == len(found.fault) == len(drawn.boxes)
