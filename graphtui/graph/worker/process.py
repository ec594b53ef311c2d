"""A process that runs a user's Python, and the pipes to it: bytes go in, bytes come out.

What it prints is kept, what it leaves behind when it crashes is read, and it ends, with all that it
has started, when nobody holds it any more. What the bytes mean is for `wire`; whose program it is
and what a silence means, for `worker` and `remote_op`.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from graphtui.errors import LimitError, Place
from graphtui.graph.worker import wire

MOST_PRINTED = 2**20
"""Bytes of what a program prints that are kept: the last ones."""

PATIENCE = 5.0
"""Seconds that the interpreter may need to start and to end, beyond what a request may take."""

_MOST_TRACES = 2**18
_POLL_SECONDS = 0.05

_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROOT = os.path.dirname(_PACKAGE)
"""The folder in which the package lies: the worker may have it on no path of its own."""

_BOOT = """\
import sys
if sys.path[:1] == [""]: del sys.path[0]
if sys.argv[1] not in sys.path: sys.path.append(sys.argv[1])
from graphtui.graph.worker.main import main
main(sys.argv[2:])
"""
"""How the process begins: the current folder, where a `numpy.py` may lie, is not on the path."""


class Printed:
    """The last `MOST_PRINTED` bytes of what was printed, and how many came before."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._dropped = 0
        self._lock = threading.Lock()

    def add(self, data: bytes) -> None:
        """Take in more, dropping the oldest where there is too much."""
        with self._lock:
            self._kept += data
            if len(self._kept) > 2 * MOST_PRINTED:
                self._trim()

    def take(self) -> str:
        """What is kept, and from now on what comes after it."""
        with self._lock:
            text = str(self)
            self._kept, self._dropped = bytearray(), 0
        return text

    def _trim(self) -> None:
        surplus = len(self._kept) - MOST_PRINTED
        if surplus > 0:
            del self._kept[:surplus]
            self._dropped += surplus

    def __str__(self) -> str:
        self._trim()
        text = self._kept.decode("utf-8", "replace")
        return f"({self._dropped:,} bytes dropped)\n{text}" if self._dropped else text


class Silence(Exception):  # noqa: N818
    """No answer came; the process is over, or has to be ended."""

    def __init__(self, words: str, place: Place | None = None, *, slow: bool = False) -> None:
        super().__init__(words)
        self.words = words
        """How the process ended, to be followed by "before …" or "in …"."""
        self.place = place
        """The line of the program that it was at, if it could still tell."""
        self.slow = slow
        """Whether its time was over."""


class Cancelled(Exception):  # noqa: N818
    """The process was closed while, or before, somebody waited for its answer."""


class _Pipes(NamedTuple):
    """Our ends of the pipes."""

    requests: int
    answers: int
    traces: int
    printed: int


