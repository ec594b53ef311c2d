"""Which boxes and wires there are when groups are folded, as numbers: no names, no labels.

What holds for a graph whatever is folded is worked out once; the rest costs a few passes over
arrays, however many nodes are hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary, ref

import numpy as np
import numpy.typing as npt

from graphtui.graph.graph import Graph
from graphtui.graph.groups.tree import GroupTree
from graphtui.view.drawing.plan import Ints, distinct
from graphtui.view.picture.gates import with_constants
from graphtui.view.picture.walls import Walls, walls


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Wiring:
    """What is drawn of a graph, whatever is folded."""

    graph: ref[Graph]
    hidden: npt.NDArray[np.bool_]
    """For each node whether it stands in gates only, as a constant does, and has no box."""
    stand_in: Ints
    """For each node the one that has its box: itself, or for a hidden one its first reader."""
    edges: Ints
    """The edges that are drawn, which are those that do not end inside a gate."""
    source: Ints
    """For each of them the node that it leaves."""
    target: Ints
    starts: Ints
    """For each node where the edges that reach it start; and at the end their number."""
    exit: int
    """The output of the graph if nothing reads it, else -1."""
    shown_before: Ints
    """For each group how many nodes that have a box stand before it; and at the end all."""
    first: Ints
    """For each group the first node in it."""
    walls: Walls
    """What passes the walls of groups."""


_KNOWN: WeakKeyDictionary[GroupTree, Wiring] = WeakKeyDictionary()
"""The last answer for each tree: the graphs that share one differ in attributes only."""


def wiring(graph: Graph) -> Wiring:
    """What is drawn of the graph; costs nothing when asked again."""
    known = _KNOWN.get(graph.group_tree)
    if known is None or known.graph() is not graph:
        known = _KNOWN[graph.group_tree] = _wiring(graph)
    return known


def _wiring(graph: Graph) -> Wiring:
    found = graph.group_tree.outline
    inside = np.zeros(len(found.source), bool)
    for name, slots in with_constants(graph).items():
        inside[[found.starts[found.number[name]] + slot for slot in slots]] = True
    count = len(found.nodes)
    shown = np.zeros(count, bool)
    shown[found.source[~inside]] = True
    shown[found.number[graph.output]] = True
    in_gates = found.source[inside]
    hidden = np.zeros(count, bool)
    hidden[in_gates] = True
    hidden &= ~shown
    stand_in = np.arange(count)
    first = np.full(count, count)
    np.minimum.at(first, in_gates, found.target[inside])
    stand_in[hidden] = first[hidden]
    edges = np.flatnonzero(~inside)
    source, target = found.source[edges], found.target[edges]
    output = found.number[graph.output]
    output = -1 if (source == output).any() else output
    tree = graph.group_tree
    return Wiring(
        graph=ref(graph),
        hidden=hidden,
        stand_in=stand_in,
        edges=edges,
        source=source,
        target=target,
        starts=np.searchsorted(target, np.arange(count + 1)),
        exit=output,
        shown_before=np.concatenate(([0], np.cumsum(~hidden[tree.order])))[tree.start],
        first=_first(tree),
        walls=walls(tree, source, target, output),
    )


def _first(tree: GroupTree) -> Ints:
    """For each group the first node in it."""
    start = tree.start[:-1]
    ranges = np.stack((start, tree.start[np.array(tree.end, np.int64)]), 1).ravel()
    # One more than there are, as a range may end behind the last one.
    return np.minimum.reduceat(np.append(tree.order, len(tree.order)), ranges)[::2]


class Folded(NamedTuple):
    """Boxes and wires as numbers; a box is called by its node, a group's by what comes after."""

    tree: GroupTree
    wiring: Wiring
    shut: tuple[int, ...]
    """The groups that are one box, by their numbers in the tree."""
    box: Ints
    """For each node its box."""
    shown: Ints
    """The nodes that have a box of their own."""
    source: Ints
    """For each wire the box that it leaves; wires by the first of their edges."""
    target: Ints
    slot: Ints
    ports: Ints
    """For each box how many operands it has."""
    edge: Ints
    """The edges of the graph that run along wires, wire after wire."""
    starts: Ints
    """For each wire where its edges start in `edge`; and at the end their number."""
    wire: Ints
    """For each edge of the graph its wire, or -1."""
    leaves: Ints
    """For each box the last node whose value leaves it, or -1."""
    carried: Ints
    """For each wire the node whose value it carries, or the first of them."""


