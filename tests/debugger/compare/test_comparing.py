"""A session is held against what it was before an edit, or against another file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.compare.change import Level
from graphtui.debugger.description import describe_file
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph
from graphtui.graph.json_file import save_json
from graphtui.view.answers.replies import has_page, reply_document, reply_lines
from graphtui.view.text.lines import plain


@pytest.fixture
def edited(mlp: Graph) -> DebugSession:
    """A session at its end, with one weight of the second layer changed."""
    session = DebugSession(mlp)
    session.finish_backward()
    perform(session, "set W2[0, 0] += 1")
    session.finish_backward()
    return session


def test_before_and_after_stand_side_by_side(edited: DebugSession) -> None:
    reply = perform(edited, "compare")
    assert has_page(reply)
    text = plain(reply_lines(reply, 100))
    assert "W2" in text
    assert "The first difference is forward at 'W2'" in reply.text.replace("\n", " ")
    assert json.dumps(reply_document(reply), allow_nan=False)


def test_every_moment_is_compared_as_it_is_looked_at(edited: DebugSession) -> None:
    perform(edited, "compare")
    snapshot = edited.snapshot()
    assert snapshot.beside is not None
    levels = {}
    for name in ("x", "h1", "W2", "scores", "W1"):
        row = snapshot.beside.row(snapshot, name)
        assert row is not None
        levels[name] = row.value.level.differs, row.gradient and row.gradient.level.differs
    assert levels == {
        "x": (False, True),
        "h1": (False, True),
        "W2": (True, True),
        "scores": (True, True),
        "W1": (False, True),
    }
    edited.restart()
    snapshot = edited.snapshot()
    assert snapshot.beside is not None
    row = snapshot.beside.row(snapshot, "scores")
    assert row is not None
    assert row.value.level is Level.PENDING


def test_the_first_divergence_is_one_command_away(edited: DebugSession) -> None:
    with pytest.raises(CommandError, match="nothing is compared"):
        perform(edited, "diverge")
    perform(edited, "compare")
    perform(edited, "diverge backward")
    assert edited.focus == "scores"
    edited.finish_backward()
    perform(edited, "diverge")
    assert edited.focus == "W2"
    assert edited.cursor == 0


def test_an_undone_edit_is_not_compared_with(edited: DebugSession) -> None:
    perform(edited, "undo")
    with pytest.raises(CommandError, match="nothing was edited"):
        perform(edited, "compare")
    assert edited.beside is None


def test_another_file_is_run_to_its_end(edited: DebugSession, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    document = edited.graph.to_dict()
    other.write_text(json.dumps(document), encoding="utf-8")
    reply = perform(edited, f"compare '{other}'")
    assert "No number differs" not in reply.text, "the file has what was described"
    perform(edited, "undo")
    edited.finish_backward()
    assert "No number differs" in perform(edited, "compare").text
    perform(edited, "compare off")
    assert edited.snapshot().beside is None


def test_a_file_that_is_refused_leaves_all_as_it_was(edited: DebugSession) -> None:
    perform(edited, "compare")
    before = edited.beside
    with pytest.raises(CommandError, match="nowhere.json"):
        perform(edited, "compare nowhere.json")
    assert edited.beside is before


def test_equal_runs_need_no_page(mlp: Graph, tmp_path: Path) -> None:
    same = tmp_path / "same.json"
    same.write_text(json.dumps(mlp.to_dict()), encoding="utf-8")
    session = DebugSession(mlp)
    session.finish_backward()
    assert not has_page(perform(session, f"compare {same}"))


def test_a_saved_session_is_compared_with_its_edits(
    edited: DebugSession, mlp: Graph, tmp_path: Path
) -> None:
    save_json(mlp, tmp_path / "mlp.json")
    edited.description = describe_file(tmp_path / "mlp.json")
    edited.save()
    session = DebugSession(mlp)
    session.resume()
    kept = tmp_path / "mlp.graphtui"
    reply = perform(session, f"compare {kept}")
    assert "The first difference is forward at 'W2'" in reply.text.replace("\n", " ")
    perform(edited, f"compare {kept}")
    assert not changed(edited)
    assert changed(session)
    document = json.loads(kept.read_text())
    kept.write_text(json.dumps(document | {"edits": [document["edits"][0] | {"node": "W9"}]}))
    with pytest.raises(CommandError, match="The edit of W9.* is lost"):
        perform(session, f"compare {kept}")
    kept.write_text(json.dumps(document | {"description": {"file": "../net.py"}}))
    with pytest.raises(CommandError, match="lies elsewhere and would be run"):
        perform(session, f"compare {kept}")


def changed(session: DebugSession) -> bool:
    """Whether anything differs from what the session is compared with."""
    snapshot = session.snapshot()
    assert snapshot.beside is not None
    rows = (snapshot.beside.row(snapshot, name) for name in snapshot.graph.nodes)
    return any(row is not None and row.value.level.differs for row in rows)


def test_what_is_known_already_is_found_wherever_the_cursor_stands(edited: DebugSession) -> None:
    perform(edited, "compare")
    perform(edited, "diverge")
    assert edited.cursor == 0
    perform(edited, "diverge backward")
    assert edited.focus == "scores"


def test_what_has_not_come_yet_is_said_and_how_it_comes(mlp: Graph, tmp_path: Path) -> None:
    same = tmp_path / "same.json"
    same.write_text(json.dumps(mlp.to_dict()), encoding="utf-8")
    session = DebugSession(mlp)
    session.finish_forward()
    perform(session, f"compare {same}")
    with pytest.raises(CommandError, match="backward so far, but .* gradients are not there yet"):
        perform(session, "diverge backward")
    with pytest.raises(CommandError, match="Go on with `backward`"):
        perform(session, "diverge")
    with pytest.raises(CommandError, match="^nothing differs forward.$"):
        perform(session, "diverge forward")
    session.finish_backward()
    with pytest.raises(CommandError, match="^nothing differs.$"):
        perform(session, "diverge")
