"""The debugger session lives on the engine thread: jobs go in, and what is to be shown comes out.

Nothing else touches the session, the run or the layout of the picture while they are made; the
screen gets immutable values. How jobs are carried out is `engine_thread`'s work. A description that
is read again is read on a thread of its own, while the graph of before can still be debugged.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from graphtui.debugger.chapters.folding import OPENS_ONE
from graphtui.debugger.commands import perform
from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.folding import too_many
from graphtui.debugger.reply import Reply
from graphtui.debugger.session import DebugSession
from graphtui.debugger.snapshot import Snapshot
from graphtui.errors import LOAD_AGAIN, CommandError, GraphtuiError, UserCodeError
from graphtui.graph.graph import Graph
from graphtui.graph.wording import quoted
from graphtui.ui.drawings import Drawings
from graphtui.ui.engine_thread import Executor, InlineExecutor, Token
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.plan import Flow
from graphtui.view.picture.breakpoint_marks import places
from graphtui.view.picture.graph_panel import prepare
from graphtui.view.picture.scene import Scene

if TYPE_CHECKING:
    from graphtui.debugger.description import Description
    from graphtui.debugger.kept.remembered import Remembered
    from graphtui.debugger.kept.session_file import SavedSession
    from graphtui.ui.watcher import Watcher
    from graphtui.view.afar.heat_values import Heat

Load = Callable[[], Graph]

MOST_FILES = 200
"""Files of one description that are watched."""

NOTHING = Reply("")

STOPPED = "Stopped: the picture lacks what takes long. h, or another zoom, goes on with it."
"""Where colours, or rows for nodes, were to be made."""

LOADS_AGAIN = "r loads it again."
"""`LOAD_AGAIN` where there are keys."""


class Needs(NamedTuple):
    """What the picture needs besides boxes and wires."""

    heat: bool = False
    """How large the numbers of every box are."""
    rows: bool = False
    """The drawing with a row for each node."""
    flow: Flow | None = None
    """Where its wires lead; None is as suits it."""


class Shown(NamedTuple):
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
    view: Mapping[str, Any] = MappingProxyType({})
    """How the screen was arranged when the session was saved."""
    reloaded: bool = False
    """Whether this is the first moment on the description as it is now."""
    heat: Heat | None = None
    """The numbers that the boxes are coloured by from afar, where that is wanted."""
    rows: Layout | None = None
    """The drawing with a row for each node, where that is wanted."""


class LoadFailed(NamedTuple):
    """The description was refused."""

    lines: tuple[str, ...]
    """The message, as found: whoever shows it makes it safe."""
    exit_code: int
    asked: bool = True
    """Whether the user asked for it to be read; else it was because its file has changed."""


class FileChanged:
    """A file of the description holds something else than what was loaded."""


class Underway(NamedTuple):
    """A command that is being carried out."""

    command: str
    since: float
    """When it was begun, on the clock of the jobs."""
    token: Token


@dataclass(slots=True, eq=False, repr=False)
class SessionJobs:
    """Hands commands to the session on the executor's thread."""

    executor: Executor
    load: Load
    """Reads the description; may take long."""
    seed: Any = None
    """The gradient to start backward with."""
    first: Sequence[str] = ()
    """Commands to perform when the graph is there."""
    describe: Callable[[], Description | None] = lambda: None
    """What was loaded last; None where it cannot be found again."""
    saved: SavedSession | None = None
    """Where to go on, when the graph is there for the first time."""
    printed: Callable[[], str] = str
    """What the description has printed since this was asked last; any thread may ask."""
    state_folder: str = ""
    """Where watches outlive the program; "" is nowhere."""
    reader: Executor = field(default_factory=InlineExecutor)
    """Where a description is read again, and looked at whether it has changed."""
    clock: Callable[[], float] = time.monotonic
    at_work: Underway | None = field(default=None, init=False)
    """What the executor's thread is at; any thread may look."""
    _listing: str = field(default="", init=False)
    _needs: Needs = field(default=Needs(), init=False)
    _drawings: Drawings = field(default_factory=Drawings, init=False)
    _begun: bool = field(default=False, init=False)
    _session: DebugSession | None = field(default=None, init=False)
    _described: Graph | None = field(default=None, init=False)
    """The graph as it was loaded, whatever the session has edited since."""
    _next: DebugSession | None = field(default=None, init=False)
    """The session on the description that was read again, until it takes the place of this one."""
    _watcher: Watcher | None = field(default=None, init=False)
    _remembered: Remembered | None = field(default=None, init=False)

    @property
    def begun(self) -> bool:
        """Whether loading has been asked for."""
        return self._begun

    def begin(self) -> None:
        """Load the graph, or try once more, and show its first moment."""
        self._begun = True
        self.executor.submit(self._begin)

    def reload(self, *, asked: bool = True) -> None:
        """Read the description again, and go on there; while it is refused, the session stays."""
        self.reader.submit(lambda token: self._read(token, asked=asked))

    def look(self) -> None:
        """Look whether the description has changed, unless that is being done."""
        if self._next is not None and not self.executor.busy:
            self.executor.submit(self._swap)  # the user has cancelled what waited, and that with it
        elif not self.reader.busy:
            self.reader.submit(lambda token: self._look())

    def perform(self, command: str, view: Mapping[str, Any] | None = None) -> None:
        """Carry out a typed command.

        Args:
            command: what was typed.
            view: how the screen is arranged, to be kept where the session is saved.
        """
        self.executor.submit(lambda token: self._perform(command, view, token))

    def show_list(self, what: str) -> None:
        """Show that list of `info` now and at every moment from now on; "" shows none."""
        self._listing = what
        if what:
            self.executor.submit(lambda token: self._list(f"info {what}", token))

    def see(self, needs: Needs) -> None:
        """Show what the picture needs with every moment from now on, and at once if it is new."""
        before, self._needs = self._needs, needs
        more = needs.heat > before.heat or needs.rows > before.rows
        if more or needs.flow is not before.flow:
            self.executor.submit(lambda token: self._list("zoom", token))

    def _begin(self, token: Token) -> Shown | LoadFailed:
        try:
            graph = self.load()
            session = DebugSession(graph, seed=self.seed)
            session.description = self.describe()
            session.interrupted = lambda: token.cancelled
            session.pictures = self._picture
            reply, refused = Reply(self._restored(session)), False
        except GraphtuiError as error:
            self._watch()
            return _failed(error)
        self._session, self._described = session, graph
        self._watch(graph)
        self._drawings = Drawings()
        for number, command in enumerate(self.first, start=1):
            with self._working(command, token):
                reply, refused = self._carried_out(session, command, token)
            if refused:
                rest = " What follows it was left out." if number < len(self.first) else ""
                reply = Reply(f"-x {quoted(command)}: {reply.text}{rest}")
            if refused or token.cancelled:
                break
        return self._shown(reply, refused=refused)._replace(view=session.view)

    def _restored(self, session: DebugSession) -> str:
        """Words about what is there from an earlier session."""
        if self.saved is not None:
            from graphtui.debugger.kept.reopening import reopen

            return reopen(session, self.saved)
        told = [session.fold_all(), OPENS_ONE] if too_many(session.graph) else []
        if self.state_folder and session.description is not None and session.description.file:
            from graphtui.debugger.kept.remembered import Remembered

            self._remembered = Remembered(self.state_folder, session.description.file)
            told.append(self._remembered.recall(session))
        return " ".join(filter(None, told))

    # Reading again, on the reader's thread -------------------------------------------------------

    def _watch(self, graph: Graph | None = None) -> None:
        """Watch the files that the description consists of, as far as they are known."""
        description = self.describe()
        if description is None or not description.file:
            return
        from graphtui.ui.watcher import Watcher

        if self._watcher is None:
            self._watcher = Watcher({description.file: description.sha256})
        if graph is not None:
            others = (os.path.abspath(file) for file in graph.texts if os.path.isfile(file))
            self._watcher.watch([description.file, *others][:MOST_FILES])

    def _look(self) -> FileChanged | None:
        return FileChanged() if self._watcher is not None and self._watcher.look() else None

    def _read(self, token: Token, *, asked: bool) -> LoadFailed | None:
        if self._watcher is not None and asked:
            self._watcher.know()
        try:
            graph, description = self.load(), self.describe()
            session = DebugSession(graph, seed=self.seed)
        except GraphtuiError as error:
            return _failed(error, asked=asked)
        session.description = description
        session.pictures = self._picture
        self._watch(graph)
        self._next = session
        self.executor.submit(self._swap)
        return None

    def _swap(self, token: Token) -> Shown | None:
        """Go on in the next session at the place where the present one stands."""
        session, self._next = self._next, None
        if session is None:
            return None
        from graphtui.debugger.kept.carry_over import briefly, carry_over
        from graphtui.debugger.kept.graph_changes import graph_changes

        before, known = self._session, self._described
        assert before is not None, "there was something to read again"
        assert known is not None, "it was loaded"
        session.interrupted = lambda: token.cancelled
        self._described = session.graph  # an edit that is carried over may lead to another one
        told = carry_over(before, session)
        self._session = session
        name = session.description.name if session.description else "the description"
        words = [f"Reloaded {name}: {graph_changes(known, self._described)}."]
        if token.cancelled:
            words.append(f"Stopped on the way, at step {session.cursor}.")
        shown = self._shown(Reply(" ".join([*words, *([briefly(told)] if told else [])])))
        return shown._replace(reloaded=True)

    # Commands, on the executor's thread ----------------------------------------------------------

    def _perform(self, command: str, view: Mapping[str, Any] | None, token: Token) -> Shown | None:
        session = self._session
        if session is None:
            return None
        session.view = session.view if view is None else view
        session.interrupted = lambda: self._should_stop(token)
        with self._working(command, token):
            reply, refused = self._carried_out(session, command, token)
            if not refused and self._remembered is not None:
                trouble = self._remembered.remember(session)
                reply = reply._replace(text=f"{reply.text} {trouble}") if trouble else reply
            return self._shown(reply, refused=refused)

    def _picture(self, snapshot: Snapshot, file: str, theme: str) -> str:
        """What is on the screen as the text of a file; from afar or not, it is drawn in full."""
        from graphtui.ui.pictures import picture  # when it is first wanted

        drawing = self._drawings.drawing
        return picture(snapshot, file, theme, lambda: drawing(snapshot, self._needs.flow))

    def _carried_out(self, session: DebugSession, command: str, token: Token) -> tuple[Reply, bool]:
        """The answer to a command, and whether it is a refusal."""
        try:
            reply = perform(session, command)
        except GraphtuiError as error:
            return Reply(_refusal(error)), True
        stopped = "Stopped. " if token.cancelled else ""
        return reply._replace(text=f"{stopped}{_with_key(reply.text)}"), False

    def _list(self, command: str, token: Token) -> Shown | None:
        if self._session is None:
            return None
        self._session.interrupted = lambda: token.cancelled  # and not that of the last command
        with self._working(command, token):
            return self._shown(NOTHING)

    @contextmanager
    def _working(self, command: str, token: Token) -> Iterator[None]:
        """Lets everybody see what is being carried out."""
        self.at_work = Underway(command, self.clock(), token)
        try:
            yield
        finally:
            self.at_work = None

    def _should_stop(self, token: Token) -> bool:
        token.progress(lambda: self._shown(NOTHING, still_moving=True))
        return token.cancelled

    def _shown(self, reply: Reply, *, refused: bool = False, still_moving: bool = False) -> Shown:
        assert self._session is not None
        snapshot = self._session.snapshot(reply.text, moving=still_moving)
        places(snapshot)  # they are kept, so that the screen need not look for them
        snapshot.graph.place(snapshot.focus)  # the first one in a large file takes a moment
        drawn, layout = self._drawings.drawing(snapshot, self._needs.flow)
        prepare(drawn, snapshot)
        closed = self._session.closed
        wanted = self._listing
        listed = (wanted, self._session.info(wanted)) if wanted and not still_moving else None
        shown = Shown(snapshot, drawn, layout, reply, refused, closed, still_moving, listed)
        return self._with_needs(shown)

    def _with_needs(self, shown: Shown) -> Shown:
        """The same with what the picture needs; what is stopped is not needed any more."""
        drawn, layout, stop = shown.scene, shown.layout, self._stop_of(shown)
        try:
            if self._needs.heat:
                from graphtui.view.afar.heat_values import heat  # when it is first wanted

                shown = shown._replace(heat=heat(layout, drawn, shown.snapshot, stop))
            if self._needs.rows:
                shown = shown._replace(rows=self._drawings.rows(drawn, layout, stop))
        except CommandError:
            self._needs = self._needs._replace(heat=False, rows=False)
            told = " ".join(filter(None, (shown.reply.text, STOPPED)))
            shown = shown._replace(reply=shown.reply._replace(text=told))
        return shown

    def _stop_of(self, shown: Shown) -> Interrupted:
        """Whether what is made for the picture is to stop; not where the command was to."""
        work = self.at_work
        if shown.still_moving or work is None or work.token.cancelled:
            return never
        return lambda: work.token.cancelled


def _refusal(error: GraphtuiError) -> str:
    """Why a command was refused; where the user's own program failed, it may have to run anew."""
    text = _with_key(str(error))
    if not isinstance(error, UserCodeError) or LOADS_AGAIN in text:
        return text
    between = "\n" if "\n" in text else " "  # what is quoted below a message is no sentence
    return f"{text}{between}{LOADS_AGAIN}"


def _with_key(text: str) -> str:
    """The same, where the description is to be loaded again with the key that does it."""
    return text.replace(LOAD_AGAIN, LOADS_AGAIN)


def _failed(error: GraphtuiError, *, asked: bool = True) -> LoadFailed:
    lines = getattr(error, "lines", None)
    told = lines() if lines else str(error).split("\n")
    return LoadFailed(tuple(told), type(error).exit_code, asked)
