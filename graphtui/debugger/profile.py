"""How large values and gradients are along the depth of a graph: a row for every node or group.

A vanishing gradient is a slope in it, a dead layer a gap. What has not arrived yet is absent, which
is not zero. Which row is the worst, and in which order rows stand, is for `profile_columns`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.folding import folded_around
from graphtui.debugger.norms import norm
from graphtui.debugger.profile_columns import LEARNING_RATE
from graphtui.debugger.rounding import Summed
from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.graph import Graph, Node
from graphtui.ops.linear_map import Array, Diagonal
from graphtui.ops.op import Leaf

_FIRST = 256
"""Nodes after which there is a first profile."""
_MOST_BETWEEN = 20_000
"""Nodes between two profiles at most, so that it can be stopped soon."""
_MOST_ELEMENTS = 2**24
"""Elements of their values between two profiles, but for those of the last node."""

FLAT = 0.01
"""An element is saturated where the local gradient is smaller than this."""


class Size(NamedTuple):
    """How large one array is, or several together."""

    norm: float
    """The 2-norm; NaN or infinite where an element is."""
    elements: int

    @property
    def rms(self) -> float:
        """The root mean square, which does not grow with the number of elements."""
        return self.norm / math.sqrt(self.elements) if self.elements else 0.0


class Part(NamedTuple):
    """How many of a number of elements."""

    of_interest: int
    all: int

    @property
    def fraction(self) -> float:
        """From 0 to 1."""
        return self.of_interest / self.all


class ProfileRow(NamedTuple):
    """A node, or a group of them summed up; what is None is not there, which is not 0."""

    name: str
    """Of the node or the group."""
    node: str
    """The node, or the first of the group's."""
    depth: int
    """How many ops lie before it on the longest way; of a leaf, before its first use."""
    members: int
    """How many nodes: 1 unless it is a group."""
    parameters: int
    """How many of them are trained."""
    receives: bool
    """Whether a gradient arrives there sooner or later."""
    value: Size | None
    gradient: Size | None
    complete: bool
    """Whether the gradient has received everything."""
    update: float | None
    """Norm of the update over norm of the weights; None also where all weights are 0."""
    dead: Part | None
    """Elements at which a gate that is open or closed, like a ReLU, was closed."""
    saturated: Part | None
    """Elements at which the local gradient of another gate with one input was next to nothing."""
    cancels: bool = False
    """Whether what has arrived cancels, so that the gradient is only rounding, and of no size."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Every row in the order of depth."""

    rows: tuple[ProfileRow, ...]
    output: Size | None
    """The gradient that backward starts with, which others are held against."""
    learning_rate: float
    flat: float
    """What counts as saturated."""
    nodes: int
    """How many nodes were looked at."""
    complete: bool
    """Whether that is all of them, so that it was not interrupted."""


def profile(
    snapshot: Snapshot,
    *,
    folded: frozenset[str] = frozenset(),
    learning_rate: float = LEARNING_RATE,
    flat: float = FLAT,
    interrupted: Interrupted = never,
) -> Profile:
    """The profile of a run as far as the cursor has come.

    Args:
        snapshot: the run, and the cursor.
        folded: groups that are one row each.
        learning_rate: of plain gradient descent, for the size of an update beside the weights.
        flat: below this size, a local gradient is next to nothing.
        interrupted: asked now and then whether to stop; what there is then is marked so.
    """
    found = Profile((), None, learning_rate, flat, 0, False)
    for found in growing_profile(snapshot, folded, learning_rate, flat):
        if not found.complete and interrupted():
            break
    return found


def growing_profile(
    snapshot: Snapshot,
    folded: frozenset[str] = frozenset(),
    learning_rate: float = LEARNING_RATE,
    flat: float = FLAT,
) -> Iterator[Profile]:
    """The profile of more and more nodes, in the order of depth, until it is that of all.

    The first comes at once, and each is of up to four times as many nodes as the one before; of
    fewer where they are large.
    """
    graph = snapshot.graph
    depths = node_depths(graph)
    rounding = _Rounding(snapshot)
    rows: dict[str, ProfileRow | list[ProfileRow]] = {}
    names = sorted(graph.nodes, key=depths.__getitem__)
    done, pause = 0, _FIRST
    while True:
        elements = 0
        for name in names[done:pause]:
            node = graph.nodes[name]
            done += 1
            with np.errstate(all="ignore"):
                row = _row(snapshot, node, depths[name], learning_rate, flat)
                if rounding.is_all(row):
                    row = row._replace(cancels=True)
            if folded and (group := folded_around(graph, node.group, folded)):
                members = rows.setdefault(f"group {group}", [])
                assert isinstance(members, list), "only nodes are under the names of nodes"
                members.append(row._replace(name=group))
            else:
                rows[f"node {name}"] = row  # a node may be called like a group
            elements += row.value.elements if row.value is not None else 0
            if elements >= _MOST_ELEMENTS:
                break
        pause = min(4 * done, done + _MOST_BETWEEN)
        output = snapshot.gradient(graph.output)
        yield Profile(
            tuple(_together(row) if isinstance(row, list) else row for row in rows.values()),
            None if output is None else _size(output),
            learning_rate,
            flat,
            done,
            done == len(names),
        )
        if done == len(names):
            return


