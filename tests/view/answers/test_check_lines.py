"""What a gradient check found as text: both numbers stand side by side, and all of it fits."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.checks.check_here import check_here, check_whole
from graphtui.engine.execute import Run
from graphtui.errors import UsageError
from graphtui.graph.graph import Graph, node
from graphtui.ops import OPS
from graphtui.view.answers.check_lines import (
    OUTCOMES,
    check_document,
    check_lines,
    whole_document,
    whole_lines,
)
from graphtui.view.text.lines import plain
from tests.engine.test_gradcheck import planted, scaled
from tests.strategies import graphs
from tests.view.shown import bias, check_golden, product
from tests.view.shown import check_lines as check_every_line


def wrong() -> Graph:
    return planted(product(), "h", scaled(OPS["matmul"], 1.5, 1))


def test_right() -> None:
    check_golden("check", "right", check_lines(check_here(Run(product()), "h"), 80))


def test_wrong() -> None:
    check_golden("check", "wrong", check_lines(check_here(Run(wrong()), "h"), 80))
    check_golden("check", "spoilt", check_lines(check_here(Run(wrong()), "W"), 80))


def test_a_kink() -> None:
    graph = Graph([node("x", "input", value=[0.0, 1.0]), node("y", "relu", ["x"])])
    check_golden("check", "kink", check_lines(check_here(Run(graph, seed=[1.0, 1.0]), "y"), 80))


def test_the_whole_graph() -> None:
    check_golden("check", "whole", whole_lines(check_whole(Run(wrong())), 80))
    check_golden("check", "whole_right", whole_lines(check_whole(Run(bias())), 80))


def test_a_leaf_without_a_gradient_is_a_sentence() -> None:
    graph = Graph([node("k", "constant", value=1.0), node("f", "exp", ["k"])])
    lines = check_lines(check_here(Run(graph), "k"), 80)
    assert plain(lines).startswith("'k' (constant) is given: it has no local map.")
    assert "verdict" not in plain(lines)


@settings(max_examples=30)
@given(graphs(), st.integers(20, 120), st.data())
def test_every_line_fits(graph: Graph, width: int, data: st.DataObject) -> None:
    run = Run(graph).finish()
    name = data.draw(st.sampled_from(list(graph.nodes)))
    if run.value(name) is None:
        return
    found = check_here(run, name)
    check_every_line(check_lines(found, width), width)
    document = json.loads(json.dumps(check_document(found), allow_nan=False))
    assert (document["node"], document["passed"]) == (name, found.passed)
    assert {each["outcome"] for each in document["local"]} <= set(OUTCOMES)
    try:
        whole = check_whole(run)
    except UsageError:
        return
    check_every_line(whole_lines(whole, width), width)
    assert json.loads(json.dumps(whole_document(whole), allow_nan=False))["passed"] in (True, False)


def test_the_document() -> None:
    document = check_document(check_here(Run(wrong()), "h"))
    assert [each["input"] for each in document["local"]] == ["x", "W"]
    entry = document["local"][0]["entry"]
    assert entry["analytic"] == pytest.approx(1.5 * entry["numeric"])
    assert entry["input"] == [0, 1]
    assert document["outcome"] == "wrong"
    assert document["gradient"]["passed"] is True
    assert [each["node"] for each in document["arriving"]] == ["L"]
