"""A line of text whose pieces know what they mean, not how they look.

Every view returns such lines. The role of a piece ("value", "gradient", "fault", …) becomes a
colour in one place of the screen and disappears in plain text. Cleaning foreign text is for
`safe_text`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A piece of a line."""

    text: str
    """What is shown; already safe, one terminal row."""
    role: str = ""
    """What it means; "" is ordinary text."""


Line = tuple[Span, ...]


def line(*pieces: str | Span | tuple[str, str]) -> Line:
    """The line made of `pieces`: plain strings, or (text, role) pairs.

    >>> line("value ", ("0.37", "value"))
    (Span(text='value ', role=''), Span(text='0.37', role='value'))
    """
    return tuple(Span(piece) if isinstance(piece, str) else Span(*piece) for piece in pieces)


def plain(lines: Iterable[Line]) -> str:
    r"""The text of `lines` without roles, one row each.

    >>> plain([line("a ", ("b", "value")), line("c")])
    'a b\nc'
    """
    return "\n".join("".join(span.text for span in row).rstrip() for row in lines)
