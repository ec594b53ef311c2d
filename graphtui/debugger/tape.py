"""The tape: every node in the order of execution, each leaf right before it is first read.

It is the order in which one walks through time, and that of the rows of the lane view.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from graphtui.graph.graph import Graph

Ints = npt.NDArray[np.int64]


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
    def reads(self) -> Ints:
        """For each place, how many inputs the node has."""
        nodes = self.graph.nodes
        return np.fromiter((len(nodes[name].inputs) for name in self.names), np.int64)

    @cached_property
    def sources(self) -> Ints:
        """The places of the inputs of all nodes, one node after the other; all are earlier."""
        nodes = self.graph.nodes
        inputs = chain.from_iterable(nodes[name].inputs for name in self.names)
        return np.fromiter(map(self.places.__getitem__, inputs), np.int64)


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
