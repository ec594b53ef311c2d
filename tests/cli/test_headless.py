"""The debugger as programs use it: lines in, lines of JSON out, and an exit code for builds."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphtui
from graphtui.cli import main
from graphtui.debugger.commands import COMMANDS, Command, perform
from graphtui.debugger.description import describe_file
from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph
from graphtui.ops import OPS
from graphtui.ui import start
from graphtui.view.tensor import stats
from tests.debugger.test_commands import EXAMPLES, prepared

ROOT = Path(__file__).parent.parent.parent
PROGRAM = [sys.executable, "-m", "graphtui"]
POSITION = ("step", "total", "phase", "node", "focus", "state", "stop")
VANISHING = ["-e", "sigmoid(x) * 1", "x=20"]

Line = dict[str, Any]
Talk = Callable[..., tuple[int, list[Line], str]]


class Keyboard(io.TextIOWrapper):
    """A stdin that is a terminal at which nobody types."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")

    def isatty(self) -> bool:
        return True

    def read(self, *_: object) -> str:
        pytest.fail("it waits for the keyboard")

    @property
    def buffer(self) -> Any:
        pytest.fail("it waits for the keyboard")


def read_json(text: str) -> Any:
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


@pytest.fixture
def talk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Talk:
    """Debugs something headless; gives the exit code, the lines, and what was on stderr."""

    def carry_out(*words: object, lines: object = ()) -> tuple[int, list[Line], str]:
        if isinstance(lines, (list, tuple)):
            texts = [each if isinstance(each, str) else json.dumps(each) for each in lines]
            lines = io.TextIOWrapper(io.BytesIO("\n".join(texts).encode()))
        monkeypatch.setattr("sys.stdin", lines)
        code = main(["debug", *map(str, words), "--headless"])
        out, err = capsys.readouterr()
        assert out.isascii()
        return code, [read_json(line) for line in out.splitlines()], err

    return carry_out


@pytest.fixture
def file(mlp: Graph, tmp_path: Path) -> Path:
    return saved(mlp, tmp_path / "mlp.json")


def saved(graph: Graph, path: Path) -> Path:
    graphtui.save_json(graph, path)
    return path


# Answers ----------------------------------------------------------------------------------------


def test_the_first_line_says_who_speaks_about_what(talk: Talk, file: Path) -> None:
    code, lines, err = talk(file)
    steps = len(DebugSession(graphtui.load(file)).run.plan.tasks)
    assert (code, err) == (0, "")
    assert lines == [
        {
            "graphtui": graphtui.__version__, "format": 1, "file": str(file), "output": "loss",
            "nodes": 13, "steps": steps, "backward": True, "warnings": [],
        }
    ]  # fmt: skip
    assert talk(*VANISHING)[1][0]["file"] == "sigmoid(x) * 1"


