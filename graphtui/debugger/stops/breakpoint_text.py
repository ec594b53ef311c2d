"""The words of `break` and `log` as a breakpoint: a pure function, and the errors of those words.

    break [TARGET] [forward|backward] [hits N | after N] [once] [armed-by N] [if CONDITION]
    log EXPRESSION [at [TARGET] …] [if CONDITION]

    TARGET: NAME   node:NAME   op:OP   group:GROUP
            contribution NAME [N]   sign NAME   ratio NAME R

Names with blanks stand in quotes. What is behind `if` is one expression to the end of the line.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Any, NoReturn

from graphtui.debugger.expressions.expression import compile_expression
from graphtui.debugger.quoted_words import Word, words
from graphtui.debugger.stops.breakpoint_steps import check_names, condition_of
from graphtui.debugger.stops.breakpoints import OPTIONS, PLACES, Breakpoint, Kind, Target
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError, nearest
from graphtui.graph.graph import Graph
from graphtui.graph.wording import quoted

_OPTIONS_LAST = re.compile(r"\s(?:forward|backward|once|(?:hits|after|armed-by)\s+\d+)\s*$")


def parse_breakpoint(text: str, graph: Graph) -> Breakpoint:
    """The breakpoint that `break TEXT` asks for.

    Raises:
        CommandError: what was expected, and the nearest name.
    """
    breakpoint = _placed(_words(text), text, graph)
    if breakpoint.target is None and not breakpoint.condition:
        raise CommandError("break where? Name a node, op:OP or group:GROUP, or write if CONDITION.")
    return breakpoint


def parse_logpoint(text: str, graph: Graph) -> Breakpoint:
    """The breakpoint that `log TEXT` asks for: one that records an expression and goes on.

    Raises:
        CommandError: what was expected, and the nearest name.
    """
    words = _words(text)
    condition = _first(words, "if")
    place = next((i for i in range(condition - 1, 0, -1) if words[i].raw == "at"), condition)
    end = words[place].start if place < len(words) else len(text)
    expression = text[:end].strip()
    if not expression:
        raise CommandError("log what? Write an expression, as in: log norm(grad(x)) at op:matmul")
    compile_expression(expression, graph)
    if place < condition and place + 1 == condition:
        raise CommandError("log it where? Behind `at` stands a node, op:OP or group:GROUP.")
    found = _placed(words[place + (place < condition) :], text, graph)
    if found.once:
        raise CommandError("a log goes on, so `once` has no meaning for it. Write `hits 1`.")
    return found._replace(log=expression)


def _words(text: str) -> list[Word]:
    found = words(text)
    first = next((word for word in found if word.raw == "if"), None)
    for word in found:
        if word.raw in "'\"" and (first is None or word.start < first.start):
            raise CommandError(f"{quoted(text)}: a quotation mark has no partner.")
    return found


def _first(words: list[Word], raw: str) -> int:
    """The place of the first such word; the number of words if there is none."""
    return next((i for i, word in enumerate(words) if word.raw == raw), len(words))


def _placed(words: list[Word], text: str, graph: Graph) -> Breakpoint:
    """The breakpoint of a target, options and a condition."""
    split = _first(words, "if")
    condition = text[words[split].end :].strip() if split < len(words) else ""
    if split < len(words) and not condition:
        raise CommandError("if what? Behind `if` stands a condition, as in: if norm(grad(x)) > 10")
    rest = deque(words[:split])
    target = _target(rest) if rest and rest[0].raw not in OPTIONS else None
    options = _options(rest, target)
    breakpoint = Breakpoint(target=target, condition=condition, **options)
    check_names(breakpoint, graph)
    try:
        condition_of(breakpoint, graph)
    except CommandError as error:
        if _OPTIONS_LAST.search(condition):
            raise CommandError(f"{error}\nOptions stand before `if`.") from None
        raise
    return breakpoint


def _target(rest: deque[Word]) -> Target:
    word = rest.popleft()
    if word.raw in (Kind.CONTRIBUTION, Kind.SIGN, Kind.RATIO):
        return _watched(Kind(word.raw), rest)
    head, colon, name = word.text.partition(":")
    if colon and head in PLACES:
        if not name:
            raise CommandError(f"'{head}:' needs a name right behind it.")
        return Target(Kind(head), name)
    return Target(Kind.NODE, word.text)


def _watched(kind: Kind, rest: deque[Word]) -> Target:
    if not rest or rest[0].raw in OPTIONS:
        hint = f"For a node that is called so, write node:{kind}."
        raise CommandError(f"'{kind}' needs the name of a node. {hint}")
    name = rest.popleft().text
    if kind is Kind.SIGN:
        return Target(kind, name)
    if kind is Kind.CONTRIBUTION:
        given = bool(rest) and rest[0].raw not in OPTIONS
        return Target(kind, name, _count("the contribution", rest) if given else 0)
    return Target(kind, name, _ratio(rest))


def _ratio(rest: deque[Word]) -> float:
    word = rest.popleft().text if rest else "nothing"
    if not re.fullmatch(r"(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", word, re.ASCII | re.IGNORECASE):
        raise CommandError(f"the ratio is a number such as 0.01, got {quoted(word)}.")
    if not 0 < float(word) < float("inf"):
        raise CommandError(f"the ratio must be more than 0 and finite, got {quoted(word)}.")
    return float(word)


def _options(rest: deque[Word], target: Target | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while rest:
        word = rest.popleft().text
        if word not in OPTIONS:
            _refuse_word(word)
        name = {"forward": "phase", "backward": "phase", "armed-by": "armed_by"}.get(word, word)
        if name in found:
            raise CommandError(f"'{word}' is said twice, or against an earlier word.")
        if name == "phase":
            found[name] = Phase(word)
        else:
            found[name] = True if word == "once" else _count(word, rest)
    if "hits" in found and "after" in found:
        raise CommandError("say `hits N` or `after N`, not both.")
    if "phase" in found and target and target.kind not in PLACES:
        raise CommandError(f"'{target.kind}' is about gradients, so it needs no pass.")
    return found


def _refuse_word(word: str) -> NoReturn:
    known = (*OPTIONS, "if")
    hint = nearest(word, known) or " There are " + ", ".join(f"`{each}`" for each in known) + "."
    raise CommandError(f"{quoted(word)} is not expected here.{hint}")


def _count(what: str, rest: deque[Word]) -> int:
    word = rest.popleft().text if rest else "nothing"
    if not word.isascii() or not word.isdigit() or len(word) > 12 or int(word) < 1:
        raise CommandError(f"{what} needs a whole number from 1 up, got {quoted(word)}.")
    return int(word)
