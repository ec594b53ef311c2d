"""The line that tells of slow work, and goes without a trace."""

from __future__ import annotations

import io
import threading

import pytest

from graphtui.cli import progress as module
from graphtui.cli.progress import progress


class Terminal(io.StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_slow_work_is_told_and_the_line_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    monkeypatch.setattr(module, "PAUSE", 0.0)
    terminal, asked = Terminal(), threading.Event()
    monkeypatch.setattr("sys.stderr", terminal)
    times = 0

    def says() -> str:
        nonlocal times
        times += 1
        if times == 2:  # the first line is out
            asked.set()
        return "loading \x1b[2Jé.py"

    with progress(says):
        assert asked.wait(10)
    first, *_, last = terminal.getvalue().split("\r")[1:]
    assert first.startswith("loading ?[2J")
    assert "s; ctrl+c ends it)" in first
    assert len(first) == 79
    assert last == ""
    assert terminal.getvalue().split("\r")[-2].isspace()
    assert "\x1b" not in terminal.getvalue()
    assert terminal.getvalue().isascii()


def test_quick_work_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with progress(lambda: pytest.fail("nobody should ask")):
        pass
    assert terminal.getvalue() == ""


def test_without_a_terminal_nothing_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    with progress(lambda: "never"):
        pass
    assert capsys.readouterr().err == ""


def test_an_interruption_goes_through_and_the_line_is_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    terminal, told = Terminal(), threading.Event()
    monkeypatch.setattr("sys.stderr", terminal)

    def says() -> str:
        told.set()
        return "at work"

    def interrupted() -> None:
        with progress(says):
            assert told.wait(10)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert terminal.getvalue().endswith(" \r")
