"""Every shipped lesson: it loads, runs to its end, has the lecture's numbers and its golden trace.

`UPDATE_GOLDENS=1 pytest tests/test_examples.py` writes the traces anew; read the difference.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphtui
from graphtui.cli import main
from graphtui.cli.examples import example_files, json_files, title
from graphtui.engine.gradcheck import gradcheck
from graphtui.graph.json_file import dumps
from graphtui.view.answers.report import trace_lines
from graphtui.view.text.lines import plain

FOLDER = Path(__file__).parent.parent / "examples"
GOLDENS = Path(__file__).parent / "goldens" / "examples"
CANON = Path(__file__).parent / "canon"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))

LECTURE = {
    "add_multiply": ("c01_add_mul", {}),
    "gates": ("c03_gate_circuit", {}),
    "sigmoid": (
        "c04_sigmoid_expanded",
        {"dot": "s", "m0": "multiply", "m1": "multiply_2", "s": ""},
    ),
    "sigmoid_folded": ("c05_sigmoid_folded", {"dot": "s", "m0": "multiply", "s": "add"}),
    "l2_of_wx": ("c12_l2_of_Wx", {}),
    "matmul": ("c15_matmul_2x3_3x4", {}),
    "linear_layer": ("c16_linear_bias_batch", {}),
    "three_layer": ("c18_mlp3_sigmoid", {}),
    "two_layer_svm": ("c19_mlp2_svm_l2", {}),
    "softmax_cross_entropy": ("c23_softmax_ce", {"lp": "log"}),
    "batch_norm": (
        "c35_batchnorm",
        {
            **{
                name: f"written_out/{name}"
                for name in ("mu", "xmu", "sq", "var", "std", "ivar", "xhat", "gx")
            },
            "veps": "written_out/add",
            **dict.fromkeys(("x", "gamma", "beta", "L"), ""),  # two of each: see below
        },
    ),
}
"""The worked example that a lesson is, and what its values are called there and here."""


@pytest.fixture(scope="module")
def runs() -> dict[str, graphtui.Run]:
    """Every lesson, run to its end."""
    return {name: graphtui.run(graphtui.load(FOLDER / f"{name}.py")) for name in NAMES}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_there_are_eighteen_in_the_order_of_the_lecture() -> None:
    assert sorted(example_files()) == NAMES
    assert len(NAMES) == 18
    assert next(iter(example_files())) == "sigmoid"


def test_it_runs_to_the_end_without_a_fault(name: str, runs: dict[str, graphtui.Run]) -> None:
    run = runs[name]
    assert run.ended
    assert len(run.steps) == len(run.plan.tasks)
    assert run.plan.seed_step
    assert not run.faults
    assert not run.graph.warnings


def rounded(text: str) -> str:
    """`text` with its numbers in 12 digits, single blanks between: the rest is the processor's."""
    shorter = re.sub(r"-?\d+\.\d+(e-?\d+)?", lambda found: f"{float(found[0]):.12g}", text)
    return re.sub(" +", " ", shorter)


def test_its_trace_is_the_golden_one(name: str, runs: dict[str, graphtui.Run]) -> None:
    golden = GOLDENS / f"{name}.txt"
    trace = plain(trace_lines(runs[name])) + "\n"
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(trace, encoding="utf-8")
    assert rounded(trace) == rounded(golden.read_text(encoding="utf-8"))


def test_no_golden_is_left_over() -> None:
    assert sorted(path.stem for path in GOLDENS.glob("*.txt")) == NAMES


def test_its_gradients_agree_with_differences(name: str, runs: dict[str, graphtui.Run]) -> None:
    report = gradcheck(runs[name].graph)
    assert report.passed, report.worst


@pytest.mark.parametrize("lesson", LECTURE)
def test_its_numbers_are_the_lectures(lesson: str, runs: dict[str, graphtui.Run]) -> None:
    file, called = LECTURE[lesson]
    document: dict[str, Any] = json.loads((CANON / f"{file}.json").read_text(encoding="utf-8"))
    run, compared = runs[lesson], 0
    for numbers, ours in ((document["forward"], run.value), (document["gradients"], run.gradient)):
        for theirs, expected in numbers.items():
            here = called.get(theirs, theirs)
            if here in run.graph.nodes:
                found = ours(here)
                assert found is not None
                shaped = np.reshape(expected, found.shape)  # theirs may be a column
                np.testing.assert_allclose(found, shaped, rtol=1e-9, atol=1e-12)
                compared += 1
    given = {*document["inputs"]} & {*run.graph.nodes}
    for leaf in given:
        np.testing.assert_array_equal(run.value(leaf), document["inputs"][leaf])
    assert compared >= len(document["inputs"])


