"""A whole run as text: every number is there, aligned, rounded to no lie, and harmless."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.engine.execute import Run
from graphtui.engine.gradcheck import gradcheck
from graphtui.graph.graph import Graph, node
from graphtui.ops import OPS
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Elementwise
from graphtui.view.answers import report
from graphtui.view.text.lines import Line, plain
from graphtui.view.text.roles import ROLES
from graphtui.view.text.safe_text import cell_width


def text(lines: list[Line]) -> list[str]:
    return plain(lines).splitlines()


def test_run_table_aligns_its_columns(mlp: Graph) -> None:
    rows = report.run_table(Run(mlp).finish())
    table = rows[: 1 + len(mlp.nodes)]
    starts = {tuple(cell_width(span.text) for span in row) for row in table}
    assert len(starts) == 1
    assert [row[0].text.strip() for row in table[1:]] == list(mlp.nodes)


def test_run_table_tells_absent_from_zero() -> None:
    graph = Graph(
        [
            node("c", "constant", value=0.0),
            node("x", "input", value=0.0),
            node("y", "multiply", ["c", "x"]),
        ]
    )
    _, c, x, _ = report.run_table(Run(graph).finish())
    assert (c[-1].text.strip(), c[-1].role) == ("-", "absent")
    assert (x[-1].text.strip(), x[-1].role) == ("0.0", "gradient")


def test_run_table_ends_with_the_faults() -> None:
    graph = Graph([node("x", "input", value=-1.0), node("f", "log", ["x"])])
    lines = report.run_table(Run(graph).finish())
    assert lines[-1][0].text.startswith("! step 1: log at 'f' gives nan")
    assert lines[-1][0].role == "fault"


def test_the_sign_for_sums_is_explained_where_it_is_used(chain: Graph, mlp: Graph) -> None:
    assert report.LEGEND in text(report.run_table(Run(mlp).finish()))
    assert report.LEGEND in text(list(report.trace_lines(Run(mlp).finish())))
    assert report.LEGEND not in text(report.run_table(Run(chain).finish()))


def test_trace_has_a_line_a_step_and_a_line_a_contribution(mlp: Graph) -> None:
    run = Run(mlp).finish()
    lines = text(list(report.trace_lines(run)))
    sent = sum(len(step.contributions) for step in run.steps)
    assert len(lines) == len(run.steps) + sent + 1  # and what ~ means
    numbered = [line.split()[0] for line in lines if line.split()[0].isdigit()]
    assert numbered == [str(step.number) for step in run.steps]


def test_trace_shows_running_sums_only_where_there_is_a_sum(fan_out: Graph) -> None:
    lines = text(list(report.trace_lines(Run(fan_out).finish())))
    sums = [line for line in lines if "gradient" in line]
    assert [line.split("gradient ")[1] for line in sums] == ["5.0 from 1 of 2", "7.0 from 2 of 2"]
    assert all(line.strip().startswith("y ") for line in sums)


def test_a_trace_that_is_not_finished_shows_what_there_is(chain: Graph) -> None:
    run = Run(chain)
    run.advance()
    assert len(text(list(report.trace_lines(run)))) == 1


@given(st.floats(width=64) | st.floats(width=32).map(np.float32))
def test_a_scalar_is_shown_in_full(value: float) -> None:
    shown = report.number_text(np.asarray(value))
    assert np.asarray(float(shown), np.asarray(value).dtype).tobytes() == np.asarray(
        value
    ).tobytes() or np.isnan(value)


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)))
def test_a_number_text_never_exceeds_its_width(array: Array) -> None:
    assert cell_width(report.number_text(array)) <= report.NUMBER_WIDTH


@given(hnp.arrays(np.int64, hnp.array_shapes(max_dims=3, max_side=3), elements=st.integers(-9, 9)))
def test_a_list_of_few_numbers_reads_back(array: Array) -> None:
    shown = report.number_text(array)
    if array.size <= report.MOST_LISTED and shown.startswith("["):
        assert np.array_equal(np.array(eval(shown, {})), array)


def test_gradcheck_table_names_the_gate_the_element_and_both_numbers(chain: Graph) -> None:
    sin = OPS["sin"]
    assert isinstance(sin, Elementwise)
    wrong = dataclasses.replace(sin, derivatives=(lambda y, x: 2 * np.cos(x),))
    nodes = {**chain.nodes, "s": chain.nodes["s"]._replace(op=wrong)}
    chain.nodes = nodes
    lines = text(report.gradcheck_table(gradcheck(chain)))
    verdicts = {line.split()[0]: line.split()[-1] for line in lines[1:-2]}
    assert verdicts == {"f": "ok", "s": "ok", "m": "WRONG", "x": "WRONG"}
    assert lines[-2:] == [
        "! sin at 's' sends 2.5067615 to 'm', differences say 1.2533808",
        "  It is 2 times too large: is a 1/2 missing?",
    ]


def test_gradcheck_table_says_when_it_has_not_tried_everything(
    deep: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphtui.engine.choice.MOST_EVALUATIONS", 12_000)
    lines = text(report.gradcheck_table(gradcheck(deep)))
    assert lines[-1] == "10 of 301 gradients as a whole; every gate by itself"


@pytest.mark.parametrize("hostile", ["a\x1b[2Jb", "a\nb", "\u202eabc", "[red]x", "é" * 200])
def test_names_are_made_harmless(hostile: str) -> None:
    graph = Graph([node(hostile, "input", value=1.0), node("f", "exp", [hostile])])
    run = Run(graph).finish()
    pages = [
        report.run_table(run),
        list(report.trace_lines(run)),
        report.gradcheck_table(gradcheck(graph)),
    ]
    for page in pages:
        for line in page:
            shown = "".join(span.text for span in line)
            assert shown.isprintable()
            assert "\u202e" not in shown
            assert all(span.role in ROLES or not span.role for span in line)
