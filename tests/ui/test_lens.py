"""The Jacobian lens on the screen: typed for an edge, by key for the next, panned, drawn."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.graph.graph import Graph, node
from graphtui.ui.lens_view import LensView
from graphtui.ui.panel_keys import LENS_KEYS
from graphtui.ui.theme import ANSI, DARK
from tests.ui.conftest import new_app, press, rows, text, type_in


def product() -> Graph:
    draw = np.random.default_rng(0)
    return Graph(
        [
            node("X", "input", value=draw.normal(size=(64, 100))),
            node("W", "parameter", value=draw.normal(size=(100, 10))),
            node("H", "matmul", ["X", "W"]),
            node("r", "relu", ["H"]),
            node("L", "sum", ["r"]),
        ]
    )


@pytest.mark.parametrize("theme", [DARK, ANSI])
@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)])
async def test_an_edge_is_typed_and_the_next_is_a_key_away(
    size: tuple[int, int], theme: str
) -> None:
    app = new_app(product, theme=theme)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "B")
        await type_in(pilot, "jacobian H.W")
        assert app.main.wanted.lens
        assert "∂H/∂W" in text(app)
        assert "dW = Xᵀ · dH   (100,64)·(64,10) → (100,10)" in text(app)
        assert app.main.shown is not None
        assert app.main.shown.snapshot.focus == "H"
        await type_in(pilot, "jacobian H")
        assert "dX = dH · Wᵀ   (64,10)·(10,100) → (64,100)" in text(app)
        assert ("╋" in text(app)) == (size[1] > 18)  # a small screen has the numbers alone
        assert all(len(each) == size[0] for each in rows(app))
        await press(pilot, "j")
        assert "∂H/∂W" in text(app)
        await press(pilot, "j")
        assert not app.main.wanted.lens


async def test_the_window_is_panned_and_says_which_derivative_comes_first() -> None:
    app = new_app(product)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "B")
        await type_in(pilot, "jacobian H.X")
        assert "first ∂H[0, 0]/∂X[0, 0]" in text(app)

        assert "Σⱼ dH[i, j] W[k, j]" in text(app)
        await press(pilot, *"JJJLL")
        assert "first ∂H[0, 3]/∂X[0, 2]" in text(app)


async def test_before_its_step_there_is_none() -> None:
    app = new_app(product)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "jacobian H.X")
        assert "not yet" in text(app)
        assert "∂H/∂X is not there yet" in text(app)


async def test_a_click_on_the_picture_moves_the_window_there() -> None:
    app = new_app(product)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "B")
        await type_in(pilot, "jacobian r")
        (top,) = (y for y, row in enumerate(rows(app)) if "╋" in row)
        await pilot.click(LensView, offset=(1 + 5, top - 1 + 2))
        await pilot.pause()
        assert "first ∂r[0, 0]" not in text(app)
        (marked,) = (y for y, row in enumerate(rows(app)) if "╋" in row)
        assert marked == top + 2
        await pilot.click(LensView, offset=(70, top))
        assert "first ∂r[0, 0]" not in text(app)


async def test_the_window_is_turned_like_a_page_and_never_gets_stuck_beyond_the_end() -> None:
    app = new_app(product)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "B")
        await type_in(pilot, "jacobian H.X")
        await press(pilot, "right_square_bracket")
        assert "first ∂H[0, 0]/∂X" not in text(app)
        await press(pilot, "left_square_bracket", "ctrl+right")
        assert "first ∂H[0, 0]/∂X[0, 0]" not in text(app)
        assert "first ∂H[0, 0]/∂X[0, " in text(app)
        await press(pilot, "home")
        assert "first ∂H[0, 0]/∂X[0, 0]" in text(app)
        await press(pilot, "end")
        assert "639 of 640" in text(app)
        before = text(app)
        await press(pilot, "K")
        assert text(app) != before
        assert "638 of 640" in text(app)


async def test_an_entry_is_gone_to_by_its_indices() -> None:
    app = new_app(product)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "B")
        await type_in(pilot, "jacobian H.X [7, 2] [7, 50]")
        weight = float(product().nodes["W"].value[50, 2])  # type: ignore[index]
        assert f"∂H[7, 2]/∂X[7, 50] = {weight}" in text(app)
        await press(pilot, "g")
        assert ":jacobian H.1 [7, 2] [7, 50]" in text(app)
        await press(pilot, "escape", "J")
        assert "first ∂H[7, 3]/∂X[7, 50]" in text(app)
        await type_in(pilot, "jacobian H.X [7, 10] [0, 0]")
        assert "axis 1 of 'H' has 10 elements." in text(app)


async def test_of_a_leaf_the_lens_leads_to_where_its_gradient_comes_from() -> None:
    def twice() -> Graph:
        return Graph(
            [
                node("w", "parameter", value=2.0),
                node("my square", "multiply", ["w", "w"]),
                node("e", "exp", ["my square"]),
            ]
        )

    app = new_app(twice)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "B")
        await type_in(pilot, "goto w")
        await press(pilot, "j")
        assert "it comes through 2 edges" in text(app)
        assert "▸ ∂my square/∂w  multiply scalar, input 1" in text(app)
        await press(pilot, "j")
        assert "▸ ∂my square/∂w  multiply scalar, input 2" in text(app)
        await press(pilot, "enter")
        assert "input 2 of 2" in text(app)
        assert app.main.shown is not None
        assert app.main.shown.snapshot.focus == "my square"
        await type_in(pilot, "goto w")
        await press(pilot, "j", "j")
        assert not app.main.wanted.lens


async def test_what_is_not_there_yet_is_a_key_away() -> None:
    app = new_app(product)
    async with app.run_test(size=(100, 30)) as pilot:
        await type_in(pilot, "goto r")
        await press(pilot, "j")
        assert "enter goes there" in text(app)
        await press(pilot, "enter")
        assert "∂r/∂H" in text(app)


def test_keys_of_the_lens_are_told_apart_and_every_one_has_words() -> None:
    keys = [key for row in LENS_KEYS for key in row.keys]
    assert len(set(keys)) == len(keys)
    assert all(row.help and hasattr(LensView, row.name) for row in LENS_KEYS)
