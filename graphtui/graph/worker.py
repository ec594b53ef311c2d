"""Have a Python description run in a process of its own, and take only data from it.

So a print, an endless loop, an `os._exit` or a crash in a description touches neither the screen
nor the program. What the process does is `worker_main`'s business; the messages are `wire`'s.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple

from graphtui.errors import LimitError, Place, Problem, UserCodeError, report
from graphtui.graph import wire
from graphtui.graph.farewell import farewell, last_place
from graphtui.graph.file_text import MOST_BYTES
from graphtui.graph.graph import Graph
from graphtui.graph.nodes import Limits

TIMEOUT = 10.0
"""Seconds that a description may take."""

MOST_PRINTED = 2**20
"""Bytes of what a description prints that are kept: the last ones."""

_MOST_TRACES = 2**18
_START_SECONDS = 5.0
"""What the interpreter may need to start and to end, in addition to the description's own time."""

_POLL_SECONDS = 0.05

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_BOOT = """\
import sys
if sys.path[:1] == [""]: del sys.path[0]
if sys.argv[1] not in sys.path: sys.path.append(sys.argv[1])
from graphtui.graph.worker_main import main
main(sys.argv[2:])
"""
"""How the process begins: the current folder, where a `numpy.py` may lie, is not on the path."""


class Printed:
    """The last `MOST_PRINTED` bytes of what was printed, and how many came before."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._dropped = 0

    def add(self, data: bytes) -> None:
        """Take in more, dropping the oldest where there is too much."""
        self._kept += data
        if len(self._kept) > 2 * MOST_PRINTED:
            self._trim()

    def _trim(self) -> None:
        surplus = len(self._kept) - MOST_PRINTED
        if surplus > 0:
            del self._kept[:surplus]
            self._dropped += surplus

    def __str__(self) -> str:
        self._trim()
        text = self._kept.decode("utf-8", "replace")
        return f"({self._dropped:,} bytes dropped)\n{text}" if self._dropped else text


class _Pipes(NamedTuple):
    """Our ends of the pipes."""

    requests: int
    answers: int
    traces: int
    printed: int


def start_worker(
    path: str,
    name: str | None = None,
    *,
    args: Sequence[str] = (),
    limits: Limits | None = None,
    timeout: float = TIMEOUT,
    most_bytes: int = MOST_BYTES,
) -> Worker:
    """A worker that has begun to run the description at `path`; this returns at once.

    Arguments are as for `run_file`; `timeout` is how many seconds it may take.

    Raises:
        LimitError: the system starts no more processes.
    """
    ours, theirs = _pipes()
    command = [sys.executable, "-c", _BOOT, _ROOT, *map(str, theirs[:3])]
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
    limits = limits or Limits()
    request = {
        "request": "describe",
        "path": path,
        "name": name,
        "args": list(args),
        "limits": [limits.array_bytes, limits.total_bytes],
        "timeout": min(max(timeout, 0.001), 1e6),
        "most_bytes": most_bytes,
    }
    return Worker(process, ours, request, limits)


def _pipes() -> tuple[_Pipes, _Pipes]:
    """Our ends of the pipes, and the worker's."""
    requests_out, requests_in = os.pipe()
    pairs = [os.pipe() for _ in range(3)]
    ours = _Pipes(requests_in, *(reading for reading, _ in pairs))
    theirs = _Pipes(requests_out, *(writing for _, writing in pairs))
    return ours, theirs


