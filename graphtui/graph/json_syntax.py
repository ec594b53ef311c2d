"""Why a text is not JSON: the first mistake, where it is, and what its writer probably meant.

The walk is the grammar of JSON as a loop with a stack of open brackets. It is taken only after
Python's parser has refused a text, and agrees with it on what is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from graphtui.graph.json_tokens import TOKEN, Ruler, shown

_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+"')
_STRING_START = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_WORDS = frozenset({"true", "false", "null", "NaN", "Infinity", "-Infinity"})
"""NaN and the infinities are words to Python's parser; `json_strict` refuses them."""


class Mistake(NamedTuple):
    """The first thing in a text that JSON does not allow."""

    start: int
    end: int
    message: str


class _Awaited(Enum):
    VALUE = "a value"
    FIRST_ITEM = "a value or ']'"
    KEY = "a key in double quotes"
    FIRST_KEY = "a key in double quotes or '}'"
    COLON = "':'"
    COMMA = "','"
    END = "the end of the text"


class _Found(NamedTuple):
    """A token that should not be there."""

    text: str
    start: int
    end: int
    awaited: _Awaited
    opened: Sequence[int]
    """Where each open bracket stands."""
    last: tuple[int, int]
    """The token before."""

    @property
    def word(self) -> str:
        return self.text[self.start : self.end]


def first_mistake(text: str) -> Mistake | None:
    """The first mistake in `text`, or None where it is JSON (NaN and infinities allowed).

    >>> first_mistake("[1, 2,]")
    Mistake(start=5, end=6, message='nothing follows this comma. Remove it.')
    """
    opened: list[int] = []
    awaited, last = _Awaited.VALUE, (0, 0)
    for token in TOKEN.finditer(text):
        found = _Found(text, *token.span(), awaited, opened, last)
        following = _next(found, opened)
        if following is None:
            return _explain(found)
        awaited, last = following, token.span()
    return None if awaited is _Awaited.END else _unfinished(text, awaited, opened, last)


def _next(found: _Found, opened: list[int]) -> _Awaited | None:
    """What may follow after `found`; None where it is not allowed itself."""
    first = found.text[found.start]
    match found.awaited:
        case _Awaited.VALUE | _Awaited.FIRST_ITEM if first in "{[":
            opened.append(found.start)
            return _Awaited.FIRST_KEY if first == "{" else _Awaited.FIRST_ITEM
        case _Awaited.VALUE | _Awaited.FIRST_ITEM if _is_scalar(found):
            return _Awaited.COMMA if opened else _Awaited.END
        case _Awaited.KEY | _Awaited.FIRST_KEY if _STRING.fullmatch(found.text, *found[1:3]):
            return _Awaited.COLON
        case _Awaited.COLON if first == ":":
            return _Awaited.VALUE
        case _Awaited.COMMA if first == ",":
            return _Awaited.KEY if found.text[opened[-1]] == "{" else _Awaited.VALUE
        case _Awaited.COMMA | _Awaited.FIRST_ITEM | _Awaited.FIRST_KEY if (
            first in "]}" and found.text[opened[-1]] + first in ("[]", "{}")
        ):
            opened.pop()
            return _Awaited.COMMA if opened else _Awaited.END
    return None


def _is_scalar(found: _Found) -> bool:
    span = found.text, found.start, found.end
    return bool(_STRING.fullmatch(*span) or _NUMBER.fullmatch(*span)) or found.word in _WORDS


def _unfinished(
    text: str, awaited: _Awaited, opened: Sequence[int], last: tuple[int, int]
) -> Mistake:
    if not opened:
        return Mistake(len(text), len(text), "a value is missing. Write a JSON object: { … }.")
    start = opened[-1]
    closer = "]" if text[start] == "[" else "}"
    cut = "" if awaited is _Awaited.COMMA else f" The text stops where {awaited.value} should be."
    more = f" {len(opened) - 1:,} more around it are open." if len(opened) > 1 else ""
    message = (
        f"this '{text[start]}' is never closed.{more}{cut} Add '{closer}', "
        "or fetch the file again if its end is missing."
    )
    return Mistake(start, start + 1, message)


def _explain(found: _Found) -> Mistake:
    for rule in _RULES:
        if mistake := rule(found):
            return mistake
    return _here(
        found, f"'{shown(found.word)}' stands where {found.awaited.value} should. Correct it."
    )


def _here(found: _Found, message: str) -> Mistake:
    return Mistake(found.start, found.end, message)


