"""A text as words, of which those with blanks stand in quotation marks of either kind."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(r"""(?:'[^']*'|"[^"]*"|[^\s'"])+|['"]""")
_PIECE = re.compile(r"""'([^']*)'|"([^"]*)"|([^'"]+)""")


class Word(NamedTuple):
    """One word."""

    raw: str
    """With its quotation marks; one mark alone if it has no partner."""
    start: int
    end: int

    @property
    def text(self) -> str:
        """Without them."""
        return unquoted(self.raw)


def words(text: str) -> list[Word]:
    """The words of a text, in order.

    >>> [word.text for word in words("node:'my layer' if x")]
    ['node:my layer', 'if', 'x']
    """
    return [Word(found[0], *found.span()) for found in _WORD.finditer(text)]


def unquoted(word: str) -> str:
    """A word, or a part of one, without its quotation marks."""
    return "".join(a or b or c for a, b, c in _PIECE.findall(word))
