"""JSON, read strictly: the values are exactly what was written, and each knows its place.

Python's parser does the work. What it passes and graphtui does not is in `strict`; why a text
is not JSON at all in `mistakes`. What the document means is for `json_file`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from math import inf, isinf
from typing import Any, NoReturn

from graphtui.errors import DescriptionError, LimitError, Place, Problem
from graphtui.graph.collector import no_collector
from graphtui.graph.json.mistakes import first_mistake
from graphtui.graph.json.strict import (
    MOST_DEPTH,
    MOST_DIGITS,
    depth_of,
    may_hold_half_characters,
    number_fault,
    review,
)
from graphtui.graph.json.structure import Members, Structure
from graphtui.graph.json.tokens import TOKEN, Path, Spot, after_white
from graphtui.graph.places import Lines, Span, place_of

_USUAL_DEPTH = 20
_KEPT_DEPTH = 2


@dataclass(frozen=True)
class JsonText:
    """A JSON document and the text that it was read from."""

    value: Any
    """Dicts, lists, strings, ints, floats, booleans and None, as the json module makes them."""
    text: str = field(repr=False)
    file: str

    def place(self, path: Path, key: bool = False) -> Place:
        r"""Where the value at `path` was written, or its key; the nearest ancestor if it was not.

        >>> str(parse_json('{"op":\n "add"}', "net.json").place(("op",)))
        'net.json:2:2'
        """
        return self.places([(path, key)])[0]

    def places(self, wanted: Iterable[tuple[Path, bool]]) -> list[Place]:
        """`place` for many paths."""
        return [self._lines.place(*self._span(path, key), self.file) for path, key in wanted]

    def _span(self, path: Path, key: bool) -> Span:
        """The span of the value at `path`, or of its key."""
        spot = self._whole
        for depth, step in enumerate(path):
            within = self._members(spot.start, depth).spot(step)
            if within is None:
                return spot.start, spot.end
            spot = within
        return (spot.key_start, spot.key_end) if key and spot.key_start >= 0 else spot[:2]

    def _members(self, start: int, depth: int) -> Members:
        if start in self._opened:
            return self._opened[start]
        found = self._structure.members(start)
        if depth < _KEPT_DEPTH:
            self._opened[start] = found
        return found

    @cached_property
    def _whole(self) -> Spot:
        return Spot(after_white(self.text, 0), len(self.text.rstrip()))

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    @cached_property
    def _structure(self) -> Structure:
        return Structure(self.text)

    @cached_property
    def _opened(self) -> dict[int, Members]:
        """The outermost lists and objects that were opened; they may be large."""
        return {}


def parse_json(text: str, file: str) -> JsonText:
    """The document that `text` holds.

    Args:
        text: what was read, without a byte order mark.
        file: the name for messages.

    Raises:
        DescriptionError: the text is not JSON, or not a document that can be kept exactly as it
            was written; every reason with its place.
        LimitError: the document does not fit in memory.
    """
    depth = depth_of(text, file)
    if depth > MOST_DEPTH:
        _refuse_depth(text, file, depth)
    watch = _Watch()
    try:
        with no_collector(), _room_to_recurse(depth):
            value = watch.decoder().decode(text)
    except json.JSONDecodeError:
        _refuse_syntax(text, file)
    except MemoryError:
        problem = Problem(
            "the document does not fit in memory. Split it.", Place(file), code="limit"
        )
        raise LimitError(problem.headline(), [problem]) from None
    if watch.suspicious or may_hold_half_characters(text):
        problems = review(text, file)
        if problems:
            raise DescriptionError(problems)
    return JsonText(value, text, file)


class _Watch:
    """Looks over the parser's shoulder: did anything pass that Python's reading would change?"""

    def __init__(self) -> None:
        self.suspicious = False

    def decoder(self) -> json.JSONDecoder:
        return json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_constant=self._constant,
            parse_int=self._integer,
            parse_float=self._real,
        )

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            self.suspicious = True
        return made

    def _constant(self, _word: str) -> None:
        self.suspicious = True

    def _integer(self, digits: str) -> float:
        if len(digits) > 15 and number_fault(digits):
            self.suspicious = True
            return 0
        # There is no whole -0, but there is a float -0.0.
        return int(digits) if digits != "-0" else -0.0

    def _real(self, digits: str) -> float:
        value = float(digits) if len(digits) <= MOST_DIGITS else inf
        if isinf(value):
            self.suspicious = True
        return value


def _refuse_depth(text: str, file: str, depth: int) -> NoReturn:
    level = 0
    for token in TOKEN.finditer(text):
        level += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token.group()[0], 0)
        if level > MOST_DEPTH:
            break
    message = (
        f"brackets are nested {depth:,} deep, and at most {MOST_DEPTH} are read. "
        "Take some away; no array has so many axes."
    )
    place = place_of(*token.span(), text, file)
    raise DescriptionError([Problem(message, place, code="depth")])


def _refuse_syntax(text: str, file: str) -> NoReturn:
    mistake = first_mistake(text)
    assert mistake is not None, "Python's parser and `syntax` agree on what is JSON"
    place = place_of(mistake.start, mistake.end, text, file)
    raise DescriptionError([Problem(mistake.message, place, code="syntax")]) from None


@contextmanager
def _room_to_recurse(depth: int) -> Iterator[None]:
    """CPython 3.11 counts each bracket that its C parser goes into as a call of a function."""
    limit = sys.getrecursionlimit()
    if depth <= _USUAL_DEPTH:
        yield
        return
    sys.setrecursionlimit(limit + 2 * depth)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
