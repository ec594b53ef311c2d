"""Every planted bug is found by the command that should find it, and its fixed twin is quiet.

The descriptions stand in `tests/planted`, and what puts each right in `tests.planted.fixes`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from graphtui.cli import main
from graphtui.debugger.checks.check_report import HereCheck, WholeCheck
from graphtui.debugger.commands import perform
from graphtui.debugger.description import describe_file
from graphtui.debugger.reasons.answer import Answer
from graphtui.debugger.reasons.biography import Biography
from graphtui.debugger.session import DebugSession
from graphtui.debugger.stops.catches import CATCHES
from graphtui.engine.plan import Phase
from graphtui.errors import UsageError
from graphtui.graph.graph import Graph
from graphtui.graph.load import begin, load
from tests.debugger.kept.test_pytest_export import outcomes
from tests.planted.fixes import FIXES, FOLDER, text_of

Opened = Callable[..., DebugSession]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A session at the start of a description, or of its fixed twin; each is loaded once."""
    folder = tmp_path_factory.mktemp("twins")

    @cache
    def loaded(name: str) -> tuple[Graph, Graph]:
        twin = folder / f"{name}.py"
        twin.write_text(text_of(name, fixed=True), encoding="utf-8")
        both = begin(FOLDER / f"{name}.py"), begin(twin)  # two processes, side by side
        return both[0](), both[1]()

    def session(name: str, *commands: str, fixed: bool = False) -> DebugSession:
        found = DebugSession(loaded(name)[fixed])
        for command in commands:
            perform(found, command)
        return found

    return session


def test_every_description_has_a_twin_that_differs_in_one_place() -> None:
    found = {path.stem for path in FOLDER.glob("*.py")} - {"fixes"}
    assert found == set(FIXES)
    for name, fix in FIXES.items():
        assert text_of(name).count(fix.bug) == 1
        assert text_of(name) != text_of(name, fixed=True)


# Wrong rules: gradcheck ---------------------------------------------------------------------------


class Wrong(NamedTuple):
    """What gradcheck says of an op that somebody has written."""

    op: str
    node: str
    source: str
    element: tuple[int, ...]
    sent: float
    slope: float
    """Both numbers of the whole gradient, where upstream is 1 everywhere."""
    entry: str
    """The entry of the Jacobian and both of its numbers, in words."""
    clue: str
    """What kind of mistake it looks like."""


