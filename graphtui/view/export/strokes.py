"""The characters that lines are drawn with, as strokes: so that they join whatever the font is.

Which sides a line goes to is read off the character's Unicode name. Where the strokes are drawn is
for `svg`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from unicodedata import name

NONE, LIGHT, HEAVY, DOUBLE = range(4)
"""How a stroke is drawn."""

_FIRST, _LAST = "\u2500", "\u257f"
_WEIGHTS = {"LIGHT": LIGHT, "SINGLE": LIGHT, "HEAVY": HEAVY, "DOUBLE": DOUBLE}
_DASHES = {"DOUBLE DASH": 2, "TRIPLE DASH": 3, "QUADRUPLE DASH": 4}
_SIDES = {
    "UP": (0,), "RIGHT": (1,), "DOWN": (2,), "LEFT": (3,),
    "HORIZONTAL": (1, 3), "VERTICAL": (0, 2),
}  # fmt: skip


class Strokes(NamedTuple):
    """The strokes from the middle of a cell to its sides."""

    up: int
    right: int
    down: int
    left: int
    dashes: int = 0
    """Into how many dashes a cell cuts the line; 0 is a whole one."""
    rounded: bool = False
    """Whether the two strokes make an arc."""


@lru_cache(128)
def strokes(char: str) -> Strokes | None:
    """The strokes of a character; None where it is not made of such.

    >>> strokes("┡")
    Strokes(up=2, right=2, down=1, left=0, dashes=0, rounded=False)
    >>> strokes("╌").dashes, strokes("╭").rounded, strokes("x")
    (2, True, None)
    """
    if not _FIRST <= char <= _LAST:
        return None
    words = name(char).removeprefix("BOX DRAWINGS ")
    dashes = 0
    for said, count in _DASHES.items():
        if said in words:
            words, dashes = words.replace(said, ""), count
    if "DIAGONAL" in words:
        return None
    weight, sides = NONE, [NONE] * 4
    for part in words.split(" AND "):
        each = part.split()
        weight = next((_WEIGHTS[word] for word in each if word in _WEIGHTS), weight)
        for word in each:
            for side in _SIDES.get(word, ()):
                sides[side] = weight
    up, right, down, left = sides
    return Strokes(up, right, down, left, dashes, "ARC" in words)