def _document(found: _Found) -> Mistake | None:
    """A text in another language."""
    if found.opened:
        return None
    for beginning, message in _LANGUAGES:
        if begun := beginning.match(found.text):
            end = found.text.find("\n", begun.end())
            start = begun.end() - len(begun.group().lstrip())
            return Mistake(start, end if end >= 0 else len(found.text), message)
    return None


def _comment(found: _Found) -> Mistake | None:
    if re.match(r"//|/\*|#", found.word):
        return _here(found, "JSON has no comments. Remove this one.")
    return None


def _quotes(found: _Found) -> Mistake | None:
    if found.word[0] in "'`":
        return _here(found, 'JSON writes strings in double quotes: "…". Replace the single ones.')
    if found.word[0] in "“”„‟«»‘’‚":
        message = f"'{found.word[0]}' is a printer's quotation mark. Write the straight one: \"."
        return _here(found, message)
    return None


def _string(found: _Found) -> Mistake | None:
    """A string that is broken inside."""
    if found.word[0] != '"' or _STRING.fullmatch(found.text, found.start, found.end):
        return None
    good = _STRING_START.match(found.text, found.start, found.end)
    assert good is not None, "it begins with a quotation mark"
    at = good.end()
    if at >= found.end or found.text[at] == "\n" or found.text.startswith("\r\n", at):
        message = 'this string does not end on its line. Add ", or write \\n for a new line.'
        return Mistake(found.start, at, message)
    letter = found.text[at]
    if letter == "\\":
        escape = found.text[at : at + 2]
        if escape == "\\u":
            return Mistake(at, at + 2, "\\u is not followed by four hexadecimal digits. Add them.")
        message = f"'{escape}' is not an escape that JSON knows. Write \\\\ for a backslash."
        return Mistake(at, at + len(escape), message)
    code = f"{ord(letter):04x}"
    message = f"a control character (U+{code.upper()}) stands in a string. Write \\u{code}."
    return Mistake(at, at + 1, message)


def _white(found: _Found) -> Mistake | None:
    """A character that looks like white space."""
    if odd := re.search(r"[\s\ufeff\u200b-\u200f\u2060]", found.word):
        name = unicodedata.name(odd.group(), "a control character").lower()
        at = found.start + odd.start()
        message = f"U+{ord(odd.group()):04X} ({name}) is not white space in JSON. Write a space."
        return Mistake(at, at + 1, message)
    return None


def _nothing(found: _Found) -> Mistake | None:
    """Punctuation where a value or a key should be."""
    if found.awaited not in _WANTS_VALUE | _WANTS_KEY or found.word not in {",", ":", "]", "}"}:
        return None
    before = found.text[found.last[0]]
    if found.word in "]}" and before == ",":
        return Mistake(*found.last, "nothing follows this comma. Remove it.")
    if found.word in "]}" and found.awaited in {_Awaited.FIRST_ITEM, _Awaited.FIRST_KEY}:
        return None
    what = "value" if found.awaited in _WANTS_VALUE else "key"
    if before in ",:[{":
        return _here(found, f"a {what} is missing between '{before}' and '{found.word}'. Add it.")
    return _here(found, f"a {what} is missing before '{found.word}'. Add it.")


def _closer(found: _Found) -> Mistake | None:
    """A bracket that closes another kind, or nothing."""
    if found.word not in {"]", "}"} or found.awaited is _Awaited.COLON:
        return None
    if not found.opened:
        return _here(found, f"this '{found.word}' closes nothing. Remove it.")
    opening = Ruler(found.text, "").place(found.opened[-1], found.opened[-1] + 1)
    bracket = found.text[found.opened[-1]]
    message = (
        f"'{found.word}' cannot close the '{bracket}' of line {opening.line:,}, "
        f"column {opening.column:,}. Write '{']' if bracket == '[' else '}'}' first."
    )
    return _here(found, message)


def _extra(found: _Found) -> Mistake | None:
    """More text behind the document."""
    if found.awaited is not _Awaited.END:
        return None
    if found.word in "{[":
        return _here(found, "a second document begins here, and a file holds one. Split the file.")
    if found.word in ":,":
        message = "the document has no brackets. Put { before its first key and } at its end."
        return _here(found, message)
    message = f"the document has ended before '{shown(found.word)}'. Remove what follows it."
    return _here(found, message)