@pytest.mark.parametrize(
    ("lesson", "values", "gradients"),
    [
        (
            "staged",
            {"f": 1.5456448841066441},
            {"x": 2.0595697955721652, "y": 1.5922327514838093},
        ),
        ("fan_out", {"c": 42.0}, {"y": 7.0, "x": 21.0}),
        ("relu_jacobian", {"z": [1.0, 0.0, 3.0, 0.0]}, {"x": [4.0, 0.0, 5.0, 0.0]}),
        ("sigmoid", {"f": 0.7310585786300049}, {"s": 0.19661193324148188}),
    ],
)
def test_the_numbers_that_its_docstring_speaks_of(
    lesson: str, values: dict[str, Any], gradients: dict[str, Any], runs: dict[str, graphtui.Run]
) -> None:
    run = runs[lesson]
    for node, expected in values.items():
        np.testing.assert_allclose(run.value(node), expected, rtol=1e-12)
    for node, expected in gradients.items():
        np.testing.assert_allclose(run.gradient(node), expected, rtol=1e-12)


def test_the_gradient_of_the_scores_is_p_minus_onehot(runs: dict[str, graphtui.Run]) -> None:
    run = runs["softmax_cross_entropy"]
    p, gradient = run.value("p"), run.gradient("S")
    assert p is not None
    assert gradient is not None
    np.testing.assert_allclose(gradient, (p - np.eye(3)) / 3, rtol=1e-12)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


def test_the_trap_of_the_missing_transpose_has_the_right_shape(
    runs: dict[str, graphtui.Run],
) -> None:
    run = runs["l2_of_wx"]
    W, dq, dx = run.value("W"), run.gradient("q"), run.gradient("x")
    assert W is not None
    assert dq is not None
    assert dx is not None
    np.testing.assert_allclose(dx, W.T @ dq, rtol=1e-12)
    assert (W @ dq).shape == dx.shape
    assert not np.allclose(W @ dq, dx)


def test_the_op_of_ones_own_sums_what_was_repeated(runs: dict[str, graphtui.Run]) -> None:
    run = runs["custom_op"]
    node, contribution = run.graph.nodes["z"], run.contributions("z")[1]
    assert (node.op.name, node.op.formula) == ("scale", "y = scale(x, gain)")  # type: ignore[union-attr]
    assert contribution.edge.source == "gain"
    assert contribution.local.structure == "broadcast"
    assert contribution.local.summed_axes == (0,)
    assert not contribution.local.numeric


