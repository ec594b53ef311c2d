"""The check of a description: names, references, cycles, shapes, sizes; what a graph can tell."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.errors import DescriptionError, GraphtuiError, LimitError, Place
from graphtui.graph.graph import Draft, Edge, Graph, Limits, node
from tests.strategies import graphs


def refusal(*drafts: Draft, error: type[GraphtuiError] = DescriptionError, **keys: object) -> str:
    """The words of the refusal."""
    with pytest.raises(error) as caught:
        Graph(drafts, **keys)
    return str(caught.value)


X = node("x", "input", value=[1.0, 2.0])


# Order and edges ---------------------------------------------------------------------------------


def test_what_was_written_in_order_stays_in_order():
    names = [f"n{i}" for i in range(50)]
    drafts = [node(names[0], "input", value=1.0)]
    drafts += [node(name, "exp", [names[i // 2]]) for i, name in enumerate(names[1:])]
    assert list(Graph(drafts, names[-1]).nodes) == names


def test_what_was_written_out_of_order_moves_as_little_as_it_can():
    drafts = [
        node("f", "add", ["a", "b"]),
        node("x", "input", value=1.0),
        node("b", "exp", ["a"]),
        node("a", "exp", ["x"]),
        node("y", "input", value=1.0),
    ]
    assert list(Graph(drafts, "f").nodes) == ["x", "a", "b", "f", "y"]


@given(graphs())
def test_every_node_stands_after_what_it_reads(graph: Graph):
    position = {name: i for i, name in enumerate(graph.nodes)}
    assert all(position[edge.source] < position[edge.target] for edge in graph.edges)


@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_in_a_graph_is_one_that_it_keeps(graph: Graph, random):
    document = graph.to_dict()
    assert list(Graph.from_dict(document).nodes) == list(graph.nodes)
    random.shuffle(document["nodes"])
    assert set(Graph.from_dict(document).nodes) == set(graph.nodes)


@given(graphs())
def test_consumers_are_the_edges_seen_from_the_other_side(graph: Graph):
    edges = [edge for edges in graph.consumers.values() for edge in edges]
    assert sorted(edges) == sorted(graph.edges)
    assert all(edge.source == name for name, edges in graph.consumers.items() for edge in edges)
    assert list(graph.consumers) == list(graph.nodes)


def test_a_value_that_is_read_twice_by_one_node_has_two_edges():
    graph = Graph([X, node("f", "multiply", ["x", "x"])])
    assert graph.consumers["x"] == (Edge("x", "f", 0), Edge("x", "f", 1))


# Deep graphs -------------------------------------------------------------------------------------


@pytest.fixture
def shallow() -> Iterator[None]:
    """Python's stack as small as it may be."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(120)
    yield
    sys.setrecursionlimit(before)


def chain(length: int) -> list[Draft]:
    names = [f"n{i}" for i in range(length)]
    rest = (node(b, "tanh", [a]) for a, b in pairwise(names))
    return [node("n0", "input", value=0.5), *rest]


@pytest.mark.usefixtures("shallow")
def test_a_chain_of_50_000_nodes_needs_no_recursion():
    graph = Graph(reversed(chain(50_000)))
    assert graph.output == "n49999"
    assert len(graph.edges) == 49_999
    assert Graph.from_dict(graph.to_dict()) == graph


@pytest.mark.usefixtures("shallow")
def test_2_to_the_1000_paths_are_not_walked():
    drafts = [node("n0", "input", value=1.0)]
    drafts += [node(f"n{i + 1}", "add", [f"n{i}", f"n{i}"]) for i in range(1_000)]
    assert Graph(drafts).output == "n1000"


# Cycles ------------------------------------------------------------------------------------------


def test_a_node_that_reads_itself():
    text = refusal(X, node("a", "add", ["a", "x"]))
    assert "a node waits for itself in a cycle: 'a' → 'a'." in text


def test_a_cycle_of_two():
    text = refusal(node("a", "exp", ["b"]), node("b", "exp", ["a"]))
    assert "2 nodes wait for each other in a cycle: 'a' → 'b' → 'a'." in text


def test_a_cycle_is_told_in_the_direction_in_which_values_flow():
    ring = [node("a", "exp", ["c"]), node("b", "exp", ["a"]), node("c", "exp", ["b"])]
    assert "'a' → 'b' → 'c' → 'a'" in refusal(*ring)


