"""What a cell of the picture means: boxes, the marks that open groups, and the names on stubs."""

from __future__ import annotations

import pytest

from graphtui.debugger.session import DebugSession
from graphtui.debugger.stops.breakpoints import Kind
from graphtui.graph.graph import Graph, node
from graphtui.view.drawing.layered import LONGEST
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.drawing.plan import Flow
from graphtui.view.picture.pointing import pointed
from graphtui.view.picture.scene import scene
from tests.view.shown import sigmoid


def long_skip() -> Graph:
    """A chain that is added to what it began with."""
    nodes = [node("start", "input", value=0.5), node("y0", "tanh", ["start"])]
    nodes += [node(f"y{i}", "tanh", [f"y{i - 1}"]) for i in range(1, LONGEST + 3)]
    return Graph([*nodes, node("end", "add", [f"y{LONGEST + 2}", "start"])])


@pytest.mark.parametrize("flow", list(Flow))
def test_a_stub_belongs_to_what_is_at_its_other_end(flow: Flow) -> None:
    session = DebugSession(long_skip())
    found = scene(session.graph)
    layout = lay_out(found.boxes, found.wires, flow)
    stubs = layout.stubs
    ends = {}
    for x, y, enters in zip(stubs.x, stubs.y, stubs.enters, strict=True):
        box = pointed(layout, found, session.snapshot(), int(x) + 5, int(y))
        assert box is not None
        ends[int(enters)] = box.node
    assert ends == {0: "end", 1: "start"}


def test_a_box_and_what_is_none() -> None:
    session = DebugSession(sigmoid())
    found = scene(session.graph)
    layout = lay_out(found.boxes, found.wires)
    placed = layout.placed["s"]
    box = pointed(layout, found, session.snapshot(), placed.x + 1, placed.y + 1)
    assert box is not None
    assert (box.node, box.target.kind, box.opens) == ("s", Kind.NODE, "")
    assert pointed(layout, found, session.snapshot(), -1, -1) is None


def test_the_mark_of_a_group_opens_it() -> None:
    session = DebugSession(sigmoid())
    session.fold("sigmoid")
    found = scene(session.graph, session.folded)
    layout = lay_out(found.boxes, found.wires)
    placed = layout.placed["▸ sigmoid"]
    row = range(placed.x, placed.x + placed.width)
    opens = [pointed(layout, found, session.snapshot(), x, placed.output.y) for x in row]
    assert [box.opens for box in opens if box] == ["", *["sigmoid"] * 3, *[""] * (len(row) - 4)]
