"""The command line: arguments to graph to session, and exit codes that programs can rely on.

stdout is data, stderr is talk. Heavy imports happen inside the command that needs them: `--help`
and `--version` load no NumPy, and nothing but the screen loads Textual.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from graphtui.cli.arguments import parse
from graphtui.cli.commands import COMMANDS, version, welcome
from graphtui.cli.printing import complain, say
from graphtui.errors import GraphtuiError

BUG, INTERRUPTED = 70, 130

HELP = """\
graphtui: gdb for gradients. Loads a computational graph, runs it forward and backward, and lets you
step through both passes, in both directions, with the local gradient of every gate.

  graphtui FILE[.py|.json][:NAME]     open the debugger
  graphtui -e EXPR name=value ...     the same for an expression: -e "(x + y) * z" x=-2 y=5 z=-4
  graphtui -                          read a JSON description from standard input
  graphtui                            this help, and the shipped examples to open with a number

Without the screen:
  graphtui run FILE [--json]          both passes; values and gradients
  graphtui trace FILE [--json]        every step of both passes
  graphtui check FILE... [--json]     every problem of a description, with its place
  graphtui gradcheck FILE [NODE]      gradients against finite differences
  graphtui draw FILE [-o out.txt]     the picture
  graphtui ops [NAME]                 the ops, their formulas and local gradients
  graphtui examples [NAME]            list the shipped examples, or open one
  graphtui schema                     JSON Schema of the JSON format

Options, after any of them:
  --seed NUMBERS     the gradient to start backward with, for an output that is not a scalar
  --timeout SECONDS  for a Python description (10)
  --max-array BYTES  for one array; --max-total BYTES for all; --max-file BYTES for the file
  -- ARGUMENTS       what follows goes to a Python description as sys.argv
  --help, --version

Opening a .py file runs it, in a process of its own. A .json file never runs anything.
Exit codes: 0 done, 1 description refused or check failed, 2 usage, 3 the description's own Python
failed, 4 limit or time-out, 70 a bug in graphtui, 128+n a signal.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of the command line `argv`; an error is printed, without a traceback."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except GraphtuiError as error:
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone, which is its right (`| head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("GRAPHTUI_DEBUG"):
            raise
        complain(
            f"graphtui has a bug: {type(error).__name__}: {error}. "
            "Please report it, with GRAPHTUI_DEBUG=1 set for the traceback."
        )
        return BUG
    return code


def _dispatch(arguments: list[str]) -> int:
    if arguments and arguments[0] in ("-h", "--help"):
        say(HELP)
        return 0
    if arguments and arguments[0] in ("-V", "--version"):
        return version()
    if not arguments:
        return welcome(HELP)
    name = arguments[0] if arguments[0] in COMMANDS else "open"
    rest = arguments[1:] if name == arguments[0] else arguments
    parsed = parse(name, rest)
    if parsed.help:
        say(HELP)
        return 0
    return COMMANDS[name](parsed)
