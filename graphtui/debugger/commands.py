"""The one table of commands, from which keys, prompt, palette, headless mode and help are made.

A row names a method of `DebugSession`; nothing else lists commands or keys.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphtui.debugger.session import DebugSession
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError, nearest


@dataclass(frozen=True, slots=True)
class Argument:
    """One word after a command's name."""

    name: str
    kind: str
    """"count", "step", "node", "phase", "group" or "text"; prompts complete by it."""
    required: bool = False

    def __str__(self) -> str:
        word = (
            "|".join((Phase.FORWARD, Phase.BACKWARD)) if self.kind == "phase" else self.name.upper()
        )
        return word if self.required else f"[{word}]"


@dataclass(frozen=True, slots=True)
class Command:
    """One row: what it is called, what it takes, and what it does."""

    name: str
    call: Callable[..., str]
    """The method of `DebugSession`, called with the session and the arguments."""
    help: str
    keys: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    arguments: tuple[Argument, ...] = ()

    @property
    def usage(self) -> str:
        """The command as it is typed, such as `until NODE [forward|backward]`."""
        return " ".join((self.name, *map(str, self.arguments)))

    @property
    def asks(self) -> bool:
        """Whether its key opens the prompt, because it cannot do without an argument."""
        return any(argument.required for argument in self.arguments)


def _help(session: DebugSession, command: str | None = None) -> str:
    if command is None:
        return "\n".join(f"{row.usage:<36} {row.help}" for row in COMMANDS)
    row = find_command(command)
    return f"{row.usage}: {row.help}"


_COUNT = (Argument("n", "count"),)
_NODE = Argument("node", "node", required=True)

COMMANDS: tuple[Command, ...] = (
    Command(
        "step", DebugSession.step, "carry out the next task", ("n", "right"), ("next", "n"), _COUNT
    ),
    Command(
        "back", DebugSession.step_back, "undo the last step", ("p", "left"), ("prev", "p"), _COUNT
    ),
    Command("continue", DebugSession.resume, "go on to the end", ("c",), ("c",)),
    Command(
        "reverse-continue", DebugSession.reverse_resume, "go back to the start", ("C",), ("rc",)
    ),
    Command(
        "until",
        DebugSession.run_until,
        "run until that node's task is done",
        ("u",),
        arguments=(_NODE, Argument("phase", "phase")),
    ),
    Command("forward", DebugSession.finish_forward, "go to the end of the forward pass", ("f",)),
    Command("backward", DebugSession.finish_backward, "go to the end of the backward pass", ("B",)),
    Command("restart", DebugSession.restart, "go to the start of the timeline", ("R",)),
    Command(
        "seek",
        DebugSession.seek,
        "stand right after that step",
        arguments=(Argument("step", "step", required=True),),
    ),
    Command("goto", DebugSession.go_to, "look at a node", ("g",), arguments=(_NODE,)),
    Command(
        "find",
        DebugSession.find,
        "look at the next node with that in its name, or of that op",
        ("/",),
        arguments=(Argument("text", "text"),),
    ),
    Command(
        "fold",
        DebugSession.fold,
        "draw a group as one box, or open it",
        ("z",),
        arguments=(Argument("group", "group"),),
    ),
    Command(
        "help",
        _help,
        "everything on the screen, explained",
        ("?",),
        arguments=(Argument("command", "text"),),
    ),
    Command("quit", DebugSession.close, "leave", ("q",), ("exit",)),
)
"""Every command, in the order in which help shows them."""

_BY_NAME: Mapping[str, Command] = {
    name: command for command in COMMANDS for name in (command.name, *command.aliases)
}


def find_command(name: str) -> Command:
    """The row called `name`, or by an alias.

    Raises:
        CommandError: there is none; the message gives the nearest.
    """
    if name not in _BY_NAME:
        hint = nearest(name, _BY_NAME) or " `help` lists them."
        raise CommandError(f"'{name}' is not a command.{hint}")
    return _BY_NAME[name]


def perform(session: DebugSession, text: str) -> str:
    """What the session answers to a typed command, such as `until h backward`.

    Raises:
        CommandError: it was refused; the session is as it was.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise CommandError(f"'{text}': {error}.") from None
    if not words:
        raise CommandError("type a command; `help` lists them.")
    command = find_command(words[0])
    return command.call(session, *read_arguments(command, words[1:]))


def read_arguments(command: Command, words: list[str]) -> list[Any]:
    """The values that `words` stand for.

    Raises:
        CommandError: one is missing, too many, or not of its kind.
    """
    required = sum(argument.required for argument in command.arguments)
    if not required <= len(words) <= len(command.arguments):
        raise CommandError(f"'{command.name}' is used like this: {command.usage}")
    return [
        _read(argument, word)
        for argument, word in zip(command.arguments, words, strict=False)  # the rest is optional
    ]


def _read(argument: Argument, word: str) -> Any:
    if argument.kind in ("count", "step"):
        least = 1 if argument.kind == "count" else 0
        if not word.isascii() or not word.isdigit() or len(word) > 12 or int(word) < least:
            raise CommandError(
                f"{argument.name} must be a whole number from {least} up, got '{word}'."
            )
        return int(word)
    if argument.kind == "phase":
        if word not in (Phase.FORWARD, Phase.BACKWARD):
            raise CommandError(f"the pass is 'forward' or 'backward', got '{word}'.")
        return word
    return word