WRONG = {
    "wrong_vjp": Wrong(
        *("cube", "c", "x", (1,), 4.5, 6.75),
        "∂c[1]/∂x[1] is 4.5, differences say 6.75, off by 33 %",
        "Everywhere it is 2/3 times what differences say.",
    ),
    "missing_plus_equals": Wrong(
        *("residual", "r", "x", (1,), 0.419974, 1.419974),
        "∂r[1]/∂x[1] is 0.42, differences say 1.42, off by 70 %",
        "Everywhere it is too small by just upstream: is the contribution of a way around missing, "
        "or an = that should be +=?",
    ),
    "missing_transpose": Wrong(
        *("linear", "h", "x", (0, 0), -0.3, 0.8),
        "∂h[0, 1]/∂x[0, 0] is -0.4, differences say 0.7, off by 157 %",
        "It is what the transposed Jacobian would send: is a transpose missing?",
    ),
    "wrong_sign": Wrong(
        *("gap", "d", "b", (0,), 1, -1),
        "∂d[0]/∂b[0] is 1, differences say -1, off by 200 %",
        "The sign is the other one.",
    ),
    "missing_one_over_n": Wrong(
        *("average", "loss", "x", (2,), 1, 0.25),
        "∂loss/∂x[2] is 1, differences say 0.25, off by 75 %",
        "Everywhere it is 4 times too large, and 4 is the number of elements of 'x': is a 1/N "
        "missing?",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_check_of_the_graph_names_the_op_the_element_and_both_numbers(
    name: str, opened: Opened
) -> None:
    wrong = WRONG[name]
    reply = perform(opened(name), "gradcheck all")
    assert reply.text.startswith(
        f"The local map of '{wrong.node}' ({wrong.op}) is WRONG: to '{wrong.source}'"
    )
    assert reply.text.endswith(f". {wrong.clue} That spoils the gradient of '{wrong.source}'.")
    assert isinstance(reply.subject, WholeCheck)
    (culprit,) = reply.subject.report.culprits
    assert (culprit.op, culprit.edge[:2]) == (wrong.op, (wrong.source, wrong.node))
    assert culprit.index == wrong.element
    assert culprit.clue == wrong.clue
    assert culprit.analytic == pytest.approx(wrong.sent, abs=1e-6)
    assert culprit.numeric == pytest.approx(wrong.slope, abs=1e-6)
    text = perform(opened(name, fixed=True), "gradcheck all").text
    assert text.startswith("Every gradient is right: at worst, ")


@pytest.mark.parametrize("name", WRONG)
def test_a_check_where_one_stands_shows_the_derivative(name: str, opened: Opened) -> None:
    wrong = WRONG[name]
    commands = [f"until {wrong.node} backward", "gradcheck"]
    reply = perform(opened(name, commands[0]), commands[1])
    here = f"The local map of '{wrong.node}' ({wrong.op}) is"
    assert reply.text.startswith(f"{here} WRONG: {wrong.entry}. {wrong.clue} The gradient of ")
    fixed = perform(opened(name, commands[0], fixed=True), commands[1])
    assert fixed.text.startswith(f"{here} right: at worst, ")
    for found, passed in ((reply.subject, False), (fixed.subject, True)):
        assert isinstance(found, HereCheck)
        assert found.passed is passed


def test_a_gradient_that_was_not_summed_is_refused_with_the_axis(opened: Opened) -> None:
    told = (
        "gave shape (2, 3) for input 'b' of shape (3,). The input was repeated along axis 0, so "
        "sum over that: .sum(axis=0)."
    )
    session = opened("unsummed_broadcast")
    assert perform(session, "continue").text.endswith(told)
    answer = perform(session, "why b")
    assert "the run stopped at step 5, where 'a' (add_bias) failed: the vjp of" in answer.text
    assert answer.text.endswith(told)
    with pytest.raises(UsageError, match="the run stopped at 'a'") as refused:
        perform(session, "gradcheck all")
    assert told in str(refused.value)
    fixed = opened("unsummed_broadcast", "continue", fixed=True)
    assert perform(fixed, "gradcheck all").text.startswith("Every gradient is right")
    assert perform(fixed, "print grad(b)[0]").text == "grad(b)[0] = 2.0"


# Where trouble begins: catch ----------------------------------------------------------------------

F, B = Phase.FORWARD, Phase.BACKWARD


CAUGHT: list[tuple[str, str, Phase, str, str]] = [
    (
        *("saturated_sigmoid", "vanishing", B, "p"),
        "|downstream| / |upstream| = 0 < 0.001 from 'p' (sigmoid) to 's'",
    ),
    (
        *("vanishing_chain", "vanishing", B, "h_3"),
        "|gradient| of 'h_2' = 3.29292e-07 < 1e-06",
    ),
    ("exploding_chain", "exploding", B, "h_2", "|gradient| of 'h' = 1e+07 > 1e+06"),
    (
        *("dead_relu", "zero-gradient", B, "h"),
        "the gradient of 's' is 0 everywhere, though 'h' (relu) received 2 in norm",
    ),
    (
        *("masked", "zero-gradient", B, "c"),
        "the gradient of 'x' is 0 everywhere, though 'c' (maximum) received 1.73205 in norm",
    ),
    (
        *("cancelling", "zero-gradient", B, "a"),
        "the gradient of 'x' is 0 everywhere: its 2 contributions cancel",
    ),
    (
        *("underflow", "zero-gradient", B, "a"),
        "the gradient of 'w' is 0 everywhere, though 'a' (multiply) received 1e-20 in norm",
    ),
    ("where_trap", "inf", F, "logs", "log at 'logs' gives -inf at [0], as 'x' is 0"),
    (
        *("where_trap", "nan", B, "logs"),
        "the gradient that 'logs' (log) sends to 'x' becomes nan: an upstream of 0 meets a "
        "local gradient of infinity at [0], and 0 × inf is nan",
    ),
    ("log_of_zero", "inf", F, "logs", "log at 'logs' gives -inf at [1], as 'p' is 0"),
    ("float16_overflow", "inf", F, "q", "multiply at 'q' gives inf at [1], as 'w' is 300"),
    (
        *("float16_overflow", "overflow", F, "q"),
        "multiply at 'q' gives inf from finite numbers; the largest float16 is 65504",
    ),
    (
        *("unsummed_broadcast", "exception", B, "a"),
        "add_bias at 'a' raised UserCodeError: the vjp of 'add_bias', ",
    ),
]
"""Description, catch, phase and node at which it stops, and words of what it says."""


@pytest.mark.parametrize(
    ("name", "catch", "phase", "node", "words"),
    CAUGHT,
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_a_catch_stops_once_where_it_begins(
    name: str, catch: str, phase: Phase, node: str, words: str, opened: Opened
) -> None:
    session = opened(name, f"catch {catch}")
    answer = perform(session, "continue").text
    op = session.graph.nodes[node].op.name
    assert answer.startswith(f"Step {session.cursor}, {phase} of '{node}' ({op}): caught {catch}: ")
    assert words in answer
    assert session.focus == node
    perform(session, "continue")
    assert session.stop is None or session.cursor == len(session.run.steps), "only once"
    fixed = opened(name, f"catch {catch}", "continue", fixed=True)
    assert fixed.stop is None
    assert fixed.cursor == len(fixed.run.plan.tasks)


def test_every_catch_finds_a_planted_bug() -> None:
    assert {catch for _, catch, *_ in CAUGHT} == set(CATCHES)


@pytest.mark.parametrize("name", FIXES)
def test_a_fixed_twin_is_quiet_whatever_is_caught(name: str, opened: Opened) -> None:
    session = opened(name, *(f"catch {each}" for each in CATCHES), "continue", fixed=True)
    assert session.stop is None
    assert session.cursor == len(session.run.plan.tasks)
    assert perform(session, "gradcheck all").text.startswith("Every gradient is right")


# Why? ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "node", "kind", "words", "jump"),
    [
        (
            *("saturated_sigmoid", "w", "zero"),
            "The gradient of 'w' is 0, as it is 0 already at 's': at 'p' (sigmoid) the gate is "
            "saturated, as its output is 0 or 1 to the last digit; 's' is 800 and 'p' is 1.",
            "p",
        ),
        (
            *("dead_relu", "W", "zero"),
            "All 4 elements of the gradient of 'W' are 0, as it is 0 already at 's': at 'h' (relu) "
            "the gate is closed, as its input was not positive; at [0, 0], 's' is -4.75 and 'h' "
            "is 0.",
            "h",
        ),
        (
            *("masked", "x", "zero"),
            "All 3 elements of the gradient of 'x' are 0: at 'c' (maximum) the other input won, as "
            "it is larger; at [0], 'x' is 0.5, 'constant' is 3 and 'c' is 3.",
            "c",
        ),
        (
            *("cancelling", "x", "zero"),
            "The gradient of 'x' is 0: 2 contributions to 'x' cancel: -3 from 'b' (multiply) and 3 "
            "from 'a' (multiply).",
            "x",
        ),
        (
            *("underflow", "w", "zero"),
            "The gradient of 'w' is 0: at 'a' (multiply) an upstream of 1e-20 times a local "
            "gradient of 1e-30 is too small for float32, so it underflows to 0.",
            "a",
        ),
        (
            *("detached", "w", "missing"),
            "No gradient reaches 'w': 's' (stop_gradient) detaches it.",
            "s",
        ),
        (
            *("off_the_path", "v", "missing"),
            "'v' has no gradient: it is not on a path to the output 'loss', as nothing reads "
            "'penalty' (sum).",
            "penalty",
        ),
        (
            *("vanishing_chain", "x", "tiny"),
            "The gradient of 'x' is tiny: it is 1.759e-08, and the seed is 1. On the way from "
            "'loss', 'h_12' (sigmoid) shrank it most, to 0.2247 of what came in. It vanishes "
            "little by little: 12 places shrink it.",
            "h_12",
        ),
        (
            *("exploding_chain", "x", "huge"),
            "The gradient of 'x' is huge: it is 100000000, and the seed is 1. On the way from "
            "'loss', 'h' (multiply) multiplied it most, by 10. It grows little by little: 8 places "
            "multiply it.",
            "h",
        ),
        (
            *("log_of_zero", "p", "inf"),
            "1 of the 3 elements of the gradient of 'p' is infinite. 'logs' (log) gives -inf at "
            "[1], as 'p' is 0. On the way back, at 'logs' (log) an upstream of -1 meets a local "
            "gradient of infinity at [1].",
            "logs",
        ),
        (
            *("where_trap", "x", "nan"),
            "1 of the 3 elements of the gradient of 'x' is nan. 'logs' (log) gives -inf at [0], as "
            "'x' is 0. 'y' (where) masks it, so that its own value is finite. On the way back, at "
            "'logs' (log) an upstream of 0 meets a local gradient of infinity at [0], and 0 × inf "
            "is nan. Put the where inside: log(where(x > 0, x, 1)).",
            "logs",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_why_tells_the_reason_and_the_node_to_look_at(
    name: str, node: str, kind: str, words: str, jump: str, opened: Opened
) -> None:
    session = opened(name, "continue")
    reply = perform(session, f"why {node}")
    assert isinstance(reply.subject, Answer)
    assert (reply.text, reply.subject.kind, reply.subject.jump) == (words, kind, jump)
    perform(session, "origin")
    assert session.focus == jump
    fixed = perform(opened(name, "continue", fixed=True), f"why {node}").subject
    assert isinstance(fixed, Answer)
    masked = name == "where_trap"  # there the masked element has a gradient of 0, as it should
    assert fixed.kind == ("zero" if masked else "ordinary")


# The life of a NaN: biography and origin ----------------------------------------------------------


def test_the_where_trap_is_followed_through_both_passes(opened: Opened) -> None:
    session = opened("where_trap", "continue")
    assert session.run.value("loss") == pytest.approx(0.6931, abs=1e-4)
    reply = perform(session, "biography x")
    assert reply.text.splitlines() == [
        "step 1: begins: 'logs' (log) gives -inf at [0], as 'x' is 0.",
        "step 3: masked: 'y' (where) masks it, so that its own value is finite.",
        "step 8: came back: on the way back, at 'logs' (log) an upstream of 0 meets a local "
        "gradient of infinity at [0], and 0 × inf is nan.",
        "step 8: reaches: it reaches the gradient of 'x'.",
    ]
    assert isinstance(reply.subject, Biography)
    assert [event.node for event in reply.subject.events] == ["logs", "y", "logs", "x"]
    assert perform(session, "origin").text == (
        "Step 1: 'logs' (log) gives -inf at [0], as 'x' is 0."
    )
    assert (session.cursor, session.focus) == (1, "logs")


def test_an_overflow_is_followed_to_the_output(opened: Opened) -> None:
    session = opened("float16_overflow", "continue")
    assert perform(session, "biography").text.splitlines() == [
        "step 1: begins: 'q' (multiply) gives inf at [1], as 'w' is 300.",
        "step 2: passed on: 'loss' (sum) passes it on as inf.",
        "step 2: reaches: it reaches the value of 'loss'.",
    ]
    perform(session, "origin")
    assert (session.cursor, session.focus) == (1, "q")


@pytest.mark.parametrize("name", ["where_trap", "float16_overflow", "log_of_zero"])
def test_what_is_put_right_has_no_such_life(name: str, opened: Opened) -> None:
    session = opened(name, "continue", fixed=True)
    assert (
        perform(session, "biography").text == "As far as this run has come, everything is finite."
    )


# From the command line ----------------------------------------------------------------------------


@pytest.fixture
def twin(tmp_path: Path) -> Callable[[str], Path]:
    """The file of a fixed twin."""

    def write(name: str) -> Path:
        path = tmp_path / f"{name}.py"
        path.write_text(text_of(name, fixed=True), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("name", "catch", "node"),
    [("vanishing_chain", "vanishing", "h_3"), ("where_trap", "nan", "logs")],
)
def test_a_build_fails_until_the_bug_is_put_right(
    name: str,
    catch: str,
    node: str,
    twin: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["--headless", "--until-end", "-x", f"catch {catch}"]
    assert main(["debug", str(FOLDER / f"{name}.py"), *words]) == 5
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (stop,) = (line for line in lines if line.get("event") == "stop")
    assert (stop["node"], stop["stop"]["reasons"][0]["catch"]) == (node, catch)
    assert main(["debug", str(twin(name)), *words]) == 0
    assert '"stop": null' in capsys.readouterr().out.splitlines()[-1]


def test_a_gradcheck_fails_until_the_rule_is_put_right(
    twin: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gradcheck", str(FOLDER / "wrong_sign.py")]) == 1
    out = capsys.readouterr().out
    assert "! gap at 'd' sends 1 to 'b[0]', differences say -1.0000000\n  The sign is" in out
    assert main(["gradcheck", str(FOLDER / "wrong_sign.py"), "--json"]) == 1
    edges = json.loads(capsys.readouterr().out)["edges"]
    assert {edge["clue"] for edge in edges} == {None, "The sign is the other one."}
    assert main(["gradcheck", str(twin("wrong_sign"))]) == 0


# What was found, as a test ------------------------------------------------------------------------


def test_what_was_found_is_exported_red_and_is_green_on_the_twin(tmp_path: Path) -> None:
    for name, test in {
        "wrong_vjp": "test_the_gradient_is_the_slope",
        "dead_relu": "test_the_gradient_is_not_zero",
        "where_trap": "test_every_gradient_is_finite",
    }.items():
        path = tmp_path / f"{name}.py"
        path.write_text(text_of(name), encoding="utf-8")
        session = DebugSession(load(path))
        session.description = describe_file(path)
        perform(session, "export --pytest")
        exported = tmp_path / f"test_{name}.py"
        program: dict[str, Any] = {"__file__": str(exported)}
        exec(exported.read_text(encoding="utf-8"), program)
        assert [each for each in program if each.startswith("test_")] == [test]
        with pytest.raises(AssertionError):
            program[test]()
        path.write_text(text_of(name, fixed=True), encoding="utf-8")
        program[test]()


def test_pytest_runs_what_was_exported(tmp_path: Path) -> None:
    path = tmp_path / "missing_one_over_n.py"
    path.write_text(text_of(path.stem), encoding="utf-8")
    session = DebugSession(load(path))
    session.description = describe_file(path)
    perform(session, "export --pytest")
    test = "test_missing_one_over_n.py::test_the_gradient_is_the_slope"
    assert outcomes(tmp_path) == {test: "FAILED"}
