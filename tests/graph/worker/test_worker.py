"""The worker process: what comes back, and what a program can do to it without doing it to us."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphtui.errors import (
    DescriptionError,
    GraphtuiError,
    LimitError,
    Place,
    Problem,
    UsageError,
    UserCodeError,
)
from graphtui.graph.graph import Graph, node
from graphtui.graph.json_file import load_json
from graphtui.graph.nodes import Limits
from graphtui.graph.python.run_file import run_file
from graphtui.graph.worker import wire
from graphtui.graph.worker.process import MOST_PRINTED, Printed
from graphtui.graph.worker.worker import Worker, start_worker

HEADER = "import os, sys, time\nimport numpy as np\nfrom graphtui import input, parameter\n"
GOOD = "w = parameter(2.0)\nf = w * w\n"

Write = Callable[[str], str]


def load_python(path: str, name: str | None = None, **options: Any) -> Graph:
    return start_worker(path, name, **options)()


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a program to `net.py` in a folder of its own, and says how the file is called."""
    monkeypatch.chdir(tmp_path)

    def written(program: str) -> str:
        Path("net.py").write_text(HEADER + program, encoding="utf-8")
        return "net.py"

    return written


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def is_running(pid: int) -> bool:
    """Whether a process exists and is more than an entry that nobody has collected."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def wait_until_gone(pid: int) -> None:
    """Wait for a process that is no child of ours; a hang fails by pytest's own limits."""
    pidfd = os.pidfd_open(pid) if is_alive(pid) else None
    if pidfd is not None:
        import select

        assert select.select([pidfd], [], [], 10.0)[0], f"{pid} is still there"
        os.close(pidfd)


# What comes back ----------------------------------------------------------------------------------


def test_the_graph_is_the_one_that_was_described(write: Write) -> None:
    path = write(
        "def gate(a):\n    return a[1:, None] ** 2 + np.array([1.5, np.nan])\n"
        "x = input(np.arange(6, dtype=np.float32))\n"
        "n = parameter(np.zeros((0, 3)))\n"
        "é = gate(x).sum(axis=(0, -1), keepdims=True)\n"
        "loss = é + np.where(é > 1, 1, -np.inf)\n"
    )
    ours, theirs = run_file(path), load_python(path)
    assert theirs == ours
    assert theirs.texts == ours.texts
    for name, mine in ours.nodes.items():
        other = theirs.nodes[name]
        assert (other.shape, other.dtype, other.group) == (mine.shape, mine.dtype, mine.group)
        assert theirs.place(name) == ours.place(name)
        if mine.value is not None:
            assert other.value is not None
            assert other.value.tobytes() == mine.value.tobytes()
            assert not other.value.flags.writeable


def test_a_graph_object_and_one_that_was_loaded_from_json(write: Write, tmp_path: Path) -> None:
    (tmp_path / "net.json").write_text(
        '{"name": "n", "nodes": [{"id": "W", "op": "parameter", "init": {"normal": '
        '{"shape": [3, 4], "seed": 7}}}, {"id": "f", "op": "sum", "inputs": ["W"]}]}'
    )
    graph = load_python(write("import graphtui\ngraph = graphtui.load('net.json')\n"))
    assert graph == load_json("net.json")
    assert graph.nodes["W"].init is not None
    place = graph.place("f")
    assert place is not None
    assert place.file == "net.json"
    assert '"id": "f"' in place.text[place.column - 1 :]


def test_it_starts_before_anybody_waits(write: Write) -> None:
    loading = start_worker(write("open('begun', 'w').close()\n" + GOOD))
    while not os.path.exists("begun"):
        assert is_alive(loading.pid)
        os.sched_yield()
    assert loading().output == "f"
    assert loading().output == "f"
    assert not is_alive(loading.pid)


def test_arguments_and_the_name_of_the_output(write: Write) -> None:
    path = write("a = input(float(sys.argv[1]))\nb = a * a\nc = a + a\n")
    graph = load_python(path, "b", args=["3"])
    assert graph.output == "b"
    assert graph.nodes["a"].value == 3.0


