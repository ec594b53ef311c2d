"""Laws of the layout: where boxes may and may not be. What wires do is read back elsewhere."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.frame import draw
from graphtui.view.drawing.laying_out import DEEP, lay_out
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.placed import Placed
from graphtui.view.drawing.plan import Flow
from graphtui.view.text.lines import plain

ROOT = Path(__file__).parents[3]
few = settings(max_examples=25, deadline=None)


@st.composite
def dags(draw: st.DrawFn) -> tuple[list[Box], list[Wire]]:
    """Up to 40 boxes with up to 4 operands, repeated ones included; loose ends too."""
    boxes: list[Box] = []
    wires: list[Wire] = []
    for number in range(draw(st.integers(0, 40))):
        inputs = draw(st.integers(0, 4)) if number else 0
        label = draw(st.sampled_from(["+", "*", "x0", "exp", "softmax", "漢字"]))
        kind = draw(st.sampled_from(["op", "group"])) if inputs else "leaf"
        gap = draw(st.sampled_from([0, 1, 6, 8]))
        boxes.append(Box(f"n{number}", label, inputs, kind, gap, draw(st.booleans())))
        near = draw(st.integers(0, number - 1)) if number else 0
        for slot in range(inputs):
            wires.append(Wire(f"n{draw(st.integers(near, number - 1))}", f"n{number}", slot))
    return boxes, wires


def shown(layout: Layout) -> tuple[str, dict[str, Placed]]:
    """All that can be seen of a layout."""
    return plain(draw(layout)), dict(layout.placed)


@few
@given(dags())
def test_every_wire_goes_to_a_later_rank(graph: tuple[list[Box], list[Wire]]) -> None:
    layout = lay_out(*graph)
    for wire in layout.wires:
        source, target = layout.placed[wire.source], layout.placed[wire.target]
        assert source.rank < target.rank
        assert source.x + source.width < target.x


@few
@given(dags())
def test_boxes_never_overlap_and_stay_inside(graph: tuple[list[Box], list[Wire]]) -> None:
    layout = lay_out(*graph)
    assert sorted(layout.placed) == sorted(box.key for box in graph[0])
    cells = [
        (x, y)
        for placed in layout.placed.values()
        for x in range(placed.x, placed.x + placed.width)
        for y in range(placed.y, placed.y + placed.height)
    ]
    assert len(cells) == len(set(cells))
    assert all(0 <= x < layout.width and 0 <= y < layout.height for x, y in cells)


@few
@given(dags(), st.integers(0, 99))
def test_the_order_of_the_arguments_makes_no_difference(
    graph: tuple[list[Box], list[Wire]], seed: int
) -> None:
    boxes, wires = graph
    expected = shown(lay_out(boxes, wires))
    shuffled_boxes, shuffled_wires = boxes.copy(), wires.copy()
    random.Random(seed).shuffle(shuffled_boxes)
    random.Random(seed).shuffle(shuffled_wires)
    assert shown(lay_out(shuffled_boxes, shuffled_wires)) == expected


@few
@given(dags())
def test_a_hit_finds_the_box_and_only_the_box(graph: tuple[list[Box], list[Wire]]) -> None:
    layout = lay_out(*graph)
    for key, placed in layout.placed.items():
        assert layout.at(placed.x, placed.y) == key
        assert layout.at(*placed.output) == key
        assert layout.at(placed.x, placed.y + placed.height) != key
        assert layout.at(placed.x - 1, placed.y) != key


def test_nothing_at_all() -> None:
    layout = lay_out([], [])
    assert (layout.width, layout.height, dict(layout.placed)) == (0, 0, {})
    assert draw(layout) == []
    assert layout.at(0, 0) is None


def test_one_box_takes_its_own_room_and_that_of_its_numbers() -> None:
    layout = lay_out([Box("x", "x", kind="leaf", gap=6)], [])
    assert (layout.width, layout.height) == (11, 3)


def test_a_cycle_is_a_bug_of_the_caller() -> None:
    with pytest.raises(AssertionError, match="cycle"):
        lay_out([Box("a", "a", 1), Box("b", "b", 1)], [Wire("a", "b"), Wire("b", "a")])


def test_two_wires_to_one_operand_are_a_bug_of_the_caller() -> None:
    with pytest.raises(AssertionError, match="two wires"):
        lay_out([Box("a", "a"), Box("b", "b", 1)], [Wire("a", "b"), Wire("a", "b")])


def test_a_parameter_stands_beside_the_box_that_comes_before_its_use() -> None:
    boxes = [Box("x", "x", kind="leaf"), Box("b", "b", kind="leaf")]
    boxes += [Box("e", "exp", 1), Box("s", "+", 2)]
    layout = lay_out(boxes, [Wire("x", "e"), Wire("e", "s", 0), Wire("b", "s", 1)])
    assert layout.placed["b"].rank == layout.placed["e"].rank == 1


def test_the_main_line_of_the_data_is_straight() -> None:
    boxes = [Box("x", "x", kind="leaf"), *(Box(f"e{i}", "exp", 1) for i in range(5))]
    boxes += [Box("skip", "+", 2)]
    chain = [Wire("x", "e0"), *(Wire(f"e{i}", f"e{i + 1}") for i in range(4))]
    layout = lay_out(boxes, [*chain, Wire("e4", "skip", 0), Wire("x", "skip", 1)])
    assert len({layout.placed[wire.source].output.y for wire in chain}) == 1
    assert layout.placed["skip"].input(0).y == layout.placed["e4"].output.y


def test_a_wide_rank_and_a_wide_concatenation() -> None:
    leaves = [Box(f"x{i:03}", "x", kind="leaf") for i in range(200)]
    wires = [Wire(leaf.key, "c", slot) for slot, leaf in enumerate(leaves)]
    layout = lay_out([*leaves, Box("c", "cat", 200)], wires)
    rows = [layout.placed[leaf.key].y for leaf in leaves]
    assert rows == sorted(rows), "operands stand in their order"
    assert layout.height <= 4 * 200


FIVE_THOUSAND = """
import sys
sys.setrecursionlimit(120)
from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.drawing.frame import draw
chain = [Box("n00000", "x", kind="leaf"), *(Box(f"n{i:05}", "*", 2) for i in range(1, 5000))]
wires = [Wire(f"n{i:05}", f"n{i + 1:05}", slot) for i in range(4999) for slot in (0, 1)]
layout = lay_out(chain, wires)
assert {placed.rank for placed in layout.placed.values()} == set(range(5000))
assert len(draw(layout)) == layout.height == 5
"""


def test_a_chain_of_5000_boxes_needs_no_stack() -> None:
    subprocess.run([sys.executable, "-c", FIVE_THOUSAND], check=True, cwd=ROOT)


HASHED = """
import random
from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.text.lines import plain
from graphtui.view.drawing.frame import draw
rng = random.Random(5)
boxes = [Box(f"n{i}", "op", min(i, i % 3)) for i in range(40)]
wires = [Wire(f"n{rng.randrange(i)}", f"n{i}", s) for i in range(40) for s in range(min(i, i % 3))]
print(plain(draw(lay_out(boxes, wires))))
"""


def test_the_same_graph_gives_the_same_picture_in_every_process() -> None:
    pictures = [
        subprocess.run(
            [sys.executable, "-c", HASHED],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in ("1", "2")
    ]
    assert pictures[0] == pictures[1]
    assert pictures[0].count("▶".encode()) > 30


@pytest.mark.parametrize("flow", list(Flow))
def test_a_box_leads_to_the_next_one_in_every_direction(flow: Flow) -> None:
    boxes = [Box("a", "a"), Box("b", "b"), Box("c", "+", 2), Box("d", "exp", 1)]
    layout = lay_out(boxes, [Wire("a", "c", 0), Wire("b", "c", 1), Wire("c", "d")], flow)

    def go(key: str, along: int, beside: int) -> str | None:
        return layout.towards(key, *((along, beside) if flow is Flow.RIGHT else (beside, along)))

    assert (go("a", 0, 1), go("b", 0, -1), go("a", 1, 0)) == ("b", "a", "c")
    assert (go("c", 1, 0), go("d", -1, 0)) == ("d", "c")
    assert (go("c", -1, 0) or "") in "ab"
    assert (go("a", 0, -1), go("a", -1, 0), go("d", 1, 0)) == (None, None, None)


def test_a_deep_drawing_flows_down_unless_it_is_told_where_to() -> None:
    def chain(ranks: int) -> tuple[list[Box], list[Wire]]:
        boxes = [Box(f"n{i:02}", "exp", int(i > 0)) for i in range(ranks)]
        return boxes, [Wire(f"n{i:02}", f"n{i + 1:02}") for i in range(ranks - 1)]

    assert lay_out(*chain(DEEP), None).plan.flow is Flow.RIGHT
    assert lay_out(*chain(DEEP + 1), None).plan.flow is Flow.DOWN
    assert lay_out(*chain(DEEP + 1)).plan.flow is Flow.RIGHT
    assert lay_out(*chain(3), Flow.DOWN).plan.flow is Flow.DOWN
