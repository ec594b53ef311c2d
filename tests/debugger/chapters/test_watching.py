"""Watches are set, shown at every stop and taken away; progress shows those of the last stop."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph
from graphtui.view.answers.replies import reply_document


@pytest.fixture
def session(mlp: Graph) -> DebugSession:
    session = DebugSession(mlp)
    assert perform(session, "watch norm(h1)").text == "watch 1: norm(h1)"
    assert perform(session, "watch grad(W2)").text == "watch 2: grad(W2)"
    return session


def test_every_snapshot_has_the_watches_of_its_cursor(session: DebugSession) -> None:
    assert [row.state.value for row in session.snapshot().watched] == ["absent", "absent"]
    session.run_until("h1")
    h1, w2 = session.snapshot().watched
    assert h1.changed
    assert h1.result == np.linalg.norm(session.run.value("h1"))
    assert not w2.changed
    session.step()
    assert not session.snapshot().watched[0].changed


def test_while_a_command_is_on_its_way_they_are_those_of_the_last_stop(
    session: DebugSession,
) -> None:
    before = session.snapshot().watched
    session.finish_backward()
    assert session.snapshot(moving=True).watched == before
    assert session.snapshot().watched != before


def test_the_list_is_data(session: DebugSession) -> None:
    session.finish_backward()
    first, second = reply_document(perform(session, "info watches"))
    assert (first["number"], first["expression"], first["state"]) == (1, "norm(h1)", "there")
    assert second["shape"] == [6, 3]


def test_they_are_taken_away_by_number_or_all(session: DebugSession) -> None:
    assert perform(session, "unwatch 1").text == "Removed watch 1."
    assert [row.number for row in session.snapshot().watched] == [2]
    assert perform(session, "unwatch all").text == "Removed 1 watch."
    assert session.snapshot().watched == ()
    with pytest.raises(CommandError, match="no watch has the number 7"):
        perform(session, "unwatch 7")
    with pytest.raises(CommandError, match="Give its number"):
        perform(session, "unwatch h1")