@pytest.mark.parametrize(
    ("written", "instead", "words"),
    [
        (".sum(axis=0)", "", "The input was repeated along axis 0, so sum over that: .sum(axis=0)"),
        ("(y + ", "(", "swish at 'h' sends "),
    ],
)
def test_what_the_op_of_ones_own_says_of_its_mistakes_is_true(
    written: str,
    instead: str,
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = (FOLDER / "custom_op.py").read_text(encoding="utf-8")
    head, end, program = source.partition('"""\n\nimport')
    assert written in program
    path = tmp_path / "custom_op.py"
    path.write_text(head + end + program.replace(written, instead, 1), encoding="utf-8")
    assert main(["gradcheck", str(path)]) != 0
    printed = capsys.readouterr()
    assert words in printed.out + printed.err


def test_batch_norm_written_out_and_as_an_op_send_the_same(runs: dict[str, graphtui.Run]) -> None:
    run = runs["batch_norm"]
    lecture = json.loads((CANON / "c35_batchnorm.json").read_text(encoding="utf-8"))["gradients"]
    op = {c.edge.source: c.downstream for c in run.contributions("op")}
    np.testing.assert_allclose(run.value("op"), run.value("out"), rtol=1e-12)  # type: ignore[arg-type]
    for name in ("x", "gamma", "beta"):
        np.testing.assert_allclose(op[name], lecture[name], rtol=1e-9, atol=1e-12)
        total = run.gradient(name)
        assert total is not None
        np.testing.assert_allclose(total - op[name], op[name], rtol=1e-9, atol=1e-12)
    x = run.value("x")
    assert x is not None
    np.testing.assert_allclose(op["x"].sum(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose((op["x"] * x).sum(axis=0), 0, atol=1e-4)
    assert {run.graph.nodes[node].group for node in ("out", "written_out/mu")} == {"written_out"}


def test_the_filters_of_the_network_receive_the_patches_that_they_saw(
    runs: dict[str, graphtui.Run],
) -> None:
    run = runs["convnet"]
    x, upstream = run.value("x"), run.gradient("conv")
    assert x is not None
    assert upstream is not None
    by_hand = sum(
        np.tensordot(upstream[:, :, i, j], x[:, :, i : i + 3, j : j + 3], axes=(0, 0))
        for i in range(4)
        for j in range(4)
    )
    np.testing.assert_allclose(run.gradient("filters"), by_hand, rtol=1e-12, atol=1e-15)  # type: ignore[arg-type]
    by_x, by_filters = (c.local for c in run.contributions("conv"))
    assert (by_x.structure, by_filters.structure) == ("toeplitz", "block diagonal")
    (pool,) = run.contributions("pool")
    assert pool.local.structure == "selection"
    assert np.count_nonzero(pool.downstream) == pool.upstream.size


def test_the_filters_of_the_network_find_their_bars(runs: dict[str, graphtui.Run]) -> None:
    run = runs["convnet"]
    scores, y = run.value("scores"), run.value("y")
    assert scores is not None
    np.testing.assert_array_equal(scores.argmax(axis=1), y)  # type: ignore[arg-type]


def test_nobody_builds_the_wide_jacobian(runs: dict[str, graphtui.Run]) -> None:
    local = runs["relu_jacobian"].contributions("z_wide")[0].local
    assert local.matrix_shape == (4096, 4096)
    assert local.dense_nbytes == 128 * 2**20
    assert local.stored_nbytes <= 4096


def test_it_has_a_title_and_says_what_to_watch_for(name: str) -> None:
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    documentation = ast.get_docstring(ast.parse(source)) or ""
    head, blank, *rest = documentation.split("\n")
    assert head.endswith((".", "?"))
    assert len(head) <= 52, "the list of examples has 80 columns"
    assert blank == ""
    assert "atch" in " ".join(rest), "it says what to watch for"
    assert title(FOLDER / f"{name}.py") == head
    assert len(source.splitlines()) <= 45


def test_its_nodes_carry_the_names_of_its_variables(
    name: str, runs: dict[str, graphtui.Run]
) -> None:
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    assigned = {
        target.id
        for statement in tree.body
        if isinstance(statement, ast.Assign) and not _defines_an_op(statement)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    assert assigned - {"rng"} <= set(runs[name].graph.nodes)


def _defines_an_op(statement: ast.Assign) -> bool:
    """What `define_op` gives is a function; the nodes are its uses."""
    called = statement.value.func if isinstance(statement.value, ast.Call) else None
    return isinstance(called, ast.Name) and called.id == "define_op"


def test_every_node_knows_its_line(name: str, runs: dict[str, graphtui.Run]) -> None:
    graph = runs[name].graph
    for node in graph.nodes:
        place = graph.place(node)
        assert place is not None
        assert Path(place.file).name == f"{name}.py"
        assert place.line > 1


def test_plain_python_runs_them_all_and_prints_nothing() -> None:
    program = (
        "import runpy, sys\nfor path in sys.argv[1:]: runpy.run_path(path, run_name='__main__')"
    )
    found = subprocess.run(
        [sys.executable, "-c", program, *(str(FOLDER / f"{name}.py") for name in NAMES)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


@pytest.mark.parametrize("twin", ["sigmoid", "fan_out", "softmax_cross_entropy"])
def test_its_json_is_the_same_graph(twin: str, runs: dict[str, graphtui.Run]) -> None:
    path = FOLDER / f"{twin}.json"
    assert graphtui.load(path) == runs[twin].graph
    assert path.read_text(encoding="utf-8") == dumps(runs[twin].graph), "as save_json writes it"
    assert json_files()[path.name] == path


def test_the_folded_sigmoid_changes_no_gradient_outside(runs: dict[str, graphtui.Run]) -> None:
    written_out, folded = runs["sigmoid"], runs["sigmoid_folded"]
    for node in ("w0", "x0", "w1", "x1", "w2", "multiply", "multiply_2", "add", "s"):
        ours, theirs = written_out.gradient(node), folded.gradient(node)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)  # type: ignore[arg-type]
