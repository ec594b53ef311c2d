"""What the writer of a broken JSON text probably meant: one rule for each common mistake.

The rules are asked in one order, and the first that knows the mistake explains it. Finding the
mistake is for `syntax`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from graphtui.graph.json.syntax import SOUND_START, SOUND_STRING, Awaited, Unexpected, unexpected
from graphtui.graph.places import place_of
from graphtui.graph.wording import brief


class Mistake(NamedTuple):
    """The first thing in a text that JSON does not allow: its span, and words for it."""

    start: int
    end: int
    message: str


def first_mistake(text: str) -> Mistake | None:
    """The first mistake in `text`, or None where it is JSON.

    >>> first_mistake("[1, 2,]")
    Mistake(start=5, end=6, message='nothing follows this comma. Remove it.')
    """
    found = unexpected(text)
    if found is None:
        return None
    for rule in _RULES:
        if mistake := rule(found):
            return mistake
    awaited = found.awaited.value
    return _here(found, f"'{brief(found.word, 40)}' stands where {awaited} should. Correct it.")


def _here(found: Unexpected, message: str) -> Mistake:
    return Mistake(found.start, found.end, message)


def _document(found: Unexpected) -> Mistake | None:
    """A text in another language."""
    if found.opened:
        return None
    for beginning, message in _LANGUAGES:
        if begun := beginning.match(found.text, 0, _BEGINNING):
            start = begun.end() - len(begun.group().lstrip())
            return Mistake(start, start + 1, message)
    return None


def _unfinished(found: Unexpected) -> Mistake | None:
    """The end of the text, too early."""
    if found.word:
        return None
    if not found.opened:
        return _here(found, "a value is missing. Write a JSON object: { … }.")
    start = found.opened[-1]
    bracket = found.text[start]
    many = len(found.opened)
    inner = f" It is the innermost of {many:,} open ones." if many > 1 else ""
    awaited = found.awaited
    cut = "" if awaited is Awaited.COMMA else f" The text stops where {awaited.value} should be."
    message = (
        f"this '{bracket}' is never closed.{inner}{cut} Add '{_CLOSERS[bracket]}', "
        "or fetch the file again if its end is missing."
    )
    return Mistake(start, start + 1, message)


def _comment(found: Unexpected) -> Mistake | None:
    if re.match(r"//|/\*|#", found.word):
        return _here(found, "JSON has no comments. Remove this one.")
    return None


def _quotes(found: Unexpected) -> Mistake | None:
    if found.word[0] in "'`":
        return _here(found, 'JSON writes strings in double quotes: "…". Replace the single ones.')
    if found.word[0] in "“”„‟«»‘’‚":
        message = f"'{found.word[0]}' is a printer's quotation mark. Write the straight one: \"."
        return _here(found, message)
    return None


def _string(found: Unexpected) -> Mistake | None:
    """A string that is broken inside."""
    if found.word[0] != '"' or SOUND_STRING.fullmatch(found.text, found.start, found.end):
        return None
    good = SOUND_START.match(found.text, found.start, found.end)
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
        what = f"'{escape}'" if escape.isprintable() else "a lone backslash"
        message = f"{what} is not an escape that JSON knows. Write \\\\ for a backslash."
        return Mistake(at, at + len(escape), message)
    code = f"{ord(letter):04x}"
    message = f"a control character (U+{code.upper()}) stands in a string. Write \\u{code}."
    return Mistake(at, at + 1, message)


def _white(found: Unexpected) -> Mistake | None:
    """A character that looks like white space."""
    if odd := re.search(r"[\s\ufeff\u200b-\u200f\u2060]", found.word):
        name = unicodedata.name(odd.group(), "a control character").lower()
        at = found.start + odd.start()
        message = f"U+{ord(odd.group()):04X} ({name}) is not white space in JSON. Write a space."
        return Mistake(at, at + 1, message)
    return None


def _nothing(found: Unexpected) -> Mistake | None:
    """Punctuation where a value or a key should be."""
    if found.awaited not in _WANTS_VALUE | _WANTS_KEY or found.word not in {",", ":", "]", "}"}:
        return None
    before = found.text[found.last[0]]
    if found.word in "]}" and before == ",":
        return Mistake(*found.last, "nothing follows this comma. Remove it.")
    if found.word in "]}" and found.awaited in {Awaited.FIRST_ITEM, Awaited.FIRST_KEY}:
        return None
    what = "value" if found.awaited in _WANTS_VALUE else "key"
    if before in ",:[{":
        return _here(found, f"a {what} is missing between '{before}' and '{found.word}'. Add it.")
    return _here(found, f"a {what} is missing before '{found.word}'. Add it.")


def _closer(found: Unexpected) -> Mistake | None:
    """A bracket that closes another kind, or nothing."""
    if found.word not in {"]", "}"} or found.awaited is Awaited.COLON:
        return None
    if not found.opened:
        return _here(found, f"this '{found.word}' closes nothing. Remove it.")
    opening = place_of(found.opened[-1], found.opened[-1] + 1, found.text, "")
    bracket = found.text[found.opened[-1]]
    message = (
        f"'{found.word}' cannot close the '{bracket}' of line {opening.line:,}, "
        f"column {opening.column:,}. Write '{_CLOSERS[bracket]}' first."
    )
    return _here(found, message)


def _extra(found: Unexpected) -> Mistake | None:
    """More text behind the document."""
    if found.awaited is not Awaited.END:
        return None
    if found.word in "{[":
        return _here(found, "a second document begins here, and a file holds one. Split the file.")
    if found.word in ":,":
        message = "the document has no brackets. Put { before its first key and } at its end."
        return _here(found, message)
    message = f"the document has ended before '{brief(found.word, 40)}'. Remove what follows it."
    return _here(found, message)


def _colon(found: Unexpected) -> Mistake | None:
    if found.awaited is not Awaited.COLON:
        return None
    key = brief(found.text[slice(*found.last)], 40)
    if found.word[0] == "=":
        return _here(found, f"JSON writes ':' between a key and its value. Write {key}: …")
    if found.word in {",", "}", "]"}:
        return Mistake(*found.last, f"the key {key} has no value. Write {key}: …")
    return Mistake(found.last[1], found.last[1] + 1, f"':' is missing after {key}. Add it here.")


def _comma(found: Unexpected) -> Mistake | None:
    if found.awaited is not Awaited.COMMA:
        return None
    if found.word == ":":
        inside = found.text[found.opened[-1]]
        message = (
            "a list has no keys. Put { } around the pair."
            if inside == "["
            else "this is a second ':' for one key. Is a comma missing before the key?"
        )
        return _here(found, message)
    if found.word[0] == ";":
        return _here(found, "JSON separates with commas. Write ',' for ';'.")
    message = f"a comma is missing here, before '{brief(found.word, 40)}'. Add it."
    return Mistake(found.last[1], found.last[1] + 1, message)


def _key(found: Unexpected) -> Mistake | None:
    if found.awaited not in _WANTS_KEY or found.word in {"{", "["}:
        return None
    word = brief(found.word, 40)
    return _here(found, f'JSON writes keys in double quotes: "{word}". Add them.')


def _word(found: Unexpected) -> Mistake | None:
    if found.awaited not in _WANTS_VALUE or found.word[0] in '{}[]:,"':
        return None
    word = brief(found.word, 40)
    if found.word.lower() in _SPELLED:
        return _here(found, f"JSON writes {_SPELLED[found.word.lower()]}, not {word}. Replace it.")
    if number := re.fullmatch(r"\+?(-?inf)(inity)?|[+-]?(nan)", found.word, re.IGNORECASE):
        meant = (number[1] or number[3]).lower()
        return _here(found, f'{word} is not a JSON number. Write "{meant}" in quotation marks.')
    if re.match(r"[+-]?\.?[0-9]", found.word):
        for form, advice in _NUMBERS:
            if form.search(found.word):
                return _here(found, f"{word} is not a number in JSON. {advice}.")
    return _here(found, f"'{word}' is not a JSON value. Text stands in double quotes: \"{word}\".")


_BEGINNING = 10_000
_CLOSERS = {"[": "]", "{": "}"}
_WANTS_VALUE = frozenset({Awaited.VALUE, Awaited.FIRST_ITEM})
_WANTS_KEY = frozenset({Awaited.KEY, Awaited.FIRST_KEY})

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
    _unfinished, _document, _comment, _quotes, _string, _white, _nothing,
    _closer, _extra, _colon, _comma, _key, _word,
)  # fmt: skip
"""Asked in this order; the first that knows the mistake explains it."""