@pytest.mark.parametrize("finite", [True, False], ids=["finite", "NaN"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_row_answers_as_it_does_to_the_screen(
    talk: Talk,
    file: Path,
    command: Command,
    finite: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not finite:
        document = read_json(file.read_text())
        next(each for each in document["nodes"] if each["id"] == "x")["value"][0][0] = "nan"
        file.write_text(json.dumps(document))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("graphtui.cli.headless.DebugSession", lambda graph, seed: prepared(graph))
    examples = {**EXAMPLES, "file": str(tmp_path / "kept")}
    words = [each.choices[0] if each.choices else examples[each.kind] for each in command.arguments]
    text = " ".join([command.name, *words])
    marked = {"command": command.name, "args": words, "id": 7}
    for asked in (text, marked):
        session = prepared(graphtui.load(file))
        session.description = describe_file(file)
        expected = perform(session, text)
        code, (_, answer), err = talk(file, lines=[asked])
        assert (code, err) == (0, "")
        assert (answer["ok"], answer["command"]) == (True, command.name)
        assert answer["message"] == expected.text
        assert (answer["step"], answer["focus"]) == (session.cursor, session.focus)
        assert answer.get("id") == (7 if asked is marked else None)
        assert set(answer) == {"command", "ok", "message", *POSITION, "data"} | (
            {"id"} if asked is marked else set()
        )


def test_an_alias_answers_by_the_name_in_the_table(talk: Talk, file: Path) -> None:
    lines = talk(file, lines=["n 2", "p", "stp"])[1]
    assert [line["command"] for line in lines[1:]] == ["step", "back", "stp"]


def test_a_command_that_moves_brings_the_step_where_it_stands(talk: Talk, file: Path) -> None:
    commands = ["until h1", "goto x", "until h1 backward", "print grad(h1)", "restart", "restart"]
    lines = talk(file, lines=commands)[1][1:]
    forward, looked, backward, printed, start_, again = (line["data"] for line in lines)
    run = graphtui.run(graphtui.load(file))
    assert (forward["node"], forward["op"]) == ("h1", "tanh")
    assert np.array(forward["value"]).tobytes() == run.value("h1").tobytes()  # type: ignore[union-attr]
    assert looked is None
    (sent,) = backward["contributions"]
    assert (sent["input"], sent["local"]["structure"]) == ("a1", "diagonal")
    assert np.array(sent["downstream"]).tobytes() == run.gradient("a1").tobytes()  # type: ignore[union-attr]
    assert np.array(printed["value"]).tobytes() == run.gradient("h1").tobytes()  # type: ignore[union-attr]
    assert (start_, again) == (None, None)


def test_large_arrays_of_a_step_are_summed_up_and_print_gives_them(talk: Talk) -> None:
    words = ["-e", "exp(x)", f"x={[0.0] * 1000}", "--seed", str([1.0] * 1000)]
    assert len(talk(*words, lines=["step"])[1][1]["data"]["value"]) == 1000
    words = ["-e", "exp(x)", f"x={[0.0] * 1000 + [1.0]}", "--seed", str([1.0] * 1001)]
    step, printed = talk(*words, lines=["step", "print f"])[1][1:]
    assert step["data"]["value"] == {
        "elided": 1001, "shape": [1001], "min": 1.0, "max": float(np.exp(1)), "not_finite": 0
    }  # fmt: skip
    assert len(printed["data"]["value"]) == 1001


def test_the_state_follows_the_cursor(talk: Talk, file: Path) -> None:
    commands = ["break h1 forward", "goto h1", "c", "step", "c", "c"]
    lines = talk(file, lines=commands)[1][1:]
    assert [line["state"] for line in lines] == ["start"] * 2 + ["stopped"] * 2 + ["end"] * 2
    assert [line["stop"] is not None for line in lines] == [False, False, True] + [False] * 3
    (reason,) = lines[2]["stop"]["reasons"]
    assert (reason["breakpoint"], reason["catch"]) == (1, None)
    assert reason["message"] in lines[2]["message"]
    assert lines[0]["node"] is None
    assert lines[-1]["data"] is None, "it has not moved"


def test_a_catch_is_named_and_what_is_not_finite_is_a_word(talk: Talk) -> None:
    words = ["-e", "sum(where(x > 0, log(x), 0))", "x=[0.0, 1.0]"]
    lines = talk(*words, lines=["catch nan", "catch inf", "c", "c"])[1][3:]
    inf, nan = (line["stop"]["reasons"][0]["catch"] for line in lines)
    assert (inf, nan) == ("inf", "nan")
    assert lines[0]["data"]["value"] == ["-inf", 0.0]
    assert "an upstream of 0 meets a local gradient of infinity" in lines[1]["message"]


def test_an_op_that_raises_is_a_state_of_its_own(
    talk: Talk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, FloatingPointError("broken on purpose"))
    code, lines, _ = talk(file, lines=["c", "step"])
    assert code == 0
    assert [line["state"] for line in lines[1:]] == ["failed", "failed"]
    assert lines[1]["data"]["error"] == "broken on purpose"


def broken(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let every forward step raise."""

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("graphtui.engine.execute.Run._forward", fails)


# Refusals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "stp",
        "until nowhere",
        "step 0",
        "break if norm(",
        "print value(nope)",
        "until 'h1",
        '{"command": "step", "id": 3, "args": ["many"]}',
        '{"command": "step", "id": 3, "args": {}}',
        '{"command": "",  "id": 3}',
        '{"command": "until h1", "args": [],  "id": 3}',
        '"step',
        "[]",
        "step\0",
        '"#"',
    ],
)
def test_a_refusal_is_one_line_and_changes_nothing(talk: Talk, file: Path, line: str) -> None:
    code, lines, err = talk(file, lines=["step 3", "fold", "goto h1", line, "goto h1"])
    before, refusal, after = lines[3:]
    assert (code, err) == (0, "")
    assert refusal["ok"] is False
    assert refusal["error"]
    assert set(refusal) == {"command", "ok", "error"} | ({"id"} if '"id"' in line else set())
    assert refusal.get("id", 3) == 3
    assert before == after


def test_nothing_that_is_sent_ends_it(talk: Talk, file: Path) -> None:
    odd = b"\xff\xfe\n\n" + b"{" * 5000 + b"\nstep " + b"9" * 2_000_000 + b"\n\x00\n# x\n\r\nstep"
    code, lines, err = talk(file, lines=io.TextIOWrapper(io.BytesIO(odd)))
    assert (code, err) == (0, "")
    assert [line["ok"] for line in lines[1:]] == [False] * 4 + [True]
    assert lines[-1]["step"] == 1


def test_after_quit_nothing_is_read(talk: Talk, file: Path) -> None:
    code, lines, _ = talk(file, lines=["quit", "step"])
    assert (code, len(lines), lines[-1]["message"]) == (0, 2, "Bye.")
    code, lines, _ = talk(file, "-x", "quit", "-x", "step", lines=["step"])
    assert (code, len(lines)) == (0, 2)


# Commands on the command line -------------------------------------------------------------------


def test_commands_of_the_command_line_come_first(talk: Talk, file: Path) -> None:
    words = ["-x", "step 2", '--execute={"command": "step", "id": 1}', "-x", "# none"]
    code, lines, _ = talk(file, *words, lines=["step"])
    assert code == 0
    assert [line["step"] for line in lines[1:]] == [2, 3, 4]


def test_nobody_is_waited_for(talk: Talk, file: Path) -> None:
    assert len(talk(file, "-x", "step", lines=Keyboard())[1]) == 2
    assert len(talk(file, "-x", "step", lines=None)[1]) == 2
    assert len(talk(file, lines=None)[1]) == 1
    code, lines, _ = talk(file, "-x", "catch nan", "--until-end", lines=Keyboard())
    assert (code, lines[-1]["event"]) == (0, "end")


def test_a_check_with_commands_leaves_an_open_input_alone(talk: Talk, file: Path) -> None:
    class Open(Keyboard):
        def isatty(self) -> bool:
            return False

    assert talk(file, "-x", "catch nan", "--until-end", lines=Open())[0] == 0


def test_a_description_from_standard_input_leaves_no_commands_there(talk: Talk, file: Path) -> None:
    with file.open() as stream:
        code, lines, _ = talk("-", "-x", "step", lines=stream)
    assert (code, lines[0]["file"], len(lines)) == (0, "-", 2)


def test_the_screen_takes_commands_to_begin_with(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[object, ...]] = []

    def open_screen(_load: object, title: str, **more: object) -> int:
        opened.append((title, more["start"]))
        return 0

    monkeypatch.setattr(start, "open_screen", open_screen)
    monkeypatch.setattr(start, "prepare", lambda: None)
    monkeypatch.setattr("graphtui.ui.terminal.has_screen", lambda: True)
    monkeypatch.setattr("graphtui.ui.terminal.take_keyboard", lambda: None)
    assert main(["debug", *VANISHING, "-x", "break x", "-x", "c"]) == 0
    assert main(["debug", *VANISHING]) == 0
    assert opened == [("sigmoid(x) * 1", ("break x", "c")), ("sigmoid(x) * 1", ())]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["x.json", "--until-end"], "add --headless"),
        (["x.json", "-x", "c"], "needs a screen, and there is none here"),
        (["x.json", "--headless", "-x"], "needs COMMAND after it"),
        (["x.json", "--headless", "--json"], "takes no '--json'"),
        (["x.json", "--headles"], "Did you mean '--headless'?"),
    ],
)
def test_wrong_usage_is_said(
    capsys: pytest.CaptureFixture[str], words: list[str], hint: str
) -> None:
    assert main(["debug", *words]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), hint in err) == ("", 1, True)


# Checks -----------------------------------------------------------------------------------------


def check(talk: Talk, *words: object, lines: object = ()) -> tuple[int, list[Line], str]:
    return talk(*words, "--until-end", lines=lines)


def test_a_vanishing_gradient_fails_the_check(talk: Talk) -> None:
    code, lines, err = check(talk, *VANISHING, "-x", "catch vanishing", "-x", "catch nan")
    assert (code, err) == (5, "")
    stop, end = lines[3:]
    assert (stop["event"], end["event"], end["stops"]) == ("stop", "end", 1)
    assert stop["stop"]["reasons"][0]["catch"] == "vanishing"
    assert "< 0.001" in stop["message"]
    assert set(stop) == {"event", "message", *POSITION}
    assert set(end) == {*stop, "stops"}


def test_a_check_that_nothing_stops_is_green(talk: Talk) -> None:
    code, lines, err = check(talk, "-e", "sigmoid(x) * 1", "x=1", "-x", "catch vanishing")
    assert (code, err) == (0, "")
    assert (lines[-1]["state"], lines[-1]["stops"]) == ("end", 0)


def test_every_stop_is_told_in_order(talk: Talk, file: Path) -> None:
    words = ["-x", "break group:layer1 forward", "-x", "break h1 backward"]
    code, lines, _ = check(talk, file, *words)
    stops = [line for line in lines if line.get("event") == "stop"]
    assert code == 5
    assert [line["node"] for line in stops] == ["z1", "a1", "h1", "h1"]
    assert [line["step"] for line in stops] == sorted(line["step"] for line in stops)
    assert lines[-1]["stops"] == 4


def test_a_stop_that_a_command_has_come_to_counts(talk: Talk, file: Path) -> None:
    words = ["-x", "break h1 forward", "-x", "c", "-x", "print h1"]
    code, lines, _ = check(talk, file, *words)
    assert (code, lines[-1]["stops"]) == (5, 1)
    assert [line["event"] for line in lines if "event" in line] == ["end"]
    assert check(talk, file, *words, "-x", "quit")[0] == 5
    assert check(talk, file, "-x", "break h1", "-x", "quit")[0] == 0


def test_a_check_goes_on_from_where_its_commands_stand(talk: Talk, file: Path) -> None:
    assert check(talk, file, "-x", "until loss", "-x", "break h1 forward")[0] == 0


def test_a_check_takes_its_commands_from_standard_input_too(talk: Talk, file: Path) -> None:
    assert check(talk, file, lines=["break h1", {"command": "step"}])[0] == 5


@pytest.mark.parametrize("words", [("-x", "catch vanishng"), ("-x", "{}"), ("-x", "step \udcff")])
def test_a_typing_error_is_not_green(talk: Talk, words: tuple[str, ...]) -> None:
    for more in ((), ("-x", "catch vanishing")):
        code, lines, err = check(talk, *VANISHING, *more, *words)
        assert code == 2
        assert lines[-1]["ok"] is False
        assert "was refused: " in err
    assert check(talk, *VANISHING, lines=[words[1].replace("\udcff", "\0")])[0] == 2
    assert talk(*VANISHING, *words)[0] == 0, "it is not a check"


def test_a_check_of_gradients_that_cannot_come_is_not_green(talk: Talk) -> None:
    words = ["-e", "exp(x)", "x=[1, 2]"]
    code, lines, err = check(talk, *words, "-x", "catch vanishing")
    assert (code, lines[0]["backward"], lines[-1]["ok"]) == (2, False, False)
    assert "'catch vanishing' waits for gradients, and there are none" in err
    code, _, err = check(talk, *words, "-x", "catch nan")
    assert (code, err[:13]) == (0, "forward only:")
    assert check(talk, *words, "-x", "catch vanishing", "--seed", "[1, 1]")[0] == 0


def test_a_check_of_nothing_is_said(talk: Talk, file: Path) -> None:
    code, _, err = check(talk, file)
    assert (code, "nothing is checked" in err) == (0, True)


def test_a_run_that_does_not_come_to_its_end_is_not_green(
    talk: Talk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, FloatingPointError("broken on purpose"))
    code, lines, err = check(talk, file, "-x", "catch nan")
    assert (code, lines[-1]["state"], "not come to its end" in err) == (1, "failed", True)
    assert check(talk, file, "-x", "catch exception")[0] == 5


# Descriptions that do not load ------------------------------------------------------------------


def test_a_refused_description_is_a_line_too(talk: Talk, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"nodes": [{"id": "h", "op": "tahn", "inputs": ["q"]}]}')
    for more in ((), ("--until-end",)):
        code, (line,), err = talk(path, *more)
        assert (code, line["ok"]) == (1, False)
        assert line["error"].startswith(str(path))
        assert "Did you mean 'tanh'?" in err
        assert [each["path"] for each in line["problems"]] == [
            "$.nodes[0].op",
            "$.nodes[0].inputs[0]",
        ]


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("1 / 0\n", (), 3),
        ("while True: pass\n", ("--timeout", "0.05"), 4),
        ("from graphtui import input\nx = input(1.0)\ny = x * x\n", ("--seed", "[1, 2]"), 2),
    ],
)
def test_other_failures_have_their_codes(
    talk: Talk, tmp_path: Path, text: str, words: tuple[str, ...], code: int
) -> None:
    path = tmp_path / "net.py"
    path.write_text(text)
    found, (line,), err = talk(path, *words)
    assert (found, line["ok"]) == (code, False)
    assert set(line) == {"ok", "error", "problems"}
    assert "Traceback" not in err
    assert talk("a.json", "b.json")[0] == 2


def test_what_the_description_prints_is_talk(talk: Talk, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text("from graphtui import input\nprint('hello')\nx = input(1.0)\ny = x * x\n")
    code, (greeting,), err = talk(path)
    assert (code, greeting["output"], err) == (0, "y", "hello\n")


# Interruptions ----------------------------------------------------------------------------------


@contextmanager
def pressing(times: int) -> Iterator[None]:
    """Lets ctrl+c be pressed so many times while a tanh is computed."""
    op = OPS["tanh"]
    forward = op.forward

    def pressed(*arrays: Any) -> Any:
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        return forward(*arrays)

    object.__setattr__(op, "forward", pressed)  # frozen, as records are
    try:
        yield
    finally:
        object.__setattr__(op, "forward", forward)


def test_ctrl_c_ends_a_command_where_it_stands(talk: Talk, file: Path) -> None:
    with pressing(1):
        code, lines, err = talk(file, lines=["c", "c"])
    stopped, ended = lines[1:]
    assert (code, err) == (0, "")
    assert (stopped["node"], stopped["state"], stopped["interrupted"]) == ("h1", "stopped", True)
    assert stopped["message"].startswith("Stopped. ")
    assert (ended["state"], "interrupted" in ended) == ("end", False)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_ends_the_measuring_of_an_array(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.py"
    path.write_text(
        "import numpy\nfrom graphtui import input\nx = input(numpy.zeros(200_000))\ny = x.sum()\n"
    )
    real = stats._counted

    def pressed(*arguments: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        monkeypatch.setattr(stats, "_counted", real)
        return real(*arguments)

    monkeypatch.setattr(stats, "_counted", pressed)
    code, lines, err = talk(path, lines=["tensor x", "tensor x"])
    stopped, whole = lines[1:]
    assert (code, err, stopped["interrupted"]) == (0, "", True)
    assert stopped["message"] == "Stopped. Looking at x: (200000,) float64."
    assert 0 < stopped["data"]["value"]["statistics"]["seen"] < 200_000
    assert whole["data"]["value"]["statistics"]["seen"] == 200_000
    assert "interrupted" not in whole


def test_a_second_ctrl_c_ends_everything(talk: Talk, file: Path) -> None:
    with pressing(2):
        code, lines, err = talk(file, lines=["c", "c"])
    assert (code, len(lines), err) == (130, 1, "")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_ends_a_check(talk: Talk, file: Path) -> None:
    with pressing(1):
        assert talk(file, "-x", "catch nan", "--until-end")[0] == 130
        assert talk(file, "-x", "c")[0] == 130
        assert talk(file, "--until-end", lines=["c"])[0] == 130


def test_a_process_that_ignores_ctrl_c_goes_on(talk: Talk, file: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pressing(1):
            code, lines, _ = talk(file, lines=["c"])
    finally:
        signal.signal(signal.SIGINT, before)
    assert (code, lines[-1]["state"]) == (0, "end")


# The program as the system sees it --------------------------------------------------------------


def program(*words: str, **options: Any) -> subprocess.Popen[bytes]:
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(
        [*PROGRAM, "debug", *words, "--headless"], cwd=ROOT, **{**pipes, **options}
    )


def test_each_answer_comes_at_once() -> None:
    with program("examples/fan_out.json") as talking:
        assert talking.stdin is not None
        assert talking.stdout is not None
        assert read_json(talking.stdout.readline().decode())["nodes"] == 8
        for step in (1, 2):
            talking.stdin.write(b"step\n")
            talking.stdin.flush()
            assert read_json(talking.stdout.readline().decode())["step"] == step
        talking.stdin.close()
        assert talking.wait(60) == 0


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)]
)
def test_a_signal_ends_a_session_that_waits(number: signal.Signals, code: int) -> None:
    with program("examples/fan_out.json") as talking:
        assert talking.stdout is not None
        assert talking.stderr is not None
        talking.stdout.readline()
        talking.send_signal(number)
        assert talking.wait(60) == code
        assert talking.stderr.read() == b""


@pytest.mark.parametrize(("words", "code"), [((), 0), (("--until-end",), 5)])
def test_a_reader_that_has_gone_is_no_error_and_a_check_stays_honest(
    words: tuple[str, ...], code: int
) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        with program(*VANISHING, "-x", "catch vanishing", *words, stdout=write) as talking:
            out, err = talking.communicate(timeout=60)
    finally:
        os.close(write)
    assert (out, err, talking.returncode) == (None, b"", code)


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_not_there_are_no_bug(closed: str) -> None:
    words = "debug examples/fan_out.json --headless"
    found = subprocess.run(
        ["sh", "-c", f'"$0" -m graphtui {words} {closed}', sys.executable],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, b"")


# What is written about it -----------------------------------------------------------------------


def test_the_check_of_the_readme_fails_as_it_says(talk: Talk, monkeypatch: Any) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- headless -->\n```sh\n(.+)\n```", text)
    assert found
    _, _, *words = shlex.split(found[1])
    words.remove("--headless")
    monkeypatch.chdir(ROOT)
    code, lines, err = talk(*words)
    assert (code, err) == (5, "")
    assert "with exit code 5" in text
    assert "= 0.0037" in lines[-2]["message"].replace("0.00368674", "0.0037")
    assert "0.37 %" in text


def test_the_session_of_the_protocol_is_what_is_said(talk: Talk, monkeypatch: Any) -> None:
    text = (ROOT / "docs" / "headless.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- session -->\n```text\n(.+?)```", text, re.DOTALL)
    assert found
    first, *rest = found[1].splitlines()
    monkeypatch.chdir(ROOT)
    commands = [line[2:] for line in rest if line.startswith("> ")]
    _, lines, _ = talk(first.split()[3], lines=commands)
    lines[0]["graphtui"] = "0.1.0"
    assert lines == [read_json(line) for line in rest if not line.startswith("> ")]
    assert len(commands) >= 3


def test_the_protocol_names_every_field(talk: Talk, file: Path) -> None:
    text = (ROOT / "docs" / "headless.md").read_text(encoding="utf-8")
    lines = talk(file, lines=["break h1", "c", {"command": "stp", "id": 1}])[1][1:]
    lines += check(talk, file, "-x", "break h1")[1][2:]
    for name in {name for line in lines for name in line}:
        assert f"`{name}`" in text or f'"{name}"' in text
    assert all(f"`{state}`" in text for state in ("start", "stopped", "end", "failed"))