class Worker:
    """A process that runs one description; closing it ends it, and whatever it has started."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        pipes: _Pipes,
        request: Mapping[str, object],
        limits: Limits,
    ) -> None:
        self._process = process
        self._pipes = pipes
        self._path = str(request["path"])
        self._timeout = float(str(request["timeout"]))
        self._limits = limits
        self._started = time.monotonic()
        self._busy = threading.Lock()
        self._answer = bytearray()
        self._traces = bytearray()
        self._printed = Printed()
        self._cancelled = False
        self._outcome: Graph | Exception | None = None
        # Runs when nobody holds the worker any more, and at the end of the program.
        self._end = weakref.finalize(self, _ended, process, pipes)
        with suppress(BrokenPipeError):  # it has died already; `result` says how
            wire.send(pipes.requests, wire.packed(request))

    @property
    def printed(self) -> str:
        """What the description has printed, as far as it was read: the last megabyte of it."""
        return str(self._printed)

    @property
    def pid(self) -> int:
        """The number of the process, which is that of its group as well."""
        return self._process.pid

    def __call__(self) -> Graph:
        """`result`, after which the process is ended."""
        try:
            return self.result()
        finally:
            self.close()

    def result(self) -> Graph:
        """The graph that is described; waits for it.

        Raises:
            DescriptionError: the description is wrong.
            UserCodeError: the program failed, ended itself, or crashed.
            LimitError: it took too long, or its graph is too big.
        """
        with self._busy:
            if self._outcome is None:
                try:
                    self._outcome = self._awaited()
                except Exception as error:  # whatever it is, it is the same the next time
                    self._outcome = error
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    def close(self) -> None:
        """End the process and all that it has started; a `result` that waits raises."""
        self._cancelled = True
        if self._end.alive:
            _kill(self._process)
            with self._busy:
                self._end()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # Waiting

    def _awaited(self) -> Graph:
        deadline = self._started + self._timeout + _START_SECONDS
        try:
            complete = not self._cancelled and self._listen(deadline)
        except wire.BadMessage as error:
            _kill(self._process)
            raise UserCodeError(
                f"{self._path}: the answer of the program is damaged: {error}. "
                "Does it write to descriptors that it did not open?"
            ) from None
        if complete:
            header, arrays = wire.unpacked(self._answer)
            self._answer = bytearray()
            match header["answer"]:
                case "error":
                    told = wire.error_from(header)
                    raise self._with_last_words(told) if isinstance(told, UserCodeError) else told
                case "bug":
                    raise RuntimeError(f"while loading {self._path}:\n{header['traceback']}")
            return wire.graph_from(header, arrays, self._limits)
        if self._cancelled:
            raise UserCodeError(f"{self._path}: loading was cancelled.")
        if b"Timeout" in self._traces or time.monotonic() >= deadline:
            raise self._too_slow()
        raise self._crashed()

    def _listen(self, deadline: float) -> bool:
        """Read what the process writes; whether that is an answer, before it or its time ends."""
        with selectors.DefaultSelector() as selector:
            for descriptor in self._pipes[1:]:
                os.set_blocking(descriptor, False)
                selector.register(descriptor, selectors.EVENT_READ)
            ended = False
            while True:
                left = deadline - time.monotonic()
                events = selector.select(0 if ended else min(_POLL_SECONDS, max(left, 0)))
                for key, _ in events:
                    if not self._take(key.fd):
                        selector.unregister(key.fd)
                if self._has_answer():
                    self._drain(self._pipes.printed)
                    return True
                if (ended and not events) or left <= 0:
                    return False
                ended = ended or _has_ended(self._process)

    def _take(self, descriptor: int) -> bool:
        """Read a piece; False at the end."""
        try:
            piece = os.read(descriptor, 2**18)
        except BlockingIOError:
            return True
        if descriptor == self._pipes.answers:
            self._answer += piece
        elif descriptor == self._pipes.printed:
            self._printed.add(piece)
        elif len(self._traces) < _MOST_TRACES:
            self._traces += piece
        return bool(piece)

    def _drain(self, descriptor: int) -> None:
        """Read what is there already."""
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            budget = 2 * MOST_PRINTED // 2**16
            while budget and selector.select(0) and self._take(descriptor):
                budget -= 1

    def _has_answer(self) -> bool:
        length = wire.message_length(self._answer, self._limits.total_bytes)
        return length is not None and len(self._answer) >= length

    # What went wrong

    def _too_slow(self) -> LimitError:
        message = (
            f"this was still at work after {self._timeout:g} s, so the program was ended. "
            f"If it needs longer: --timeout {self._timeout * 6:g}."
        )
        problem = Problem(message, self._place(), code="time-out")
        return LimitError(report([problem]), [problem])

    def _crashed(self) -> UserCodeError:
        message = f"{farewell(_status(self._process))} before it handed over a graph."
        problem = Problem(message, self._place(), code="user-code")
        return self._with_last_words(UserCodeError(report([problem]), [problem]))

    def _with_last_words(self, error: UserCodeError) -> UserCodeError:
        """`error`, with the last lines that the program printed, if there are any."""
        last = [line for line in self.printed.splitlines()[-5:] if line.strip()]
        if not last:
            return error
        lines = [str(error), "      the last that it printed:", *(f"      {x[:200]}" for x in last)]
        return UserCodeError("\n".join(lines), error.problems)

    def _place(self) -> Place:
        return last_place(bytes(self._traces), self._path) or Place(self._path)


# The process ------------------------------------------------------------------------------------


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process is over; it stays in the system's table, so that its number stays its."""
    return _status(process) is not None


def _status(process: subprocess.Popen[bytes]) -> os.waitid_result | None:
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


def _ended(process: subprocess.Popen[bytes], pipes: _Pipes) -> None:
    _kill(process)
    process.wait()
    for descriptor in pipes:
        os.close(descriptor)
