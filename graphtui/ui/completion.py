"""What a half-typed command may go on with, by the kinds of arguments in the command table."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from graphtui.debugger.commands import COMMANDS, Argument, find_command
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph

MOST = 50
"""Completions that are looked for; a graph may have 100,000 names."""


def completions(text: str, graph: Graph) -> list[str]:
    """Whole lines that `text` may become; names that start like its last word come first."""
    *before, word = text.split(" ")
    if not before:
        return [row.name for row in COMMANDS if row.name.startswith(word)]
    try:
        command = find_command(before[0])
    except CommandError:
        return []
    slot = sum(1 for each in before[1:] if each)
    if slot >= len(command.arguments):
        return []
    names = _names(command.arguments[slot], graph)
    stem = text[: len(text) - len(word)]
    return [stem + shlex.quote(name) for name in _matching(word.strip("'\""), names)]


def _names(argument: Argument, graph: Graph) -> Iterable[str]:
    match argument.kind:
        case "node":
            return graph.nodes
        case "group":
            return graph.groups
        case "command":
            return [row.name for row in COMMANDS]
    return argument.words


def _matching(word: str, names: Iterable[str]) -> list[str]:
    """Names that start with `word`, then names that hold it."""
    starts: list[str] = []
    holds: list[str] = []
    small = word.lower()
    for name in names:
        if name.startswith(word):
            starts.append(name)
        elif small in name.lower():
            holds.append(name)
        if len(starts) >= MOST:
            break
    return [*starts, *holds][:MOST]
