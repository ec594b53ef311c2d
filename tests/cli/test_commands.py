"""What each command prints and how it ends; in this process, without a terminal."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphtui
from graphtui.cli import main
from graphtui.cli.arguments import OPTIONS
from graphtui.cli.commands import COMMANDS
from graphtui.cli.examples import example_files, json_files, title
from graphtui.engine.plan import Phase
from graphtui.ops import OPS
from tests.bench.nets import lstm

EXPRESSION = ["-e", "(x + y) * z", "x=-2", "y=5", "z=-4"]

Outcome = tuple[int, str, str]
Cli = Callable[..., Outcome]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Carries out a command line; gives exit code, stdout and stderr."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG", "PYTHONUTF8", "PYTHONIOENCODING"):
        monkeypatch.delenv(name, raising=False)

    def carry_out(*words: object) -> Outcome:
        code = main([str(word) for word in words])
        return code, *capsys.readouterr()

    return carry_out


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small description with a label, a vector and a scalar output."""
    path = tmp_path / "net.json"
    graphtui.save_json(
        graphtui.Graph.from_dict(
            {
                "nodes": [
                    {"id": "x", "op": "input", "value": [[0.1, 0.2], [0.3, 1e-300]]},
                    {"id": "y", "op": "constant", "value": [0, 1]},
                    {"id": "p", "op": "softmax", "inputs": ["x"]},
                    {"id": "L", "op": "cross_entropy", "inputs": ["p", "y"]},
                ]
            }
        ),
        path,
    )
    return path


def document(out: str) -> Any:
    return json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


# run and trace ----------------------------------------------------------------------------------


def test_run_prints_every_value_and_gradient(cli: Cli) -> None:
    code, out, err = cli("run", *EXPRESSION)
    assert (code, err) == (0, "")
    rows = [line.split() for line in out.splitlines()]
    assert rows == [
        ["node", "op", "shape", "value", "gradient"],
        ["x", "input", "scalar", "-2.0", "-4.0"],
        ["y", "input", "scalar", "5.0", "-4.0"],
        ["z", "input", "scalar", "-4.0", "3.0"],
        ["add", "add", "scalar", "3.0", "-4.0"],
        ["f", "multiply", "scalar", "-12.0", "1.0"],
    ]


def test_run_as_json_is_as_promised(cli: Cli, file: Path) -> None:
    code, out, err = cli("run", file, "--json")
    assert (code, err) == (0, "")
    found = document(out)
    assert set(found) == {"output", "nodes"}
    assert found["output"] == "L"
    assert list(found["nodes"]) == ["x", "y", "p", "L"]
    for each in found["nodes"].values():
        assert set(each) == {"op", "shape", "dtype", "value", "gradient"}
    assert found["nodes"]["y"] == {
        "op": "constant", "shape": [2], "dtype": "int64", "value": [0, 1], "gradient": None
    }  # fmt: skip


