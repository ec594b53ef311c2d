"""What a command is, and how the words behind its name become arguments.

Which commands there are is for the table in `commands`.
"""

from __future__ import annotations

import io
import shlex
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from graphtui.debugger.reply import Reply
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError, nearest
from graphtui.graph.wording import quoted

REST = (
    "query", "place", "expression", "array", "saving", "catch", "nudge", "edit", "entry", "profile",
)  # fmt: skip
"""Kinds of arguments that are the rest of the line as it was typed, quotation marks and all."""


class Argument(NamedTuple):
    """One word after a command's name, or the rest of the line."""

    name: str
    kind: str
    """What it is: prompts complete by it. One of

    - "count", "step", "number": whole numbers; "hops": one, or "off", which is 0;
    - "which", "watch": the number of a breakpoint or a watch, or "all";
    - "node", "edge", "checked", "group", "file", "export", "comparison", "phase", "command",
      "choice": one word;
    - those of `REST`: what to find, where a breakpoint is, an expression, an array to look at or to
      save, a catch, what to nudge, an edit, an entry of a Jacobian, a profile.
    """
    required: bool = False
    choices: tuple[str, ...] = ()
    """For a choice: the words."""
    form: str = ""
    """How it is shown; "" leaves it to the words, or the name."""

    def __str__(self) -> str:
        word = self.form or "|".join(self.words) or self.name.upper()
        return word if self.required else f"[{word}]"

    @property
    def words(self) -> tuple[str, ...]:
        """The only words that it may be; nothing where it may be any."""
        return (Phase.FORWARD, Phase.BACKWARD) if self.kind == "phase" else self.choices


class Command(NamedTuple):
    """One row: what it is called, what it takes, and what it does."""

    name: str
    call: Callable[..., str | Reply]
    """The method of `DebugSession`, called with the session and the arguments."""
    help: str
    keys: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    arguments: tuple[Argument, ...] = ()
    opens_prompt: bool = False
    """Whether its key opens the prompt, although it can do without an argument."""

    @property
    def usage(self) -> str:
        """The command as it is typed, such as `until NODE [forward|backward]`."""
        return " ".join((self.name, *map(str, self.arguments)))

    @property
    def asks(self) -> bool:
        """Whether its key opens the prompt."""
        return self.opens_prompt or any(argument.required for argument in self.arguments)

    @property
    def beginning(self) -> str:
        """What its key types at the prompt."""
        return f"{self.name} "


def split_command(text: str) -> tuple[str, str]:
    """The name of a typed command, and what is behind it.

    >>> split_command("break if x > 1")
    ('break', 'if x > 1')

    Raises:
        CommandError: nothing was typed.
    """
    name, _, rest = text.strip().partition(" ")
    if not name:
        raise CommandError("type a command; `help` lists them.")
    return name, rest.strip()


def read_arguments(command: Command, given: str | Sequence[str]) -> list[Any]:
    """The values of a command's arguments.

    Args:
        command: the row.
        given: what is behind its name: the text as it was typed, or the words one by one.

    Raises:
        CommandError: one is missing, too many, or not of its kind.
    """
    words = _split(command, given) if isinstance(given, str) else _joined(command, given)
    required = sum(argument.required for argument in command.arguments)
    if not required <= len(words) <= len(command.arguments):
        raise CommandError(f"'{command.name}' is used like this: {command.usage}")
    return [
        _read(command, argument, word)
        for argument, word in zip(command.arguments, words, strict=False)  # the rest is optional
    ]


def _split(command: Command, text: str) -> list[str]:
    """The words of `text`, as a shell would split it; the rest of the line stays as it is."""
    words: list[str] = []
    rest = text.strip()
    for argument in command.arguments:
        if not rest:
            return words
        if argument.kind in REST:
            return [*words, rest]
        word, rest = _first_word(rest)
        words.append(word)
    return [*words, rest] if rest else words


def _first_word(text: str) -> tuple[str, str]:
    stream = io.StringIO(text)
    words = shlex.shlex(stream, posix=True)
    words.whitespace_split, words.commenters = True, ""
    try:
        word = words.get_token()
    except ValueError as error:
        raise CommandError(f"'{text}': {error}.") from None
    return word or "", stream.read().strip()


def _joined(command: Command, given: Sequence[str]) -> list[str]:
    """The words, those of the rest of the line in one."""
    arguments = command.arguments
    if not arguments or arguments[-1].kind not in REST or len(given) < len(arguments):
        return list(given)
    last = len(arguments) - 1
    return [*given[:last], " ".join(given[last:])]


def _read(command: Command, argument: Argument, word: str) -> Any:
    if argument.kind == "hops" and word == "off":
        return 0
    if argument.kind in ("count", "step", "number", "hops"):
        least = 0 if argument.kind == "step" else 1
        if not word.isascii() or not word.isdigit() or len(word) > 12 or int(word) < least:
            wanted = f"a whole number from {least} up"
            raise _not_so(command, [wanted, *(["'off'"] if argument.kind == "hops" else [])], word)
        return int(word)
    if argument.words and word not in argument.words:
        raise _not_so(command, [f"'{each}'" for each in argument.words], word, argument.words)
    return word


def _not_so(
    command: Command, wanted: Sequence[str], word: str, near: Sequence[str] = ()
) -> CommandError:
    """The refusal of a word that is none of those that a command takes there.

    >>> str(_not_so(Command("paths", str, ""), ["'on'", "'off'"], "of", ["on", "off"]))
    "paths: write 'on' or 'off', not 'of'. Did you mean 'off'?"
    """
    *others, last = wanted
    words = f"{', '.join(others)} or {last}" if others else last
    return CommandError(f"{command.name}: write {words}, not {quoted(word)}.{nearest(word, near)}")
