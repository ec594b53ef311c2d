"""F turns the drawing: right, down, or as suits it; deep drawings flow down by themselves."""

from __future__ import annotations

import pytest

from graphtui.graph.graph import Graph, node
from graphtui.ui.app import GraphtuiApp
from graphtui.view.drawing.plan import Flow
from tests.ui.conftest import SIZES, new_app, press, sigmoid_neuron, text


def flow(app: GraphtuiApp) -> Flow:
    """Where the wires on the screen lead."""
    assert app.main.shown is not None
    return app.main.shown.layout.plan.flow


def deep() -> Graph:
    """More ranks than lead to the right."""
    chain = [node(f"n{i}", "tanh", [f"n{i - 1}" if i else "x"]) for i in range(60)]
    return Graph([node("x", "input", value=0.5), *chain])


@pytest.mark.parametrize("size", SIZES)
async def test_it_turns_and_comes_back(size: tuple[int, int]) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "f")
        turns = []
        for _ in range(3):
            await press(pilot, "F")
            turns.append(flow(app))
            assert "╔" in text(app) or "┏" in text(app), "the focused box is in sight"
        assert turns == [Flow.RIGHT, Flow.DOWN, Flow.RIGHT]
        assert "as suits the drawing" in text(app)


async def test_the_focused_box_stays_in_sight_and_up_and_down_follow_the_drawing() -> None:
    app = new_app(deep)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert flow(app) is Flow.DOWN
        assert "▼" in text(app)
        await press(pilot, "down", "down")
        assert app.main.shown is not None
        assert app.main.shown.snapshot.focus == "n2"
        await press(pilot, "F")
        assert flow(app) is Flow.RIGHT
        assert "▶" in text(app)
        assert "n2" in text(app)


async def test_a_saved_session_remembers_it() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "F", "F")
        kept = app.main.arrangement
    assert kept["flow"] == "down"
    other = new_app(sigmoid_neuron)
    async with other.run_test(size=(80, 24)) as pilot:
        other.main.arrange_as({"flow": "sideways"})
        other.main.arrange_as(kept)
        await pilot.pause()
        assert flow(other) is Flow.DOWN
