"""Words of the command line to settings, by one table of options.

What a command does with its settings is for `commands`, how they become a graph for `loading`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from graphtui.errors import UsageError, nearest


class Settings(NamedTuple):
    """What was asked for on the command line."""

    words: tuple[str, ...] = ()
    """Files, names and values, in their order."""
    expression: str | None = None
    output: str | None = None
    theme: str = "light"
    """Of a picture in a file."""
    json: bool = False
    seed: str | None = None
    step: int | None = None
    lanes: bool = False
    tolerance: float | None = None
    timeout: float | None = None
    max_array: int | None = None
    max_total: int | None = None
    max_file: int | None = None
    headless: bool = False
    execute: tuple[str, ...] = ()
    """Commands of the debugger, in their order."""
    until_end: bool = False
    help: bool = False
    version: bool = False
    passed: tuple[str, ...] = ()
    """What follows `--`: for the description's own `sys.argv`."""


class Option(NamedTuple):
    """One option: how it is written, which setting it gives, and what it says in the help."""

    flag: str
    setting: str
    help: str
    value: str = ""
    """What follows it, such as SECONDS; nothing for a switch."""
    read: Callable[[str], Any] = str
    """From the word that follows to the setting; raises `ValueError` with what is wanted."""
    repeats: bool = False
    """Whether it may be given again; the setting is then a tuple."""


def seconds(word: str) -> float:
    """A time, above 0.

    >>> seconds("2.5")
    2.5
    """
    try:
        found = float(word)
    except ValueError:
        found = math.nan
    if not 0 < found < math.inf:
        raise ValueError("a number of seconds above 0")
    return found


def count(word: str) -> int:
    """A whole number from 0 up."""
    if not word.isascii() or not word.isdigit() or len(word) > 12:
        raise ValueError("a whole number from 0 up")
    return int(word)


def fraction(word: str) -> float:
    """A relative difference, from 0 up.

    >>> fraction("1e-6")
    1e-06
    """
    try:
        found = float(word)
    except ValueError:
        found = math.nan
    if not 0 <= found < math.inf:
        raise ValueError("a number from 0 up, such as 1e-6")
    return found


def theme(word: str) -> str:
    """The colours of a picture."""
    if word not in ("light", "dark"):
        raise ValueError("light or dark")
    return word


_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?) ?([kmgt]?)(i?)b?", re.IGNORECASE)


def size(word: str) -> int:
    """Bytes, also written with a unit.

    >>> size("4096"), size("8GB"), size("1.5 GiB")
    (4096, 8000000000, 1610612736)
    """
    found = _SIZE.fullmatch(word)
    if found is None or (found[3] and not found[2]):
        raise ValueError("a number of bytes such as 4096, 512MB or 8GiB")
    power = " kmgt".index(found[2].lower() or " ")
    return int(float(found[1]) * (1024 if found[3] else 1000) ** power)


OPTIONS: tuple[Option, ...] = (
    Option("-e", "expression", "an expression instead of a file", "EXPR"),
    Option("-o", "output", "the picture to .txt .svg .html .dot .mmd .json", "FILE"),
    Option("--theme", "theme", "its colours in an SVG: light (as it is), dark", "NAME", theme),
    Option("--json", "json", "JSON instead of a table"),
    Option("--seed", "seed", "gradient of an output that is no scalar: [1, 0]", "NUMBERS"),
    Option("--step", "step", "how far to go before drawing (the end)", "N", count),
    Option("--lanes", "lanes", "draw the tape: a lane for each living value"),
    Option("--tolerance", "tolerance", "relative change that is no difference", "T", fraction),
    Option("--timeout", "timeout", "for a Python description (10)", "SECONDS", seconds),
    Option("--max-array", "max_array", "for one array, such as 512MB", "BYTES", size),
    Option("--max-total", "max_total", "for all values together", "BYTES", size),
    Option("--max-file", "max_file", "for the description itself", "BYTES", size),
    Option("--headless", "headless", "commands on stdin, answers in JSON on stdout"),
    Option("-x", "execute", "a command to begin with; may be repeated", "COMMAND", repeats=True),
    Option("--until-end", "until_end", "then run to the end: exit code 5 if it stops"),
    Option("--help", "help", "this text; after a command, what it takes"),
    Option("--version", "version", "the version"),
)
"""Every option there is; which command takes which is in the table of commands."""

_SHORT = {
    "-h": "--help",
    "-V": "--version",
    "--expression": "-e",
    "--output": "-o",
    "--execute": "-x",
}
_BY_FLAG = {option.flag: option for option in OPTIONS}


def first_word(words: Sequence[str]) -> int | None:
    """Where the first word stands that is neither an option nor the value of one."""
    skip = False
    for at, word in enumerate(words):
        if word == "--":
            return None
        option = _BY_FLAG.get(_SHORT.get(word, word))
        if skip:
            skip = False
        elif not word.startswith("-") or word == "-":
            return at
        else:
            skip = option is not None and bool(option.value)
    return None


def parse(command: str, words: Sequence[str], allowed: Iterable[str]) -> Settings:
    """The settings of one command, which takes the options `allowed`.

    Raises:
        UsageError: an option is unknown or lacks its value, or the value is not of its kind.
    """
    ours, passed = _split(words)
    takes = {*allowed, "--help", "--version"}
    found: dict[str, Any] = {}
    plain: list[str] = []
    remaining = iter(ours)
    for word in remaining:
        if not word.startswith("-") or word == "-":
            plain.append(word)
            continue
        flag, equals, value = word.partition("=")
        option = _option(command, flag, takes)
        if not option.value:
            if equals:
                raise UsageError(f"{command}: '{option.flag}' takes no value, got '{value}'.")
            found[option.setting] = True
            continue
        text = value if equals else next(remaining, None)
        if text is None:
            raise UsageError(f"{command}: '{flag}' needs {option.value} after it.")
        given = _value(command, option, text)
        earlier = found.get(option.setting, ())
        found[option.setting] = (*earlier, given) if option.repeats else given
    return Settings(words=tuple(plain), passed=tuple(passed), **found)


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our own words, and those after `--`, which belong to the description."""
    listed = list(words)
    at = listed.index("--") if "--" in listed else len(listed)
    return listed[:at], listed[at + 1 :]


def _option(command: str, flag: str, takes: Iterable[str]) -> Option:
    name = _SHORT.get(flag, flag)
    if name in takes:
        return _BY_FLAG[name]
    if name in _BY_FLAG:
        program = command if command == "graphtui" else f"graphtui {command}"
        raise UsageError(f"'{command}' takes no '{flag}'. See `{program} --help`.")
    hint = nearest(flag, [*takes, *_SHORT]) or " See `graphtui --help`."
    raise UsageError(f"'{flag}' is not an option of '{command}'.{hint}")


def _value(command: str, option: Option, text: str) -> Any:
    try:
        return option.read(text)
    except ValueError as wanted:
        raise UsageError(f"{command}: '{option.flag}' wants {wanted}, got '{text}'.") from None
