"""What passes the walls of groups, against a walk over all edges for each group."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.graph.graph import Graph
from graphtui.view.picture.folded import cycle, folded_boxes, wiring
from tests.view.framed import grouped, some_folded


@pytest.mark.parametrize("block", range(2))
def test_every_value_that_passes_a_wall_has_a_port(block: int) -> None:
    for seed in range(50 * block, 50 * (block + 1)):
        check_walls(grouped(seed)[0])


def check_walls(graph: Graph) -> None:
    known, tree = wiring(graph), graph.group_tree
    edges = list(zip(known.source.tolist(), known.target.tolist(), strict=True))
    for group in range(1, len(tree.names)):
        inside = set(tree.nodes_in(group).tolist())
        enters = [s for s, t in edges if t in inside and s not in inside]
        leaves = {s for s, t in edges if s in inside and t not in inside}
        leaves |= {known.exit} & inside
        enters_at, leaves_at = known.walls.enters, known.walls.leaves
        assert enters_at.of(group).tolist() == list(dict.fromkeys(enters))
        found = leaves_at.of(group).tolist()
        assert sorted(found) == sorted(leaves)
        if found:
            assert found[0] == (known.exit if known.exit in inside else max(found))
            assert found[1:] == sorted(found[1:])
        for ports in (enters_at, leaves_at):
            nodes = ports.of(group)
            numbers = ports.number(np.full(len(nodes), group), nodes)
            assert numbers.tolist() == list(range(len(nodes)))


def test_where_everything_is_read_in_turn_nothing_folded_makes_a_cycle() -> None:
    in_turn = 0
    for seed in range(300):
        graph, rng = grouped(seed)
        found = folded_boxes(graph, some_folded(graph, rng), apart=True)
        if found.wiring.walls.in_turn:
            in_turn += 1
            assert not walk_for_cycle(found.source.tolist(), found.target.tolist())
            assert cycle(found) == []
    assert in_turn > 30


def walk_for_cycle(source: list[int], target: list[int]) -> set[int]:
    """The boxes that are left when what waits for nothing is taken away again and again."""
    left = {*source, *target}
    while True:
        waiting = {t for s, t in zip(source, target, strict=True) if s in left and t in left}
        if waiting == left:
            return left
        left = waiting
