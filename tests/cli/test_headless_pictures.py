"""Without a screen, pictures are written and steps are explained as with one."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import graphtui
from graphtui.cli import main
from graphtui.graph.graph import Graph


@pytest.fixture
def file(fan_out: Graph, tmp_path: Path) -> Path:
    path = tmp_path / "fan_out.json"
    graphtui.save_json(fan_out, path)
    return path


def talk(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, file: Path, *lines: str
) -> Sequence[dict[str, Any]]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode())))
    assert main(["debug", str(file), "--headless"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()][1:]


@pytest.mark.parametrize("suffix", ["txt", "svg", "html", "dot", "gv", "mmd", "json"])
def test_every_format_is_written(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    file: Path,
    suffix: str,
) -> None:
    target = file.with_name(f"picture.{suffix}")
    (answer,) = talk(capsys, monkeypatch, file, f"export {target}")
    assert (answer["ok"], answer["message"]) == (True, f"Wrote '{target}'.")
    assert target.read_text(encoding="utf-8").endswith("\n")


def test_what_is_refused_says_why(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setattr("graphtui.view.export.files.MOST_CELLS", 3)
    lines = f"export {file}", "export a.png", f"export {file.with_name('a.svg')}", "export"
    own, unknown, large, nothing = talk(capsys, monkeypatch, file, *lines)
    assert not any(answer["ok"] for answer in (own, unknown, large, nothing))
    assert "is there already, and is not a picture" in own["error"]
    assert "'a.png': the picture is written as .txt, .svg" in unknown["error"]
    assert "'a.svg': the picture has" in large["error"]
    assert json.loads(file.read_text())["nodes"], "the description is as it was"


def test_steps_are_explained(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    answers = talk(capsys, monkeypatch, file, "explain", "explain on", "seek 7", "explain")
    start, on, moved, asked = answers
    assert start["data"]["step"] == 0
    assert on["ok"]
    assert "'y' gets 1 × 5 = 5" in moved["message"]
    assert moved["data"]["contributions"][0]["downstream"] == 5.0, "the step is still the data"
    assert asked["data"]["also"] == ["'y' has now 1 of 2 contributions; their sum so far is 5."]
