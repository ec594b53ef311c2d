"""Descriptions in JSON: what they may say, where each mistake is pointed at, saving and loading."""

from __future__ import annotations

import io
import json
import os
import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from graphtui.errors import DescriptionError, LimitError, Problem, UsageError
from graphtui.graph.graph import Graph, Limits, node
from graphtui.graph.json_file import (
    dumps,
    load_json,
    load_json_stream,
    loads,
    save_json,
)
from tests.strategies import graphs

SIGMOID = """{
  "graphtui": 1,
  "name": "sigmoid neuron",
  "nodes": [
    {"id": "w0", "op": "parameter", "value": 2.0},
    {"id": "x0", "op": "input", "value": -1.0},
    {"id": "W", "op": "parameter", "init": {"normal": {"shape": [3, 4], "std": 0.1, "seed": 7}}},
    {"id": "a", "op": "multiply", "inputs": ["w0", "x0"], "group": "dot"},
    {"id": "p", "op": "softmax", "inputs": ["W"], "attrs": {"axis": -1}},
    {"id": "f", "expr": "1 / (1 + exp(-a))"}
  ],
  "output": "f"
}
"""


def problems(text: str) -> list[Problem]:
    """What is wrong with the text."""
    with pytest.raises(DescriptionError) as caught:
        loads(text, "net.json")
    return list(caught.value.problems)


def with_node(entry: str) -> str:
    """A document with this as its second node; the problem is then in line 2."""
    return f'{{"nodes": [{{"id": "x", "op": "input", "value": [1, 2]}},\n{entry}]}}'


# What a document says ----------------------------------------------------------------------------


def test_the_document_of_the_manual():
    graph = loads(SIGMOID, "sigmoid.json")
    assert graph.name == "sigmoid neuron"
    assert graph.output == "f"
    assert graph.nodes["w0"].op.name == "parameter"
    assert graph.nodes["W"].shape == (3, 4)
    assert graph.nodes["a"].group == "dot"
    assert graph.nodes["p"].attrs["axis"] == -1
    assert graph.texts["sigmoid.json"] == SIGMOID
    assert graph.warnings == ()


def test_the_order_of_nodes_does_not_matter():
    document = json.loads(SIGMOID)
    graph = Graph.from_dict(document)
    document["nodes"].reverse()
    turned = Graph.from_dict(document)
    assert turned.nodes.keys() == graph.nodes.keys()
    assert turned.output == graph.output


def test_the_version_and_the_output_may_be_left_out():
    graph = loads('{"nodes": [{"id": "x", "op": "input", "value": 1}]}')
    assert graph.output == "x"
    assert '"graphtui": 1' in dumps(graph)


def test_the_schema_may_be_named():
    schema = "https://example.org/schema.json"
    document = {"$schema": schema, "nodes": [{"id": "x", "op": "input", "value": 1}]}
    assert Graph.from_dict(document).output == "x"


def test_another_output_may_be_asked_for():
    assert loads(SIGMOID, output="a").output == "a"
    with pytest.raises(DescriptionError, match="the output 'b' is not a node"):
        loads(SIGMOID, output="b")


def test_an_expression_becomes_a_group_of_nodes_with_the_names_of_their_ops():
    graph = loads(SIGMOID, "sigmoid.json")
    inner = {name: n for name, n in graph.nodes.items() if n.group == "f"}
    assert list(inner) == ["f/negative", "f/exp", "f/constant", "f/add", "f/constant_2", "f"]
    assert inner["f"].op.name == "divide"
    assert inner["f/negative"].inputs == ("a",)
    assert inner["f/exp"].short_name == "exp"
    assert inner["f/constant"].value == 1.0


def test_an_expression_may_read_what_is_described_later():
    text = '{"nodes": [{"id": "f", "expr": "g + 1"}, {"id": "g", "expr": "x * x"}, %s]}'
    graph = loads(text % '{"id": "x", "op": "input", "value": 3}')
    assert graph.output == "f"
    assert graph.nodes["f"].inputs == ("g", "f/constant")


