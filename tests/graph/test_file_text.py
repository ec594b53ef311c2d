from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.errors import DescriptionError, LimitError, Problem
from graphtui.graph.file_text import decode, read_stream, read_text
from graphtui.graph.json.text import parse_json
from tests.graph.corpus import Case, cases, file_cases, good

RAW_PYTHON = re.compile(r"Errno|codec|Traceback|Error\b|decode|embedded")
"""What Python says by itself, and nobody else should."""


def refusals(attempt: Callable[[], object]) -> Sequence[Problem]:
    """Why `attempt` was refused; nothing if it was not."""
    try:
        attempt()
    except (DescriptionError, LimitError) as error:
        return error.problems
    return ()


def refusal(data: bytes, name: str = "net.json") -> list[str]:
    with pytest.raises(DescriptionError) as caught:
        decode(data, name)
    return caught.value.lines()


@pytest.mark.parametrize("case", cases("encoding"), ids=str)
def test_every_encoding_is_read_or_named(case: Case) -> None:
    problems = refusals(lambda: parse_json(decode(case.data, "net.json"), "net.json"))
    assert bool(problems) == case.refused
    assert all(problem.place for problem in problems)
    assert not any(RAW_PYTHON.search(problem.message) for problem in problems)


GOLDENS = {
    "gzip": (
        b"\x1f\x8b\x08\0",
        ["net.json: this is a gzip archive. Unpack it first, with gunzip."],
    ),
    "pickle": (
        b"\x80\x04\x95",
        [
            "net.json: this is a Python pickle, which can run code and is not read. "
            "Write JSON instead."
        ],
    ),
    "web page": (
        b"<!doctype html>",
        [
            "net.json: this is a web page (HTML), perhaps a login or an error page. "
            "Download the file itself."
        ],
    ),
    "lfs": (
        b"version https://git-lfs.github.com/spec/v1\n",
        [
            "net.json: this is a Git LFS pointer, not the file itself. "
            "Fetch the file with git lfs pull."
        ],
    ),
    "utf-16": (
        '{"a": 1}'.encode("utf-16-le"),
        ["net.json: the text is UTF-16 (little endian). Save it as UTF-8."],
    ),
    "latin-1": (
        b'{"nodes": [],\n "name": "r\xe9seau"}',
        [
            "net.json:2:12: byte 25 (0xE9) is not UTF-8; in Latin-1 it is 'é'. "
            "Save the file as UTF-8.",
            '    2 │  "name": "r\ufffdseau"}',
            "      │            ^",
        ],
    ),
    "overlong": (
        b'"\xc0\xaf"',
        [
            "net.json:1:2: byte 1 (0xC0) begins a character in more bytes than it needs "
            "(overlong). Save the file as UTF-8.",
            '    1 │ "\ufffd\ufffd"',
            "      │  ^",
        ],
    ),
    "nul": (
        b'{"a"\0: 1}',
        [
            "net.json:1:5: byte 4 (0x00) is NUL, which no text holds. Save it as UTF-8 text.",
            '    1 │ {"a"\0: 1}',
            "      │     ^",
        ],
    ),
    "conflict": (
        b"{\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other\n}",
        [
            "net.json:2:1: a merge left its marks here: two versions stand one above the other. "
            "Choose one.",
            "    2 │ <<<<<<< HEAD",
            "      │ ^^^^^^^",
        ],
    ),
    "blank": (
        b" \n\n",
        ["net.json: there is only white space (3 bytes). Write a graph into it."],
    ),
}


@pytest.mark.parametrize("name", GOLDENS)
def test_what_a_refusal_says(name: str) -> None:
    data, lines = GOLDENS[name]
    assert refusal(data) == lines


def test_a_mark_at_the_start_is_not_part_of_the_text() -> None:
    assert decode(b"\xef\xbb\xbf{}", "net.json") == "{}"


@given(st.text(min_size=1).filter(lambda text: not text.isspace()))
def test_utf8_text_comes_back_or_is_named(text: str) -> None:
    found = []
    problems = refusals(lambda: found.append(decode(text.encode(), "net.json")))
    assert problems or found == [text.removeprefix("\ufeff")]


@given(st.binary(max_size=60), st.sampled_from([b"", b'{"a": "', b"\xef\xbb\xbf"]))
def test_any_bytes_are_text_or_refused(data: bytes, before: bytes) -> None:
    problems = refusals(lambda: decode(before + data, "net.json"))
    assert not any(RAW_PYTHON.search(problem.message) for problem in problems)


def test_python_source_is_read_as_it_is() -> None:
    source = (
        '"""A net."""\nfrom graphtui import parameter\n\nw = parameter(2.0)  # <<<<<<< not a mark\n'
    )
    assert decode(source.encode(), "net.py") == source


