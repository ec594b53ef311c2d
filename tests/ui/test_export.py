"""The picture goes to a file as it is on the screen; words for steps stay in the answer."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from graphtui.graph.graph import Graph
from tests.ui.conftest import SIZES, new_app, press, text, type_in


async def test_the_picture_is_written_with_what_is_folded_and_where_wires_lead(
    sigmoid: Graph, tmp_path: Path
) -> None:
    target = tmp_path / "a.svg"
    app = new_app(lambda: sigmoid)
    async with app.run_test(size=SIZES[1]) as pilot:
        await press(pilot, "n", "n", "X")
        assert ":export " in text(app)
        await press(pilot, "escape")
        await type_in(pilot, f"export {target}")
        whole = target.read_text(encoding="utf-8")
        root = ElementTree.fromstring(whole)
        assert float(root.attrib["width"]) > float(root.attrib["height"])
        await type_in(pilot, "fold all")
        await press(pilot, "F", "F")
        await type_in(pilot, f"export {target} dark")
        folded = target.read_text(encoding="utf-8")
    assert "sigmoid</text>" in folded
    assert "sigmoid</text>" not in whole
    root = ElementTree.fromstring(folded)
    assert float(root.attrib["width"]) < float(root.attrib["height"]), "the wires lead down"


@pytest.mark.parametrize("size", SIZES)
async def test_words_for_a_step_come_with_a_key_or_with_every_step(
    sigmoid: Graph, size: tuple[int, int]
) -> None:
    app = new_app(lambda: sigmoid)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "n", "x")
        assert "Multiply gate: 2 times -1 gives -2." in text(app)
        await type_in(pilot, "explain on")
        await press(pilot, "n", "n")
        assert "Step 3, forward of 'c': Add gate: -2 plus 6 gives 4." in text(app)
        await type_in(pilot, "explain off")
        await press(pilot, "n")
        assert "Add gate: 4" not in text(app)
