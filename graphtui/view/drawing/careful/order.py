"""The order of the items in each column, so that few wires cross.

Barycentre sweeps and exchanges of neighbours, from an order that keeps expressions together; the
best order met is kept. Deterministic. Rows and columns on the screen are the work of `rows` and
`layout`.
"""

from __future__ import annotations

from bisect import bisect_right, insort

from graphtui.view.drawing.careful.items import Items

Order = list[list[int]]
"""The items of each column from top to bottom."""


def arrange(items: Items) -> Order:
    """The order with the fewest crossings that a few sweeps find."""
    order = [list(column) for column in items.columns]
    ends = [[(s.right, _port(items, s.right, s.slot)) for s in segments] for segments in items.out]
    position = [0] * len(items.rank)
    for column in order:
        _number(column, position)
    best, fewest = [column.copy() for column in order], crossings(order, ends, position)
    for sweep in range(_sweeps(len(position))):
        if not fewest:
            break
        _sweep(items, order, ends, position, rightward=bool(sweep % 2))
        _exchange(items, order, ends, position)
        count = crossings(order, ends, position)
        if count < fewest:
            best, fewest = [column.copy() for column in order], count
    return best


def crossings(order: Order, ends: list[list[tuple[int, float]]], position: list[int]) -> int:
    """How many pairs of segments cross, summed over the gaps between columns."""
    total = 0
    for column in order:
        passed: list[float] = []
        for item in column:
            rights = [position[right] + port for right, port in ends[item]]
            total += sum(len(passed) - bisect_right(passed, right) for right in rights)
            for right in rights:
                insort(passed, right)
    return total


def _sweeps(items: int) -> int:
    """How many sweeps a drawing of that size is worth."""
    return 12 if items < 200 else 4 if items < 3000 else 2


def _port(items: Items, item: int, slot: int) -> float:
    """Where a segment arrives within one place of the order: between -0.5 and 0.5."""
    if not items.is_box(item):
        return 0.0
    return (slot + 1) / (items.inputs[item] + 1) - 0.5


def _number(column: list[int], position: list[int]) -> None:
    for index, item in enumerate(column):
        position[item] = index


def _sweep(
    items: Items,
    order: Order,
    ends: list[list[tuple[int, float]]],
    position: list[int],
    *,
    rightward: bool,
) -> None:
    """Sort each column by the mean place of its neighbours in the column before (or after)."""
    for column in order[1:] if rightward else order[-2::-1]:
        keys: dict[int, float] = {}
        for item in column:
            if rightward:
                places = [float(position[segment.left]) for segment in items.into[item]]
            else:
                places = [position[right] + port for right, port in ends[item]]
            if places:
                keys[item] = sum(places) / len(places)
        moved = iter(sorted(keys, key=lambda item: (keys[item], position[item])))
        column[:] = [next(moved) if item in keys else item for item in column]
        _number(column, position)


def _exchange(
    items: Items, order: Order, ends: list[list[tuple[int, float]]], position: list[int]
) -> None:
    """Swap neighbours wherever that saves a crossing, until a pass over the column swaps none."""
    for column in order:
        if len(column) < 2:
            continue
        lefts = {item: [position[s.left] for s in items.into[item]] for item in column}
        rights = {item: [position[right] + port for right, port in ends[item]] for item in column}
        for _ in range(8):
            swapped = False
            for index in range(len(column) - 1):
                a, b = column[index], column[index + 1]
                saved = _inversions(lefts[a], lefts[b]) + _inversions(rights[a], rights[b])
                if saved > 0:
                    column[index], column[index + 1] = b, a
                    swapped = True
            if not swapped:
                break
        _number(column, position)


def _inversions(above: list[int] | list[float], below: list[int] | list[float]) -> int:
    """Pairs that cross as they stand, minus the pairs that would cross if swapped."""
    return sum((p > q) - (p < q) for p in above for q in below)
