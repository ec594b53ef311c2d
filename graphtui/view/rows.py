"""The row of every item: wires straight or symmetric where they can be, and no row wasted.

Items that a straight wire joins become one rigid block. Blocks are pulled to the middle of their
other wires and pushed apart where they touch, then rounded, then settled one by one; empty rows are
cut out at the end. The order within a column is given and stays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from graphtui.view.order import Order
from graphtui.view.ranks import Layers, Segment


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


@dataclass(frozen=True, slots=True)
class Blocks:
    """Rigid blocks of items, what pulls at them and what keeps them apart."""

    of: tuple[int, ...]
    """For each item its block."""
    offset: tuple[int, ...]
    """For each item how many rows it stands below the reference row of its block."""
    springs: tuple[Spring, ...]
    apart: tuple[Apart, ...]
    """In an order in which every block is below only of blocks that came before."""
    count: int


def rows(layers: Layers, order: Order) -> list[int]:
    """The top row of every item; the topmost is 0."""
    blocks = _blocks(layers, order)
    tops = _settle(blocks, _whole(blocks, _relax(blocks)))
    result = [tops[b] + offset for b, offset in zip(blocks.of, blocks.offset, strict=True)]
    return _compact(layers, order, result)


def distance(layers: Layers, above: int, below: int) -> int:
    """The least distance between the tops of two neighbours: wires may touch, boxes need air."""
    air = int(layers.is_box(above) or layers.is_box(below))
    return layers.height(above) + air


# Which wires are straight


def _mains(layers: Layers, order: Order) -> tuple[list[Segment | None], list[Segment | None]]:
    """For each item the main one of the segments that arrive, and of those that leave."""
    position = _positions(order)
    into = [_main(segments, [layers.depth[s.left] for s in segments]) for segments in layers.into]
    out = [
        _main(ordered, [layers.reach[s.right] for s in ordered])
        for segments in layers.out
        for ordered in [sorted(segments, key=lambda s: (position[s.right], s.slot))]
    ]
    return into, out


def _positions(order: Order) -> dict[int, int]:
    return {item: index for column in order for index, item in enumerate(column)}


def _straight(
    layers: Layers, order: Order, mains: list[Segment | None], heirs: list[Segment | None]
) -> dict[int, Segment]:
    """For each item the segment that arrives without a bend; no two of them cross."""
    position = _positions(order)

    def urgency(segment: Segment) -> int:
        """0 for the long straight wires, then the main line of the data, then what is left."""
        if not layers.is_box(segment.left) and not layers.is_box(segment.right):
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
    ranked = [(urgency(s), layers.rank[s.left], s) for segments in layers.out for s in segments]
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


def _blocks(layers: Layers, order: Order) -> Blocks:
    """The blocks that the straight wires make, with the springs and distances between them."""
    mains, heirs = _mains(layers, order)
    straight = _straight(layers, order, mains, heirs)
    of, offset = [0] * len(layers.rank), [0] * len(layers.rank)
    count = 0
    for column in order:
        for item in column:
            if item in straight:
                segment = straight[item]
                of[item] = of[segment.left]
                port = offset[segment.left] + layers.out_row(segment.left)
                offset[item] = port - layers.in_row(segment)
            else:
                of[item], count = count, count + 1
    springs = []
    for item, segments in enumerate(layers.into):
        for segment in segments:
            if straight.get(item) != segment and of[segment.left] != of[item]:
                start = offset[segment.left] + layers.out_row(segment.left)
                end = offset[item] + layers.in_row(segment)
                fork, meet = heirs[segment.left] is None, mains[item] is None
                springs.append(Spring(of[segment.left], of[item], start - end, fork, meet))
    apart: dict[tuple[int, int], int] = {}
    for column in order:
        for above, below in pairwise(column):
            rows = distance(layers, above, below) + offset[above] - offset[below]
            pair = of[above], of[below]
            apart[pair] = max(rows, apart.get(pair, rows))
    return Blocks(tuple(of), tuple(offset), tuple(springs), _from_the_top(apart, count), count)


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


# Where the blocks stand


def _relax(blocks: Blocks) -> list[float]:
    """Where the blocks come to rest: pulled by half at a time, pushed apart in both directions."""
    row = [0.0] * blocks.count
    for high, low, rest in blocks.apart:
        row[low] = max(row[low], row[high] + rest)
    weight = [1e-3] * blocks.count
    for spring in blocks.springs:
        weight[spring.left] += 1
        weight[spring.right] += 1
    pushes = [
        (high, low, rest, weight[low] / (weight[high] + weight[low]))
        for high, low, rest in blocks.apart
    ]
    work = len(blocks.springs) + 2 * len(pushes) + 1
    for _ in range(max(10, min(120, 30_000 // work))):
        pull = [0.0] * blocks.count
        for spring in blocks.springs:
            stretch = row[spring.right] - row[spring.left] - spring.rest
            pull[spring.left] += stretch
            pull[spring.right] -= stretch
        row = [r + p / (2 * w) for r, p, w in zip(row, pull, weight, strict=True)]
        for direction in (1, -1):
            for high, low, rest, share in pushes[::direction]:
                lacking = row[high] + rest - row[low]
                if lacking > 0:
                    row[high] -= lacking * share
                    row[low] += lacking * (1 - share)
    return row


def _whole(blocks: Blocks, row: list[float]) -> list[int]:
    """The nearest whole rows that keep every distance, pushing down as much as up."""
    shift = min(
        (k / 8 for k in range(8)), key=lambda f: sum(abs(r + f - round(r + f)) for r in row)
    )
    near = [round(r + shift) for r in row]
    down, up = near.copy(), near.copy()
    for high, low, rest in blocks.apart:
        down[low] = max(down[low], down[high] + rest)
    for high, low, rest in reversed(blocks.apart):
        up[high] = min(up[high], up[low] - rest)
    return [(d + u) // 2 for d, u in zip(down, up, strict=True)]


class _Goal(NamedTuple):
    """Where a block would stand for one of its wires to be straight, and how much that matters."""

    row: int
    centre: bool
    """Whether the block stands in the middle of this goal and others of its kind."""
    bend: int
    """The price of a bend, besides the rows travelled."""


def _settle(blocks: Blocks, row: list[int]) -> list[int]:
    """Move single blocks within their room while that makes their wires straighter or more even."""
    springs: list[list[tuple[int, Spring]]] = [[] for _ in row]
    for spring in blocks.springs:
        springs[spring.left].append((spring.right, spring))
        springs[spring.right].append((spring.left, spring))
    above: list[list[Apart]] = [[] for _ in row]
    below: list[list[Apart]] = [[] for _ in row]
    for apart in blocks.apart:
        above[apart.below].append(apart)
        below[apart.above].append(apart)
    for _ in range(4):
        moved = False
        for block, here in enumerate(row):
            goals = [_goal(block, row[other], spring) for other, spring in springs[block]]
            if not goals:
                continue
            least = max((row[a.above] + a.rows for a in above[block]), default=here - 99)
            most = min((row[a.below] - a.rows for a in below[block]), default=here + 99)
            middle = sum(goal.row for goal in goals) // len(goals)
            tries = {here, here - 1, here + 1, middle, *(goal.row for goal in goals)}
            scores = [(_bends(r, goals), abs(r - here), r) for r in tries if least <= r <= most]
            best = min(scores)[2]
            if best != here:
                row[block], moved = best, True
        if not moved:
            break
    return row


def _goal(block: int, other: int, spring: Spring) -> _Goal:
    """What the spring asks of one of its ends, while the other stands at row `other`."""
    at_right = block == spring.right
    row = other + spring.rest if at_right else other - spring.rest
    centre = spring.meet if at_right else spring.fork
    return _Goal(row, centre, 0 if spring.meet or spring.fork else 4)


def _bends(row: int, goals: list[_Goal]) -> int:
    """The cost of a block's wires at `row`: out of the middle is worst, then bends, then rows."""
    lean = sum(row - goal.row for goal in goals if goal.centre)
    return 8 * abs(lean) + sum(
        abs(row - goal.row) + goal.bend * (row != goal.row) for goal in goals
    )


