"""A saved session comes back as it was; whatever else its file holds is refused with its place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphtui.debugger.commands import perform
from graphtui.debugger.description import Description, describe_file
from graphtui.debugger.kept.carry_over import restore, state_of
from graphtui.debugger.kept.session_file import (
    MOST_EDITS,
    SavedSession,
    at_description,
    is_session,
    read_session,
    session_text,
)
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError, DescriptionError, GraphtuiError, LimitError
from graphtui.graph.graph import Graph, node
from graphtui.graph.json_file import save_json

NASTY = "n\"\\'\u202e\n\x1b]0;x\x07 [/b] é"


@pytest.fixture
def net(mlp: Graph, tmp_path: Path) -> Path:
    path = tmp_path / "net.json"
    save_json(mlp, path)
    return path


def opened(path: Path, graph: Graph, *commands: str) -> DebugSession:
    session = DebugSession(graph)
    session.description = describe_file(path)
    for command in commands:
        perform(session, command)
    return session


BUSY = (
    "fold layer1",
    "break h1 once",
    "break if norm(grad(W2)) > 1",
    "log norm(h1) at op:matmul",
    "catch vanishing 1e-4",
    "watch norm(grad(W1))",
    "continue",
    "set W2[0, 1] = nan",
    "until scores backward",
    "find W",
    "goto W1",
    "paths",
    "around 2",
)


def test_what_was_saved_is_read_again(net: Path, mlp: Graph) -> None:
    session = opened(net, mlp, *BUSY)
    session.view = {"zoom": 2, "panels": ["source"]}
    assert session.save() == f"Saved in '{net.with_suffix('.graphtui')}'."
    saved = read_session(net.with_suffix(".graphtui"))
    before, after = state_of(session), saved.state
    assert (after.step, after.tasks, after.focus) == (before.step, before.tasks, before.focus)
    assert (after.stops, after.watches, after.view) == (before.stops, before.watches, before.view)
    assert after.folded == before.folded
    assert (after.framed, after.paths, after.around) == (True, True, 2)
    assert (after.find, after.marked) == ("W", True)
    assert [each.to_dict() for each in after.edits] == [each.to_dict() for each in before.edits]
    assert saved.description == session.description
    assert saved.seed is None
    again = opened(net, mlp)
    assert restore(again, after) == []
    assert (again.cursor, again.focus) == (session.cursor, "W1")
    assert again.snapshot().lit == session.snapshot().lit is not None
    assert again.snapshot().hops == 2
    assert again.snapshot().matches == {"W1", "W2"}
    assert np.isnan(again.run.value("loss"))
    assert session_text(again, saved.file) == Path(saved.file).read_text()


TEXTS = st.text(max_size=12)
STATES = st.fixed_dictionaries(
    {},
    optional={
        "cursor": st.fixed_dictionaries(
            {
                "step": st.integers(0, 10**9),
                "tasks": st.lists(
                    st.fixed_dictionaries(
                        {"phase": st.sampled_from(["forward", "seed", "backward"]), "node": TEXTS}
                    ),
                    max_size=3,
                ),
            }
        ),
        "focus": TEXTS,
        "folded": st.lists(TEXTS, max_size=3),
        "watches": st.lists(TEXTS, max_size=3),
        "framed": st.none() | st.booleans(),
        "paths": st.booleans(),
        "around": st.none() | st.integers(1, 10**9),
        "find": st.none()
        | st.fixed_dictionaries(
            {"text": st.sampled_from(["h", "op:exp", "is:done", "shape:3x*", "'my layer'"])},
            optional={"marked": st.booleans()},
        ),
        "view": st.dictionaries(TEXTS, st.integers() | TEXTS, max_size=3),
        "seed": st.none() | st.floats(-9, 9) | st.lists(st.floats(-9, 9), max_size=3),
    },
)


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(document=STATES)
def test_every_well_written_session_is_read_and_tried_on_any_graph(
    document: dict[str, Any], tmp_path: Path, chain: Graph
) -> None:
    path = tmp_path / "x.graphtui"
    path.write_text(json.dumps({"graphtui-session": 1, "description": FILE, **document}))
    saved = read_session(path)
    session = DebugSession(chain)
    restore(session, saved.state)
    assert 0 <= session.cursor <= len(session.run.plan.tasks)
    assert session.focus in chain.nodes
    assert session.watches.to_dict()["watches"] == document.get("watches", [])


def test_names_may_hold_anything(tmp_path: Path) -> None:
    graph = Graph([node(NASTY, "input", value=2.0), node("f", "exp", [NASTY])])
    path = tmp_path / "net.json"
    save_json(graph, path)
    session = opened(path, graph)
    session.run_until(NASTY, "backward")
    session.save()
    raw = (tmp_path / "net.graphtui").read_bytes()
    assert raw.isascii()
    assert b"\x1b" not in raw
    again = opened(path, graph)
    assert restore(again, read_session(tmp_path / "net.graphtui").state) == []
    assert again.focus == NASTY


def test_a_session_moves_with_its_folder(net: Path, mlp: Graph, tmp_path: Path) -> None:
    opened(net, mlp, "step 3").save(str(tmp_path / "kept"))
    home = tmp_path / "elsewhere"
    home.mkdir()
    for name in ("net.json", "kept.graphtui"):
        (tmp_path / name).rename(home / name)
    saved = read_session(home / "kept.graphtui")
    assert saved.description.file == str(home / "net.json")
    assert saved.description == describe_file(home / "net.json")
    assert saved.is_beside


def test_a_description_elsewhere_is_told(net: Path, mlp: Graph, tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    answer = opened(net, mlp).save(str(tmp_path / "sessions" / "a.graphtui"))
    assert answer.endswith("'net.json' lies elsewhere: to open this, name both.")
    saved = read_session(tmp_path / "sessions" / "a.graphtui")
    assert saved.description.file == str(net)
    assert not saved.is_beside
    other = at_description(saved, Description("/else/net.py", None, "f" * 64))
    assert other.description.file == "/else/net.py"
    assert other.description.sha256 == saved.description.sha256


def test_output_seed_and_expression_are_kept(net: Path, mlp: Graph, tmp_path: Path) -> None:
    session = DebugSession(mlp, seed=np.float32(0.5))
    session.description = describe_file(f"{net}:loss")
    session.save(str(tmp_path / "a"))
    saved = read_session(tmp_path / "a.graphtui")
    assert saved.description.target == f"{net}:loss"
    assert saved.seed == 0.5
    vector = Graph([node("x", "input", value=[1.0, 2.0]), node("f", "exp", ["x"])])
    session = DebugSession(vector, seed=[1, 0])
    session.description = Description(expression="exp(x)", values={"x": "[1, 2]"})
    session.save(str(tmp_path / "b"))
    saved = read_session(tmp_path / "b.graphtui")
    assert saved.description == session.description
    assert saved.is_beside
    assert saved.seed == [1, 0]


# Writing ----------------------------------------------------------------------------------------


def test_only_sessions_are_written_over(net: Path, mlp: Graph, tmp_path: Path) -> None:
    session = opened(net, mlp)
    for name, content in (
        ("notes.graphtui", "my notes"),
        ("empty.graphtui", ""),
        ("picture.graphtui", "\x89PNG\n"),
        ("graph.graphtui", '{"graphtui": 1}'),
    ):
        (tmp_path / name).write_text(content, encoding="latin-1")
        with pytest.raises(CommandError, match="is there already, and is not a saved session"):
            session.save(str(tmp_path / name))
        assert (tmp_path / name).read_text(encoding="latin-1") == content
    (tmp_path / "folder.graphtui").mkdir()
    with pytest.raises(CommandError, match="is there already"):
        session.save(str(tmp_path / "folder.graphtui"))
    before = net.read_bytes()
    with pytest.raises(CommandError, match=r"ends in \.graphtui, and this ends in \.json"):
        session.save(str(net))
    assert net.read_bytes() == before
    with pytest.raises(CommandError, match="no such file or directory"):
        session.save(str(tmp_path / "nowhere" / "x"))


@pytest.mark.parametrize("call", ["mkstemp", "fsync", "fchmod", "replace"])
def test_a_failure_leaves_the_old_session(
    call: str, net: Path, mlp: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(net, mlp)
    session.save()
    kept = net.with_suffix(".graphtui")
    before = kept.read_bytes()
    session.step()

    def fail(*arguments: object, **named: object) -> object:
        raise OSError(28, "No space left on device")

    place = "tempfile" if call == "mkstemp" else "os"
    with monkeypatch.context() as patch:
        patch.setattr(f"graphtui.graph.replace_file.{place}.{call}", fail)
        with pytest.raises(CommandError, match="no space left on device"):
            session.save()
    assert kept.read_bytes() == before
    assert sorted(each.name for each in net.parent.iterdir()) == ["net.graphtui", "net.json"]
    session.save()
    assert read_session(kept).state.step == 1


def test_it_is_saved_where_it_came_from(net: Path, mlp: Graph, tmp_path: Path) -> None:
    session = opened(net, mlp)
    session.save(str(tmp_path / "first"))
    session.step()
    assert session.save() == f"Saved in '{tmp_path / 'first.graphtui'}'."
    assert not net.with_suffix(".graphtui").exists()


def test_a_graph_without_a_description_cannot_be_saved(mlp: Graph, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="came from no file"):
        DebugSession(mlp).save(str(tmp_path / "x"))
    session = DebugSession(mlp)
    session.description = Description(expression="x")
    with pytest.raises(CommandError, match="name a FILE"):
        session.save()


# Reading what somebody else wrote -----------------------------------------------------------------

FILE = {"file": "net.json"}
GOOD: dict[str, Any] = {
    "graphtui-session": 1,
    "description": {"file": "net.json", "sha256": "0" * 64},
    "seed": None,
    "cursor": {"step": 1, "tasks": [{"phase": "forward", "node": "h"}]},
    "focus": "h",
    "folded": ["g"],
    "stops": {"breakpoints": [{"number": 1, "condition": "h > 1"}], "catches": {"nan": {}}},
    "watches": ["norm(h)"],
    "edits": [{"set": "value", "node": "h", "to": 1.5, "dtype": "float64"}],
    "view": {},
}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "x.graphtui"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(tmp_path: Path, document: object) -> str:
    with pytest.raises(DescriptionError) as refused:
        read_session(written(tmp_path, json.dumps(document)))
    return str(refused.value)


def test_the_good_one_is_read(tmp_path: Path) -> None:
    saved = read_session(written(tmp_path, json.dumps(GOOD)))
    assert isinstance(saved, SavedSession)
    assert is_session(saved.file)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("graphtui-session", 2, '$["graphtui-session"]: the format is 1, and this is 2. Open it w'),
        ("graphtui-session", True, "this is true. Write 1."),
        ("graphtui-session", "1", 'this is "1". Write 1.'),
        ("description", None, "$.description: a session names the 'description'"),
        ("description", [], "a session names the 'description'"),
        ("description.file", 7, "$.description.file: the 'file' of a description is a path"),
        ("description.file", "", "is a path, as text"),
        ("description.file", "a\0.py", "is a path, as text"),
        ("description.file", "x" * 5000 + ".py", "is a path, as text"),
        ("description.file", "https://example.org/net.py", "is an address"),
        ("description.file", "file:///etc/passwd", "is an address"),
        ("description.file", "/dev/zero", "ends in .py or .json, and this is '/dev/zero'"),
        ("description.file", "-", "ends in .py or .json"),
        ("description.file", "other.graphtui", "ends in .py or .json"),
        ("description.output", 7, "$.description.output: the 'output' is the name"),
        ("description.output", "", "the 'output' is the name"),
        ("description.sha256", "zz", "64 hexadecimal digits"),
        ("description.sha256", 7, "64 hexadecimal digits"),
        ("description.shell", "rm", "'shell' is not known here. There are 'file'"),
        ("description.fil", "rm", "Did you mean 'file'"),
        ("seed", "1", "$.seed: the 'seed' is a number"),
        ("seed", True, "the 'seed' is a number"),
        ("cursor", 7, "$.cursor: 'cursor' is an object"),
        ("cursor.step", -1, "$.cursor.step: a step is a whole number"),
        ("cursor.step", 1.5, "a step is a whole number"),
        ("cursor.step", True, "a step is a whole number"),
        ("cursor.step", 10**12, "a step is a whole number"),
        ("cursor.tasks", {}, "'tasks' is a list"),
        ("cursor.tasks", [{"phase": "forward", "node": "h"}] * 101, "at most 100"),
        ("cursor.tasks", [7], "$.cursor.tasks[0]: a task has a 'phase' and a 'node'"),
        ("cursor.tasks", [{"phase": "up", "node": "h"}], "a task has"),
        ("cursor.tasks", [{"phase": "seed", "node": 7}], "a task has"),
        ("cursor.speed", 1, "'speed' is not known here"),
        ("focus", 7, "$.focus: the 'focus' is the name"),
        ("folded", "g", "$.folded: 'folded' is a list"),
        ("folded", [7], "'folded' is a list"),
        ("framed", 1, "$.framed: 'framed' is true or false."),
        ("paths", "on", "$.paths: 'paths' is true or false."),
        ("around", 0, "$.around: 'around' is a number of boxes, from 1 up"),
        ("around", True, "'around' is a number of boxes"),
        ("find", "relu", "$.find: 'find' is an object"),
        ("find", {}, "$.find.text: what was looked for is a 'text'"),
        ("find", {"text": ""}, "$.find.text: find what?"),
        ("find", {"text": "opp:relu"}, "Did you mean 'op'?"),
        ("find", {"text": "relu", "marked": 1}, "$.find.marked: 'marked' is true or false."),
        ("find", {"text": "relu", "mark": True}, "'mark' is not known here"),
        ("stops", 7, "$.stops: stops are written as an object"),
        ("stops.breakpoints", 7, "'breakpoints' is a list"),
        ("stops.breakpoints", [{"number": 1, "log": "h"}] * 2000, "2,000 breakpoints"),
        ("stops.catches", {"nan": 7}, "are an object"),
        ("watches", "h", "$.watches: 'watches' is a list"),
        ("watches", ["h"] * 101, "100 watches, which is the most"),
        ("edits", {}, "$.edits: 'edits' is a list"),
        ("edits", [GOOD["edits"][0]] * (MOST_EDITS + 1), "at most 1,000"),
        ("edits", [7], "$.edits[0]: an edit is written as an object"),
        ("edits", [{"set": "value", "node": "h", "to": "x"}], "$.edits[0]: the 'to' of an edit"),
        ("view", 7, "$.view: 'view' is an object"),
        ("veiw", {}, "'veiw' is not known here. Did you mean 'view'?"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(
    path: str, value: object, words: str, tmp_path: Path
) -> None:
    document = json.loads(json.dumps(GOOD))
    *outer, key = path.split(".")
    place = document
    for step in outer:
        place = place[step]
    place[key] = value
    told = refusal(tmp_path, document)
    assert words in told
    assert "x.graphtui:1:" in told


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    told = refusal(tmp_path, GOOD | {"focus": 1, "folded": 2, "watches": 3, "nodes": 4})
    assert told.count("x.graphtui:1:") == 4


@pytest.mark.parametrize("document", [[], 7, "graphtui-session", {}, {"graphtui": 1, "nodes": []}])
def test_what_is_no_session_is_told(document: object, tmp_path: Path) -> None:
    assert "this is no saved session" in refusal(tmp_path, document)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("{", "x.graphtui:1:"),
        ('{"graphtui-session": 1, "graphtui-session": 1}', "written twice"),
        ('{"graphtui-session": NaN}', "NaN is not a JSON number"),
        ("[" * 100_000, "nested"),
        ('{"graphtui-session": 1, "view": ' + '{"a":' * 300 + "1" + "}" * 301, "nested 301 deep"),
        ("PK\x03\x04", "a zip archive"),
        ("\x80\x04\x95", "x.graphtui"),
    ],
)
def test_what_is_no_text_of_ours_is_told(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(DescriptionError) as refused:
        read_session(written(tmp_path, text))
    assert words in str(refused.value)


def test_a_file_that_is_too_big_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(GOOD))
    with pytest.raises(LimitError, match="at most"):
        read_session(path, most_bytes=10)
    os.mkfifo(tmp_path / "pipe.graphtui")
    with pytest.raises(DescriptionError, match="named pipe"):
        read_session(tmp_path / "pipe.graphtui")
    with pytest.raises(DescriptionError, match="no such file"):
        read_session(tmp_path / "none.graphtui")


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_damaged_session_is_refused_or_read_and_nothing_else(
    data: st.DataObject, tmp_path: Path, chain: Graph
) -> None:
    text = json.dumps(GOOD)
    at = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 20))
    junk = data.draw(st.sampled_from(["", "7", '"', "null", "{}", "[", "\0", "é", "1e999"]))
    path = written(tmp_path, text[:at] + junk + text[at + length :])
    with suppress(GraphtuiError):
        saved = read_session(path)
        restore(DebugSession(chain), saved.state)
        assert saved.description.file.endswith((".py", ".json"))


WATCHFUL = """
import sys
from graphtui.debugger.kept.session_file import read_session
import graphtui.graph.json.mistakes, graphtui.graph.json.syntax
seen = []
def watch(event, arguments):
    if event in ("exec", "compile", "import", "os.system", "subprocess.Popen", "socket.connect"):
        seen.append(event)
    if event == "open" and isinstance(arguments[0], str):
        seen.append(str(arguments[0]))
sys.addaudithook(watch)
read_session(sys.argv[1])
print(*seen, sep="\\n")
"""


def test_reading_a_session_opens_and_runs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("open('canary', 'w')\n")
    evil = "__import__('os').system('touch canary')"
    document = GOOD | {"description": {"file": "net.py"}, "watches": [evil], "focus": evil}
    document["stops"] = {"breakpoints": [{"number": 1, "log": evil}]}
    path = written(tmp_path, json.dumps(document))
    done = subprocess.run(
        [sys.executable, "-c", WATCHFUL, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parent.parent.parent)},
    )
    assert done.stdout.split() == [str(path)]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["net.py", "x.graphtui"]
