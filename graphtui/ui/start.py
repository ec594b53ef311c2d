"""Open the screen on a graph that may still be loading, and say how it ended.

The description loads on the engine thread while Textual is being imported; what the first frame
does not need is imported behind it. What is on the screen stands in `app`.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphtui.debugger.description import Description
    from graphtui.debugger.kept.session_file import SavedSession
    from graphtui.graph.graph import Graph

BUG = 70

SOON = (
    "graphtui.debugger.stops.stops",
    "graphtui.debugger.watches.watches",
    "graphtui.view.jacobian.lens",
)
"""What the first steps ask for: it comes behind the first frame, mostly before the first key."""


def open_screen(
    load: Callable[[], Graph],
    title: str,
    *,
    seed: Any = None,
    start: Sequence[str] = (),
    describe: Callable[[], Description | None] = lambda: None,
    saved: SavedSession | None = None,
    printed: Callable[[], str] = str,
) -> int:
    """The exit code, when the user has left the screen.

    Args:
        load: gives the graph, or raises `GraphtuiError`; called on another thread, and again when
            the description has changed or the user asks to read it again.
        title: what is being loaded, for the user.
        seed: the gradient to start backward with.
        start: commands to perform when the graph is there.
        describe: what was loaded last, from which it can be loaded again.
        saved: where to go on.
        printed: what the description has printed since this was asked last.
    """
    gc.disable()  # importing makes many objects that stay; looking through them costs a tenth
    try:
        return _run(load, title, seed, start, describe, saved, printed)
    finally:
        gc.enable()


def prepare() -> None:
    """Make the imports that follow cheap; only of use before NumPy is imported.

    `_settle` undoes the first of it; a run without a screen must not call this.
    """
    gc.disable()
    # The threads of NumPy's OpenBLAS spin for a while when they are born, on cores that we need.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")


def _run(
    load: Callable[[], Graph],
    title: str,
    seed: Any,
    start: Sequence[str],
    describe: Callable[[], Description | None],
    saved: SavedSession | None,
    printed: Callable[[], str],
) -> int:
    from graphtui.debugger.kept.remembered import state_folder
    from graphtui.ui.engine_thread import EngineThread
    from graphtui.ui.session_jobs import SessionJobs

    jobs = SessionJobs(
        EngineThread(),
        load,
        seed=seed,
        first=start,
        describe=describe,
        saved=saved,
        printed=printed,
        state_folder=state_folder(os.environ),
        reader=EngineThread(switching=False),
    )
    jobs.begin()
    if not os.environ.get("NO_COLOR"):
        os.environ.pop("NO_COLOR", None)  # empty means no wish, but not to Textual 8.2
    os.environ.pop("TEXTUAL_THEME", None)  # Textual 8.2 reads it on import, and it would win
    from graphtui.errors import REPORT_A_BUG
    from graphtui.ui.app import GraphtuiApp
    from graphtui.ui.failures import bug_text
    from graphtui.ui.watcher import INTERVAL

    numbers = EngineThread(switching=False)
    app = GraphtuiApp(
        jobs,
        title,
        theme=theme_for(os.environ),
        ascii_only=_is_ascii(),
        painted=lambda: numbers.submit(lambda token: _settle()),
        look_every=INTERVAL,
        numbers=numbers,
    )
    app.run()
    if app.bug is not None:
        if os.environ.get("GRAPHTUI_DEBUG"):
            import traceback

            traceback.print_exception(app.bug)
        print(f"{bug_text(app.bug)}. {REPORT_A_BUG}", file=sys.stderr)
        return BUG
    return app.return_code or 0


def theme_for(environ: Mapping[str, str]) -> str:
    """The theme that suits a terminal: its own colours under NO_COLOR, light where it says it is.

    >>> theme_for({}), theme_for({"COLORFGBG": "0;15"}), theme_for({"NO_COLOR": "1"})
    ('graphtui-dark', 'graphtui-light', 'ansi-dark')
    """
    from graphtui.ui.theme import ANSI, DARK, LIGHT

    if environ.get("NO_COLOR"):
        return ANSI
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background in ("7", "15") else DARK


def _is_ascii() -> bool:
    """Whether the terminal's encoding has no box-drawing characters; Textual paints on stderr."""
    encoding = getattr(sys.__stderr__, "encoding", None) or "utf-8"
    return "utf" not in encoding.lower()


def _settle() -> None:
    """From now on, garbage is collected, but what was imported is not looked through again."""
    for name in SOON:
        import_module(name)
    gc.freeze()
    gc.enable()
