"""Where every value of a JSON text stands, found by one walk over its tokens, without recursion.

The values themselves come from Python's own parser; this walk is taken only when there is something
to point at. It trusts the text to be JSON; why a text is not JSON is for `mistakes`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from graphtui.graph.wording import brief

Path = tuple[str | int, ...]
"""The keys and list positions that lead from the document to a value."""

# No part of the pattern can match in two ways, so that no text makes it try again and again. An
# unclosed string runs to the end of the text.
TOKEN = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[{}\[\]:,]|[^ \t\n\r{}\[\]:,"]++', re.DOTALL
)
"""A string, a bracket, a colon or comma, or a word: whatever else stands between white space."""

_WHITE = re.compile(r"[ \t\n\r]*")
_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_LONGEST_PATH = 160


class Spot(NamedTuple):
    """Where one value stands in the text, as offsets."""

    start: int
    end: int
    key_start: int = -1
    """-1 for a list item and for the document itself."""
    key_end: int = -1
    earlier: int = -1
    """Where the same key was first written in the same object, or -1."""


def spots(text: str) -> Iterator[tuple[list[str | int], Spot]]:
    """Each value's path and spot, a container after what it holds.

    The path is one list that changes as the walk goes on: copy what is kept.

    >>> [(tuple(path), spot.start) for path, spot in spots('{"a": [1, 2]}')]
    [(('a', 0), 7), (('a', 1), 10), (('a',), 6), ((), 0)]
    """
    path: list[str | int] = []
    opened: list[tuple[int, tuple[int, int, int]]] = []
    keys: list[dict[str, int] | None] = []  # of each open object; None for a list
    key = (-1, -1, -1)
    awaits_key = False
    for token in TOKEN.finditer(text):
        start, end = token.span()
        match text[start]:
            case "{" | "[" as bracket:
                opened.append((start, key))
                awaits_key = bracket == "{"
                keys.append({} if awaits_key else None)
                path.append("" if awaits_key else 0)
                key = (-1, -1, -1)
            case "}" | "]":
                path.pop()
                keys.pop()
                start, key = opened.pop()
                awaits_key = False
                yield path, Spot(start, end, *key)
            case ",":
                known = keys[-1]
                awaits_key = known is not None
                key = (-1, -1, -1)
                if isinstance(path[-1], int):
                    path[-1] += 1
            case '"' if awaits_key:
                path[-1] = name = string_value(token.group())
                known = keys[-1]
                assert known is not None, "a key stands in an object"
                earlier = known.setdefault(name, start)
                key = (start, end, earlier if earlier != start else -1)
                awaits_key = False
            case ":":
                pass
            case _:
                yield path, Spot(start, end, *key)


def after_white(text: str, at: int) -> int:
    """The offset of the first character from `at` on that is no white space."""
    found = _WHITE.match(text, at)
    assert found is not None, "it matches everywhere"
    return found.end()


def string_value(token: str) -> str:
    """The text that a JSON string stands for, its quotation marks and escapes resolved."""
    if "\\" not in token:
        return token[1:-1]
    value = json.loads(token)
    assert isinstance(value, str), "a string token"
    return value


def json_path(path: Path) -> str:
    """`path` as it is written in messages, cut in the middle where it is very long.

    >>> json_path(("nodes", 3, "inputs", 1)), json_path(("a b",))
    ('$.nodes[3].inputs[1]', '$["a b"]')
    """
    written = "$" + "".join(_path_step(step) for step in path)
    if len(written) <= _LONGEST_PATH:
        return written
    half = _LONGEST_PATH // 2
    return f"{written[:half]}…{written[-half:]}"


def _path_step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    step = brief(step, 40)
    return f".{step}" if _PLAIN_KEY.fullmatch(step) else f"[{json.dumps(step)}]"