@pytest.mark.parametrize(
    ("program", "kind", "words"),
    [
        ("x = 1", DescriptionError, "net.py: no graph is described here"),
        ("parameter([1.0]) @ input([1.0, 2.0])", DescriptionError, "net.py:4:1: node 'matmul'"),
        ("1 / 0", UserCodeError, "net.py:4:1: the program stopped with ZeroDivisionError"),
        ("raise KeyboardInterrupt", UserCodeError, "stopped with KeyboardInterrupt"),
        ("w = parameter(np.ones(200))", LimitError, "'w' .200,. would need 1,600 bytes"),
        ("f = (", UserCodeError, r"net.py:4:5: Python cannot read this: '\(' was never"),
    ],
)
def test_errors_come_back_as_they_are(
    write: Write, program: str, kind: type[GraphtuiError], words: str
) -> None:
    path, limits = write(program), Limits(array_bytes=1_000)
    with pytest.raises(kind, match=words) as there:
        load_python(path, limits=limits)
    if "KeyboardInterrupt" not in program:
        with pytest.raises(kind) as here:
            run_file(path, limits=limits)
        assert str(there.value) == str(here.value)
        assert there.value.problems == here.value.problems  # type: ignore[attr-defined]


@pytest.mark.parametrize("shown", ["g", "g.graph()"])
def test_a_program_may_ask_for_its_own_output(write: Write, shown: str) -> None:
    """As `graphtui.debug` does in a worker: it marks the value, and opens no screen."""
    marking = f"from graphtui.graph.python.build import mark_output\nassert mark_output({shown})\n"
    assert load_python(write(GOOD + "g = w + w\n" + marking)).output == "g"


# Prints and questions -----------------------------------------------------------------------------


def test_nothing_that_is_printed_reaches_us(
    write: Write, capfd: pytest.CaptureFixture[str]
) -> None:
    loading = start_worker(
        write(
            "for i in range(10_000): print('line', i, 'é')\n"
            "os.write(1, b'raw\\n'); os.write(2, b'\\xff\\x1b[2J\\n')\n"
            "os.system('echo from a child')\n"
            "import warnings, logging\n"
            "warnings.warn('careful'); logging.warning('logged')\n" + GOOD
        )
    )
    assert loading().output == "f"
    assert capfd.readouterr() == ("", "")
    lines = loading.printed.splitlines()
    assert lines[:10_000] == [f"line {i} é" for i in range(10_000)]
    assert lines[10_000:10_003] == ["raw", "\ufffd\x1b[2J", "from a child"]
    assert any("careful" in line for line in lines)
    assert any("logged" in line for line in lines)


def test_of_very_much_only_the_end_is_kept(write: Write) -> None:
    loading = start_worker(write("os.write(1, b'x' * 3_000_000 + b'end')\n" + GOOD))
    loading()
    first, _, rest = loading.printed.partition("\n")
    assert first == f"({3_000_003 - MOST_PRINTED:,} bytes dropped)"
    assert len(rest) == MOST_PRINTED
    assert rest.endswith("xend")


def test_what_was_printed_is_counted_when_it_is_dropped() -> None:
    printed = Printed()
    for _ in range(5):
        printed.add(b"a" * MOST_PRINTED)
    printed.add(b"b")
    assert str(printed).startswith(f"({4 * MOST_PRINTED + 1:,} bytes dropped)\naaa")
    assert str(printed).endswith("ab")


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("n = __builtins__.input('how many? ')", r"EOFError: input\('how many\? '\) asks a quest"),
        ("assert sys.stdin.read() == ''\n1 / 0", "ZeroDivisionError"),
    ],
)
def test_nobody_answers_questions(write: Write, program: str, words: str) -> None:
    with pytest.raises(UserCodeError, match=words):
        load_python(write(program))


# Faults -------------------------------------------------------------------------------------------


def test_the_error_of_a_program_says_what_it_printed_last(write: Write) -> None:
    program = "for i in range(100): print('step', i)\n1 / 0\n"
    with pytest.raises(UserCodeError, match="ZeroDivisionError") as caught:
        load_python(write(program))
    *_, title, first, _, _, _, last = str(caught.value).split("\n")
    assert title.strip() == "the last that it printed:"
    assert (first.strip(), last.strip()) == ("step 95", "step 99")
    assert caught.value.problems[0].code == "user-code"


