"""A real program in a real terminal: what it painted, what it sent, what it left behind.

    with Terminal([sys.executable, "-m", "graphtui", "examples/sigmoid.py"]) as terminal:
        terminal.wait_for("step 0")
        terminal.send("n")
        terminal.wait_for("step 1")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert terminal.termios_restored() and not terminal.modes_left_on()
        assert not terminal.unexpected_sequences()

The program runs on a pseudo-terminal of its own and is its session's leader, so that ctrl+c, a
resize and /dev/tty work. What it sends is read into a `pyte` screen. Nothing here sleeps: every
wait is for the terminal to have something to read, and has an end. What the program does is not
known here.
"""

from __future__ import annotations

import codecs
import errno
import fcntl
import os
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import NoReturn

import pyte

PATIENCE = 10.0
"""Seconds until a wait is given up; only a failing test waits that long."""

KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "page_up": "\x1b[5~",
    "page_down": "\x1b[6~",
    "delete": "\x1b[3~",
    "shift_tab": "\x1b[Z",
    "f1": "\x1bOP",
    "tab": "\t",
    "enter": "\r",
    "escape": "\x1b",
    "backspace": "\x7f",
    "ctrl_c": "\x03",
    "ctrl_p": "\x10",
    "ctrl_q": "\x11",
    "ctrl_y": "\x19",
    "ctrl_z": "\x1a",
}

EXPECTED_SEQUENCES = re.compile(
    r"""[\r\n]
    | \x1b\[ [0-9;]* [mHJK]                                     # colours, cursor to, erase
    | \x1b\[ [0-9]* [ABCD]                                      # cursor by
    | \x1b\[\? (7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2048) [hl]
    | \x1b\[\? (2026|2048) \$p                                  # is there synchronised output, …
    | \x1b\[ (>[0-9]+|<) u                                      # keyboard protocol: on, off
    | \x1b\]22;[a-z-]*(\x07|\x1b\\)                             # the shape of the mouse pointer
    """,
    re.VERBOSE,
)
"""What a Textual program sends by itself. Clipboard, title, links and reports are not in it."""

_ON_AT_THE_START = frozenset(("?7", "?25"))
"""Private modes of a fresh terminal: wrapping at the margin and a visible cursor."""

_SEQUENCE = re.compile(
    r"""(?P<text> [^\x00-\x1f\x7f-\x9f]+)
    | \x1b\[ [0-?]* [ -/]* [@-~]                                # CSI
    | \x1b\] .*? (\x07|\x1b\\)                                  # OSC
    | \x1b[PX^_] .*? \x1b\\                                     # DCS, SOS, PM, APC
    | \x1b [ -/]* [0-OQ-WYZ\\`-~]                               # the other escapes
    | [\x00-\x1a\x1c-\x1f\x7f-\x9f]                             # single controls
    """,
    re.VERBOSE | re.DOTALL,
)

_UNFINISHED = re.compile(r"\x1b(\[[0-?]*[ -/]*|[\]PX^_].*|[ -/]*)", re.DOTALL)

_KNOWN_TO_PYTE = re.compile(r"[\x07-\x0f]|\x1b\[[0-9;]*[@-~]|\x1b\[\?[0-9;]+[hl]|\x1b[78DEHMc]")
"""The rest is kept from pyte 0.8.2, which prints the end of what it cannot parse."""

_SCREEN_SWITCH = re.compile(r"\x1b\[\?(47|1047|1049)([hl])")
_SYNCHRONISED = {"\x1b[?2026h": True, "\x1b[?2026l": False}


