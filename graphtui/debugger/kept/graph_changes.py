"""What has become of a graph since it was loaded before: which nodes are new, gone or different."""

from __future__ import annotations

from typing import NamedTuple

from graphtui.debugger.same import same
from graphtui.graph.graph import Graph
from graphtui.graph.nodes import Node
from graphtui.graph.wording import counted


class GraphChanges(NamedTuple):
    """Names of nodes, each in the order of its graph."""

    changed: tuple[str, ...]
    """Those that are there before and after, with something about them different."""
    added: tuple[str, ...]
    removed: tuple[str, ...]

    def __str__(self) -> str:
        """In a clause.

        >>> str(GraphChanges(("h", "f"), (), ("a",)))
        '2 nodes changed, 1 node removed'
        """
        parts = zip(self, ("changed", "added", "removed"), strict=True)
        told = [f"{counted(len(names), 'node')} {what}" for names, what in parts if names]
        return ", ".join(told) or "the same graph as before"


def graph_changes(before: Graph, after: Graph) -> GraphChanges:
    """What differs between two graphs, apart from places in the text."""
    both = [name for name in before.nodes if name in after.nodes]
    return GraphChanges(
        tuple(name for name in both if not _alike(before.nodes[name], after.nodes[name])),
        tuple(name for name in after.nodes if name not in before.nodes),
        tuple(name for name in before.nodes if name not in after.nodes),
    )


def _alike(a: Node, b: Node) -> bool:
    return _facts(a) == _facts(b) and same(a.value, b.value)


def _facts(node: Node) -> tuple[object, ...]:
    # An op of the user's own is another record each time; what is in it cannot be compared.
    return node.op.name, node.inputs, node.attrs, node.group, node.shape, node.dtype, node.init
