"""What was described: nodes with names, ops, shapes and places, checked once and never changed.

Several front doors (Python, JSON, expressions) write `Draft`s; `Graph` checks them to the end, reports every
problem with its place, and infers every shape and dtype before a single array is computed. Running it is
the engine's work.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from graphtui.errors import DescriptionError, LimitError, Place, Problem, nearest
from graphtui.graph.values import check_init, init_array, leaf_array, nested_list
from graphtui.ops import OPS
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import LEAVES, DType, Leaf, Mismatch, Op

FORMAT_VERSION = 1


class Edge(NamedTuple):
    """From a value to its use."""

    source: str
    """The node whose value is read."""
    target: str
    """The node that reads it."""
    slot: int
    """The number of the input, from 0."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How big a graph may be; checked from inferred shapes, before anything is allocated."""

    array_bytes: int = 2**28
    """Most bytes of one array (`--max-array`)."""
    total_bytes: int = 2**30
    """Most bytes of all values together (`--max-total`)."""


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A node as it was written, unchecked."""

    name: str
    op: str
    inputs: tuple[str, ...] = ()
    attrs: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    value: Any = None
    """For a leaf: a number, nested lists or an array."""
    init: Mapping[str, Any] | None = None
    """For a leaf: how to make the value, instead of `value`."""
    dtype: str | None = None
    place: Place | None = None
    """Where the expression stands in a Python description."""
    path: tuple[str | int, ...] = ()
    """Where the node stands in a JSON description."""


def node(
    name: str,
    op: str,
    inputs: Iterable[str] = (),
    *,
    value: Any = None,
    group: str = "",
    dtype: str | None = None,
    **attrs: Any,
) -> Draft:
    """One node for `Graph([...])`, written by hand.

    >>> graph = Graph([node("x", "input", value=2.0), node("f", "exp", ["x"])])
    >>> graph.output, graph.nodes["f"].shape
    ('f', ())
    """
    return Draft(name, op, tuple(inputs), attrs, group, value, dtype=dtype)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One value of the graph: given, or computed by an op from other values."""

    name: str
    op: Op | Leaf
    inputs: tuple[str, ...]
    attrs: Mapping[str, Any]
    """Checked and complete: every attribute of the op has a value."""
    group: str
    """The groups it lies in, outermost first, separated by `/`; "" is the top."""
    shape: Shape
    dtype: DType
    value: Array | None = None
    """A leaf's own value, read-only."""
    init: Mapping[str, Any] | None = None
    source: Place | None = None
    """The expression in a Python description that made it."""
    path: tuple[str | int, ...] = ()
    """Its place in a JSON description."""

    @property
    def is_leaf(self) -> bool:
        """Whether it is given rather than computed."""
        return isinstance(self.op, Leaf)

    @property
    def short_name(self) -> str:
        """The name without the groups it lies in.

        >>> Graph([node("dot/a", "input", value=1.0, group="dot")]).nodes["dot/a"].short_name
        'a'
        """
        prefix = self.group + "/"
        return (
            self.name[len(prefix) :] if self.group and self.name.startswith(prefix) else self.name
        )

    @property
    def nbytes(self) -> int:
        """Bytes of its value."""
        return math.prod(self.shape) * self.dtype.itemsize


