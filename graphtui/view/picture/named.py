"""Boxes and wires that are numbers, looked up by the names of nodes, one by one when asked for."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from typing import overload

import numpy as np

from graphtui.graph.graph import Edge
from graphtui.graph.groups.tree import GroupTree
from graphtui.view.drawing.plan import Ints, distinct
from graphtui.view.picture.folded import Folded


class Homes(Mapping[str, str]):
    """For each node the key of the box that shows it."""

    __slots__ = ("_found", "_groups")

    def __init__(self, found: Folded, groups: Sequence[str]) -> None:
        """Take the keys of the groups that are boxes, in the order of `found.shut`."""
        self._found, self._groups = found, groups

    def __getitem__(self, name: str) -> str:
        return self._key(int(self._found.box[self._found.tree.outline.number[name]]))

    def of_all(self, nodes: Collection[str]) -> set[str]:
        """The keys of the boxes that show some nodes."""
        number = self._found.tree.outline.number
        places = np.fromiter(map(number.__getitem__, nodes), np.int64, len(nodes))
        return set(map(self._key, distinct(self._found.box[places])[0].tolist()))

    def _key(self, box: int) -> str:
        nodes = self._found.tree.outline.nodes
        return nodes[box] if box < len(nodes) else self._groups[box - len(nodes)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found.tree.outline.nodes)

    def __len__(self) -> int:
        return len(self._found.tree.outline.nodes)


class Members(Mapping[str, tuple[str, ...]]):
    """For each group that is a box the nodes in it, in topological order."""

    __slots__ = ("_found", "_groups")

    def __init__(self, found: Folded, groups: Mapping[str, int]) -> None:
        """Take for each key of a group its number in the tree."""
        self._found, self._groups = found, groups

    def __getitem__(self, key: str) -> tuple[str, ...]:
        return tuple(map(self.tree.outline.nodes.__getitem__, self.numbers(key).tolist()))

    def __contains__(self, key: object) -> bool:
        return key in self._groups

    def __iter__(self) -> Iterator[str]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    @property
    def tree(self) -> GroupTree:
        """The groups of the graph."""
        return self._found.tree

    def numbers(self, key: str) -> Ints:
        """The same nodes as numbers."""
        nodes = self.tree.nodes_in(self._groups[key])
        return nodes[~self._found.wiring.hidden[nodes]]


class Bundles(Sequence[tuple[Edge, ...]]):
    """For each wire the edges that run along it."""

    __slots__ = ("found",)

    def __init__(self, found: Folded) -> None:
        self.found = found

    @overload
    def __getitem__(self, wire: int) -> tuple[Edge, ...]: ...

    @overload
    def __getitem__(self, wire: slice) -> tuple[tuple[Edge, ...], ...]: ...

    def __getitem__(self, wire: int | slice) -> tuple[Edge, ...] | tuple[tuple[Edge, ...], ...]:
        if isinstance(wire, slice):
            return tuple(self[each] for each in range(*wire.indices(len(self))))
        if not 0 <= wire < len(self):
            raise IndexError(f"there are {len(self)} wires, and none is numbered {wire}")
        found, outline = self.found, self.found.tree.outline
        edges = found.edge[found.starts[wire] : found.starts[wire + 1]]
        columns = (outline.source[edges], outline.target[edges], outline.slot[edges])
        return tuple(
            Edge(outline.nodes[source], outline.nodes[target], slot)
            for source, target, slot in np.stack(columns, 1).tolist()
        )

    def __len__(self) -> int:
        return len(self.found.source)

    def wires_into(self, node: str, slots: Container[int] | None = None) -> Ints:
        """The wires on which a node gets its inputs: of those slots, None being all."""
        outline = self.found.tree.outline
        number = outline.number[node]
        edges = range(int(outline.starts[number]), int(outline.starts[number + 1]))
        wanted = [edge for slot, edge in enumerate(edges) if slots is None or slot in slots]
        wires = self.found.wire[np.array(wanted, np.int64)]
        return distinct(wires[wires >= 0])[0]
