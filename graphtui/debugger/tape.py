"""The tape: every node in the order of execution, each leaf right before it is first read.

It is the order in which one walks through time, and that of the rows of the lane view.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from graphtui.graph.graph import Graph


@dataclass(frozen=True, eq=False)
class Tape:
    """All nodes in order, and what each reads; made once, and then a matter of whole numbers."""

    graph: Graph
    names: tuple[str, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of every node on the tape, from 0."""
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def inputs(self) -> list[tuple[int, ...]]:
        """For each place, those of the inputs; all of them are earlier."""
        nodes, place = self.graph.nodes, self.places.__getitem__
        return [tuple(map(place, nodes[name].inputs)) for name in self.names]


def tape(graph: Graph) -> Tape:
    """The tape of a graph; a leaf that nothing reads comes first.

    >>> from graphtui.graph.graph import node
    >>> leaves = [node(name, "input", value=1.0) for name in "abc"]
    >>> ops = [node("s", "add", ["a", "b"]), node("f", "add", ["s", "c"])]
    >>> tape(Graph([*leaves, *ops])).names
    ('a', 'b', 's', 'c', 'f')
    """
    unread: dict[str, None] = {}
    order: list[str] = []
    for name, node in graph.nodes.items():
        if node.is_leaf:
            unread[name] = None
            continue
        for source in node.inputs:
            if source in unread:
                del unread[source]
                order.append(source)
        order.append(name)
    return Tape(graph, (*unread, *order))
