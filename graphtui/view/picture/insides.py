"""What each group looks like, closed and open, whatever is folded: worked out once, when asked for.

Open, it is what stands in it and the wires there, by numbers that begin anew in every group; what
is closed and what is open in it makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from graphtui.graph.graph import Graph
from graphtui.view.drawing.boxes import Box
from graphtui.view.drawing.ends import Ends
from graphtui.view.drawing.plan import Ints
from graphtui.view.drawing.rooms.frames import Inside
from graphtui.view.picture.folded import Wiring
from graphtui.view.picture.gates import gates, own_name
from graphtui.view.picture.scene import group_key, group_label, node_box, number_gap


class Shown(NamedTuple):
    """A box."""

    box: Box
    speaks: int
    """The node whose value and gradient it shows."""
    name: str
    """What the user called it, where that is not its label."""
    several: tuple[str, ...] = ()
    """Where several values leave it, the nodes in the order of the ports."""


class Held(NamedTuple):
    """What stands right in a group."""

    things: Ints
    """Nodes by their numbers, groups by those in the tree and the number of nodes."""
    inside: Inside


class _Kept:
    """What has been found out for a graph."""

    def __init__(self) -> None:
        self.nodes: dict[int, Shown] = {}
        self.groups: dict[int, Shown] = {}
        self.held: dict[tuple[int, frozenset[int]], Held] = {}


_KEPT: WeakKeyDictionary[Wiring, _Kept] = WeakKeyDictionary()


class Insides:
    """The nodes and groups of a graph as they are drawn."""

    def __init__(self, graph: Graph, wiring: Wiring) -> None:
        self._graph, self._wiring, self._tree = graph, wiring, graph.group_tree
        self._kept = _KEPT.setdefault(wiring, _Kept())

    def nodes(self, numbers: Sequence[int]) -> list[Shown]:
        """The boxes of nodes."""
        known = self._kept.nodes
        if new := [each for each in numbers if each not in known]:
            self._add_nodes(new)
        return [known[each] for each in numbers]

    def _add_nodes(self, numbers: Sequence[int]) -> None:
        names, wiring = self._tree.outline.nodes, self._wiring
        found = gates(self._graph, [names[each] for each in numbers])
        many = wiring.starts[np.array(numbers) + 1] - wiring.starts[np.array(numbers)]
        for number, ports in zip(numbers, many.tolist(), strict=True):
            name = names[number]
            node, gate = self._graph.nodes[name], found.get(name)
            own = own_name(node) if gate is not None else ""
            box = node_box(name, node, gate, ports, own, number == wiring.exit)
            self._kept.nodes[number] = Shown(box, number, own)

    def group(self, group: int) -> Shown:
        """The box of a group that holds something that is drawn."""
        if group not in self._kept.groups:
            self._kept.groups[group] = self._closed(group)
        return self._kept.groups[group]

    def _closed(self, group: int) -> Shown:
        tree, walls, nodes = self._tree, self._wiring.walls, self._tree.outline.nodes
        leaves = walls.leaves.of(group).tolist()
        speaks = leaves[0] if leaves else self._last_in(group)
        node, exits = self._graph.nodes[nodes[speaks]], speaks == self._wiring.exit
        key, own = group_key(self._graph, tree.names[group]), own_name(node)
        label, ports = group_label(tree, group), len(walls.enters.of(group))
        box = node_box(key, node, None, ports, own, exits, label)
        if len(leaves) < 2:
            return Shown(box, speaks, own)
        names = tuple(map(nodes.__getitem__, leaves))
        gap = max(number_gap(self._graph.nodes[each]) for each in names)
        return Shown(box._replace(outputs=len(leaves), gap=gap), speaks, own, names)

    def _last_in(self, group: int) -> int:
        """The last node in a group that is drawn."""
        inside = self._tree.nodes_in(group)
        return int(inside[~self._wiring.hidden[inside]][-1])

    def held(self, group: int, dissolved: Iterable[int] = ()) -> Held:
        """What stands right in an open group.

        Args:
            group: by its number; 0 is all.
            dissolved: groups without a frame, what is in them lies in what is around them.
        """
        end = self._tree.end[group]
        asked = group, frozenset(each for each in dissolved if group < each < end)
        if asked not in self._kept.held:
            self._kept.held[asked] = self._held(*asked)
        return self._kept.held[asked]

    def _held(self, group: int, dissolved: frozenset[int]) -> Held:
        tree, wiring, count = self._tree, self._wiring, len(self._tree.outline.nodes)
        homes, children = [group], list[int]()
        at = group + 1
        while at < tree.end[group]:
            if at in dissolved:
                homes.append(at)
                at += 1
                continue
            if wiring.shown_before[tree.end[at]] > wiring.shown_before[at]:
                children.append(at)
            at = tree.end[at]
        mine = [tree.order[tree.start[each] : tree.start[each + 1]] for each in homes]
        direct = np.sort(np.concatenate(mine))
        direct = direct[~wiring.hidden[direct]]
        inner = np.array(children, np.int64)
        things = np.concatenate((direct, count + inner))
        in_order = np.argsort(np.concatenate((2 * direct, 2 * wiring.first[inner] + 1)))
        place = np.empty(len(things), np.int64)
        place[in_order] = np.arange(len(things))
        boxes = [*self.nodes(direct.tolist()), *map(self.group, children)]
        drawn = tuple(boxes[each].box for each in in_order.tolist())
        ends = self._ends(group, homes, direct, inner, place)
        walls = wiring.walls
        many = len(walls.enters.of(group)), len(walls.leaves.of(group))
        return Held(things[in_order], Inside(drawn, ends, *many))

    def _ends(
        self, group: int, homes: Sequence[int], direct: Ints, inner: Ints, place: Ints
    ) -> Ends:
        """The wires in a group; its walls come after everything else."""
        wiring, walls, end = self._wiring, self._wiring.walls, self._tree.end[group]
        many = wiring.starts[direct + 1] - wiring.starts[direct]
        slot = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        edges = np.repeat(wiring.starts[direct], many) + slot
        child, port, node = walls.enters.of_all(inner)
        out = walls.leaves.of(group)
        wall = len(place) + bool(len(walls.enters.of(group)))
        source = np.concatenate((wiring.source[edges], node, out))
        home = self._tree.group[source]
        from_node = np.isin(home, homes)
        from_group = ~from_node & (home >= group) & (home < end)
        from_wall = ~from_node & ~from_group
        start, output = np.full(len(source), len(place)), np.zeros(len(source), np.int64)
        start[from_node] = place[np.searchsorted(direct, source[from_node])]
        found = np.searchsorted(inner, home[from_group], "right") - 1
        start[from_group] = place[len(direct) + found]
        output[from_group] = walls.leaves.number(inner[found], source[from_group])
        output[from_wall] = walls.enters.number(np.full(from_wall.sum(), group), source[from_wall])
        target = (np.repeat(place[: len(direct)], many), place[len(direct) + child])
        return Ends(
            start,
            np.concatenate((*target, np.full(len(out), wall))),
            np.concatenate((slot, port, np.arange(len(out)))),
            output,
        )
