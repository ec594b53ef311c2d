"""A program in a pseudo-terminal, watched by the clock: when does a text arrive, and its frame?"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence

FRAME_END = b"\x1b[?2026l"
"""What ends a frame, in a terminal that says it can hold one back until it is whole."""

ASKS_FOR_FRAMES = b"\x1b[?2026$p"
PATIENCE = 20.0

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.environ.get("HOME", "/"),
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
}


class Watched:
    """The program `argv` in a terminal of its own; use it in a `with` block."""

    def __init__(self, argv: Sequence[str], columns: int = 120, rows: int = 36) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._seen = b""
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            argv, stdin=slave, stdout=slave, stderr=slave, env=ENVIRONMENT, start_new_session=True
        )
        os.close(slave)

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *error: object) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._master)

    def send(self, keys: bytes) -> float:
        """When `keys` were typed; what was seen before counts no longer."""
        self._seen = b""
        now = time.perf_counter()
        os.write(self._master, keys)
        return now

    def frame_with(self, text: bytes) -> float:
        """When the first whole frame that contains `text` had arrived."""
        deadline = time.perf_counter() + PATIENCE
        while text not in self._seen or FRAME_END not in self._seen.split(text)[-1]:
            if time.perf_counter() > deadline:
                sys.exit(f"{text!r} never came: {self._seen[-2000:]!r}")
            self._read()
        return time.perf_counter()

    def settle(self, quiet: float = 0.05) -> None:
        """Wait until nothing has come for a moment."""
        while select.select([self._master], [], [], quiet)[0]:
            self._read()

    def _read(self) -> None:
        if not select.select([self._master], [], [], 1)[0]:
            return
        try:
            data = os.read(self._master, 65536)
        except OSError:
            sys.exit(f"the program ended early: {self._seen[-2000:]!r}")
        if ASKS_FOR_FRAMES in data:
            os.write(self._master, b"\x1b[?2026;2$y")
        self._seen += data


def median(numbers: Sequence[float]) -> float:
    """The middle one."""
    return sorted(numbers)[len(numbers) // 2]


def percentile(numbers: Sequence[float], percent: int) -> float:
    """The one below which `percent` of them lie."""
    return sorted(numbers)[min(len(numbers) * percent // 100, len(numbers) - 1)]
