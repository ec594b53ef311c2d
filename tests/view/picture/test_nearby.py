"""A part of the drawing: what is near is whole, and what leads out of it is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from graphtui.view.afar.heat_values import heat
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.drawing.plan import Flow
from graphtui.view.picture import nearby
from graphtui.view.picture.graph_panel import draw_graph, prepare
from graphtui.view.picture.nearby import Near
from graphtui.view.picture.node_rows import draw_rows, rows_layout
from graphtui.view.picture.scene import Scene, scene
from graphtui.view.text.lines import Line, plain
from tests.strategies import graphs
from tests.view.shown import at, check_golden, check_lines, sigmoid


def picture(
    session: DebugSession, near: Near, flow: Flow = Flow.RIGHT, *, ascii_only: bool = False
) -> list[Line]:
    found = scene(session.graph, session.folded, near)
    layout = lay_out(found.boxes, found.wires, flow)
    whole = Window(-1, -1, layout.width + 2, layout.height + 2)
    return draw_graph(layout, found, session.snapshot(), whole, ascii_only=ascii_only)


@pytest.mark.parametrize("flow", Flow)
def test_arrows_show_that_wires_go_on_outside(flow: Flow) -> None:
    lines = picture(at(sigmoid(), 12, "add"), Near("add", 1), flow)
    check_lines(lines, 60)
    check_golden("nearby", f"one_hop_{flow.value}", lines)


def test_in_ascii_too() -> None:
    text = plain(picture(at(sigmoid(), 12, "add"), Near("add", 1), ascii_only=True))
    assert text.isascii()
    assert text.count(" >|   |") + text.count("\n>|   |") == 5


def test_a_folded_group_is_one_hop() -> None:
    session = at(sigmoid(), 12, "s")
    session.fold("sigmoid")
    check_golden("nearby", "folded", picture(session, Near("s", 1)))


def test_who_else_reads_a_weight_is_not_near_who_reads_it() -> None:
    graph = Graph(
        [
            node("w", "parameter", value=2.0),
            node("x", "input", value=1.0),
            *(node(f"y{i}", "multiply", [f"y{i - 1}" if i else "x", "w"]) for i in range(5)),
        ]
    )
    assert set(scene(graph, near=Near("y1", 2)).speaker) == {"y1", "y0", "x", "w", "y2", "y3"}
    assert set(scene(graph, near=Near("w", 1)).speaker) == {"w", *(f"y{i}" for i in range(5))}


def test_of_very_many_the_nearest_are_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "MOST_NEAR", 4)
    leaves = [node(f"x{i}", "input", value=1.0) for i in range(9)]
    graph = Graph([*leaves, node("s", "stack", [each.name for each in leaves])], output="s")
    found = scene(graph, near=Near("s", 2))
    assert list(found.speaker) == ["x0", "x1", "x2", "s"]
    assert found.enters == {"s": tuple(range(3, 9))}


@given(graph=graphs(), hops=st.integers(1, 4), data=st.data())
@settings(max_examples=80, deadline=None)
def test_a_part_is_what_is_near_of_the_whole(graph: Graph, hops: int, data: st.DataObject) -> None:
    folded = frozenset(data.draw(st.sets(st.sampled_from(sorted({*graph.groups, "-"})))))
    focus = data.draw(st.sampled_from(sorted(graph.nodes)))
    # With a group that does not exist the same way is taken as with one.
    whole, found = scene(graph, folded | {"-"}), scene(graph, folded, Near(focus, hops))
    near = _near(whole, whole.box_of[focus], hops)
    assert set(found.speaker) == near & set(whole.speaker)
    kept = [wire for wire in whole.wires if {wire.source, wire.target} <= near]
    assert list(found.wires) == kept
    edges = dict(zip(whole.wires, whole.edges, strict=True))
    assert list(found.edges) == [edges[wire] for wire in kept]
    assert {box for box in whole.boxes if box.key in near} == set(found.boxes)
    entering = {
        (w.target, w.slot) for w in whole.wires if w.target in near and w.source not in near
    }
    assert {(key, slot) for key, slots in found.enters.items() for slot in slots} == entering
    out = {w.source for w in whole.wires if w.source in near and w.target not in near}
    assert found.leaves == out


def _near(whole: Scene, middle: str, hops: int) -> set[str]:
    """By its definition: down as far as one likes, and then up."""
    below, near = {middle}, {middle}
    for _ in range(hops):
        readers = {wire.target for wire in whole.wires if wire.source in below}
        near |= readers | {wire.source for wire in whole.wires if wire.target in near}
        below |= readers
    return near


@given(graph=graphs(finite=True), hops=st.integers(1, 3), data=st.data())
@settings(max_examples=50, deadline=None)
def test_a_part_can_be_drawn_wherever_the_cursor_stands(
    graph: Graph, hops: int, data: st.DataObject
) -> None:
    session = DebugSession(graph)
    session.folded = frozenset(data.draw(st.sets(st.sampled_from(sorted({*graph.groups, "-"})))))
    session.seek(data.draw(st.integers(0, len(session.run.plan.tasks))))
    session.focus = data.draw(st.sampled_from(sorted(graph.nodes)))
    session.find("name:*")
    session.paths_lit = data.draw(st.booleans())
    found = scene(graph, session.folded, Near(session.focus, hops))
    layout = lay_out(found.boxes, found.wires)
    for _ in range(3):
        snapshot = session.snapshot()
        prepare(found, snapshot)
        assert plain(draw_graph(layout, found, snapshot))
        assert plain(draw_rows(rows_layout(found), found, snapshot))
        assert len(heat(layout, found, snapshot).state) == len(found.boxes)
        session.step()


def test_breakpoints_and_faults_outside_are_no_trouble() -> None:
    session = at(sigmoid(), 12, "w0")
    for place in ("s", "multiply", "sigmoid/e", "op:negative backward"):
        session.break_at(place)
    assert plain(picture(session, Near("w0", 1))).count("●") == 1


def test_a_step_outside_uses_no_wire_of_the_part() -> None:
    session = at(sigmoid(), 12, "w0")
    text = plain(picture(session, Near("w0", 1)))
    assert "━" not in text
    assert "┏" not in text
