"""Lines of input to commands: text as at the prompt, or JSON, of bounded length.

A line that is no command becomes a request that says what is wrong with it. Carrying requests out
is for `headless`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from graphtui.errors import DescriptionError, UsageError, nearest
from graphtui.graph.json.text import parse_json
from graphtui.graph.wording import quoted

MOST_BYTES = 2**20
"""How long a line may be: room for a matrix that is typed in."""

_HALF = re.compile("[\ud800-\udfff]")
_FIELDS = ("command", "args", "id")
_KINDS = {dict: "an object", list: "a list", str: "text", bool: "a truth", type(None): "null"}


class Request(NamedTuple):
    """One command that is asked for."""

    text: str
    """The command as it is typed; where `words` are given, its name."""
    words: tuple[str, ...] | None = None
    """Its arguments one by one; None where they stand in `text`."""
    id: str | float | None = None
    """What the answer is to be marked with."""
    wrong: str = ""
    """Why it is no command, in one sentence."""


def requests(stream: BinaryIO) -> Iterator[Request]:
    """Every command of a stream, as soon as its line is there; blank lines and comments are none.

    Raises:
        UsageError: the stream cannot be read.
    """
    while line := _line(stream):
        if len(line) > MOST_BYTES and not line.endswith(b"\n"):
            while not line.endswith(b"\n") and (line := _line(stream)):
                pass
            yield Request("", wrong=f"a line has at most {MOST_BYTES:,} bytes; this one has more.")
            continue
        try:
            text = line.decode("utf-8-sig")  # some shells begin what they pipe with an order mark
        except UnicodeDecodeError as error:
            found = f"byte {error.start + 1} is 0x{line[error.start]:02x}"
            yield Request("", wrong=f"the line is not UTF-8: {found}. Write it in UTF-8.")
            continue
        if request := read_request(text):
            yield request


def _line(stream: BinaryIO) -> bytes:
    try:
        return stream.readline(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"standard input cannot be read: {error.strerror}.") from None


def read_request(text: str) -> Request | None:
    """The command in one line; None where it is blank or a comment.

    >>> read_request("until h backward")
    Request(text='until h backward', words=None, id=None, wrong='')
    >>> read_request('{"command": "until", "args": ["h", "backward"], "id": 7}')
    Request(text='until', words=('h', 'backward'), id=7, wrong='')
    """
    text = text.strip()
    if not text or text.startswith("#"):
        return None
    request = _from_json(text) if text[0] in '{["' else Request(text)
    whole = "".join((request.text, *(request.words or ())))
    if "\0" in whole:
        return Request("", id=request.id, wrong="a command holds no NUL. Take it out.")
    if _HALF.search(whole):  # how Python reads a command line that is not UTF-8
        return Request("", id=request.id, wrong="the command is not UTF-8. Write it in UTF-8.")
    return request


def _from_json(text: str) -> Request:
    try:
        found = parse_json(text, "").value
    except DescriptionError as error:
        problem = error.problems[0]
        column = problem.place.column if problem.place else 0
        return Request("", wrong=f"column {column}: {problem.message}")
    if isinstance(found, str):
        return Request(found)
    if not isinstance(found, dict):
        wanted = 'a text, or an object such as {"command": "step", "args": ["2"], "id": 1}'
        return Request("", wrong=f"a command is {wanted}, got {_KINDS[type(found)]}.")
    mark = found["id"] if _is_word(found.get("id")) else None
    if wrong := _wrong_field(found):
        return Request("", id=mark, wrong=wrong)
    args = found.get("args")
    words = None if args is None else tuple(map(str, args))
    return Request(found["command"], words, mark)


def _wrong_field(document: dict[str, Any]) -> str:
    """What is wrong with the fields of a command in JSON; nothing where they are right."""
    for name in document:
        if name not in _FIELDS:
            hint = nearest(name, _FIELDS) or f" There are {', '.join(_FIELDS)}."
            return f"a command has no field {quoted(name)}.{hint}"
    command, args, mark = (document.get(name) for name in _FIELDS)
    if not isinstance(command, str):
        return f"'command' is the name of a command, got {_kind(command)}."
    if args is not None and not isinstance(args, list):
        return f"'args' is a list of words and numbers, got {_kind(args)}."
    for number, each in enumerate(args or (), start=1):
        if not _is_word(each):
            return f"'args' is a list of words and numbers, got {_kind(each)} as number {number}."
    if mark is not None and not _is_word(mark):
        return f"'id' is a text or a number, got {_kind(mark)}."
    return ""


def _is_word(value: object) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a number")
