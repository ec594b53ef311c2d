"""`graphtui SESSION.graphtui`: what it is of is opened in its place, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphtui.cli import main
from graphtui.cli.arguments import Settings
from graphtui.cli.loading import Again
from graphtui.cli.saved import opening
from graphtui.debugger.description import Description, describe_file
from graphtui.debugger.session import DebugSession
from graphtui.errors import GraphtuiError
from graphtui.graph.graph import Graph, node
from graphtui.graph.json_file import save_json
from graphtui.graph.load import load

Outcome = tuple[int, str, str]
Cli = Callable[..., Outcome]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Carries out a command line without any input; gives exit code, stdout and stderr."""
    monkeypatch.setattr("sys.stdin", None)

    def carry_out(*words: object) -> Outcome:
        code = main([str(word) for word in words])
        return code, *capsys.readouterr()

    return carry_out


def graph() -> Graph:
    return Graph(
        [
            node("x", "input", value=[1.0, 2.0]),
            node("w", "parameter", value=3.0),
            node("f", "multiply", ["w", "x"]),
        ]
    )


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A session with an edit, a stop, a watch and a seed, beside its description."""
    save_json(graph(), tmp_path / "net.json")
    session = DebugSession(graph(), seed=[1.0, 10.0])
    session.description = describe_file(tmp_path / "net.json")
    session.set("w = 5")
    session.break_at("f backward")
    session.watch("sum(f)")
    session.seek(2)
    session.save()
    return tmp_path / "net.graphtui"


def test_without_a_terminal_the_run_is_that_of_the_session(kept: Path, cli: Cli) -> None:
    for words in ((kept, "--json"), ("run", kept, "--json")):
        code, out, err = cli(*words)
        assert (code, err) == (0, "")
        nodes = json.loads(out)["nodes"]
        assert nodes["f"]["value"] == [5.0, 10.0]
        assert nodes["w"]["gradient"] == 21.0
    code, out, _ = cli("trace", kept, "--json")
    assert json.loads(out.splitlines()[0])["value"] == [5.0, 10.0]


def test_another_seed_may_be_given(kept: Path, cli: Cli) -> None:
    _, out, _ = cli(kept, "--json", "--seed", "[0, 1]")
    assert json.loads(out)["nodes"]["w"]["gradient"] == 2.0


def test_headless_goes_on_where_it_stood(kept: Path, cli: Cli) -> None:
    code, out, err = cli(
        "debug", kept, "--headless", "-x", "step", "-x", "info watches", "-x", "save"
    )
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [each["step"] for each in answers[1:]] == [3, 3, 3]
    assert answers[1]["stop"]["reasons"][0]["message"] == "breakpoint 1 (f backward)"
    assert "Opened 'net.graphtui' at step 2 of 3." in err
    assert answers[3]["message"] == f"Saved in '{kept}'."


def test_a_changed_description_is_told(kept: Path, cli: Cli) -> None:
    changed = Graph([node("x", "input", value=1.0), node("g", "exp", ["x"])])
    save_json(changed, kept.with_suffix(".json"))
    code, _, err = cli("debug", kept, "--headless", "-x", "save", "--seed", "1")
    assert code == 0
    assert "'net.json' has changed since: 'f' has no seed step any more" not in err
    assert "'net.json' has changed since: " in err
    assert "Breakpoint 1 (f backward) is lost: no node is named 'f'." in err
    assert "The edit of w is lost: no node is named 'w'." in err
    # What is lost is not thrown away.
    document = json.loads(kept.read_text())
    assert document["stops"]["breakpoints"][0]["target"]["name"] == "f"
    assert document["edits"][0]["node"] == "w"


def test_commands_that_need_a_description_say_so(kept: Path, cli: Cli) -> None:
    for command in ("check", "gradcheck", "draw"):
        code, out, err = cli(command, kept)
        assert (code, out) == (1, "")
        assert f"{kept}: this is a saved session, not a graph" in err


def test_an_expression_is_debugged_again(tmp_path: Path, cli: Cli) -> None:
    from graphtui.graph.load import load_expression

    session = DebugSession(load_expression("x * y", {"x": "2", "y": "-3"}))
    session.description = Description(expression="x * y", values={"x": "2", "y": "-3"})
    session.save(str(tmp_path / "product"))
    code, out, _ = cli(tmp_path / "product.graphtui", "--json")
    assert code == 0
    assert json.loads(out)["nodes"]["f"]["value"] == -6.0
    code, _, err = cli(tmp_path / "product.graphtui", "net.json")
    assert code == 2
    assert "of an expression: name it alone" in err


CANARY = "from graphtui import parameter\nopen({!r}, 'w').close()\nf = parameter(2.0) * 3.0\n"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that leaves a mark when it is run, and a session of it in another folder."""
    path = tmp_path / "home" / "net.py"
    path.parent.mkdir()
    path.write_text(CANARY.format(str(tmp_path / "was run")))
    session = DebugSession(Graph([node("x", "input", value=1.0), node("f", "exp", ["x"])]))
    session.description = describe_file(path)
    (tmp_path / "mail").mkdir()
    session.save(str(tmp_path / "mail" / "evil.graphtui"))
    session.kept_in = ""
    session.save()
    return path


