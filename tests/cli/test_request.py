"""Lines of input: each is a command, nothing, or something wrong that is said in one sentence."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.cli.request import MOST_BYTES, Request, read_request, requests
from graphtui.errors import UsageError

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  until h backward \r", Request("until h backward")),
        ('"until h backward"', Request("until h backward")),
        ('{"command": "until h"}', Request("until h")),
        ('{"command": "until h", "args": null, "id": null}', Request("until h")),
        ('{"command": "step", "args": []}', Request("step", ())),
        ('{"command": "step", "args": [2], "id": "a"}', Request("step", ("2",), "a")),
        (
            '{"id": 1.5, "command": "catch", "args": ["vanishing", 0.1]}',
            Request("catch", ("vanishing", "0.1"), 1.5),
        ),
        ("", None),
        (" \t ", None),
        ("# until h", None),
    ],
)
def test_a_line_is_a_command_or_nothing(text: str, expected: Request | None) -> None:
    assert read_request(text) == expected


@given(WORDS, st.lists(WORDS), st.integers(-(2**53), 2**53) | WORDS)
def test_words_and_marks_come_through_json_as_they_are(
    name: str, words: list[str], mark: int | str
) -> None:
    document = {"command": name, "args": words, "id": mark}
    for ascii_only in (True, False):
        text = json.dumps(document, ensure_ascii=ascii_only)
        assert read_request(text) == Request(name, tuple(words), mark)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"command": "step"', "column 1:"),
        ('"step', "column 1:"),
        ("{}", "'command' is the name of a command, got null."),
        ('{"command": 5}', "got a number."),
        ('{"command": ["step"]}', "got a list."),
        ('{"command": "step", "args": "2"}', "'args' is a list of words and numbers, got text."),
        ('{"command": "step", "args": [1, true]}', "got a truth as number 2."),
        ('{"command": "step", "args": [[1]]}', "got a list as number 1."),
        ('{"command": "step", "arg": [2]}', "no field 'arg'. Did you mean 'args'?"),
        ('{"command": "step", "id": {}}', "'id' is a text or a number, got an object."),
        ('{"command": "step", "id": false}', "got a truth."),
        ('{"command": "step", "command": "back"}', "written twice"),
        ('{"command": "step", "args": [NaN]}', "NaN"),
        ('{"command": "step", "args": [1e999]}', "column 30:"),
        ('["step"]', "got a list."),
        ("[" * 5000, "nested 5,000 deep"),
        ("st\0ep", "no NUL"),
        ('{"command": "st\\u0000ep"}', "no NUL"),
        ('{"command": "save", "args": ["a\\u0000"]}', "no NUL"),
        ('{"command": "goto", "args": ["\\udcff"]}', "column"),
        ("goto \udcff", "not UTF-8"),
    ],
)
def test_what_is_no_command_says_so_in_one_line(text: str, words: str) -> None:
    request = read_request(text)
    assert request is not None
    assert words in request.wrong
    assert "\n" not in request.wrong
    assert (request.text, request.words) == ("", None)


def test_a_mark_is_known_although_the_rest_is_wrong() -> None:
    request = read_request('{"id": 7, "command": "step", "args": 2}')
    assert request is not None
    assert (request.id, bool(request.wrong)) == (7, True)


def test_a_stream_is_read_line_by_line_and_bad_lines_do_not_end_it() -> None:
    lines = [b"\xef\xbb\xbfstep", b"", b"# note", b"\xff", b"step " + b"1" * 3 * MOST_BYTES]
    lines += [b"back\r", b"p" * MOST_BYTES, b"quit"]
    found = list(requests(io.BytesIO(b"\n".join(lines))))
    assert [each.text[:9] for each in found] == ["step", "", "", "back", "p" * 9, "quit"]
    assert "byte 1 is 0xff" in found[1].wrong
    assert "at most 1,048,576 bytes" in found[2].wrong
    assert not any(found[at].wrong for at in (0, 3, 4, 5))


def test_a_last_line_that_is_too_long_ends_the_stream() -> None:
    (found,) = requests(io.BytesIO(b"x" * (2 * MOST_BYTES + 5)))
    assert "at most" in found.wrong


def test_an_input_that_cannot_be_read_is_said() -> None:
    class Broken(io.BytesIO):
        def readline(self, _size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(UsageError, match="standard input cannot be read: Input/output error."):
        list(requests(Broken()))


@given(st.binary())
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for request in requests(io.BytesIO(data)):
        assert request.wrong or request.text is not None
