"""What a description prints reaches the user, whenever it prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graphtui.cli import main
from graphtui.cli.arguments import Settings
from graphtui.cli.loading import Again, load_graph

PRINTING = (
    "from graphtui import define_op, input\n"
    "def forward(x):\n    print('forward of', x)\n    return x * x\n"
    "def vjp(upstream, y, x):\n    print('backward of', x)\n    return 2 * x * upstream\n"
    "op = define_op('op', forward, vjp)\n"
    "print('described')\nx = input(3.0)\ny = op(x)\n"
)


@pytest.fixture
def net(tmp_path: Path) -> str:
    path = tmp_path / "net.py"
    path.write_text(PRINTING)
    return str(path)


def test_it_is_told_once(net: str) -> None:
    graph, printed = load_graph(Settings(words=(net,)))
    assert printed().startswith("described\n")
    assert printed() == ""
    graph.nodes["y"].op.forward(2.0)
    assert printed() == "forward of 2.0\n"


def test_a_file_that_is_read_again_tells_what_it_prints_then(net: str) -> None:
    load = Again(Settings(words=(net,)))
    assert load.printed() == ""
    load()
    assert load.printed().startswith("described\n")
    Path(net).write_text(PRINTING.replace("described", "described anew"))
    load()
    assert load.printed().startswith("described anew\n")


def test_what_cannot_print_has_printed_nothing() -> None:
    _, printed = load_graph(Settings(expression="x + x", words=("x=1",)))
    assert printed() == ""


@pytest.mark.parametrize("command", ["run", "trace", "gradcheck", "draw"])
def test_commands_tell_what_ops_print_while_they_run(net: str, capsys: Any, command: str) -> None:
    assert main([command, net]) == 0
    out, told = capsys.readouterr()
    assert told.startswith("described\n")
    assert "forward of 3.0" in told
    assert command == "draw" or "backward of 3.0" in told
    assert "of 3.0" not in out.replace("value of 3.0", "")


def test_without_a_screen_it_is_told_after_each_command(net: str, capsys: Any) -> None:
    assert main(["debug", net, "--headless", "--until-end", "-x", "step"]) == 0
    out, told = capsys.readouterr()
    assert all(json.loads(line) for line in out.splitlines())
    assert told.index("described") < told.index("forward of 3.0") < told.index("backward of 3.0")
