"""An op that a description defines, on the screen: stepped as any other, and where it fails."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

import graphtui
from graphtui import define_op
from graphtui.cli.arguments import Settings
from graphtui.cli.loading import Again
from graphtui.graph.graph import Graph
from graphtui.graph.load import load
from graphtui.graph.python.tensor import graph_of
from graphtui.graph.worker.worker import Worker, start_worker
from graphtui.ops.linear_map import Array
from graphtui.ui.app import GraphtuiApp
from graphtui.ui.bars import printed_words
from graphtui.ui.engine_thread import InlineExecutor
from graphtui.ui.session_jobs import SessionJobs
from tests.ui.conftest import new_app, press, rows, text, type_in

LESSON = Path(__file__).parents[2] / "examples" / "custom_op.py"


async def test_it_is_stepped_as_any_other() -> None:
    app = new_app(lambda: load(LESSON))
    async with app.run_test(size=(120, 80)) as pilot:
        await press(pilot, "n", "n")
        assert "h = swish(z)" in text(app).replace(" (2, 3)", "")
        await type_in(pilot, "until h backward")
        seen = text(app)
        assert "swish_backward(upstream, h, z)" in seen
        assert "diagonal" in seen
        await type_in(pilot, "until z backward")
        assert "summed over axis 0: (2, 3) → (3,)" in text(app)
        await type_in(pilot, "restart")
        assert "step 0 of 9" in rows(app)[0]


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("os._exit(3)", "ended itself with exit code 3"),
        ("while True: pass", "was still at work after 0.3 s"),
        ("1 / 0", "ZeroDivisionError"),
        ("return (x, x)", "gave 2 gradients for 1 input"),
    ],
)
async def test_where_it_fails_the_past_can_be_looked_at(
    tmp_path: Path, deed: str, words: str
) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        "import os\nfrom graphtui import define_op, input\n"
        f"def vjp(upstream, y, x):\n    if x.sum() > 2:\n        {deed}\n    return upstream\n"
        "op = define_op('op', lambda x: 2 * x, vjp)\n"
        "x = input([0.5, 1.0])\ny = op(x)\nz = op(y)\nL = z.sum()\n"
    )
    app = new_app(lambda: load(path, timeout=0.3))
    async with app.run_test(size=(120, 40)) as pilot:
        await type_in(pilot, "continue")
        assert app.bug is None
        shown = app.main.shown
        assert shown is not None
        (fault,) = shown.snapshot.faults("z")
        assert words in fault.message
        assert "stopped here" in text(app)
        over = words.startswith(("ended", "was still"))
        assert fault.message.endswith("Load the description again.") is over
        assert shown.reply.text.endswith(" r loads it again.") is over
        while shown.snapshot.cursor:
            await press(pilot, "p")
            shown = app.main.shown
            assert shown is not None
        assert app.bug is None


@pytest.mark.parametrize("command", ["gradcheck y", "gradcheck all"])
async def test_where_its_program_has_died_a_command_is_refused_and_r_helps(
    tmp_path: Path, command: str
) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        "from graphtui import define_op, input\n"
        "op = define_op('op', lambda x: x * x, lambda upstream, y, x: 2 * x * upstream)\n"
        "x = input([0.5, 1.0])\ny = op(x)\nL = y.sum()\n"
    )
    workers: list[Worker] = []

    def loaded() -> Graph:
        workers.append(start_worker(str(path)))
        return workers[-1]()

    app = new_app(loaded)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "c")
        os.kill(workers[0].pid, signal.SIGKILL)
        for words in ("the program was killed", "'op' cannot be called any more: the program was"):
            await type_in(pilot, command)
            shown = app.main.shown
            assert shown is not None
            assert shown.refused
            assert words in shown.reply.text
            assert shown.reply.text.endswith(" r loads it again.")
            assert shown.snapshot.cursor == shown.snapshot.total
        await press(pilot, "r")
        await type_in(pilot, command)
        shown = app.main.shown
        assert shown is not None
        assert not shown.refused


async def test_what_it_prints_is_told_when_it_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        "from graphtui import define_op, input\n"
        "def forward(x):\n    print('forward of \\x1b[2J', x)\n    return x * x\n"
        "def vjp(upstream, y, x):\n    print('backward of', x)\n    return 2 * x * upstream\n"
        "op = define_op('op', forward, vjp)\n"
        "print('described')\nx = input(3.0)\ny = op(x)\n"
    )
    load = Again(Settings(words=(str(path),)))
    app = GraphtuiApp(SessionJobs(InlineExecutor(), load, printed=load.printed), "net.py")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        seen = text(app)
        assert "n goes a step on" in seen
        assert "net.py has printed:" in seen
        assert "  described" in seen
        await press(pilot, "n")
        assert "Step 1, forward: op gives 'y' its value." in text(app)
        assert "  forward of ␛[2J 3.0" in text(app)
        assert "described" not in " ".join(app.main.status.text)
        await press(pilot, "n")
        assert "has printed" not in text(app)
        await press(pilot, "n")
        assert "  backward of 3.0" in text(app)
        await type_in(pilot, "gradcheck all")
        assert app.main.page_is_open
        assert "net.py has printed:" in text(app)


async def test_what_an_op_prints_in_the_process_of_the_screen_is_told_too() -> None:
    def forward(x: Array) -> Array:
        print("forward of", x)
        return x * x

    graph = graph_of(define_op("op", forward)(graphtui.input(3.0)))
    app = new_app(lambda: graph, title="net")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "n")
        assert "net has printed:" in text(app)
        assert "  forward of 3.0" in text(app)
        await press(pilot, "p")
        assert "has printed" not in text(app)


def test_of_much_that_was_printed_the_end_is_told() -> None:
    lines = printed_words("net.py", "".join(f"line {n}\n" for n in range(5_000))).split("\n")
    assert lines[:3] == ["net.py has printed:", "    … 4,800 lines before …", "    line 4800"]
    assert lines[-1] == "    line 4999"