# Files -----------------------------------------------------------------------------------------


def test_whatever_a_path_leads_to(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for case in file_cases(tmp_path):
        if not case.refused:
            assert json.loads(read_text(case.path)) == good(), case
            continue
        (problem,) = refusals(partial(read_text, case.path))
        assert problem.place is not None, case
        assert problem.place.file == case.path, case
        assert problem.message.endswith((".", "?")), case
        assert not RAW_PYTHON.search(problem.message), case
    if before:
        assert len(os.listdir("/proc/self/fd")) == before, "every file is closed again"


def file_refusal(path: Path) -> str:
    with pytest.raises(DescriptionError) as caught:
        read_text(path)
    return caught.value.problems[0].message


def test_what_is_said_about_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file_cases(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert file_refusal(Path("inside")) == "this is a folder. Name a file in it."
    assert file_refusal(Path("pipe.json")) == (
        "this is a named pipe. Give '-' as the file and send the text to standard input."
    )
    assert file_refusal(Path("socket.json")) == "this is a socket. Name a file."
    assert file_refusal(Path("to device.json")) == (
        "this is a device. Name a file, or '-' for standard input."
    )
    assert file_refusal(Path("nte.json")) == (
        "there is no such file in this folder. Did you mean 'net.json'?"
    )
    assert file_refusal(Path("inside/net.json")) == (
        "there is no such file in 'inside'. Correct the name."
    )
    assert file_refusal(Path("insidd/net.json")) == "there is no folder 'insidd'. Correct the path."
    assert file_refusal(Path("dangling.json")) == (
        "this is a symbolic link to 'nowhere.json', which does not exist. Correct the link."
    )
    assert file_refusal(Path("loop.json")) == (
        "these symbolic links lead in a circle. Name the file itself."
    )
    assert file_refusal(Path("empty.json")) == (
        "the file is empty. Write a graph into it; the examples show how."
    )


def test_no_permission_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert file_refusal(Path("locked.json")) == (
        "you have no permission to read this. Change it with chmod, or copy the file."
    )


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as sparse:
        sparse.truncate(8 * 2**30)
    with pytest.raises(LimitError) as caught:
        read_text(huge)
    assert str(caught.value) == (
        f"{huge}: the file is 8 GiB, and at most 64 MiB are read. "
        "Make it smaller, or allow more with --max-file."
    )


def test_the_limit_is_exact(tmp_path: Path) -> None:
    file = tmp_path / "net.json"
    file.write_bytes(b"1" * 1_000)
    assert len(read_text(file, most_bytes=1_000)) == 1_000
    with pytest.raises(LimitError):
        read_text(file, most_bytes=999)


# Standard input --------------------------------------------------------------------------------


class Slow(io.RawIOBase):
    """Gives a byte at a time, for ever if `data` is nothing; counts what it gave."""

    def __init__(self, data: bytes | None = None) -> None:
        self.data, self.given = data, 0

    def read(self, size: int = -1) -> bytes:
        if self.data is None:
            self.given += size
            return b"1" * size
        self.given += 1
        return self.data[self.given - 1 : self.given]


def test_a_stream_is_read_to_its_end() -> None:
    assert read_stream(Slow(b'{"a": 1}')) == '{"a": 1}'  # type: ignore[arg-type]


def test_an_endless_stream_is_left_after_the_limit() -> None:
    endless = Slow()
    with pytest.raises(LimitError, match=r"<stdin>: more than 3 MiB arrived.*--max-file"):
        read_stream(endless, most_bytes=3 * 2**20)  # type: ignore[arg-type]
    assert endless.given == 3 * 2**20 + 1


def test_an_empty_stream_is_refused() -> None:
    with pytest.raises(DescriptionError, match=r"^<stdin>: nothing arrived\. Send a JSON"):
        read_stream(io.BytesIO())


def test_a_stream_that_does_not_wait_is_refused() -> None:
    read, write = os.pipe()
    os.set_blocking(read, False)
    with (
        os.fdopen(write, "wb") as _,
        os.fdopen(read, "rb", buffering=0) as stream,
        pytest.raises(DescriptionError, match="does not wait for data"),
    ):
        read_stream(stream)


@pytest.mark.parametrize("failing", range(1, 4))
def test_a_read_that_fails_is_a_refusal(failing: int) -> None:
    class Failing(Slow):
        def read(self, size: int = -1) -> bytes:
            if self.given + 1 == failing:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(DescriptionError, match=r"cannot be read \(input/output error\)"):
        read_stream(Failing(b'{"a": 1}'))  # type: ignore[arg-type]
