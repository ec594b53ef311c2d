"""The debugger without a screen: commands come in line by line, one line of JSON goes out for each.

The lines are promised to programs by `docs/headless.md`; what they hold is made in
`view.headless_documents`, how commands are read in `request`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from graphtui import __version__
from graphtui.cli.arguments import Settings
from graphtui.cli.interruption import interruptible
from graphtui.cli.loading import Printed, describe, load_graph, read_seed
from graphtui.cli.printing import complain, discard, finish, print_json
from graphtui.cli.progress import progress
from graphtui.cli.request import Request, read_request, requests
from graphtui.cli.saved import opening
from graphtui.debugger.commands import find_command, perform, perform_words
from graphtui.debugger.kept.reopening import reopen
from graphtui.debugger.reply import Reply
from graphtui.debugger.session import DebugSession
from graphtui.debugger.stops.catches import CATCHES
from graphtui.errors import CommandError, GraphtuiError, UsageError
from graphtui.graph.wording import quoted
from graphtui.ui.pictures import picture
from graphtui.view.answers.documents import error_documents
from graphtui.view.answers.headless_documents import (
    answer_document,
    event_document,
    greeting_document,
)

FAILED, HIT = 1, 5


def headless(settings: Settings) -> int:
    """The exit code of a session whose commands come from `-x` and standard input."""
    file = (settings.expression or " ".join(settings.words)).encode("utf-8", "backslashreplace")
    conversation = _Conversation(settings, file.decode())
    for request, stoppable in _asked(settings):
        conversation.answer(request, stoppable=stoppable)
        if conversation.session.closed:
            break
    return conversation.run_on() if settings.until_end else 0


def _asked(settings: Settings) -> Iterator[tuple[Request, bool]]:
    """Every command, with whether SIGINT may end it alone."""
    for text in settings.execute:
        if request := read_request(text):
            yield request, False
    if _reads_input(settings):
        for request in requests(sys.stdin.buffer):
            yield request, not settings.until_end


def _reads_input(settings: Settings) -> bool:
    """Whether commands come from standard input too.

    A check in a build has all its commands in `-x`, and an input that nobody will ever close.
    """
    if sys.stdin is None or (settings.words == ("-",) and settings.expression is None):
        return False
    return not settings.execute or not (settings.until_end or sys.stdin.isatty())


class _Conversation:
    """A session, and what is said about it on stdout."""

    def __init__(self, settings: Settings, file: str) -> None:
        self._checks = settings.until_end
        self._printed: Printed = str
        try:
            settings, saved = opening(settings)
            description = describe(settings)
            graph, self._printed = load_graph(settings)
            self.session = DebugSession(graph, seed=read_seed(settings))
            self.session.description = description
            self.session.pictures = picture
            told = reopen(self.session, saved) if saved is not None else ""
        except GraphtuiError as error:
            problems = error_documents(error, file)
            self._send({"ok": False, "error": str(error), "problems": problems})
            raise
        self._stops = 0
        self._send(greeting_document(self.session.snapshot(), version=__version__, file=file))
        if not self.session.run.plan.seed_step:
            complain(f"forward only: {self.session.why_no_backward()}")
        if told:
            complain(told)

    def answer(self, request: Request, *, stoppable: bool = False) -> None:
        """Carry out a command and send one line about it.

        Raises:
            UsageError: it was refused, in a check, which would otherwise pass without checking.
        """
        marks = {} if request.id is None else {"id": request.id}
        head = {**marks, "command": _name(request)}
        before = self.session.cursor
        try:
            document, interrupted = self._perform(request, stoppable=stoppable)
        except GraphtuiError as error:
            self._send({**head, "ok": False, "error": str(error)})
            if self._checks:
                raise UsageError(f"{_told(request)} was refused: {error}") from None
            return
        moved = self.session.cursor != before
        self._stops += moved and self.session.stop is not None
        self._send({**head, **document, **({"interrupted": True} if interrupted else {})})

    def _perform(self, request: Request, *, stoppable: bool) -> tuple[dict[str, Any], bool]:
        """The answer as a document, and whether somebody has interrupted the command."""
        if request.wrong:
            raise CommandError(request.wrong)
        session = self.session
        with progress(self._progress):
            if not stoppable:
                return _document(session, request), False
            with interruptible(session) as interruption:
                document = _document(session, request)
        if interruption.heeded:
            document["message"] = f"Stopped. {document['message']}"
        return document, interruption.heeded

    def run_on(self) -> int:
        """The exit code, when the run has gone through all its stops to the end.

        Raises:
            UsageError: a catch waits for gradients, and the run has none.
        """
        if self.session.closed:
            return HIT if self._stops else 0
        self._see_that_it_can_stop()
        session, reply = self.session, ""
        with progress(self._progress):
            while True:
                before = session.cursor
                reply = perform(session, "continue").text
                if session.cursor == before or session.stop is None:
                    break
                self._stops += 1
                self._send(event_document("stop", session.snapshot(reply)))
        snapshot = session.snapshot(reply)
        self._send(event_document("end", snapshot, stops=self._stops))
        if self._stops:
            return HIT
        if snapshot.step is not None and snapshot.step.error is not None:
            complain(f"the run has not come to its end: {reply}")
            return FAILED
        return 0

    def _see_that_it_can_stop(self) -> None:
        stops = self.session.stops
        if not stops.breakpoints and not stops.catches:
            complain("nothing is set that could stop the run, so nothing is checked.")
        if self.session.run.plan.seed_step:
            return
        for name in stops.catches:
            if CATCHES[name].backward_only:
                why = self.session.why_no_backward()
                error = f"'catch {name}' waits for gradients, and there are none: {why}"
                self._send({"ok": False, "error": error})
                raise UsageError(error)

    def _progress(self) -> str:
        return f"step {self.session.cursor:,} of {len(self.session.run.plan.tasks):,}"

    def _send(self, document: dict[str, Any]) -> None:
        """Write one line, at once, and then say what the description has printed.

        A check goes on to its exit code although nobody listens.
        """
        try:
            print_json(document)
            finish()
        except BrokenPipeError:
            if not self._checks:
                raise
            discard()
        if printed := self._printed():
            complain(printed)


def _document(session: DebugSession, request: Request) -> dict[str, Any]:
    """What a command answers; making a document of it may take as long as the command."""
    before = session.cursor
    reply = _reply(session, request)
    moved, snapshot = session.cursor != before, session.snapshot()
    return answer_document(reply, snapshot, moved=moved, interrupted=session.interrupted)


def _reply(session: DebugSession, request: Request) -> Reply:
    if request.words is None:
        return perform(session, request.text)
    return perform_words(session, request.text, request.words)


def _told(request: Request) -> str:
    return quoted(" ".join((request.text, *(request.words or ())))) if request.text else "a line"


def _name(request: Request) -> str | None:
    """The command's name in the table; as it was given where it is not there."""
    if request.wrong:
        return None
    name = request.text if request.words is not None else request.text.partition(" ")[0]
    try:
        return find_command(name).name
    except CommandError:
        return name
