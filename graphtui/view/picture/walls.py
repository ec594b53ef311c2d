"""Which values pass the wall of each group, which is the same whatever is folded.

All groups at once, as arrays; what a group looks like is in `insides`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.graph.groups.tree import GroupTree
from graphtui.view.drawing.plan import Ints, distinct


class Ports(NamedTuple):
    """The nodes whose values pass walls in one direction, group after group."""

    nodes: Ints
    starts: Ints
    """For each group where its nodes start in `nodes`; and at the end their number."""
    keys: Ints
    """Group and node as one number, ascending."""
    numbers: Ints
    """For each key which of the group's nodes it is."""
    base: int
    """How many nodes the graph has: what a group counts in a key."""

    def of(self, group: int) -> Ints:
        """The nodes of a group, in the order of its ports."""
        return self.nodes[self.starts[group] : self.starts[group + 1]]

    def of_all(self, groups: Ints) -> tuple[Ints, Ints, Ints]:
        """For each port of some groups which of them it belongs to, its number, and its node."""
        many = self.starts[groups + 1] - self.starts[groups]
        number = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        places = np.repeat(self.starts[groups], many) + number
        return np.repeat(np.arange(len(groups)), many), number, self.nodes[places]

    def number(self, groups: Ints, nodes: Ints) -> Ints:
        """The ports at which the values of nodes pass the walls of groups."""
        return self.numbers[np.searchsorted(self.keys, groups * self.base + nodes)]


class Walls(NamedTuple):
    """The values that come into each group, as they are read, and those that leave it.

    The first that leaves is the one that the group speaks for: the output of the graph, else the
    last one.
    """

    enters: Ports
    leaves: Ports
    in_turn: bool
    """Whether nothing that is read in a group comes after something that leaves it: then there is
    no cycle whatever is folded."""


def walls(tree: GroupTree, source: Ints, target: Ints, output: int) -> Walls:
    """The walls of all groups.

    Args:
        tree: the groups.
        source: for each edge that is drawn the node that it leaves; edges come by target.
        target: the node that it reaches.
        output: the output of the graph if nothing reads it, else -1.
    """
    count, groups = len(tree.outline.nodes), len(tree.names)
    group, edge = _crossed(tree, tree.group[target], tree.group[source])
    into = np.lexsort((edge, group))
    group, node = group[into], source[edge[into]]
    _, first, _ = distinct(group * count + node)
    first.sort()
    enters = _ports(group[first], node[first], groups, count)
    last_read = np.full(groups, -1)
    np.maximum.at(last_read, group, node)

    group, edge = _crossed(tree, tree.group[source], tree.group[target])
    first_out = np.full(groups, count)
    np.minimum.at(first_out, group, source[edge])
    out = [tree.number[each] for each in tree.around(tree.names[int(tree.group[output])])]
    out = out if output >= 0 else []
    keys = np.append(group * count + source[edge], np.array(out, np.int64) * count + output)
    group, node = np.divmod(distinct(keys)[0], count)
    speaks = np.full(groups, -1)
    np.maximum.at(speaks, group, node)
    speaks[out] = output
    by_port = np.lexsort((node, node != speaks[group], group))
    leaves = _ports(group[by_port], node[by_port], groups, count)
    return Walls(enters, leaves, bool((last_read < first_out).all()))


def _crossed(tree: GroupTree, here: Ints, there: Ints) -> tuple[Ints, Ints]:
    """The walls between groups that are left and those that are reached: the group, and which."""
    outer, end = np.array(tree.outer, np.int64), np.array(tree.end, np.int64)
    places = np.flatnonzero(here != there)
    at, other = here[places], there[places]
    found: list[npt.NDArray[np.int64]] = [np.zeros((2, 0), np.int64)]
    while len(places):
        apart = (other < at) | (other >= end[at])
        places, at, other = places[apart], at[apart], other[apart]
        found.append(np.stack((at, places)))
        at = outer[at]
    group, place = np.concatenate(found, axis=1)
    return group, place


def _ports(group: Ints, node: Ints, groups: int, count: int) -> Ports:
    starts = np.searchsorted(group, np.arange(groups + 1))
    keys = group * count + node
    by_key = np.argsort(keys)
    return Ports(node, starts, keys[by_key], (np.arange(len(node)) - starts[group])[by_key], count)
