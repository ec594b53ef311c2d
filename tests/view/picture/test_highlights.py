"""What was found and what lies on lit paths, in every view, with and without colour."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.graph import Graph, node
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.lanes.lane_lines import lane_lines
from graphtui.view.lanes.lanes import lanes
from graphtui.view.picture.graph_panel import draw_graph, marks
from graphtui.view.picture.highlights import found_boxes, lit
from graphtui.view.picture.node_rows import draw_rows, rows_layout
from graphtui.view.picture.scene import scene
from graphtui.view.text.lines import Line, plain
from tests.strategies import graphs
from tests.view.shown import at, check_golden, check_lines, sigmoid


def looking(step: int = 12, focus: str = "w1") -> DebugSession:
    """The neuron's session with a search behind it and paths lit."""
    session = at(sigmoid(), step, "w0")
    session.find("op:add")
    session.go_to(focus)
    session.paths("on")
    return session


def picture(session: DebugSession, *, ascii_only: bool = False) -> list[Line]:
    found = scene(session.graph, session.folded)
    layout = lay_out(found.boxes, found.wires)
    return draw_graph(layout, found, session.snapshot(), ascii_only=ascii_only)


def test_paths_and_matches_in_the_picture() -> None:
    lines = picture(looking())
    check_lines(lines, 110)
    check_golden("highlights", "picture", lines)


def test_in_ascii_too() -> None:
    text = plain(picture(looking(), ascii_only=True))
    assert text.isascii()
    check_golden("highlights", "picture_ascii", picture(looking(), ascii_only=True))


def test_a_folded_group_is_found_and_lit_with_what_is_in_it() -> None:
    session = looking(3)
    session.fold("sigmoid")
    session.find("op:exp")
    session.go_to("w1")
    check_golden("highlights", "folded", picture(session))


def test_a_group_off_the_paths_is_one_step_lighter_than_a_group() -> None:
    group = "side"
    graph = Graph(
        [
            node("x", "input", value=1.0),
            node("w", "input", value=1.0),
            node("side/a", "exp", ["x"], group=group),
            node("side/b", "exp", ["side/a"], group=group),
            node("f", "multiply", ["side/b", "w"]),
        ]
    )
    session = at(graph, 0, "w")
    session.fold(group)
    session.paths()
    check_golden("highlights", "folded_off", picture(session))


@pytest.mark.parametrize("ascii_only", [False, True])
def test_rows_and_lanes(ascii_only: bool) -> None:
    session = looking()
    name = "_ascii" if ascii_only else ""
    found = scene(session.graph)
    rows = draw_rows(rows_layout(found), found, session.snapshot(), ascii_only=ascii_only)
    check_golden("highlights", f"rows{name}", rows)
    tape = lanes(session.graph)
    lines = lane_lines(tape, session.snapshot(), 0, 20, 90, ascii_only=ascii_only)
    check_lines(lines, 90)
    check_golden("highlights", f"lanes{name}", lines)


def test_what_happens_and_what_is_wrong_shows_off_the_paths_too() -> None:
    session = looking(1, "w1")
    found = marks(scene(session.graph), session.snapshot())
    assert found.boxes["multiply"] == "node.current"
    assert found.boxes["w0"] == "node.off"
    graph = Graph(
        [
            node("x", "input", value=-1.0),
            node("bad", "log", ["x"]),
            node("w", "parameter", value=2.0),
            node("f", "add", ["bad", "w"]),
        ]
    )
    session = at(graph, 2, "w")
    session.paths()
    boxes = marks(scene(graph), session.snapshot()).boxes
    assert (boxes["bad"], boxes["x"]) == ("node.fault", "node.off")


def test_answers_are_kept_as_long_as_nothing_is_asked_anew() -> None:
    session = looking()
    found, snapshot = scene(session.graph), session.snapshot()
    kept = lit(found, snapshot), found_boxes(found, snapshot)
    session.step()
    session.go_to("w1")
    later = session.snapshot()
    assert kept[0] is not None
    assert (lit(found, later), found_boxes(found, later)) == kept
    assert lit(found, later) is kept[0]
    session.go_to("w0")
    assert lit(found, session.snapshot()) is not kept[0]


@given(graph=graphs(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_lit_boxes_and_wires_are_those_of_all_paths(graph: Graph, data: st.DataObject) -> None:
    session = DebugSession(graph)
    session.paths_lit = True
    session.focus = data.draw(st.sampled_from(sorted(graph.nodes)))
    session.folded = frozenset(data.draw(st.sets(st.sampled_from(sorted({*graph.groups, "-"})))))
    found, snapshot = scene(graph, session.folded), session.snapshot()
    on_paths = lit(found, snapshot)
    assert on_paths is not None
    edges = _edges_of_all_paths(graph, session.focus)
    nodes = {name for edge in edges for name in edge} or _alone(snapshot)
    assert set(on_paths.boxes) == {found.box_of[name] for name in nodes}
    on = [any((e.source, e.target) in edges for e in each) for each in found.edges]
    assert (~on_paths.off).tolist() == on


def _edges_of_all_paths(graph: Graph, begin: str) -> set[tuple[str, str]]:
    """Every path written out, from the end of it."""
    edges: set[tuple[str, str]] = set()
    waiting = [(graph.output,)]
    for path in waiting:
        assert len(waiting) < 10**5
        if path[0] == begin:
            edges |= set(pairwise(path))
            continue
        waiting += [(source, *path) for source in dict.fromkeys(graph.nodes[path[0]].inputs)]
    return edges


def _alone(snapshot: Snapshot) -> set[str]:
    """The output is a path of its own."""
    return {snapshot.focus} if snapshot.focus == snapshot.graph.output else set()
