"""The step diff as text: old → new, never a zero for "not yet", readable without colour."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.step_diff import step_diff
from graphtui.engine.execute import Run
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.diff_lines import diff_lines
from graphtui.view.text.lines import plain
from tests.strategies import graphs
from tests.view.shown import at, bias, check_golden, check_lines, fan_out


def weight() -> Graph:
    """A weight (5, 12) of which five elements get a second contribution."""
    return Graph(
        [
            node("W", "parameter", value=np.arange(60.0).reshape(5, 12) / 7),
            node("m", "constant", value=np.eye(5, 12)),
            node("a", "multiply", ["W", "m"]),
            node("b", "square", ["W"]),
            node("c", "add", ["a", "b"]),
            node("L", "mean", ["c"]),
        ]
    )


CASES = {
    "start": (fan_out(), 0),
    "value": (fan_out(), 1),
    "seed": (fan_out(), 5),
    "two_inputs": (fan_out(), 6),
    "fan_out_half": (fan_out(), 7),
    "fan_out": (fan_out(), 8),
    "matrix": (bias(), 2),
    "matrix_and_bias": (bias(), 7),
    "few_elements": (weight(), 9),
}


@pytest.mark.parametrize("name", CASES)
def test_goldens(name: str) -> None:
    graph, step = CASES[name]
    lines = diff_lines(step_diff(at(graph, step).snapshot()), 60)
    check_lines(lines, 60)
    check_golden("diff_lines", name, lines)


def test_other_dtypes_are_named_and_names_are_harmless() -> None:
    nodes = [node("x", "input", value=np.zeros((2, 2), np.float16)), node("a\x1b[2J", "exp", ["x"])]
    text = plain(diff_lines(step_diff(at(Graph(nodes), 1).snapshot()), 60))
    assert text.splitlines()[0] == "value of a␛[2J  not yet → (2, 2) float16"


@given(graphs(), st.integers(1, 90))
def test_every_line_fits(graph: Graph, width: int) -> None:
    run = Run(graph).finish()
    for step in range(len(run.steps) + 1):
        changes = step_diff(Snapshot(run, step, ""))
        lines = diff_lines(changes, width)
        check_lines(lines, width)
        assert len(lines) >= max(len(changes), 1)
