"""Which groups are alike: the same ops on the same shapes, wired in the same way.

What comes from outside is only known as that. Two groups that differ are told apart by 64 bits of
a hash; nothing but pictures depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from graphtui.graph.groups.outline import Ints, Outline
from graphtui.graph.nodes import Node

Hashes = npt.NDArray[np.uint64]


def node_kinds(nodes: Mapping[str, Node]) -> Ints:
    """For each node a number for its op and shape."""
    kinds = [(node.op.name, node.shape) for node in nodes.values()]
    distinct = dict.fromkeys(kinds)
    number = dict(zip(distinct, range(len(distinct)), strict=True))
    return np.fromiter(map(number.__getitem__, kinds), np.int64, len(kinds))


def structures(found: Outline, kinds: Ints, groups: Iterable[int]) -> dict[int, int]:
    """A hash of the structure of each of the given groups.

    Args:
        found: the graph.
        kinds: for each node what it is.
        groups: which groups; the work is that of their nodes, for each level of nesting.
    """
    span = _spans(found)
    depth = [0] * len(found.groups)
    for group in range(1, len(found.groups)):
        depth[group] = depth[found.outer[group]] + 1
    levels: dict[int, list[int]] = {}
    for group in groups:
        levels.setdefault(depth[group], []).append(group)
    hashes: dict[int, int] = {}
    for level in levels.values():
        members = np.array(sorted(level, key=lambda group: span.first[group]), np.int64)
        hashes.update(zip(members.tolist(), _level(found, kinds, members, span), strict=True))
    return hashes


class _Span:
    """Groups in the order of a walk: all that is in a group comes right after it."""

    def __init__(self, first: Ints, end: Ints) -> None:
        self.first, self.end = first, end


def _spans(found: Outline) -> _Span:
    return _Span(*walk(found.outer))


def walk(outer: Iterable[int]) -> tuple[Ints, Ints]:
    """For each group its place in a walk from the outside in, and that of the first one behind it.

    >>> first, end = walk([0, 0, 1, 0, 1])
    >>> first.tolist(), end.tolist()
    ([0, 1, 2, 4, 3], [5, 4, 3, 5, 4])
    """
    around = list(outer)
    size = [1] * len(around)
    for group in range(len(around) - 1, 0, -1):
        size[around[group]] += size[group]
    first, free = [0] * len(around), [1] * len(around)
    for group in range(1, len(around)):
        outside = around[group]
        first[group] = free[outside]
        free[outside] += size[group]
        free[group] = first[group] + 1
    start = np.array(first, np.int64)
    return start, start + np.array(size, np.int64)


def _level(found: Outline, kinds: Ints, groups: Ints, span: _Span) -> list[int]:
    """The hashes of groups of which none is in another, given in the order of the walk."""
    first, end = span.first[groups], span.end[groups]
    place = span.first[found.group]
    home = np.searchsorted(first, place, "right") - 1
    home = np.where((home >= 0) & (place < end[home]), home, -1)
    inside = np.flatnonzero(home >= 0)
    inside = inside[np.argsort(home[inside], kind="stable")]
    owner = home[inside]
    local = np.zeros(len(home), np.int64)
    local[inside] = np.arange(len(inside)) - np.searchsorted(owner, owner)
    total = np.zeros(len(groups), np.uint64)
    terms = _mixed(local[inside], kinds[inside], place[inside] - first[owner])
    np.add.at(total, owner, terms)
    edge = np.flatnonzero(home[found.target] >= 0)
    source, target = found.source[edge], found.target[edge]
    apart = np.where(home[source] == home[target], local[target] - local[source], 0)
    np.add.at(total, home[target], _mixed(local[target], found.slot[edge], ~apart))
    hashes: list[int] = total.tolist()
    return hashes


def _mixed(*columns: Ints) -> Hashes:
    """One hash of each row (the finisher of Steele, Lea, Flood: splittable generators)."""
    mixed = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        mixed = (mixed + column.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed
