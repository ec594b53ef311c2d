"""The house keeps its rules: layers, imports at run time, and habits that a reader relies on."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from graphtui.ui.start import SOON

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "graphtui"
FILES = sorted(PACKAGE.rglob("*.py"))
CONTRACTS = (
    "Layers point down",
    "Only ui knows Textual and Rich",
    "No cycles",
    "JSON never runs code",
)
RUNS_THE_USERS_PYTHON = "graphtui/graph/python/run_file.py"
MOST_LINES = 460


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# Import contracts -------------------------------------------------------------------------------


def lint(folder: Path) -> str:
    """What the import linter says about the package in `folder`, one word for each contract."""
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as lint; lint()",
            "--no-cache",
            "--config",
            str(folder / "pyproject.toml"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONUTF8": "1", "PATH": "", "COLUMNS": "200"},
    )
    return re.sub(r"\x1b\[[0-9;]*m", "", found.stdout + found.stderr)


def broken(report: str) -> set[str]:
    return {name for name in CONTRACTS if f"{name} BROKEN" in report}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the package and its contracts, to be broken on purpose."""
    for path in FILES:
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def add(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_the_import_contracts_are_kept() -> None:
    report = lint(ROOT)
    assert f"{len(CONTRACTS)} kept, 0 broken" in report, report


def test_a_broken_contract_is_noticed(copy: Path) -> None:
    """The control: violations of every kind, inside functions, where they are easily missed."""
    package = copy / "graphtui"
    add(package / "ops" / "op.py", "\ndef _up():\n    import graphtui.graph.graph\n")
    add(package / "view" / "text" / "lines.py", "\ndef _out():\n    import rich.text\n")
    add(
        package / "graph" / "json_file.py",
        "\ndef _run():\n    import graphtui.graph.worker.worker\n",
    )
    assert broken(lint(copy)) == set(CONTRACTS)


def test_a_folder_that_belongs_nowhere_is_noticed(copy: Path) -> None:
    (copy / "graphtui" / "somewhere").mkdir()
    (copy / "graphtui" / "somewhere" / "__init__.py").write_text("")
    report = lint(copy)
    assert "graphtui.somewhere" in report
    assert "0 broken" not in report


# Imports at run time ----------------------------------------------------------------------------

HEAVY = ("numpy", "textual", "rich")


def loaded(statement: str, among: Sequence[str] = HEAVY) -> set[str]:
    """Which of some modules, the heavy ones, a fresh interpreter has loaded after `statement`."""
    program = (
        f"import sys, io\nsys.stdout = io.StringIO()\n{statement}\n"
        f"print(*[name for name in {among!r} if name in sys.modules], file=sys.__stdout__)"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(found.stdout.split())


def running(*words: str) -> str:
    """The statement that carries out a command, and sees that it went well."""
    return f"from graphtui.cli import main\nassert main({list(words)!r}) == 0"


@pytest.mark.parametrize(
    "statement",
    ["import graphtui", running("--help"), running("--version"), running(), running("examples")],
)
def test_what_needs_no_numbers_loads_none(statement: str) -> None:
    assert loaded(statement) == set()


@pytest.mark.parametrize(
    "words",
    [
        ("run", "examples/sigmoid.py"),
        ("trace", "examples/sigmoid.json", "--json"),
        ("check", "examples/sigmoid.json"),
        ("gradcheck", "examples/sigmoid.json"),
        ("draw", "examples/sigmoid.json"),
        ("debug", "examples/sigmoid.json", "--headless", "-x", "continue", "-x", "why"),
        ("ops",),
        ("schema",),
        ("examples", "fan_out.json"),
        ("examples/fan_out.json",),
    ],
    ids=" ".join,
)
def test_commands_without_a_screen_load_no_screen(words: tuple[str, ...]) -> None:
    assert loaded(running(*words)) == {"numpy"}


def test_the_public_names_load_no_screen() -> None:
    names = "graphtui.Graph, graphtui.run, graphtui.DebugSession, graphtui.OPS, graphtui.gradcheck"
    assert loaded(f"import graphtui\n{names}") == {"numpy"}


WHEN_ASKED = (
    "graphtui.debugger.checks",
    "graphtui.debugger.compare.compare",
    "graphtui.debugger.edits",
    "graphtui.debugger.explained",
    "graphtui.debugger.expressions",
    "graphtui.debugger.finding",
    "graphtui.debugger.lensed",
    "graphtui.debugger.printed",
    "graphtui.debugger.profile",
    "graphtui.debugger.reasons",
    "graphtui.debugger.saved",
    "graphtui.debugger.stops.catches",
    "graphtui.debugger.stops.stops",
    "graphtui.debugger.tape",
    "graphtui.debugger.viewed",
    "graphtui.debugger.watches",
    "graphtui.graph.document",
    "graphtui.graph.expression",
    "graphtui.graph.json",
    "graphtui.graph.python",
    "graphtui.graph.worker.farewell",
    "graphtui.graph.worker.remote_op",
    "graphtui.ops.user_op",
    "graphtui.ui.lane_view",
    "graphtui.ui.lens_view",
    "graphtui.ui.list_view",
    "graphtui.ui.profile_panel",
    "graphtui.ui.prompt",
    "graphtui.ui.tensor_panel",
    "graphtui.view.answers",
    "graphtui.view.export",
    "graphtui.view.jacobian",
    "graphtui.view.lanes",
    "graphtui.view.panels.list_panel",
    "graphtui.view.picture.node_rows",
)
"""What no first frame needs: a chapter of the session, or the screen, imports it when asked."""

IN_PASSING = ("numpy.ma",)
"""What others import for something that we can do without."""

FIRST_FRAME = """
import graphtui.cli
from graphtui import Graph, node
from graphtui.debugger.description import Description
from graphtui.graph.worker import worker
from graphtui.ui import app, failures, start, watcher
from graphtui.ui.engine_thread import InlineExecutor
from graphtui.ui.session_jobs import SessionJobs
from graphtui.view.inspector.inspector import inspector
from graphtui.view.picture.graph_panel import draw_graph

graph = Graph([node("x", "input", value=2.0), node("f", "exp", ["x"])])
jobs = SessionJobs(
    InlineExecutor(),
    lambda: graph,
    describe=lambda: Description("/nowhere/net.py"),
    state_folder="/nowhere",
)
came = []
jobs.begin()
jobs.executor.attach(came.append)
assert inspector(came[0].snapshot, 40)
assert draw_graph(came[0].layout, came[0].scene, came[0].snapshot)
"""


def test_the_first_frame_imports_only_what_it_shows() -> None:
    assert loaded(FIRST_FRAME, (*WHEN_ASKED, *IN_PASSING)) == set()


def test_what_is_left_for_later_is_there() -> None:
    """The control: a name that is none of a module would always be absent."""
    there = {path.parent if path.stem == "__init__" else path.with_suffix("") for path in FILES}
    names = {name_of(path).replace("/", ".") for path in there}
    assert not [name for name in (*WHEN_ASKED, *SOON) if name not in names]


# Habits -----------------------------------------------------------------------------------------


TEXTS = {name_of(path): path.read_text(encoding="utf-8") for path in FILES}
TREES = {name: ast.parse(text) for name, text in TEXTS.items()}


def calls(tree: ast.AST) -> set[str]:
    """The plain names that are called somewhere in `tree`."""
    return {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def imports(tree: ast.AST) -> set[str]:
    """The modules that are imported somewhere in `tree`."""
    plain = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    from_ = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {a.name for node in plain for a in node.names} | {str(n.module) for n in from_}


def test_every_module_says_what_it_is() -> None:
    said = {name: ast.get_docstring(tree) or "" for name, tree in TREES.items()}
    assert not [name for name, text in said.items() if len(text.split()) < 4]
    assert not [name for name, text in said.items() if text.startswith("This ")]


def test_every_module_has_modern_annotations() -> None:
    with_code = {name: text for name, text in TEXTS.items() if len(text.splitlines()) > 1}
    line = "from __future__ import annotations"
    assert not [name for name, text in with_code.items() if line not in text]


def test_every_file_fits_in_a_head() -> None:
    lengths = {name: len(text.splitlines()) for name, text in TEXTS.items()}
    assert not {name: length for name, length in lengths.items() if length > MOST_LINES}


def test_nothing_is_evaluated_but_the_users_own_program() -> None:
    evaluating = {"eval", "exec", "compile", "__import__"}
    assert {name for name, tree in TREES.items() if calls(tree) & evaluating} == {
        RUNS_THE_USERS_PYTHON
    }
    unsafe = {"pickle", "marshal", "shelve", "dill", "joblib"}
    assert not [name for name, tree in TREES.items() if imports(tree) & unsafe]


def test_markup_is_never_made_of_data() -> None:
    """A `[` from a file must not be a tag: nobody writes click actions or parses markup."""
    marks = ("[@click", "from_markup", "markup=True")
    assert not [name for name, text in TEXTS.items() if any(mark in text for mark in marks)]


def test_no_file_is_called_after_what_it_is_not() -> None:
    empty = {"utils", "util", "helpers", "manager", "core", "base", "misc", "common"}
    assert not [path for path in FILES if path.stem in empty]


def test_no_op_is_treated_by_its_name() -> None:
    """What an op is stands in its record; an `if op.name ==` would be a second place."""
    found = []
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.In)):
                sides = [node.left, *node.comparators]
                constant = any(isinstance(side, ast.Constant) for side in sides)
                if constant and any(ast.unparse(side).endswith("op.name") for side in sides):
                    found.append(f"{name}:{node.lineno}")
    assert not found


def test_nothing_calls_itself_on_the_graph() -> None:
    """Walks are iterative: a chain of 50,000 nodes is an ordinary graph."""
    walking = {n: t for n, t in TREES.items() if n.split("/")[1] in ("engine", "debugger", "view")}
    found = [
        f"{name}: {node.name}"
        for name, tree in walking.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name in calls(node)
    ]
    assert not found
