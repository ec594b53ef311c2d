"""How a process ended that cannot tell any more, and which line of the program it was at."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from graphtui.errors import Place
from graphtui.graph.python.user_error import is_users

_SIGNALS = {
    "SIGSEGV": "crashed in compiled code (SIGSEGV)",
    "SIGBUS": "crashed in compiled code (SIGBUS)",
    "SIGABRT": "was aborted by compiled code (SIGABRT)",
    "SIGFPE": "crashed in compiled code (SIGFPE)",
    "SIGILL": "crashed in compiled code (SIGILL)",
    "SIGKILL": "was killed (SIGKILL), perhaps because the memory was full,",
}


def farewell(status: os.waitid_result | None) -> str:
    """How the process ended, to be followed by "before …"."""
    if status is None:
        return "the program ended"
    if status.si_code == os.CLD_EXITED:
        return f"the program ended itself with exit code {status.si_status}, perhaps by os._exit,"
    try:
        name = signal.Signals(status.si_status).name
    except ValueError:
        name = f"signal {status.si_status}"
    return f"the program {_SIGNALS.get(name, f'was ended by {name}')}"


def last_place(traces: bytes, path: str) -> Place | None:
    """The line of the program at `path` that the process was at, by what `faulthandler` wrote.

    The thread of the program is the one that `main` has called it from.
    """
    threads = re.split(r"\n(?=\S*\s*[Tt]hread )", traces.decode("ascii", "replace"))
    ours = [thread for thread in threads if "worker/main.py" in thread and "in _answer" in thread]
    for file, line in re.findall(r'^  File "(.*)", line (\d+) in ', "\n".join(ours[:1]), re.M):
        name = _unescaped(file)
        if is_users(name, path):
            return _whole_line(name, int(line))
    return None


def _unescaped(text: str) -> str:
    r"""`text` with the escapes undone that traces have for characters outside of ASCII.

    >>> _unescaped(r"caf\xe9.py")
    'café.py'
    """
    return re.sub(
        r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})",
        lambda found: chr(int(found[1][1:], 16)),
        text,
    )


def _whole_line(file: str, line: int) -> Place:
    try:
        lines = Path(file).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:  # it is only a quotation
        lines = []
    text = lines[line - 1] if line <= len(lines) else ""
    start = len(text) - len(text.lstrip())
    return Place(file, line, start + 1, line, max(len(text), start + 1) + 1, text)