class WorkerProcess:
    """One process that answers requests, one at a time, from whichever thread they come.

    Args:
        path: the program that it is going to run, to find its lines in a trace.
        most_body: bytes of arrays that an answer may have.

    Raises:
        LimitError: the system starts no more processes.
    """

    def __init__(self, path: str, most_body: int) -> None:
        self.path = path
        self.most_body = most_body
        self.printed = Printed()
        self.over = ""
        """Why nothing can be asked any more; "" as long as it can."""
        self._process, self._pipes = _started(path)
        self._busy = threading.Lock()
        self._traces = bytearray()
        self._cancelled = False
        # Runs when nobody holds the process any more, and at the end of the program.
        self._end = weakref.finalize(self, _ended, self._process, self._pipes, os.getpid())

    @property
    def pid(self) -> int:
        """The number of the process, which is that of its group as well."""
        return self._process.pid

    def send(self, message: bytes) -> None:
        """Hand over the first request, to be waited for with `ask(b"", …)`."""
        with suppress(BrokenPipeError):  # it has died already; who waits is told how
            wire.send(self._pipes.requests, message)

    def ask(self, message: bytes, deadline: float) -> bytearray:
        """The answer to `message`.

        Args:
            message: what to ask; nothing to wait for the answer to what was sent.
            deadline: how long to wait, on the clock of `time.monotonic`.

        Raises:
            Silence: there is none; the process is ended then, as what it may say later would be
                taken for the answer to something else.
            Cancelled: it was closed.
            BadMessage: it is none; the process is ended.
        """
        with self._busy:
            if self._cancelled or not self._end.alive:
                raise Cancelled
            with self._ending_on_failure():
                answer = self._exchange(message, deadline)
                if answer is not None:
                    return answer
                if self._cancelled:
                    raise Cancelled
                raise self._silence(deadline)

    def close(self) -> None:
        """End the process and all that it has started; who waits for it is told."""
        self._cancelled = True
        if self._end.alive:
            _kill(self._process)
            with self._busy:
                self._end()

    @contextmanager
    def _ending_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:  # also a Ctrl+C, after which half an answer may be under way
            if not isinstance(error, Cancelled):
                self.over = getattr(error, "words", "") or "its program was ended in the middle"
            self._end()
            raise

    def _silence(self, deadline: float) -> Silence:
        from graphtui.graph.worker.farewell import farewell, last_place  # when there is none

        place = last_place(bytes(self._traces), self.path)
        if b"Timeout" in self._traces or time.monotonic() >= deadline:
            return Silence("the program took too long and was ended", place, slow=True)
        return Silence(farewell(_status(self._process)), place)

    # Reading and writing

    def _exchange(self, message: bytes, deadline: float) -> bytearray | None:
        """Write, and read what the process writes; None where it or its time ends before."""
        answer, unsent = bytearray(), memoryview(message)
        self._traces.clear()
        poll = select.poll()
        for descriptor in self._pipes[1:]:
            os.set_blocking(descriptor, False)
            poll.register(descriptor, select.POLLIN)
        if unsent:
            os.set_blocking(self._pipes.requests, False)
            unsent = self._write(unsent)
        if unsent:
            poll.register(self._pipes.requests, select.POLLOUT)
        ended = False
        while True:
            left = deadline - time.monotonic()
            patience = 0.0 if ended else min(_POLL_SECONDS, max(left, 0.0))
            events = poll.poll(1000 * patience)
            for descriptor, _ in events:
                if descriptor == self._pipes.requests:
                    unsent = self._write(unsent)
                    if not unsent:
                        poll.unregister(descriptor)
                elif not self._take(descriptor, answer):
                    poll.unregister(descriptor)
            length = wire.message_length(answer, self.most_body)
            if length is not None and len(answer) >= length:
                self._drain()
                return answer
            if (ended and not events) or left <= 0:
                return None
            ended = ended or _status(self._process) is not None

    def _write(self, unsent: memoryview) -> memoryview:
        """What is left to be written."""
        try:
            return unsent[os.write(self._pipes.requests, unsent) :]
        except BlockingIOError:
            return unsent
        except BrokenPipeError:  # it has died; that is noticed on the other pipes
            return memoryview(b"")

    def _take(self, descriptor: int, answer: bytearray) -> bool:
        """Read a piece; False at the end."""
        try:
            piece = os.read(descriptor, 2**16)
        except BlockingIOError:
            return True
        if descriptor == self._pipes.answers:
            answer += piece
        elif descriptor == self._pipes.printed:
            self.printed.add(piece)
        elif len(self._traces) < _MOST_TRACES:
            self._traces += piece
        return bool(piece)

    def _drain(self) -> None:
        """Read what is printed already, so that it stands before what is printed later."""
        budget = 2 * MOST_PRINTED // 2**16
        with suppress(BlockingIOError):
            while budget and (piece := os.read(self._pipes.printed, 2**18)):
                self.printed.add(piece)
                budget -= 1


def _started(path: str) -> tuple[subprocess.Popen[bytes], _Pipes]:
    """A process that waits for requests, and our ends of its pipes."""
    ours, theirs = _new_pipes()
    command = [sys.executable, "-c", _BOOT, ROOT, *map(str, theirs[:3])]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=theirs.printed,
            stderr=theirs.printed,
            pass_fds=theirs[:3],
            start_new_session=True,
        )
    except OSError as error:
        for descriptor in ours:
            os.close(descriptor)
        raise LimitError(f"{path}: Python cannot be started to run this: {error}.") from None
    finally:
        for descriptor in theirs:
            os.close(descriptor)
    return process, ours


def _new_pipes() -> tuple[_Pipes, _Pipes]:
    """Our ends of the pipes, and the worker's."""
    requests_out, requests_in = os.pipe()
    pairs = [os.pipe() for _ in range(3)]
    ours = _Pipes(requests_in, *(reading for reading, _ in pairs))
    theirs = _Pipes(requests_out, *(writing for _, writing in pairs))
    for descriptor in ours[:2]:
        _widen(descriptor)
    return ours, theirs


def _widen(descriptor: int) -> None:
    """Let a pipe hold a megabyte, where the system can do that: arrays go through it faster."""
    resize = getattr(fcntl, "F_SETPIPE_SZ", None)
    if resize is not None:
        with suppress(OSError):  # all that users may have of it is in use
            fcntl.fcntl(descriptor, resize, 2**20)


def _status(process: subprocess.Popen[bytes]) -> os.waitid_result | None:
    """How the process is over, if it is; it stays in the system's table, and its number its own."""
    assert process.returncode is None, "only `_ended` waits for it, and nobody asks after that"
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and its group; its number is ours until it is waited for."""
    if process.returncode is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            # It is over. Or the group is not ours, which some systems say of what is over.
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)


def _ended(process: subprocess.Popen[bytes], pipes: _Pipes, owner: int) -> None:
    if os.getpid() == owner:  # a copy of us, made with os.fork, must not end what is ours
        _kill(process)
        process.wait()
    for descriptor in pipes:
        os.close(descriptor)
