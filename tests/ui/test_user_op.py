"""An op that a description defines, on the screen: stepped as any other, and where it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphtui.graph.load import load
from tests.ui.conftest import new_app, press, rows, text, type_in

LESSON = Path(__file__).parents[2] / "examples" / "custom_op.py"


async def test_it_is_stepped_as_any_other() -> None:
    app = new_app(lambda: load(LESSON))
    async with app.run_test(size=(120, 80)) as pilot:
        await press(pilot, "n", "n")
        assert "h = swish(z)" in text(app).replace(" (2, 3)", "")
        await type_in(pilot, "until h backward")
        seen = text(app)
        assert "swish_backward(upstream, h, z)" in seen
        assert "diagonal" in seen
        await type_in(pilot, "until z backward")
        assert "summed over axis 0: (2, 3) → (3,)" in text(app)
        await type_in(pilot, "restart")
        assert "step 0 of 9" in rows(app)[0]


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("os._exit(3)", "ended itself with exit code 3"),
        ("while True: pass", "was still at work after 0.3 s"),
        ("1 / 0", "ZeroDivisionError"),
        ("return (x, x)", "gave 2 gradients for 1 input"),
    ],
)
async def test_where_it_fails_the_past_can_be_looked_at(
    tmp_path: Path, deed: str, words: str
) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        "import os\nfrom graphtui import define_op, input\n"
        f"def vjp(upstream, y, x):\n    if x.sum() > 2:\n        {deed}\n    return upstream\n"
        "op = define_op('op', lambda x: 2 * x, vjp)\n"
        "x = input([0.5, 1.0])\ny = op(x)\nz = op(y)\nL = z.sum()\n"
    )
    app = new_app(lambda: load(path, timeout=0.3))
    async with app.run_test(size=(120, 40)) as pilot:
        await type_in(pilot, "continue")
        assert app.bug is None
        shown = app.main.shown
        assert shown is not None
        (fault,) = shown.snapshot.faults("z")
        assert words in fault.message
        assert "stopped here" in text(app)
        while shown.snapshot.cursor:
            await press(pilot, "p")
            shown = app.main.shown
            assert shown is not None
        assert app.bug is None
