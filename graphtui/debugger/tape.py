"""The tape: every node in the order of execution, each leaf right before it is first read.

It is the order in which one walks through time, and that of the rows of the lane view.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from graphtui.graph.graph import Graph

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tape:
    """All nodes in order, and what each reads; made once, and then a matter of whole numbers."""

    graph: Graph
    names: tuple[str, ...]
    order: Ints
    """For each place the number of the node in `graph.outline`."""
    reads: Ints
    """For each place, how many inputs the node has."""
    sources: Ints
    """The places of the inputs of all nodes, one node after the other; all are earlier."""

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of every node on the tape, from 0."""
        return dict(zip(self.names, range(len(self.names)), strict=True))


def tape(graph: Graph) -> Tape:
    """The tape of a graph; a leaf that nothing reads comes first.

    >>> from graphtui.graph.graph import node
    >>> leaves = [node(name, "input", value=1.0) for name in "abc"]
    >>> ops = [node("s", "add", ["a", "b"]), node("f", "add", ["s", "c"])]
    >>> tape(Graph([*leaves, *ops])).names
    ('a', 'b', 's', 'c', 'f')
    """
    found = graph.outline
    count, edges = len(found.nodes), np.arange(len(found.source))
    # An op stands behind the edges that reach it; a leaf right before the first that leaves it.
    at = 2 * found.starts[1:]
    first = np.full(count, -1)
    first[found.source[::-1]] = edges[::-1]
    at[found.leaf] = 2 * first[found.leaf] + 1
    order = np.argsort(at, kind="stable")
    place = np.empty(count, np.int64)
    place[order] = np.arange(count)
    reads = np.diff(found.starts)[order]
    # Its inputs are moved with each node.
    shift = found.starts[order] - (np.cumsum(reads) - reads)
    sources = place[found.source[edges + np.repeat(shift, reads)]]
    names = itemgetter(*order.tolist())(found.nodes) if count > 1 else found.nodes
    return Tape(graph, names, order, reads, sources)