@pytest.mark.usefixtures("shallow")
def test_a_long_cycle_shows_its_ends():
    ring = [node(f"n{i}", "exp", [f"n{(i - 1) % 5_000}"]) for i in range(5_000)]
    text = refusal(*ring)
    assert "5,000 nodes wait for each other in a cycle: 'n0' → 'n1' → 'n2' → 'n3' → … →" in text
    assert text.count("→") == 6


def test_every_cycle_is_told_once_and_what_hangs_on_it_is_not_blamed():
    with pytest.raises(DescriptionError) as caught:
        Graph(
            [
                node("a", "exp", ["b"]),
                node("b", "exp", ["a"]),
                node("after", "sum", ["b"]),
                node("c", "exp", ["c"]),
            ]
        )
    assert [problem.code for problem in caught.value.problems] == ["cycle", "cycle"]


# Names and references ----------------------------------------------------------------------------


def test_a_name_is_used_once():
    one = Draft("a", "input", value=1.0, place=Place("net.py", 3, 1))
    two = Draft("a", "input", value=2.0, place=Place("net.py", 9, 1))
    text = refusal(one, two)
    assert text.startswith("net.py:9:1: node 'a': the name 'a' is taken.")
    assert "The first one stands at net.py:3:1." in text


def test_a_name_that_is_not_there_is_told_with_the_nearest():
    text = refusal(node("weight", "input", value=1.0), node("f", "exp", ["wieght"]))
    assert text == "node 'f': no node is named 'wieght'. Did you mean 'weight'?"


def test_a_name_that_only_looks_right_is_told_by_its_letters():
    text = refusal(node("a", "input", value=1.0), node("f", "exp", ["а"]))
    assert "It looks like 'a', but is 'а' (U+0430)." in text


def test_a_graph_without_nodes():
    assert "there are no nodes" in refusal()


def test_names_and_groups_are_not_empty():
    text = refusal(node("", "input", value=1.0), node("f", "exp", [""], group="a//b"))
    assert "a node needs a name" in text
    assert "the group 'a//b' has a part without a name" in text


# Ops, attributes, shapes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (node("f", "tahn", ["x"]), "'tahn' is not an op. Did you mean 'tanh'?"),
        (node("f", "os.system", ["x"]), "is not an op. `graphtui ops` lists them all."),
        (node("f", "__class__", ["x"]), "is not an op."),
        (node("f", "add", ["x"]), "add takes 2 inputs (a, b), got 1."),
        (node("f", "exp", []), "exp takes 1 input (x), got 0."),
        (node("f", "stack", []), "stack takes at least 1 input"),
        (node("f", "sum", ["x"], axes=0), "no attribute 'axes' (it has: axis, keepdims). Did you"),
        (node("f", "exp", ["x"], axis=0), "exp has no attribute 'axis' (it has none)."),
        (node("f", "sum", ["x"], axis="0"), "sum: 'axis' must be"),
        (node("f", "reshape", ["x"]), "reshape needs the attribute 'shape'"),
        (node("f", "sum", ["x"], axis=3), "axis 3 is out of range for shape (2,)"),
        (node("f", "exp", ["x"], value=1.0), "exp computes its value; only input, parameter"),
        (node("f", "input"), "input needs either a 'value' or an 'init', found neither."),
        (node("f", "input", ["x"], value=1.0), "input takes no inputs."),
        (node("f", "input", value=1.0, axis=1), "input takes no attributes."),
        (node("f", "input", value=1.0, dtype="float23"), "'float23' is not a dtype"),
        (node("f", "input", value=[1, None]), "null stands where a number is expected"),
    ],
)
def test_a_wrong_node_is_told_with_what_would_be_right(draft: Draft, words: str):
    assert words in refusal(X, draft)


def test_a_shape_that_does_not_fit_is_told_with_what_was_read():
    wide = node("W", "parameter", value=np.ones((4, 3)))
    text = refusal(wide, X, node("h", "matmul", ["W", "x"]))
    assert text.startswith("node 'h': matmul needs")
    assert text.endswith("It reads 'W' (4, 3), 'x' (2,).")


def test_all_problems_come_at_once_and_what_follows_from_them_does_not():
    with pytest.raises(DescriptionError) as caught:
        Graph(
            [
                X,
                node("a", "tahn", ["x"]),
                node("b", "exp", ["a"]),
                node("c", "exp", ["nothing"]),
                node("d", "matmul", ["x", "e"]),
                node("e", "input", value=np.ones((5, 5))),
                node("f", "add", ["d", "b"]),
            ],
            output="g",
        )
    codes = [problem.code for problem in caught.value.problems]
    assert sorted(codes) == ["shape", "unknown-name", "unknown-name", "unknown-op"]


