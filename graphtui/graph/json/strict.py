"""What well-formed JSON may hold and graphtui refuses, because reading it would change it.

A key written twice would lose a value, a large number would be rounded, NaN is no JSON, half a
character cannot be shown, and brackets nested a million deep end a program. Every such place is
found, in one walk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isinf
from typing import NamedTuple

import numpy as np

from graphtui.errors import DescriptionError, Problem
from graphtui.graph.json.tokens import Spot, json_path, spots, string_value
from graphtui.graph.places import Span, place_of, places_of
from graphtui.graph.wording import brief

MOST_DEPTH = 200
"""How deep brackets may nest; no array has so many axes."""
MOST_DIGITS = 400
"""How long a number may be."""

_EXACT = 2**53  # up to here every whole number is a float64
_MOST_COUNTED = 20_000
_CHUNK = 2**20
_SPELLED = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}
_WHOLE = re.compile(r"-?[0-9]+")


class _Fault(NamedTuple):
    """Something to refuse, and the span of the text that it is about."""

    span: Span
    path: str
    code: str
    message: str
    earlier: Span | None = None


def review(text: str, file: str) -> list[Problem]:
    """Every problem in a well-formed text, in its order; counting ends at 20,000."""
    found: list[_Fault] = []
    for path, spot in spots(text):
        found += _faults(text, path, spot)
        if len(found) >= _MOST_COUNTED:
            break
    spans = [fault.span for fault in found] + [fault.earlier for fault in found if fault.earlier]
    places = places_of(spans, text, file)
    problems = []
    for fault in sorted(found, key=lambda fault: fault.span):
        message = fault.message
        if fault.earlier:
            first = places[fault.earlier]
            message = message.format(f"line {first.line:,}, column {first.column:,}")
        problems.append(Problem(message, places[fault.span], fault.path, fault.code))
    return problems


def _faults(text: str, path: list[str | int], spot: Spot) -> Iterator[_Fault]:
    value = text[spot.start : spot.end] if text[spot.start] not in "{[" else ""
    is_text = value.startswith('"')
    message = _half_characters(value) if is_text else number_fault(value)
    if message:
        code = "text" if is_text else "number"
        yield _Fault((spot.start, spot.end), json_path(tuple(path)), code, message)
    if spot.key_start < 0:
        return
    key = spot.key_start, spot.key_end
    if message := _half_characters(text[slice(*key)]):
        yield _Fault(key, json_path(tuple(path)), "text", message)
    if spot.earlier >= 0:
        message = "this key is written twice in one object; first at {}. Keep one of the two."
        earlier = spot.earlier, spot.earlier + 1
        yield _Fault(key, json_path(tuple(path)), "duplicate", message, earlier)


def may_hold_half_characters(text: str) -> bool:
    """Whether `text` writes a surrogate as an escape; quick to see, and rare."""
    return "\\ud" in text or "\\uD" in text


def _half_characters(token: str) -> str:
    if not may_hold_half_characters(token):
        return ""
    half = re.search("[\ud800-\udfff]", string_value(token))
    if not half:
        return ""
    return (
        f"\\u{ord(half.group()):04x} is half of a surrogate pair, and the other half is missing. "
        "Write both, or neither."
    )


def number_fault(word: str) -> str:
    """Why `word`, a value that is no text and no container, cannot be kept; or nothing.

    >>> number_fault("-0"), number_fault("9007199254740992")
    ('', '')
    """
    if word in ("true", "false", "null", ""):
        return ""
    if word in _SPELLED:
        return (
            f"{word} is not a JSON number. "
            f'Write "{_SPELLED[word]}" in quotation marks if it is meant, else a finite number.'
        )
    if len(word) > MOST_DIGITS:
        return (
            f"this number has {len(word):,} characters, and at most {MOST_DIGITS} are read. "
            "Round it; 17 digits say all that a 64-bit float holds."
        )
    value = float(word)
    if isinf(value):
        return (
            f"{brief(word, 40)} is too large for a 64-bit float, which ends at 1.8e308. "
            "Write a smaller number."
        )
    if _WHOLE.fullmatch(word) and abs(int(word)) > _EXACT and int(value) != int(word):
        return (
            f"{brief(word, 40)} would be rounded, for a 64-bit float holds every whole number only "
            f"up to {_EXACT}. Write {value!r} if that is meant."
        )
    return ""


def depth_of(text: str, file: str) -> int:
    """How deep the brackets of `text` nest, up to its first mistake."""
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        place = place_of(error.start, error.start + 1, text, file)
        message = f"U+{ord(text[error.start]):04X} is half of a character. Leave it out."
        raise DescriptionError([Problem(message, place, code="text")]) from None
    if b"\\" in data:
        data = data.replace(rb"\\", b"").replace(rb"\"", b"")
    deepest = depth = quoted = 0
    for start in range(0, len(data), _CHUNK):
        piece = np.frombuffer(data, np.uint8, min(_CHUNK, len(data) - start), start)
        # Bit 5 is all that tells [ from { and ] from }.
        bracket = piece | 32
        marks = piece[(bracket == ord("{")) | (bracket == ord("}")) | (piece == ord('"'))]
        if not len(marks):
            continue
        inside = (np.cumsum(marks == ord('"')) + quoted) & 1
        opens, closes = (marks | 32) == ord("{"), (marks | 32) == ord("}")
        levels = depth + np.cumsum((opens.astype(np.int8) - closes.astype(np.int8)) * (1 - inside))
        deepest = max(deepest, int(levels.max()))
        depth, quoted = int(levels[-1]), int(inside[-1])
    return deepest
