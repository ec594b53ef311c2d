"""The printed schema accepts what loads, and refuses of the rest what a schema can see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from graphtui.errors import DescriptionError, LimitError
from graphtui.graph.document import NODE_KEYS, TOP_KEYS
from graphtui.graph.graph import Graph
from graphtui.graph.inits import INITS
from graphtui.graph.json_file import loads
from graphtui.graph.schema import json_schema
from graphtui.ops import OPS
from graphtui.ops.op import LEAVES
from tests.graph import corpus
from tests.strategies import graphs

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.json"))


def document(*nodes: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """A document with one leaf and these nodes."""
    return {"nodes": [{"id": "x", "op": "input", "value": [1, 2]}, *nodes], **keys}


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA, allow_nan=False)) == SCHEMA


def test_everything_that_loading_knows_is_in_the_schema():
    node = SCHEMA["$defs"]["node"]
    assert SCHEMA["properties"].keys() == TOP_KEYS.keys()
    assert node["properties"].keys() == NODE_KEYS.keys()
    assert set(node["properties"]["op"]["enum"]) == {*OPS, *LEAVES}
    assert SCHEMA["$defs"]["init"]["properties"].keys() == INITS.keys()
    cases = {case["if"]["properties"]["op"]["const"]: case["then"] for case in node["allOf"]}
    for name, op in OPS.items():
        assert cases[name]["properties"]["attrs"]["properties"].keys() == op.attrs.keys()
        assert cases[name]["description"] == op.note


@given(graphs())
@settings(max_examples=40)
def test_every_graph_that_was_saved_is_accepted(graph: Graph):
    VALIDATOR.validate(graph.to_dict())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_are_accepted(path: Path):
    VALIDATOR.validate(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize("kind", ["schema", "graph", "value", "confusable", "name"])
def test_what_loads_is_accepted(kind: str):
    for case in corpus.cases(kind):
        if not case.refused:
            VALIDATOR.validate(json.loads(case.data))


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {},
        {"nodes": []},
        {"nodes": {}},
        {"nodes": [1]},
        document(graphtui=2),
        document(name=1),
        document(output=None),
        document(seed=1),
        document({"id": "f"}),
        document({"op": "exp", "inputs": ["x"]}),
        document({"id": "", "op": "exp", "inputs": ["x"]}),
        document({"id": "f", "op": "tahn", "inputs": ["x"]}),
        document({"id": "f", "op": "exp", "inputs": "x"}),
        document({"id": "f", "op": "exp", "inputs": [1]}),
        document({"id": "f", "op": "exp"}),
        document({"id": "f", "op": "exp", "inputs": ["x", "x"]}),
        document({"id": "f", "op": "add", "inputs": ["x"]}),
        document({"id": "f", "op": "stack", "inputs": []}),
        document({"id": "f", "op": "exp", "inputs": ["x"], "value": 1}),
        document({"id": "f", "op": "exp", "inputs": ["x"], "attrs": {"axis": 0}}),
        document({"id": "f", "op": "sum", "inputs": ["x"], "attrs": {"axis": "0"}}),
        document({"id": "f", "op": "sum", "inputs": ["x"], "attrs": {"keepdims": 1}}),
        document({"id": "f", "op": "reshape", "inputs": ["x"]}),
        document({"id": "f", "op": "reshape", "inputs": ["x"], "attrs": {}}),
        document({"id": "f", "op": "input"}),
        document({"id": "f", "op": "input", "value": None}),
        document({"id": "f", "op": "input", "value": "one"}),
        document({"id": "f", "op": "input", "value": True}),
        document({"id": "f", "op": "input", "value": [1, None]}),
        document({"id": "f", "op": "constant", "value": [True, 1]}),
        document({"id": "f", "op": "input", "value": 1, "init": {"ones": {}}}),
        document({"id": "f", "op": "input", "value": 1, "dtype": "f4"}),
        document({"id": "f", "op": "input", "value": 1, "inputs": ["x"]}),
        document({"id": "f", "op": "input", "init": {}}),
        document({"id": "f", "op": "input", "init": {"one": {}}}),
        document({"id": "f", "op": "input", "init": {"normal": {"shape": [2]}}}),
        document({"id": "f", "op": "input", "init": {"normal": {"seed": -1}}}),
        document({"id": "f", "op": "input", "init": {"ones": {"shape": [-1]}}}),
        document({"id": "f", "op": "exp", "inputs": ["x"], "group": "a//b"}),
        document({"id": "f", "expr": "x", "op": "exp"}),
        document({"id": "f", "expr": 3}),
        document({"id": "f", "expr": "x", "inputs": ["x"]}),
    ],
)
def test_what_a_schema_can_see_is_refused_by_it_as_by_loading(wrong: Any):
    assert not VALIDATOR.is_valid(wrong)
    with pytest.raises((DescriptionError, LimitError)):
        loads(json.dumps(wrong))


@pytest.mark.parametrize(
    "right",
    [
        document({"id": "f", "expr": "x + 1", "group": "net/gate"}),
        document({"id": "f", "op": "clip", "inputs": ["x"], "attrs": {"min": "-inf"}}),
        document({"id": "f", "op": "constant", "value": [True, False]}, output="f"),
        document({"id": "f", "op": "input", "value": True, "dtype": "bool"}, output="f"),
        document({"id": "f", "op": "input", "value": [["nan", 1], [2, "inf"]]}, output="f"),
        document({"id": "f", "op": "input", "value": [], "shape": [0, 3]}, output="f"),
    ],
)
def test_what_is_right_is_accepted_by_both(right: Any):
    VALIDATOR.validate(right)
    assert loads(json.dumps(right)).output == "f"
