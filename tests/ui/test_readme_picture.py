"""The picture in the README is the real screen: `UPDATE_README=1` draws it anew."""

from __future__ import annotations

import os
from pathlib import Path

from graphtui.graph.load import load
from tests.ui.conftest import new_app, press

ROOT = Path(__file__).parent.parent.parent
PICTURE = ROOT / "docs" / "sigmoid.svg"
WIDE_ENOUGH_FOR_THE_WHOLE_NEURON = (160, 28)


async def test_the_picture_is_that_of_the_real_screen() -> None:
    app = new_app(lambda: load(ROOT / "examples" / "sigmoid.py"))
    async with app.run_test(size=WIDE_ENOUGH_FOR_THE_WHOLE_NEURON) as pilot:
        await press(pilot, "B", *["p"] * 5)
        drawn = app.export_screenshot(title="graphtui examples/sigmoid.py")
    if os.environ.get("UPDATE_README"):
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(drawn, encoding="utf-8")
    # The difference of two pictures says nothing to a reader; the goldens beside this do.
    same = PICTURE.read_text(encoding="utf-8") == drawn
    assert same, "docs/sigmoid.svg is not today's screen; UPDATE_README=1 draws it anew"