class Terminal:
    """A program that runs in a terminal of `size` (columns, rows) until the `with` block ends.

    Args:
        argv: The program and its arguments.
        size: Columns and rows.
        env: Variables to add to a scrubbed environment; None as a value takes one away.
        cwd: The directory to start in; this one if not given.
        answers: Whether the terminal answers questions, such as where the cursor is. It also
            says that it can hold a frame back until it is whole, and then `wait_for` never sees
            half of one. (An answer that nobody reads is echoed like any key.)
    """

    def __init__(
        self,
        argv: Sequence[str],
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str | None] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        answers: bool = True,
    ) -> None:
        # posix_spawn is safe among threads, but cannot change the directory; the shell does.
        into = (
            ["/bin/sh", "-c", 'cd -- "$1" && shift && exec "$@"', "sh", os.fspath(cwd)]
            if cwd
            else []
        )
        self.argv = [*into, *map(str, argv)]
        self.size = size
        self.env = scrubbed_environment(env or {})
        self.answers = answers
        self.raw = b""
        """Every byte that the program sent."""
        self.sequences: list[str] = []
        """Every control in it, in order, and every character that cannot be seen."""
        self.exit_code: int | None = None
        """As of `subprocess`: negative for a signal; None while the program runs."""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._pending = ""
        self._mid_frame = False
        self._silent = False

    def __enter__(self) -> Terminal:
        self._master, slave = os.openpty()
        self._set_size()
        self._termios_before = termios.tcgetattr(slave)
        self._main = self._page = _Page(self.size, self._answer)
        # A session leader that opens a terminal gets it as its controlling terminal.
        self._pid = os.posix_spawnp(
            self.argv[0],
            self.argv,
            self.env,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.ttyname(slave), os.O_RDWR, 0),
                (os.POSIX_SPAWN_DUP2, 0, 1),
                (os.POSIX_SPAWN_DUP2, 0, 2),
            ],
            setsid=True,
            setsigdef=[signal.SIGPIPE, signal.SIGINT],
        )
        # Only the program holds it now, so the end of reading means that all was read.
        os.close(slave)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._has_exited():
            os.killpg(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        os.close(self._master)

    def send(self, keys: str | bytes) -> None:
        """Type `keys`; `KEYS` has the bytes of those without a letter."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size; the program gets its signal."""
        self.size = (columns, rows)
        for page in {self._main, self._page}:
            page.resize(rows, columns)
        self._set_size()

    def screen(self) -> list[str]:
        """The rows as they stand, blanks at their ends included."""
        return list(self._page.display)

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row of the cursor, from 0."""
        return self._page.cursor.x, self._page.cursor.y

    def wait_for(
        self, wanted: str | Callable[[list[str]], object], timeout: float = PATIENCE
    ) -> list[str]:
        """The screen as soon as it contains the text `wanted`, or `wanted(screen)` is true."""
        deadline = time.monotonic() + timeout
        while True:
            screen = self.screen()
            found = wanted in "\n".join(screen) if isinstance(wanted, str) else wanted(screen)
            if found and not self._mid_frame:
                return screen
            if self._silent:
                self._fail(f"the program ended before {wanted!r} was on the screen")
            if time.monotonic() >= deadline:
                self._fail(f"{wanted!r} was not on the screen within {timeout} s")
            self._read(deadline)

    def wait_exit(self, timeout: float = PATIENCE) -> int:
        """The program's exit code, as soon as it ended and all it sent was read."""
        deadline = time.monotonic() + timeout
        while not (self._has_exited() and self._silent):
            if time.monotonic() >= deadline:
                self._fail(f"the program was still running after {timeout} s")
            self._read(deadline)
        assert self.exit_code is not None
        return self.exit_code

    def termios_restored(self) -> bool:
        """Whether the line discipline is what it was before the program started."""
        return termios.tcgetattr(self._master) == self._termios_before

    def modes_left_on(self) -> list[str]:
        """What was switched and not switched back: "?1000h", "?25l" (cursor), ">u" (keyboard)."""
        on = set(_ON_AT_THE_START)
        keyboards = 0
        for sequence in self.sequences:
            if private := re.fullmatch(r"\x1b\[\?([0-9;]+)([hl])", sequence):
                modes = {f"?{mode}" for mode in private[1].split(";")}
                on = on | modes if private[2] == "h" else on - modes
            elif keyboard := re.fullmatch(r"\x1b\[([<>])([0-9]*)u", sequence):
                popped = int(keyboard[2] or 1)
                keyboards = keyboards + 1 if keyboard[1] == ">" else max(keyboards - popped, 0)
        left = sorted(f"{mode}h" for mode in on - _ON_AT_THE_START)
        return left + sorted(f"{mode}l" for mode in _ON_AT_THE_START - on) + [">u"] * keyboards

    def unexpected_sequences(self, allowed: re.Pattern[str] = EXPECTED_SEQUENCES) -> list[str]:
        """The controls and unseen characters that are not `allowed`, in the order of sending."""
        left_over = [self._pending] if self._pending and self._silent else []
        return [text for text in self.sequences + left_over if not allowed.fullmatch(text)]

    def _read(self, deadline: float) -> None:
        """Take in what comes next, if it comes soon."""
        # A grandchild may keep the terminal open after the program's end: look at both.
        soon = min(max(deadline - time.monotonic(), 0), 0.1)
        if self._silent or not select.select([self._master], [], [], soon)[0]:
            self._silent = self._silent or self._has_exited()
            return
        try:
            data = os.read(self._master, 65536)
        except OSError as error:
            # Linux's way of saying that nobody holds the other end any more.
            if error.errno != errno.EIO:
                raise
            data = b""
        self._silent = not data
        self.raw += data
        for token, is_text in self._tokens(self._decode(data, final=not data)):
            self._take(token, is_text)

    def _tokens(self, text: str) -> Iterator[tuple[str, bool]]:
        text = self._pending + text
        position = 0
        while position < len(text):
            match = _SEQUENCE.match(text, position)
            if match is None and _UNFINISHED.fullmatch(text, position):
                break
            # An escape that begins nothing is a control by itself.
            end = match.end() if match else position + 1
            yield text[position:end], bool(match and match["text"])
            position = end
        self._pending = text[position:]

    def _take(self, token: str, is_text: bool) -> None:
        if is_text:
            self.sequences += [char for char in token if not char.isprintable()]
            self._page.stream.feed(token)
            return
        self.sequences.append(token)
        self._mid_frame = _SYNCHRONISED.get(token, self._mid_frame)
        if switch := _SCREEN_SWITCH.fullmatch(token):
            self._page = _Page(self.size, self._answer) if switch[2] == "h" else self._main
        elif token == "\x1b[?2026$p":
            self._answer("\x1b[?2026;2$y")
        elif _KNOWN_TO_PYTE.fullmatch(token):
            self._page.stream.feed(token)

    def _answer(self, text: str) -> None:
        if self.answers and self.exit_code is None:
            self.send(text)

    def _has_exited(self) -> bool:
        if self.exit_code is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self.exit_code = os.waitstatus_to_exitcode(status)
        return self.exit_code is not None

    def _set_size(self) -> None:
        columns, rows = self.size
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _fail(self, what: str) -> NoReturn:
        picture = "\n".join(f"|{row}|" for row in self.screen())
        raise AssertionError(f"{what}; exit code {self.exit_code}; the screen:\n{picture}")


class _Page(pyte.Screen):
    """One screenful; a terminal has two, and the program's must not be painted on the shell's."""

    def __init__(self, size: tuple[int, int], answer: Callable[[str], None]) -> None:
        super().__init__(*size)
        self.stream = pyte.Stream(self)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        """Answer a question of the program, such as where the cursor is."""
        self._answer(data)


def scrubbed_environment(extra: Mapping[str, str | None]) -> dict[str, str]:
    """This process's environment without what changes colours, sizes or Textual, plus `extra`."""
    personal = re.compile(
        "NO_COLOR|FORCE_COLOR|CLICOLOR.*|TEXTUAL.*|COLUMNS|LINES|TERM_.*|LC_.*|LANG"
    )
    kept = {name: value for name, value in os.environ.items() if not personal.fullmatch(name)}
    utf8 = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    fixed = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": utf8}
    return {name: value for name, value in {**kept, **fixed, **extra}.items() if value is not None}
