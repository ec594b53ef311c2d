"""What a half-typed command may go on with, by the kinds of arguments in the command table."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeVar

from graphtui.debugger.chapters.folding import EVERY
from graphtui.debugger.command_text import REST, Argument
from graphtui.debugger.commands import COMMANDS, find_command
from graphtui.debugger.expressions.functions import FUNCTIONS
from graphtui.debugger.expressions.parts import STEP_WORDS
from graphtui.debugger.expressions.reading import NODE_FUNCTIONS
from graphtui.debugger.finding import KEYS, STATES, Term
from graphtui.debugger.kept.keeping import PYTEST
from graphtui.debugger.profile_columns import COLUMNS, RATE
from graphtui.debugger.profile_columns import ORDERS as BY
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.breakpoints import OPTIONS, PLACES, Kind, Target
from graphtui.debugger.stops.catches import CATCHES
from graphtui.debugger.viewed import ORDERS
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph
from graphtui.ops.op import Leaf

Property = TypeVar("Property")

MOST = 50
"""Completions that are looked for; a graph may have 100,000 names."""

_GRADIENT_KINDS = (Kind.CONTRIBUTION, Kind.SIGN, Kind.RATIO)
_LAST_NAME = re.compile(r"'[^']*$|[^\W\d][\w.]*$|$")
_ONE_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def completions(text: str, snapshot: Snapshot) -> list[str]:
    """Whole lines that `text` may become; what starts like its last word comes first."""
    name, blank, rest = text.partition(" ")
    if not blank:
        return [row.name for row in COMMANDS if row.name.startswith(name)]
    try:
        arguments = find_command(name).arguments
    except CommandError:
        return []
    words = rest.split(" ")
    slot = min(sum(1 for each in words[:-1] if each), len(arguments))
    behind = [index for index, each in enumerate(arguments) if each.kind in REST]
    if behind and slot >= behind[0]:
        return _in_rest(arguments[behind[0]], text, words, behind[0], snapshot)
    if slot == len(arguments):
        return []
    word = words[-1]
    found = _matching(word, _words(arguments[slot], snapshot))
    return [text[: len(text) - len(word)] + shlex.quote(each) for each in found]


def _words(argument: Argument, snapshot: Snapshot) -> Iterable[str]:
    """The words that an argument of one word may be."""
    match argument.kind:
        case "node":
            return snapshot.graph.nodes
        case "edge":
            return chain.from_iterable(
                (name, *(f"{name}.{source}" for source in node.inputs))
                for name, node in snapshot.graph.nodes.items()
                if node.inputs
            )
        case "checked":
            return chain(snapshot.graph.nodes, ["all"])
        case "group":
            return [*snapshot.graph.group_tree.names[1:], EVERY]
        case "hops":
            return ["off"]
        case "command":
            return [row.name for row in COMMANDS]
        case "number":
            return map(str, snapshot.breakpoints)
        case "which":
            return [*map(str, snapshot.breakpoints), "all"]
        case "watch":
            return [*(str(row.number) for row in snapshot.watched), "all"]
        case "comparison":
            return ("edit", "off")
        case "export":
            return (PYTEST,)
    return argument.words


def _matching(word: str, names: Iterable[str]) -> list[str]:
    """Names that start with `word`, then names that hold it; quotation marks do not count."""
    starts: list[str] = []
    holds: list[str] = []
    word = word.strip("'\"")
    small = word.lower()
    for name in names:
        if name.removeprefix("'").startswith(word):
            starts.append(name)
        elif small in name.lower():
            holds.append(name)
        if len(starts) >= MOST:
            break
    return list(dict.fromkeys([*starts, *holds]))[:MOST]


# The rest of the line -------------------------------------------------------------------------


def _in_rest(
    argument: Argument, text: str, words: Sequence[str], before: int, snapshot: Snapshot
) -> list[str]:
    """Completions of an argument that is the rest of the line, behind `before` others."""
    said = [each for each in words[:-1] if each]
    place = [_known_text(said, before, snapshot)] if before and len(said) == before else []
    stem, options = text[: len(text) - len(words[-1])], said[before:]
    # What stands behind the last of these words is what it announces, whatever the argument is.
    last = next((each for each in reversed(options) if each in ("if", "at")), argument.kind)
    if argument.kind == "array" and options and options[-1] == "by":
        return [stem + each for each in _matching(words[-1], ORDERS)]
    kind = _KINDS.get(last, last)
    if kind == "expression":
        return [each for each in place if each] + _in_expression(text, snapshot.graph)
    if kind not in _REST_WORDS:
        return []
    behind = options[options.index("at") + 1 :] if "at" in options else options
    found = _REST_WORDS[kind](behind, words[-1], snapshot)
    return [stem + each for each in (*filter(None, place), *found)][:MOST]


def _known_text(said: Sequence[str], before: int, snapshot: Snapshot) -> str:
    """The text of the breakpoint whose number was typed, to be changed."""
    number = said[before - 1]
    known = snapshot.breakpoints.get(int(number)) if number.isdecimal() else None
    return "" if known is None else str(known)


def _in_place(said: Sequence[str], word: str, snapshot: Snapshot) -> list[str]:
    """What may stand in the words of a breakpoint, behind those that were said."""
    graph = snapshot.graph
    if said and said[-1] in _GRADIENT_KINDS:
        return [shlex.quote(name) for name in _matching(word, graph.nodes)]
    options = _matching(word, (*OPTIONS, "if"))
    if said:
        return options
    nodes = [str(Target(Kind.NODE, name)) for name in _matching(word, graph.nodes)]
    return [*nodes, *_matching(word, (*_several(graph), *_GRADIENT_KINDS)), *options]


def _several(graph: Graph) -> Iterator[str]:
    """The targets that are several nodes: ops and groups."""
    ops = {node.op.name for node in graph.nodes.values() if not isinstance(node.op, Leaf)}
    for kind, names in zip(PLACES[1:], (sorted(ops), graph.groups), strict=True):
        yield from (str(Target(kind, name)) for name in names)


def _in_catch(said: Sequence[str], word: str, snapshot: Snapshot) -> list[str]:
    if not said:
        return _matching(word, CATCHES)
    known = CATCHES.get(said[0])
    return [] if known is None else _matching(word, ("on", "off", *known.limits))


def _in_query(said: Sequence[str], word: str, snapshot: Snapshot) -> list[str]:
    """What may be looked for: a property, one of its values, or a name."""
    graph = snapshot.graph
    key, colon, part = word.partition(":")
    if colon:
        return [str(Term(key, each)) for each in _matching(part, _found_as(key, graph))]
    keys = [f"{key}:" for key in KEYS if key.startswith(word)]
    return [*keys, *(str(Term("", name)) for name in _matching(word, graph.nodes if word else ()))]


def _found_as(key: str, graph: Graph) -> Iterable[str]:
    """What a property can be in this graph, the most frequent first."""
    nodes = graph.nodes.values()
    match key:
        case "name":
            return graph.nodes
        case "group":
            return graph.groups
        case "op":
            return _frequent(node.op.name for node in nodes)
        case "dtype":
            return _frequent(node.dtype.name for node in nodes)
        case "shape":
            return ("x".join(map(str, s)) or "scalar" for s in _frequent(n.shape for n in nodes))
        case "is":
            return STATES
    return ()


def _frequent(found: Iterable[Property]) -> list[Property]:
    return [each for each, _ in Counter(found).most_common()]


def _in_nudge(said: Sequence[str], word: str, snapshot: Snapshot) -> list[str]:
    return [] if said else [shlex.quote(name) for name in _matching(word, snapshot.graph.nodes)]


_KINDS: Mapping[str, str] = {
    "if": "expression",
    "at": "place",
    "edit": "expression",
    "array": "expression",
    "saving": "expression",
}
"""What stands behind a word, or in an argument, where that is not what it is called."""


def _in_profile(said: Sequence[str], word: str, snapshot: Snapshot) -> list[str]:
    return [] if said and said[-1] == RATE else _matching(word, (*COLUMNS, *BY, RATE))


_REST_WORDS: Mapping[str, Callable[[Sequence[str], str, Snapshot], list[str]]] = {
    "query": _in_query,
    "place": _in_place,
    "catch": _in_catch,
    "nudge": _in_nudge,
    "profile": _in_profile,
}
"""The words that may come next, by what the rest of the line is."""


def _in_expression(text: str, graph: Graph) -> list[str]:
    """Completions of the name at the end of an expression."""
    found = _LAST_NAME.search(text)
    assert found is not None, "it may be empty"
    word = found[0]
    node, dot, _ = word.strip("'").rpartition(".")
    if dot and node in graph.nodes:
        names = [f"{node}.{attribute}" for attribute in (*graph.nodes[node].attrs, "shape")]
        return [text[: found.start()] + each for each in _matching(word, names)]
    if not word:
        return []
    quoted = word.startswith("'")
    functions = (f"{each}(" for each in (*NODE_FUNCTIONS, *FUNCTIONS))
    others = () if quoted else chain(functions, STEP_WORDS, ("step", "phase"))
    names = _matching(word, chain(graph.nodes, others))
    return [text[: found.start()] + _written(name, graph) for name in names]


def _written(name: str, graph: Graph) -> str:
    """A name as an expression has it."""
    return f"'{name}'" if name in graph.nodes and not _ONE_NAME.fullmatch(name) else name