@pytest.mark.parametrize(
    ("program", "place"),
    [
        ("def train():\n    while True:\n        pass\ntrain()\n", r"net\.py:(5:5|6:9)"),
        ("time.sleep(60)\n", r"net\.py:4:1"),
        ("import threading\nthreading.Lock().acquire()\nlock = threading.Lock()\n"
         "lock.acquire()\nlock.acquire()\n", r"net\.py:8:1"),
        ("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass\n",
         r"net\.py:6:1"),
        ("import re\nre.match('(a*)*b', 'a' * 60)\n", r"net\.py:5:1"),
    ],
)  # fmt: skip
def test_a_program_without_an_end_is_ended(write: Write, program: str, place: str) -> None:
    worker = start_worker(write(program), timeout=0.3)
    with pytest.raises(LimitError, match=f"{place}: this was still at work after 0.3 s") as caught:
        worker.result()
    assert "--timeout 1.8" in str(caught.value)
    assert caught.value.problems[0].place is not None
    worker.close()
    assert not is_alive(worker.pid)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("print('going down')\nos._exit(7)",
         r"^net.py: the program ended itself with exit code 7, .*\n.*printed:\n\s+going down$"),
        ("os._exit(0)", "ended itself with exit code 0"),
        ("os.kill(os.getpid(), 9)", r"was killed \(SIGKILL\), perhaps because the memory"),
        ("os.kill(os.getpid(), 15)", "was ended by SIGTERM"),
        ("os.kill(os.getpid(), 50)", "was ended by signal 50|was ended by SIGRT"),
        ("os.abort()", r"net.py:4:1: the program was aborted by compiled code \(SIGABRT\)"),
        ("import ctypes\ndef boom():\n    ctypes.string_at(0)\nboom()\n",
         r"net.py:6:5: the program crashed in compiled code \(SIGSEGV\) before it handed over"),
        ("os.closerange(3, 256)\n" + GOOD, "before it handed over a graph"),
    ],
)  # fmt: skip
def test_a_program_that_ends_its_process(write: Write, program: str, words: str) -> None:
    with pytest.raises(UserCodeError, match=words):
        load_python(write(program))


def test_a_program_that_writes_into_our_pipe(write: Write) -> None:
    noise = (
        "for fd in range(3, 256):\n    try: os.write(fd, b'x' * 100)\n    except OSError: pass\n"
    )
    with pytest.raises(UserCodeError, match="the answer of the program is damaged"):
        load_python(write(noise + GOOD))


def test_threads_and_children_end_with_the_worker(write: Write) -> None:
    path = write(
        "import subprocess, threading\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "copy = os.fork()\n"
        "w = parameter(float(child.pid), name=f'{child.pid} {copy}')\n"
    )
    with start_worker(path) as worker:
        pids = [worker.pid, *map(int, worker.result().output.split())]
    for pid in pids:
        wait_until_gone(pid)
    assert not any(map(is_running, pids))


def test_closing_ends_one_who_waits(write: Write) -> None:
    worker = start_worker(write("time.sleep(60)"))
    errors: list[BaseException] = []

    def wait() -> None:
        try:
            worker.result()
        except UserCodeError as error:
            errors.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    worker.close()
    thread.join(10)
    assert not thread.is_alive()
    assert [str(error) for error in errors] == ["net.py: loading was cancelled."]
    assert not is_alive(worker.pid)
    worker.close()
    with pytest.raises(UserCodeError, match="cancelled"):
        worker.result()


def test_a_worker_that_nobody_holds_is_ended(write: Write) -> None:
    pid = start_worker(write("time.sleep(60)")).pid
    wait_until_gone(pid)


