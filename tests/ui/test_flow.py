"""F turns the drawing: right, down, or as suits it; deep drawings flow down by themselves."""

from __future__ import annotations

import pytest

from graphtui.graph.graph import Graph, node
from graphtui.ui.app import GraphtuiApp
from graphtui.view.drawing.plan import Flow
from tests.ui.conftest import SIZES, new_app, press, sigmoid_neuron, text, type_in


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


async def test_a_drawing_that_flows_down_goes_on_so_when_something_is_folded() -> None:
    steps = [node("x", "input", value=0.5)]
    for number in range(220):
        steps += [
            node(f"cell{number}/a", "sin", [steps[-1].name], group=f"cell{number}"),
            node(f"cell{number}/b", "cos", [f"cell{number}/a"], group=f"cell{number}"),
        ]
    app = new_app(lambda: Graph(steps))
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "n")
        assert flow(app) is Flow.DOWN
        layout = app.main.shown and app.main.shown.layout
        for command in ("fold cell3", "fold all", "around 1", "around off"):
            await type_in(pilot, command)
            assert flow(app) is Flow.DOWN, command
        await type_in(pilot, "unfold all")
        assert app.main.shown is not None
        assert app.main.shown.layout is layout, "it is drawn once"
        await press(pilot, "F")
        assert flow(app) is Flow.RIGHT
        await press(pilot, "F", "F")
        assert flow(app) is Flow.DOWN
