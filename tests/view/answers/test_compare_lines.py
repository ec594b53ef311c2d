"""Two runs side by side as text: what differs is listed, what is equal is counted."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.compare.change import Change, Level
from graphtui.debugger.compare.compare import Comparison, Row, compare
from graphtui.engine.execute import Run
from graphtui.engine.plan import Phase
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.compare_lines import compare_document, compare_lines
from graphtui.view.picture.beside_marks import LEVEL_ROLES, change_text
from graphtui.view.text.lines import plain
from graphtui.view.text.roles import ROLES
from tests.strategies import graphs
from tests.view.shown import check_golden, check_lines


def net(weight: float, op: str = "tanh", extra: str = "k") -> Graph:
    return Graph(
        [
            node("x", "input", value=[[1.0, -2.0], [0.5, 3.0]]),
            node("W", "parameter", value=[[0.5, weight], [-1.0, 0.25]]),
            node(extra, "constant", value=2.0),
            node("z", "matmul", ["x", "W"]),
            node("h", op, ["z"]),
            node("m", "mean", ["h"]),
            node("L", "multiply", ["m", extra]),
        ]
    )


def compared(one: Graph, other: Graph) -> Comparison:
    return compare(Run(one).finish(), Run(other).finish())


def test_side_by_side() -> None:
    found = compared(net(0.75), net(0.8))
    check_golden("compare", "changed", compare_lines(found, 80))
    check_golden("compare", "every", compare_lines(found, 80, every=True))


def test_a_new_fault_and_what_does_not_match() -> None:
    files = "descriptions/before.json", "descriptions/after.json"
    found = compared(net(0.75), net(math.nan, "sin", "q"))
    check_golden("compare", "fault", compare_lines(found, 72, names=files))


def test_nothing_differs() -> None:
    assert plain(compare_lines(compared(net(1.0), net(1.0)), 60)).splitlines() == [
        "No number differs: 7 values and 6 gradients compared."
    ]


def test_short_names_head_the_columns() -> None:
    head = compare_lines(compared(net(1.0), net(2.0)), 80, names=("before", "after"))[2]
    assert plain([head]).split() == ["node", "element", "before", "after", "change"]


def test_so_many_digits_that_both_can_be_told_apart() -> None:
    (row,) = compare_lines(_only(Change(Level.CHANGED, 1e-9, (), 0.5, 0.500000002, 1)), 80)[-1:]
    assert "0.500000002" in plain([row])
    (row,) = compare_lines(_only(Change(Level.STRONG, 0.5, (), 0.5, 1.0, 1)), 80)[-1:]
    assert plain([row]).split() == ["x", "value", "0.5", "1", "0.5", "strong"]


def _only(change: Change) -> Comparison:
    return Comparison((Row("x", change, None),), (), (), (), (), (), None)


def test_a_long_list_is_cut_and_the_rest_counted() -> None:
    rows = tuple(Row(f"n{i}", Change(Level.STRONG, 1.0, (), 0.0, 1.0, 1), None) for i in range(9))
    found = Comparison(rows, (), (), (), (), (), None)
    lines = plain(compare_lines(found, 80, most=4)).splitlines()
    assert lines[-1] == "and 5 more"
    assert [line.split()[0] for line in lines[3:-1]] == ["n0", "n1", "n2", "n3"]


def test_every_level_has_a_role_and_words() -> None:
    assert set(LEVEL_ROLES) == set(Level)
    assert set(LEVEL_ROLES.values()) <= set(ROLES)
    texts = {change_text(Change(level, 0.25)) for level in Level}
    assert len(texts) == len(Level)


@settings(max_examples=40)
@given(graphs(), graphs(), st.integers(20, 120), st.booleans())
def test_every_line_fits(one: Graph, other: Graph, width: int, every: bool) -> None:
    found = compared(one, other)
    check_lines(compare_lines(found, width, names=("é\n" * 9, "b"), every=every), width)


@settings(max_examples=40)
@given(graphs(), graphs())
def test_the_document_says_what_the_comparison_says(one: Graph, other: Graph) -> None:
    found = compared(one, other)
    document = json.loads(json.dumps(compare_document(found), allow_nan=False))
    assert document["same"] is found.same
    assert list(document["nodes"]) == [row.node for row in found.differing]
    assert sum(document["values"].values()) == len(found.rows)
    assert document["first"]["backward"] == found.first_divergence(Phase.BACKWARD)


def test_the_document_of_a_fault() -> None:
    graph = Graph([node("x", "input", value=[1.0, 4.0]), node("L", "sum", ["x"])])
    found = compare(Run(graph).finish(), Run(graph, values={"x": [1.0, np.nan]}))
    assert compare_document(found)["nodes"]["x"] == {
        "value": {
            "level": "new fault",
            "relative": "inf",
            "index": [1],
            "a": 4.0,
            "b": "nan",
            "count": 1,
        },
        "gradient": {
            "level": "not yet", "relative": None, "index": [], "a": None, "b": None, "count": 0
        },
    }  # fmt: skip


@pytest.mark.parametrize("tolerance", [None, 0.5])
def test_the_document_names_the_tolerance(tolerance: float | None) -> None:
    run = Run(net(1.0)).finish()
    assert compare_document(compare(run, run, tolerance=tolerance))["tolerance"] == tolerance
