"""What a gradient check found: one row a node, one a contribution, and which of them to look at.

How the numbers come about is for `gradcheck`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphtui.graph.graph import Edge
from graphtui.graph.values import number_word


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How computed numbers compare with differences, at the element that fits worst."""

    index: tuple[int, ...]
    analytic: float
    """What backward says."""
    numeric: float
    """What differences say."""
    error: float
    """How far they are apart, relative to the larger, or to what rounding can tell."""
    tried: int
    """How many elements were tried."""
    size: int
    """How many there are."""
    on_kink: bool
    """Whether there is a kink or a tie, where any slope between those of the two sides is right."""
    passed: bool

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain data for JSON."""
        return {
            "index": list(self.index),
            "analytic": number_word(self.analytic),
            "numeric": number_word(self.numeric),
            "error": number_word(self.error),
            "tried": self.tried,
            "size": self.size,
            "on_kink": self.on_kink,
            "passed": self.passed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCheck(Comparison):
    """The gradient of one node against the slope of the output."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeCheck(Comparison):
    """What one gate sends to one of its inputs against the slope of that gate alone."""

    edge: Edge
    op: str
    clue: str = ""
    """What kind of mistake it looks like, in a sentence; "" where it is right, or not plain."""

    @property
    def node(self) -> str:
        """The node whose rule is checked."""
        return self.edge.target

    def to_dict(self) -> dict[str, Any]:
        return {
            "node": self.edge.target,
            "op": self.op,
            "input": self.edge.source,
            "slot": self.edge.slot,
            **Comparison.to_dict(self),
            "clue": self.clue or None,
        }


@dataclass(frozen=True, slots=True)
class GradcheckReport:
    """What was compared; of a very large graph, `checks` holds a spread of the nodes only."""

    checks: tuple[NodeCheck, ...]
    """One row a node, in backward order: its whole gradient."""
    edges: tuple[EdgeCheck, ...]
    """One row a contribution, in backward order: what one gate sent."""
    received: int
    """How many nodes receive a gradient, or how many were asked for."""

    @property
    def passed(self) -> bool:
        """Whether everything passed; a kink is no failure."""
        return all(check.passed for check in (*self.checks, *self.edges))

    @property
    def culprits(self) -> tuple[EdgeCheck, ...]:
        """The contributions that are wrong by themselves: where to look."""
        return tuple(check for check in self.edges if not check.passed)

    @property
    def worst(self) -> NodeCheck | EdgeCheck | None:
        """The comparison that fits worst, a wrong rule before what it spoils; None without any."""
        found: list[NodeCheck | EdgeCheck] = [*self.edges, *self.checks]
        return max(found, key=_badness, default=None)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data for JSON."""
        return {
            "passed": self.passed,
            "nodes": {check.node: check.to_dict() for check in self.checks},
            "edges": [check.to_dict() for check in self.edges],
        }


def _badness(check: NodeCheck | EdgeCheck) -> tuple[bool, bool, bool, bool, float]:
    """What is wrong first; last, what no element could be tried of."""
    wrong, tried = not check.passed, check.tried > 0
    return wrong, wrong and isinstance(check, EdgeCheck), tried, not check.on_kink, check.error