def test_the_numbers_of_run_round_trip_exactly(cli: Cli, file: Path) -> None:
    nodes = document(cli("run", file, "--json")[1])["nodes"]
    run = graphtui.run(graphtui.load(file))
    for name, each in nodes.items():
        for key, array in (("value", run.value(name)), ("gradient", run.gradient(name))):
            if array is not None:
                read = np.array(each[key], dtype=each["dtype"])
                assert read.shape == tuple(each["shape"])
                assert read.tobytes() == array.tobytes()


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_numbers_of_other_dtypes_round_trip_too(cli: Cli, tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "low.json"
    values = [0.1, 1 / 3, 6e-8, 60000.0]
    path.write_text(
        json.dumps({"nodes": [{"id": "x", "op": "input", "value": values, "dtype": dtype}]})
    )
    found = document(cli("run", path, "--json")[1])["nodes"]["x"]
    assert found["dtype"] == dtype
    assert np.array(found["value"], dtype).tobytes() == np.array(values, dtype).tobytes()


def test_what_is_not_finite_is_a_word_in_json(cli: Cli) -> None:
    words = ["-e", "log(x) * y", "x=[0, -1, 1]", "y=[1, 1, 2]", "--seed", "[1, 1, 1]"]
    code, out, err = cli("run", *words, "--json")
    nodes = document(out)["nodes"]
    assert code == 0
    assert nodes["f"]["value"] == ["-inf", "nan", 0.0]
    assert nodes["x"]["gradient"] == ["inf", -1.0, 2.0]
    assert "gives nan" in err, "faults are told, and data stays data"
    code, out, err = cli("run", *words)
    assert (code, err) == (0, "")
    assert "! step 1: log at" in out


def test_trace_as_json_is_as_promised(cli: Cli, file: Path) -> None:
    code, out, err = cli("trace", file, "--json")
    assert (code, err) == (0, "")
    steps = [document(line) for line in out.splitlines()]
    assert [step["step"] for step in steps] == list(range(1, len(steps) + 1))
    run = graphtui.run(graphtui.load(file))
    for step, kept in zip(steps, run.steps, strict=True):
        assert (step["phase"], step["node"]) == (kept.phase.value, kept.node)
        assert step["op"] == run.graph.nodes[kept.node].op.name
        if step["phase"] == "backward":
            assert set(step) == {"step", "phase", "node", "op", "contributions"}
            for written, sent in zip(step["contributions"], kept.contributions, strict=True):
                assert set(written) == {"input", "slot", "upstream", "local", "downstream"}
                assert (written["input"], written["slot"]) == (sent.edge.source, sent.edge.slot)
                assert np.array(written["upstream"]).tobytes() == sent.upstream.tobytes()
                assert np.array(written["downstream"]).tobytes() == sent.downstream.tobytes()
                local = written["local"]
                assert set(local) == {"structure", "jacobian_shape", "matrix_shape", "compact"}
                assert tuple(local["jacobian_shape"]) == sent.local.jacobian_shape
                assert tuple(local["matrix_shape"]) == sent.local.matrix_shape
                assert local["structure"] == sent.local.structure
        else:
            assert set(step) == {"step", "phase", "node", "op", "value"}
            assert np.array(step["value"]).tobytes() == kept.value.tobytes()  # type: ignore[union-attr]
    assert {step["phase"] for step in steps} == {phase.value for phase in Phase}


def test_trace_shows_the_sum_at_a_fan_out_grow(cli: Cli) -> None:
    code, out, _ = cli("trace", "-e", "2 * y + 5 * y", "y=6")
    assert code == 0
    gradients = [line.split("gradient ")[1] for line in out.splitlines() if "gradient" in line]
    assert gradients == ["5.0 from 1 of 2", "7.0 from 2 of 2"]


def test_a_step_that_stops_is_a_line_of_the_trace(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise FloatingPointError("broken on purpose")

    monkeypatch.setattr("graphtui.engine.execute.Run._forward", broken)
    code, out, _ = cli("trace", *EXPRESSION, "--json")
    (step,) = map(document, out.splitlines())
    assert code == 0
    assert step["error"] == "broken on purpose"
    assert "add (add) stopped: broken on purpose" in cli("trace", *EXPRESSION)[1]


def test_an_output_that_is_no_scalar_needs_a_seed(cli: Cli) -> None:
    code, out, err = cli("run", "-e", "exp(x)", "x=[1, 2]", "--json")
    assert code == 0
    assert document(out)["nodes"]["x"]["gradient"] is None
    assert err.startswith("forward only: the output 'f' has shape (2,)")
    assert "--seed" in err
    code, out, err = cli("run", "-e", "x * 3", "x=[1, 2]", "--json", "--seed", "[1, -2]")
    assert (code, err) == (0, "")
    assert document(out)["nodes"]["x"]["gradient"] == [3.0, -6.0]


@pytest.mark.parametrize(
    ("seed", "words"), [("[1, 2, 3]", "has shape (3,)"), ("[1,", "--seed"), ("x", "--seed")]
)
def test_a_seed_that_does_not_fit_is_refused(cli: Cli, seed: str, words: str) -> None:
    code, out, err = cli("run", "-e", "exp(x)", "x=[1, 2]", f"--seed={seed}")
    assert code in (1, 2)
    assert (out, words in err) == ("", True)


# Ways in ----------------------------------------------------------------------------------------


def test_without_a_terminal_a_file_prints_what_run_prints(cli: Cli, file: Path) -> None:
    for more in ([], ["--json"]):
        assert cli(file, *more) == cli("run", file, *more)
    assert cli(*EXPRESSION) == cli("run", *EXPRESSION)
    assert cli("examples", "fan_out.json") == cli("run", "examples/fan_out.json")


def test_standard_input_is_read_as_json(
    cli: Cli, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = cli("run", file, "--json")
    for words in (("run", "-", "--json"), ("-", "--json")):
        with file.open(encoding="utf-8") as stream:
            monkeypatch.setattr("sys.stdin", stream)
            assert cli(*words) == expected


def test_without_standard_input_a_dash_is_refused(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    code, out, err = cli("run", "-")
    assert (code, out) == (2, "")
    assert "no standard input" in err


def test_a_python_description_gets_the_arguments_after_two_dashes(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "args.py"
    path.write_text(
        "import sys\nfrom graphtui import input\n"
        "print('hello', sys.argv[1:])\nx = input(float(sys.argv[2]))\ny = x * x\n"
    )
    code, out, err = cli("run", path, "--json", "--", "--seed", "3")
    assert code == 0
    assert document(out)["nodes"]["y"]["value"] == 9.0
    assert err == "hello ['--seed', '3']\n", "what it printed comes after the data, as talk"


@pytest.mark.parametrize("words", [("x=1",), ("x=1", "y=2", "x=3"), ("x=1", "y")])
def test_values_of_an_expression_are_given_once_each(cli: Cli, words: tuple[str, ...]) -> None:
    code, out, err = cli("run", "-e", "x + y", *words)
    assert code in (1, 2)
    assert (out, err.count("\n") >= 1) == ("", True)


def test_an_expression_may_begin_with_a_minus(cli: Cli) -> None:
    code, out, _ = cli("run", "-e", "-x", "x=2", "--json")
    assert code == 0
    assert document(out)["nodes"]["f"]["value"] == -2.0


# check ------------------------------------------------------------------------------------------


def test_check_says_that_files_are_right(cli: Cli, file: Path) -> None:
    assert cli("check", file) == (0, f"{file}: 4 nodes, output 'L'\n", "")
    assert document(cli("check", file, "--json")[1]) == {"problems": []}


def test_check_lists_every_problem_of_every_file_with_its_place(cli: Cli, tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text(
        '{"nodes": [\n{"id": "x", "op": "input", "value": 1},\n'
        '{"id": "h", "op": "tahn", "inputs": ["x"]},\n{"id": "k", "op": "exp", "inputs": ["q"]}]}'
    )
    second.write_text("{")
    code, out, err = cli("check", first, second, tmp_path / "none.json")
    assert (code, out) == (1, "")
    assert "Did you mean 'tanh'?" in err
    assert err.count("'q'") >= 1
    assert "none.json" in err
    code, out, _ = cli("check", first, second, tmp_path / "none.json", "--json")
    assert code == 1
    problems = document(out)["problems"]
    assert {Path(problem["file"]).name for problem in problems} == {"a.json", "b.json", "none.json"}
    for problem in problems:
        assert set(problem) == {"code", "file", "line", "column", "path", "message"}
    first_problem = problems[0]
    assert (first_problem["line"], first_problem["path"]) == (3, "$.nodes[1].op")


def test_check_reads_an_expression(cli: Cli) -> None:
    assert cli("check", *EXPRESSION)[0] == 0
    code, _, err = cli("check", "-e", "x + yy", "x=1")
    assert code == 1
    assert "yy" in err


# gradcheck --------------------------------------------------------------------------------------


def test_gradcheck_prints_both_numbers_of_every_node(cli: Cli, file: Path) -> None:
    code, out, err = cli("gradcheck", file)
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == ["node", "L", "p", "x"]
    assert all(line.split()[-1] == "ok" for line in out.splitlines()[1:])
    found = document(cli("gradcheck", file, "--json")[1])
    assert found["passed"] is True
    assert set(found["nodes"]) == {"L", "p", "x"}


def test_gradcheck_of_one_node(cli: Cli, file: Path) -> None:
    assert len(cli("gradcheck", file, "p")[1].splitlines()) == 2
    assert len(cli("gradcheck", *EXPRESSION, "add")[1].splitlines()) == 2
    code, _, err = cli("gradcheck", file, "pp")
    assert (code, "no node is named 'pp'" in err) == (2, True)


def test_gradcheck_that_fails_names_node_element_and_numbers(
    cli: Cli, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (local,) = OPS["softmax"].local(np.full(2, 0.5), np.zeros(2), axis=-1)
    kind, right = type(local), type(local).pullback
    monkeypatch.setattr(kind, "pullback", lambda self, upstream: 2 * right(self, upstream))
    code, out, _ = cli("gradcheck", file)
    assert code == 1
    wrong = [line for line in out.splitlines() if line.startswith("!")]
    assert len(wrong) == 1
    assert wrong[0].startswith("! softmax at 'p' sends ")
    assert "to 'x[" in wrong[0]
    assert [line.split()[0] for line in out.splitlines() if line.endswith("WRONG")] == ["x"]


# draw -------------------------------------------------------------------------------------------


def test_draw_prints_the_picture(cli: Cli) -> None:
    code, out, err = cli("draw", *EXPRESSION)
    assert (code, err) == (0, "")
    for number in ("-2.00", "5.00", "-4.00", "3.00", "-12.00"):
        assert number in out
    assert "│" in out
    before = cli("draw", *EXPRESSION, "--step", "0")[1]
    assert "-12.00" not in before
    assert "·" in before


def test_draw_writes_a_file_and_nothing_else(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "picture.txt"
    target.write_text("old")
    assert cli("draw", *EXPRESSION, "-o", target) == (0, "", "")
    assert target.read_text(encoding="utf-8") == cli("draw", *EXPRESSION)[1]
    assert list(tmp_path.iterdir()) == [target], "no temporary file stays"


@pytest.mark.parametrize("suffix", [".svg", ".html", ".dot", ".gv", ".mmd", ".json", ".SVG"])
def test_draw_writes_the_format_of_the_suffix(cli: Cli, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"picture{suffix}"
    target.write_text("old")
    assert cli("draw", *EXPRESSION, "-o", target) == (0, "", "")
    text = target.read_text(encoding="utf-8")
    begins = {".json": "{", ".dot": "// ", ".gv": "// ", ".mmd": "%% ", ".html": "<!doctype"}
    assert text.startswith(begins.get(suffix, "<!-- "))
    assert "-12.00" in text or suffix == ".json"


def test_draw_has_a_light_and_a_dark_theme(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "picture.svg"
    texts = []
    for words in ((), ("--theme", "light"), ("--theme", "dark")):
        assert cli("draw", *EXPRESSION, "-o", target, *words)[0] == 0
        texts.append(target.read_text(encoding="utf-8"))
    assert texts[0] == texts[1] != texts[2]
    code, _, err = cli("draw", *EXPRESSION, "-o", target, "--theme", "pink")
    assert (code, "'--theme' wants light or dark, got 'pink'" in err) == (2, True)


def test_draw_shows_what_commands_have_led_to(cli: Cli) -> None:
    words = ("draw", Path(__file__).parents[2] / "examples" / "sigmoid.py")
    end = cli(*words)[1]
    assert cli(*words, "-x", "continue")[1] == end
    assert cli(*words, "-x", "step 3")[1] == cli(*words, "--step", "3")[1] != end
    assert cli(*words, "-x", "step 3", "--step", "17")[1] == end
    near = cli(*words, "-x", "goto w0", "-x", "around 1")[1]
    assert "w0" in near
    assert "exp" not in near


def test_draw_refuses_a_picture_that_is_too_large(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphtui.view.export.files.MOST_CELLS", 3)
    target = tmp_path / "picture.svg"
    code, out, err = cli("draw", *EXPRESSION, "-o", target)
    assert (code, out, target.exists()) == (4, "", False)
    assert "'picture.svg': the picture has" in err
    assert "`fold all`" in err


def test_draw_writes_the_tape_as_a_picture(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "tape.svg"
    assert cli("draw", *EXPRESSION, "--lanes", "-o", target) == (0, "", "")
    assert "made by" in target.read_text(encoding="utf-8")
    code, _, err = cli("draw", *EXPRESSION, "--lanes", "-o", tmp_path / "tape.dot")
    assert (code, "only .txt, .svg or .html files can show this" in err) == (2, True)


def test_draw_never_writes_over_the_description(cli: Cli, file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    plain = tmp_path / "net"
    plain.symlink_to(file)
    for target in (plain, tmp_path / "." / "net"):
        code, _, err = cli("draw", file, "-o", target)
        assert (code, "is the description itself" in err) == (2, True)
    assert file.read_bytes() == before


@pytest.mark.parametrize("target", ["out.png", "nowhere/out.svg", "."])
def test_draw_refuses_what_it_cannot_write(cli: Cli, tmp_path: Path, target: str) -> None:
    code, out, err = cli("draw", *EXPRESSION, "-o", tmp_path / target)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_draw_knows_how_many_steps_there_are(cli: Cli) -> None:
    code, _, err = cli("draw", *EXPRESSION, "--step", "99")
    assert (code, "0 to 5" in err) == (2, True)


def test_draw_folds_what_it_is_told_to(cli: Cli) -> None:
    words = ("draw", Path(__file__).parents[2] / "examples" / "sigmoid.py")
    assert "▸ sigmoid" not in cli(*words)[1]
    code, out, err = cli(*words, "-x", "fold sigmoid")
    assert (code, err) == (0, "")
    assert "▸ sigmoid" in out
    code, out, _ = cli(*words, "-x", "fold all", "-x", "unfold sigmoid")
    assert (code, "▾ sigmoid" in out, "1/x" in out) == (0, True, True)
    code, out, err = cli(*words, "-x", "fold nosuch")
    assert (code, out) == (2, "")
    assert "no group is named 'nosuch'" in err


def test_draw_folds_the_groups_of_a_large_graph(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "lstm.json"
    file.write_text(json.dumps(lstm(2_200).to_dict()))
    code, out, err = cli("draw", file)
    assert code == 0
    assert "▸ step0 … step" in out
    assert err.startswith("Groups are folded: 11 boxes for ")
    assert cli("draw", file, "-x", "fold all")[2] == ""


def test_draw_prints_the_tape_too(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    code, out, err = cli("draw", *EXPRESSION, "--lanes")
    assert (code, err) == (0, "")
    heading, *rows = out.splitlines()
    assert heading.split() == ["3", "lanes", "node", "made", "by", "value", "gradient", "live"]
    assert [row[4:10] for row in rows] == ["    ┌─", "  ┌─┼─", "┌─┴─┴─", "│   ┌─", "└───┴─"]
    assert [row.split()[-3] for row in rows] == ["-4.00", "-4.00", "-4.00", "3.00", "1.00"]
    monkeypatch.setenv("COLUMNS", "70")
    assert max(map(len, cli("draw", *EXPRESSION, "--lanes")[1].splitlines())) <= 70


# ops, examples, schema --------------------------------------------------------------------------


def test_ops_lists_every_record_with_its_formulas(cli: Cli) -> None:
    code, out, _ = cli("ops")
    assert code == 0
    listed = [line.split(":")[0] for line in out.splitlines() if line and line[0] != " "]
    assert listed == list(OPS)


@pytest.mark.parametrize("name", ["softmax", "where", "concatenate"])
def test_the_page_of_an_op_holds_everything_that_its_record_says(cli: Cli, name: str) -> None:
    code, out, _ = cli("ops", name)
    op = OPS[name]
    assert code == 0
    for text in (op.formula, op.note, op.at_kinks, *op.attrs, *filter(None, op.local_formulas)):
        assert text in out


def test_an_op_that_is_none_is_refused(cli: Cli) -> None:
    assert cli("ops", "sofmax") == (2, "", "'sofmax' is not an op. Did you mean 'softmax'?\n")


def test_examples_are_listed_with_titles_and_numbers(cli: Cli) -> None:
    code, out, _ = cli("examples")
    assert code == 0
    lines = out.splitlines()
    for number, (line, (name, path)) in enumerate(
        zip(lines, example_files().items(), strict=False), start=1
    ):
        assert line.split()[:2] == [str(number), name]
        assert line.endswith(title(path))
    assert all(name in lines[-1] for name in json_files())
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("name", ["fan_out.json", "5", "fan_out", "fan_out.py"])
def test_an_example_opens_by_name_and_by_number(cli: Cli, name: str) -> None:
    assert "42.0" in cli("examples", name)[1]


@pytest.mark.parametrize(
    ("name", "words"), [("sigmod", "'sigmoid'"), ("0", "1 to"), ("99", "1 to"), ("zebra", "lists")]
)
def test_an_example_that_is_none_is_refused(cli: Cli, name: str, words: str) -> None:
    code, out, err = cli("examples", name)
    assert (code, out, words in err) == (2, "", True)


def test_the_schema_is_one_json_document(cli: Cli) -> None:
    code, out, _ = cli("schema")
    assert code == 0
    assert document(out)["$schema"].startswith("https://json-schema.org/")
    assert cli("schema", "x")[0] == 2


# Help and usage ---------------------------------------------------------------------------------


def test_help_fits_a_screen_and_names_every_command_and_option(cli: Cli) -> None:
    code, out, err = cli("--help")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) <= 40
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out
    for row in COMMANDS.values():
        assert f"graphtui {row.usage}" in out
    for option in OPTIONS:
        assert f"\n  {option.flag}" in out
    assert cli("-h")[1] == out


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "open"])
def test_each_command_has_a_short_help_of_its_own(cli: Cli, name: str) -> None:
    row = COMMANDS[name]
    code, out, err = cli(name, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: graphtui {row.usage}\n")
    assert len(out.splitlines()) <= 20
    assert max(map(len, out.splitlines())) <= 80
    for option in OPTIONS:
        assert (f"\n  {option.flag} " in out) == (option.flag in row.options)


def test_without_arguments_there_is_short_help_and_the_examples(cli: Cli) -> None:
    code, out, err = cli()
    assert (code, err) == (0, "")
    assert len(out.splitlines()) <= 24
    assert max(map(len, out.splitlines())) <= 80
    assert all(name in out for name in example_files())


def test_version_names_what_matters(cli: Cli) -> None:
    code, out, _ = cli("--version")
    assert code == 0
    assert out.startswith(f"graphtui {graphtui.__version__} (Python 3.")
    assert all(name in out for name in ("numpy", "textual", "rich"))


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["run", "--jsn", "x.json"], "Did you mean '--json'?"),
        (["--tmeout", "3", "x.json"], "Did you mean '--timeout'?"),
        (["trcae", "x.json"], "Did you mean 'trace'?"),
        (["sigmoid"], "graphtui examples sigmoid"),
        (["zebra"], "neither a command nor a file"),
        (["run"], "name one FILE"),
        (["run", "a.json", "b.json"], "got 2"),
        (["check"], "name the FILEs"),
        (["--json"], "name a FILE"),
        (["ops", "--seed", "1"], "takes no '--seed'"),
        (["run", "x.json", "--timeout"], "needs SECONDS"),
        (["run", "x.json", "--timeout", "-1"], "above 0"),
        (["run", "x.json", "--timeout", "nan"], "above 0"),
        (["run", "x.json", "--max-file", "lots"], "512MB"),
        (["draw", "x.json", "--step", "-1"], "from 0 up"),
        (["run", "x.json", "--json=yes"], "takes no value"),
        (["examples", "a", "b"], "got 2"),
        (["x.json", "-x", "continue"], "graphtui debug FILE --headless -x COMMAND"),
        (["x.json", "--until-end"], "See `graphtui --help`"),
    ],
)
def test_wrong_usage_is_one_line_with_a_way_out(cli: Cli, words: list[str], hint: str) -> None:
    code, out, err = cli(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert hint in err


def test_options_may_stand_before_the_command(cli: Cli, file: Path) -> None:
    assert cli("--json", "run", file) == cli("run", file, "--json")
    assert cli("--seed", "2", "run", file) == cli("run", file, "--seed=2")


# Limits and errors ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("--max-file", "10"),
        ("--max-array", "8"),
        ("--max-total", "16B"),
    ],
)
def test_what_is_too_big_ends_with_4(cli: Cli, file: Path, words: tuple[str, ...]) -> None:
    code, out, err = cli("run", file, *words)
    assert (code, out) == (4, "")
    assert words[0] in err
    assert cli("run", file, words[0], "1GiB")[0] == 0


def test_a_description_that_takes_too_long_ends_with_4(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "loop.py"
    path.write_text("while True:\n    pass\n")
    code, out, err = cli("run", path, "--timeout", "0.05")
    assert (code, out) == (4, "")
    assert "loop.py" in err
    assert "--timeout" in err


@pytest.mark.parametrize("command", ["run", "check", "trace", "draw", "gradcheck"])
def test_a_description_whose_own_python_fails_ends_with_3(
    cli: Cli, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "fails.py"
    path.write_text("n = 0\nscale = 1 / n\n")
    code, out, err = cli(command, path)
    assert (code, out) == (3, "")
    assert "ZeroDivisionError" in err
    assert "fails.py:2" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("name", ["missing.json", "missing.py", "net.toml", "."])
def test_a_file_that_is_no_description_ends_with_1(cli: Cli, tmp_path: Path, name: str) -> None:
    code, out, err = cli("run", tmp_path / name)
    assert (code, out) == (1, "")
    assert str(tmp_path) in err


def test_a_bug_ends_with_70_and_without_a_traceback(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(_: object) -> int:
        raise RuntimeError("a \x1b[31mstrange\x1b[0m thing")

    monkeypatch.setattr("graphtui.cli.commands.load_graph", bug)
    monkeypatch.delenv("GRAPHTUI_DEBUG", raising=False)
    code, out, err = cli("run", "x.json")
    assert (code, out, err.count("\n")) == (70, "", 1)
    assert "RuntimeError" in err
    assert "\x1b" not in err
    monkeypatch.setenv("GRAPHTUI_DEBUG", "1")
    with pytest.raises(RuntimeError):
        cli("run", "x.json")


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (MemoryError, 4)])
def test_an_interruption_and_a_full_memory_have_codes(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], code: int
) -> None:
    def interrupted(_: object) -> int:
        raise error

    monkeypatch.setattr("graphtui.cli.commands.load_graph", interrupted)
    assert cli("run", "x.json")[0] == code


def test_names_from_a_file_cannot_write_on_the_terminal(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "nasty.json"
    hostile = "a\x1b]52;c;aGk=\x07\u202e[red]"
    nodes = [
        {"id": hostile, "op": "input", "value": 1},
        {"id": "f", "op": "exp", "inputs": [hostile], "group": "g\x9b2J"},
    ]
    path.write_text(json.dumps({"nodes": nodes}))
    for command in ("run", "trace", "check", "gradcheck", "draw"):
        for more in ([], ["--json"] if command != "draw" else []):
            _, out, err = cli(command, path, *more)
            assert not set(out + err) & set("\x1b\x07\x9b\u202e\x7f")


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_a_terminal_without_unicode_gets_ascii(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    for words in (("draw", *EXPRESSION), ("ops",), ("trace", *EXPRESSION), ("examples",)):
        code, out, _ = cli(*words)
        assert code == 0
        assert out.isascii()
        assert out


def test_infinity_is_never_written_as_json(cli: Cli) -> None:
    _, out, _ = cli("gradcheck", "-e", "sqrt(x)", "x=0", "--json")
    found = document(out)
    assert not found["passed"]
    assert math.isinf(float(found["nodes"]["x"]["analytic"]))
