"""The picture can be read back: it shows the wires that were asked for, and nothing else."""

from __future__ import annotations

import random

import pytest

from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.frame import draw
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.marks import Marks
from graphtui.view.drawing.plan import Flow
from graphtui.view.text.lines import plain
from tests.bench.families import EXTREMES, FAMILIES
from tests.view.drawing.reading import cells, check_texts, expected, read_back

FLOWS = (Flow.RIGHT, Flow.DOWN)


def random_dag(seed: int) -> tuple[list[Box], list[Wire]]:
    """Up to 60 boxes with up to 4 operands, repeated ones, loose ends and long skips included."""
    rng = random.Random(seed)
    boxes: list[Box] = []
    wires: list[Wire] = []
    reach = rng.choice((3, 8, 60))
    for number in range(rng.randint(1, 60)):
        inputs = rng.choice((0, 1, 1, 2, 2, 2, 3, 4)) if number else 0
        kind = rng.choice(("op", "group")) if inputs else "leaf"
        label = rng.choice(("+", "*", "x0", "exp", "softmax", "漢字"))
        box = Box(f"n{number}", label, inputs, kind, rng.choice((6, 8, 12)), rng.random() < 0.1)
        boxes.append(box)
        for slot in range(inputs):
            if rng.random() < 0.97:
                source = rng.randint(max(0, number - reach), number - 1)
                wires.append(Wire(f"n{source}", box.key, slot))
    return boxes, wires


def numbers_of(layout: Layout) -> dict[str, tuple[str, str]]:
    """Some numbers on every wire."""
    return {
        box.key: (f"{(-1) ** n * n / 8:.4g}"[:6], f"{(-1) ** (n // 2) * n / 10:.4g}"[:6])
        for n, box in enumerate(layout.plan.boxes)
    }


def check(layout: Layout) -> None:
    numbers = numbers_of(layout)
    marks = Marks(
        values={key: both[0] for key, both in numbers.items()},
        gradients={key: both[1] for key, both in numbers.items()},
    )
    rows = plain(draw(layout, marks)).split("\n")
    assert len(rows) == max(layout.height, 1)
    grid = cells(rows)
    assert all(x < layout.width for x, _ in grid)
    assert read_back(layout, grid) == expected(layout)
    check_texts(layout, grid, numbers)


@pytest.mark.parametrize("block", range(10))
def test_a_thousand_random_graphs(block: int) -> None:
    for seed in range(100 * block, 100 * (block + 1)):
        graph = random_dag(seed)
        check(lay_out(*graph, FLOWS[seed % 2], search=seed % 16 < 2))


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.value)
@pytest.mark.parametrize("search", [True, False], ids=["search", "fast"])
@pytest.mark.parametrize("name", FAMILIES)
def test_a_family(name: str, search: bool, flow: Flow) -> None:
    for size in (30, 300):
        tape = FAMILIES[name](size)
        check(lay_out(tape.boxes(), tape.wires(), flow, search=search))


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.value)
@pytest.mark.parametrize("name", FAMILIES)
def test_a_large_family(name: str, flow: Flow) -> None:
    tape = FAMILIES[name](3_000)
    check(lay_out(tape.boxes(), tape.wires(), flow))


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.value)
@pytest.mark.parametrize("name", EXTREMES)
def test_an_extreme(name: str, flow: Flow) -> None:
    tape = EXTREMES[name](300)
    check(lay_out(tape.boxes(), tape.wires(), flow))
    check(lay_out(tape.boxes(), tape.wires(), flow, search=False))
