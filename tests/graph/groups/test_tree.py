"""Groups nest, equal ones in a row are a run, and what is in each is known by its number."""

from __future__ import annotations

import pytest
from hypothesis import given

from graphtui.graph.graph import Draft, Graph, node
from graphtui.graph.groups.tree import GroupTree
from tests.bench.nets import NETS
from tests.strategies import graphs


def steps(*ops: str, between: str = "", names: tuple[str, ...] = ()) -> Graph:
    """One group after the other, each with a weight of its own and the given op."""
    drafts: list[Draft] = [node("x", "input", value=0.5)]
    last = "x"
    for number, op in enumerate(ops):
        group = names[number] if names else f"net/step{number}"
        drafts += [
            node(f"w{number}", "parameter", value=[0.5, 0.5], group=group),
            node(f"p{number}", "multiply", [last, f"w{number}"], group=f"{group}/gate"),
            node(f"y{number}", op, [f"p{number}"], group=group),
        ]
        last = f"y{number}"
        if between:
            drafts.append(node(f"z{number}", between, [last], group="net"))
            last = f"z{number}"
    return Graph(drafts)


def run_names(tree: GroupTree) -> dict[str, int]:
    return {tree.names[run]: len(siblings) for run, siblings in tree.siblings.items()}


def test_equal_siblings_in_a_row_are_a_run_with_a_name() -> None:
    tree = steps("exp", "exp", "exp", "exp").group_tree
    assert tree.names[:3] == ("", "net", "net/step0…step3")
    assert run_names(tree) == {"net/step0…step3": 4}
    assert tree.around("net/step1/gate") == (
        "net", "net/step0…step3", "net/step1", "net/step1/gate",
    )  # fmt: skip
    assert tree.holds("net/step0…step3", "p3")
    assert not tree.holds("net/step0…step3", "x")
    assert tree.parameters[tree.number["net/step0…step3"]] == 8


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (steps("exp", "exp"), {}),
        (steps("exp", "exp", "tanh", "exp"), {}),
        (steps("exp", "exp", "exp", "tanh"), {"net/step0…step2": 3}),
        (steps("exp", "exp", "exp", between="tanh"), {}),
        (steps("exp", "exp", "exp", names=("q", "k", "v")), {}),
        (steps("exp", "exp", "exp", names=("f", "f2", "f3")), {"f…f3": 3}),
    ],
    ids=["two", "another", "three", "comes back", "names", "calls"],
)
def test_what_is_a_run(graph: Graph, expected: dict[str, int]) -> None:
    assert run_names(graph.group_tree) == expected


def test_a_shape_makes_a_difference() -> None:
    drafts = [node("x", "input", value=0.5)]
    for number in range(3):
        weight = [0.5] * (2 + (number == 1))
        drafts.append(node(f"w{number}", "parameter", value=weight, group=f"step{number}"))
        inputs = [f"w{number}"]
        drafts.append(node(f"s{number}", "sum", inputs, group=f"step{number}"))
    drafts.append(node("a", "add", ["s0", "s1"]))
    drafts.append(node("b", "add", ["a", "s2"]))
    drafts.append(node("f", "add", ["b", "x"]))
    assert run_names(Graph(drafts).group_tree) == {}


def test_a_group_may_be_called_like_a_run() -> None:
    drafts = list[Draft]()
    last = "x"
    drafts.append(node("x", "input", value=0.5))
    for group in ("f1", "f2", "f3", "f1…f3"):
        drafts.append(node(f"y{len(drafts)}", "exp", [last], group=group))
        last = f"y{len(drafts) - 1}"
    tree = Graph(drafts).group_tree
    assert run_names(tree) == {"f1……f3": 3}
    assert len(set(tree.names)) == len(tree.names)


@given(graphs())
def test_every_node_lies_where_its_group_says(graph: Graph) -> None:
    tree = graph.group_tree
    assert tree.outline.nodes == tuple(graph.nodes)
    assert set(tree.names) == {"", *graph.groups, *run_names(tree)}
    for name, each in graph.nodes.items():
        assert tree.names[tree.group[tree.outline.number[name]]] == each.group
        around = tree.around(each.group)
        parts = each.group.split("/") if each.group else []
        paths = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        assert [group for group in around if group in graph.groups] == paths
        assert all(tree.holds(group, name) for group in around)
    for number, group in enumerate(tree.names):
        held = [name for name in graph.nodes if tree.holds(group, name)]
        assert [tree.outline.nodes[at] for at in tree.nodes_in(number).tolist()] == held
        trained = sum(
            graph.nodes[name].nbytes // graph.nodes[name].dtype.itemsize
            for name in held
            if graph.nodes[name].op.name == "parameter"
        )
        assert tree.parameters[number] == trained


@pytest.mark.parametrize("name", NETS)
def test_the_blocks_of_a_net_are_a_run(name: str) -> None:
    tree = NETS[name](3_000).group_tree
    outermost = [tree.names[run] for run in tree.siblings]
    expected = {"transformer": "block0", "lstm": "step0", "resnet": "stage0/block0"}[name]
    assert any(run.startswith(f"{expected}…") for run in outermost)


def test_a_run_of_very_many_consists_of_shorter_ones() -> None:
    nodes = [node("x", "input", value=0.5)]
    for number in range(300):
        nodes.append(node(f"step{number}/a", "sin", [nodes[-1].name], group=f"step{number}"))
    tree = Graph(nodes).group_tree
    assert run_names(tree)["step0…step299"] == 300
    parts = [name for name in run_names(tree) if name != "step0…step299"]
    assert parts[:2] == ["step0…step19", "step20…step39"]
    assert sum(run_names(tree)[name] for name in parts) == 300
    assert tree.around("step25") == ("step0…step299", "step20…step39", "step25")
    assert tree.end[tree.number["step0…step19"]] == tree.number["step20…step39"]


def test_shorter_runs_that_need_each_other_are_none() -> None:
    """Two lanes through the same groups, one in each direction: no stretch of them is a box."""
    up = [node("x", "input", value=0.5)]
    down = [node("y", "input", value=0.5)]
    for number in range(300):
        up.append(node(f"s{number}/u", "sin", [up[-1].name], group=f"s{number}"))
    for number in reversed(range(300)):
        down.append(node(f"s{number}/d", "cos", [down[-1].name], group=f"s{number}"))
    tree = Graph([*up, *down, node("both", "add", [up[-1].name, down[-1].name])]).group_tree
    assert run_names(tree) == {"s0…s299": 300}