def test_many_problems_are_counted_and_quickly_found():
    # Comparing all names with all would take hours.
    names = [node(f"node number {i}", "input", value=1.0) for i in range(5_000)]
    with pytest.raises(DescriptionError) as caught:
        Graph([*names, *(node(f"f{i}", "exp", [f"nude number {i}"]) for i in range(20_000))])
    assert len(caught.value.problems) == 20_000
    assert str(caught.value).endswith("and 19,980 more")
    assert len(str(caught.value)) < 16_384


def test_a_message_stays_short_whatever_the_names_are():
    long = "x" * 1_000_000
    text = refusal(node(long, "input", value=1.0), node("f", long, [long + "y"], **{long: long}))
    assert len(text) < 16_384


# Sizes -------------------------------------------------------------------------------------------


def bomb(*shape: int) -> Draft:
    return Draft("x", "parameter", init={"zeros": {"shape": list(shape)}})


@pytest.mark.parametrize(
    "drafts",
    [
        [bomb(10**18)],
        [bomb(10**6, 10**6)],
        [bomb(*[10] * 32)],
        [bomb(10**300)],
        [bomb(10**6), node("c", "reshape", ["x"], shape=[-1, 1]), node("f", "add", ["x", "c"])],
        [X, node("f", "broadcast_to", ["x"], shape=[10**12, 2])],
    ],
)
def test_what_is_too_big_is_refused_before_it_is_made(drafts: list[Draft]):
    text = refusal(*drafts, error=LimitError)
    assert "Nothing was computed" in text
    assert "the limit for one array is 268,435,456" in text
    assert len(text) < 1_000


def test_the_limits_are_what_the_message_says():
    drafts = [bomb(1_000), node("f", "exp", ["x"])]
    text = refusal(*drafts, error=LimitError, limits=Limits(array_bytes=7_999))
    assert "would need 8,000 bytes, the limit for one array is 7,999" in text
    assert "--max-array 8000" in text
    text = refusal(*drafts, error=LimitError, limits=Limits(total_bytes=15_999))
    assert "would need 16,000 bytes, the limit is 15,999" in text
    assert "--max-total 16000" in text
    assert Graph(drafts, limits=Limits(8_000, 16_000)).output == "f"


def test_too_big_and_wrong_is_wrong():
    text = refusal(bomb(10**18), node("f", "tahn", ["x"]))
    assert "is not an op" in text
    assert "--max-array" in text


# What a graph can tell ---------------------------------------------------------------------------


def test_the_output_is_the_only_node_that_nothing_reads():
    assert Graph([X, node("f", "exp", ["x"])]).output == "f"
    drafts = [X, node("f", "exp", ["x"]), node("g", "sin", ["x"])]
    assert refusal(*drafts) == "which node is the output? Nothing reads 'f', 'g'. Name one."
    assert Graph(drafts, "g").output == "g"
    assert Graph(drafts, "x").output == "x"


def test_groups_are_listed_outer_ones_first():
    drafts = [X, node("a", "exp", ["x"], group="net/gate/in"), node("b", "exp", ["a"], group="net")]
    drafts.append(node("c", "exp", ["b"], group="loss"))
    assert Graph(drafts).groups == ("net", "net/gate", "net/gate/in", "loss")


@pytest.mark.parametrize(
    ("name", "group", "short"),
    [
        ("a", "", "a"),
        ("dot/a", "dot", "a"),
        ("dot/a", "", "dot/a"),
        ("f/exp", "net/f", "exp"),
        ("net/f/exp", "net/f", "exp"),
        ("a", "dot", "a"),
        ("dot/", "dot", "dot/"),
    ],
)
def test_the_short_name_leaves_out_the_group(name: str, group: str, short: str):
    assert Graph([node(name, "input", value=1.0, group=group)]).nodes[name].short_name == short


def test_a_number_among_values_takes_their_dtype():
    half = node("x", "input", value=[1, 2], dtype="float16")
    number = Draft("k", "constant", value=2, weak=True)
    graph = Graph([half, number, node("f", "multiply", ["k", "x"])])
    assert graph.nodes["f"].dtype == graph.nodes["k"].dtype == np.float16
    large = Draft("k", "constant", value=1e5, weak=True)
    text = refusal(half, large, node("f", "multiply", ["k", "x"]))
    assert "100000.0 is a number that float16 cannot hold" in text


