"""Breakpoints by mouse, groups that are opened, and a picture that does not jump."""

from __future__ import annotations

import pytest

from graphtui.graph.load import load
from graphtui.ui.app import GraphtuiApp
from graphtui.ui.session_jobs import Shown
from graphtui.view.panels.source import source
from tests.ui.conftest import new_app, press, rows, sigmoid_neuron, text, type_in


def shown(app: GraphtuiApp) -> Shown:
    assert app.main.shown is not None
    return app.main.shown


def corner(app: GraphtuiApp, node: str) -> tuple[int, int]:
    """The cell of the screen in which the box of a node begins."""
    placed, graph = shown(app).layout.placed[shown(app).scene.box_of[node]], app.main.graph
    return graph.region.x + placed.x - graph._x, graph.region.y + placed.y - graph._y


def glyph(app: GraphtuiApp, node: str) -> str:
    x, y = corner(app, node)
    return rows(app)[y][x]


def breakpoints(app: GraphtuiApp) -> list[str]:
    return [str(each) for each in shown(app).snapshot.breakpoints.values()]


async def test_a_double_click_on_a_box_sets_a_breakpoint_and_takes_it_away() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(offset=corner(app, "w2"), times=2)
        await pilot.pause()
        assert breakpoints(app) == ["w2"]
        assert glyph(app, "w2") == "●"
        assert shown(app).snapshot.focus == "w2"
        await pilot.click(offset=corner(app, "w2"), times=2)
        await pilot.pause()
        assert breakpoints(app) == []
        assert glyph(app, "w2") == "╔"


@pytest.mark.parametrize("how", [{"button": 3}, {"button": 2}, {"control": True}])
async def test_so_does_one_with_another_button_or_control(how: dict[str, int | bool]) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(offset=corner(app, "w2"), **how)  # type: ignore[arg-type]
        await pilot.pause()
        assert breakpoints(app) == ["w2"]
        assert shown(app).snapshot.focus == "a"


async def test_a_double_click_means_the_box_that_was_clicked_first() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        x, y = corner(app, "w1")
        app.main.graph.pan(x + 2, 0)  # only its right half is in sight, and it comes in
        await pilot.pause()
        assert corner(app, "w1")[0] < 0
        await pilot.click(offset=(1, y), times=2)
        await pilot.pause()
        assert corner(app, "w1")[0] > 1
        assert breakpoints(app) == ["w1"]


async def test_the_mark_of_a_folded_group_opens_it_and_its_box_stops_in_it() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(200, 36)) as pilot:
        await type_in(pilot, "fold sigmoid")
        await pilot.click(offset=corner(app, "sigmoid/e"), button=3)
        await pilot.pause()
        assert breakpoints(app) == ["group:sigmoid"]
        assert glyph(app, "sigmoid/e") == "●"
        y = next(y for y, row in enumerate(rows(app)) if "▸ sigmoid" in row)
        await pilot.click(offset=(rows(app)[y].index("▸ sigmoid"), y))
        await pilot.pause()
        assert shown(app).snapshot.folded == frozenset()
        assert glyph(app, "sigmoid/e") == glyph(app, "sigmoid/d") == "●"


async def test_a_click_in_the_gutter_sets_and_clears_a_breakpoint() -> None:
    app = new_app(lambda: load("examples/sigmoid.py"))
    async with app.run_test(size=(120, 36)) as pilot:
        panel = app.main.source
        lines = source(shown(app).snapshot, panel.size.width - 2, panel.size.height)
        row = next(y for y, line in enumerate(lines) if any("▸" in span.text for span in line))
        spot = panel.region.x + 1, panel.region.y + row
        await pilot.click(offset=spot)
        await pilot.pause()
        assert breakpoints(app) == [shown(app).snapshot.focus]
        assert rows(app)[spot[1]][spot[0] : spot[0] + 2] == "●▸"
        await pilot.click(offset=spot)
        await pilot.pause()
        assert breakpoints(app) == []
        await pilot.click(offset=(spot[0] + 8, spot[1]))
        await pilot.pause()
        assert breakpoints(app) == []


# The picture --------------------------------------------------------------------------------------


async def test_what_was_looked_at_stays_where_it_is_when_a_step_opens_a_group() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "fold sigmoid")
        await type_in(pilot, "until s")
        before = corner(app, "s")
        await press(pilot, "s")
        assert shown(app).snapshot.folded == frozenset()
        assert shown(app).snapshot.focus == "sigmoid/n"
        assert corner(app, "s") == before


async def test_a_gate_stands_where_its_group_stood() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(200, 48)) as pilot:
        await type_in(pilot, "goto sigmoid/e")
        gate, first = corner(app, "sigmoid/e"), corner(app, "w0")
        await press(pilot, "z")
        assert corner(app, "sigmoid/e") == gate
        assert "▸ sigmoid" in text(app)
        await press(pilot, "z")
        assert corner(app, "sigmoid/e") == gate
        opened = corner(app, "w0")
        assert opened != first, "a frame takes room"
        await press(pilot, "z", "z")
        assert corner(app, "sigmoid/e") == gate
        assert corner(app, "w0") == opened
