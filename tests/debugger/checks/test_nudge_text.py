"""What may stand behind `nudge`: a node, an element and a step, each of them or none."""

from __future__ import annotations

import re

import pytest

from graphtui.debugger.checks.nudge import H
from graphtui.debugger.checks.nudge_text import parse_nudge
from graphtui.debugger.commands import perform
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph
from graphtui.view.answers.replies import has_page, reply_document, reply_lines
from graphtui.view.text.lines import plain


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", ("z1", None, H)),
        ("1e-3", ("z1", None, 1e-3)),
        ("h1", ("h1", None, H)),
        ("h1 -0.5", ("h1", None, -0.5)),
        ("h1[0, -1] 0.01", ("h1", (0, -1), 0.01)),
        ("'h1'[2]", ("h1", (2,), H)),
        ("loss[] 1", ("loss", (), 1.0)),
    ],
)
def test_what_is_left_out_is_the_focus_and_a_tenth(text: str, order: object, mlp: Graph) -> None:
    assert parse_nudge(text, "z1", mlp) == order


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("h2", "no node is named 'h2'."),
        ("h1 far", "h is a number such as 0.01, got 'far'."),
        ("h1 nan", "h is a number"),
        ("h1[a]", "an element is named by whole numbers"),
        ("h1[0:2]", "an element is named by whole numbers"),
        ("h1 1 2", "write nudge NODE[INDEX] H"),
        ("[0]", "write nudge NODE[INDEX] H"),
    ],
)
def test_anything_else_is_refused(text: str, words: str, mlp: Graph) -> None:
    with pytest.raises(CommandError, match=re.escape(words)):
        parse_nudge(text, "z1", mlp)


def test_the_command_shows_the_definition_and_moves_nothing(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.finish_forward()
    reply = perform(session, "nudge W1[0, 0] 0.01")
    assert has_page(reply)
    assert "ratio" in plain(reply_lines(reply, 100))
    assert reply_document(reply)["node"] == "W1"
    assert session.cursor == session.run.plan.forward_end
