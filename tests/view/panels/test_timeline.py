"""The timeline: what a cell stands for, and that a click on it goes there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from graphtui.view.panels.timeline import column_of, step_at, timeline
from graphtui.view.text.lines import plain
from graphtui.view.text.safe_text import cell_width
from tests.strategies import graphs
from tests.view.shown import at, broken, check_lines, sigmoid


def bar(graph: Graph, step: int, width: int = 80) -> str:
    return plain([timeline(at(graph, step).snapshot(), width)])


def test_one_cell_a_step() -> None:
    assert bar(sigmoid(), 0) == "┃◌◌◌◌◌◌◌◌◇◌◌◌◌◌◌◌◌"
    assert bar(sigmoid(), 4) == "╶▸▸▸┃◌◌◌◌◇◌◌◌◌◌◌◌◌"
    assert bar(sigmoid(), 9) == "╶▸▸▸▸▸▸▸▸┃◌◌◌◌◌◌◌◌"
    assert bar(sigmoid(), 13) == "╶▸▸▸▸▸▸▸▸◆◂◂◂┃◌◌◌◌"
    assert bar(sigmoid(), 17) == "╶▸▸▸▸▸▸▸▸◆◂◂◂◂◂◂◂┃"


def test_more_steps_than_cells() -> None:
    assert bar(sigmoid(), 13, 6) == "▸▸▸◆┃◌"


def test_a_fault_shows_up_to_the_cursor_and_no_further() -> None:
    session = at(broken(), 7)
    assert plain([timeline(session.snapshot(), 20)]) == "╶▸!!◆!!┃"
    session.seek(4)
    assert plain([timeline(session.snapshot(), 20)]) == "╶▸!!┃◌◌◌"
    session.seek(1)
    assert plain([timeline(session.snapshot(), 20)]) == "╶┃◌◌◇◌◌◌"


def test_steps_that_an_edit_made_stale_are_not_simply_to_come() -> None:
    session = at(sigmoid(), 12)
    session.set("w2 = 1")
    assert plain([timeline(session.snapshot(), 20)]) == "╶▸▸┃≈≈≈≈≈◇≈≈≈◌◌◌◌◌"
    session.step()
    assert plain([timeline(session.snapshot(), 20)]) == "╶▸▸▸┃≈≈≈≈◇≈≈≈◌◌◌◌◌"
    session.rerun()
    session.seek(3)
    assert plain([timeline(session.snapshot(), 20)]) == "╶▸▸┃◌◌◌◌◌◇◌◌◌◌◌◌◌◌"


def test_breakpoints_show_at_the_steps_where_they_may_stop() -> None:
    session = at(sigmoid(), 2)
    session.break_at("s")
    session.break_at("sigmoid/e if upstream < 0")
    session.log_at("add at add forward")
    session.break_at("sigmoid/d backward")
    session.disable("4")
    assert plain([timeline(session.snapshot(), 20)]) == "╶▸┃≡●◌◐◌◌◇◌○◐◌●◌◌◌"
    session.seek(4)
    assert plain([timeline(session.snapshot(), 20)]) == "╶▸▸≡┃◌◐◌◌◇◌○◐◌●◌◌◌"
    assert plain([timeline(session.snapshot(), 6)]) == "▸┃◐◇●◌"


def test_a_fault_and_the_seed_are_seen_through_breakpoints() -> None:
    session = at(broken(), 7)
    for op in ("op:sqrt", "op:subtract"):
        session.break_at(op)
    assert plain([timeline(session.snapshot(), 20)]) == "╶●!!◆!!┃"


def test_a_breakpoint_that_looks_everywhere_hides_nothing() -> None:
    session = at(sigmoid(), 4)
    session.break_at("if step == 6")
    assert plain([timeline(session.snapshot(), 20)]) == "╶▸▸▸┃◌◌◌◌◇◌◌◌◌◌◌◌◌"


def test_a_graph_without_a_step() -> None:
    snapshot = DebugSession(Graph([node("k", "constant", value=[1, 2])])).snapshot()
    assert plain([timeline(snapshot, 20)]) == "┃"
    assert step_at(20, snapshot.total, 5) == 0


@given(st.integers(1, 200), st.integers(0, 5000), st.data())
def test_a_click_on_the_cell_of_a_step_stays_in_that_cell(
    width: int, total: int, data: st.DataObject
) -> None:
    step = data.draw(st.integers(0, total))
    column = column_of(width, total, step)
    assert 0 <= column < min(width, total + 1)
    assert column_of(width, total, step_at(width, total, column)) == column


@given(st.integers(1, 200), st.integers(0, 5000))
def test_clicks_from_left_to_right_go_from_start_to_end(width: int, total: int) -> None:
    steps = [step_at(width, total, column) for column in range(-1, width + 1)]
    assert steps == sorted(steps)
    assert steps[0] == 0
    assert steps[-1] == total or width == 1  # a single cell is the start


@given(graphs(), st.integers(1, 60))
def test_there_is_one_cursor_where_it_is_at_every_step(graph: Graph, width: int) -> None:
    session = DebugSession(graph)
    session.resume()
    for step in range(len(session.run.steps) + 1):
        session.cursor = step
        line = timeline(session.snapshot(), width)
        check_lines([line], width)
        text = "".join(span.text for span in line)
        assert text.count("┃") == 1
        assert text.index("┃") == column_of(width, session.snapshot().total, step)
        assert cell_width(text) == min(width, session.snapshot().total + 1)