def node_depths(graph: Graph) -> Mapping[str, int]:
    """For each node, how many ops lie before it; a leaf stands just before its first use."""
    depths: dict[str, int] = {}
    leaves: dict[str, int] = {}
    for name, node in graph.nodes.items():
        if node.is_leaf:
            continue
        depth = 1 + max((depths.get(source, 0) for source in node.inputs), default=0)
        depths[name] = depth
        for source in node.inputs:
            if source not in depths:
                leaves[source] = min(leaves.get(source, depth - 1), depth - 1)
    return {name: depths.get(name, leaves.get(name, 0)) for name in graph.nodes}


# One node ---------------------------------------------------------------------------------------


def _row(
    snapshot: Snapshot, node: Node, depth: int, learning_rate: float, flat: float
) -> ProfileRow:
    """What is known of one node."""
    name = node.name
    array, arrived = snapshot.value(name), snapshot.gradient(name)
    value = None if array is None else _size(array)
    gradient = None if arrived is None else _size(arrived)
    trained = isinstance(node.op, Leaf) and node.op.trained
    at_end = snapshot.cursor == snapshot.total
    expected = snapshot.expected(name) > 0 or name == snapshot.graph.output
    dead, saturated = _gate(snapshot, node, flat) if len(node.inputs) == 1 else (None, None)
    return ProfileRow(
        name,
        name,
        depth,
        1,
        int(trained),
        gradient is not None or (expected and snapshot.run.plan.seed_step > 0),
        value,
        gradient,
        gradient is not None and (at_end or snapshot.complete(name)),
        _update(value, gradient, learning_rate) if trained else None,
        dead,
        saturated,
    )


class _Rounding:
    """Which rows of a snapshot are rounding; only gradients that are tiny are looked into."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._summed = Summed(snapshot.run)
        output = snapshot.gradient(snapshot.graph.output)
        self._whole = 0.0 if output is None else _size(output).rms

    def is_all(self, row: ProfileRow) -> bool:
        """Whether the gradient of a node is rounding."""
        gradient = self._snapshot.gradient(row.node) if row.complete else None
        if gradient is None or row.gradient is None:
            return False
        tiny = math.sqrt(np.finfo(gradient.dtype).eps) * self._whole
        return 0 < row.gradient.rms <= tiny and self._summed.cancels(row.node, gradient)


def _size(array: Array) -> Size:
    if array.ndim == 0:  # a graph of scalars has very many of them
        return Size(abs(float(array)), 1)
    flat = np.asarray(array, np.float64).ravel(order="K")
    squares = float(np.dot(flat, flat))
    # Squares that over- or underflow are for `norm`, which takes three times as long.
    plain = 1e-280 < squares < math.inf
    return Size(math.sqrt(squares) if plain else norm(array), array.size)


def _gate(snapshot: Snapshot, node: Node, flat: float) -> tuple[Part | None, Part | None]:
    """What part of a gate with one input is closed, or saturated, once its step back is done."""
    sent = snapshot.sent(node.name)
    local = sent[0].local if sent else None
    if not isinstance(local, Diagonal) or not isinstance(local.factor, np.ndarray):
        return None, None
    factor = local.factor
    if not factor.size:
        return None, None
    if factor.dtype == bool:
        return Part(factor.size - int(np.count_nonzero(factor)), factor.size), None
    return None, Part(int(np.count_nonzero(np.abs(factor) < flat)), factor.size)


def _update(value: Size | None, gradient: Size | None, learning_rate: float) -> float | None:
    """How large the step of gradient descent is beside the weights that it changes."""
    if value is None or gradient is None or not value.norm:
        return None
    return learning_rate * gradient.norm / value.norm


# One group --------------------------------------------------------------------------------------


def _together(rows: list[ProfileRow]) -> ProfileRow:
    """Several nodes as one row, which stands where the first of them does."""
    receiving = [row for row in rows if row.receives]
    trained = [row for row in rows if row.update is not None and row.value is not None]
    weights = math.hypot(*(row.value.norm for row in trained if row.value))
    changes = math.hypot(
        *(row.update * row.value.norm for row in trained if row.value and row.update)
    )
    return ProfileRow(
        rows[0].name,
        rows[0].node,
        rows[0].depth,
        len(rows),
        sum(row.parameters for row in rows),
        bool(receiving),
        _sizes(row.value for row in rows),
        _sizes(row.gradient for row in rows),
        bool(receiving) and all(row.complete for row in receiving),
        changes / weights if trained else None,
        _parts(row.dead for row in rows),
        _parts(row.saturated for row in rows),
        all(row.cancels for row in rows if row.gradient) and any(row.cancels for row in rows),
    )


def _sizes(sizes: Iterable[Size | None]) -> Size | None:
    known = [size for size in sizes if size is not None]
    if not known:
        return None
    return Size(math.hypot(*(size.norm for size in known)), sum(size.elements for size in known))


def _parts(parts: Iterable[Part | None]) -> Part | None:
    known = [part for part in parts if part is not None]
    if not known:
        return None
    return Part(sum(part.of_interest for part in known), sum(part.all for part in known))
