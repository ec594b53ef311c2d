"""The words in which a graph is described: drafts as they were written, nodes as they were checked.

Every front door (Python, JSON, expressions) writes `Draft`s; `check` makes `Node`s of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from graphtui.errors import Place
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import DType, Leaf, Op

if TYPE_CHECKING:
    from graphtui.graph.json.tokens import Path


class Edge(NamedTuple):
    """From a value to its use."""

    source: str
    """The node whose value is read."""
    target: str
    """The node that reads it."""
    slot: int
    """The number of the input, from 0."""


class Limits(NamedTuple):
    """How big a graph may be; checked from inferred shapes, before anything is allocated."""

    array_bytes: int = 2**28
    """Most bytes of one array (`--max-array`)."""
    total_bytes: int = 2**30
    """Most bytes of all values together (`--max-total`)."""


NOTHING: Mapping[str, Any] = MappingProxyType({})
"""No attributes; one object for all nodes that have none."""


class Draft(NamedTuple):
    """A node as it was written, unchecked."""

    name: str
    op: str
    inputs: tuple[str, ...] = ()
    attrs: Mapping[str, Any] = NOTHING
    group: str = ""
    value: Any = None
    """For a leaf: a number, nested lists or an array."""
    init: Mapping[str, Any] | None = None
    """For a leaf: how to make the value, instead of `value`."""
    dtype: str | None = None
    place: Place | None = None
    """Where the expression stands in a Python description."""
    path: Path = ()
    """Where the node stands in a JSON description."""
    shape: Sequence[int] | None = None
    """For a leaf without elements: its shape, which nested lists cannot always tell."""
    span: tuple[int, int] | None = None
    """Which part of the text at `path` made it, where that is an expression."""
    weak: bool = False
    """For a constant: a number written among values takes their dtype, as Python's numbers do."""
    sound: bool = True
    """False where whoever wrote the draft has reported it already: it only lends its name then."""
    record: Op | None = None
    """The record of `op`, where the description defines that by itself; else it stands in `OPS`."""


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

    >>> node("h", "sum", ["x"], axis=0).attrs
    {'axis': 0}
    """
    return Draft(name, op, tuple(inputs), attrs, group, value, dtype=dtype)


class Node(NamedTuple):
    """One value of the graph: given, or computed by an op from other values.

    A tuple, for a hundred thousand are made while somebody waits; each is equal to itself only.
    """

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
    """How a leaf's value was made, where that was described."""
    source: Place | None = None
    """The expression in a Python description that made it."""
    path: Path = ()
    """Its place in a JSON description."""
    span: tuple[int, int] | None = None
    """Which part of the text at `path` made it, where that is an expression."""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:
        return id(self)

    @property
    def is_leaf(self) -> bool:
        """Whether it is given rather than computed."""
        return isinstance(self.op, Leaf)

    @property
    def short_name(self) -> str:
        """The name without the groups it lies in, as far as it begins with them.

        A node `gate/exp` of the group `net/gate` is called `exp` there, as `net/gate/exp` would be.
        """
        parts = self.group.split("/") if self.group else []
        for start in range(len(parts)):
            prefix = "/".join(parts[start:]) + "/"
            if self.name.startswith(prefix) and self.name != prefix:
                return self.name[len(prefix) :]
        return self.name

    @property
    def nbytes(self) -> int:
        """Bytes of its value."""
        return math.prod(self.shape) * self.dtype.itemsize
