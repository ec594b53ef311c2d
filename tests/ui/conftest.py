"""The screen without a terminal, a clock or a thread: keys in, rows of text out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import pytest
from textual.pilot import Pilot

from graphtui.graph.graph import Graph, node
from graphtui.ui.app import GraphtuiApp
from graphtui.ui.engine_thread import InlineExecutor
from graphtui.ui.session_jobs import SessionJobs
from graphtui.ui.theme import DARK

SIZES = ((80, 24), (120, 36))


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the tester's environment reaches the screen."""
    for name in list(os.environ):
        ours = name == "TEXTUAL_SNAPSHOT_TEMPDIR"  # the snapshot plugin's own
        if (name.startswith("TEXTUAL_") and not ours) or name in ("NO_COLOR", "COLORFGBG"):
            monkeypatch.delenv(name)


def new_app(
    load: Callable[[], Graph],
    *,
    theme: str = DARK,
    title: str = "sigmoid.py",
    ascii_only: bool = False,
    first: Sequence[str] = (),
) -> GraphtuiApp:
    """The app, with everything carried out at once."""
    jobs = SessionJobs(InlineExecutor(), load, first=first)
    app = GraphtuiApp(jobs, title, theme=theme, ascii_only=ascii_only)
    app.animation_level = "none"
    return app


def rows(app: GraphtuiApp) -> list[str]:
    """What is on the screen, row by row; private Textual names are used here and nowhere else."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def text(app: GraphtuiApp) -> str:
    """What is on the screen."""
    return "\n".join(rows(app)) + "\n"


async def press(pilot: Pilot[object], *keys: str) -> None:
    """Press keys and wait until everything is painted."""
    await pilot.press(*keys)
    await pilot.pause()


async def type_in(pilot: Pilot[object], typed: str) -> None:
    """Give the prompt a command, and enter."""
    assert isinstance(pilot.app, GraphtuiApp)
    pilot.app.main.type_command(typed)
    await press(pilot, "enter")


@pytest.fixture
def sigmoid() -> Graph:
    """The lecture's neuron, written out of primitives."""
    return sigmoid_neuron()


def sigmoid_neuron() -> Graph:
    """f = 1 / (1 + exp(-(w0 x0 + w1 x1 + w2))), the gates of the exponential in one group."""
    gates = "sigmoid"
    return Graph(
        [
            node("w0", "parameter", value=2.0),
            node("x0", "input", value=-1.0),
            node("w1", "parameter", value=-3.0),
            node("x1", "input", value=-2.0),
            node("w2", "parameter", value=-3.0),
            node("one", "constant", value=1.0),
            node("a", "multiply", ["w0", "x0"]),
            node("b", "multiply", ["w1", "x1"]),
            node("c", "add", ["a", "b"]),
            node("s", "add", ["c", "w2"]),
            node("sigmoid/n", "negative", ["s"], group=gates),
            node("sigmoid/e", "exp", ["sigmoid/n"], group=gates),
            node("sigmoid/d", "add", ["one", "sigmoid/e"], group=gates),
            node("f", "divide", ["one", "sigmoid/d"]),
        ],
        name="sigmoid",
    )