class Graph:
    """A computational graph: immutable, in topological order, every shape and dtype known.

    Args:
        nodes: the drafts, in any order; see `node`.
        output: the name of the node that backward starts from; None means the only node nothing reads.
        name: a title for people.
        limits: how big it may be.
        locate: from a JSON path to its place in the text, for messages and for the source view.
        texts: the text of each file that places point into.

    Raises:
        DescriptionError: something is wrong; the error lists every problem with its place.
        LimitError: an array, or all of them together, would be bigger than `limits` allows.
    """

    def __init__(
        self,
        nodes: Iterable[Draft],
        output: str | None = None,
        *,
        name: str = "",
        limits: Limits | None = None,
        locate: Callable[[tuple[str | int, ...]], Place] | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        check = _Check(list(nodes), locate)
        check.names()
        check.ops()
        check.references()
        order = check.order()
        check.infer(order)
        chosen = check.output(output)
        if check.problems:
            raise DescriptionError(check.problems)
        check.budget(limits or Limits())
        self.name = name
        self.output = chosen
        self.nodes: Mapping[str, Node] = MappingProxyType(check.built(order))
        """Every node by name, in topological order."""
        self.texts: Mapping[str, str] = MappingProxyType(dict(texts or {}))
        self._locate = locate

    @cached_property
    def consumers(self) -> Mapping[str, tuple[Edge, ...]]:
        """For each node, the edges that read its value, in topological order of the readers."""
        found: dict[str, list[Edge]] = {name: [] for name in self.nodes}
        for edge in self.edges:
            found[edge.source].append(edge)
        return {name: tuple(edges) for name, edges in found.items()}

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

    def place(self, name: str) -> Place | None:
        """Where the node called `name` was described, as far as known."""
        found = self.nodes[name]
        if found.source is None and found.path and self._locate is not None:
            return self._locate(found.path)
        return found.source

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], *, limits: Limits | None = None) -> Graph:
        """The graph of a document in the JSON format; the inverse of `to_dict`.

        Raises:
            DescriptionError, LimitError: as for `Graph`.
        """
        from graphtui.graph.json_file import graph_from_document  # it imports this module

        return graph_from_document(document, limits=limits)

    def to_dict(self) -> dict[str, Any]:
        """The graph in the JSON format: plain dicts, lists, numbers and text."""
        document: dict[str, Any] = {"graphtui": FORMAT_VERSION}
        if self.name:
            document["name"] = self.name
        document["nodes"] = [_node_document(each) for each in self.nodes.values()]
        document["output"] = self.output
        return document

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Graph) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return (
            f"<Graph {self.name or self.output!r}: {len(self.nodes)} nodes, output {self.output!r}>"
        )


def _node_document(each: Node) -> dict[str, Any]:
    document: dict[str, Any] = {"id": each.name, "op": each.op.name}
    if isinstance(each.op, Op):
        document["inputs"] = list(each.inputs)
        attrs = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in each.attrs.items()
            if value != each.op.attrs[name].default
        }
        if attrs:
            document["attrs"] = attrs
    else:
        document |= _leaf_document(each)
    if each.group:
        document["group"] = each.group
    return document


def _leaf_document(leaf: Node) -> dict[str, Any]:
    natural: DType = np.dtype(np.float64)
    document: dict[str, Any] = {}
    if leaf.init is not None:
        document["init"] = {
            kind: {k: list(v) if isinstance(v, tuple) else v for k, v in settings.items()}
            for kind, settings in leaf.init.items()
        }
    else:
        assert leaf.value is not None
        document["value"] = nested_list(leaf.value)
        natural = leaf_array(leaf.value.tolist(), leaf.op.name).dtype
        if not leaf.value.size and leaf.shape != (0,):
            document["shape"] = list(leaf.shape)
    if leaf.dtype != natural:
        document["dtype"] = leaf.dtype.name
    return document


