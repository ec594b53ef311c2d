"""Frames are drawn from when something is folded until everything is opened at once."""

from __future__ import annotations

from graphtui.debugger.commands import perform
from graphtui.debugger.session import DebugSession
from graphtui.view.picture.laid_out import drawn_scene, laid_out
from graphtui.view.picture.nearby import Near
from tests.view.shown import sigmoid


def test_frames_come_with_folding_and_go_when_all_is_opened() -> None:
    session = DebugSession(sigmoid())
    frames = []
    for command in ("fold sigmoid", "fold sigmoid", "unfold all"):
        drawn = drawn_scene(session.snapshot())
        frames.append([frame.title for frame in laid_out(drawn, None).frames])
        perform(session, command)
    assert frames == [[], [], ["▾ sigmoid"]]
    assert laid_out(drawn_scene(session.snapshot()), None).frames == ()


def test_a_part_of_the_drawing_has_no_frames() -> None:
    session = DebugSession(sigmoid())
    perform(session, "fold all")
    perform(session, "unfold sigmoid")
    assert drawn_scene(session.snapshot(), Near("s", 1)).framed is None
