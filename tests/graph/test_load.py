"""The one door: files by their suffix, a name after a colon, standard input."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from graphtui.errors import DescriptionError
from graphtui.graph.load import begin, load, split_target

TEXT = '{"nodes": [{"id": "x", "op": "input", "value": 2}, {"id": "f", "expr": "exp(-x)"}]}'


class Stdin:
    """Standard input that holds some bytes."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.json"
    path.write_text(TEXT)
    return path


def test_a_json_file(net: Path):
    graph = load(net)
    assert graph.output == "f"
    assert str(graph.place("x")) == f"{net}:1:12"
    assert graph.texts[str(net)] == TEXT


def test_the_name_after_a_colon_is_the_output(net: Path):
    assert load(f"{net}:f/negative").output == "f/negative"
    with pytest.raises(DescriptionError, match="the output 'g' is not a node"):
        load(f"{net}:g")


def test_a_suffix_in_capitals(tmp_path: Path):
    path = tmp_path / "NET.JSON"
    path.write_text(TEXT)
    assert load(path).output == "f"


def test_a_file_with_a_colon_in_its_name_wins(tmp_path: Path, net: Path):
    path = tmp_path / "net.json:f.json"
    path.write_text(TEXT.replace("exp(", "sin("))
    assert load(path).nodes["f"].op.name == "sin"
    assert load(f"{path}:x").output == "x"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("net.py", ("net.py", None)),
        ("net.py:loss", ("net.py", "loss")),
        ("folder/net.py:a.b", ("folder/net.py", "a.b")),
        ("net.py:", ("net.py:", None)),
        (":loss", (":loss", None)),
        ("-", ("-", None)),
        ("-:f", ("-", "f")),
        (r"C:\net.py", (r"C:\net.py", None)),
        (r"C:\net.py:loss", (r"C:\net.py", "loss")),
        ("c:/net.py", ("c:/net.py", None)),
    ],
)
def test_a_target_is_a_file_and_perhaps_a_name(target: str, expected: tuple[str, str | None]):
    assert split_target(target) == expected


def test_standard_input(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", Stdin(TEXT.encode()))
    assert load("-").output == "f"
    monkeypatch.setattr(sys, "stdin", Stdin(TEXT.encode()))
    assert load("-:x").output == "x"
    monkeypatch.setattr(sys, "stdin", Stdin(b'{"nodes": ['))
    with pytest.raises(DescriptionError, match=r"^<stdin>:1:"):
        load("-")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("net.onnx", "'.onnx' is not a suffix by which a description is known"),
        ("net", "without a suffix it is not clear"),
    ],
)
def test_another_suffix_is_told(tmp_path: Path, name: str, words: str):
    path = tmp_path / name
    path.write_text("something")
    with pytest.raises(DescriptionError) as caught:
        load(path)
    assert words in str(caught.value)
    assert "Name it .py or .json" in str(caught.value)


@pytest.mark.parametrize("name", ["nothing.json", "nothing", "nothing.py", "nothing.json:x"])
def test_a_file_that_is_not_there(tmp_path: Path, net: Path, name: str):
    with pytest.raises(DescriptionError, match="there is no such file"):
        load(tmp_path / name)


def test_a_folder(tmp_path: Path):
    with pytest.raises(DescriptionError, match="this is a folder"):
        load(tmp_path)


def test_loading_can_be_begun_and_finished_later(net: Path):
    finish = begin(net)
    assert finish().output == "f"