def test_a_program_beside_its_session_is_run(program: Path, tmp_path: Path, cli: Cli) -> None:
    assert cli(program.with_suffix(".graphtui"))[0] == 0
    assert (tmp_path / "was run").exists()


def test_a_program_elsewhere_is_run_only_when_it_is_named(
    program: Path, tmp_path: Path, cli: Cli
) -> None:
    evil = tmp_path / "mail" / "evil.graphtui"
    for words in ((evil,), ("debug", evil, "--headless"), ("run", evil)):
        code, out, err = cli(*words)
        assert code == 2
        assert f"{evil}: this is of the program '{program}'" in err + out
    assert not (tmp_path / "was run").exists()
    assert cli(evil, program)[0] == 0
    assert (tmp_path / "was run").exists()


def test_a_description_that_has_gone_may_be_named(kept: Path, tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "net.json").rename(tmp_path / "other.json")
    code, _, err = cli(kept)
    assert code == 2
    assert f"{kept}: its description '{tmp_path / 'net.json'}' is not there." in err
    code, out, _ = cli(kept, tmp_path / "other.json", "--json")
    assert code == 0
    assert json.loads(out)["nodes"]["f"]["value"] == [5.0, 10.0]
    code, _, err = cli(kept, "a.json", "b.json")
    assert code == 2
    assert "got 3 files" in err


def test_what_is_wrong_with_a_session_is_one_clear_error(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "x.graphtui"
    code, _, err = cli(path)
    assert code == 1
    assert "there is no such file" in err
    path.write_text('{"graphtui-session": 1, "description": {"file": "http://x/net.py"}}')
    code, out, err = cli(path)
    assert (code, out) == (1, "")
    assert f"{path}:1:49: $.description.file: 'http://x/net.py' is an address" in err
    code, out, err = cli("debug", path, "--headless")
    assert code == 1
    assert json.loads(out)["problems"][0]["path"] == "$.description.file"


def test_any_other_words_are_left_as_they_are() -> None:
    for settings in (
        Settings(words=("net.json",)),
        Settings(words=("-",)),
        Settings(),
        Settings(expression="x", words=("x.graphtui=2",)),
    ):
        assert opening(settings) == (settings, None)


def test_a_description_is_described_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    save_json(graph(), path)
    again = Again(Settings(words=(str(path),)))
    first = again.description
    assert first == describe_file(path)
    assert again().nodes["w"].value == 3.0
    save_json(Graph.from_dict(changed(graph().to_dict())), path)
    assert again().nodes["w"].value == 4.0
    assert again.description == describe_file(path) != first
    path.write_text("{")
    with pytest.raises(GraphtuiError):
        again()
    save_json(load_of(path), path)
    assert again() == graph()


def changed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with another value of w."""
    document["nodes"][1]["value"] = 4.0
    return document


def load_of(path: Path) -> Graph:
    """The graph as it was, by way of a file."""
    save_json(graph(), path)
    return load(path)
