"""What belongs to the focus, by key: paths, what is around, and the marks of a search."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphtui.graph.load import load
from graphtui.ui.app import GraphtuiApp
from graphtui.ui.session_jobs import Shown
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.marks import FOUND
from tests.ui.conftest import SIZES, new_app, press, rows, sigmoid_neuron, text, type_in

EXAMPLES = Path(__file__).parents[2] / "examples"


def shown(app: GraphtuiApp) -> Shown:
    assert app.main.shown is not None
    return app.main.shown


@pytest.mark.parametrize("size", SIZES)
async def test_a_search_marks_what_it_finds_until_escape(size: tuple[int, int]) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await type_in(pilot, "find op:parameter")
        assert text(app).count(FOUND) == 3
        await press(pilot, "v")
        assert text(app).count(FOUND) == 3  # in the lanes
        await press(pilot, "escape")
        assert text(app).count(FOUND) == 3  # and in the picture again, when they are closed
        await press(pilot, "escape")
        assert FOUND not in text(app)
        await press(pilot, ">")
        assert text(app).count(FOUND) == 3
        await type_in(pilot, "find op:exp")
        assert shown(app).snapshot.matches == {"sigmoid/e"}


async def test_paths_are_lit_by_a_key_and_follow_the_focus() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        await type_in(pilot, "goto w1")
        await press(pilot, "W")
        assert "lie on paths from 'w1' to 'f'" in text(app)
        assert "╎ w0 ├┄" in text(app)
        assert "║ w1 ╟─" in text(app)
        await press(pilot, "up", "up")
        assert "╎ w1 ├┄" in text(app)
        await press(pilot, "W")
        assert "┄" not in text(app)


async def test_around_shows_a_part_and_everything_again() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        whole = shown(app).layout
        await type_in(pilot, "goto s")
        await type_in(pilot, "around 1")
        assert set(shown(app).scene.speaker) == {"c", "w2", "s", "sigmoid/n"}
        assert "⇢│" in text(app)
        await press(pilot, "A")
        assert shown(app).layout is whole
        await press(pilot, "A")
        assert "at most 3 boxes away from 's'" in text(app)


async def test_a_part_stays_until_a_wire_of_the_focus_leads_out_of_it() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        await type_in(pilot, "goto s")
        await type_in(pilot, "around 2")
        first = shown(app).layout
        await type_in(pilot, "goto sigmoid/n")
        assert shown(app).layout is first
        await type_in(pilot, "goto c")
        assert shown(app).layout is first
        await type_in(pilot, "goto sigmoid/e")  # it is read by what is not shown
        assert shown(app).layout is not first
        assert "sigmoid/d" in shown(app).scene.speaker


@pytest.mark.parametrize("size", SIZES)
async def test_a_part_is_there_at_every_step_and_from_every_distance(size: tuple[int, int]) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await type_in(pilot, "around 1")
        for _ in range(shown(app).snapshot.total):
            await press(pilot, "n")
            moment = shown(app)
            assert moment.scene.box_of[moment.snapshot.focus] in moment.scene.speaker
        for key in ("-", "-", "h", "left", "right", "+", "z", "W", "A"):
            await press(pilot, key)
        assert "Traceback" not in text(app)


@pytest.mark.parametrize("name", ["two_layer_svm.py", "custom_op.py", "fan_out.py"])
@pytest.mark.parametrize("size", SIZES)
async def test_the_window_never_moves_unless_the_focus_leaves_it(
    name: str, size: tuple[int, int]
) -> None:
    app = new_app(lambda: load(EXAMPLES / name), title=name)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        steps = shown(app).snapshot.total
        moves = 0
        for key in ["n"] * steps + ["p"] * steps:
            before = window(app)
            await press(pilot, key)
            moment = shown(app)
            key = moment.scene.box_of[moment.snapshot.focus]
            placed = moment.layout.placed[key]
            box = Window(placed.x, placed.y, *placed.extent)
            assert holds(window(app), box)
            if window(app)[:2] != before[:2]:  # an answer may take rows of it
                moves += 1
                assert not holds(before, box)
        assert (moves == 0) is (name == "fan_out.py")


def window(app: GraphtuiApp) -> Window:
    """The part of the drawing that is seen."""
    view = app.main.graph
    thumbs, size = view.thumbs, view.size
    return Window(thumbs["x"].first - 1, thumbs["y"].first - 1, size.width, size.height)


def holds(window: Window, box: Window) -> bool:
    """Whether all of a box is seen."""
    across = window.x <= box.x and box.x + box.width <= window.x + window.width
    return across and window.y <= box.y and box.y + box.height <= window.y + window.height


async def test_pointing_at_a_box_says_what_it_is_until_the_mouse_leaves_it() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "n")
        answer = rows(app)[-2]
        placed, seen = shown(app).layout.placed["w0"], window(app)
        region = app.main.graph.region
        at = (region.x + placed.x - seen.x + 1, region.y + placed.y - seen.y + 1)
        await pilot.hover(offset=at)
        await pilot.pause()
        assert rows(app)[-2].startswith("│ w0 · parameter · value 2.00 · gradient not yet")
        await pilot.hover(offset=(at[0], region.y))
        await pilot.pause()
        assert rows(app)[-2] == answer
        await pilot.hover(offset=at)
        await press(pilot, "n")  # what a command answers is seen at once
        assert "Step 2" in rows(app)[-2]
