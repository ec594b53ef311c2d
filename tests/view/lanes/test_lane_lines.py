"""The lane view read back: followed cell by cell, the lanes give every edge and no other."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from graphtui.view.lanes.lane_lines import columns, lane_heading, lane_lines
from graphtui.view.lanes.lanes import Lanes, lanes
from graphtui.view.text.lines import plain
from graphtui.view.text.roles import ROLES
from graphtui.view.text.safe_text import ELLIPSIS, cell_width
from tests.strategies import graphs
from tests.view.drawing.reading import sides
from tests.view.lanes.test_lanes import wide_graphs
from tests.view.shown import check_golden


def drawn(
    found: Lanes, session: DebugSession, width: int, *, aside: int = 0, ascii_only: bool = False
) -> list[str]:
    """Of every row the cells of its lanes, and the end of its line."""
    count, chosen, moment = len(found.tape.names), columns(found, width, aside), session.snapshot()
    rows = lane_lines(found, moment, 0, count, width, aside=aside, ascii_only=ascii_only)
    return [plain([row]).ljust(width)[4 : 4 + chosen.lanes + 1] for row in rows]


def read_back(rows: list[str]) -> set[tuple[int, int]]:
    """The edges, from the row that makes a value to a row that reads it.

    Asserts that no lane begins or ends in nothing.
    """
    # A lane that a line crosses has nothing to do with it, and neither has one beside the line.
    joins = [{x: sides(glyph) for x, glyph in enumerate(row) if glyph not in "│┼ "} for row in rows]
    passes = [{x for x, glyph in enumerate(row) if glyph in "│┼"} for row in rows]
    edges = set()
    for reader, cells in enumerate(joins):
        for x, ways in cells.items():
            if "UP" in ways:
                above = reader - 1
                while x in passes[above]:
                    above -= 1
                assert "DOWN" in joins[above][x], f"the lane at {x} comes from nowhere"
                while "UP" in joins[above][x]:  # another reader on the way
                    above -= 1
                    while x in passes[above]:
                        above -= 1
                edges.add((above, reader))
            if "DOWN" in ways:
                below = reader + 1
                while x in passes[below]:
                    below += 1
                assert "UP" in joins[below][x], f"the lane at {x} leads nowhere"
    for cells, row in zip(joins, rows, strict=True):
        ends = [x for x, ways in cells.items() if "LEFT" not in ways]
        assert len(ends) <= 1, f"more than one line: {row!r}"
        assert all(glyph != " " for glyph in row[ends[0] if ends else len(row) :])
    return edges


@given(st.one_of(graphs(), wide_graphs()), st.booleans())
def test_the_lanes_give_every_edge_and_no_other(graph: Graph, tight: bool) -> None:
    found = lanes(graph)
    width = 64 + found.count * (1 if tight else 2)
    assert not columns(found, width).hidden
    places = found.tape.places
    expected = {(places[source], places[target]) for source, target, _ in graph.edges}
    assert read_back(drawn(found, DebugSession(graph), width)) == expected


@given(wide_graphs(30))
def test_without_unicode_too(graph: Graph) -> None:
    found = lanes(graph)
    places = found.tape.places
    rows = drawn(found, DebugSession(graph), 64 + 2 * found.count, ascii_only=True)
    assert all(row.isascii() for row in rows)
    expected = {(places[source], places[target]) for source, target, _ in graph.edges}
    assert read_back_ascii(rows) == expected


def read_back_ascii(rows: list[str]) -> set[tuple[int, int]]:
    """The edges of a drawing without Unicode: `.` begins, `'` ends, `+` and `*` are read."""
    edges = set()
    for reader, row in enumerate(rows):
        for x, glyph in enumerate(row):
            if glyph in "'+*":
                above = reader - 1
                while rows[above][x] in "|+*":
                    above -= 1
                assert rows[above][x] == "."
                edges.add((above, reader))
    return edges


@given(graphs(), st.integers(1, 130), st.integers(0, 14), st.integers(0, 20), st.booleans())
def test_every_line_has_exactly_the_width_and_known_roles(
    graph: Graph, width: int, first: int, steps: int, ascii_only: bool
) -> None:
    session = DebugSession(graph)
    session.step(steps + 1)
    found = lanes(graph)
    rows = lane_lines(found, session.snapshot(), first, 5, width, ascii_only=ascii_only)
    assert len(rows) == min(5, max(len(graph.nodes) - first, 0))
    for row in rows:
        assert sum(cell_width(span.text) for span in row) == width
        assert all(span.role in ROLES for span in row)
        assert not ascii_only or all(span.text.isascii() for span in row)
    assert sum(cell_width(span.text) for span in lane_heading(found, width)) <= width


@given(wide_graphs(), st.integers(0, 90), st.integers(1, 12))
def test_some_rows_are_a_part_of_all_rows(graph: Graph, first: int, count: int) -> None:
    snapshot, found = DebugSession(graph).snapshot(), lanes(graph)
    every = lane_lines(found, snapshot, 0, len(graph.nodes), 80)
    assert lane_lines(found, snapshot, first, count, 80) == every[first : first + count]


@given(wide_graphs())
def test_where_lanes_are_hidden_the_lines_that_lead_there_say_so(graph: Graph) -> None:
    found = lanes(graph)
    width = 66
    chosen = columns(found, width)
    rows = drawn(found, DebugSession(graph), width)
    if not chosen.hidden:
        assert ELLIPSIS not in "".join(rows)
        return
    for name, row in zip(found.tape.names, rows, strict=True):
        near = [name, *graph.nodes[name].inputs]
        beyond = any(found.lane[found.tape.places[each]] >= chosen.seen.stop for each in near)
        assert (row[0] == ELLIPSIS) == beyond


@given(wide_graphs(90), st.integers(0, 30))
def test_panned_across_one_sees_a_part_of_all_lanes(graph: Graph, aside: int) -> None:
    found, session, width = lanes(graph), DebugSession(graph), 34
    chosen, all_of_them = columns(found, width, aside), columns(found, 64 + found.count)
    assume(chosen.hidden and not all_of_them.hidden and all_of_them.gap == 1)
    whole = drawn(found, session, 64 + found.count)
    for name, row, every in zip(
        found.tape.names, drawn(found, session, width, aside=aside), whole, strict=True
    ):
        start = found.count - chosen.seen.stop
        assert row[1:-1] == every[start : start + len(chosen.seen)]
        joined = [found.lane[found.tape.places[each]] for each in (name, *graph.nodes[name].inputs)]
        nearer = any(0 <= lane < chosen.seen.start for lane in joined)
        farther = any(lane >= chosen.seen.stop for lane in joined)
        assert (row[0] == ELLIPSIS, row[-1] == ELLIPSIS) == (farther, nearer)


@given(wide_graphs(), st.integers(0, 60), st.integers(40, 120))
def test_the_heading_counts_what_is_hidden_on_each_side(
    graph: Graph, aside: int, width: int
) -> None:
    found = lanes(graph)
    chosen, heading = columns(found, width, aside), plain([lane_heading(found, width, aside)])
    assert heading.isascii()
    room = heading[4 : 4 + chosen.lanes + 1].strip()
    far, near = found.count - chosen.seen.stop, chosen.seen.start
    if chosen.hidden and chosen.lanes > 8:
        assert room.startswith(f"<{far}") == (far > 0)
        assert room.endswith((f"{near}>", f"{near} more>")) == (near > 0)
    else:
        assert not far + near or chosen.hidden


# What stands beside -----------------------------------------------------------------------------


def marks(session: DebugSession) -> dict[str, str]:
    """The marks of the rows that have any, by node."""
    found = lanes(session.graph)
    rows = lane_lines(found, session.snapshot(), 0, len(found.tape.names), 80)
    texts = (plain([row])[:3].rstrip() for row in rows)
    return {name: text for name, text in zip(found.tape.names, texts, strict=True) if text}


def test_the_cursor_goes_down_in_forward_and_up_in_backward(chain: Graph) -> None:
    session = DebugSession(chain)
    session.go_to("x")
    assert marks(session) == {"x": "▸"}
    session.step()
    session.go_to("x")
    assert marks(session) == {"x": "▸", "m": " ▼"}
    session.finish_forward()
    session.step()
    assert marks(session) == {"f": "▸◆"}
    session.step(2)
    assert marks(session) == {"s": "▸▲"}


def test_breakpoints_and_faults_are_marked() -> None:
    session = DebugSession(
        Graph([node("x", "input", value=0.0), node("l", "log", ["x"]), node("f", "exp", ["l"])])
    )
    session.break_at("f")
    session.step()
    session.go_to("x")
    assert marks(session) == {"x": "▸", "l": " ▼!", "f": "  ●"}


@pytest.mark.parametrize("width", [64, 80, 118])
def test_golden(mlp: Graph, width: int) -> None:
    session = DebugSession(mlp)
    session.finish_forward()
    session.step(3)
    found = lanes(mlp)
    lines = [lane_heading(found, width), *lane_lines(found, session.snapshot(), 0, 99, width)]
    check_golden("lanes", f"mlp-{width}", lines)


def test_the_reader_notices_a_crossing_that_is_drawn_as_a_reading(mlp: Graph) -> None:
    """The control: the picture with one wrong glyph has other edges."""
    rows = drawn(lanes(mlp), DebugSession(mlp), 80)
    wrong = [row.replace("┼", "●") for row in rows]
    assert wrong != rows
    assert read_back(wrong) != read_back(rows)
