"""The README is true: its tables are those of the code, and its commands and snippets run.

`UPDATE_README=1 pytest tests/test_readme.py` writes the generated tables into it.
"""

from __future__ import annotations

import io
import json
import os
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from graphtui.cli import main
from graphtui.cli.commands import COMMANDS as CLI_COMMANDS
from graphtui.debugger.commands import COMMANDS, perform
from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph
from graphtui.graph.load import load
from graphtui.ui.view_actions import VIEW_ACTIONS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def text() -> str:
    return README.read_text(encoding="utf-8")


def block(name: str) -> str:
    """What stands between `<!-- name -->` and `<!-- /name -->`."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text(), re.DOTALL)
    assert found, f"README.md has no block '{name}'"
    return found[1]


def code(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text(), re.DOTALL)


def key_table() -> str:
    rows = ["| key | command | what it does |", "|---|---|---|"]
    for row in (*COMMANDS, *VIEW_ACTIONS):
        keys = " ".join(f"`{key}`" for key in row.keys)
        usage = getattr(row, "usage", "")
        command = f"`{usage}`".replace("|", "\\|") if usage else ""
        rows.append(f"| {keys} | {command} | {row.help} |")
    return "\n".join(rows) + "\n"


def test_the_key_table_is_that_of_the_code() -> None:
    if os.environ.get("UPDATE_README"):
        before, mark, rest = text().partition("<!-- keys -->\n")
        after = rest[rest.index("<!-- /keys -->") :]
        README.write_text(before + mark + key_table() + after, encoding="utf-8")
    assert block("keys") == key_table()


def test_the_folder_table_names_every_layer_from_the_top_down() -> None:
    named = re.findall(r"^\| `graphtui/([a-z.]+)/?` ", block("folders"), re.MULTILINE)
    there = {p.name for p in (ROOT / "graphtui").iterdir() if (p / "__init__.py").is_file()}
    assert set(named) == there | {"errors.py"}
    contract = re.search(r"layers = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.DOTALL)
    assert contract
    layers = [name.removeprefix("graphtui.") for name in re.findall(r'"([\w.]+)"', contract[1])]
    assert [name.removesuffix(".py") for name in named] == [n for n in layers if n != "__main__"]


@pytest.mark.parametrize("path", re.findall(r"`((?:graphtui|examples|tests)/[\w/.]*)`", text()))
def test_every_path_it_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_commands_without_a_screen_are_those_of_the_code() -> None:
    listed = set(re.findall(r"^\| `graphtui ([a-z]+)[^`]*` \|", text(), re.MULTILINE))
    assert listed >= set(CLI_COMMANDS) - {"open"}
    assert listed <= set(CLI_COMMANDS)


def test_the_python_description_and_the_json_are_the_same_neuron(tmp_path: Path) -> None:
    description, *_ = code("python")
    (tmp_path / "neuron.py").write_text(description)
    (tmp_path / "neuron.json").write_text(code("json")[0])
    answers = []
    for name in ("neuron.py", "neuron.json"):
        answer = io.StringIO()
        with redirect_stdout(answer):
            assert main(["run", str(tmp_path / name), "--json"]) == 0
        nodes = json.loads(answer.getvalue())["nodes"]
        answers.append({name: nodes[name] for name in "wxbf"})
    assert answers[0] == answers[1]
    assert round(answers[0]["f"]["value"], 2) == 0.73
    assert "DebugSession" in code("python")[-1]


def test_the_python_snippet_says_what_it_says() -> None:
    """Every line with a comment `# …` gives what the comment says."""
    snippet = code("python")[-1]
    namespace: dict[str, object] = {}
    plain, expected = [], []
    for line in snippet.splitlines():
        statement, _, comment = line.partition("  #")
        plain.append(statement)
        if comment:
            expected.append((statement.strip(), comment.strip()))
    source = "\n".join(plain)
    for statement, comment in expected:
        before = source[: source.index(statement)]
        exec(before, namespace)
        assert repr(eval(statement, namespace)) == comment.partition(":")[0]
    exec(source, namespace)
    assert len(expected) >= 5


def test_the_expression_and_the_example_of_the_text_work() -> None:
    answer = io.StringIO()
    with redirect_stdout(answer):
        assert main(["run", "-e", "(x + y) * z", "x=-2", "y=5", "z=-4", "--json"]) == 0
    assert json.loads(answer.getvalue())["nodes"]["f"]["value"] == -12.0
    assert isinstance(load(ROOT / "examples" / "sigmoid.py"), Graph)


def test_the_op_of_your_own_is_right(tmp_path: Path) -> None:
    _, description, _ = code("python")
    (tmp_path / "cube.py").write_text(description)
    assert main(["gradcheck", str(tmp_path / "cube.py")]) == 0


def test_every_command_of_the_debugging_table_works() -> None:
    session = DebugSession(load(ROOT / "examples" / "two_layer_svm.py"))
    rows = re.findall(r"^\| (.*?) \|", block("debugging"), re.MULTILINE)
    typed = [each for row in rows for each in re.findall(r"`([^`]+)`", row)]
    assert len(typed) > 15
    for command in typed:
        if command.split()[0] in ("save", "export"):
            continue
        if command.startswith(("set", "undo", "diff", "why")):
            session.seek(len(session.run.plan.tasks))
        assert perform(session, command).text, command


def test_the_two_commands_are_marked_for_the_gate() -> None:
    for name, words in (("open", "graphtui examples/sigmoid.py"), ("tests", "pytest")):
        found = re.search(rf"<!-- {name} -->\n```sh\n(.+)\n```", text())
        assert found
        assert words in found[1]
