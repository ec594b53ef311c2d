"""The graph as boxes and wires: constants in their gates, folded groups as one box, no loss."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.graph.graph import Graph, node
from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.picture.gates import gate, own_name
from graphtui.view.picture.scene import Scene, scene
from tests.strategies import graphs
from tests.view.shown import fan_out, sigmoid


def box(found: Scene, key: str) -> Box:
    return next(box for box in found.boxes if box.key == key)


@pytest.mark.parametrize(
    ("op", "inputs", "attrs", "label"),
    [
        ("add", ["one", "x"], {}, "+1"),
        ("add", ["x", "one"], {}, "+1"),
        ("multiply", ["x", "minus"], {}, "*-1"),
        ("multiply", ["minus", "x"], {}, "*-1"),
        ("divide", ["one", "x"], {}, "1/x"),
        ("divide", ["x", "half"], {}, "/0.5"),
        ("subtract", ["one", "x"], {}, "1-x"),
        ("subtract", ["x", "one"], {}, "-1"),
        ("power", ["x", "two"], {}, "x**2"),
        ("power", ["two", "x"], {}, "2**x"),
        ("maximum", ["zero", "x"], {}, "max(0,x)"),
        ("where", ["x", "y", "zero"], {}, "where"),  # `where(condition,a,0)` would be too long
        ("greater", ["x", "zero"], {}, "x>0"),
        ("add", ["x", "y"], {}, "+"),
        ("add", ["one", "two"], {}, "+"),
        ("exp", ["x"], {}, "exp"),
        ("reciprocal", ["x"], {}, "1/x"),
        ("getitem", ["x"], {"key": "None, ..."}, "[None, ...]"),
    ],
)
def test_a_gate_shows_its_symbol_and_its_constants(
    op: str, inputs: list[str], attrs: dict[str, Any], label: str
) -> None:
    constants = {"one": 1.0, "minus": -1.0, "half": 0.5, "two": 2.0, "zero": 0.0}
    leaves = [node(name, "constant", value=value) for name, value in constants.items()]
    leaves += [node("x", "input", value=0.5), node("y", "input", value=0.5)]
    graph = Graph([*leaves, node("f", op, inputs, **attrs)], output="f")
    found = gate(graph, graph.nodes["f"])
    assert found.label == label
    shown = {slot for slot, name in enumerate(inputs) if name in constants}
    assert found.inside in (shown, set())


def test_a_gate_of_constants_alone_keeps_its_wires() -> None:
    graph = Graph(
        [
            node("one", "constant", value=1.0),
            node("two", "constant", value=2.0),
            node("f", "add", ["one", "two"]),
        ]
    )
    found = scene(graph)
    assert found.wires == (Wire("one", "f", 0), Wire("two", "f", 1))


def test_a_constant_array_is_a_box() -> None:
    graph = Graph(
        [
            node("k", "constant", value=[1.0, 2.0]),
            node("x", "input", value=1.0),
            node("f", "multiply", ["k", "x"]),
        ],
    )
    assert [each.key for each in scene(graph).boxes] == ["k", "x", "f"]


def test_a_constant_may_be_in_one_gate_and_on_a_wire_to_another() -> None:
    graph = Graph(
        [
            node("k", "constant", value=2.0),
            node("x", "input", value=1.0),
            node("e", "exp", ["k"]),
            node("m", "multiply", ["x", "k"]),
            node("f", "add", ["e", "m"]),
        ]
    )
    found = scene(graph)
    assert box(found, "m").label == "*2"
    assert set(found.wires) == {
        Wire("k", "e"), Wire("x", "m"), Wire("e", "f", 0), Wire("m", "f", 1),
    }  # fmt: skip


def test_the_sigmoid_neuron() -> None:
    found = scene(sigmoid())
    assert [each.label for each in found.boxes] == [
        "w0", "x0", "w1", "x1", "w2", "*", "*", "+", "+", "*-1", "exp", "+1", "1/x",
    ]  # fmt: skip
    assert found.box_of["sigmoid/one"] == "sigmoid/d"  # its first gate
    assert found.names == {"s": "s", "sigmoid/e": "e", "sigmoid/d": "d", "f": "f"}
    assert [each.key for each in found.boxes if each.output] == ["f"]


def test_a_folded_group_is_one_box_with_the_numbers_of_what_leaves_it() -> None:
    found = scene(sigmoid(), frozenset({"sigmoid"}))
    group = box(found, "▸ sigmoid")
    assert (group.label, group.kind, group.inputs, group.output) == ("▸ sigmoid", "group", 1, True)
    assert found.speaker["▸ sigmoid"] == "f"
    assert found.members["▸ sigmoid"] == ("sigmoid/negative", "sigmoid/e", "sigmoid/d", "f")
    assert Wire("s", "▸ sigmoid") in found.wires
    assert found.box_of["sigmoid/one"] == "▸ sigmoid"


def layers(*sizes: int) -> Graph:
    """Dense layers in groups of their own, one after the other."""
    drafts = [node("x", "input", value=np.ones((2, sizes[0])))]
    last = "x"
    for number, (wide, out) in enumerate(pairwise(sizes)):
        group = f"fc{number}"
        drafts += [
            node(f"W{number}", "parameter", value=np.ones((wide, out)), group=group),
            node(f"b{number}", "parameter", value=np.ones(out), group=group),
            node(f"p{number}", "matmul", [last, f"W{number}"], group=group),
            node(f"y{number}", "add", [f"p{number}", f"b{number}"], group=group),
        ]
        last = f"y{number}"
    return Graph(drafts)


def test_a_folded_group_says_how_much_is_trained_in_it() -> None:
    graph = layers(784, 100, 10)
    found = scene(graph, frozenset({"fc0", "fc1"}))
    assert [each.label for each in found.boxes] == ["x", "▸ fc0 78.5k", "▸ fc1 1.0k"]
    bare = scene(nested(), frozenset({"net"}))
    assert [each.label for each in bare.boxes if each.kind == "group"] == ["▸ net"]


def test_a_run_of_equal_groups_is_one_box() -> None:
    graph = layers(*[10] * 201)
    (run,) = (graph.group_tree.names[each] for each in graph.group_tree.siblings)
    folded = frozenset(graph.group_tree.names[1:])
    found = scene(graph, folded)
    assert [each.label for each in found.boxes] == ["x", "▸ fc0 … fc199 ×200 22.0k"]
    assert found.wires == (Wire("x", f"▸ {run}"),)
    assert len(found.members[f"▸ {run}"]) == 800
    opened = scene(graph, folded - {run})
    assert [each.label for each in opened.boxes][:3] == ["x", "▸ fc0 110", "▸ fc1 110"]


def test_constants_of_gates_are_nowhere_else() -> None:
    """A group of nothing but constants in other groups' gates has no box."""
    graph = Graph(
        [
            node("x", "input", value=0.5),
            node("one", "constant", value=1.0, group="numbers"),
            node("y", "add", ["x", "one"], group="g"),
            node("f", "exp", ["y"]),
        ]
    )
    found = scene(graph, frozenset({"numbers", "g"}))
    assert [each.key for each in found.boxes] == ["x", "f", "▸ g"]
    assert found.box_of["one"] == "▸ g"
    assert list(found.members) == ["▸ g"]


