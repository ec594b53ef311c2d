"""The top line: exactly as wide as asked for, and what changes is kept when room is short."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.errors import Place
from graphtui.graph.graph import Graph, node
from graphtui.view.panels.header import header
from graphtui.view.text.lines import plain
from graphtui.view.text.safe_text import cell_width
from tests.strategies import graphs
from tests.view.shown import at, broken, check_lines, sigmoid


def test_what_it_says() -> None:
    leaf = node("x", "input", value=1.0)
    output = node("f", "exp", ["x"])._replace(place=Place("lessons/one.py", 3, 5))
    session = at(Graph([leaf, output]), 3)
    assert plain([header(session.snapshot(), 52)]) == (
        "graphtui · one.py · f         backward · step 3 of 3"
    )
    session.restart()
    assert plain([header(session.snapshot(), 44)]) == "graphtui · one.py · f    start · step 0 of 3"


def test_a_graph_without_a_file_goes_by_its_title() -> None:
    text = plain([header(at(sigmoid(), 4).snapshot(), 60)])
    assert text.startswith("graphtui · sigmoid neuron · f ")
    assert text.endswith(" forward · step 4 of 17")


def test_faults_up_to_the_cursor_are_counted() -> None:
    assert "fault" not in plain([header(at(broken(), 1).snapshot(), 60)])
    assert "! 1 fault · forward" in plain([header(at(broken(), 2).snapshot(), 60)])
    session = at(broken(), 3)
    assert "! 2 faults · forward" in plain([header(session.snapshot(), 60)])
    session.seek(1)
    assert "fault" not in plain([header(session.snapshot(), 60)])


def test_the_step_is_what_remains_when_room_is_short() -> None:
    assert plain([header(at(sigmoid(), 4).snapshot(), 30)]) == "graph…  forward · step 4 of 17"


@given(graphs(most_nodes=4), st.integers(1, 200))
def test_it_is_exactly_as_wide_as_asked_for(graph: Graph, width: int) -> None:
    line = header(DebugSession(graph).snapshot(), width)
    check_lines([line], width)
    assert sum(cell_width(span.text) for span in line) == width
