"""What was described: nodes with names, ops, shapes and places, checked once and never changed.

Several front doors (Python, JSON, expressions) write drafts; `Graph` has them checked to the end
and reports every problem with its place. Running it is the engine's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

from graphtui.errors import DescriptionError, LimitError, Place, UsageError, nearest, report
from graphtui.graph.altered import altered, too_big
from graphtui.graph.check import check
from graphtui.graph.findings import Finding, Locate, problems
from graphtui.graph.look_alikes import look_alikes
from graphtui.graph.nodes import Draft, Edge, Limits, Node, node
from graphtui.graph.places import place_in

if TYPE_CHECKING:
    from graphtui.graph.groups.outline import Outline
    from graphtui.graph.groups.tree import GroupTree

__all__ = [
    "Draft",
    "Edge",
    "Graph",
    "Limits",
    "Node",
    "node",
]


class Graph:
    """A computational graph: immutable, in topological order, every shape and dtype known.

    >>> graph = Graph([node("x", "input", value=2.0), node("f", "exp", ["x"])])
    >>> graph.output, graph.nodes["f"].shape
    ('f', ())

    Args:
        nodes: the drafts, in any order; see `node`.
        output: the node that backward starts from; None means the only one that nothing reads.
        name: a title for people.
        limits: how big it may be.
        locate: from JSON paths to places in the text, for messages and for the source view.
        texts: the text of each file that places point into.
        findings: what the reader of the description has found already, reported with the rest.

    Raises:
        DescriptionError: something is wrong; the error lists every problem with its place.
        LimitError: an array, or all of them together, would be bigger than `limits` allows.
    """

    name: str
    output: str
    nodes: Mapping[str, Node]
    """Every node by name, in topological order."""
    texts: Mapping[str, str]
    """The text of each file that places point into."""
    warnings: tuple[str, ...]
    """What is allowed but hardly meant: names that look alike."""

    def __init__(
        self,
        nodes: Iterable[Draft],
        output: str | None = None,
        *,
        name: str = "",
        limits: Limits | None = None,
        locate: Locate | None = None,
        texts: Mapping[str, str] | None = None,
        findings: Sequence[Finding] = (),
    ) -> None:
        self._limits = limits or Limits()
        checked = check(list(nodes), output, self._limits, findings)
        if checked.findings:
            raise DescriptionError(problems([*checked.findings, *checked.too_big], locate))
        if checked.too_big:
            _refuse_size(checked.too_big, locate)
        self.name = name
        self.output = checked.output
        self.nodes = checked.nodes
        self.texts = MappingProxyType(dict(texts or {}))
        self.warnings = look_alikes(checked.nodes)
        self._locate = locate

    @cached_property
    def consumers(self) -> Mapping[str, tuple[Edge, ...]]:
        """For each node, the edges that read its value, in topological order of the readers."""
        found: dict[str, list[Edge]] = {name: [] for name in self.nodes}
        for edge in self.edges:
            found[edge.source].append(edge)
        return MappingProxyType({name: tuple(edges) for name, edges in found.items()})

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every edge, by target in topological order, then by slot."""
        return tuple(
            Edge(source, target.name, slot)
            for target in self.nodes.values()
            for slot, source in enumerate(target.inputs)
        )

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Every group, outer ones before the ones in them, in order of appearance."""
        found: dict[str, None] = {}
        for each in {n.group: None for n in self.nodes.values() if n.group}:
            parts = each.split("/")
            for depth in range(len(parts)):
                found.setdefault("/".join(parts[: depth + 1]))
        return tuple(found)

    @cached_property
    def outline(self) -> Outline:
        """Nodes, edges and groups as numbers."""
        from graphtui.graph.groups.outline import outline  # it is wanted where there are many

        return outline(self.nodes)

    @cached_property
    def group_tree(self) -> GroupTree:
        """How the groups nest, with runs of equal siblings."""
        from graphtui.graph.groups.tree import group_tree  # it is wanted where something is folded

        return group_tree(self.nodes, self.outline)

    def place(self, name: str) -> Place | None:
        """Where the node called `name` was described, as far as known."""
        found = self.nodes[name]
        if found.source is not None or not found.path or self._locate is None:
            return found.source
        (place,) = self._locate([(found.path, False)])
        return place_in(place, *found.span) if found.span else place

    def with_attrs(self, name: str, /, **attrs: Any) -> Graph:
        """This graph with other attributes of the node called `name`.

        >>> graph = Graph([node("x", "input", value=[[1.0, 2.0]]), node("f", "sum", ["x"])])
        >>> graph.with_attrs("f", axis=0).nodes["f"].shape
        (2,)

        Raises:
            UsageError: there is no such node.
            DescriptionError, LimitError: as for `Graph`.
        """
        if name not in self.nodes:
            raise UsageError(f"no node is named '{name}'.{nearest(name, self.nodes)}")
        nodes, findings = altered(self.nodes, name, attrs)
        if findings:
            raise DescriptionError(problems(findings, self._locate))
        if over := list(too_big(nodes, self._limits)):
            _refuse_size(over, self._locate)
        changed = copy(self)  # whatever is known of its names and places stays true
        changed.nodes = nodes
        return changed

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], *, limits: Limits | None = None) -> Graph:
        """The graph of a document in the JSON format; the inverse of `to_dict`.

        Raises:
            DescriptionError, LimitError: as for `Graph`.
        """
        from graphtui.graph.document import read  # only JSON needs it, and with it expressions

        reading = read(document)
        return cls(
            reading.drafts,
            reading.output,
            name=reading.name,
            limits=limits,
            findings=reading.findings,
        )

    def to_dict(self) -> dict[str, Any]:
        """The graph in the JSON format: plain dicts, lists, numbers and text."""
        from graphtui.graph.written import written

        return written(self.name, self.nodes.values(), self.output)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Graph) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        called = self.name or self.output
        return f"<Graph {called!r}: {len(self.nodes)} nodes, output {self.output!r}>"


def _refuse_size(findings: Sequence[Finding], locate: Locate | None) -> NoReturn:
    found = problems(findings, locate)
    raise LimitError(report(found), found)
