"""The lane of every value: a column that it keeps from the row that makes it to its last reader.

Rows are the places of the tape. A lane is free again in the row after its value was read for the
last time, so what a row reads, and what it makes, is never in one lane. How that looks is for
`lane_lines`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
import numpy.typing as npt

from graphtui.debugger.tape import Tape, tape
from graphtui.graph.graph import Graph
from graphtui.ops.linear_map import Shape
from graphtui.ops.op import DType

NO_LANE = -1

LONG = 24
"""Rows: what lives longer is hardly seen from its beginning to its end."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Lanes:
    """Where the values of a graph stand, row by row."""

    tape: Tape
    lane: Ints
    """For each row, the lane of the value that it makes; `NO_LANE` where nothing reads that."""
    last: Ints
    """For each row, the last row that reads its value; the row itself where none does."""
    live: Ints
    """For each row, the bytes of the values that are there while it is carried out: what it makes,
    and everything made before that it or a later row reads."""
    count: int
    """How many lanes there are."""

    def passing(self, row: int, seen: range) -> list[int]:
        """The rows before `row` whose values are still there in it, in one of those lanes."""
        lane = self.lane[:row]
        there = (self.last[:row] >= row) & (lane >= seen.start) & (lane < seen.stop)
        return np.flatnonzero(there).tolist()


def lanes(graph: Graph) -> Lanes:
    """The lanes of a graph, as few as can be: the lowest free one, for long lives the highest.

    >>> from graphtui.graph.graph import node
    >>> found = lanes(Graph([node("x", "input", value=1.0), node("f", "multiply", ["x", "x"])]))
    >>> found.tape.names, found.lane.tolist(), found.last.tolist(), found.count
    (('x', 'f'), [0, -1], [1, 1], 1)
    """
    rows = tape(graph)
    last = _last_readers(rows)
    lane, count = _assigned(last)
    return Lanes(rows, lane, last, _live_bytes(rows, last), count)


def _last_readers(rows: Tape) -> Ints:
    count = len(rows.names)
    last = np.arange(count)
    np.maximum.at(last, rows.sources, np.repeat(last, rows.reads))
    return last


def _assigned(last: Ints) -> tuple[Ints, int]:
    """The lanes, and how many there are."""
    count = _most_alive(last)
    near, far = list(range(count)), list(range(1 - count, 1))  # heaps; of `far`, the negative
    free = bytearray(b"\1" * count)
    lane: list[int] = []
    # The rows by when their values are read last: each gives its lane back right behind that.
    by_last = np.argsort(last, kind="stable")
    leaving, leaves_at = by_last.tolist(), [*last[by_last].tolist(), len(last)]
    left = 0
    for row, end in enumerate(last.tolist()):
        chosen = NO_LANE
        while end > row and (chosen == NO_LANE or not free[chosen]):
            # One that stays for long stands far from the names, where it is in nobody's way.
            chosen = -heappop(far) if end - row > LONG else heappop(near)
        lane.append(chosen)
        if chosen != NO_LANE:
            free[chosen] = False
        while leaves_at[left] == row:
            given_back = lane[leaving[left]]
            left += 1
            if given_back != NO_LANE:
                free[given_back] = True
                heappush(near, given_back)
                heappush(far, -given_back)
    return np.array(lane, np.int64), count


def _most_alive(last: Ints) -> int:
    """How many values are alive in the row where they are most: no fewer lanes could do."""
    read = last > np.arange(len(last))
    change = np.zeros(len(last) + 1, np.int64)
    change[:-1] += read
    np.subtract.at(change, last[read] + 1, 1)
    return int(np.cumsum(change).max(initial=0))


def _live_bytes(rows: Tape, last: Ints) -> Ints:
    count = len(rows.names)
    sizes = _node_bytes(rows.graph)
    made = np.fromiter(sizes, np.int64, count)[rows.order]
    change = np.zeros(count + 1, np.int64)
    change[:-1] = made
    np.subtract.at(change, last + 1, made)  # the same row may be the last one for several
    live: Ints = np.cumsum(change)[:-1]
    return live


def _node_bytes(graph: Graph) -> Iterator[int]:
    """The bytes of the value of each node; there are few kinds of value."""
    known: dict[tuple[Shape, DType], int] = {}
    for node in graph.nodes.values():
        kind = node.shape, node.dtype
        size = known.get(kind)
        if size is None:
            size = known[kind] = node.nbytes
        yield size
