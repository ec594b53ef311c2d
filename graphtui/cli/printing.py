"""What reaches the two streams: data on stdout, talk on stderr, foreign text made safe."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from graphtui.errors import UsageError

if TYPE_CHECKING:
    from graphtui.view.text.lines import Line

_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
_PLAIN = ("C", "POSIX")


def open_closed_streams() -> None:
    """Give a closed stdin, stdout or stderr the null device.

    Else the next file or pipe that is opened gets the free number, and our text would go there.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - for good
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - for good


def speaks_unicode(stream: TextIO | None = None) -> bool:
    """Whether stdout, or another stream, can take box drawing; else everything is drawn in ASCII.

    Python writes UTF-8 even where the locale is C (PEP 538, PEP 540); a terminal that was told to
    use C need not understand it.
    """
    encoding = ((stream or sys.stdout).encoding or "ascii").lower().replace("-", "")
    if not encoding.startswith("utf"):
        return False
    asked = os.environ.get
    if asked("PYTHONUTF8") or asked("PYTHONIOENCODING"):
        return True
    category = asked("LC_CTYPE", "")
    locale = asked("LC_ALL") or (category if category not in _COERCED else "") or asked("LANG")
    return locale not in _PLAIN


def say(text: str) -> None:
    """Write text of our own to stdout, and its line end."""
    from graphtui.view.text.safe_text import to_ascii

    _write((text if speaks_unicode() else to_ascii(text)) + "\n")


def print_lines(lines: Iterable[Line]) -> None:
    """Write what a view returned to stdout, one row a line."""
    from graphtui.view.text.lines import plain

    for line in lines:
        say(plain([line]))


def print_json(document: Any, indent: int | None = None) -> None:
    """Write one JSON document to stdout, in ASCII, on one line unless indented."""
    import json

    text = json.dumps(document, allow_nan=False, indent=indent)
    _write(text.replace("\x7f", "\\u007f") + "\n")


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"standard output cannot be written: {error.strerror}.") from None


def finish() -> None:
    """Send what is still on its way to stdout; what cannot be written is known only then."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        discard()
        raise UsageError(f"standard output cannot be written: {error.strerror}.") from None


def discard() -> None:
    """Drop what is still on its way to stdout, so that the interpreter does not try at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """Say `text` on stderr; foreign text in it is made safe, line by line."""
    from graphtui.view.text.safe_text import safe_text, to_ascii

    unicode = speaks_unicode(sys.stderr)
    for line in text.rstrip("\n").split("\n"):
        shown = safe_text(line)
        sys.stderr.write((shown if unicode else to_ascii(shown)) + "\n")
