"""Where a part of a text stands: from offsets to lines and columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import overload

import numpy as np
import numpy.typing as npt

from graphtui.errors import Place

Span = tuple[int, int]
"""Offsets in a text: the first character, and one past the last."""

_PIECE = 2**20

_LETTER = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL)
"""One character as JSON writes it; one beyond U+FFFF may be two escapes."""


class Lines(Sequence[str]):
    r"""The lines of a text, each cut out when it is asked for: a file may have a million.

    >>> list(Lines("a\nb\n"))
    ['a', 'b', '']
    """

    def __init__(self, text: str) -> None:
        self._text = text
        breaks = [
            np.flatnonzero(characters(text[start : start + _PIECE]) == ord("\n")) + start
            for start in range(0, len(text), _PIECE)
        ]
        self._ends = np.concatenate(([-1], *breaks, [len(text)]))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...

    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        at = range(len(self))[at]
        return self._text[int(self._ends[at]) + 1 : int(self._ends[at + 1])]

    def place(self, start: int, end: int, file: str) -> Place:
        """The place of the characters from `start` to `end`, with the line they begin on."""
        first, last = np.searchsorted(self._ends, (start, max(end, start))).tolist()
        begins, last_begins = self._ends[[first - 1, last - 1]].tolist()
        return Place(
            file,
            line=first,
            column=start - begins,
            end_line=last,
            end_column=end - last_begins,
            text=self[first - 1].rstrip("\r"),
        )


def characters(text: str) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint32]:
    """The code points of a text."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def places_of(spans: Iterable[Span], text: str, file: str) -> dict[Span, Place]:
    """The place of each `text[start:end]`, with the line it begins on; one pass over `text`."""
    lines = Lines(text)
    return {span: lines.place(*span, file) for span in spans}


def place_of(start: int, end: int, text: str, file: str) -> Place:
    r"""The place of `text[start:end]`.

    >>> str(place_of(4, 5, "{\n  }", "net.json"))
    'net.json:2:3'
    """
    return places_of([(start, end)], text, file)[start, end]


def place_in(place: Place, start: int, end: int) -> Place:
    r"""The place of the characters `start:end` of the JSON string at `place`.

    >>> text = '"a \\u00e9 b"'
    >>> place = place_in(Place("net.json", 1, 1, 1, len(text) + 1, text), 2, 3)
    >>> place.column, place.end_column
    (4, 10)
    """
    written = place.text[place.column - 1 : place.end_column - 1]
    if "\\" not in written:
        first, last = start + 1, end + 1
    else:
        first, last = _written_width(written, start), _written_width(written, end)
    begin = place.column
    return place._replace(column=begin + first, end_column=begin + max(last, first + 1))


def _written_width(written: str, count: int) -> int:
    """How many characters the first `count` ones of a JSON string take, its first `"` included."""
    return 1 + sum(len(found[0]) for found in islice(_LETTER.finditer(written, 1), count))
