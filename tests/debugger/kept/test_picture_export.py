"""`export FILE` writes what whoever draws gives it, and over nothing but such a picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphtui.debugger.commands import perform, perform_words
from graphtui.debugger.kept.picture_export import PICTURE_MARK, is_picture
from graphtui.debugger.session import DebugSession
from graphtui.debugger.snapshot import Snapshot
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph


@pytest.fixture
def session(fan_out: Graph) -> DebugSession:
    """A session for which somebody draws."""

    def draw(snapshot: Snapshot, file: str, theme: str) -> str:
        return f"{PICTURE_MARK}: step {snapshot.cursor}, {Path(file).name}, {theme}"

    session = DebugSession(fan_out)
    session.pictures = draw
    return session


def test_a_picture_is_of_the_moment_and_light_unless_said(
    session: DebugSession, tmp_path: Path
) -> None:
    target = tmp_path / "a.svg"
    perform(session, "step 3")
    assert perform(session, f"export {target}").text == f"Wrote '{target}'."
    assert target.read_text() == f"{PICTURE_MARK}: step 3, a.svg, light"
    perform_words(session, "export", [str(target), "dark"])
    assert target.read_text().endswith("dark"), "an older picture is replaced"
    assert is_picture(str(target))


def test_nothing_else_is_written_over(session: DebugSession, tmp_path: Path) -> None:
    mine = tmp_path / "net.json"
    for content in ("{}", ""):
        mine.write_text(content)
        with pytest.raises(CommandError, match="is there already, and is not a picture"):
            perform(session, f"export {mine}")
        assert mine.read_text() == content


def test_wrong_words_are_refused(session: DebugSession, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="a picture is light or dark, got 'pink'"):
        perform(session, f"export {tmp_path / 'a.svg'} pink")
    with pytest.raises(CommandError, match="cannot be written"):
        perform(session, f"export {tmp_path / 'nowhere' / 'a.svg'}")
    assert not list(tmp_path.iterdir())


def test_a_session_that_nobody_looks_at_says_who_draws(fan_out: Graph, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="`graphtui draw FILE -o picture.svg` does"):
        perform(DebugSession(fan_out), f"export {tmp_path / 'a.svg'}")
