"""The program as the system sees it: streams, signals, and terminals that are not there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import Terminal

ROOT = Path(__file__).parent.parent.parent
PROGRAM = [sys.executable, "-m", "graphtui"]
EXAMPLE = str(ROOT / "examples" / "fan_out.json")


def environment(**changed: str) -> dict[str, str]:
    """Ours, without what says how text is encoded."""
    names = ("LC_ALL", "LC_CTYPE", "LANG", "PYTHONUTF8", "PYTHONIOENCODING")
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return {**kept, **changed}


def run(*words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """The program, carried out without a terminal; it must end by itself."""
    given = {"stdin": subprocess.DEVNULL, "capture_output": True, "env": environment(), **options}
    return subprocess.run([*PROGRAM, *words], cwd=ROOT, timeout=60, check=False, **given)


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """A description whose trace is longer than any pipe holds."""
    nodes: list[dict[str, object]] = [{"id": "n0", "op": "input", "value": 0.5}]
    nodes += [{"id": f"n{i}", "op": "sin", "inputs": [f"n{i - 1}"]} for i in range(1, 1500)]
    path = tmp_path / "chain.json"
    path.write_text(json.dumps({"nodes": nodes}))
    return path


@pytest.mark.parametrize("words", [(), (EXAMPLE,), ("run", EXAMPLE), ("-",)], ids=str)
def test_without_a_terminal_nothing_hangs(words: tuple[str, ...]) -> None:
    found = run(*words)
    assert found.returncode == (1 if words == ("-",) else 0)
    assert bool(found.stdout) != bool(found.stderr)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("words", ["run examples/fan_out.json", "", "--version", "zebra"])
def test_closed_streams_are_no_bug(closed: str, words: str) -> None:
    found = subprocess.run(
        ["sh", "-c", f'"$0" -m graphtui {words} {closed}', sys.executable],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
        env=environment(),
    )
    assert found.returncode == (2 if words == "zebra" else 0)
    assert b"bug" not in found.stderr


def test_a_reader_that_leaves_early_is_no_error(chain: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "trace", str(chain), "--json"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert json.loads(program.stdout.readline())["step"] == 1
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait(60) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
def test_a_full_disk_is_said() -> None:
    with open("/dev/full", "wb") as full:
        found = run("run", EXAMPLE, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert found.returncode == 2
    assert found.stderr == b"standard output cannot be written: No space left on device.\n"


@pytest.mark.parametrize(
    ("changed", "ascii_only"),
    [
        ({"LC_ALL": "C"}, True),
        ({"LANG": "C"}, True),
        ({"PYTHONIOENCODING": "latin-1"}, True),
        ({"LANG": "C.UTF-8"}, False),
        ({}, False),
        ({"LANG": "C", "PYTHONIOENCODING": "utf-8"}, False),
    ],
    ids=str,
)
def test_the_locale_decides_about_box_drawing(changed: dict[str, str], ascii_only: bool) -> None:
    found = run("draw", EXAMPLE, env=environment(**changed))
    assert (found.returncode, found.stderr) == (0, b"")
    assert found.stdout.isascii() is ascii_only


def test_a_message_reaches_a_stderr_without_unicode(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"nodes": [{"id": "é", "op": "漢"}]}', encoding="utf-8")
    found = run("check", str(path), env=environment(LC_ALL="C"))
    assert found.returncode == 1
    assert found.stderr.isascii()
    assert b"bad.json:1:" in found.stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)]
)
def test_a_signal_ends_it_without_a_traceback(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    fifo, path = tmp_path / "started", tmp_path / "endless.py"
    os.mkfifo(fifo)
    path.write_text(f"open({str(fifo)!r}, 'w').close()\nwhile True:\n    pass\n")
    with subprocess.Popen(
        [*PROGRAM, "run", str(path)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        fifo.read_bytes()  # waits until the description runs
        program.send_signal(number)
        assert program.communicate(timeout=60) == (b"", b"")
        assert program.returncode == code


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [("q\r", 0, "sigmoid"), ("99\r", 2, "numbered 1 to"), ("\x04", 0, "sigmoid")],
    ids=["leave", "a number too high", "end of input"],
)
def test_the_list_of_examples_takes_an_answer(answer: str, code: int, words: str) -> None:
    with Terminal(PROGRAM, cwd=ROOT, answers=False) as terminal:
        terminal.wait_for("Open which one?")
        terminal.send(answer)
        assert terminal.wait_exit() == code
        assert words in terminal.raw.decode()
        assert "\x1b" not in terminal.raw.decode()


def test_what_comes_through_a_pipe_is_shown_and_keys_still_work() -> None:
    command = f"cat {EXAMPLE} | {sys.executable} -m graphtui -"
    with Terminal(["sh", "-c", command], cwd=ROOT) as terminal:
        terminal.wait_for("step 0")
        terminal.send("n")
        terminal.wait_for("step 1")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert terminal.termios_restored()
        assert not terminal.modes_left_on()


def test_a_dumb_terminal_gets_text() -> None:
    with Terminal([*PROGRAM, EXAMPLE], cwd=ROOT, env={"TERM": "dumb"}) as terminal:
        assert terminal.wait_exit() == 0
        assert b"42.0" in terminal.raw
        assert b"\x1b" not in terminal.raw
