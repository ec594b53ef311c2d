"""Words of the command line to settings, and settings to a graph.

A Python description starts to run in its worker as soon as the arguments are known.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from graphtui.errors import UsageError

if TYPE_CHECKING:
    from graphtui.graph.graph import Graph


def parse(command: str, words: list[str]) -> argparse.Namespace:
    """The settings of one command.

    Raises:
        UsageError: an option is unknown, or its value is not of its kind.
    """
    own, passed = _split(words)
    parser = _Parser(prog=f"graphtui {command}", add_help=False, allow_abbrev=False)
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("targets", nargs="*")
    parser.add_argument("-e", "--expression")
    parser.add_argument("-o", "--output")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed")
    parser.add_argument("--step", type=int)
    parser.add_argument("--timeout", type=float, default=10.0)
    parser.add_argument("--max-array", type=int)
    parser.add_argument("--max-total", type=int)
    parser.add_argument("--max-file", type=int)
    parsed = parser.parse_intermixed_args(own)
    parsed.args = passed
    return parsed


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Our own words, and those after `--`, which belong to the description."""
    at = words.index("--") if "--" in words else len(words)
    return words[:at], words[at + 1 :]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise UsageError(f"{self.prog}: {message}. See `graphtui --help`.")


def load_graph(parsed: argparse.Namespace) -> Graph:
    """The graph that the arguments name."""
    return begin_loading(parsed)()


def begin_loading(parsed: argparse.Namespace) -> Callable[[], Graph]:
    """A function that waits for the graph; a Python description starts to run at once."""
    from graphtui.graph import load

    limits = _limits(parsed)
    if parsed.expression is not None:
        bindings = _bindings(parsed.targets)
        return lambda: load.load_expression(parsed.expression, bindings, limits=limits)
    target = only_target(parsed)
    return load.begin(
        target, limits=limits, timeout=parsed.timeout, args=parsed.args, most_bytes=parsed.max_file
    )


def _limits(parsed: argparse.Namespace) -> Any:
    from graphtui.graph.graph import Limits

    given = {"array_bytes": parsed.max_array, "total_bytes": parsed.max_total}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def _bindings(words: Iterable[str]) -> dict[str, str]:
    bindings: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(f"after -e, values are given as name=value, got '{word}'.")
        if name in bindings:
            raise UsageError(f"'{name}' is given twice.")
        bindings[name] = value
    return bindings


def only_target(parsed: argparse.Namespace) -> str:
    """The one FILE of a command that takes just one."""
    if len(parsed.targets) != 1:
        found = f"got {len(parsed.targets)}" if parsed.targets else "got none"
        raise UsageError(f"name one FILE, {found}. See `graphtui --help`.")
    target: str = parsed.targets[0]
    return target


def read_seed(parsed: argparse.Namespace) -> Any:
    """The seed as nested lists; its shape is checked against the output by the run."""
    if parsed.seed is None:
        return None
    from graphtui.graph.json_text import parse_json

    return parse_json(parsed.seed, "--seed").value
