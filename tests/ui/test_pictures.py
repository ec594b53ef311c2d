"""Pictures of the screens that matter, each at the two usual sizes; the words of each as text too.

Each picture has a reason: the first thing that anybody sees; values on their way; a gradient that
is summed at a fan-out; a fault; a stop with everything that can be set; a list of it; what an edit
made stale; the page that explains everything. When a picture changes, look
at it (`rsvg-convert FILE.svg -o FILE.png`) before accepting it with `--snapshot-update`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.pilot import Pilot

from graphtui.graph.graph import Graph, node
from tests.ui.conftest import SIZES, new_app, sigmoid_neuron, text

GOLDENS = Path(__file__).parent / "goldens"

Compare = Callable[..., bool]


def summed() -> Graph:
    """y is used twice; its gradient is the sum of what comes back from both."""
    return Graph(
        [
            node("x", "input", value=[[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]]),
            node("W", "parameter", value=np.array([[0.2, -0.4], [0.1, 0.3], [-0.5, 0.6]])),
            node("bias", "parameter", value=[0.01, -0.02]),
            node("z", "matmul", ["x", "W"]),
            node("y", "add", ["z", "bias"]),
            node("h", "tanh", ["y"]),
            node("r", "square", ["y"]),
            node("t", "add", ["h", "r"]),
            node("loss", "sum", ["t"]),
        ],
        name="fan-out",
    )


def faulty() -> Graph:
    """The logarithm of a negative number is where the NaN begins."""
    return Graph(
        [
            node("x", "parameter", value=[0.5, -1.0, 2.0]),
            node("y", "subtract", ["x", "one"]),
            node("one", "constant", value=1.0),
            node("z", "log", ["y"]),
            node("loss", "mean", ["z"]),
        ],
        name="faulty",
    )


SET = (
    "break s",
    "break sigmoid/e backward if upstream < 0",
    "log grad(c) at op:add",
    "break op:exp forward",
    "disable 4",
    "watch norm(grad(w0))",
    "watch s > 0",
)
"""One of every kind of breakpoint, and two watches."""

SCREENS: dict[str, tuple[Callable[[], Graph], tuple[str, ...], tuple[str, ...]]] = {
    "first": (sigmoid_neuron, (), ()),
    "forward": (sigmoid_neuron, (), ("n",) * 4),
    "fan-out": (summed, (), ("f", "n", "n", "n", "n", "comma")),
    "fault": (faulty, (), ("n", "n")),
    "stop": (sigmoid_neuron, SET, ("c", "c", "c")),
    "list": (sigmoid_neuron, SET, ("c", "l", "down")),
    "stale": (sigmoid_neuron, ("continue", "set w2 = 1"), ("n",)),
    "help": (sigmoid_neuron, (), ("question_mark",)),
}
"""What each shows: a graph, after some commands and some keys."""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_picture(name: str, size: tuple[int, int], snap_compare: Compare) -> None:
    load, commands, keys = SCREENS[name]
    words: list[str] = []

    async def press_keys(pilot: Pilot[Any]) -> None:
        await pilot.press(*keys)
        await pilot.pause()
        words.append(text(pilot.app))

    app = new_app(load, first=commands)
    same_picture = snap_compare(app, terminal_size=size, run_before=press_keys)
    compare_words(name, size, words[0])
    assert same_picture


def compare_words(name: str, size: tuple[int, int], seen: str) -> None:
    """The words alone, which a failure shows line by line."""
    golden = GOLDENS / f"{name}-{size[0]}x{size[1]}.txt"
    if not golden.exists():  # a new screen: look at it, and commit it
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(seen, encoding="utf-8")
        pytest.fail(f"{golden.name} was written.")
    assert seen.split("\n") == golden.read_text(encoding="utf-8").split("\n")