def test_an_expression_of_one_operation_needs_no_group():
    graph = loads(with_node('{"id": "f", "expr": "exp(x)"}'))
    assert graph.nodes["f"].group == ""
    assert list(graph.nodes) == ["x", "f"]


@pytest.mark.parametrize(
    ("name", "group", "expected"),
    [("f", "", "f"), ("f", "net", "net/f"), ("net/f", "net", "net/f")],
)
def test_the_group_of_an_expression_lies_in_its_group(name: str, group: str, expected: str):
    entry = json.dumps({"id": name, "expr": "exp(-x)", "group": group})
    graph = loads(with_node(entry))
    assert graph.nodes[name].group == expected
    assert graph.nodes[f"{name}/negative"].group == expected
    assert graph.nodes[f"{name}/negative"].short_name == "negative"


def test_the_nodes_of_an_expression_leave_names_alone_that_are_taken():
    entries = (
        '{"id": "f/exp", "op": "exp", "inputs": ["x"]}, {"id": "f", "expr": "exp(x) + \'f/exp\'"}'
    )
    graph = loads(with_node(entries))
    assert graph.nodes["f"].inputs == ("f/exp_2", "f/exp")


def test_numbers_in_an_expression_take_the_dtype_of_what_they_meet():
    half = '{"id": "h", "op": "input", "value": [1, 2], "dtype": "float16"}'
    graph = loads(f'{{"nodes": [{half}, {{"id": "f", "expr": "2 * h - 0.1"}}]}}')
    assert graph.nodes["f"].dtype == np.float16


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ('"op": "input", "value": ["nan", "inf", "-inf"]', [np.nan, np.inf, -np.inf]),
        ('"op": "input", "value": [true, false], "dtype": "bool"', [True, False]),
        ('"op": "constant", "value": [true, false]', [True, False]),
        ('"op": "constant", "value": [0, 2]', [0, 2]),
        ('"op": "input", "value": -0.0', -0.0),
        ('"op": "input", "value": [], "shape": [0, 3]', np.zeros((0, 3))),
        ('"op": "input", "value": [], "shape": [2, 0, 3]', np.zeros((2, 0, 3))),
        ('"op": "parameter", "init": {"full": {"shape": [2], "value": "inf"}}', [np.inf] * 2),
    ],
)
def test_values(entry: str, value: object):
    array = loads(f'{{"nodes": [{{"id": "x", {entry}}}]}}').nodes["x"].value
    assert array is not None
    np.testing.assert_array_equal(array, value)
    np.testing.assert_array_equal(np.signbit(array), np.signbit(np.asarray(value, float)))


def test_words_are_numbers_where_an_attribute_is_one():
    entry = '{"id": "f", "op": "clip", "inputs": ["x"], "attrs": {"min": "-inf", "max": 1}}'
    graph = loads(with_node(entry))
    assert graph.nodes["f"].attrs["min"] == -np.inf
    assert loads(dumps(graph)) == graph


