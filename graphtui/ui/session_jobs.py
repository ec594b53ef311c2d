"""The debugger session lives on the engine thread: jobs go in, and what is to be shown comes out.

Nothing else touches the session, the run or the layout of the picture while they are made; the
screen gets immutable values. How jobs are carried out is `engine_thread`'s work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphtui.debugger.commands import perform
from graphtui.debugger.reply import Reply
from graphtui.debugger.session import DebugSession
from graphtui.debugger.snapshot import Snapshot
from graphtui.errors import CommandError, GraphtuiError
from graphtui.graph.graph import Graph
from graphtui.ui.engine_thread import Executor, Token
from graphtui.view.breakpoint_marks import places
from graphtui.view.layout import Layout, lay_out
from graphtui.view.scene import Scene, scene

Load = Callable[[], Graph]


NOTHING = Reply("")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the screen shows after a command."""

    snapshot: Snapshot
    scene: Scene
    """The picture's boxes and wires."""
    layout: Layout
    """Their cells; the same object until something is folded."""
    reply: Reply = NOTHING
    """What the command says."""
    refused: bool = False
    """Whether the answer is a refusal."""
    closed: bool = False
    """Whether the command ended the session."""
    still_moving: bool = False
    """Whether the command is on its way, and this is how far it came."""
    listed: tuple[str, Reply] | None = None
    """The list that is on the screen, by its name; None while a command is on its way."""


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """There is nothing to debug: the description was refused."""

    lines: tuple[str, ...]
    """The message, as found: whoever shows it makes it safe."""
    exit_code: int


@dataclass(slots=True)
class SessionJobs:
    """Hands commands to the session on the executor's thread."""

    executor: Executor
    load: Load
    """Reads the description; may take long."""
    seed: Any = None
    """The gradient to start backward with."""
    first: Sequence[str] = ()
    """Commands to perform when the graph is there."""
    _listing: str = field(default="", init=False)
    _begun: bool = field(default=False, init=False)
    _session: DebugSession | None = field(default=None, init=False)
    _pictures: dict[frozenset[str], tuple[Scene, Layout]] = field(default_factory=dict, init=False)
    _pictured: Graph | None = field(default=None, init=False)

    @property
    def begun(self) -> bool:
        """Whether loading has been asked for."""
        return self._begun

    def begin(self) -> None:
        """Load the graph, or load it again, and show its first moment."""
        self._begun = True
        self.executor.submit(self._begin)

    def perform(self, command: str) -> None:
        """Carry out a typed command."""
        self.executor.submit(lambda token: self._perform(command, token))

    def show_list(self, what: str) -> None:
        """Show that list of `info` now and at every moment from now on; "" shows none."""
        self._listing = what
        if what:
            self.executor.submit(lambda token: self._shown(NOTHING) if self._session else None)

    def _begin(self, token: Token) -> Shown | LoadFailed:
        try:
            session = DebugSession(self.load(), seed=self.seed)
            replies = [perform(session, command) for command in self.first]
        except GraphtuiError as error:
            lines = getattr(error, "lines", None)
            return LoadFailed(
                tuple(lines() if lines else str(error).split("\n")), type(error).exit_code
            )
        self._session = session
        self._pictures.clear()
        return self._shown(replies[-1] if replies else NOTHING)

    def _perform(self, command: str, token: Token) -> Shown | None:
        session = self._session
        if session is None:
            return None
        session.interrupted = lambda: self._should_stop(token)
        try:
            reply = perform(session, command)
        except CommandError as error:
            return self._shown(Reply(str(error)), refused=True)
        if token.cancelled:
            reply = replace(reply, text=f"Stopped. {reply.text}")
        return self._shown(reply)

    def _should_stop(self, token: Token) -> bool:
        token.progress(lambda: self._shown(NOTHING, still_moving=True))
        return token.cancelled

    def _shown(self, reply: Reply, *, refused: bool = False, still_moving: bool = False) -> Shown:
        assert self._session is not None
        snapshot = self._session.snapshot(reply.text, moving=still_moving)
        places(snapshot)  # they are kept, so that the screen need not look for them
        if snapshot.graph is not self._pictured:  # an edit may have changed an attribute
            self._pictured = snapshot.graph
            self._pictures.clear()
        if snapshot.folded not in self._pictures:
            drawn = scene(snapshot.graph, snapshot.folded)
            self._pictures[snapshot.folded] = drawn, lay_out(drawn.boxes, drawn.wires)
        drawn, layout = self._pictures[snapshot.folded]
        closed = self._session.closed
        wanted = self._listing
        listed = (wanted, self._session.info(wanted)) if wanted and not still_moving else None
        return Shown(snapshot, drawn, layout, reply, refused, closed, still_moving, listed)
