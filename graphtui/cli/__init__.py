"""The command line: arguments to graph to session, and exit codes that programs can rely on.

stdout is data, stderr is talk. `--help` and `--version` load no NumPy, and nothing but the screen
loads Textual.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from graphtui.cli.arguments import first_word, parse
from graphtui.cli.commands import COMMANDS, open_file
from graphtui.cli.examples import example_files, find_example, list_first_examples
from graphtui.cli.help import command_help, help_text, short_help
from graphtui.cli.printing import complain, discard, finish, open_closed_streams, say
from graphtui.errors import REPORT_A_BUG, GraphtuiError, UsageError, nearest

LIMIT, BUG, INTERRUPTED = 4, 70, 130


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of the command line `argv`; an error is printed, without a traceback."""
    open_closed_streams()
    try:
        code = _perform(list(sys.argv[1:] if argv is None else argv))
        finish()
    except BrokenPipeError:  # the reader of our output has gone, which is its right (`| head`)
        discard()
        return 0
    except GraphtuiError as error:
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except MemoryError:
        complain("the memory is full. Allow less with --max-total, or make the graph smaller.")
        return LIMIT
    except Exception as error:
        if os.environ.get("GRAPHTUI_DEBUG"):
            raise
        complain(f"graphtui has a bug: {type(error).__name__}: {error}. {REPORT_A_BUG}")
        return BUG
    return code


def _perform(words: list[str]) -> int:
    if not words:
        return _welcome()
    at = first_word(words)
    name = words[at] if at is not None and words[at] in COMMANDS else "open"
    rest = words if name == "open" or at is None else words[:at] + words[at + 1 :]
    command = COMMANDS[name]
    settings = parse("graphtui" if name == "open" else name, rest, command.options)
    if settings.help:
        say(help_text() if name == "open" else command_help(command))
        return 0
    if settings.version:
        return _version()
    if name == "open" and settings.expression is None:
        _refuse_strange_word(settings.words)
    return command.call(settings)


def _refuse_strange_word(words: Sequence[str]) -> None:
    """Say what was meant by a first word that is neither a file nor a command."""
    if not words:
        raise UsageError("name a FILE. See `graphtui --help`.")
    word = words[0]
    if os.path.lexists(word) or any(mark in word for mark in "./\\:") or word == "-":
        return
    if word in example_files():
        raise UsageError(f"'{word}' is not a file here. The example: graphtui examples {word}")
    hint = nearest(word, COMMANDS) or " See `graphtui --help`."
    raise UsageError(f"'{word}' is neither a command nor a file.{hint}")


def _welcome() -> int:
    """The short help and the examples; in a terminal, one of them opens by its number."""
    from graphtui.ui.terminal import has_screen

    say(short_help())
    list_first_examples()
    if not (has_screen() and sys.stdin.isatty()):
        return 0
    sys.stdout.write("\nOpen which one? (Enter: 1, q: none) ")
    finish()
    answer = sys.stdin.readline()
    chosen = answer.strip().lower() or "1"
    if not answer or chosen in ("q", "quit"):
        return 0
    return open_file(str(find_example(chosen)))


def _version() -> int:
    """Print our version and those that matter to us; none of them is imported."""
    import platform
    from importlib import metadata

    from graphtui import __version__

    def installed(package: str) -> str:
        try:
            return f"{package} {metadata.version(package)}"
        except metadata.PackageNotFoundError:
            return f"{package} not installed"

    parts = [f"Python {platform.python_version()}", *map(installed, ("numpy", "textual", "rich"))]
    say(f"graphtui {__version__} ({', '.join(parts)})")
    return 0
