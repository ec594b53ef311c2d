"""The Jacobian lens: it says what the map says, and never asks for more than it shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.engine.execute import Contribution
from graphtui.graph.graph import Edge, Graph, node
from graphtui.graph.python.build import input as described_input
from graphtui.graph.python.define_op import define_op
from graphtui.graph.python.tensor import graph_of
from graphtui.ops.linear_map import Diagonal
from graphtui.view.jacobian.lens import jacobian_facts
from graphtui.view.jacobian.window import MARK, matrix_window, window
from graphtui.view.text.lines import plain
from tests.strategies import graphs
from tests.view.shown import END, at, check_golden, check_lines, jacobian_lens, product


def sent(graph: Graph, name: str) -> tuple[Contribution, ...]:
    return at(graph, END).snapshot().sent(name)


def test_a_matrix_product() -> None:
    left, right = sent(product(), "h")
    check_golden("jacobian", "matmul_left", jacobian_lens(left, 60, 20, other="W"))
    check_golden("jacobian", "matmul_right", jacobian_lens(right, 60, 20, other="x"))


def test_a_window_on_a_large_matrix() -> None:
    rng = np.random.default_rng(1)
    graph = Graph(
        [
            node("x", "input", value=rng.standard_normal((5, 10))),
            node("W", "parameter", value=rng.standard_normal((10, 3))),
            node("h", "matmul", ["x", "W"]),
            node("L", "sum", ["h"]),
        ]
    )
    to_x = sent(graph, "h")[0]
    lines = jacobian_lens(to_x, 60, 16, row0=7, column0=20, other="W", colour=False)
    check_golden("jacobian", "window", lines)
    text = plain(lines)
    assert "Jacobian 15×50 · kronecker · shape (5, 3, 5, 10)" in text
    assert "750 entries, 150 non-zero, not built" in text


class Guarded(Diagonal):
    """A diagonal map that lets nobody have more than a screenful."""

    def _window(self, rows: Any, columns: Any) -> Any:
        assert len(rows) * len(columns) < 10_000
        return super()._window(rows, columns)


def test_a_matrix_of_which_nobody_may_build_more_than_is_shown() -> None:
    side = 100 * 4096
    local = Guarded(np.ones(side, dtype=bool), (side,), (side,))
    contribution = Contribution(Edge("x", "y", 0), np.ones(side), local, np.ones(side))
    lines = jacobian_lens(contribution, 80, 20, row0=side - 1, column0=side - 1)
    text = plain(lines)
    assert "Jacobian 409,600×409,600 · diagonal" in text
    assert "167,772,160,000 entries, 409,600 non-zero, not built" in text
    assert "dense 1.2 TiB, held 400 KiB" in text
    assert "409,599/409,600" in text or "409,599 of 409,600" in text
    assert "first ∂y[" in text.split("\n")[-2]
    assert text.split("\n")[-1].startswith("entries -4 ")
    assert len(lines) <= 20


def test_an_entry_is_marked_and_told_to_the_last_digit() -> None:
    local = Diagonal(np.linspace(0.1, 0.3, 60).reshape(4, 15), (4, 15), (4, 15))
    contribution = Contribution(Edge("x", "y", 0), np.ones((4, 15)), local, np.ones((4, 15)))
    lines = jacobian_lens(contribution, 80, 24, row0=59, column0=59, entry=(59, 59))
    assert "∂y[3, 14]/∂x[3, 14] = 0.3" in plain(lines)
    (marked,) = [span.text for row in lines for span in row if span.text.startswith(MARK)]
    assert marked.strip(MARK + " ") == "0.3"
    small = Diagonal(np.ones(2), (2,), (2,))
    tiny = Contribution(Edge("x", "y", 0), np.ones(2), small, np.ones(2))
    assert "∂y[1]/∂x[0] = 0.0" in plain(jacobian_lens(tiny, 80, 24, entry=(1, 0)))


def test_zeros_are_told_apart_by_their_role() -> None:
    local = Diagonal(np.array([2.0, 0.0]), (2,), (2,))
    _, first, second = matrix_window(local, 30, 9)
    assert [(span.text.strip(), span.role) for span in first[1:]] == [("2", "local"), ("0", "dim")]
    assert [span.role for span in second[1:]] == ["dim", "dim"]


@pytest.mark.parametrize(("row0", "column0"), [(0, 0), (99, 0), (0, 99), (99, 99)])
def test_a_window_beyond_the_matrix_moves_back_into_it(row0: int, column0: int) -> None:
    local = Diagonal(np.arange(20.0), (20,), (20,))
    lines = matrix_window(local, 48, 8, row0, column0)
    assert len(lines) == 8
    rows = "14–19" if row0 else "0–5"
    assert plain(lines).split("\n")[-1].startswith(f"rows {rows} of 20 · columns ")
    assert ("–19 of 20" in plain(lines[-1:])[12:]) == bool(column0)


@given(graphs(), st.data())
@settings(max_examples=60, deadline=None)
def test_the_numbers_are_those_of_the_matrix(graph: Graph, data: st.DataObject) -> None:
    session = DebugSession(graph)
    session.resume()
    everything = [c for step in session.run.steps for c in step.contributions]
    if not everything:
        return
    contribution = data.draw(st.sampled_from(everything))
    width, height = data.draw(st.integers(1, 200)), data.draw(st.integers(0, 40))
    row0, column0 = data.draw(st.integers(0, 50)), data.draw(st.integers(0, 50))
    lines = jacobian_lens(contribution, width, height, row0, column0)
    check_lines(lines, width)
    assert len(lines) <= height
    rows, columns = contribution.local.matrix_shape
    small = matrix_window(contribution.local, 200, 60)
    if 0 < rows <= 20 and 0 < columns <= 20:
        assert len(small) == rows + 1
        assert all(len(line) == columns + 1 for line in small[1:])


def test_a_measured_jacobian_says_so() -> None:
    softsign = define_op("softsign", lambda x: x / (1 + abs(x)))
    x = described_input(np.array([0.5, -2.0]), name="x")
    graph = graph_of(softsign(x).sum())
    (contribution,) = sent(graph, graph.nodes[graph.output].inputs[0])
    text = plain(jacobian_facts(contribution.local, 120))
    assert "numeric: found by central differences" in text
    assert "2 non-zero" in text


def test_rows_and_columns_have_the_indices_of_their_elements() -> None:
    local = Diagonal(np.full((3, 40, 50), 0.25), (3, 40, 50), (3, 40, 50))
    seen = window(local, 60, 8, 2050, 2052, by_index=True)
    head, *body = plain(seen.lines).split("\n")
    assert [row.split()[0] for row in body[:-1]] == [f"1,1,{i}" for i in range(6)]
    assert head.split()[:2] == ["1,1,2", "1,1,4"]
    # Each label begins over the first cell of its own column.
    column = head.index("1,1,4")
    assert [row[column : column + 5].strip() for row in body[:-1]].index("0.25") == 4
    narrow = window(local, 16, 8, 2050, 2052, by_index=True)
    assert plain(narrow.lines).split("\n")[1].split()[0] == "2050"


@given(st.integers(1, 200), st.integers(0, 30), st.integers(0, 6000), st.integers(0, 6000))
def test_every_window_fits(width: int, height: int, row: int, column: int) -> None:
    local = Diagonal(np.linspace(-1, 1, 6000).reshape(3, 40, 50), (3, 40, 50), (3, 40, 50))
    seen = window(local, width, height, row, column, (row, column), by_index=True)
    check_lines(seen.lines, width)
    assert len(seen.lines) <= height
    if seen.columns and row < 6000 and column < 6000:
        assert seen.row <= row < seen.row + seen.rows
        assert seen.column <= column < seen.column + seen.columns
