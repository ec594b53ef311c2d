"""A room is cut so that no wires change places in any gap between ranks."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.view.drawing.plan import Flow
from graphtui.view.drawing.rooms.cuts import Arranged, cut_apart
from graphtui.view.drawing.rooms.rooms import rooms
from graphtui.view.picture.framed_scene import framed_scene
from tests.view.framed import grouped, some_folded


@pytest.mark.parametrize("block", range(3))
def test_what_moves_is_below_what_stays(block: int) -> None:
    cuts = 0
    for seed in range(50 * block, 50 * (block + 1)):
        graph, rng = grouped(seed)
        framed = framed_scene(graph, some_folded(graph, rng)).framed
        assert framed is not None
        for room in rooms(framed, (Flow.RIGHT, Flow.DOWN)[seed % 2], {}):
            arranged = room.arranged
            boxes = arranged.items.kind[: len(room.boxes)]
            for at in range(len(boxes)):
                moves = cut_apart(arranged, at)
                if moves is not None:
                    cuts += 1
                    check(arranged, at, moves)
                    below = arranged.tops >= arranged.tops[at] + arranged.items.across[at]
                    if not arranged.tied[arranged.tops[at] + arranged.items.across[at]]:
                        assert (moves == below).all()
    assert cuts > 100


def check(arranged: Arranged, at: int, moves: np.ndarray) -> None:
    items, tops = arranged.items, arranged.tops
    assert not moves[at]
    beside = items.rank == items.rank[at]
    assert moves[beside & (tops > tops[at])].all()
    moved = tops + 1000 * moves
    cells: dict[int, set[tuple[int, int]]] = {}
    for segment, (left, right) in enumerate(zip(items.left, items.right, strict=True)):
        value = items.along[segment]
        out = items.port[left] if left >= len(items.plan.boxes) else items.plan.departure[value]
        gap = cells.setdefault(int(items.rank[left]), set())
        gap.add((int(tops[left] + out), int(moved[left] + out)))
        arrival = items.arrival[segment]
        gap.add((int(tops[right] + arrival), int(moved[right] + arrival)))
    for gap in cells.values():
        now = [cell for _, cell in sorted(gap)]
        assert now == sorted(set(now)), "wires have changed places"
        assert len({cell for cell, _ in gap}) == len(now)