def test_a_worker_does_not_outlive_us(write: Write) -> None:
    """Not even if we are killed, and it is busy."""
    path = write("print('ready', flush=True)\nwhile True: pass\n")
    program = (
        "import os, signal, sys\n"
        "from graphtui.graph.worker.worker import start_worker\n"
        f"worker = start_worker({path!r})\n"
        "process = worker._process\n"
        "while 'ready' not in worker.printed: process._take(process._pipes.printed, bytearray())\n"
        "print(worker.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    wait_until_gone(int(run.stdout))


def test_the_current_folder_is_not_on_the_path_of_the_worker(write: Write) -> None:
    Path("numpy.py").write_text("raise RuntimeError('not this one')")
    Path("json.py").write_text("raise RuntimeError('not this one')")
    Path("sub").mkdir()
    Path(write(GOOD)).rename("sub/net.py")
    assert load_python("sub/net.py").output == "f"


def test_the_worker_loads_no_screen(write: Write) -> None:
    check = "assert not {'textual', 'rich', 'asyncio', 'subprocess'} & set(sys.modules)\n"
    assert load_python(write(GOOD + check)).output == "f"


def test_a_mistake_of_ours_is_not_blamed_on_the_user(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("import graphtui.graph.worker.wire as w\nw.graph_message = None\n" + GOOD)
    with pytest.raises(RuntimeError, match=r"while loading net\.py:\nTraceback(.|\n)*TypeError"):
        load_python(path)


def test_no_process_can_be_started(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    descriptors = len(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(LimitError, match="Python cannot be started"):
        start_worker(write(GOOD))
    assert len(os.listdir("/proc/self/fd")) == descriptors


# Messages -----------------------------------------------------------------------------------------


def test_a_message_is_cut_nowhere_and_every_damage_is_seen() -> None:
    graph = Graph([node("x", "input", value=[1.0, 2.0]), node("f", "exp", ["x"])])
    message = wire.graph_message(graph)
    assert wire.message_length(message, 100) == len(message)
    for cut in range(16):
        assert wire.message_length(message[:cut], 100) is None
    for length in (*range(16, len(message), 7), len(message) - 1):
        with pytest.raises(wire.BadMessage):
            wire.unpacked(message[:length])
    with pytest.raises(wire.BadMessage, match="bytes"):
        wire.message_length(message, 15)
    with pytest.raises(wire.BadMessage, match="does not begin"):
        wire.message_length(b"GET / HTTP/1.0\r\n", 100)


@pytest.mark.parametrize("arrays", ['[{"dtype": "object", "shape": [1]}]', "[{}]", "3", "[[]]"])
def test_arrays_of_unknown_kinds_are_not_read(arrays: str) -> None:
    text = ('{"arrays": ' + arrays + "}").encode()
    message = b"gtui" + len(text).to_bytes(4, sys.byteorder) + (8).to_bytes(8, sys.byteorder)
    with pytest.raises(wire.BadMessage):
        wire.unpacked(message + text + bytes(8))


def test_messages_go_through_a_pipe() -> None:
    reading, writing = os.pipe()
    wire.send(writing, wire.packed({"request": "describe"}, [np.arange(3), np.array(True)]))
    os.close(writing)
    received = wire.receive(reading, 100)
    assert received is not None
    header, (numbers, truth) = received
    assert header == {"request": "describe"}
    assert numbers.tolist() == [0, 1, 2]
    assert truth.shape == ()
    assert truth.dtype == bool
    assert wire.receive(reading) is None
    os.close(reading)


@pytest.mark.parametrize(
    "error",
    [
        DescriptionError([Problem("no.", Place("a.py", 1, 2, 1, 4, "text"), "node 'x'", "shape")]),
        UserCodeError("it failed\nbadly", [Problem("p")]),
        LimitError("too much"),
        UsageError("what?"),
    ],
)
def test_errors_survive_the_journey(error: GraphtuiError) -> None:
    header, _ = wire.unpacked(wire.error_message(error))
    other = wire.error_from(header)
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert other.problems == error.problems


def test_a_worker_is_a_context(write: Write) -> None:
    with start_worker(write(GOOD)) as worker:
        assert isinstance(worker, Worker)
        assert re.fullmatch("f", worker.result().output)
        assert is_alive(worker.pid)
    assert not is_alive(worker.pid)
