"""Folding, opening and showing a part while the picture is seen from any distance."""

from __future__ import annotations

import pytest

from graphtui.graph.load import load
from graphtui.ui.app import GraphtuiApp
from tests.ui.conftest import new_app, press, type_in

DISTANCES = {"boxes": (), "rows": ("minus",), "overview": ("minus", "minus")}


def three_layers() -> GraphtuiApp:
    return new_app(lambda: load("examples/three_layer.py"))


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("flow", ["right", "down"])
async def test_what_is_drawn_changes_while_it_is_seen_from_there(distance: str, flow: str) -> None:
    app = three_layers()
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, *(["F", "F"] if flow == "down" else ["F"]), *DISTANCES[distance])
        for command in ("fold", "fold all", "around 1", "unfold all", "around off"):
            await type_in(pilot, command)
            assert app.main.shown is not None
            await press(pilot, "n", "z", "Z", "z", "A", "A", "n", "space")
        await type_in(pilot, "unfold all")
        await type_in(pilot, "goto L")
        shown = app.main.shown
        assert shown is not None
        assert shown.snapshot.focus == "L"
        assert not app._exception, "the program has not ended"
