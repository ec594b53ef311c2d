"""ctrl+c while a command runs: the first ends the command where it stands, the second all."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from graphtui.debugger.session import DebugSession


class Interruption:
    """Whether somebody has asked a command to end, and whether it has listened."""

    def __init__(self) -> None:
        self.heeded = False
        """Whether the command has been told."""
        self._asked = False

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """Ask the command to end; who asks again does not want to wait for it."""
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True

    def listen(self) -> bool:
        """Whether to end; the session asks before every step."""
        self.heeded = self._asked
        return self._asked


@contextmanager
def interruptible(session: DebugSession) -> Iterator[Interruption]:
    """Lets SIGINT end a long way of the session at the step reached, instead of the program."""
    interruption = Interruption()
    # A shell starts what runs in the background with SIGINT ignored, and so it is to stay.
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not ours or threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    before = session.interrupted
    session.interrupted = interruption.listen
    signal.signal(signal.SIGINT, interruption.ask)
    try:
        yield interruption
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        session.interrupted = before