def nested() -> Graph:
    return Graph(
        [
            node("x", "input", value=0.5),
            node("y", "input", value=0.5),
            node("a", "exp", ["x"], group="net/gate"),
            node("b", "multiply", ["a", "y"], group="net/gate"),
            node("c", "add", ["b", "x"], group="net"),
            node("f", "sin", ["c"]),
        ]
    )


def test_the_outermost_folded_group_wins() -> None:
    inner = scene(nested(), frozenset({"net/gate"}))
    assert {each.key for each in inner.boxes} == {"x", "y", "▸ net/gate", "c", "f"}
    both = scene(nested(), frozenset({"net", "net/gate"}))
    assert {each.key for each in both.boxes} == {"x", "y", "▸ net", "f"}
    assert both.wires == scene(nested(), frozenset({"net"})).wires


def test_wires_into_a_group_keep_the_order_of_reading_and_merge() -> None:
    found = scene(nested(), frozenset({"net"}))
    assert found.wires == (Wire("x", "▸ net", 0), Wire("y", "▸ net", 1), Wire("▸ net", "f"))
    assert [
        edge.target
        for edge in dict(zip(found.wires, found.edges, strict=True))[Wire("x", "▸ net", 0)]
    ] == ["a", "c"]


def test_a_node_may_have_the_name_of_a_groups_box() -> None:
    graph = Graph(
        [node("▸ g", "input", value=1.0), node("a", "exp", ["▸ g"], group="g")], output="a"
    )
    found = scene(graph, frozenset({"g"}))
    assert len({each.key for each in found.boxes}) == 2
    assert found.box_of["▸ g"] != found.box_of["a"]


