"""The text of a description, from a file or from standard input: read once, bounded, as UTF-8.

What arrives here may be anything that has a name: a device, a pipe without a writer, a download
that went wrong. Every refusal says what was found. What the text means is for `json.text` and
`run_file`.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

from graphtui.errors import DescriptionError, LimitError, Place, Problem, nearest
from graphtui.graph.places import place_of

MOST_BYTES = 64 * 2**20
"""The largest description that is read unless the user asks for more."""

_PIECE = 2**20
_MOST_NEIGHBOURS = 2_000
# A pipe or a terminal must not make the opening wait, and a terminal must not become ours.
_FLAGS = sum(
    getattr(os, name, 0) for name in ("O_RDONLY", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY")
)

_KINDS: Sequence[tuple[Callable[[int], bool], str]] = (
    (stat.S_ISDIR, "a folder. Name a file in it"),
    (stat.S_ISFIFO, "a named pipe. Give '-' as the file and send the text to standard input"),
    (stat.S_ISSOCK, "a socket. Name a file"),
    (stat.S_ISCHR, "a device. Name a file, or '-' for standard input"),
    (stat.S_ISBLK, "a device. Name a file, or '-' for standard input"),
)

_ACCIDENTS: Sequence[tuple[bytes, str]] = (
    (rb"\x1f\x8b", "a gzip archive. Unpack it first, with gunzip"),
    (rb"PK(\x03\x04|\x05\x06)", "a zip archive, as .npz and .pt files are. Unpack it first"),
    (rb"BZh[1-9](1AY&SY|\x17rE8P\x90)", "a bzip2 archive. Unpack it first, with bunzip2"),
    (rb"\xfd7zXZ\0", "an xz archive. Unpack it first, with unxz"),
    (rb"\x28\xb5\x2f\xfd", "a zstd archive. Unpack it first, with unzstd"),
    (rb"%PDF-", "a PDF document. Give the graph as .json or .py"),
    (
        rb"\x80[\x02-\x05]",
        "a Python pickle, which can run code and is not read. Write JSON instead",
    ),
    (rb"\x93NUMPY", "a NumPy array (.npy). Write its numbers into a description"),
    (rb"\x89HDF\r\n", "an HDF5 file. Give the graph as .json or .py"),
    (rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a", "a picture. Give the graph as .json or .py"),
    (rb"\x7fELF|MZ[^\0]{1,3}\0", "a program. Give the graph as .json or .py"),
    (rb".{4}\0{4}\{", "a safetensors file. Give the graph as .json or .py"),
    (
        rb"version https://git-lfs",
        "a Git LFS pointer, not the file itself. Fetch the file with git lfs pull",
    ),
    (
        rb"(?:\xef\xbb\xbf)?\s*(?i:<!doctype html|<(html|head|body)\b)",
        "a web page (HTML), perhaps a login or an error page. Download the file itself",
    ),
    (rb"(?:\xef\xbb\xbf)?\s*<\?xml\b", "XML. Give the graph as .json or .py"),
)
"""How a file begins that is no description, and what it is."""

_CONFLICT = tuple(
    re.compile(mark, re.MULTILINE)
    for mark in (r"^<{7} [^\n]{0,200}", r"^={7}\r?$", r"^>{7}( |\r?$)")
)
"""The three marks of an unfinished merge, in their order."""

_WIDE: Sequence[tuple[bytes, str]] = (
    (rb"\xff\xfe\0\0|[^\0]\0\0\0", "UTF-32 (little endian)"),
    (rb"\0\0\xfe\xff|\0\0\0[^\0]", "UTF-32 (big endian)"),
    (rb"\xff\xfe|[^\0]\0[^\0]\0", "UTF-16 (little endian)"),
    (rb"\xfe\xff|\0[^\0]\0[^\0]", "UTF-16 (big endian)"),
)
"""How a text begins that is Unicode but not UTF-8: with its mark, or with an ASCII letter."""

_NOT_UTF8: Sequence[tuple[bytes, str]] = (
    (
        rb"[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]|\xf0[\x80-\x8f][\x80-\xbf]{2}",
        "begins a character in more bytes than it needs (overlong)",
    ),
    (rb"\xed[\xa0-\xbf][\x80-\xbf]", "begins a surrogate, which is half a character of UTF-16"),
    (rb"\xf4[\x90-\xbf]|[\xf5-\xf7]", "begins a character beyond U+10FFFF, the last that exists"),
    (rb"[\xc2-\xf4][\x80-\xbf]{0,2}\Z", "begins a character that the end of the file cuts off"),
)


def read_text(path: str | os.PathLike[str], *, most_bytes: int = MOST_BYTES) -> str:
    """The text of the file at `path`, without a byte order mark.

    Only a regular file is read, or a link to one, at most `most_bytes` of it, and only once.

    Raises:
        DescriptionError: there is no such file, it cannot be read, or it holds no UTF-8 text.
        LimitError: it is larger than `most_bytes`.
    """
    name = os.fsdecode(path)
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        _refuse(name, _why_not_opened(name, error))
    try:
        found = os.fstat(descriptor)
        if kind := _kind(found.st_mode):
            _refuse(name, f"this is {kind}.")
        if found.st_size > most_bytes:
            _too_big(name, f"the file is {_size(found.st_size)}", most_bytes)
        with open(descriptor, "rb", buffering=0, closefd=False) as file:
            data = _read(file, name, most_bytes)
    finally:
        os.close(descriptor)
    if not data:
        _refuse(name, "the file is empty. Write a graph into it; the examples show how.")
    return decode(data, name)


def read_stream(stream: BinaryIO, name: str = "<stdin>", *, most_bytes: int = MOST_BYTES) -> str:
    """The text of `stream` up to its end, under the rules of `read_text`.

    Raises:
        DescriptionError: the stream cannot be read, or holds no UTF-8 text.
        LimitError: more than `most_bytes` arrived.
    """
    data = _read(stream, name, most_bytes)
    if not data:
        _refuse(name, "nothing arrived. Send a JSON description, as in: graphtui - < FILE.json.")
    return decode(data, name)


def decode(data: bytes, name: str) -> str:
    r"""`data` as text: UTF-8, with or without a byte order mark.

    >>> decode(b"\xef\xbb\xbf{}", "net.json")
    '{}'

    Raises:
        DescriptionError: the bytes are something else, which is named, or only white space.
    """
    for beginning, what in _ACCIDENTS:
        if re.match(beginning, data, re.DOTALL):
            _refuse(name, f"this is {what}.", code="encoding")
    for beginning, encoding in _WIDE:
        if re.match(beginning, data):
            _refuse(name, f"the text is {encoding}. Save it as UTF-8.", code="encoding")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_byte(data, name, error.start, _not_utf8(data, error.start))
    if "\0" in text:
        _refuse_byte(
            data, name, data.index(0), "is NUL, which no text holds. Save it as UTF-8 text."
        )
    text = text.removeprefix("\ufeff")
    if not text or text.isspace():
        _refuse(name, f"there is only white space ({len(data):,} bytes). Write a graph into it.")
    _refuse_conflict(text, name)
    return text


def _refuse(name: str, message: str, *, code: str = "file") -> NoReturn:
    raise DescriptionError([Problem(message, Place(name), code=code)]) from None


def _too_big(name: str, found: str, most_bytes: int) -> NoReturn:
    message = (
        f"{found}, and at most {_size(most_bytes)} are read. "
        "Make it smaller, or allow more with --max-file."
    )
    problem = Problem(message, Place(name), code="limit")
    raise LimitError(problem.headline(), [problem])


def _read(stream: BinaryIO, name: str, most_bytes: int) -> bytes:
    pieces: list[bytes] = []
    room = most_bytes + 1
    while room > 0:
        try:
            # A stream that somebody made non-blocking answers None while nothing is there.
            piece = cast("bytes | None", stream.read(min(room, _PIECE)))
        except OSError as error:
            _refuse(name, f"this cannot be read ({_system_words(error)}). Name a text file.")
        if piece is None:
            _refuse(name, "the input does not wait for data. Write it to a file first.")
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        room -= len(piece)
    _too_big(name, f"more than {_size(most_bytes)} arrived", most_bytes)


def _kind(mode: int) -> str:
    return next((what for is_kind, what in _KINDS if is_kind(mode)), "")


def _why_not_opened(name: str, error: OSError | ValueError) -> str:
    if not isinstance(error, OSError):
        return f"a file name cannot hold NUL or half a character, as {name[:80]!a} does."
    try:
        kind = _kind(os.stat(name).st_mode)
    except (OSError, ValueError):
        kind = ""
    if kind:
        return f"this is {kind}."
    match error.errno:
        case errno.ENOENT:
            return _missing(Path(name))
        case errno.EACCES | errno.EPERM:
            return "you have no permission to read this. Change it with chmod, or copy the file."
        case errno.ELOOP:
            return "these symbolic links lead in a circle. Name the file itself."
        case errno.ENAMETOOLONG:
            return (
                f"a file name of {len(name):,} characters is too long for the system. Shorten it."
            )
        case errno.ENOTDIR:
            return f"a part of '{Path(name).parent}' is a file, not a folder. Correct the path."
    return f"this cannot be opened ({_system_words(error)}). Name a text file."


def _missing(path: Path) -> str:
    if path.is_symlink():
        target = os.readlink(path)
        return f"this is a symbolic link to '{target}', which does not exist. Correct the link."
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder '{folder}'. Correct the path."
    try:
        with os.scandir(folder) as entries:
            near = islice(entries, _MOST_NEIGHBOURS)
            names = [entry.name for entry in near if not entry.is_dir(follow_symlinks=False)]
    except OSError:  # a folder may be entered without being listed; then there is just no advice
        names = []
    where = f"in '{folder}'" if path.name != str(path) else "in this folder"
    return f"there is no such file {where}.{nearest(path.name, names) or ' Correct the name.'}"


def _system_words(error: OSError) -> str:
    return (error.strerror or "the system gives no reason").lower()


def _size(count: int) -> str:
    """`count` bytes in words.

    >>> _size(64 * 2**20), _size(8 * 2**30), _size(900)
    ('64 MiB', '8 GiB', '900 bytes')
    """
    for unit, power in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if count >= 2**power:
            return f"{count / 2**power:,.4g} {unit}"
    return f"{count:,} bytes"


def _not_utf8(data: bytes, offset: int) -> str:
    rest = data[offset : offset + 4]
    for beginning, what in _NOT_UTF8:
        if re.match(beginning, rest):
            return f"{what}. Save the file as UTF-8."
    letter = rest[:1].decode("cp1252", "ignore")
    latin = f"; in Latin-1 it is '{letter}'" if letter.isprintable() and letter else ""
    return f"is not UTF-8{latin}. Save the file as UTF-8."


def _refuse_byte(data: bytes, name: str, offset: int, what: str) -> NoReturn:
    before, after = data[:offset].decode(), data[offset : offset + 200].decode(errors="replace")
    place = place_of(len(before), len(before) + 1, before + after, name)
    message = f"byte {offset:,} (0x{data[offset]:02X}) {what}"
    raise DescriptionError([Problem(message, place, code="encoding")]) from None


def _refuse_conflict(text: str, name: str) -> None:
    if "<<<<<<< " not in text:  # looking for a line of them takes twenty times as long
        return
    marks: list[re.Match[str]] = []
    for mark in _CONFLICT:
        found = mark.search(text, marks[-1].end() if marks else 0)
        if not found:
            return
        marks.append(found)
    start = marks[0].start()
    place = place_of(start, start + 7, text, name)
    message = "a merge left its marks here: two versions stand one above the other. Choose one."
    raise DescriptionError([Problem(message, place, code="encoding")])
