"""`graphtui compare A B`: what it prints, and the exit code that a build can rely on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import graphtui
from graphtui.cli import main

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Carries out a command line; gives exit code, stdout and stderr."""
    monkeypatch.setenv("PYTHONUTF8", "1")

    def carry_out(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        return code, *capsys.readouterr()

    return carry_out


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Writes a small net, with another weight, dtype or op."""

    def written(name: str, weight: Any = 0.5, dtype: str = "float64", op: str = "tanh") -> Path:
        nodes = [
            {"id": "x", "op": "input", "value": [1.0, -2.0], "dtype": dtype},
            {"id": "w", "op": "parameter", "value": weight, "dtype": dtype},
            {"id": "z", "op": "multiply", "inputs": ["x", "w"]},
            {"id": "h", "op": op, "inputs": ["z"]},
            {"id": "L", "op": "sum", "inputs": ["h"]},
        ]
        graphtui.save_json(graphtui.Graph.from_dict({"nodes": nodes}), tmp_path / name)
        return tmp_path / name

    return written


def test_two_files_that_say_the_same(cli: Cli, save: Callable[..., Path]) -> None:
    code, out, err = cli("compare", save("a.json"), save("b.json"))
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "No number differs: 5 values and 5 gradients compared."


def test_two_files_that_differ(cli: Cli, save: Callable[..., Path]) -> None:
    code, out, err = cli("compare", save("a.json"), save("b.json", 0.75))
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines[0].startswith("a ")
    assert lines[0].endswith("a.json")
    assert " ".join(lines[2:4]) == (
        "The first difference is forward at 'w' and backward at 'z'. "
        "4 of 5 values differ, 3 of 5 gradients differ."
    )
    nodes = [line.split()[0] for line in lines[5:]]
    assert nodes == ["x", "w", "gradient", "z", "gradient", "h", "L"]


def test_as_json(cli: Cli, save: Callable[..., Path]) -> None:
    code, out, _ = cli("compare", save("a.json"), save("b.json", 0.75), "--json")
    found = json.loads(out)
    assert code == 1
    assert (found["same"], found["first"]) == (False, {"forward": "w", "backward": "z"})
    assert found["nodes"]["w"]["value"]["b"] == 0.75


def test_the_tolerance(cli: Cli, save: Callable[..., Path]) -> None:
    near = save("a.json"), save("b.json", 0.5 + 1e-6)
    assert cli("compare", *near)[0] == 1
    assert cli("compare", *near, "--tolerance", "1e-4")[0] == 0
    half = save("a.json"), save("c.json", 0.5, "float32")
    assert cli("compare", *half)[0] == 0
    assert cli("compare", *half, "--tolerance=0")[0] == 1


def test_a_file_in_python(cli: Cli, save: Callable[..., Path], tmp_path: Path) -> None:
    description = tmp_path / "net.py"
    description.write_text(
        "import numpy as np\n"
        "from graphtui import input, parameter\n"
        "x = input([1.0, -2.0])\n"
        "w = parameter(0.5)\n"
        "z = x * w\n"
        "h = np.tanh(z)\n"
        "L = np.sum(h)\n"
        "print('described')\n"
    )
    code, out, err = cli("compare", save("a.json"), f"{description}:L")
    assert (code, err.strip()) == (0, "described")
    assert "No number differs: 5 values and 5 gradients" in out


def test_a_seed_is_for_both(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "vector.json"
    nodes = [
        {"id": "x", "op": "input", "value": [1.0, -2.0]},
        {"id": "y", "op": "exp", "inputs": ["x"]},
    ]
    graphtui.save_json(graphtui.Graph.from_dict({"nodes": nodes}), path)
    code, out, err = cli("compare", path, path, "--seed", "[1, 2]")
    assert (code, err) == (0, "")
    assert "2 gradients compared" in out
    code, out, err = cli("compare", path, path)
    assert "0 gradients compared" in out
    assert err.count("forward only") == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "name the two FILEs to compare, got 0"),
        (("a.json",), 2, "name the two FILEs to compare, got 1"),
        (("-", "-"), 2, "standard input can be read only once"),
        (("a.json", "b.json", "--tolerance", "-1"), 2, "'--tolerance' wants a number from 0 up"),
        (("a.json", "b.json", "--step", "3"), 2, "'compare' takes no '--step'"),
    ],
)
def test_what_cannot_be_compared(cli: Cli, words: tuple[str, ...], code: int, said: str) -> None:
    found, out, err = cli("compare", *words)
    assert (found, out) == (code, "")
    assert said in err


def test_a_description_that_is_refused(cli: Cli, save: Callable[..., Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"nodes": [{"id": "x", "op": "tahn"}]}')
    code, out, err = cli("compare", save("a.json"), broken)
    assert (code, out) == (1, "")
    assert "'tahn' is not an op" in err
