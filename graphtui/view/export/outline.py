"""The picture as boxes, wires and groups with words, for programs that draw graphs themselves.

What the words are is as on the screen: labels, numbers as of the cursor, roles. How they are
written is for `dot` and `mermaid`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from graphtui.debugger.folding import folded_around
from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.graph import Edge, Graph
from graphtui.ops.op import Op
from graphtui.view.picture.graph_panel import marks
from graphtui.view.picture.scene import Scene
from graphtui.view.text.safe_text import safe_text


class Number(NamedTuple):
    """What leaves a box."""

    name: str
    """What it is called, where several values leave the box; else ""."""
    value: str
    gradient: str
    """"" where none ever comes."""


class Drawn(NamedTuple):
    """A box."""

    number: int
    label: str
    name: str
    """What the user called it, where that is not the label; else ""."""
    kind: str
    """"leaf", "op" or "group"."""
    role: str
    """The state that it is in."""
    numbers: tuple[Number, ...]
    output: bool
    """Whether it is the result of the graph."""


class Line(NamedTuple):
    """A wire."""

    source: int
    target: int
    leaves: str
    """What the value is called, where several leave the box; else ""."""
    enters: str
    """Which operand it is, where there are several; else ""."""


class Kind(StrEnum):
    """What comes next."""

    OPEN = "open"
    CLOSE = "close"
    BOX = "box"


class Outline(NamedTuple):
    """Everything that is drawn."""

    title: str
    parts: tuple[tuple[Kind, str | Drawn], ...]
    """The boxes in their groups, which open with their names and close."""
    lines: tuple[Line, ...]


def outline(snapshot: Snapshot, scene: Scene) -> Outline:
    """The boxes, wires and groups of a picture, with what is known at the cursor."""
    number = {box.key: at for at, box in enumerate(scene.boxes)}
    groups = [_groups(snapshot, scene, box.key) for box in scene.boxes]
    boxes = _boxes(snapshot, scene)
    return Outline(
        title_of(snapshot),
        tuple(_nested(groups, boxes)),
        tuple(_lines(snapshot.graph, scene, number)),
    )


def title_of(snapshot: Snapshot) -> str:
    """What the picture is called: the graph, and where the cursor stands.

    >>> from graphtui.graph.graph import Graph, node
    >>> from graphtui.debugger.session import DebugSession
    >>> graph = Graph([node("x", "input", value=2.0), node("f", "exp", ["x"])], name="net")
    >>> title_of(DebugSession(graph).snapshot())
    'net, step 0 of 3'
    """
    name = safe_text(snapshot.graph.name or snapshot.graph.output)
    phase = f"{snapshot.phase}, " if snapshot.step is not None else ""
    return f"{name}, {phase}step {snapshot.cursor} of {snapshot.total}"


def _boxes(snapshot: Snapshot, scene: Scene) -> Iterator[Drawn]:
    said = marks(scene, snapshot)
    for at, box in enumerate(scene.boxes):
        key = box.key
        names = [_short(snapshot.graph, name) for name in scene.several.get(key, ())]
        if key in said.several:
            values, gradients = said.several[key]
        else:
            names, values, gradients = [""], [said.values[key]], [said.gradients[key]]
        yield Drawn(
            at,
            box.label.strip(),
            scene.names.get(key, ""),
            box.kind,
            said.boxes[key],
            tuple(map(Number, names, values, gradients)),
            box.output,
        )


def _lines(graph: Graph, scene: Scene, number: dict[str, int]) -> Iterator[Line]:
    operands = {box.key: box.inputs for box in scene.boxes}
    for wire, edges in zip(scene.wires, scene.edges, strict=True):
        several = wire.source in scene.several
        leaves = _short(graph, edges[0].source) if several else ""
        enters = "" if operands[wire.target] < 2 else _operand(graph, scene, wire.target, edges[0])
        yield Line(number[wire.source], number[wire.target], leaves, enters)


def _operand(graph: Graph, scene: Scene, box: str, edge: Edge) -> str:
    """What a gate calls an operand; of a group, the value that comes in."""
    node = graph.nodes[edge.target]
    if box in scene.members or not isinstance(node.op, Op):
        return _short(graph, edge.source)
    return node.op.letters(len(node.inputs))[edge.slot]


def _short(graph: Graph, name: str) -> str:
    return safe_text(graph.nodes[name].short_name)


def _groups(snapshot: Snapshot, scene: Scene, key: str) -> tuple[str, ...]:
    """The groups around a box, outermost first; runs of equal ones are none."""
    graph = snapshot.graph
    tree, group = graph.group_tree, graph.nodes[scene.speaker[key]].group
    own = ""
    if key in scene.members:
        own = folded_around(graph, group, snapshot.folded - scene.kept_open)
    around = tree.around(group) if group else ()
    outer = around[: around.index(own)] if own in around else around
    return tuple(each for each in outer if tree.number[each] not in tree.siblings)


def _nested(
    groups: Sequence[tuple[str, ...]], boxes: Iterator[Drawn]
) -> Iterator[tuple[Kind, str | Drawn]]:
    """The boxes, those of a group in a row: groups stand where the first of their boxes does."""
    drawn = list(boxes)
    first: dict[tuple[str, ...], int] = {}
    for at, around in enumerate(groups):
        for depth in range(1, len(around) + 1):
            first.setdefault(around[:depth], at)

    def place(at: int) -> list[int]:
        around = groups[at]
        return [*(first[around[:depth]] for depth in range(1, len(around) + 1)), at]

    open_ones: tuple[str, ...] = ()
    for at in sorted(range(len(drawn)), key=place):
        around = groups[at]
        same = sum(1 for _ in _common(open_ones, around))
        yield from ((Kind.CLOSE, each) for each in reversed(open_ones[same:]))
        yield from ((Kind.OPEN, each) for each in around[same:])
        open_ones = around
        yield Kind.BOX, drawn[at]
    yield from ((Kind.CLOSE, each) for each in reversed(open_ones))


def _common(one: Sequence[str], other: Sequence[str]) -> Iterator[str]:
    """What two sequences begin with."""
    for here, there in zip(one, other, strict=False):  # the longer one goes on alone
        if here != there:
            return
        yield here
