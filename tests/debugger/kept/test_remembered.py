"""Watches are there again the next time; nothing that may be wrong with them is in the way."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from graphtui.debugger.kept.remembered import Remembered, state_folder
from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph


@pytest.fixture
def memory(tmp_path: Path) -> Remembered:
    return Remembered(str(tmp_path / "state" / "graphtui"), "/home/ada/net.py")


def again(memory: Remembered) -> Remembered:
    """The same, in another program."""
    return Remembered(memory.folder, memory.description)


def test_what_was_watched_is_watched_again(memory: Remembered, mlp: Graph) -> None:
    session = DebugSession(mlp)
    assert memory.recall(session) == ""
    assert memory.remember(session) == ""
    assert not Path(memory.folder).exists()
    for text in ("norm(grad(W1))", "loss"):
        session.watch(text)
    assert memory.remember(session) == ""
    later = DebugSession(mlp)
    assert again(memory).recall(later) == "2 watches of the last time."
    assert list(later.watches.texts.values()) == ["norm(grad(W1))", "loss"]
    assert oct(os.stat(memory.folder).st_mode & 0o777) == "0o700"


def test_a_watch_whose_name_is_gone_stays_with_the_description(
    memory: Remembered, mlp: Graph, chain: Graph
) -> None:
    session = DebugSession(mlp)
    session.watch("norm(h1)")
    memory.remember(session)
    other = DebugSession(chain)
    assert again(memory).recall(other) == "1 watch of the last time."
    assert list(other.watches.texts.values()) == ["norm(h1)"]


def test_descriptions_are_told_apart_by_their_whole_path(memory: Remembered, mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.watch("loss")
    memory.remember(session)
    for path in ("/home/eve/net.py", "/home/ada/net.json", "/home/ada/net.py\udcff"):
        assert Remembered(memory.folder, path).recall(DebugSession(mlp)) == ""
    strange = Remembered(memory.folder, "/x/../../" + "ä\n" * 200)
    assert strange.file.parent == Path(memory.folder)
    assert len(strange.file.name) < 80
    assert strange.remember(session) == ""


def test_where_nothing_is_watched_any_more_nothing_is_kept(memory: Remembered, mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.watch("loss")
    memory.remember(session)
    session.unwatch("all")
    assert memory.remember(session) == ""
    assert list(Path(memory.folder).iterdir()) == []
    assert memory.remember(session) == ""


def test_it_is_written_only_when_something_has_changed(
    memory: Remembered, mlp: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = DebugSession(mlp)
    session.watch("loss")
    memory.remember(session)
    before = os.stat(memory.file).st_ino
    memory.remember(session)
    assert os.stat(memory.file).st_ino == before
    fresh = again(memory)
    fresh.recall(session)
    fresh.remember(session)
    assert os.stat(memory.file).st_ino == before


GOOD = {"graphtui-watches": 1, "description": "/x", "watches": ["loss"]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "\0",
        "[]",
        "{}",
        json.dumps(GOOD | {"graphtui-watches": 2}),
        json.dumps(GOOD | {"watches": 7}),
        json.dumps(GOOD | {"watches": [7]}),
        json.dumps(GOOD | {"watches": ["h"] * 101}),
        json.dumps(GOOD) + " " * 2**20,
        "[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_left_out_with_a_word(
    text: str, memory: Remembered, mlp: Graph
) -> None:
    memory.file.parent.mkdir(parents=True)
    memory.file.write_text(text)
    session = DebugSession(mlp)
    told = memory.recall(session)
    assert told.startswith("The watches of the last time are left out, as they cannot be read: ")
    assert str(memory.file) in told
    assert session.watches.texts == {}
    session.watch("loss")
    assert memory.remember(session) == ""
    assert again(memory).recall(DebugSession(mlp)) == "1 watch of the last time."


def test_where_nothing_can_be_written_a_word_is_said_once(memory: Remembered, mlp: Graph) -> None:
    Path(memory.folder).parent.mkdir()
    Path(memory.folder).write_text("a file where the folder should be")
    session = DebugSession(mlp)
    assert memory.recall(session) == ""
    session.watch("loss")
    assert memory.remember(session).startswith("The watches are not kept for the next time: ")
    assert memory.remember(session) == ""


def test_the_folder_is_where_state_belongs() -> None:
    assert state_folder({"XDG_STATE_HOME": "relative", "HOME": "/h"}) == "/h/.local/state/graphtui"
    assert state_folder({"XDG_STATE_HOME": ""}) == ""
    assert state_folder({"HOME": "."}) == ""
