"""The table of what is kept for backward: the largest first, each with its state in words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.saved import SavedForBackward
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.saved_lines import saved_lines
from graphtui.view.text.lines import plain
from tests.strategies import graphs
from tests.view.shown import END, at, check_golden, check_lines


def network() -> Graph:
    """A layer with a mask, a factor and a shared input."""
    return Graph(
        [
            node("X", "input", value=np.ones((100, 8), np.float32)),
            node("W", "parameter", value=np.ones((8, 32), np.float32)),
            node("z", "matmul", ["X", "W"]),
            node("h", "relu", ["z"]),
            node("g", "sigmoid", ["h"]),
            node("m", "multiply", ["h", "g"]),
            node("L", "mean", ["m"]),
        ]
    )


@pytest.mark.parametrize("step", [0, 2, 5, 8, END])
@pytest.mark.parametrize("width", [78, 44])
def test_goldens(step: int, width: int) -> None:
    session = at(network(), step)
    lines = saved_lines(SavedForBackward(session.run).table(session.snapshot()), width)
    check_lines(lines, width)
    check_golden("saved_lines", f"step{min(step, 11)}_{width}", lines)


def test_a_long_table_says_how_much_is_left_out() -> None:
    session = at(network(), END)
    table = SavedForBackward(session.run).table(session.snapshot(), most=2)
    assert "… 4 more, none of them larger" in plain(saved_lines(table, 78))


def test_an_interrupted_look_is_told() -> None:
    session = at(network(), END)
    table = SavedForBackward(session.run).table(session.snapshot(), interrupted=lambda: True)
    assert plain(saved_lines(table, 78)).startswith("Not all nodes were looked at.")


def test_where_nothing_is_kept_it_says_so() -> None:
    session = at(Graph([node("x", "input", value=1.0), node("y", "add", ["x", "x"])]), END)
    lines = saved_lines(SavedForBackward(session.run).table(session.snapshot()), 78)
    assert plain(lines) == "Nothing is kept for the backward pass."


@given(graphs(), st.integers(1, 90), st.integers(0, 20))
def test_every_line_fits(graph: Graph, width: int, step: int) -> None:
    session = at(graph, step)
    table = SavedForBackward(session.run).table(session.snapshot())
    lines = saved_lines(table, width)
    check_lines(lines, width)
    assert len(lines) >= min(len(table.rows), 1) + len(table.rows)
