"""Ops of a file that runs in a worker: the same numbers, and whatever may happen to the process."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphtui
from graphtui.cli import main
from graphtui.debugger.session import DebugSession
from graphtui.engine.execute import Run
from graphtui.errors import DescriptionError, LimitError, UserCodeError
from graphtui.graph.graph import Graph
from graphtui.graph.python.run_file import run_file
from graphtui.graph.worker.remote_op import RemoteFunctions
from graphtui.graph.worker.worker import start_worker
from graphtui.ops.user_op import UserOp

HEADER = (
    "import ctypes, os, sys, time\nimport numpy as np\n"
    "from graphtui import constant, define_op, input, parameter\n"
)
AFFINE = """\
affine = define_op(
    "affine",
    lambda x, W, b, *, scale=1.0, mode=("a", 1): scale * (x @ W) + b,
    lambda upstream, y, x, W, b, scale: (
        scale * upstream @ W.T, scale * x.T @ upstream, upstream.sum(axis=0)
    ),
)
x = input(np.arange(6.0).reshape(2, 3) / 7)
W = parameter(np.cos(np.arange(12.0)).reshape(3, 4))
b = parameter(np.ones(4))
h = affine(x, W, b, scale=0.5)
bent = define_op("bent", lambda x: np.log1p(np.exp(x)))
y = bent(h)
picked = define_op(
    "picked",
    lambda x, i: x[:, i],
    lambda upstream, y, x, i: (np.where(np.arange(4) == i, upstream[:, None], 0), None),
)
p = picked(y, constant(2))
L = np.sum(p * p)
"""
MISCHIEF = """\
def mischief(x):
    if x.sum() > 4:
        {deed}
    return x

act = define_op("act", lambda x: x * x, lambda upstream, y, x: 2 * mischief(x) * upstream)
x = input([1.0, 2.0])
h = act(x)
y = act(h)
L = np.sum(y)
"""

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a program to `net.py` in a folder of its own, and says how the file is called."""
    monkeypatch.chdir(tmp_path)

    def written(program: str) -> str:
        Path("net.py").write_text(HEADER + program, encoding="utf-8")
        return "net.py"

    return written


def own(graph: Graph, name: str) -> UserOp:
    op = graph.nodes[name].op
    assert isinstance(op, UserOp)
    return op


def pid_of(graph: Graph) -> int:
    for node in graph.nodes.values():
        if isinstance(node.op, UserOp):
            functions = node.op.functions
            assert isinstance(functions, RemoteFunctions)
            return functions._process.pid
    raise AssertionError("there is no op of its own")


def exists(pid: int) -> bool:
    """Whether the process is there, be it as an entry that nobody has collected."""
    return os.path.exists(f"/proc/{pid}")


# The same numbers ---------------------------------------------------------------------------------


def test_a_run_through_the_worker_is_the_run_here(write: Write) -> None:
    path = write(AFFINE)
    here, there = graphtui.run(run_file(path)), graphtui.run(graphtui.load(path))
    assert there.graph == here.graph
    assert not there.faults
    for name in here.graph.nodes:
        np.testing.assert_array_equal(there.value(name), here.value(name))
        np.testing.assert_array_equal(there.gradient(name), here.gradient(name))
        for ours, theirs in zip(here.contributions(name), there.contributions(name), strict=True):
            a, b = ours.local, theirs.local
            assert (a.structure, a.numeric, a.nonzeros) == (b.structure, b.numeric, b.nonzeros)
            everything = slice(None)
            np.testing.assert_array_equal(
                a.window(everything, everything), b.window(everything, everything)
            )
            pushed = np.cos(np.arange(float(a.matrix_shape[1]))).reshape(a.input_shape)
            np.testing.assert_array_equal(a.pushforward(pushed), b.pushforward(pushed))


def test_the_record_comes_over_as_it_was(write: Write) -> None:
    path = write(AFFINE)
    ours, theirs = run_file(path), graphtui.load(path)
    for name in ("h", "y", "p"):
        a, b = own(ours, name), own(theirs, name)
        for field in ("name", "inputs", "attrs", "formula", "local_formulas", "note", "results"):
            assert getattr(a, field) == getattr(b, field)
        assert theirs.nodes[name].attrs == ours.nodes[name].attrs
        assert b.functions.defined("forward") == a.functions.defined("forward")
        assert theirs.place(name) == ours.place(name)
    assert own(theirs, "h") is own(theirs, "h")
    assert not theirs.nodes["h"].value