def _colon(found: _Found) -> Mistake | None:
    if found.awaited is not _Awaited.COLON:
        return None
    key = shown(found.text[slice(*found.last)])
    if found.word[0] == "=":
        return _here(found, f"JSON writes ':' between a key and its value. Write {key}: …")
    if found.word in {",", "}", "]"}:
        return Mistake(*found.last, f"the key {key} has no value. Write {key}: …")
    return Mistake(found.last[1], found.last[1] + 1, f"':' is missing after {key}. Add it here.")


def _comma(found: _Found) -> Mistake | None:
    if found.awaited is not _Awaited.COMMA:
        return None
    if found.word == ":":
        inside = found.text[found.opened[-1]]
        message = (
            "a list has no keys. Put { } around the pair."
            if inside == "["
            else ("this is a second ':' for one key. Is a comma missing before the key?")
        )
        return _here(found, message)
    if found.word[0] == ";":
        return _here(found, "JSON separates with commas. Write ',' for ';'.")
    message = f"a comma is missing here, before '{shown(found.word)}'. Add it."
    return Mistake(found.last[1], found.last[1] + 1, message)


def _key(found: _Found) -> Mistake | None:
    if found.awaited not in _WANTS_KEY or found.word in {"{", "["}:
        return None
    word = shown(found.word)
    return _here(found, f'JSON writes keys in double quotes: "{word}". Add them.')


def _word(found: _Found) -> Mistake | None:
    if found.awaited not in _WANTS_VALUE or found.word[0] in '{}[]:,"':
        return None
    word = shown(found.word)
    if found.word.lower() in _SPELLED:
        return _here(found, f"JSON writes {_SPELLED[found.word.lower()]}, not {word}. Replace it.")
    if re.fullmatch(r"[+-]?(nan|inf|infinity)", found.word, re.IGNORECASE):
        return _here(found, f"{word} is not a JSON number. Write a finite number.")
    if re.match(r"[+-]?\.?[0-9]", found.word):
        for form, advice in _NUMBERS:
            if form.search(found.word):
                return _here(found, f"{word} is not a number in JSON. {advice}.")
    return _here(found, f"'{word}' is not a JSON value. Text stands in double quotes: \"{word}\".")


_WANTS_VALUE = frozenset({_Awaited.VALUE, _Awaited.FIRST_ITEM})
_WANTS_KEY = frozenset({_Awaited.KEY, _Awaited.FIRST_KEY})

_LANGUAGES = (
    (
        re.compile(r"\s*(?:export|module|var|let|const|function|window)\b(?!\s*:)"),
        "this is JavaScript, not JSON. Keep only the object, from { to }.",
    ),
    (
        re.compile(
            r"\s*(?:#[^\n]*\n\s*)*(?:#!.*python|(?:import|from|def|class|with|for|if)\s+[\w.]|@\w"
            r"|\"\"\"|'''|[A-Za-z_][\w.]*\s*=(?!=))"
        ),
        "this is Python, not JSON. Give the file a name that ends in .py; "
        "standard input is always JSON.",
    ),
    (
        re.compile(r"\s*(?:#[^\n]*\n\s*)*(?:---|%YAML|- |[A-Za-z_][\w-]*:(?:\s|$))"),
        "this is YAML, not JSON. Convert it to JSON.",
    ),
    (re.compile(r"\s*<"), "this is markup (HTML or XML), not JSON. Fetch the file itself."),
)
"""How a text in another language begins."""

_SPELLED = {
    "true": "true",
    "false": "false",
    "null": "null",
    "none": "null",
    "nil": "null",
    "undefined": "null",
    "yes": "true",
    "no": "false",
}

_NUMBERS = (
    (re.compile(r"^[+-]?0[xXoObB]"), "Write it with decimal digits"),
    (re.compile(r"_"), "Leave the underscores out"),
    (re.compile(r"^\+"), "Leave the plus sign out"),
    (re.compile(r"^-?0[0-9]"), "Leave the zeros in front out"),
    (re.compile(r"^-?\."), "Write a digit before the point"),
    (re.compile(r"\.(?:$|[eE])"), "Write a digit after the point"),
    (re.compile(r"[eE][+-]?$"), "Write the digits of the exponent"),
    (re.compile(r""), "Write digits, a point and an exponent, as in -1.5e3"),
)
"""What is wrong with a number, the likeliest first, and what to do."""

_RULES = (
    _document, _comment, _quotes, _string, _white, _nothing,
    _closer, _extra, _colon, _comma, _key, _word,
)  # fmt: skip
"""Asked in this order; the first that knows the mistake explains it."""
