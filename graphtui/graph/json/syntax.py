"""The grammar of JSON as a loop with a stack of open brackets: the first token that breaks it.

It is walked only after Python's parser has refused a text, and agrees with it on what is refused.
What the writer probably meant is for `mistakes`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from graphtui.graph.json.tokens import TOKEN
from graphtui.graph.places import Span

_CHARACTERS = r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+'
SOUND_START = re.compile(_CHARACTERS)
"""A string up to the first thing in it that is not allowed."""
SOUND_STRING = re.compile(_CHARACTERS + '"')
"""A whole string in which everything is allowed."""
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_WORDS = frozenset({"true", "false", "null", "NaN", "Infinity", "-Infinity"})
"""NaN and the infinities are words to Python's parser; `strict` refuses them."""


class Awaited(Enum):
    """What may come next, in words."""

    VALUE = "a value"
    FIRST_ITEM = "a value or ']'"
    KEY = "a key in double quotes"
    FIRST_KEY = "a key in double quotes or '}'"
    COLON = "':'"
    COMMA = "','"
    END = "the end of the text"


class Unexpected(NamedTuple):
    """A token that should not be there, and what the walk knew when it came."""

    text: str
    start: int
    end: int
    awaited: Awaited
    opened: Sequence[int]
    """Where each open bracket stands."""
    last: Span
    """The token before."""

    @property
    def word(self) -> str:
        """The token; nothing where the text has ended."""
        return self.text[self.start : self.end]


def unexpected(text: str) -> Unexpected | None:
    """The first token that JSON does not allow, or None where `text` is JSON.

    NaN and the infinities are allowed here, as Python's parser allows them.
    """
    opened: list[int] = []
    awaited, last = Awaited.VALUE, (0, 0)
    for token in TOKEN.finditer(text):
        following = _FOLLOWING[awaited](token, opened)
        if following is None:
            return Unexpected(text, *token.span(), awaited, opened, last)
        awaited, last = following, token.span()
    if awaited is Awaited.END:
        return None
    return Unexpected(text, len(text), len(text), awaited, opened, last)


# What may follow after a token, one function for each thing that can be awaited; None where the
# token itself is not allowed. `opened` is kept up to date.


def _after_value(token: re.Match[str], opened: list[int]) -> Awaited | None:
    word = token[0]
    if word == "{":
        opened.append(token.start())
        return Awaited.FIRST_KEY
    if word == "[":
        opened.append(token.start())
        return Awaited.FIRST_ITEM
    if SOUND_STRING.fullmatch(word) or _NUMBER.fullmatch(word) or word in _WORDS:
        return Awaited.COMMA if opened else Awaited.END
    return None


def _after_first_item(token: re.Match[str], opened: list[int]) -> Awaited | None:
    return _after_closer(token, opened) if token[0] == "]" else _after_value(token, opened)


def _after_key(token: re.Match[str], _opened: list[int]) -> Awaited | None:
    return Awaited.COLON if SOUND_STRING.fullmatch(token[0]) else None


def _after_first_key(token: re.Match[str], opened: list[int]) -> Awaited | None:
    return _after_closer(token, opened) if token[0] == "}" else _after_key(token, opened)


def _after_colon(token: re.Match[str], _opened: list[int]) -> Awaited | None:
    return Awaited.VALUE if token[0] == ":" else None


def _after_comma(token: re.Match[str], opened: list[int]) -> Awaited | None:
    if token[0] == ",":
        return Awaited.KEY if token.string[opened[-1]] == "{" else Awaited.VALUE
    return _after_closer(token, opened)


def _after_closer(token: re.Match[str], opened: list[int]) -> Awaited | None:
    if token.string[opened[-1]] + token[0] not in ("[]", "{}"):
        return None
    opened.pop()
    return Awaited.COMMA if opened else Awaited.END


def _after_end(_token: re.Match[str], _opened: list[int]) -> Awaited | None:
    return None


_FOLLOWING = {
    Awaited.VALUE: _after_value,
    Awaited.FIRST_ITEM: _after_first_item,
    Awaited.KEY: _after_key,
    Awaited.FIRST_KEY: _after_first_key,
    Awaited.COLON: _after_colon,
    Awaited.COMMA: _after_comma,
    Awaited.END: _after_end,
}