# No row wasted


def _compact(layers: Layers, order: Order, tops: list[int]) -> list[int]:
    """The rows with every row cut out that no item needs, neither itself nor as a distance."""
    if not tops:
        return tops
    first = min(tops)
    tops = [top - first for top in tops]
    spare: list[tuple[int, int, int]] = []  # from this cut, to that one, so many may go
    needed = [0] * (max(tops) + 2)
    for column in order:
        for item in column:
            needed[tops[item] + 1] += 1
            needed[min(tops[item] + layers.height(item), len(needed) - 1)] -= 1
        for above, below in pairwise(column):
            start = tops[above] + layers.height(above)
            room = tops[below] - tops[above] - distance(layers, above, below)
            if room:
                spare.append((start, tops[below], room))
            else:
                needed[start] += 1
                needed[tops[below] + 1] -= 1
    cuts = _cuts(needed, sorted(spare))
    return [top - bisect_right(cuts, top) for top in tops]


def _cuts(needed: list[int], spare: list[tuple[int, int, int]]) -> list[int]:
    """The rows that can go: not needed, and no distance loses more than it has to spare."""
    cuts: list[int] = []
    active: list[list[int]] = []
    coming, load = 0, 0
    for row, change in enumerate(needed):
        load += change
        while coming < len(spare) and spare[coming][0] <= row:
            active.append([spare[coming][1], spare[coming][2]])
            coming += 1
        if load or not row:
            continue
        active = [pair for pair in active if pair[0] >= row]
        if all(pair[1] > 0 for pair in active):
            for pair in active:
                pair[1] -= 1
            cuts.append(row)
    return cuts
