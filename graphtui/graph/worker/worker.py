"""Have a Python description run in a process of its own, and take only data from it.

So a print, an endless loop, an `os._exit` or a crash in a description touches neither the screen
nor the program. Where the description defines ops of its own, the process stays and evaluates them
(`remote_op`). What it does is `main`'s business, the messages are `wire`'s.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from graphtui.errors import LimitError, Place, Problem, UserCodeError, report
from graphtui.graph.file_text import MOST_BYTES
from graphtui.graph.graph import Graph
from graphtui.graph.nodes import Limits
from graphtui.graph.worker import wire
from graphtui.graph.worker.process import PATIENCE, Cancelled, Silence, WorkerProcess

if TYPE_CHECKING:
    from graphtui.ops.user_op import UserOp

TIMEOUT = 10.0
"""Seconds that a description may take, and then each call of an op that it defines."""


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
    limits = limits or Limits()
    patience = min(max(timeout, 0.001), 1e6)
    process = WorkerProcess(path, limits.total_bytes)
    request = {
        "request": "describe",
        "path": path,
        "name": name,
        "args": list(args),
        "limits": [limits.array_bytes, limits.total_bytes],
        "timeout": patience,
        "most_bytes": most_bytes,
    }
    process.send(wire.packed(request))
    return Worker(process, limits, patience)


class Worker:
    """A process that runs one description; closing it ends it, and whatever it has started."""

    def __init__(self, process: WorkerProcess, limits: Limits, timeout: float) -> None:
        self._process = process
        self._limits = limits
        self._timeout = timeout
        self._started = time.monotonic()
        self._waiting = threading.Lock()
        self._stays = False
        self._outcome: Graph | Exception | None = None

    @property
    def printed(self) -> str:
        """What was printed and not taken, as far as it was read: the last megabyte of it."""
        return str(self._process.printed)

    def take_printed(self) -> str:
        """What the description, or an op that it defines, has printed since this was asked last."""
        return self._process.printed.take()

    @property
    def pid(self) -> int:
        """The number of the process, which is that of its group as well."""
        return self._process.pid

    def __call__(self) -> Graph:
        """`result`, after which the process is ended, unless the graph needs it for its ops."""
        try:
            return self.result()
        finally:
            if not self._stays:
                self.close()

    def result(self) -> Graph:
        """The graph that is described; waits for it.

        Raises:
            DescriptionError: the description is wrong.
            UserCodeError: the program failed, ended itself, or crashed.
            LimitError: it took too long, or its graph is too big.
        """
        with self._waiting:
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
        self._process.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _awaited(self) -> Graph:
        path = self._process.path
        try:
            answer = self._process.ask(b"", self._started + self._timeout + PATIENCE)
        except Cancelled:
            raise UserCodeError(f"{path}: loading was cancelled.") from None
        except Silence as silence:
            raise self._too_slow(silence) if silence.slow else self._crashed(silence) from None
        except wire.BadMessage as error:
            raise UserCodeError(
                f"{path}: the answer of the program is damaged: {error}. "
                "Does it write to descriptors that it did not open?"
            ) from None
        header, arrays = wire.unpacked(answer)
        del answer
        match header["answer"]:
            case "error":
                told = wire.error_from(header)
                raise self._with_last_words(told) if isinstance(told, UserCodeError) else told
            case "bug":
                raise RuntimeError(f"while loading {path}:\n{header['traceback']}")
        ops: list[UserOp] = []
        if header["ops"]:
            from graphtui.graph.worker.remote_op import remote_ops

            ops = remote_ops(header["ops"], self._process, self._timeout)
        self._stays = bool(ops)
        return wire.graph_from(header, arrays, self._limits, ops)

    # What went wrong

    def _too_slow(self, silence: Silence) -> LimitError:
        message = (
            f"this was still at work after {self._timeout:g} s, so the program was ended. "
            f"If it needs longer: --timeout {self._timeout * 6:g}."
        )
        place = silence.place or Place(self._process.path)
        problem = Problem(message, place, code="time-out")
        return LimitError(report([problem]), [problem])

    def _crashed(self, silence: Silence) -> UserCodeError:
        message = f"{silence.words} before it handed over a graph."
        place = silence.place or Place(self._process.path)
        problem = Problem(message, place, code="user-code")
        return self._with_last_words(UserCodeError(report([problem]), [problem]))

    def _with_last_words(self, error: UserCodeError) -> UserCodeError:
        """`error`, with the last lines that the program printed, if there are any."""
        last = [line for line in self.printed.splitlines()[-5:] if line.strip()]
        if not last:
            return error
        lines = [str(error), "      the last that it printed:", *(f"      {x[:200]}" for x in last)]
        return UserCodeError("\n".join(lines), error.problems)
