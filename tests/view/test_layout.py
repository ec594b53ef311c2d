"""Laws of the layout: where boxes and wires may and may not be."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.view.layout import Box, Layout, Wire, lay_out

ROOT = Path(__file__).parents[2]
fifty = settings(max_examples=50, deadline=None)


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


def wire_cells(layout: Layout) -> Iterator[tuple[str, str, int, int]]:
    """(value, "across" or "along", x, y) for every cell that a route passes, ports left out."""
    for key, hops in layout.routes.items():
        cells: set[tuple[str, int, int]] = set()
        for hop in hops:
            x, y = hop.x, hop.y
            if hop.bend:
                cells |= {("across", column, y) for column in range(x, hop.bend.x + 1)}
                cells |= {("along", hop.bend.x, row) for row in between(y, hop.bend.y)}
                x, y = hop.bend
            cells |= {("across", column, y) for column in range(x, hop.track + 1)}
            for tap in hop.taps:
                if tap.y != y:
                    cells |= {("along", hop.track, row) for row in between(y, tap.y)}
                cells |= {("across", column, tap.y) for column in range(hop.track, tap.x + 1)}
        port = layout.placed[key].output
        for way, x, y in sorted(cells):
            if (x, y) != port:
                yield key, way, x, y


def between(a: int, b: int) -> range:
    return range(min(a, b), max(a, b) + 1)


@fifty
@given(dags())
def test_every_wire_goes_to_a_later_rank(graph: tuple[list[Box], list[Wire]]) -> None:
    layout = lay_out(*graph)
    for wire in layout.wires:
        source, target = layout.placed[wire.source], layout.placed[wire.target]
        assert source.rank < target.rank
        assert source.x + source.width < target.x


@fifty
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


@fifty
@given(dags())
def test_no_wire_runs_through_a_box_or_a_number(graph: tuple[list[Box], list[Wire]]) -> None:
    layout = lay_out(*graph)
    taken = {
        (x, y)
        for placed in layout.placed.values()
        for x in range(placed.x, placed.x + placed.width)
        for y in range(placed.y, placed.y + placed.height)
    }
    for placed in layout.placed.values():
        port = placed.output
        for x in range(port.x + 1, port.x + 1 + placed.box.gap):
            for y in (port.y - 1, port.y + 1):
                assert (x, y) not in taken, "the room for two boxes' numbers is shared"
                assert 0 <= x < layout.width
                assert 0 <= y < layout.height
                taken.add((x, y))
    for key, _, x, y in wire_cells(layout):
        assert (x, y) not in taken, f"the wire of {key} covers something at {x, y}"
        assert 0 <= x < layout.width
        assert 0 <= y < layout.height


@fifty
@given(dags())
def test_wires_of_different_values_only_cross(graph: tuple[list[Box], list[Wire]]) -> None:
    layout = lay_out(*graph)
    owners: dict[tuple[str, int, int], str] = {}
    ends = {(h.track, t.y) for hops in layout.routes.values() for h in hops for t in h.taps}
    for key, way, x, y in wire_cells(layout):
        assert owners.setdefault((way, x, y), key) == key
        other = "along" if way == "across" else "across"
        if owners.get((other, x, y), key) != key:
            assert (x, y) not in ends, f"{key} turns on a wire of another value at {x, y}"


@fifty
@given(dags())
def test_a_wire_ends_before_the_port_of_its_operand(graph: tuple[list[Box], list[Wire]]) -> None:
    layout = lay_out(*graph)
    taps = {
        tap.wire: (tap.x + 1, tap.y)
        for hops in layout.routes.values()
        for hop in hops
        for tap in hop.taps
        if tap.wire is not None and tap.wire.target
    }
    assert taps == {wire: layout.placed[wire.target].input(wire.slot) for wire in graph[1]}


@fifty
@given(dags(), st.integers(0, 99))
def test_the_order_of_the_arguments_makes_no_difference(
    graph: tuple[list[Box], list[Wire]], seed: int
) -> None:
    boxes, wires = graph
    expected = lay_out(boxes, wires)
    shuffled_boxes, shuffled_wires = boxes.copy(), wires.copy()
    random.Random(seed).shuffle(shuffled_boxes)
    random.Random(seed).shuffle(shuffled_wires)
    assert lay_out(shuffled_boxes, shuffled_wires) == expected


@fifty
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
    assert (layout.width, layout.height, layout.placed, layout.routes) == (0, 0, {}, {})
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


DEEP = """
import sys
sys.setrecursionlimit(120)
from graphtui.view.layout import Box, Wire, lay_out
from graphtui.view.picture import draw
chain = [Box("n00000", "x", kind="leaf"), *(Box(f"n{i:05}", "*", 2) for i in range(1, 5000))]
wires = [Wire(f"n{i:05}", f"n{i + 1:05}", slot) for i in range(4999) for slot in (0, 1)]
layout = lay_out(chain, wires)
assert {placed.rank for placed in layout.placed.values()} == set(range(5000))
assert len(draw(layout)) == layout.height == 5
"""


def test_a_chain_of_5000_boxes_needs_no_stack() -> None:
    subprocess.run([sys.executable, "-c", DEEP], check=True, cwd=ROOT)


HASHED = """
import random
from graphtui.view.layout import Box, Wire, lay_out
from graphtui.view.lines import plain
from graphtui.view.picture import draw
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


def random_layers(seed: int) -> tuple[list[Box], list[Wire]]:
    """300 boxes in 25 layers."""
    rng = random.Random(seed)
    boxes = [Box(f"n{i:03}", "op", 2 if i >= 12 else 0) for i in range(300)]
    wires = [
        Wire(
            f"n{max(0, i // 12 - rng.choice((1, 1, 2))) * 12 + rng.randrange(12):03}", f"n{i:03}", s
        )
        for i in range(12, 300)
        for s in (0, 1)
    ]
    return boxes, wires


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 1000))
def test_large_drawings_keep_the_laws_too(seed: int) -> None:
    graph = random_layers(seed)
    layout = lay_out(*graph)
    owners: dict[tuple[str, int, int], str] = {}
    for key, way, x, y in wire_cells(layout):
        assert owners.setdefault((way, x, y), key) == key
        assert layout.at(x, y) is None
