"""The help, made from the tables of commands and options: what is shown is what there is."""

from __future__ import annotations

from collections.abc import Iterable

from graphtui.cli.arguments import OPTIONS, Option
from graphtui.cli.commands import COMMANDS, Command

_OPENING = """\
graphtui: gdb for gradients. Runs a computational graph forward and backward,
and steps through both passes, both ways, showing what every gate sends.
"""

_WAYS_IN = (
    ("FILE[.py|.json][:NAME]", "open the debugger; - is JSON from stdin"),
    ("-e EXPR name=value ...", 'such as -e "(x + y) * z" x=-2 y=5 z=-4'),
    ("", "the shipped examples, to open by number"),
)

_CLOSING = """\
Opening a .py file runs it, in a process of its own. A .json file runs nothing.
Exit codes: 0 done, 1 description refused or check failed, 2 usage, 3 its own
Python failed, 4 limit or time-out, 5 headless stop, 70 a bug, 128+n a signal."""


def help_text() -> str:
    """What `graphtui --help` shows: at most 40 lines of 80 columns."""
    commands = [(row.usage, row.help) for row in COMMANDS.values() if row.name != "open"]
    return "\n".join(
        (
            _OPENING.rstrip(),
            *_usages(_WAYS_IN),
            "\nWithout the screen:",
            *_usages(commands),
            "\nOptions:",
            *_options(OPTIONS),
            "  -- ARGUMENTS         what follows is sys.argv for a Python description",
            _CLOSING,
        )
    )


def short_help() -> str:
    """What `graphtui` alone shows, above the examples."""
    ways = _usages((*_WAYS_IN[:2], ("--help", "everything else")))
    return "\n".join((_OPENING, *ways, ""))


def command_help(command: Command) -> str:
    """What `graphtui COMMAND --help` shows."""
    options = [option for option in OPTIONS if option.flag in command.options]
    head = [f"usage: graphtui {command.usage}", "", f"{command.help[0].upper()}{command.help[1:]}."]
    if options:
        head += ["", *_options(options)]
    if "--timeout" in command.options:
        head += ["  -- ARGUMENTS         what follows is sys.argv for a Python description"]
    return "\n".join(head)


def _usages(rows: Iterable[tuple[str, str]]) -> list[str]:
    return [f"  graphtui {usage:<25} {words}" for usage, words in rows]


def _options(options: Iterable[Option]) -> list[str]:
    return [f"  {f'{each.flag} {each.value}':<20} {each.help}" for each in options]
