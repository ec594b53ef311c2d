"""Laws of the lanes: no two living values share one, and there are no more than must be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.tape import tape
from graphtui.graph.graph import Draft, Graph, node
from graphtui.view.lanes.lanes import LONG, NO_LANE, lanes
from tests.strategies import graphs


@st.composite
def wide_graphs(draw: st.DrawFn, most_nodes: int = 40) -> Graph:
    """Scalar graphs of many nodes, with values that live long and values that nothing reads."""
    count = draw(st.integers(1, most_nodes))
    far = draw(st.booleans())
    drafts: list[Draft] = []
    for at in range(count):
        earlier = st.integers(0 if far else max(0, at - 6), max(at - 1, 0))
        reads = [f"n{each}" for each in draw(st.lists(earlier, max_size=4 if at else 0))]
        if len(reads) > 2:  # and then its sum, as scalars fit everything
            drafts += [node(f"s{at}", "stack", reads), node(f"n{at}", "sum", [f"s{at}"])]
        elif reads:
            drafts.append(node(f"n{at}", "add" if len(reads) == 2 else "tanh", reads))
        else:
            drafts.append(node(f"n{at}", "parameter", value=1.0))
    return Graph(drafts, drafts[-1].name)


def lives(graph: Graph) -> list[tuple[int, int]]:
    """For each row when its value is made and when it is read last, by the definition."""
    places = tape(graph).places
    ends = {name: [places[edge.target] for edge in graph.consumers[name]] for name in graph.nodes}
    return [(row, max(ends[name], default=row)) for name, row in places.items()]


@given(st.one_of(graphs(), wide_graphs()))
def test_living_values_have_lanes_of_their_own(graph: Graph) -> None:
    found = lanes(graph)
    born = lives(graph)
    assert found.last.tolist() == [end for _, end in born]
    for row in range(len(born)):
        alive = [at for at, end in born if at <= row <= end and at < end]
        used = [int(found.lane[at]) for at in alive]
        assert len(set(used)) == len(used)
        assert all(0 <= lane < found.count for lane in used)
    unread = [at for at, end in born if at == end]
    assert [at for at, lane in enumerate(found.lane) if lane == NO_LANE] == unread


@given(st.one_of(graphs(), wide_graphs()))
def test_there_are_as_many_lanes_as_values_alive_at_once(graph: Graph) -> None:
    born = lives(graph)
    alive = [sum(at <= row <= end and at < end for at, end in born) for row in range(len(born))]
    assert lanes(graph).count == max(alive)


@given(st.one_of(graphs(), wide_graphs()))
def test_the_bytes_of_a_row_are_those_of_the_values_in_it(graph: Graph) -> None:
    found = lanes(graph)
    sizes = [graph.nodes[name].nbytes for name in found.tape.names]
    born = list(zip(lives(graph), sizes, strict=True))
    for row, live in enumerate(found.live.tolist()):
        assert live == sum(size for (at, end), size in born if at <= row <= end)


@given(wide_graphs(), st.integers(0, 60), st.integers(0, 3), st.integers(1, 9))
def test_what_passes_a_row_was_made_before_and_is_read_later(
    graph: Graph, row: int, first: int, most: int
) -> None:
    found, seen = lanes(graph), range(first, first + most)
    row = min(row, len(found.last) - 1)
    assert found.passing(row, seen) == [
        at for at, end in lives(graph) if at < row <= end and found.lane[at] in seen
    ]


def test_short_lives_are_near_and_long_ones_far() -> None:
    """A value that is read again at the end of a long chain has the lane farthest from it."""
    chain = [node(f"n{i}", "tanh", [f"n{i - 1}" if i else "x"]) for i in range(LONG + 5)]
    graph = Graph([node("x", "input", value=1.0), *chain, node("f", "add", [chain[-1].name, "x"])])
    found = lanes(graph)
    assert found.count == 3
    assert found.lane.tolist() == [2, *[0, 1] * ((LONG + 5) // 2), *[0] * ((LONG + 5) % 2), -1]


def test_a_graph_of_leaves_alone() -> None:
    found = lanes(Graph([node("x", "input", value=1.0), node("y", "input", value=1.0)], "x"))
    assert (found.count, found.lane.tolist(), found.live.tolist()) == (0, [-1, -1], [8, 8])
