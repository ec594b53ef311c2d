"""The gradient profile by key: through rows, numbers and orders, to the worst, and to a node."""

from __future__ import annotations

import pytest

from graphtui.graph.graph import Graph
from graphtui.ui.app import GraphtuiApp
from graphtui.ui.panel_keys import PROFILE_KEYS
from graphtui.ui.profile_panel import ProfilePanel
from graphtui.ui.tensor_panel import TensorPanel
from graphtui.view.answers.profile_lines import Chart
from tests.debugger.test_profile import chain
from tests.ui.conftest import new_app, press, rows, text, type_in


def ten() -> Graph:
    return chain(10)


def panel(app: GraphtuiApp) -> ProfilePanel:
    assert isinstance(app.main.in_front, ProfilePanel)
    return app.main.in_front


def drawn(app: GraphtuiApp) -> Chart:
    found = panel(app).chart
    assert found is not None
    return found


def selected(app: GraphtuiApp) -> str:
    (row,) = (row for row in rows(app) if "▸ " in row)
    assert drawn(app).rows[panel(app).selected].name in row
    return drawn(app).rows[panel(app).selected].name


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)])
async def test_it_opens_fits_and_closes(size: tuple[int, int]) -> None:
    app = new_app(ten)
    async with app.run_test(size=size) as pilot:
        for key in ("P", "q", "escape"):
            await press(pilot, "P")
            assert "|gradient|" in text(app)
            assert "not yet" in text(app)
            assert all(len(row) == size[0] for row in rows(app))
            await press(pilot, key)
            assert app.main.in_front is None


async def test_every_key_does_something() -> None:
    app = new_app(ten)
    closing = {"close", "look", "numbers", "rate"}
    keys = [key for row in PROFILE_KEYS for key in row.keys if row.name not in closing]
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "B", "P", *keys)
        assert panel(app)
        assert not panel(app).take_key("n")


async def test_a_vanishing_chain_is_seen_and_the_worst_is_a_key_away() -> None:
    app = new_app(ten)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "B", "P")
        lengths = [row.count("█") for row in rows(app)[3:19]]
        assert lengths == sorted(lengths)
        assert lengths[0] < lengths[-1]
        await press(pilot, "end")
        assert selected(app) == "L"
        await press(pilot, "w")
        assert selected(app) == "x"
        assert "Worst by |gradient|: 'x'." in text(app)
        await press(pilot, "down", "down", "pagedown", "up")
        assert selected(app) == "z8"
        await press(pilot, "w", "down", "enter")
        assert app.main.in_front is None
        assert app.main.shown is not None
        assert app.main.shown.snapshot.focus == "z0"


async def test_numbers_orders_and_groups() -> None:
    app = new_app(ten)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "B", "P", "down", "o")
        assert (drawn(app).order, selected(app)) == ("worst", "z0")
        await press(pilot, "o", "o", "tab")
        assert (drawn(app).order, drawn(app).column.name) == ("smallest", "value")
        assert "|value|: root mean square of the value; bad is far from 1." in text(app)
        await press(pilot, "shift+tab", "o", "z")
        assert len(drawn(app).rows) == 12
        assert "layer3" in text(app)
        await press(pilot, "z")
        assert len(drawn(app).rows) == 22
        await type_in(pilot, "profile saturated largest")
        assert (drawn(app).column.name, drawn(app).order) == ("saturated", "largest")
        await press(pilot, "w")
        assert "Nothing here is bad by this number." in text(app)


async def test_the_learning_rate_is_typed_and_said() -> None:
    app = new_app(ten)
    async with app.run_test(size=(120, 30)) as pilot:
        await press(pilot, "B", "P", "e")
        assert ":profile update depth rate 0.01" in text(app)
        await pilot.press("backspace", "0", "1", "enter")
        await press(pilot)
        assert "learning rate 0.001" in text(app)
        await press(pilot, "p", "n")
        assert drawn(app).profile.learning_rate == 0.001
        await type_in(pilot, "profile update")
        assert "learning rate 0.01 " in text(app)


async def test_it_follows_the_timeline() -> None:
    app = new_app(ten)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "P", "down")
        assert drawn(app).scale is None
        await press(pilot, "B")
        assert drawn(app).scale is not None
        assert selected(app) == "z0"
        await press(pilot, "R")
        assert drawn(app).scale is None


async def test_the_array_of_a_row_is_opened_and_the_profile_comes_back() -> None:
    app = new_app(ten)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "B", "P", "down", "t")
        assert isinstance(app.main.in_front, TensorPanel)
        assert "z0 value" in text(app)
        await press(pilot, "p", "escape")
        assert selected(app) == "z0"
        await press(pilot, "escape")
        assert app.main.in_front is None


async def test_a_click_selects_and_a_second_one_looks() -> None:
    app = new_app(ten)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "B", "P")
        await pilot.click(ProfilePanel, offset=(5, 4))
        assert selected(app) == "h0"
        await pilot.click(ProfilePanel, offset=(5, 5), times=2)
        await pilot.pause()
        assert app.main.shown is not None
        assert app.main.shown.snapshot.focus == "z1"