def test_an_op_used_twice_is_one_op(write: Write) -> None:
    graph = graphtui.load(write(MISCHIEF.format(deed="pass")))
    assert own(graph, "h") is own(graph, "y")


def test_another_attribute_is_asked_there(write: Write) -> None:
    program = "twice = define_op('twice', lambda x, *, n=2: np.tile(x, n))\n"
    graph = graphtui.load(write(program + "x = input([1.0, 2.0])\ny = twice(x)\n"))
    other = graph.with_attrs("y", n=3)
    assert other.nodes["y"].shape == (6,)
    assert Run(other).finish().value("y").tolist() == [1.0, 2.0] * 3  # type: ignore[union-attr]
    with pytest.raises(DescriptionError, match="the forward of 'twice' stopped at net.py:4"):
        graph.with_attrs("y", n="many")


def test_the_program_stays_the_main_one(write: Write, tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("def double(x):\n    return 2 * x\n")
    graph = graphtui.load(
        write(
            "def forward(x):\n    from beside import double\n"
            "    assert sys.modules['__main__'].MARK == 1 and sys.argv[1] == 'given'\n"
            "    return double(x)\n"
            "MARK = 1\n"
            "def never(x):\n    raise AssertionError\n"
            "op = define_op('op', forward, shape=lambda shape: shape)\n"
            "y = op(input(3.0))\n"
        ),
        args=["given"],
    )
    assert graphtui.run(graph).value("y") == 6.0


def test_an_array_larger_than_any_pipe(write: Write) -> None:
    program = "op = define_op('op', lambda x: x + 1, lambda upstream, y, x: upstream)\n"
    path = write(program + "x = input(np.arange(300_000.0))\ny = op(x)\nL = np.sum(y)\n")
    run = graphtui.run(graphtui.load(path))
    np.testing.assert_array_equal(run.value("y"), np.arange(300_000.0) + 1)
    assert run.contributions("y")[0].local.structure == "identity"


def test_what_it_prints_does_not_come_between(write: Write, capfd: Any) -> None:
    deed = "print('x' * 300_000); sys.stderr.write('y' * 300_000)"
    worker = start_worker(write(MISCHIEF.format(deed=deed)))
    assert not graphtui.run(worker()).faults
    assert "xxx" in worker.printed
    assert capfd.readouterr() == ("", "")


# How long the process lives -----------------------------------------------------------------------


def test_it_lives_as_long_as_its_graph(write: Write) -> None:
    graph = graphtui.load(write(MISCHIEF.format(deed="pass")))
    pid = pid_of(graph)
    assert exists(pid)
    gc.collect()
    gc.disable()
    try:
        run = graphtui.run(graph)
        del graph
        assert exists(pid)
        del run
        assert not exists(pid), "no collector is needed, and no entry is left over"
    finally:
        gc.enable()


def test_without_ops_of_its_own_it_ends_with_the_description(write: Write) -> None:
    worker = start_worker(write("op = define_op('op', lambda x: x)\ny = input(2.0) * 3\n"))
    worker()
    assert not exists(worker.pid)


def test_it_ends_with_the_program(write: Write) -> None:
    path = write(MISCHIEF.format(deed="pass"))
    program = (
        "import graphtui, os\n"
        f"graph = graphtui.load({path!r})\n"
        "print(graph.nodes['y'].op.functions._process.pid)\n"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert found.stderr == ""
    assert not exists(int(found.stdout))


def test_a_copy_of_our_process_does_not_end_it(write: Write) -> None:
    path = write(MISCHIEF.format(deed="pass"))
    program = (
        "import graphtui, os, sys\n"
        f"graph = graphtui.load({path!r})\n"
        "if os.fork() == 0: sys.exit()\n"
        "os.wait()\n"
        "print(graphtui.run(graph).faults)\n"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (found.stdout.strip(), found.stderr) == ("()", "")


def test_a_closed_worker_answers_nothing(write: Write) -> None:
    with start_worker(write(MISCHIEF.format(deed="pass"))) as worker:
        graph = worker.result()
    (fault,) = graphtui.run(graph).faults
    assert "'act' cannot be called any more: it was closed. Load the description" in fault.message


# Faults -------------------------------------------------------------------------------------------

DEEDS = [
    ("os._exit(3)", "ended itself with exit code 3, .* in the vjp of 'act' at net.py:9", False),
    ("ctypes.string_at(0)", r"crashed .*\(SIGSEGV\) in the vjp of 'act' at net.py:6", False),
    ("os.abort()", r"aborted by compiled code \(SIGABRT\) in the vjp of 'act' at net.py:6", False),
    ("os.kill(os.getpid(), 9)", r"was killed \(SIGKILL\).* in the vjp of 'act' at net.py", False),
    ("while True: pass", r"still at work after 0.8 s at net.py:6, .*--timeout 4.8\.", False),
    ("time.sleep(60)", r"still at work after 0.8 s at net.py:6, so its program was ended", False),
    ("1 / 0", r"stopped at net.py:6:9 with ZeroDivisionError.* \(called from net.py:9\)", True),
    ("sys.exit(4)", r"stopped at net.py:6:9 with SystemExit: 4 \(called from net.py:9\)", True),
    ("raise KeyboardInterrupt", "stopped at net.py:6:9 with KeyboardInterrupt", True),
    ("x[0] = 1.0", "with ValueError: assignment destination is read-only", True),
    ("return np.ones((3, 2))", "net.py:9, gave shape .3, 2. for input 'x' of shape .2,.", True),
    ("os.closerange(3, 256)", "the program ended itself", False),
    ("for fd in range(3, 256):\n            try: os.write(fd, b'x' * 50)\n"
     "            except OSError: pass", "the answer of the vjp of 'act' is damaged", False),
    ("copy = os.fork()", "", True),
]  # fmt: skip


@pytest.mark.parametrize(("deed", "words", "lives"), DEEDS, ids=[deed for deed, *_ in DEEDS])
def test_what_a_vjp_does_is_a_fault_at_its_node(
    write: Write, deed: str, words: str, lives: bool
) -> None:
    patience = 0.8 if "after" in words else None
    graph = graphtui.load(write(MISCHIEF.format(deed=deed)), timeout=patience)
    session = DebugSession(graph)
    pid = pid_of(graph)
    session.resume()
    run = session.run
    if not words:
        assert not run.faults
        return
    (fault,) = run.faults
    assert (fault.node, fault.phase, fault.kind) == ("y", "backward", "exception")
    assert re.search(words, fault.message), fault.message
    assert "\n" not in fault.message
    assert fault.place is not None
    assert fault.place.text == "y = act(h)"
    assert exists(pid) == lives
    assert lives or fault.message.endswith(" Load the description again.")
    # The past stays walkable, with what was found out about it.
    assert session.cursor == fault.step
    while session.cursor:
        session.step_back()
        assert session.snapshot().run is run
    session.resume()
    assert session.cursor == fault.step
    (again,) = graphtui.run(graph).faults
    assert (again.node, again.phase) == (("y", "backward") if lives else ("h", "forward"))
    assert lives or "cannot be called any more: " in again.message


def test_a_crash_in_forward_is_a_fault_there(write: Write) -> None:
    program = MISCHIEF.replace("lambda x: x * x", "lambda x: mischief(x) ** 2")
    graph = graphtui.load(write(program.format(deed="os._exit(1)")))
    (fault,) = graphtui.run(graph).faults
    assert (fault.node, fault.phase) == ("y", "forward")
    assert "in the forward of 'act' at net.py:9" in fault.message


def test_while_it_is_described_it_is_a_failure_of_the_program(write: Write) -> None:
    path = write("op = define_op('op', lambda x: os._exit(3))\ny = op(input(2.0))\n")
    with pytest.raises(UserCodeError, match="exit code 3, .* before it handed over a graph"):
        graphtui.load(path)
    path = write("op = define_op('op', lambda x: time.sleep(60))\ny = op(input(2.0))\n")
    with pytest.raises(LimitError, match=r"net.py:4.*: this was still at work after 0.3 s"):
        graphtui.load(path, timeout=0.3)
    path = write("op = define_op('op', lambda x: 1 / 0)\ny = op(input(2.0))\n")
    with pytest.raises(DescriptionError, match=r"net.py:5:5: node 'y': .* net.py:4:32 with Zero"):
        graphtui.load(path)


def test_a_hung_call_ends_when_the_worker_is_closed(write: Write) -> None:
    worker = start_worker(write(MISCHIEF.format(deed="open('begun', 'w'); time.sleep(60)")))
    graph = worker()
    runs: list[Run] = []
    thread = threading.Thread(target=lambda: runs.append(graphtui.run(graph)))
    thread.start()
    while not os.path.exists("begun"):
        os.sched_yield()
    worker.close()
    thread.join(10)
    assert not thread.is_alive()
    (fault,) = runs[0].faults
    assert "cannot be called any more" in fault.message
    assert not exists(worker.pid)


def test_calls_from_several_threads_do_not_mix(write: Write) -> None:
    graph = graphtui.load(write(MISCHIEF.format(deed="pass")))
    op, wrong = own(graph, "y"), []

    def call(number: int) -> None:
        for _ in range(50):
            x = np.full(2, float(number))
            if not np.array_equal(op.forward(x), x * x):
                wrong.append(number)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_between_calls_time_does_not_count(write: Write) -> None:
    """The worker's clock goes on for a moment after a call; then it must be stopped."""
    graph = graphtui.load(write(MISCHIEF.format(deed="pass")), timeout=0.4)
    op, process = own(graph, "y"), own(graph, "y").functions
    assert isinstance(process, RemoteFunctions)
    op.forward(np.ones(2))
    with pytest.raises(TimeoutError):
        wait_for_end(process._process.pid, 0.9)
    assert op.forward(np.ones(2)).tolist() == [1.0, 1.0]


def wait_for_end(pid: int, seconds: float) -> None:
    import select

    descriptor = os.pidfd_open(pid)
    try:
        if not select.select([descriptor], [], [], seconds)[0]:
            raise TimeoutError
    finally:
        os.close(descriptor)


def test_a_call_costs_one_short_message_each_way(write: Write) -> None:
    """On an idle machine it takes a tenth of a millisecond; here, not a hundred times that."""
    op = own(graphtui.load(write(MISCHIEF.format(deed="pass"))), "y")
    x = np.ones(2)
    op.forward(x)
    begin = time.process_time()
    for _ in range(300):
        op.forward(x)
    assert (time.process_time() - begin) / 300 < 0.01


# At the command line ------------------------------------------------------------------------------


def test_the_check_through_the_worker_names_the_element(write: Write, capsys: Any) -> None:
    program = MISCHIEF.format(deed="x = x + 0.25 * (np.arange(2) == 1)")
    assert main(["gradcheck", write(program)]) == 1
    printed = capsys.readouterr()
    assert "! act at 'y' sends " in printed.out
    assert "'h[1]', differences say" in printed.out
    assert "act at 'h'" not in printed.out
    report = graphtui.gradcheck(graphtui.load("net.py"))
    (culprit,) = report.culprits
    assert culprit.numeric == pytest.approx(8.0)
    assert culprit.analytic == pytest.approx(8.5)


def test_the_check_stops_where_the_run_does(write: Write, capsys: Any) -> None:
    assert main(["gradcheck", write(MISCHIEF.format(deed="return np.ones((3, 2))"))]) == 2
    error = capsys.readouterr().err
    assert "the run stopped at 'y'" in error
    assert "The input was repeated along axis 0, so sum over that: .sum(axis=0)" in error


@pytest.mark.parametrize("command", ["run", "trace", "draw", "check"])
def test_every_command_shows_a_crash(write: Write, capsys: Any, command: str) -> None:
    assert main([command, write(MISCHIEF.format(deed="os._exit(1)"))]) == 0
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    if command != "check":
        assert "act" in printed.out
    if command == "trace":
        assert main([command, "net.py", "--json"]) == 0
        assert '"error": "the program ended itself' in capsys.readouterr().out