def test_a_group_that_a_value_leaves_and_enters_again_stays_open() -> None:
    graph = Graph(
        [
            node("x", "input", value=0.5),
            node("a", "exp", ["x"], group="g"),
            node("b", "sin", ["a"]),
            node("c", "cos", ["b"], group="g"),
        ]
    )
    found = scene(graph, frozenset({"g"}))
    assert found.kept_open == {"g"}
    assert [each.key for each in found.boxes] == ["x", "a", "b", "c"]


def test_of_two_groups_that_wait_for_each_other_one_stays_open() -> None:
    graph = Graph(
        [
            node("x", "input", value=0.5),
            node("a", "exp", ["x"], group="g"),
            node("b", "sin", ["a"], group="h"),
            node("c", "sin", ["x"], group="h"),
            node("d", "cos", ["c"], group="g"),
            node("f", "add", ["b", "d"]),
        ]
    )
    found = scene(graph, frozenset({"g", "h"}))
    assert found.kept_open == {"g"}
    assert found.box_of["b"] == found.box_of["c"] == "▸ h"


def test_names_that_a_user_gave() -> None:
    graph = Graph(
        [
            node("x", "input", value=0.5),
            node("exp", "exp", ["x"]),
            node("exp_2", "exp", ["exp"]),
            node("g/exp3", "exp", ["exp_2"], group="g"),
            node("expo", "exp", ["g/exp3"]),
        ]
    )
    names = {name: own_name(each) for name, each in graph.nodes.items() if not each.is_leaf}
    assert names == {"exp": "", "exp_2": "", "g/exp3": "", "expo": "expo"}


def test_a_foreign_name_is_harmless_and_short() -> None:
    graph = Graph([node("\x1b[2J" + "x" * 99, "input", value=1.0)])
    (leaf,) = scene(graph).boxes
    assert leaf.label == "␛[2Jxxxxxxxxx…"


@st.composite
def folded_graphs(draw: st.DrawFn) -> tuple[Graph, frozenset[str]]:
    graph = draw(graphs())
    groups = graph.group_tree.names[1:]
    folded = draw(st.sets(st.sampled_from(groups))) if groups else set()
    return graph, frozenset(folded)


@given(folded_graphs())
@settings(max_examples=150)
def test_every_node_is_in_one_box_and_every_edge_on_one_wire(
    drawn: tuple[Graph, frozenset[str]],
) -> None:
    graph, folded = drawn
    found = scene(graph, folded)
    keys = {each.key for each in found.boxes}
    assert len(keys) == len(found.boxes)
    assert set(found.box_of) == set(graph.nodes)
    assert set(found.box_of.values()) == keys == set(found.speaker)
    for each in found.boxes:
        ports = [wire.slot for wire in found.wires if wire.target == each.key]
        assert sorted(ports) == list(range(each.inputs))
        assert found.box_of[found.speaker[each.key]] == each.key
    assert sum(each.output for each in found.boxes) == 1
    drawn_edges = [edge for edges in found.edges for edge in edges]
    assert len(set(drawn_edges)) == len(drawn_edges)
    for edge in set(graph.edges) - set(drawn_edges):
        inside = found.box_of[edge.source] == found.box_of[edge.target]
        assert inside or graph.nodes[edge.source].op.name == "constant"
    for wire, edges in zip(found.wires, found.edges, strict=True):
        for edge in edges:
            ends = found.box_of[edge.source], found.box_of[edge.target]
            assert ends == (wire.source, wire.target)


@given(folded_graphs())
@settings(max_examples=150)
def test_whatever_is_folded_it_can_be_laid_out(drawn: tuple[Graph, frozenset[str]]) -> None:
    graph, folded = drawn
    found = scene(graph, folded)
    layout = lay_out(found.boxes, found.wires)
    assert set(layout.placed) == {each.key for each in found.boxes}
    assert found.kept_open <= folded


def test_a_folded_group_keeps_the_order_of_operands() -> None:
    found = scene(fan_out())
    assert [wire for wire in found.wires if wire.target == "c"] == [
        Wire("a", "c", 0),
        Wire("b", "c", 1),
    ]
