"""The lane view takes the place of the graph, follows what is looked at, and gives it back."""

from __future__ import annotations

import re

import pytest

from graphtui.graph.graph import Graph, node
from graphtui.ui import lane_view
from graphtui.ui.app import GraphtuiApp
from graphtui.ui.graph_view import ACROSS
from tests.ui.conftest import SIZES, new_app, press, rows, sigmoid_neuron, text, type_in

TITLES = "value  gradient      live"


def focus(app: GraphtuiApp) -> str:
    assert app.main.shown is not None
    return app.main.shown.snapshot.focus


def looked_at(app: GraphtuiApp) -> str:
    """The row with the mark of what is looked at."""
    (row,) = [row for row in rows(app) if row.startswith("│▸")]
    return row


def long_chain() -> Graph:
    """More rows than any screen of these tests."""
    chain = [node(f"n{i}", "tanh", [f"n{i - 1}" if i else "x"]) for i in range(200)]
    return Graph([node("x", "input", value=0.5), *chain])


@pytest.mark.parametrize("size", SIZES)
async def test_v_opens_and_closes_it(size: tuple[int, int]) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        before = text(app)
        for closing in ("v", "escape"):
            await press(pilot, "v")
            assert "4 lanes" in text(app)
            assert TITLES in text(app)
            assert "┤ × ├" not in text(app)
            await press(pilot, closing)
            assert text(app) == before


async def test_up_and_down_look_along_the_tape_and_move_no_cursor() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f", "n", "n", "v")
        seen = [focus(app)]
        for key in ("up", "up", "down"):
            await press(pilot, key)
            seen.append(focus(app))
            assert focus(app) in looked_at(app)
        assert seen == ["f", "sigmoid/d", "one", "sigmoid/d"]
        assert app.main.shown is not None
        assert app.main.shown.snapshot.cursor == 10


async def test_the_rows_follow_the_focus_and_the_cursor() -> None:
    app = new_app(long_chain)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "v")
        assert " x " in text(app)
        await type_in(pilot, "goto n150")
        assert "n150" in looked_at(app)
        await press(pilot, "n", "n")
        assert "n1 " in looked_at(app)
        assert looked_at(app).startswith("│▸▼")


async def test_it_scrolls_and_comes_back_without_looking_elsewhere() -> None:
    app = new_app(long_chain)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "v", "J", "J", "pagedown")
        assert focus(app) == "n0"
        assert "n0 " not in text(app)
        await press(pilot, "space")
        assert "n0 " in looked_at(app)
        await press(pilot, *["pagedown"] * 12)
        assert "n199" in text(app)


async def test_a_click_on_a_row_looks_at_its_node() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "v")
        row = next(y for y, each in enumerate(rows(app)) if " x1 " in each)
        await pilot.click(offset=(40, row))
        await pilot.pause()
        assert focus(app) == "x1"


async def test_beside_it_is_the_inspector_where_there_is_room() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "v", "n")
        assert "just computed" in text(app)
        assert TITLES in text(app)
        await press(pilot, "tab")
        assert "just computed" not in text(app)
        assert TITLES in text(app)


async def test_where_the_graph_is_hidden_it_comes_out() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        for hiding in ("tab", "j", "l"):
            await press(pilot, hiding)
            assert TITLES not in text(app)
            await press(pilot, "v")
            assert TITLES in text(app)
            await press(pilot, "v")


def many_at_once() -> Graph:
    """A value for every letter of a long word, all alive until they are added up."""
    made = [node(f"n{i}", "tanh", ["x"]) for i in range(60)]
    total = node("f", "stack", [each.name for each in made])
    return Graph([node("x", "input", value=0.5), *made, total])


async def test_lanes_for_which_there_is_no_room_are_reached_with_the_panning_keys() -> None:
    app = new_app(many_at_once)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "v")
        before = text(app)
        hidden = re.search(r"<(\d+) more", before)
        assert hidden is not None
        await press(pilot, "H")
        assert re.search(rf"<{int(hidden[1]) - ACROSS} more +{ACROSS} more>", text(app))
        await press(pilot, *["H"] * 9)
        assert "<" not in rows(app)[1]
        assert f"{hidden[1]} more>" in text(app)
        await press(pilot, *["L"] * 10)
        assert text(app) == before


async def test_a_large_graph_keeps_no_screen_waiting_for_its_lanes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lane_view, "AT_ONCE", 10)
    app = new_app(long_chain)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "v")
        assert TITLES in text(app)
        await type_in(pilot, "goto n150")
        assert "n150" in looked_at(app)


async def test_a_terminal_without_unicode_gets_bridges() -> None:
    app = new_app(sigmoid_neuron, ascii_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "v")
        assert text(app).isascii()
        assert ".-|-" in text(app)
