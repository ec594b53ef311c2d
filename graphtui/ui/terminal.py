"""Whether there is a terminal to draw on and to read keys from. Knows nothing of Textual.

Textual paints on standard error and reads keys from standard input, and with no terminal at all it
paints into the pipe and waits for ever: so this is asked first.
"""

from __future__ import annotations

import os
import sys


def has_screen() -> bool:
    """Whether a screen can be drawn and keys can be read."""
    if os.environ.get("TERM", "dumb") in ("", "dumb"):
        return False
    if not (_is_terminal(sys.stdout) and _is_terminal(sys.stderr)):
        return False
    if _is_terminal(sys.stdin):
        return True
    keyboard = _open_terminal()
    if keyboard is None:
        return False
    os.close(keyboard)
    return True


def take_keyboard() -> None:
    """Give the screen the terminal's keyboard where standard input is a pipe that has been read."""
    if _is_terminal(sys.stdin):
        return
    keyboard = _open_terminal()
    if keyboard is not None:
        os.dup2(keyboard, 0)
        os.close(keyboard)
        # Textual asks the interpreter's own standard input, and it lives as long as the process.
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        setattr(sys, "__stdin__", sys.stdin)  # noqa: B010 - typed as final


def _is_terminal(stream: object) -> bool:
    """False for a stream that is closed, or None, as under `pythonw` and some supervisors."""
    isatty = getattr(stream, "isatty", None)
    return isatty is not None and not getattr(stream, "closed", False) and isatty()


def _open_terminal() -> int | None:
    try:
        return os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