# Where a mistake is ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "column", "path", "words"),
    [
        ('{"id": "f", "op": "sigmod", "inputs": ["x"]}', 19, ".op", "Did you mean 'sigmoid'?"),
        ('{"id": "f", "op": "exp", "inputs": ["y"]}', 37, ".inputs[0]", "no node is named 'y'."),
        ('{"id": "f", "op": "exp", "inputs": "x"}', 36, ".inputs", 'Write ["x"].'),
        ('{"id": "f", "op": "exp", "inputs": [3]}', 37, ".inputs[0]", "found the number 3"),
        ('{"id": "f", "op": "exp", "inputs": []}', 36, ".inputs", "takes 1 input (x), got 0"),
        ('{"id": "f", "op": "exp"}', 1, ".inputs", "takes 1 input (x), got 0"),
        ('{"id": "f", "op": "exp", "input": ["x"]}', 26, ".input", "Did you mean 'inputs'?"),
        ('{"id": "x", "op": "exp", "inputs": ["x"]}', 8, ".id", "stands at net.json:1:19"),
        ('{"op": "exp", "inputs": ["x"]}', 1, "", "a node needs an 'id'."),
        ('{"id": "f", "inputs": ["x"]}', 1, "", "a node needs an 'op' or an 'expr'."),
        ('{"id": 5, "op": "exp", "inputs": ["x"]}', 8, ".id", "must be text, found the number 5"),
        ('{"id": "f", "op": "exp", "inputs": ["f"]}', 37, ".inputs[0]", "waits for itself"),
        ('"exp"', 1, "", "a node is an object such as"),
        ('{"id": "f", "op": "input", "value": null}', 37, ".value", "null stands"),
        ('{"id": "f", "op": "input", "value": [[1, 2], [3]]}', 46, ".value[1]", "has 1 element"),
        ('{"id": "f", "op": "input", "value": [1, true]}', 41, ".value[1]", "true stands"),
        ('{"id": "f", "op": "input", "value": {"a": 1}}', 37, ".value", "an object stands"),
        ('{"id": "f", "op": "input", "value": "one"}', 37, ".value", "'one' is text"),
        ('{"id": "f", "op": "input"}', 1, "", "needs either a 'value' or an 'init'"),
        ('{"id": "f", "op": "input", "value": 1, "init": {"ones": {}}}', 1, "", "found both"),
        ('{"id": "f", "op": "input", "value": 1, "dtype": "f4"}', 49, ".dtype", "is not a dtype"),
        ('{"id": "f", "op": "input", "value": 1, "inputs": ["x"]}', 40, ".inputs", "no inputs"),
        ('{"id": "f", "op": "exp", "inputs": ["x"], "value": 1}', 43, ".value", "computes its"),
        ('{"id": "f", "op": "input", "value": [], "shape": [0, -1]}', 54, ".shape[1]", "from 0"),
        ('{"id": "f", "op": "input", "init": {"one": {}}}', 37, ".init.one", "mean 'ones'?"),
        (
            '{"id": "f", "op": "input", "init": {"normal": {"shape": [2], "seed": -1}}}',
            70,
            ".init.normal.seed",
            "from 0 up, got -1",
        ),
        (
            '{"id": "f", "op": "sum", "inputs": ["x"], "attrs": {"axes": 0}}',
            53,
            ".attrs.axes",
            "Did you mean 'axis'?",
        ),
        (
            '{"id": "f", "op": "sum", "inputs": ["x"], "attrs": {"axis": "0"}}',
            61,
            ".attrs.axis",
            "'axis' must be",
        ),
        ('{"id": "f", "op": "sum", "inputs": ["x"], "attrs": []}', 52, ".attrs", "found a list"),
        ('{"id": "f", "op": "exp", "inputs": ["x"], "group": "a//b"}', 52, ".group", "'a//b'"),
        ('{"id": "f", "op": "exp", "expr": "x"}', 13, ".op", "does not go with 'expr'"),
        ('{"id": "f", "expr": "exp(y)"}', 26, ".expr", "no node is named 'y'."),
        ('{"id": "f", "expr": "1 + * 2"}', 26, ".expr", "a value must stand here"),
        ('{"id": "f", "expr": "\\u0078 + ex(x)"}', 31, ".expr", "Did you mean 'exp'?"),
        ('{"id": "f", "expr": "x + [1, 2, 3]"}', 22, ".expr", "needs shapes that broadcast"),
        ('{"id": "f", "expr": 3}', 21, ".expr", "must be text, found the number 3"),
    ],
)  # fmt: skip
def test_a_mistake_is_pointed_at(entry: str, column: int, path: str, words: str):
    problem = problems(with_node(entry))[0]
    assert problem.place is not None
    assert (problem.place.file, problem.place.line) == ("net.json", 2)
    assert problem.path.startswith("$.nodes[1]" + path)
    assert words in problem.message
    assert problem.place.column == column, problem.lines()


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("[]", "net.json", 'an object with "nodes", found a list'),
        ("{}", "net.json", "the list of nodes is missing"),
        ('{"nodes": []}', "net.json:1:11: $.nodes", "there are no nodes"),
        ('{"nodes": {}}', "net.json:1:11: $.nodes", "must be a list of nodes, found an object"),
        ('{"node": []}', "net.json:1:2: $.node", "Did you mean 'nodes'?"),
        ('{"graphtui": 2, "x": 1}', "net.json:1:14", "file is version 2; this program reads 1"),
        ('{"graphtui": 0}', "net.json:1:14", "there is no version 0"),
        ('{"graphtui": "1"}', "net.json:1:14", "must be a whole number, found the text '1'"),
        ('{"name": 3}', "net.json:1:10: $.name", "must be text, found the number 3"),
        (SIGMOID.replace('"f"\n', '"g"\n'), "net.json:12:13: $.output", "is not a node"),
    ],
)
def test_a_mistake_in_the_document_itself(text: str, where: str, words: str):
    headline = problems(text)[0].headline()
    assert headline.startswith(where)
    assert words in headline


