"""The Jacobian lens on the screen: typed for an edge, by key for the next, panned, drawn."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.graph.graph import Graph, node
from graphtui.ui.lens_view import LensView
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
