"""The definition of the derivative as text: the numbers can be watched, and all of it fits."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graphtui.debugger.checks.nudge import nudge
from graphtui.debugger.checks.trials import ROWS
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.nudge_lines import nudge_document, nudge_lines
from graphtui.view.text.lines import plain
from tests.strategies import graphs
from tests.view.shown import bias, check_golden, check_lines, product, sigmoid


@pytest.mark.parametrize(
    ("title", "graph", "name", "index", "seed"),
    [
        ("neuron", sigmoid(), "w0", None, None),
        ("element", product(), "W", (0, 2), None),
        ("every", product(), "W", None, None),
        ("kink", bias(), "b", (1,), None),
        ("absent", sigmoid(), "sigmoid/one", None, None),
        (
            "seeded",
            Graph([node("x", "input", value=[1.0, 2.0]), node("y", "exp", ["x"])]),
            "x",
            None,
            [1.0, -1.0],
        ),
        (
            "half",
            Graph([node("x", "input", value=3.0, dtype="float16"), node("f", "square", ["x"])]),
            "x",
            None,
            None,
        ),
    ],
)
def test_as_text(title: str, graph: Graph, name: str, index: Any, seed: Any) -> None:
    found = nudge(Run(graph, seed=seed), name, index, h=20.0 if title == "kink" else 0.1)
    check_golden("nudge", title, nudge_lines(found, 78))


@settings(max_examples=40)
@given(graphs(), st.integers(20, 120), st.data())
def test_every_line_fits(graph: Graph, width: int, data: st.DataObject) -> None:
    output = graph.nodes[graph.output]
    seed = np.ones(output.shape) if output.dtype.kind == "f" else None
    name = data.draw(st.sampled_from(list(graph.nodes)))
    try:
        found = nudge(Run(graph, seed=seed), name)
    except CommandError:
        assume(False)
    check_lines(nudge_lines(found, width), width)
    document = json.loads(json.dumps(nudge_document(found), allow_nan=False))
    assert (document["node"], document["kind"]) == (name, found.kind)
    assert len(document["rows"]) == ROWS


def test_the_document() -> None:
    graph = Graph([node("x", "input", value=[0.0, -1.0]), node("f", "max", ["x"])])
    document = nudge_document(nudge(Run(graph), "x", (1,), h=2.0))
    assert document["rows"][0] == {
        "h": 2.0,
        "predicted": 0.0,
        "real": 1.0,
        "ratio": "inf",
        "central": 0.25,
        "kink": "f",
        "note": "kink of 'f'",
    }
    assert document["rows"][1]["ratio"] == "nan"
    assert (document["index"], document["gradient"], document["kind"]) == ([1], 0.0, "flat")


def test_a_hostile_name_is_harmless() -> None:
    graph = Graph([node("x\x1b[2J", "input", value=1.0), node("f", "exp", ["x\x1b[2J"])])
    assert "\x1b" not in plain(nudge_lines(nudge(Run(graph), "x\x1b[2J"), 60))