def test_a_missing_key_follows_from_the_misspelt_one_and_is_not_told():
    (problem,) = problems(with_node('{"id": "f", "opp": "exp", "inputs": ["x"]}'))
    assert "no key 'opp'" in problem.message


def test_all_mistakes_come_at_once_in_the_order_of_the_text():
    found = problems(
        '{"nodes": [{"id": "x", "op": "imput", "value": 1},\n'
        '{"id": "a", "op": "add", "inputs": ["x"]},\n'
        '{"id": "b", "expr": "tahn(q) + 1"},\n'
        '{"id": "c", "op": "matmul", "inputs": ["v", "w"], "atrs": {}},\n'
        '{"id": "v", "op": "input", "value": [[1], 2]}],\n'
        '"ouput": "a"}'
    )
    lines = [problem.place.line for problem in found if problem.place]
    assert lines == [1, 2, 3, 3, 4, 4, 5, 6]


def test_the_message_quotes_the_line():
    with pytest.raises(DescriptionError) as caught:
        loads(with_node('{"id": "f", "expr": "1 / (1 + ex(-x))"}'), "net.json")
    assert str(caught.value).splitlines() == [
        "net.json:2:31: $.nodes[1].expr: 'ex' is not an op. Did you mean 'exp'?",
        '    2 │ {"id": "f", "expr": "1 / (1 + ex(-x))"}]}',
        "      │                               ^^",
    ]


def test_a_dict_has_paths_but_no_places():
    with pytest.raises(DescriptionError) as caught:
        Graph.from_dict({"nodes": [{"id": "f", "op": "exp", "inputs": ["x"]}]})
    assert str(caught.value) == "$.nodes[0].inputs[0]: no node is named 'x'."


def test_what_is_too_big_is_told_by_its_place():
    text = with_node(
        '{"id": "f", "op": "broadcast_to", "inputs": ["x"], "attrs": {"shape": [9, 2]}}'
    )
    with pytest.raises(LimitError) as caught:
        loads(text, "net.json", limits=Limits(array_bytes=100))
    assert str(caught.value).startswith("net.json:2:1: $.nodes[1]: 'f' (9, 2) would need 144 bytes")


# Places for the source view ----------------------------------------------------------------------


def test_a_node_knows_where_it_was_described():
    graph = loads(SIGMOID, "sigmoid.json")
    place = graph.place("a")
    assert place is not None
    assert str(place) == "sigmoid.json:8:5"
    assert place.text[place.column - 1 : place.end_column - 1].startswith('{"id": "a"')


