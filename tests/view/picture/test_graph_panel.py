"""The picture at the cursor: numbers, states that read without colour, and wires in use."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from graphtui.view.drawing.boxes import Window, Wire
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.picture import node_numbers
from graphtui.view.picture.graph_panel import draw_graph, marks
from graphtui.view.picture.progress import stages
from graphtui.view.picture.scene import scene
from graphtui.view.text.lines import Line, plain
from tests.strategies import graphs
from tests.view.drawing.reading import cells, check_part
from tests.view.shown import (
    END,
    at,
    bias,
    broken,
    check_golden,
    check_lines,
    fan_out,
    product,
    sigmoid,
)


def picture(session: DebugSession) -> list[Line]:
    found = scene(session.graph, session.folded)
    return draw_graph(lay_out(found.boxes, found.wires), found, session.snapshot())


@pytest.mark.parametrize(
    ("name", "step"), [("start", 0), ("mid_forward", 4), ("mid_backward", 13), ("end", 17)]
)
def test_sigmoid(name: str, step: int) -> None:
    lines = picture(at(sigmoid(), step))
    check_lines(lines, 100)  # the lecture's slide fits into 100 × 24
    assert len(lines) <= 24
    check_golden("graph", f"sigmoid_{name}", lines)


def test_sigmoid_folded() -> None:
    session = at(sigmoid(), 12)
    session.fold("sigmoid")
    check_golden("graph", "sigmoid_folded", picture(session))


def test_fan_out_with_a_sum_that_is_not_complete() -> None:
    check_golden("graph", "fan_out", picture(at(fan_out(), 7)))


@pytest.mark.parametrize(("name", "graph"), [("broadcast", bias()), ("matmul", product())])
def test_arrays(name: str, graph: Graph) -> None:
    session = DebugSession(graph)
    session.resume()
    check_golden("graph", name, picture(session))


def test_what_an_edit_made_stale_is_marked_until_it_is_computed_again() -> None:
    session = at(sigmoid(), 17)
    session.set("w0 = 3")
    check_golden("graph", "sigmoid_stale", picture(session))
    stale = marks(scene(session.graph), session.snapshot())
    assert stale.values["s"] == "1.00?"
    assert stale.values["w0"] == "3.00"
    assert stale.gradients["w0"] == "-0.20?"
    session.rerun()
    assert "?" not in plain(picture(session))


def test_an_array_that_is_stale_keeps_its_shape() -> None:
    session = at(product(), END)
    session.set("x = 2 * x")
    text = marks(scene(session.graph), session.snapshot()).values["h"]
    assert text.startswith("2×4 ~")
    assert text.endswith("?")


def test_breakpoints_take_the_corners_of_their_boxes() -> None:
    session = at(sigmoid(), 12)
    session.break_at("s")
    session.break_at("sigmoid/e if upstream < 0")
    session.log_at("grad(multiply) at add")
    session.break_at("multiply")
    session.disable("4")
    check_golden("graph", "sigmoid_breakpoints", picture(session))
    session.fold("sigmoid")
    assert "◐─────" not in plain(picture(session))
    folded = marks(scene(session.graph, session.folded), session.snapshot())
    assert folded.corners == {"multiply": "○", "add": "≡", "s": "●", "▸ sigmoid": "◐"}


def test_in_ascii_breakpoints_are_still_told_apart() -> None:
    session = at(sigmoid(), 12)
    for text in ("multiply", "multiply2", "add if add > 1"):
        session.break_at(text)
    session.disable("2")
    session.log_at("s at s")
    found = scene(session.graph)
    layout = lay_out(found.boxes, found.wires)
    rows = plain(draw_graph(layout, found, session.snapshot(), ascii_only=True)).split("\n")
    boxes = (layout.placed[name] for name in ("multiply", "multiply2", "add", "s"))
    assert [rows[box.y][box.x] for box in boxes] == ["*", "o", "?", "="]


def test_fault() -> None:
    check_golden("graph", "fault", picture(at(broken(), 3)))


def test_states_show_in_the_text_alone() -> None:
    found = scene(sigmoid())
    at_add = marks(found, at(sigmoid(), 10).snapshot())
    assert at_add.boxes["f"] == "node.current"
    assert at_add.boxes["s"] == "node.done"
    assert at_add.boxes["w0"] == "node.leaf"
    passed = marks(found, at(sigmoid(), 11).snapshot())
    assert passed.boxes["f"] == "node.sent"
    assert passed.signs["f"] == "◂f"
    start = marks(found, at(sigmoid(), 0).snapshot())
    assert start.boxes["f"] == "node.waiting"
    assert start.values["f"] == start.gradients["f"] == "·"
    assert start.focus == "multiply"


def test_an_absent_gradient_is_a_dot_and_an_impossible_one_is_nothing() -> None:
    graph = Graph(
        [
            node("x", "input", value=[1.0, 2.0]),
            node("k", "constant", value=[1.0, 2.0]),
            node("f", "dot", ["x", "k"]),
        ]
    )
    start = marks(scene(graph), at(graph, 0).snapshot())
    assert (start.gradients["x"], start.gradients["k"]) == ("·", "")


def test_a_true_zero_is_a_zero() -> None:
    graph = Graph([node("x", "input", value=-1.0), node("f", "relu", ["x"])])
    end = marks(scene(graph), at(graph, 3).snapshot())
    assert (end.values["f"], end.gradients["x"]) == ("0", "0")


def test_an_incomplete_sum_ends_in_an_ellipsis() -> None:
    found = scene(fan_out())
    assert marks(found, at(fan_out(), 7).snapshot()).gradients["y"] == "5.00…"
    assert marks(found, at(fan_out(), 8).snapshot()).gradients["y"] == "7.00"


def wire_roles(session: DebugSession) -> dict[Wire, str]:
    """The role of every wire, the arrow out included."""
    found, snapshot = scene(session.graph, session.folded), session.snapshot()
    known = stages(lay_out(found.boxes, found.wires), found, snapshot)
    names = (*known.names, known.using)
    roles = known.of(np.arange(len(found.wires))).tolist()
    named = zip(found.wires, (names[role] for role in roles), strict=True)
    return dict(named) | dict(marks(found, snapshot).wires)


def test_wires_say_what_has_passed_them() -> None:
    a_to_c, y_to_a, x_to_y = Wire("a", "c", 0), Wire("y", "a", 0), Wire("x", "y", 0)
    arrow = Wire("c", "", 0)

    def roles(step: int) -> list[str]:
        wires = wire_roles(at(fan_out(), step))
        return [wires[wire] for wire in (x_to_y, y_to_a, a_to_c, arrow)]

    assert roles(0) == ["wire", "wire", "wire", "wire"]
    assert roles(2) == ["wire.done", "wire.read", "wire", "wire"]
    assert roles(4) == ["wire.done", "wire.done", "wire.read", "wire.done"]
    assert roles(5) == ["wire.done", "wire.done", "wire.done", "wire.read"]
    assert roles(6) == ["wire.done", "wire.done", "wire.read", "wire.sent"]
    assert roles(8) == ["wire.done", "wire.read", "wire.sent", "wire.sent"]


def test_a_backward_step_does_not_use_the_wires_that_carry_no_gradient() -> None:
    graph = Graph(
        [
            node("x", "input", value=[1.0, 2.0]),
            node("k", "constant", value=[1.0, 2.0]),
            node("f", "dot", ["x", "k"]),
        ]
    )
    wires = wire_roles(at(graph, 3))
    assert (wires[Wire("x", "f", 0)], wires[Wire("k", "f", 1)]) == ("wire.read", "wire.done")


def test_a_folded_group_is_current_while_one_of_its_gates_is_at_work() -> None:
    found = scene(sigmoid(), frozenset({"sigmoid"}))
    key = "▸ sigmoid"

    def role(step: int) -> str:
        return marks(found, at(sigmoid(), step).snapshot()).boxes[key]

    assert [role(step) for step in (4, 5, 8, 9, 10, 13, 14)] == [
        "node.waiting", "node.current", "node.current", "node.current", "node.current",
        "node.current", "node.sent",
    ]  # fmt: skip


def test_only_boxes_in_sight_are_looked_at() -> None:
    session = at(sigmoid(), 17)
    found = scene(session.graph)
    layout = lay_out(found.boxes, found.wires)
    whole = plain(draw_graph(layout, found, session.snapshot())).split("\n")
    window = Window(20, 5, 30, 6)
    part = plain(draw_graph(layout, found, session.snapshot(), window))
    check_part(part.split("\n"), cells(whole), window)
    assert "1.…" in part, "the edge cuts a number, and says so"


@given(graphs(), st.data())
@settings(max_examples=60, deadline=None)
def test_any_graph_can_be_drawn_at_every_cursor_position(graph: Graph, data: st.DataObject) -> None:
    session = DebugSession(graph)
    if graph.groups:
        session.fold(data.draw(st.sampled_from(graph.groups)))
    found = scene(graph, session.folded)
    layout = lay_out(found.boxes, found.wires)
    forth = []
    while True:
        lines = draw_graph(layout, found, session.snapshot())
        assert len(lines) == layout.height
        check_lines(lines, layout.width)
        forth.append(lines)
        if session.run.ended and session.cursor == len(session.run.steps):
            break
        session.step()
    for lines in reversed(forth[:-1]):
        session.step_back()
        assert draw_graph(layout, found, session.snapshot()) == lines


@given(graphs(most_nodes=6))
@settings(max_examples=30, deadline=None)
def test_in_ascii_everything_still_stands_in_its_place(graph: Graph) -> None:
    found = scene(graph)
    layout = lay_out(found.boxes, found.wires)
    session = DebugSession(graph)
    session.resume()
    lines = draw_graph(layout, found, session.snapshot(), ascii_only=True)
    check_lines(lines, layout.width)
    assert len(lines) == layout.height
    assert plain(lines).isascii()


def test_the_numbers_of_an_array_are_gone_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(node_numbers, "summary", lambda array, width: asked.append(1) or "~1")
    session = at(product(), END)
    found = scene(session.graph)
    marks(found, session.snapshot())
    first = len(asked)
    session.seek(4)
    session.resume()
    marks(found, session.snapshot())
    assert first == len(asked) > 0
    marks(found, at(product(), END).snapshot())  # the same numbers in other arrays
    assert len(asked) == 2 * first
