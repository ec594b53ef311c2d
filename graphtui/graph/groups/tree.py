"""How the groups of a graph nest, runs of equal siblings included, each of which has a name too.

Made once for a graph. Which groups are drawn as one box is known to whoever draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from graphtui.graph.groups.alike import walk
from graphtui.graph.groups.outline import Ints, Outline
from graphtui.graph.groups.runs import Run, runs
from graphtui.graph.nodes import Node
from graphtui.ops.op import Leaf

TO = "…"
"""Stands between the first and the last group in the name of a run."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class GroupTree:
    """Groups and runs, numbered from the outside in: what is in one comes right after it."""

    outline: Outline
    names: tuple[str, ...]
    """The groups and runs; the first is the top, which is called ""."""
    number: Mapping[str, int]
    """For each group and run its number."""
    outer: tuple[int, ...]
    """For each the one around it; the top has itself."""
    end: tuple[int, ...]
    """For each the number of the first one behind it that is not in it."""
    group: Ints
    """For each node the innermost group around it."""
    order: Ints
    """The nodes by group, so that those in a group, or in one in it, stand in a row."""
    start: Ints
    """For each where its nodes start in `order`; and at the end how many nodes there are."""
    siblings: Mapping[int, tuple[int, ...]]
    """For each run the groups that it consists of, also where they lie in shorter runs."""
    parameters: Ints
    """For each how many numbers are trained in it."""

    def around(self, group: str) -> tuple[str, ...]:
        """The group or run with all those around it, outermost first; nothing for the top."""
        found: list[str] = []
        at = self.number[group]
        while at:
            found.append(self.names[at])
            at = self.outer[at]
        return tuple(reversed(found))

    def nodes_in(self, group: int) -> Ints:
        """The nodes in a group or run, in topological order."""
        return np.sort(self.order[self.start[group] : self.start[self.end[group]]])

    def holds(self, group: str, node: str) -> bool:
        """Whether a node lies in a group or run, however deep."""
        number = self.number[group]
        at = int(self.group[self.outline.number[node]])
        return number <= at < self.end[number]


def group_tree(nodes: Mapping[str, Node], found: Outline) -> GroupTree:
    """The groups of a checked graph, whose nodes are in topological order, with its numbers."""
    names, outer, known, siblings = _with_runs(found, runs(found, nodes))
    first, end = walk(outer)
    inward = np.argsort(first)
    group = first[np.array(known, np.int64)[found.group]]
    by_group = np.argsort(group, kind="stable")
    numbered = tuple(names[each] for each in inward.tolist())
    trained = np.bincount(group, _trained(nodes, found), len(names)).astype(np.int64)
    before = np.concatenate(([0], np.cumsum(trained)))
    behind = end[inward]
    return GroupTree(
        outline=found,
        names=numbered,
        number=dict(zip(numbered, range(len(numbered)), strict=True)),
        outer=tuple(first[np.array(outer, np.int64)[inward]].tolist()),
        end=tuple(behind.tolist()),
        group=group,
        order=by_group,
        start=np.searchsorted(group[by_group], np.arange(len(names) + 1)),
        siblings={
            int(first[run]): tuple(first[list(each)].tolist()) for run, each in siblings.items()
        },
        parameters=before[behind] - before[:-1],
    )


def _with_runs(
    found: Outline, each: Iterable[Run]
) -> tuple[list[str], list[int], list[int], dict[int, list[int]]]:
    """Groups and runs numbered anew, a run right before its first group.

    Returns:
        For each its name, and what is around it; for each group its new number; for each run the
        new numbers of its groups.
    """
    runs_of: dict[int, list[Run]] = {}
    for run in each:
        for group in run:
            runs_of.setdefault(group, []).append(run)
    taken = set(found.groups)
    names, outer, known = [""], [0], [0]
    number: dict[Run, int] = {}
    siblings: dict[int, list[int]] = {}
    for group in range(1, len(found.groups)):
        around = known[found.outer[group]]
        for run in runs_of.get(group, ()):
            if run not in number:
                number[run] = len(names)
                siblings[len(names)] = []
                names.append(_run_name(found.groups[run[0]], found.groups[run[-1]], taken))
                outer.append(around)
            around = number[run]
        for run in runs_of.get(group, ()):
            siblings[number[run]].append(len(names))
        known.append(len(names))
        names.append(found.groups[group])
        outer.append(around)
    return names, outer, known, siblings


def _run_name(first: str, last: str, taken: set[str]) -> str:
    """A name for the groups from `first` to `last`, which no other group has.

    >>> _run_name("net/step0", "net/step9", {"net"})
    'net/step0…step9'
    """
    name = f"{first}{TO}{last.rpartition('/')[2]}"
    while name in taken:
        name = name.replace(TO, TO + TO, 1)
    taken.add(name)
    return name


def _trained(nodes: Mapping[str, Node], found: Outline) -> Ints:
    """For each node how many numbers are trained in it."""
    trained = np.zeros(len(nodes), np.int64)
    for at in np.flatnonzero(found.leaf).tolist():
        leaf = nodes[found.nodes[at]]
        if isinstance(leaf.op, Leaf) and leaf.op.trained:
            trained[at] = prod(leaf.shape)
    return trained
