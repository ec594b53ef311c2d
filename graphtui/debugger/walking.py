"""Where one can go from a node: along edges, on paths to the loss, and back again.

Nothing here moves anything; the commands that do are in `chapters.walking`.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphtui.graph.graph import Graph

if TYPE_CHECKING:
    from graphtui.debugger.tape import Tape

MOST_VISITS = 100
"""How far back one can go."""


def inputs_of(graph: Graph, node: str) -> tuple[str, ...]:
    """The nodes that a node reads, each once, in the order of its inputs."""
    return tuple(dict.fromkeys(graph.nodes[node].inputs))


def readers_of(graph: Graph, node: str) -> tuple[str, ...]:
    """The nodes that read a node, each once, in topological order."""
    return tuple(dict.fromkeys(edge.target for edge in graph.consumers[node]))


class Paths:
    """Which nodes lie on a path from a node to the output; the last answer is kept."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self._end = tape.places[tape.graph.output]
        self._leads = self._leading(self._end)
        self._readers, self._starts = self._reading()
        self._last: tuple[str, frozenset[str]] = ("", frozenset())

    def between(self, node: str) -> frozenset[str]:
        """The nodes on a path from `node` to the output, both included; none where none leads."""
        if self._last[0] != node:
            self._last = node, self._walk(self.tape.places[node])
        return self._last[1]

    def _walk(self, begin: int) -> frozenset[str]:
        if not self._leads[begin]:
            return frozenset()
        lit, readers, starts = bytearray(len(self.tape.names)), self._readers, self._starts
        lit[begin] = True
        for place in range(begin, self._end):
            if lit[place]:
                for reader in readers[starts[place] : starts[place + 1]]:
                    lit[reader] = True
        return frozenset(compress(self.tape.names, lit))

    def _leading(self, end: int) -> bytearray:
        """Whether a path leads from each place to the end."""
        sources, ends = self.tape.sources.tolist(), np.cumsum(self.tape.reads).tolist()
        leads = bytearray(len(ends))
        leads[end] = True
        for place in range(end, 0, -1):
            if leads[place]:
                for source in sources[ends[place - 1] : ends[place]]:
                    leads[source] = True
        return leads

    def _reading(self) -> tuple[list[int], list[int]]:
        """The readers that lead to the end, by what they read; for each place where they start."""
        places = np.arange(len(self.tape.names))
        reader = np.repeat(places, self.tape.reads)
        on = np.flatnonzero(np.frombuffer(self._leads, np.bool_)[reader])
        on = on[np.argsort(self.tape.sources[on], kind="stable")]
        starts = np.searchsorted(self.tape.sources[on], np.append(places, len(places)))
        return reader[on].tolist(), starts.tolist()


class Trail(NamedTuple):
    """The nodes that were looked at, in order, and which of them is looked at now.

    >>> trail = Trail().gone("a", "b")
    >>> trail.back("b").node, trail.back("c").node, trail.back("b").on("a").node
    ('a', 'b', 'b')
    """

    nodes: tuple[str, ...] = ()
    at: int = -1

    @property
    def node(self) -> str:
        """The one that is looked at."""
        return self.nodes[self.at]

    def gone(self, here: str, there: str) -> Trail:
        """The trail when one looks `there` after `here`; what was ahead is forgotten."""
        return self._at(here)._at(there)

    def back(self, here: str) -> Trail | None:
        """The trail when one looks at what was looked at before; None where there is nothing.

        A step may have led to `here`: then it is what was left last.
        """
        trail = self._at(here)
        return trail._replace(at=trail.at - 1) if trail.at else None

    def on(self, here: str) -> Trail | None:
        """The trail when one looks at what `back` led away from; None where there is nothing."""
        ahead = self.at + 1
        known = ahead < len(self.nodes) and self.node == here
        return self._replace(at=ahead) if known else None

    def _at(self, here: str) -> Trail:
        if self.at >= 0 and self.node == here:
            return self
        nodes = (*self.nodes[: self.at + 1], here)[-MOST_VISITS:]
        return Trail(nodes, len(nodes) - 1)