def folded_boxes(graph: Graph, folded: frozenset[str], *, apart: bool = False) -> Folded:
    """The boxes and wires where each outermost group or run in `folded` is one box.

    Args:
        graph: what is drawn.
        folded: the names of groups and runs.
        apart: whether different values from one group to another are wires of their own.
    """
    known, tree = wiring(graph), graph.group_tree
    count = len(tree.outline.nodes)
    home = np.zeros(len(tree.names), np.int64)
    shut: list[int] = []
    at = 0
    while at < len(tree.names):
        if at and tree.names[at] in folded:
            home[at : tree.end[at]] = count + len(shut)
            shut.append(at)
            at = tree.end[at]
        else:
            at += 1
    of_group = home[tree.group]
    box = np.where(of_group > 0, of_group, np.arange(count))
    shown = np.flatnonzero((of_group == 0) & ~known.hidden)
    box = box[known.stand_in]
    return _with_wires(tree, known, tuple(shut), box, shown, apart=apart)


def _with_wires(
    tree: GroupTree,
    known: Wiring,
    shut: tuple[int, ...],
    box: Ints,
    shown: Ints,
    *,
    apart: bool,
) -> Folded:
    """A gate has a port for each operand; a group one for each box that it reads, in that order."""
    found = tree.outline
    count, boxes = len(box), len(box) + len(shut)
    source, target = box[known.source], box[known.target]
    across = np.flatnonzero(source != target)
    edge, source, target = known.edges[across], source[across], target[across]
    to_group = target >= count
    # Of the edges that are drawn between two boxes into a group, one for each source is a wire.
    node = found.source[edge]
    pair, first, wire = distinct(
        np.where(to_group, (node if apart else source) * boxes + target, -1 - edge)
    )
    leaves = np.full(boxes, -1)
    np.maximum.at(leaves, source, node)
    by_first = np.argsort(first)
    number = np.empty(len(pair), np.int64)
    number[by_first] = np.arange(len(pair))
    wire, first = number[wire], first[by_first]
    by_wire = np.argsort(wire, kind="stable")
    source, target = source[first], target[first]
    by_target = np.argsort(target, kind="stable")
    ends = target[by_target]
    slot = np.empty(len(first), np.int64)
    slot[by_target] = np.arange(len(first)) - np.searchsorted(ends, ends)
    wire_of_edge = np.full(len(found.source), -1)
    wire_of_edge[edge] = wire
    return Folded(
        tree=tree,
        wiring=known,
        shut=shut,
        box=box,
        shown=shown,
        source=source,
        target=target,
        slot=slot,
        ports=np.bincount(target, minlength=boxes),
        edge=edge[by_wire],
        starts=np.searchsorted(wire[by_wire], np.arange(len(first) + 1)),
        wire=wire_of_edge,
        leaves=leaves,
        carried=node[first],
    )


def cycle(found: Folded) -> list[int]:
    """The boxes of one cycle, or nothing. What Kahn's algorithm cannot reach leads back to one."""
    if found.wiring.walls.in_turn:
        return []
    sources, targets = found.source.tolist(), found.target.tolist()
    readers: dict[int, list[int]] = {}
    waits_for: dict[int, list[int]] = {}
    for source, target in zip(sources, targets, strict=True):
        readers.setdefault(source, []).append(target)
        waits_for.setdefault(target, []).append(source)
    waiting = {box: len(each) for box, each in waits_for.items()}
    ready = [box for box in readers if box not in waiting]
    for box in ready:
        for reader in readers.get(box, ()):
            waiting[reader] -= 1
            if not waiting[reader]:
                ready.append(reader)
    stuck = [box for box, many in waiting.items() if many]
    if not stuck:
        return []
    walk: dict[int, int] = {}
    box = stuck[0]
    while box not in walk:
        walk[box] = len(walk)
        box = next(source for source in waits_for[box] if waiting.get(source))
    return list(walk)[walk[box] :]
