"""A row for each node: the wires can be read back, and texts stay in their place."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.frame import draw
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.placed import Placed
from graphtui.view.drawing.plan import Flow
from graphtui.view.picture.node_rows import draw_rows, rows_layout
from graphtui.view.picture.scene import scene
from graphtui.view.text.lines import plain
from graphtui.view.text.safe_text import cell_width
from tests.bench.families import FAMILIES, Tape
from tests.view.drawing.reading import cells, expected, read_back
from tests.view.shown import END, at, bias, broken, check_golden, check_lines, sigmoid


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """A graph of a few nodes that can be run."""
    tape = Tape()
    for number in range(draw(st.integers(1, 14))):
        many = draw(st.integers(0, min(number, 3)))
        tape.node("op", *(draw(st.integers(0, number - 1)) for _ in range(many)))
    return tape.graph()


def as_read(layout: Layout) -> Layout:
    """The layout as the reader of pictures knows it: rows have ports of their own."""

    def ports(key: str, placed: Placed) -> SimpleNamespace:
        x, y, down = placed.x, placed.y, placed.flow is Flow.DOWN
        return SimpleNamespace(
            x=x,
            y=y,
            width=placed.width,
            height=placed.height,
            box=placed.box,
            leave=lambda _: (x + 3, y) if down else (x + placed.width - 1, y),
            input=lambda slot: (x + 3 + slot, y) if down else (x, y + slot),
        )

    placed = {key: ports(key, each) for key, each in layout.placed.items()}
    known = SimpleNamespace(placed=placed, plan=layout.plan, stubs=layout.stubs, frames=())
    return cast(Any, known)


def check(graph: Graph, flow: Flow) -> None:
    """All wires can be read, and every row is within its box."""
    session = DebugSession(graph)
    drawn = scene(graph)
    layout = rows_layout(drawn, flow)
    wires = plain(draw(layout, write=lambda placed: ())).split("\n")
    assert read_back(as_read(layout), cells(wires)) == expected(layout)
    seen = cells(plain(draw_rows(layout, drawn, session.snapshot())).split("\n"))
    inside = {
        (x, y)
        for placed in layout.placed.values()
        for x in range(placed.x, placed.x + placed.width)
        for y in range(placed.y, placed.y + placed.height)
    }
    outside = {cell: glyph for cell, glyph in seen.items() if cell not in inside}
    bare = {cell: glyph for cell, glyph in cells(wires).items() if cell not in inside}
    assert outside == bare


@settings(max_examples=60, deadline=None)
@given(graphs(), st.sampled_from(Flow))
def test_every_wire_can_be_read_back(graph: Graph, flow: Flow) -> None:
    check(graph, flow)


@pytest.mark.parametrize("flow", Flow)
@pytest.mark.parametrize("family", FAMILIES)
def test_so_can_those_of_nets(family: str, flow: Flow) -> None:
    check(FAMILIES[family](300).graph(), flow)


@pytest.mark.parametrize("name", ["sigmoid", "bias", "broken"])
def test_rows_as_they_are_drawn(name: str) -> None:
    graph = {"sigmoid": sigmoid, "bias": bias, "broken": broken}[name]()
    for flow in Flow:
        session = at(graph, END if name == "bias" else 7)
        drawn = scene(graph)
        layout = rows_layout(drawn, flow)
        lines = draw_rows(layout, drawn, session.snapshot())
        check_lines(lines, layout.width)
        check_golden("node_rows", f"{name}-{flow.value}", lines)


def test_a_window_shows_a_part() -> None:
    session = at(sigmoid(), 3)
    drawn = scene(session.graph)
    layout = rows_layout(drawn)
    everything = plain(draw_rows(layout, drawn, session.snapshot())).split("\n")
    part = draw_rows(layout, drawn, session.snapshot(), Window(20, 2, 30, 3))
    wanted = [row.ljust(50)[20:50].rstrip() for row in everything[2:5]]
    assert [line.rstrip() for line in plain(part).split("\n")] == wanted


def test_ascii_is_as_wide() -> None:
    session = at(sigmoid(), END)
    drawn = scene(session.graph)
    layout = rows_layout(drawn)
    lines = draw_rows(layout, drawn, session.snapshot(), ascii_only=True)
    assert plain(lines).isascii()
    assert max(sum(cell_width(span.text) for span in line) for line in lines) <= layout.width


@pytest.mark.parametrize("asked", range(3))
def test_it_can_be_interrupted(asked: int) -> None:
    drawn = scene(sigmoid())
    answers = iter([False] * asked + [True])
    with pytest.raises(CommandError, match="interrupted"):
        rows_layout(drawn, interrupted=lambda: next(answers))
