"""A graph with an attribute changed is the graph that describes it so, or is refused as that is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphtui.errors import DescriptionError, GraphtuiError, LimitError, UsageError
from graphtui.graph.graph import Graph, Limits, node
from graphtui.graph.load import load
from tests.strategies import graphs


@pytest.fixture
def rows() -> Graph:
    """h sums rows; what reads h fits only as long as it does."""
    return Graph(
        [
            node("X", "input", value=np.ones((4, 3))),
            node("b", "parameter", value=np.ones(4)),
            node("c", "clip", ["X"], min=0.0),
            node("h", "sum", ["c"], axis=1),
            node("s", "add", ["h", "b"]),
            node("t", "exp", ["s"]),
            node("L", "sum", ["t"]),
        ],
        name="rows",
    )


CANDIDATES = [None, 0, 1, -1, 0.5, -np.inf, True, False, "0", "...", [], [0], [1, 0], [-1], "x"]


@given(graphs(), st.data())
def test_it_is_the_graph_that_is_written_so(graph: Graph, data: st.DataObject) -> None:
    having = [each.name for each in graph.nodes.values() if each.attrs]
    assume(having)
    name = data.draw(st.sampled_from(having))
    attr = data.draw(st.sampled_from(sorted(graph.nodes[name].attrs)))
    value = data.draw(st.sampled_from(CANDIDATES))
    document = graph.to_dict()
    (written,) = (each for each in document["nodes"] if each["id"] == name)
    word = "-inf" if value == -np.inf else value
    written["attrs"] = {**written.get("attrs", {}), attr: word}
    assert _outcome(lambda: Graph.from_dict(document)) == _outcome(
        lambda: graph.with_attrs(name, **{attr: value})
    )


def _outcome(make: Any) -> Any:
    try:
        graph = make()
    except GraphtuiError as error:
        return type(error)
    return graph.to_dict(), [(each.shape, each.dtype) for each in graph.nodes.values()]


def test_what_does_not_follow_from_it_is_the_same_record(rows: Graph) -> None:
    clipped = rows.with_attrs("c", min=2.0)
    assert clipped.nodes["c"].attrs == {"min": 2.0, "max": None}
    assert {n for n in rows.nodes if clipped.nodes[n] is not rows.nodes[n]} == {"c"}
    assert rows.nodes["c"].attrs == {"min": 0.0, "max": None}
    assert (clipped.name, clipped.output, clipped.edges) == ("rows", "L", rows.edges)
    same = rows.with_attrs("c", min=0.0)
    assert all(same.nodes[name] is record for name, record in rows.nodes.items())


def test_a_shape_changes_as_far_as_it_does(rows: Graph) -> None:
    kept = rows.with_attrs("h", keepdims=True)
    assert [kept.nodes[name].shape for name in "hstL"] == [(4, 1), (4, 4), (4, 4), ()]
    assert kept.nodes["L"] is rows.nodes["L"]


@pytest.mark.parametrize(
    ("name", "attrs", "words"),
    [
        ("h", {"axis": 0}, "needs shapes that broadcast, got (3,) and (4,)"),
        ("h", {"axis": 0}, "It reads 'h' (3,), 'b' (4,)."),
        ("h", {"axis": 2}, "node 'h': sum: axis 2 is out of range for shape (4, 3)"),
        ("h", {"axis": "one"}, "sum: 'axis' must be a whole number, got 'one'."),
        ("h", {"axes": 0}, "sum has no attribute 'axes' (it has: axis, keepdims)."),
        ("X", {"axis": 0}, "input takes no attributes."),
    ],
)
def test_what_no_longer_fits_is_told(
    rows: Graph, name: str, attrs: dict[str, Any], words: str
) -> None:
    with pytest.raises(DescriptionError) as refusal:
        rows.with_attrs(name, **attrs)
    assert words in str(refusal.value)


def test_what_follows_from_a_mistake_is_not_told_again() -> None:
    graph = Graph(
        [
            node("X", "input", value=np.ones((4, 3))),
            node("h", "sum", ["X"], axis=1),
            node("one", "constant", value=np.ones(4)),
            node("first", "add", ["h", "one"]),
            node("behind", "exp", ["first"]),
            node("second", "multiply", ["h", "one"]),
            node("L", "add", ["behind", "second"]),
        ]
    )
    with pytest.raises(DescriptionError) as refusal:
        graph.with_attrs("h", axis=0)
    assert [problem.path for problem in refusal.value.problems] == ["node 'first'", "node 'second'"]


def test_its_place_is_told_where_it_was_written(tmp_path) -> None:
    file = tmp_path / "net.json"
    file.write_text(
        '{"graphtui": 1, "nodes": [\n  {"id": "x", "op": "input", "value": [1.0]},\n'
        '  {"id": "f", "op": "sum", "inputs": ["x"], "attrs": {"axis": 0}}\n]}'
    )
    with pytest.raises(DescriptionError, match=r"net\.json:3:\d+: \$\.nodes\[1\]\.attrs: sum: ax"):
        load(file).with_attrs("f", axis=7)


def test_what_would_be_too_big_is_refused() -> None:
    nodes = [
        node("x", "input", value=[1.0]),
        node("y", "broadcast_to", ["x"], shape=[10]),
        node("L", "sum", ["y"]),
    ]
    graph = Graph(nodes, limits=Limits(array_bytes=1_000, total_bytes=1_200))
    assert graph.with_attrs("y", shape=[125]).nodes["y"].shape == (125,)
    with pytest.raises(LimitError, match=r"'y' \(126,\) would need 1,008 bytes, the limit for one"):
        graph.with_attrs("y", shape=[126])
    roomy = Graph(nodes, limits=Limits(total_bytes=1_200))
    with pytest.raises(LimitError, match="would need 1,216 bytes, the limit is 1,200"):
        roomy.with_attrs("y", shape=[150])


def test_an_unknown_node_is_told_with_the_nearest(rows: Graph) -> None:
    with pytest.raises(UsageError, match="no node is named 'x'. Did you mean 'X'"):
        rows.with_attrs("x", axis=0)
