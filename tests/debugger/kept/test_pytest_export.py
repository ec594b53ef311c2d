"""What is wrong is exported as tests that are red, and turn green when the description is right."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.description import Description, describe_file
from graphtui.debugger.kept.defects import defects
from graphtui.debugger.kept.pytest_export import is_test
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from graphtui.graph.load import load, load_expression

ROOT = Path(__file__).parent.parent.parent


class Planted(NamedTuple):
    """A description with something wrong, what was done about it, and how it is put right."""

    nodes: Sequence[Mapping[str, Any]]
    commands: Sequence[str]
    tests: Sequence[str]
    """What is to be red at first."""
    right: Mapping[str, Mapping[str, Any]]
    """The nodes that are to be others, by name."""


def leaf(name: str, value: object, op: str = "parameter") -> dict[str, Any]:
    return {"id": name, "op": op, "value": value}


def gate(name: str, op: str, *inputs: str) -> dict[str, Any]:
    return {"id": name, "op": op, "inputs": list(inputs)}


PLANTED = {
    "where_trap": Planted(
        [
            leaf("x", [0.0, 2.0]),
            {"id": "f", "expr": "sum(where(x > 0, log(x), 0.0))"},
        ],
        ["catch nan"],
        ["every_gradient_is_finite", "nothing_is_caught_by_nan"],
        {"x": leaf("x", [1.0, 2.0])},
    ),
    "dead_relu": Planted(
        [leaf("w", -2.0), gate("h", "relu", "w"), gate("f", "exp", "h")],
        ["catch zero-gradient"],
        ["the_gradient_is_not_zero", "nothing_is_caught_by_zero_gradient"],
        {"w": leaf("w", 2.0)},
    ),
    "detached": Planted(
        [
            leaf("w", 2.0),
            leaf("v", 3.0),
            gate("cut", "stop_gradient", "w"),
            gate("f", "multiply", "cut", "v"),
        ],
        [],
        ["a_gradient_arrives"],
        {"cut": gate("cut", "negative", "w")},
    ),
    "log_of_zero": Planted(
        [leaf("w", 0.0), gate("f", "log", "w")],
        [],
        ["the_output_is_finite", "every_gradient_is_finite"],
        {"w": leaf("w", 0.5)},
    ),
    "wrong_label": Planted(
        [
            leaf("s", [[1.0, 2.0]], "input"),
            leaf("y", [7], "constant"),
            gate("f", "cross_entropy", "s", "y"),
        ],
        [],
        ["the_run_comes_to_its_end"],
        {"y": leaf("y", [1], "constant")},
    ),
    "condition": Planted(
        [leaf("w", 12.0), gate("h", "tanh", "w"), gate("f", "square", "h")],
        ["break if abs(grad(w)) < 1e-9", "catch vanishing 1e-9", "continue"],
        ["nothing_is_caught_by_vanishing", "the_condition_2_never_holds"],
        {"w": leaf("w", 0.5)},
    ),
    "edited": Planted(
        [leaf("w", 2.0), gate("h", "relu", "w"), gate("f", "exp", "h")],
        ["forward", "set h = 800"],
        ["the_output_is_finite", "every_gradient_is_finite"],
        {"f": gate("f", "sin", "h")},
    ),
}

WRONG_VJP = """\
import numpy as np
from graphtui import define_op, parameter
cube = define_op("cube", forward=lambda x: x**3, vjp=lambda up, y, x: up * 2 * x**2)
w = parameter([1.0, 2.0])
f = np.sum(cube(w))
"""


def document(nodes: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps({"nodes": nodes, "output": "f"})


def export(path: Path, *commands: str) -> str:
    session = DebugSession(load(path))
    session.description = describe_file(path)
    for command in commands:
        perform(session, command)
    return perform(session, "export --pytest").text


def outcomes(folder: Path) -> dict[str, str]:
    """What pytest says of the tests in `folder`."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "--tb=short", "-rA", "-W", "error"),
            *("-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(folder), str(folder)),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
    )
    found = re.findall(r"^(PASSED|FAILED|ERROR) (?:\S*/)?(\S+)", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return {name: outcome for outcome, name in found}


def test_every_planted_bug_is_red_and_what_is_put_right_is_green(tmp_path: Path) -> None:
    expected = set()
    for name, planted in PLANTED.items():
        path = tmp_path / f"{name}.json"
        path.write_text(document(planted.nodes))
        answer = export(path, *planted.commands)
        count = f"{len(planted.tests)} test{'s' * (len(planted.tests) > 1)}"
        assert answer.startswith(f"Wrote {count} to '{tmp_path}/test_{name}.py'")
        expected |= {f"test_{name}.py::test_{each}" for each in planted.tests}
    own = tmp_path / "own.py"
    own.write_text(WRONG_VJP)
    assert "backward says 2, differences say 3." in export(own)
    expected.add("test_own.py::test_the_gradient_is_the_slope")
    assert outcomes(tmp_path) == dict.fromkeys(expected, "FAILED")
    for name, planted in PLANTED.items():
        right = [planted.right.get(each["id"], each) for each in planted.nodes]
        (tmp_path / f"{name}.json").write_text(document(right))
    own.write_text(WRONG_VJP.replace("up * 2", "up * 3"))
    assert outcomes(tmp_path) == dict.fromkeys(expected, "PASSED")


def test_the_first_cause_is_named(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text(document(PLANTED["where_trap"].nodes))
    answer = export(path)
    assert "It begins at step 2: 'f/log' (log) gives -inf at [0]" in answer
    assert "# Not finite: 1 gradient. It begins at step 2" in (tmp_path / "test_net.py").read_text()


# What counts ------------------------------------------------------------------------------------


def found(graph: Graph, *commands: str) -> list[tuple[str, tuple[str, ...]]]:
    session = DebugSession(graph)
    for command in commands:
        perform(session, command)
    return [(each.kind, each.nodes) for each in defects(session)]


def two_parameters(*, dead: float) -> Graph:
    return Graph(
        [
            node("w", "parameter", value=dead),
            node("h", "relu", ["w"]),
            node("x", "input", value=0.0),
            node("g", "multiply", ["h", "x"]),
            node("v", "parameter", value=1.0),
            node("c", "constant", value=1.0),
            node("s", "add", ["g", "v"]),
            node("f", "multiply", ["s", "c"]),
        ]
    )


def test_a_graph_without_fault_has_none(mlp: Graph, chain: Graph) -> None:
    assert found(mlp) == []
    assert found(chain, "catch nan", "catch vanishing", "break s", "continue") == []


def test_a_gradient_of_0_counts_at_parameters_and_at_the_focus() -> None:
    assert found(two_parameters(dead=1.0)) == [("zero", ("h", "w"))]
    assert found(two_parameters(dead=1.0), "goto c") == [("zero", ("w",))]
    assert found(two_parameters(dead=1.0), "goto x") == [("zero", ("w",))]
    assert found(two_parameters(dead=-1.0), "goto x") == [("zero", ("x", "w"))]


def test_where_something_is_not_finite_zeros_elsewhere_are_its_consequence() -> None:
    graph = Graph(
        [
            node("w", "parameter", value=-1.0),
            node("h", "relu", ["w"]),
            node("l", "log", ["h"]),
            node("v", "parameter", value=1.0),
            node("z", "constant", value=0.0),
            node("a", "multiply", ["v", "z"]),
            node("f", "add", ["l", "a"]),
        ]
    )
    kinds = [kind for kind, _ in found(graph, "goto f")]
    assert kinds == ["output", "gradients"]
    assert ("zero", ("v",)) in found(graph, "goto v")


def test_what_is_masked_and_does_no_harm_is_no_defect() -> None:
    graph = Graph(
        [
            node("x", "input", value=[float("-inf"), 1.0], dtype="float64"),
            node("f", "sum", ["e"]),
            node("e", "exp", ["x"]),
        ]
    )
    assert found(graph) == []


def test_a_breakpoint_at_a_place_is_no_defect_and_a_condition_only_where_one_stands(
    chain: Graph,
) -> None:
    commands = ["break s", "break if grad(m) > 0"]
    assert found(chain, *commands) == []
    assert found(chain, *commands, "continue", "continue") == [("condition", ("s",))]


def test_a_forward_pass_alone_is_looked_at() -> None:
    graph = Graph([node("x", "input", value=[0.0, 1.0]), node("f", "log", ["x"])])
    assert found(graph) == [("output", ("f",))]


def test_the_session_stays_where_it_is(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.seek(2)
    defects(session)
    assert (session.cursor, len(session.run.steps)) == (2, 2)


def test_an_interruption_ends_it(deep: Graph) -> None:
    session = DebugSession(deep)
    session.interrupted = lambda: True
    with pytest.raises(CommandError, match="interrupted"):
        defects(session)


# The file ---------------------------------------------------------------------------------------


def dead(tmp_path: Path, target: str = "net.json", **nodes: str) -> DebugSession:
    """A session on a graph with a closed ReLU, the names being those given."""
    w, h, f = (nodes.get(each, each) for each in "whf")
    graph = Graph([node(w, "parameter", value=-1.0), node(h, "relu", [w]), node(f, "exp", [h])])
    session = DebugSession(graph)
    session.description = describe_file(tmp_path / target)
    return session


def test_nothing_is_written_where_nothing_is_wrong(mlp: Graph, tmp_path: Path) -> None:
    session = DebugSession(mlp)
    session.description = describe_file(tmp_path / "net.json")
    with pytest.raises(CommandError, match="there is nothing to state: the run comes to its end"):
        perform(session, "export --pytest")
    assert list(tmp_path.iterdir()) == []


def test_only_such_a_test_is_written_over(tmp_path: Path) -> None:
    session = dead(tmp_path)
    mine = tmp_path / "test_mine.py"
    for content in ("def test_mine(): pass\n", ""):
        mine.write_text(content)
        with pytest.raises(CommandError, match="is there already, and is not a test that was"):
            session.export("--pytest", str(mine))
        assert mine.read_text() == content
    ours = tmp_path / "test_net.py"
    session.export("--pytest")
    assert is_test(str(ours))
    session.export("--pytest", str(tmp_path / "test_net"))
    with pytest.raises(CommandError, match=r"ends in \.py, and this ends in \.txt"):
        session.export("--pytest", str(tmp_path / "a.txt"))
    with pytest.raises(CommandError, match="knows '--pytest' or a FILE, got '--svg'"):
        perform(session, "export --svg")


def test_a_graph_from_nowhere_cannot_be_loaded_by_a_test(tmp_path: Path) -> None:
    session = dead(tmp_path)
    session.description = None
    with pytest.raises(CommandError, match="came from no file"):
        session.export("--pytest", str(tmp_path / "t"))


def test_the_way_to_the_description_begins_at_the_test(tmp_path: Path) -> None:
    session = dead(tmp_path, "net.json:f")
    (tmp_path / "tests").mkdir()
    session.export("--pytest", str(tmp_path / "tests" / "test_net.py"))
    text = (tmp_path / "tests" / "test_net.py").read_text()
    assert "DESCRIPTION = Path(__file__).parent / '../net.json'" in text
    assert "return graphtui.load(f\"{DESCRIPTION}\" + ':f')" in text


def test_an_expression_is_written_into_the_test(tmp_path: Path) -> None:
    session = DebugSession(load_expression("relu(w)", {"w": "-1"}))
    session.description = Description(expression="relu(w)", values={"w": "-1"})
    path = tmp_path / "test_it.py"
    session.focus = "w"
    session.export("--pytest", str(path))
    program: dict[str, Any] = {}
    exec(path.read_text(), program)
    with pytest.raises(AssertionError):
        program["test_the_gradient_is_not_zero"]()


@pytest.mark.parametrize(
    "name",
    ['"""', "'''\nimport os", "\\", "{x}", "a\u2028b", "\u202e", "%s\r\n# ", 'f"{1/0}"', "é∂"],
)
def test_no_name_becomes_code(name: str, tmp_path: Path) -> None:
    session = dead(tmp_path, w=name, h=f"h{name}")
    session.description = Description(str(tmp_path / f"n{name.replace('/', '')}et.json"), name)
    path = tmp_path / "test_it.py"
    session.export("--pytest", str(path))
    text = path.read_text(encoding="utf-8")
    assert all(line.isprintable() for line in text.split("\n"))
    program: dict[str, Any] = {"__file__": str(path)}
    exec(compile(text, str(path), "exec", dont_inherit=True), program)
    program["loaded"] = lambda: session.graph
    with pytest.raises(AssertionError):
        program["test_the_gradient_is_not_zero"]()


def test_edits_that_are_too_large_for_a_test_are_refused(tmp_path: Path) -> None:
    graph = Graph(
        [node("x", "parameter", value=[1.0] * 20_000), node("h", "relu", ["x"]),
         node("f", "sum", ["h"])]
    )  # fmt: skip
    session = DebugSession(graph)
    session.description = describe_file(tmp_path / "net.json")
    session.set("x[0:20000] = x - 9")
    with pytest.raises(CommandError, match="the edits hold 20,000 numbers"):
        session.export("--pytest")
    assert list(tmp_path.iterdir()) == []
