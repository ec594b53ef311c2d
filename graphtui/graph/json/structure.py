"""Where the items of each list and object of a JSON text begin and end, as arrays.

One pass over the text in NumPy's loops finds every bracket and comma; after that, any value is
found at once, in whatever large list it stands. The text is trusted to be JSON, as in `tokens`.
"""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt

from graphtui.graph.json.tokens import Spot, after_white
from graphtui.graph.places import characters

Ints = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int16]
Flags = npt.NDArray[np.bool_]

_CHUNK = 2**20
_NEAR = 64


class Structure:
    """The brackets and commas of a text that stand in no string."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at, self._level, self._closes = _marks(text)

    def members(self, start: int) -> Members:
        """What the list or the object at `start` holds; a value that is neither holds nothing."""
        if self._text[start] not in "{[":
            return Members(self._text, np.array([start]))
        first = int(np.searchsorted(self._at, start))
        level = self._level[first]
        stop, near = first + 1, _NEAR
        while True:  # most are small, and the largest is as large as the text
            part = slice(stop, stop + near)
            ends = np.flatnonzero(self._closes[part] & (self._level[part] == level))
            if len(ends):
                break
            stop, near = stop + near, near * 8
        inside = slice(first + 1, stop + int(ends[0]))
        commas = self._at[inside][self._level[inside] == level]
        return Members(self._text, np.concatenate(([start], commas, [self._at[inside.stop]])))


class Members:
    """The items of a list, or the pairs of an object."""

    def __init__(self, text: str, bounds: Ints) -> None:
        self._text, self._bounds = text, bounds
        self._keys: dict[str, Spot] | None = None

    def spot(self, step: str | int) -> Spot | None:
        """Where the value with that position or key stands; None where there is none."""
        if isinstance(step, int):
            is_item = 0 <= step < len(self._bounds) - 1 and self._text[self._bounds[0]] == "["
            return self._item(step) if is_item else None
        if self._keys is None:
            self._keys = dict(self._pairs())
        return self._keys.get(step)

    def _item(self, number: int) -> Spot | None:
        start, stop = int(self._bounds[number]) + 1, int(self._bounds[number + 1])
        begin = after_white(self._text, start)
        return Spot(begin, _before_white(self._text, stop)) if begin < stop else None

    def _pairs(self) -> list[tuple[str, Spot]]:
        text, scan = self._text, json.JSONDecoder().raw_decode
        pairs: list[tuple[str, Spot]] = []
        if text[self._bounds[0]] == "{":
            for number in range(len(self._bounds) - 1):
                item = self._item(number)
                if item is None:
                    break
                key, end = scan(text, item.start)
                value = after_white(text, after_white(text, end) + 1)
                pairs.append((key, Spot(value, item.end, item.start, end)))
        return pairs


def _before_white(text: str, stop: int) -> int:
    """One past the last character before `stop` that is no white space."""
    while text[stop - 1] in " \t\n\r":
        stop -= 1
    return stop


def _marks(text: str) -> tuple[Ints, Levels, Flags]:
    """For each bracket and comma its offset, how many brackets are around it, if it closes one.

    The brackets of a value themselves count as one of those around it.
    """
    if "\\" in text:  # what an escape stands for is no mark; offsets stay
        text = text.replace("\\\\", "__").replace('\\"', "__")
    places, levels, closers = [], [], []
    depth = quoted = 0
    for start in range(0, len(text), _CHUNK):
        piece = characters(text[start : start + _CHUNK])
        # Bit 5 is all that tells [ from { and ] from }.
        bracket = piece | 32
        found = (bracket == ord("{")) | (bracket == ord("}")) | (piece == ord(","))
        where = np.flatnonzero(found | (piece == ord('"')))
        marks = piece[where]
        inside = (np.cumsum(marks == ord('"')) + quoted) & 1
        quoted = int(inside[-1]) if len(inside) else quoted
        kept = (inside == 0) & (marks != ord('"'))
        marks = marks[kept] | 32
        closes = marks == ord("}")
        after = depth + np.cumsum((marks == ord("{")).astype(np.int64) - closes)
        depth = int(after[-1]) if len(after) else depth
        places.append(where[kept] + start)
        levels.append((after + closes).astype(np.int16))
        closers.append(closes)
    return np.concatenate(places), np.concatenate(levels), np.concatenate(closers)