def test_a_graph_does_not_change():
    value = np.ones(2)
    attrs = {"axis": 0}
    graph = Graph([node("x", "input", value=value), Draft("f", "sum", ("x",), attrs)])
    value[:], attrs["axis"] = 5, 1
    assert graph.nodes["x"].value.tolist() == [1, 1]
    assert graph.nodes["f"].attrs["axis"] == 0
    with pytest.raises(TypeError):
        graph.nodes["y"] = graph.nodes["x"]
    with pytest.raises(TypeError):
        graph.nodes["f"].attrs["axis"] = 1
    with pytest.raises(ValueError, match="read-only"):
        graph.nodes["x"].value[0] = 5


def test_two_graphs_are_equal_if_they_describe_the_same():
    drafts = [X, node("f", "sum", ["x"], axis=0)]
    assert Graph(drafts) == Graph(drafts)
    assert Graph(drafts) != Graph([X, node("f", "sum", ["x"])])
    assert Graph(drafts) != Graph(drafts, name="other")
    assert Graph(drafts) != "other"
    assert repr(Graph(drafts)) == "<Graph 'f': 2 nodes, output 'f'>"


# Names that look alike ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("a", "а", "'а' (U+0430) and 'a' look alike, and are two nodes."),
        ("é", "e\u0301", "U+0301"),
        ("x", "x ", "U+0020"),
        ("x", "x\u200b", "U+200B"),
        ("xy", "x\u202ey", "U+202E"),
        ("a-b", "a–b", "U+2013"),
        ("αa", "αа", "U+0430"),
    ],
)
def test_names_that_look_alike_are_kept_apart_and_told(one: str, other: str, words: str):
    graph = Graph([node(one, "input", value=1.0), node(other, "exp", [one])])
    assert set(graph.nodes) == {one, other}
    (warning,) = graph.warnings
    assert words in warning


def test_names_that_do_not_look_alike_are_no_reason_to_warn():
    names = ["x", "X", "x1", "xl", "α", "a", "x²", "x2", "é", "e", "ñ", "größe"]
    graph = Graph([node(name, "input", value=1.0) for name in names], "x")
    assert graph.warnings == ()


def test_warnings_have_an_end():
    names = ["x" + " " * i for i in range(500)]
    graph = Graph([node(name, "input", value=1.0) for name in names], "x")
    assert len(graph.warnings) == 21
    assert graph.warnings[-1] == "479 more names look like another one."


@pytest.mark.parametrize("taken_for_equal", [True, 1.0])
def test_attributes_that_python_takes_for_equal_are_told_apart(taken_for_equal: object) -> None:
    drafts = [
        node("x", "input", value=[[1.0, 2.0]]),
        node("a", "sum", ["x"], axis=1),
        node("b", "sum", ["x"], axis=taken_for_equal),
        node("f", "add", ["a", "b"]),
    ]
    assert "'axis' must be a whole number" in refusal(*drafts)


def test_equal_uses_of_an_op_are_one_where_nothing_differs() -> None:
    names = ["a", "b"]
    ops = [node(name, "sum", ["x"], axis=[0, 1], keepdims=True) for name in names]
    value = node("x", "input", value=[[1.0, 2.0]])
    graph = Graph([value, *ops, node("f", "add", names)])
    assert graph.nodes["a"].attrs is graph.nodes["b"].attrs
    assert graph.nodes["a"].attrs == {"axis": (0, 1), "keepdims": True}
    assert graph.nodes["a"] != graph.nodes["b"]
    assert len({graph.nodes["a"], graph.nodes["b"]}) == 2


@pytest.mark.parametrize("blank", [" ", "   ", "\u2003", "\t\n"])
def test_a_name_of_blanks_is_refused_as_nobody_sees_it(blank: str) -> None:
    with pytest.raises(DescriptionError, match="a node needs a name that can be seen"):
        Graph([node(blank, "input", value=1.0)])
    with pytest.raises(DescriptionError, match="has a part without a name"):
        Graph([node("x", "input", value=1.0, group=f"a/{blank}")])
    assert list(Graph([node("a b", "input", value=1.0)]).nodes) == ["a b"]