class _Check:
    """One walk over the drafts, collecting every problem; steps run in the order in which they stand."""

    def __init__(
        self, drafts: Sequence[Draft], locate: Callable[[tuple[str | int, ...]], Place] | None
    ) -> None:
        self.drafts = drafts
        self.locate = locate
        self.problems: list[Problem] = []
        self.by_name: dict[str, Draft] = {}
        self.broken: set[str] = set()
        """Nodes about which nothing more can be said: they, or something they read, are wrong."""
        self.shapes: dict[str, Shape] = {}
        self.dtypes: dict[str, DType] = {}
        self.values: dict[str, Array] = {}
        self.attrs: dict[str, Mapping[str, Any]] = {}

    def report(self, draft: Draft, message: str, *part: str | int, code: str) -> None:
        """Note that `part` of `draft` is wrong."""
        self.broken.add(draft.name)
        self.problems.append(self._problem(draft, message, part, code))

    def _problem(
        self, draft: Draft, message: str, part: tuple[str | int, ...], code: str
    ) -> Problem:
        if draft.path:
            path = draft.path + part
            place = self.locate(path) if self.locate else None
            return Problem(message, place, json_path(path), code)
        return Problem(message, draft.place, f"node '{draft.name}'", code)

    def names(self) -> None:
        """Every node has a name of its own."""
        for draft in self.drafts:
            first = self.by_name.setdefault(draft.name, draft)
            if first is not draft:
                where = f" (first at {self._where(first)})" if self._where(first) else ""
                self.report(
                    draft, f"the name '{draft.name}' is taken{where}.", "id", code="duplicate-name"
                )
        if not self.by_name:
            self.problems.append(Problem("the graph has no nodes.", None, "", "empty"))

    def _where(self, draft: Draft) -> str:
        problem = self._problem(draft, "", ("id",) if draft.path else (), "")
        return str(problem.place or (problem.path if draft.path else ""))

    def ops(self) -> None:
        """Every op exists, takes that many inputs, and its attributes are right; leaves have values."""
        for draft in self.by_name.values():
            if draft.op in LEAVES:
                self._leaf(draft)
            elif draft.op in OPS:
                self._op(draft, OPS[draft.op])
            else:
                hint = nearest(draft.op, (*OPS, *LEAVES)) or " `graphtui ops` lists all."
                self.report(draft, f"'{draft.op}' is not an op.{hint}", "op", code="unknown-op")

    def _op(self, draft: Draft, op: Op) -> None:
        if draft.value is not None or draft.init is not None or draft.dtype is not None:
            self.report(
                draft,
                f"'{draft.name}' is computed by {op.name}; only {', '.join(LEAVES)} have a value.",
                "value"
                if draft.value is not None
                else "init"
                if draft.init is not None
                else "dtype",
                code="value",
            )
        try:
            op.letters(len(draft.inputs))
        except Mismatch as error:
            self.report(draft, str(error), "inputs", code="arity")
        try:
            self.attrs[draft.name] = op.complete(draft.attrs)
        except Mismatch as error:
            self.report(draft, str(error), "attrs", code="attribute")

    def _leaf(self, draft: Draft) -> None:
        if draft.inputs:
            self.report(draft, f"{draft.op} takes no inputs.", "inputs", code="arity")
        if draft.attrs:
            self.report(draft, f"{draft.op} takes no attributes.", "attrs", code="attribute")
        self.attrs[draft.name] = {}
        if (draft.value is None) == (draft.init is None):
            self.report(
                draft,
                f"{draft.op} '{draft.name}' needs either a 'value' or an 'init'.",
                code="value",
            )
            return
        try:
            if draft.init is not None:
                self.shapes[draft.name] = check_init(draft.init)
                self.dtypes[draft.name] = leaf_array(0.0, draft.op, draft.dtype).dtype
            else:
                array = leaf_array(draft.value, draft.op, draft.dtype)
                self.values[draft.name] = array
                self.shapes[draft.name], self.dtypes[draft.name] = array.shape, array.dtype
        except Mismatch as error:
            part = "init" if draft.init is not None else "value"
            self.report(draft, str(error), part, code="value")

    def references(self) -> None:
        """Every input names a node."""
        for draft in self.by_name.values():
            for slot, source in enumerate(draft.inputs):
                if source not in self.by_name:
                    self.report(
                        draft,
                        f"no node is named '{source}'.{nearest(source, self.by_name)}",
                        "inputs",
                        slot,
                        code="unknown-name",
                    )

    def order(self) -> list[str]:
        """A topological order that stays as near to the written one as it can; cycles are reported.

        Kahn's algorithm over a heap of positions: what was written in order stays in order.
        """
        position = {name: i for i, name in enumerate(self.by_name)}
        names = list(self.by_name)
        waiting = [0] * len(names)
        readers: list[list[int]] = [[] for _ in names]
        for name, draft in self.by_name.items():
            for source in draft.inputs:
                if source in position:
                    readers[position[source]].append(position[name])
                    waiting[position[name]] += 1
        ready = [i for i, count in enumerate(waiting) if not count]
        order: list[str] = []
        while ready:
            i = heapq.heappop(ready)
            order.append(names[i])
            for reader in readers[i]:
                waiting[reader] -= 1
                if not waiting[reader]:
                    heapq.heappush(ready, reader)
        if len(order) < len(names):
            self._report_cycle({names[i] for i, count in enumerate(waiting) if count})
        return order

    def _report_cycle(self, stuck: set[str]) -> None:
        """Follow inputs that are stuck themselves until a node comes up again: that stretch is a cycle."""
        walk: dict[str, int] = {}
        name = next(n for n in self.by_name if n in stuck)
        while name not in walk:
            walk[name] = len(walk)
            name = next(s for s in self.by_name[name].inputs if s in stuck)
        cycle = list(walk)[walk[name] :][::-1]
        shown = [*cycle, cycle[0]] if len(cycle) <= 6 else [*cycle[:5], "…", cycle[0]]
        length = f"{len(cycle)} nodes wait" if len(cycle) > 1 else "a node waits"
        other = "each other" if len(cycle) > 1 else "itself"
        draft = self.by_name[cycle[0]]
        self.report(
            draft,
            f"{length} for {other} in a cycle: {' → '.join(shown)}. A graph runs one way; cut one edge.",
            "inputs",
            code="cycle",
        )
        self.broken |= stuck

    def infer(self, order: Iterable[str]) -> None:
        """Every shape and dtype, from those of the leaves on."""
        for name in order:
            draft = self.by_name[name]
            if draft.op in LEAVES:
                continue
            if name in self.broken or any(source in self.broken for source in draft.inputs):
                self.broken.add(name)
                continue
            op = OPS[draft.op]
            try:
                shapes = [self.shapes[source] for source in draft.inputs]
                self.shapes[name] = op.shape(*shapes, **self.attrs[name])
                self.dtypes[name] = op.dtype(*(self.dtypes[source] for source in draft.inputs))
            except Mismatch as error:
                read = ", ".join(f"'{s}' {self.shapes[s]}" for s in draft.inputs)
                prefix = f"node '{name}': " if draft.path else ""
                self.report(draft, f"{prefix}{error} It reads {read}.", "inputs", code="shape")

    def output(self, wanted: str | None) -> str:
        """The output's name: the wanted one, else the only node that nothing reads."""
        if wanted is not None:
            if wanted not in self.by_name:
                self.problems.append(
                    Problem(
                        f"the output '{wanted}' is not a node.{nearest(wanted, self.by_name)}",
                        self.locate(("output",)) if self.locate else None,
                        "$.output" if self.locate else "",
                        "unknown-name",
                    )
                )
            return wanted
        read = {source for draft in self.by_name.values() for source in draft.inputs}
        sinks = [name for name in self.by_name if name not in read]
        if len(sinks) != 1 and not self.problems:
            listed = ", ".join(f"'{name}'" for name in sinks[:8])
            more = f" and {len(sinks) - 8} more" if len(sinks) > 8 else ""
            self.problems.append(
                Problem(
                    f"which node is the output? Nothing reads {listed}{more}. Name one.",
                    code="output",
                )
            )
        return sinks[0] if sinks else ""

    def budget(self, limits: Limits) -> None:
        """Refuse what would not fit, before anything is computed.

        Raises:
            LimitError: with the node, its size and the option that lifts the limit.
        """
        total = 0
        for name, shape in self.shapes.items():
            size = math.prod(shape) * self.dtypes[name].itemsize
            total += size
            if size > limits.array_bytes:
                message = (
                    f"'{name}' {shape} would need {size:,} bytes, the limit for one array is "
                    f"{limits.array_bytes:,}. Nothing was computed. If it is meant: --max-array {size}."
                )
                problem = self._problem(self.by_name[name], message, (), "limit")
                raise LimitError("\n".join(problem.lines()), [problem])
        if total > limits.total_bytes:
            raise LimitError(
                f"the values of this graph would need {total:,} bytes, the limit is "
                f"{limits.total_bytes:,}. Nothing was computed. If it is meant: --max-total {total}."
            )

    def built(self, order: Iterable[str]) -> dict[str, Node]:
        """The checked nodes; starting values that are described rather than given are made here."""
        return {name: self._node(self.by_name[name]) for name in order}

    def _node(self, draft: Draft) -> Node:
        name = draft.name
        value = self.values.get(name)
        if draft.init is not None:
            value = init_array(draft.init, self.dtypes[name])
        return Node(
            name=name,
            op=OPS[draft.op] if draft.op in OPS else LEAVES[draft.op],
            inputs=draft.inputs,
            attrs=MappingProxyType(dict(self.attrs[name])),
            group=draft.group,
            shape=self.shapes[name],
            dtype=self.dtypes[name],
            value=value,
            init=draft.init,
            source=draft.place,
            path=draft.path,
        )


def json_path(path: Sequence[str | int]) -> str:
    """`path` as it is written in messages.

    >>> json_path(("nodes", 3, "inputs", 1))
    '$.nodes[3].inputs[1]'
    """
    steps = (
        f"[{step}]"
        if isinstance(step, int)
        else f".{step}"
        if step.isidentifier()
        else f'["{step}"]'
        for step in path
    )
    return "$" + "".join(steps)
