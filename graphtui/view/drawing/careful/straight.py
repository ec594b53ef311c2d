"""Which wires are straight, and the rigid blocks that this makes of the items.

The long wires come first, then the main line of the data: to the operand that lies deepest, from
the use that reaches farthest. Where several are alike, none is straight and the box stands in their
middle. Where the blocks stand is the work of `rows`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from graphtui.view.drawing.careful.items import Items, Segment
from graphtui.view.drawing.careful.order import Order


class Spring(NamedTuple):
    """A wire between two blocks that is straight when `right` stands `rest` rows below `left`."""

    left: int
    right: int
    rest: int
    fork: bool
    """Whether it is one of several alike that leave an item: it stands in the middle of them."""
    meet: bool
    """Whether it is one of several alike that reach an item: it stands in the middle of them."""


class Apart(NamedTuple):
    """Block `below` stands at least `rows` rows below block `above`."""

    above: int
    below: int
    rows: int


class Blocks(NamedTuple):
    """Rigid blocks of items, what pulls at them and what keeps them apart."""

    of: tuple[int, ...]
    """For each item its block."""
    offset: tuple[int, ...]
    """For each item how many rows it stands below the reference row of its block."""
    springs: tuple[Spring, ...]
    apart: tuple[Apart, ...]
    """In an order in which every block is below only of blocks that came before."""
    many: int
    """How many there are."""


def blocks(items: Items, order: Order) -> Blocks:
    """The blocks that the straight wires make, with the springs and distances between them."""
    mains, heirs = _mains(items, order)
    straight = _straight(items, order, mains, heirs)
    of, offset = [0] * len(items.rank), [0] * len(items.rank)
    count = 0
    for column in order:
        for item in column:
            if item in straight:
                segment = straight[item]
                of[item] = of[segment.left]
                port = offset[segment.left] + items.port[segment.left]
                offset[item] = port - items.arrivals[segment]
            else:
                of[item], count = count, count + 1
    springs = []
    for item, segments in enumerate(items.into):
        for segment in segments:
            if straight.get(item) != segment and of[segment.left] != of[item]:
                start = offset[segment.left] + items.port[segment.left]
                end = offset[item] + items.arrivals[segment]
                fork, meet = heirs[segment.left] is None, mains[item] is None
                springs.append(Spring(of[segment.left], of[item], start - end, fork, meet))
    apart: dict[tuple[int, int], int] = {}
    for column in order:
        for above, below in pairwise(column):
            rows = distance(items, above, below) + offset[above] - offset[below]
            pair = of[above], of[below]
            apart[pair] = max(rows, apart.get(pair, rows))
    return Blocks(tuple(of), tuple(offset), tuple(springs), _from_the_top(apart, count), count)


def _mains(items: Items, order: Order) -> tuple[list[Segment | None], list[Segment | None]]:
    """For each item the main one of the segments that arrive, and of those that leave."""
    position = _positions(order)
    into = [_main(segments, [items.depth[s.left] for s in segments]) for segments in items.into]
    out = [
        _main(ordered, [items.reach[s.right] for s in ordered])
        for segments in items.out
        for ordered in [sorted(segments, key=lambda s: (position[s.right], s.slot))]
    ]
    return into, out


def _positions(order: Order) -> dict[int, int]:
    return {item: index for column in order for index, item in enumerate(column)}


def _straight(
    items: Items, order: Order, mains: list[Segment | None], heirs: list[Segment | None]
) -> dict[int, Segment]:
    """For each item the segment that arrives without a bend; no two of them cross."""
    position = _positions(order)

    def urgency(segment: Segment) -> int:
        """0 for the long straight wires, then the main line of the data, then what is left."""
        if not items.is_box(segment.left) and not items.is_box(segment.right):
            return 0
        main, heir = mains[segment.right], heirs[segment.left]
        if main == segment and heir == segment:
            return 1
        if main is None or heir is None:
            return 4
        return 2 if main == segment else 3 if heir == segment else 4

    chosen: dict[int, Segment] = {}
    used = set[int]()
    taken: list[list[tuple[int, int]]] = [[] for _ in order]
    ranked = [(urgency(s), items.rank[s.left], s) for segments in items.out for s in segments]
    for level, column, segment in sorted(ranked):
        pair = position[segment.left], position[segment.right]
        if level == 4 or segment.left in used or segment.right in chosen:
            continue
        at = bisect_left(taken[column], pair)
        before, after = taken[column][:at][-1:], taken[column][at : at + 1]
        if all(p[1] < pair[1] for p in before) and all(p[1] > pair[1] for p in after):
            taken[column].insert(at, pair)
            chosen[segment.right] = segment
            used.add(segment.left)
    return chosen


def _main(segments: Sequence[Segment], weight: list[int]) -> Segment | None:
    """The segment that outweighs the others; of an odd number of equals the middle one."""
    if not segments:
        return None
    most = max(weight)
    best = [segment for segment, w in zip(segments, weight, strict=True) if w == most]
    if len(best) == 1 or (len(best) == len(segments) and len(best) % 2):
        return best[len(best) // 2]
    return None


def _from_the_top(apart: dict[tuple[int, int], int], count: int) -> tuple[Apart, ...]:
    """The distances, those between higher blocks first."""
    below: list[list[int]] = [[] for _ in range(count)]
    waits = [0] * count
    for high, low in apart:
        below[high].append(low)
        waits[low] += 1
    walk = [block for block in range(count) if not waits[block]]
    for block in walk:
        for low in below[block]:
            waits[low] -= 1
            if not waits[low]:
                walk.append(low)
    assert len(walk) == count, "straight wires cross"
    return tuple(Apart(high, low, apart[high, low]) for high in walk for low in below[high])


def distance(items: Items, above: int, below: int) -> int:
    """The least distance between the tops of two neighbours: wires may touch, boxes need air."""
    air = int(items.is_box(above) or items.is_box(below))
    return items.across[above] + air
