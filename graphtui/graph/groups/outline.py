"""A graph as numbers: its nodes, its edges, and the group that each node lies in.

Names are turned into numbers once, so that whoever looks at a hundred thousand nodes can do it with
arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.graph.nodes import Node

Ints = npt.NDArray[np.int64]


class Outline(NamedTuple):
    """Nodes by their place in topological order, edges by target and slot, groups by first node."""

    nodes: tuple[str, ...]
    number: Mapping[str, int]
    """For each node its place."""
    source: Ints
    """For each edge the node that it leaves."""
    target: Ints
    slot: Ints
    starts: Ints
    """For each node where the edges that reach it start; and at the end the number of edges."""
    groups: tuple[str, ...]
    """The groups, outer ones before the ones in them; the first is the top, which is called ""."""
    outer: tuple[int, ...]
    """For each group the one around it; the top has itself."""
    group: Ints
    """For each node the innermost group around it."""

    @property
    def leaf(self) -> npt.NDArray[np.bool_]:
        """For each node whether it is given; an op reads something."""
        return np.asarray(self.starts[1:] == self.starts[:-1])


def outline(nodes: Mapping[str, Node]) -> Outline:
    """The numbers of a checked graph, whose nodes are in topological order."""
    number = dict(zip(nodes, range(len(nodes)), strict=True))
    inputs = [node.inputs for node in nodes.values()]
    many = np.fromiter(map(len, inputs), np.int64, len(inputs))
    starts = np.concatenate(([0], np.cumsum(many)))
    edges = int(starts[-1])
    source = np.fromiter(map(number.__getitem__, chain.from_iterable(inputs)), np.int64, edges)
    target = np.repeat(np.arange(len(nodes)), many)
    place: dict[str, int] = {"": 0}
    outer = [0]
    groups = [node.group for node in nodes.values()]
    for each in dict.fromkeys(groups):
        _add(each, place, outer)
    group = np.fromiter(map(place.__getitem__, groups), np.int64, len(groups))
    return Outline(
        nodes=tuple(nodes),
        number=number,
        source=source,
        target=target,
        slot=np.arange(edges) - starts[target],
        starts=starts,
        groups=tuple(place),
        outer=tuple(outer),
        group=group,
    )


def _add(group: str, place: dict[str, int], outer: list[int]) -> None:
    """Number a group, and before it those around it, as far as they have no number yet."""
    if group in place:
        return
    around, parts = 0, group.split("/")
    for depth in range(1, len(parts) + 1):
        name = "/".join(parts[:depth])
        if name not in place:
            place[name] = len(outer)
            outer.append(around)
        around = place[name]
