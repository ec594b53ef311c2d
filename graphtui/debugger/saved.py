"""What is kept for the backward pass: the arrays that each node's local map holds on to.

From a node's forward step to its backward step they cannot be let go. This is what the local maps
need, as in a program that keeps nothing else; a run keeps every value anyway, to go back to it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.array_utils import byte_bounds

from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.ops.linear_map import Array, LinearMap, Shape
from graphtui.ops.op import DType, Op

MOST_ROWS = 200
"""Rows of a table; of 100,000 nodes nobody reads more."""


class Saved(NamedTuple):
    """One array that one node keeps."""

    node: str
    """The node whose backward step will use it."""
    value_of: str
    """The node whose value it is, or a part of it; "" where it was made for the local map, such as
    a mask or a factor."""
    given: bool
    """Whether it is the value of a leaf, which stays whatever is kept."""
    shape: Shape
    dtype: DType
    nbytes: int
    until: int
    """The number of the backward step that uses it."""
    released: bool
    """Whether that step is done."""


class SavedTable(NamedTuple):
    """What is kept at the cursor."""

    rows: tuple[Saved, ...]
    """The largest first; what was released is among them."""
    arrays: int
    """How many rows there are in all."""
    now: int
    """Bytes that are held; an array that several nodes keep is there once."""
    peak: int
    """The most bytes that were held up to the cursor."""
    waiting: int
    """How many nodes of the backward pass have not run forward, so that nothing is known yet."""
    whole: bool
    """Whether all nodes up to the cursor were looked at; else the table lacks the later ones."""


def _never() -> bool:
    return False


def saved(snapshot: Snapshot) -> tuple[Saved, ...]:
    """Every array that is kept at the cursor, or was, the largest first; looks at every node."""
    return SavedForBackward(snapshot.run).table(snapshot, most=None).rows


class SavedForBackward:
    """What the nodes of one run keep, each of them looked at once."""

    def __init__(self, run: Run) -> None:
        self.run = run
        plan = run.plan
        self._steps = sorted(plan.forward_step[name] for name in plan.backward_step)
        self._next = 0
        self._entries: list[tuple[str, str, bool, Shape, DType]] = []
        self._made = array("q")
        self._until = array("q")
        self._nbytes = array("q")
        self._pieces = _Pieces()
        self._sorted: tuple[int, list[int]] = (0, [])

    def table(
        self,
        snapshot: Snapshot,
        most: int | None = MOST_ROWS,
        interrupted: Callable[[], bool] = _never,
    ) -> SavedTable:
        """What is kept at the cursor.

        Args:
            snapshot: of this run.
            most: how many rows are wanted; None means all.
            interrupted: asked before each node that was not looked at; where it says yes, the table
                ends there.
        """
        assert snapshot.run is self.run, "each run has its own"
        cursor = snapshot.cursor
        whole = self._look(cursor, interrupted)
        count = bisect_right(self._made, cursor)
        rows = tuple(self._row(index, cursor) for index in self._largest(count)[:most])
        now, peak = self._pieces.held(cursor)
        waiting = len(self._steps) - bisect_right(self._steps, cursor)
        return SavedTable(rows, count, now, peak, waiting, whole)

    def _row(self, index: int, cursor: int) -> Saved:
        until = self._until[index]
        return Saved(*self._entries[index], self._nbytes[index], until, until <= cursor)

    def _largest(self, count: int) -> list[int]:
        """The first `count` entries by size, those of the same size in the order of the run."""
        if self._sorted[0] != count:
            sizes = np.array(self._nbytes[:count])
            self._sorted = count, np.argsort(-sizes, kind="stable").tolist()
        return self._sorted[1]

    def _look(self, by: int, interrupted: Callable[[], bool]) -> bool:
        """Look at every node up to the step numbered `by`; False if interrupted before that."""
        end = bisect_right(self._steps, by)
        while self._next < end:
            if interrupted():
                return False
            step = self._steps[self._next]
            self._enter(step, self.run.plan.tasks[step - 1].node)
            self._next += 1
        return True

    def _enter(self, step: int, name: str) -> None:
        run = self.run
        node, value = run.graph.nodes[name], run.value(name)
        if value is None:  # its op raised
            return
        known = {name: value}
        for source in node.inputs:
            read = run.value(source)
            assert read is not None, "a node is computed after what it reads"
            known[source] = read
        until = run.plan.backward_step[name]
        for each in _distinct(_maps(run, name, known)):
            source = _value_of(each, known)
            given = bool(source) and run.graph.nodes[source].is_leaf
            self._entries.append((name, source, given, each.shape, each.dtype))
            self._made.append(step)
            self._until.append(until)
            self._nbytes.append(_own_bytes(each))
            self._pieces.add(each, bool(source), step, until)


class _Pieces:
    """Pieces of memory, each counted once however many nodes keep it."""

    def __init__(self) -> None:
        self._index: dict[tuple[int, tuple[int, int]], int] = {}
        self._owners: dict[int, int] = {}
        self._owner = array("q")
        self._begin = array("q")
        self._end = array("q")
        self._bytes = array("q")
        self._owned = array("q")

    def add(self, kept: Array, lasting: bool, begin: int, end: int) -> None:
        """Hold a piece from one step to another.

        Args:
            kept: the array.
            lasting: whether its memory belongs to the run; else its address means nothing later.
            begin: the step from which it is held; ascending from call to call.
            end: the step at which it is let go.
        """
        owner = _owner(kept)
        key = (id(owner), byte_bounds(kept))
        if lasting and key in self._index:
            index = self._index[key]
            self._end[index] = max(self._end[index], end)
            return
        number = self._owners.get(id(owner), len(self._owned)) if lasting else len(self._owned)
        if number == len(self._owned):
            self._owned.append(owner.nbytes)
        if lasting:
            self._owners[id(owner)] = number
            self._index[key] = len(self._owner)
        self._owner.append(number)
        self._begin.append(begin)
        self._end.append(end)
        self._bytes.append(_own_bytes(kept))

    def held(self, step: int) -> tuple[int, int]:
        """The bytes held right behind a step, and the most that were held up to it."""
        known = bisect_right(self._begin, step)
        # All that is ever held is held when forward ends, as forward steps come before backward.
        return self._sum(known, np.array(self._end[:known]) > step), self._sum(known, None)

    def _sum(self, known: int, chosen: Array | None) -> int:
        owners, sizes = np.array(self._owner[:known]), np.array(self._bytes[:known])
        if chosen is not None:
            owners, sizes = owners[chosen], sizes[chosen]
        if not sizes.size:
            return 0
        sums = np.bincount(owners, weights=sizes)
        # Parts of an array that overlap are together no more than the array.
        return int(np.minimum(sums, np.array(self._owned[: len(sums)])).sum())


def _maps(run: Run, name: str, known: dict[str, Array]) -> Iterator[LinearMap]:
    """The local maps through which the node will send, or has sent."""
    node, sent = run.graph.nodes[name], run.contributions(name)
    if sent:
        yield from (each.local for each in sent)
        return
    assert isinstance(node.op, Op), "leaves send nothing"
    try:
        with np.errstate(all="ignore"):
            maps = node.op.local(known[name], *(known[s] for s in node.inputs), **node.attrs)
    except Exception:
        # Its backward step will raise the same, and be the fault that tells it.
        return
    yield from (each for slot in run.plan.sends[name] if (each := maps[slot]) is not None)


def _distinct(maps: Iterator[LinearMap]) -> list[Array]:
    """The arrays that the maps hold on to, each piece of memory once."""
    found: dict[tuple[int, tuple[int, int]], Array] = {}
    for each in maps:
        for kept in each.stored():
            found.setdefault((id(_owner(kept)), byte_bounds(kept)), kept)
    return list(found.values())


def _value_of(kept: Array, known: dict[str, Array]) -> str:
    """The node whose value the array is, or else shares memory with; "" if there is none."""
    for same in (_is_all_of, _is_part_of):
        for name, value in known.items():
            if same(kept, value):
                return name
    return ""


def _is_all_of(kept: Array, value: Array) -> bool:
    return kept is value or (_is_part_of(kept, value) and byte_bounds(kept) == byte_bounds(value))


def _is_part_of(kept: Array, value: Array) -> bool:
    return _owner(kept) is _owner(value) and np.may_share_memory(kept, value)


def _owner(kept: Array) -> Array:
    """The array whose memory it is."""
    while isinstance(kept.base, np.ndarray):
        kept = kept.base
    return kept


def _own_bytes(kept: Array) -> int:
    """The bytes of its elements; one that stands for many, as it was broadcast, counts once."""
    low, high = byte_bounds(kept)
    return min(kept.nbytes, max(high - low, 0))
