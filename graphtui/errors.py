"""Everything that a user can be told, and the exit code it ends a command with.

    GraphtuiError             70  never raised itself
    ├── DescriptionError       1  the description was refused; lists every problem it found
    ├── UsageError             2  the command line, or a call, asks for something that is not there
    │   └── CommandError       2  a debugger command was refused; the session stays as it was
    ├── UserCodeError          3  the user's own Python failed
    └── LimitError             4  a limit or a time-out

A mistake in a description is an error and stands here; a fault in a run (a NaN, an exception inside
an op) is data and stands in the run; a bug is an assert. Messages hold text as it was found, and
whoever prints them makes it safe for the terminal (`view.safe_text`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

_MOST_COMPARED = 2_000
MOST_PROBLEMS = 20
"""How many problems one message lists before it counts the rest."""


class Place(NamedTuple):
    """Where something was written: lines and columns count from 1, 0 where unknown.

    >>> str(Place("net.json", 7, 21))
    'net.json:7:21'
    """

    file: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    """One past the last column, so that `end_column - column` is the length on one line."""
    text: str = ""
    """The line as it was written, for the quotation under the message."""

    def __str__(self) -> str:
        """`file:line:column`, as far as known."""
        numbers = [str(n) for n in (self.line, self.column) if n]
        return ":".join([self.file, *numbers])


class Problem(NamedTuple):
    """One thing that is wrong in a description, and where."""

    message: str
    """What is wrong, with the actual values, and what to do: whole sentences."""
    place: Place | None = None
    path: str = ""
    """Where in the document: `$.nodes[3].op`, `node 'h1'`, or nothing."""
    code: str = "description"
    """A stable word for programs: "syntax", "unknown-name", "shape", "limit", …"""

    def headline(self) -> str:
        """The problem in one line, as `where: what is wrong. What to do`."""
        return ": ".join(str(part) for part in (self.place, self.path, self.message) if part)

    def lines(self) -> list[str]:
        """The headline, then the quoted source line with a caret under what is meant."""
        if self.place is None or not self.place.text or not self.place.line:
            return [self.headline()]
        return [self.headline(), *_quotation(self.place)]


def _quotation(place: Place) -> list[str]:
    text = place.text.rstrip("\n").replace("\t", " ")
    start = max(place.column - 1, 0)
    one_line = place.end_line in (0, place.line)
    length = max(place.end_column - place.column, 1) if one_line else max(len(text) - start, 1)
    if start > 60:  # a generated file may be a single line of megabytes
        text, start = "…" + text[start - 40 :], 41
    text, length = text[:160], max(min(length, 160 - start), 1)
    margin = f"{place.line:>5} │ "
    return [margin + text, " " * (len(margin) - 2) + "│ " + " " * start + "^" * length]


def report(problems: Sequence[Problem]) -> str:
    """The problems with their quotations: at most `MOST_PROBLEMS`, then how many more there are."""
    lines = [line for problem in problems[:MOST_PROBLEMS] for line in problem.lines()]
    more = len(problems) - MOST_PROBLEMS
    return "\n".join([*lines, f"and {more:,} more"] if more > 0 else lines)


class GraphtuiError(Exception):
    """What a user did that graphtui cannot do; printed without a traceback."""

    exit_code = 70

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(message)


class DescriptionError(GraphtuiError):
    """The description was refused; `problems` holds every reason."""

    exit_code = 1

    def __init__(self, problems: Sequence[Problem]) -> None:
        assert problems, "a refusal gives its reasons"
        super().__init__(report(problems), problems)

    def lines(self) -> list[str]:
        """The message, line by line."""
        return str(self).split("\n")


class UsageError(GraphtuiError):
    """The command line, or a call, asks for something that is not there."""

    exit_code = 2


class CommandError(UsageError):
    """A debugger command was refused; the session stays as it was."""


class UserCodeError(GraphtuiError):
    """The user's own Python failed; the message is its last frame and its exception."""

    exit_code = 3


REPORT_A_BUG = "Please report it, with GRAPHTUI_DEBUG=1 set for the traceback."
"""What is asked of whoever has found one."""

LOAD_AGAIN = "Load the description again."
"""What there is to do where the program has ended that a graph's own ops need."""


class LimitError(GraphtuiError):
    """A limit or a time-out; nothing was computed, and the message names the option to lift it."""

    exit_code = 4


def nearest(name: str, known: Iterable[str]) -> str:
    """' Did you mean 'tanh'?' where one known name is near, else nothing.

    >>> nearest("tahn", ["tanh", "sin", "cos"])
    " Did you mean 'tanh'?"
    >>> nearest("sdt", ["seed", "std"]), nearest("w1", ["w2", "x"])
    (" Did you mean 'std'?", '')
    """
    short = name[:80]
    # The filter takes away what the cutoff would refuse anyway, but takes a tenth of the time.
    possible = (each for each in known if len(each) < 2 * len(short) and len(short) < 2 * len(each))
    candidates = list(islice(possible, _MOST_COMPARED))
    near = difflib.get_close_matches(short, candidates, n=1, cutoff=0.67)
    if not near:
        # In short names, a case or two swapped letters make too much of a difference.
        letters = sorted(short.lower())
        near = [each for each in candidates if sorted(each.lower()) == letters]
    return f" Did you mean '{near[0]}'?" if near else ""
