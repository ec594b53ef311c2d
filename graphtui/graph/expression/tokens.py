"""The words of the expression language: numbers, names, quoted ids and signs, with their places."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from graphtui.graph.expression.terms import Unreadable

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    | (?P<quoted>'[^']*'|"[^"]*")
    | (?P<sign>\*\*|[<>=!]=|[-+*/@<>=()\[\],])
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """One word; its kind is that of the pattern's group, "end" behind the last one."""

    kind: str
    text: str
    start: int
    end: int


def token_at(text: str, at: int, *, logic: bool = False) -> Token:
    """The first token from offset `at` on.

    >>> token_at("a + 2.5", 1)
    Token(kind='sign', text='+', start=2, end=3)

    Args:
        text: the expression.
        at: where the token before has ended.
        logic: whether `and`, `or` and `not` are signs, for the advice in a refusal.

    Raises:
        Unreadable: no token begins there.
    """
    found = _TOKEN.match(text, at)
    if found is None or found.lastgroup is None:
        _refuse_character(text, at, logic)
    kind = found.lastgroup
    return Token(kind, found[kind], found.start(kind), found.end())


def _refuse_character(text: str, at: int, logic: bool) -> NoReturn:
    start = len(text) - len(text[at:].lstrip())
    letter = text[start]
    hints = {"^": "'**'", "−": "'-'", "×": "'*'", "·": "'*'", "÷": "'/'", "&": "'*'"}
    if logic:
        hints |= {"&": "'and'", "|": "'or'", "!": "'not'", "~": "'not'"}
    advice = f" Write {hints[letter]}." if letter in hints else ""
    if letter in "'\"":
        raise Unreadable("this quotation mark is never closed.", start, start + 1)
    raise Unreadable(f"{letter!r} is not part of an expression.{advice}", start, start + 1)
