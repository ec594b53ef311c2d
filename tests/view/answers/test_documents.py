"""Runs and problems as JSON documents, as other programs read them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.engine.execute import Run
from graphtui.errors import DescriptionError, LimitError, Place, Problem, UserCodeError
from graphtui.graph.graph import Graph, node
from graphtui.ops.linear_map import Array
from graphtui.view.answers import documents

WORDS = {"nan": np.nan, "inf": np.inf, "-inf": -np.inf}


@given(
    hnp.arrays(
        st.sampled_from([np.float64, np.float32, np.float16]),
        hnp.array_shapes(min_dims=0, max_dims=3, max_side=3),
    )
)
def test_every_number_round_trips_through_json(array: Array) -> None:
    graph = Graph([node("x", "input", value=array)])
    run = Run(graph, seed=np.ones(array.shape, array.dtype)).finish()
    text = json.dumps(documents.run_document(run), allow_nan=False)
    written = json.loads(text)["nodes"]["x"]["value"]
    flat = np.ravel(np.array(written, dtype=object))
    read = np.array([WORDS.get(x, x) for x in flat], array.dtype).reshape(array.shape)
    same = (read == array) & (np.signbit(read) == np.signbit(array))
    assert (same | (np.isnan(read) & np.isnan(array))).all()


def test_a_run_is_one_object_with_every_node(mlp: Graph) -> None:
    run = Run(mlp).finish()
    document = documents.run_document(run)
    assert set(document) == {"output", "nodes"}
    assert list(document["nodes"]) == list(mlp.nodes)
    assert document["nodes"]["y"]["gradient"] is None
    assert document["nodes"]["W1"]["shape"] == [5, 6]


def test_a_forward_step_has_a_value_and_a_backward_step_contributions(broadcast: Graph) -> None:
    run = Run(broadcast).finish()
    forward, *_, backward = (documents.step_document(run, step) for step in run.steps)
    assert "contributions" not in forward
    assert "value" not in backward
    first, second = backward["contributions"]
    assert (first["input"], first["slot"], second["input"]) == ("X", 0, "b")
    assert second["local"] == {
        "structure": "broadcast",
        "jacobian_shape": [4, 3, 3],
        "matrix_shape": [12, 3],
        "compact": 1.0,
    }
    assert second["downstream"] == [4.0, 4.0, 4.0]


def test_a_map_with_nothing_to_show_is_null(mlp: Graph) -> None:
    run = Run(mlp).finish()
    seen = [
        documents.contribution_document(contribution)["local"]["compact"]
        for step in run.steps
        for contribution in step.contributions
    ]
    assert None in seen


PLACE = Place("net.json", 3, 7)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            DescriptionError([Problem("bad.", PLACE, "$.nodes[0]", "shape"), Problem("worse.")]),
            [("shape", "net.json", 3, 7, "$.nodes[0]"), ("description", "f.json", 0, 0, "")],
        ),
        (UserCodeError("fails.", [Problem("x", PLACE)]), [("description", "net.json", 3, 7, "")]),
        (LimitError("too big."), [("description", "f.json", 0, 0, "")]),
    ],
)
def test_an_error_is_a_list_of_problems_with_places(
    error: DescriptionError | UserCodeError | LimitError,
    expected: list[tuple[str, str, int, int, str]],
) -> None:
    found = documents.error_documents(error, "f.json")
    keys = ("code", "file", "line", "column", "path")
    assert [tuple(problem[key] for key in keys) for problem in found] == expected
    assert all(problem["message"] for problem in found)
