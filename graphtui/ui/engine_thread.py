"""One daemon thread carries out whatever takes time, so that the screen always answers.

Jobs run in the order in which they were submitted. A result goes out when nothing newer waits
behind it, or when the last one is a frame old: a held key cannot make the screen lag. What a job
does is its own affair.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import Protocol

SWITCH_INTERVAL = 0.0005
"""Seconds between thread switches while a job runs; at Python's 5 ms, keys show ten times later."""

FRAME = 1 / 60
"""Seconds after which a result goes out although newer jobs wait."""

MOST_WAITING = 256
"""Jobs that may wait; a key storm beyond that is dropped."""

Deliver = Callable[[object], object]


class Token:
    """What a running job asks now and then: whether it should stop."""

    def __init__(self, report: Deliver | None = None) -> None:
        self._cancelled = threading.Event()
        self._report = report
        self._reported = time.monotonic()

    @property
    def cancelled(self) -> bool:
        """Whether the job should stop where it stands."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the job to stop."""
        self._cancelled.set()

    def progress(self, make: Callable[[], object]) -> None:
        """Show what `make` returns, unless something was shown a moment ago."""
        now = time.monotonic()
        if self._report is not None and now - self._reported >= 3 * FRAME:
            self._reported = now
            self._report(make())


Job = Callable[[Token], object]
"""Carried out off the screen's thread; what it returns is delivered."""


class Executor(Protocol):
    """Carries out jobs, one after the other, and delivers what they return."""

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""

    def attach(self, deliver: Deliver) -> None:
        """Deliver results to `deliver` from now on, beginning with those that came before."""

    def submit(self, job: Job) -> None:
        """Carry out `job` after those that wait."""

    def cancel(self) -> None:
        """Ask the running job to stop, and forget those that wait."""


class InlineExecutor:
    """Carries out every job at once, on the caller's thread, so that tests depend on no clock."""

    def __init__(self) -> None:
        self._mailbox = Mailbox()

    @property
    def busy(self) -> bool:
        """Never, as seen from outside."""
        return False

    def attach(self, deliver: Deliver) -> None:
        """Deliver results to `deliver` from now on."""
        self._mailbox.attach(deliver)

    def submit(self, job: Job) -> None:
        """Carry out `job` now."""
        self._mailbox.put(_outcome(job, Token()))

    def cancel(self) -> None:
        """Nothing runs."""


class EngineThread:
    """Carries out jobs on one daemon thread, which never keeps the program alive.

    Args:
        switching: whether Python switches threads more often while a job runs; of several threads,
            only one may set that.
    """

    def __init__(self, *, switching: bool = True) -> None:
        self._switching = switching
        self._jobs: queue.SimpleQueue[tuple[int, Job]] = queue.SimpleQueue()
        self._mailbox = Mailbox()
        self._thread: threading.Thread | None = None
        self._token = Token()
        self._generation = 0
        self._unfinished = 0
        self._lock = threading.Lock()

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._unfinished > 0

    def attach(self, deliver: Deliver) -> None:
        """Deliver results to `deliver` from now on, beginning with those that came before."""
        self._mailbox.attach(deliver)

    def submit(self, job: Job) -> None:
        """Carry out `job` after those that wait; dropped where too many do."""
        with self._lock:
            if self._unfinished >= MOST_WAITING:
                return
            self._unfinished += 1
            self._jobs.put((self._generation, job))
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Ask the running job to stop, and forget those that wait."""
        with self._lock:
            self._generation += 1
            self._token.cancel()

    def _work(self) -> None:
        waiting: list[object] = []  # the newest result, as long as it has not gone out
        delivered = 0.0
        while True:
            generation, job = self._jobs.get()
            with self._lock:
                stale = generation != self._generation
                self._token = token = Token(self._mailbox.put)
            if not stale:
                waiting = [self._carry_out(job, token)]
            if waiting and (self._jobs.empty() or time.monotonic() - delivered >= FRAME):
                self._mailbox.put(waiting.pop())
                delivered = time.monotonic()
            with self._lock:
                self._unfinished -= 1

    def _carry_out(self, job: Job, token: Token) -> object:
        if not self._switching or not self._mailbox.is_read:  # without a screen it only costs time
            return _outcome(job, token)
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL)
        try:
            return _outcome(job, token)
        finally:
            sys.setswitchinterval(before)


class Bug:
    """A job ended with an exception that nobody expected: shown, never lost."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


class Mailbox:
    """Keeps results until there is somebody to deliver them to."""

    def __init__(self) -> None:
        self._deliver: Deliver | None = None
        self._kept: list[object] = []
        self._lock = threading.Lock()

    @property
    def is_read(self) -> bool:
        """Whether there is somebody to deliver to."""
        return self._deliver is not None

    def attach(self, deliver: Deliver) -> None:
        """Deliver to `deliver` from now on, beginning with what was kept."""
        with self._lock:
            self._deliver = deliver
            kept, self._kept = self._kept, []
        for result in kept:
            deliver(result)

    def put(self, result: object) -> None:
        """Deliver `result`, or keep it."""
        with self._lock:
            if self._deliver is None:
                self._kept.append(result)
                return
        self._deliver(result)


def _outcome(job: Job, token: Token) -> object:
    """What `job` returns, or the `Bug` that it has; a thread would swallow the exception."""
    try:
        return job(token)
    except Exception as error:
        return Bug(error)