def test_a_node_of_an_expression_knows_its_part_of_it():
    graph = loads(SIGMOID, "sigmoid.json")
    parts = {}
    for name in ("f", "f/exp", "f/negative", "f/constant"):
        place = graph.place(name)
        assert place is not None
        parts[name] = place.text[place.column - 1 : place.end_column - 1]
    assert parts == {
        "f": "1 / (1 + exp(-a))",
        "f/exp": "exp(-a)",
        "f/negative": "-a",
        "f/constant": "1",
    }


def test_escapes_before_a_part_are_counted():
    text = r'{"nodes": [{"id": "\ud83d\ude00", "op": "input", "value": 1},' + "\n"
    text += r'{"id": "f", "expr": "\"\ud83d\ude00\" \u002b exp(\"\ud83d\ude00\")"}]}'
    graph = loads(text)
    place = graph.place("f/exp")
    assert place is not None
    written = place.text[place.column - 1 : place.end_column - 1]
    assert written == r"exp(\"\ud83d\ude00\")"


def test_a_graph_from_a_dict_has_no_places():
    graph = Graph.from_dict(json.loads(SIGMOID))
    assert graph.place("a") is None


# Saving ------------------------------------------------------------------------------------------


@given(graphs())
def test_what_was_saved_is_loaded_again(graph: Graph):
    text = dumps(graph)
    again = loads(text)
    assert again == graph
    assert list(again.nodes) == list(graph.nodes)
    assert dumps(again) == text
    for name, each in graph.nodes.items():
        other = again.nodes[name]
        assert (other.shape, other.dtype, other.group) == (each.shape, each.dtype, each.group)
        assert dict(other.attrs) == dict(each.attrs)
        if each.value is not None:
            assert other.value is not None
            np.testing.assert_array_equal(other.value, each.value)


@given(graphs())
def test_a_dict_is_plain_and_brings_the_graph_back(graph: Graph):
    document = graph.to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert Graph.from_dict(document) == graph


def test_the_text_has_a_node_a_line_and_shows_what_it_holds():
    graph = Graph([node("größe\u202e", "input", value=[1, float("nan")])], name="t\x1b[1m")
    assert dumps(graph) == (
        '{\n  "graphtui": 1,\n  "name": "t\\u001b[1m",\n  "nodes": [\n'
        '    {"id": "größe\\u202e", "op": "input", "value": [1.0, "nan"]}\n  ],\n'
        '  "output": "größe\\u202e"\n}\n'
    )


def test_save_and_load(tmp_path: Path):
    graph = loads(SIGMOID)
    save_json(graph, tmp_path / "net.json")
    assert load_json(tmp_path / "net.json") == graph
    assert [each.name for each in tmp_path.iterdir()] == ["net.json"]
    with open(tmp_path / "net.json", "rb") as file:
        assert load_json_stream(file) == graph


def test_saving_keeps_the_permissions_and_follows_a_link(tmp_path: Path):
    graph = loads(SIGMOID)
    target, link = tmp_path / "net.json", tmp_path / "link.json"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    save_json(graph, link)
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert load_json(target) == graph


@pytest.mark.parametrize("call", ["open", "fsync", "fchmod", "replace"])
def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str):
    target = tmp_path / "net.json"
    target.write_text("old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(UsageError, match=r"net\.json: this cannot be written \(no space left"):
            save_json(loads(SIGMOID), target)
    assert target.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["net.json"]


@pytest.mark.parametrize("name", ["folder", "nothing/net.json", "x" * 300 + ".json", "a\0b"])
def test_where_nothing_can_be_written(tmp_path: Path, name: str):
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match=r"this cannot be written"):
        save_json(loads(SIGMOID), tmp_path / name)


def test_nothing_is_read_beyond_what_is_allowed():
    with pytest.raises(LimitError, match="--max-file"):
        load_json_stream(io.BytesIO(SIGMOID.encode()), most_bytes=100)
