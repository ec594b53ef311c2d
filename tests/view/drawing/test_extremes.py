"""Shapes that break drawings, and the same text everywhere: never an exception, never a freeze."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.view.drawing.boxes import Box, Window, Wire
from graphtui.view.drawing.frame import draw
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.marks import Marks
from graphtui.view.drawing.plan import Flow
from graphtui.view.text.lines import plain
from graphtui.view.text.safe_text import safe_text
from tests.bench.families import EXTREMES, FAMILIES, Tape
from tests.view.drawing.reading import cells, check_part

ROOT = Path(__file__).parents[3]
SECONDS = 20.0
"""Far more than any of these takes, and far less than for ever."""


def laid_out(tape: Tape, flow: Flow | None = None) -> Layout:
    """The layout, in bounded time."""
    start = process_time()
    layout = lay_out(tape.boxes(), tape.wires(), flow)
    assert process_time() - start < SECONDS
    return layout


def look_around(layout: Layout) -> None:
    """Frames at the corners, in the middle and outside, of every size down to nothing."""
    start = process_time()
    places = [(0, 0), (layout.width // 2, layout.height // 2), (layout.width, layout.height)]
    for x, y in [*places, (-1_000, -1_000), (10**9, 10**9), (-3, layout.height - 2)]:
        for width, height in ((200, 60), (1, 1), (0, 0), (1, 40), (40, 1), (-1, -1)):
            lines = draw(layout, None, Window(x, y, width, height))
            assert len(lines) == max(height, 0)
            assert all(len(row) <= max(width, 0) for row in plain(lines).split("\n"))
    assert process_time() - start < SECONDS


@pytest.mark.parametrize(
    ("name", "size", "flow"),
    [
        ("chain", 100_000, None),
        ("wide", 99_000, Flow.RIGHT),
        ("wide", 9_000, Flow.DOWN),
        ("skips", 2_000, Flow.RIGHT),
        ("skips", 2_000, Flow.DOWN),
    ],
)
def test_a_shape_that_breaks_layouts(name: str, size: int, flow: Flow | None) -> None:
    layout = laid_out(EXTREMES[name](size), flow)
    look_around(layout)
    ranks = layout.rank_start[1:] - layout.rank_start[:-1]
    assert {"chain": ranks.max() == 1, "wide": ranks.max() == size // 3, "skips": True}[name]


@pytest.mark.parametrize("flow", [*Flow, None])
def test_next_to_nothing(flow: Flow | None) -> None:
    for boxes in ([], [Box("x", "x")], [Box("", "", 0, "op", 0, True)]):
        layout = lay_out(boxes, [], flow)
        look_around(layout)
        assert len(draw(layout)) == layout.height


@pytest.mark.parametrize("flow", list(Flow))
def test_enormous_names(flow: Flow) -> None:
    names = ["n" * 5_000, "漢字" * 2_000, "\u0301" * 300 + "e", "\x1b[2J" * 100]
    boxes = [Box(name, safe_text(name), int(number > 0)) for number, name in enumerate(names)]
    wires = [Wire(source, target) for source, target in pairwise(names)]
    layout = lay_out(boxes, wires, flow)
    look_around(layout)
    text = plain(draw(layout))
    assert "n" * 5_000 in text
    assert "\x1b" not in text


def test_an_operand_that_is_missing_and_one_that_is_used_a_thousand_times() -> None:
    boxes = [Box("x", "x"), Box("half", "+", 2), Box("cat", "cat", 1_000)]
    wires = [Wire("x", "half", 1), *(Wire("x", "cat", slot) for slot in range(1_000))]
    for flow in Flow:
        layout = lay_out(boxes, wires, flow)
        look_around(layout)
        arrow = "▶" if flow is Flow.RIGHT else "▼"
        assert plain(draw(layout)).count(arrow) == 1_001


# The same everywhere


def digest(name: str, size: int, flow: Flow, seed: int) -> str:
    """What the picture comes to, the boxes and wires given in some order."""
    tape = (FAMILIES | EXTREMES)[name](size)
    boxes, wires = tape.boxes(), tape.wires()
    random.Random(seed).shuffle(boxes)
    random.Random(seed).shuffle(wires)
    layout = lay_out(boxes, wires, flow)
    marks = Marks(values={box.key: "1.00" for box in boxes})
    window = Window(layout.width // 3, layout.height // 3, 300, 300)
    return hashlib.sha256(plain(draw(layout, marks, window)).encode()).hexdigest()


PICTURES = [
    ("lstm", 300),
    ("mlp_scalar", 300),
    ("random", 300),
    ("transformer", 3_000),
    ("skips", 300),
]

PRINT = """
from tests.view.drawing.test_extremes import PICTURES, digest
from graphtui.view.drawing.plan import Flow
import sys
print(*[digest(*each, flow, int(sys.argv[1])) for each in PICTURES for flow in Flow])
"""


def test_the_same_graph_gives_the_same_text_whatever_the_order_and_the_process() -> None:
    here = [digest(*each, flow, 1) for each in PICTURES for flow in Flow]
    for hash_seed in ("1", "2"):
        found = subprocess.run(
            [sys.executable, "-c", PRINT, hash_seed],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        ).stdout.split()
        assert found == here


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(list(Flow)), st.booleans())
def test_windows_show_their_part_of_the_whole(seed: int, flow: Flow, search: bool) -> None:
    rng = random.Random(seed)
    tape = FAMILIES[rng.choice(list(FAMILIES))](30)
    layout = lay_out(tape.boxes(), tape.wires(), flow, search=search)
    window = Window(rng.randrange(layout.width), rng.randrange(layout.height), 30, 10)
    whole = cells(plain(draw(layout)).split("\n"))
    check_part(plain(draw(layout, None, window)).split("\n"), whole, window)
