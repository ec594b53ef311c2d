"""A graph as boxes and wires: which node is in which box, and what a folded group hides.

This depends on the graph and on what is folded, not on the run, so that it is made once and laid
out once. What a run adds at every step (numbers, states) is in `graph_panel`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress

from graphtui.graph.collector import no_collector
from graphtui.graph.graph import Edge, Graph, Node
from graphtui.graph.groups.tree import GroupTree
from graphtui.ops.linear_map import Shape
from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.rooms.frames import Framed
from graphtui.view.picture.folded import Folded, cycle, folded_boxes
from graphtui.view.picture.gates import MOST_NAME, Gate, gates, own_name
from graphtui.view.picture.named import Bundles, Homes, Members
from graphtui.view.picture.nearby import Near, Part, part
from graphtui.view.text.numbers import amount
from graphtui.view.text.safe_text import cell_width, safe_text

SCALAR_GAP = 6
"""Cells for a number on a wire: `-12.34`, `7.8e-4`."""

MOST_GAP = 18
"""Cells for the shape of an array and what it comes to: `64×784 ~0.50`."""

OPENS = "▸"
"""The mark of a group that is drawn as one box."""

OPENED = "▾"
"""The mark of a group that is open."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Scene:
    """Boxes and wires, and how they belong to the nodes and edges of the graph."""

    boxes: tuple[Box, ...]
    wires: Sequence[Wire]
    box_of: Mapping[str, str]
    """For each node, the key of the box that shows it; a constant inside a gate is in its gate."""
    speaker: Mapping[str, str]
    """For each box, the node whose value and gradient it shows."""
    members: Mapping[str, tuple[str, ...]]
    """For each folded group's box, the nodes in it, in topological order."""
    edges: Sequence[tuple[Edge, ...]]
    """For each wire, in the same order, the edges that run along it."""
    names: Mapping[str, str]
    """For boxes whose label is not already the name: the name that the user gave."""
    kept_open: frozenset[str]
    """Folded groups that cannot be one box, as values leave them and come back."""
    enters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Where only a part is drawn: for boxes, the operands that come from outside."""
    leaves: frozenset[str] = frozenset()
    """Where only a part is drawn: the boxes whose values are read outside."""
    several: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For boxes that several values leave: the nodes, in the order of the ports."""
    framed: Framed | None = None
    """Where open groups have frames: what is to be laid out."""
    opened: Mapping[str, str] = field(default_factory=dict)
    """For each frame, by its key, the open group."""


def scene(graph: Graph, folded: frozenset[str] = frozenset(), near: Near | None = None) -> Scene:
    """The boxes and wires of `graph`, each outermost group or run in `folded` being one box.

    Args:
        graph: what is to be drawn.
        folded: groups and runs.
        near: which part of it; None is all. What is not drawn still has a box by its name.
    """
    with no_collector():
        return _folded(graph, folded, near) if folded or near else _open(graph)


def _open(graph: Graph) -> Scene:
    """Every node is a box, but for the constants in gates."""
    found = gates(graph)
    inside_of = {name: its.inside for name, its in found.items() if its.inside}
    drawn = [e for e in graph.edges if e.slot not in inside_of.get(e.target, ())]
    box_of = dict(zip(graph.nodes, graph.nodes, strict=True))
    hidden = _hidden(graph, inside_of)
    for name in hidden:
        box_of[name] = graph.consumers[name][0].target
    wires, edges, ports = _wires(drawn)
    boxes, names = [], {}
    speaker = {name: name for name in graph.nodes if name not in hidden}
    for key in speaker:
        node, its_gate = graph.nodes[key], found.get(key)
        own = own_name(node) if its_gate is not None else ""
        if own:
            names[key] = own
        boxes.append(node_box(key, node, its_gate, ports.get(key, 0), own, key == graph.output))
    return Scene(
        boxes=tuple(boxes),
        wires=tuple(wires),
        box_of=box_of,
        speaker=speaker,
        members={},
        edges=tuple(edges),
        names=names,
        kept_open=frozenset(),
    )


def _hidden(graph: Graph, inside_of: Mapping[str, frozenset[int]]) -> set[str]:
    """The constants that stand in gates only."""
    inside = {graph.nodes[name].inputs[slot] for name, slots in inside_of.items() for slot in slots}
    return {
        name
        for name in inside
        if name != graph.output
        and all(e.slot in inside_of.get(e.target, ()) for e in graph.consumers[name])
    }


def dimensions(shape: Shape) -> str:
    """The shape of an array in few cells.

    >>> dimensions((64, 784)), dimensions((4,)), dimensions(())
    ('64×784', '(4,)', '')
    """
    return f"({shape[0]},)" if len(shape) == 1 else "×".join(map(str, shape))


def node_box(
    key: str, node: Node, its_gate: Gate | None, ports: int, own: str, output: bool, label: str = ""
) -> Box:
    """The box of a node; or with a label that of the group whose values leave at the node."""
    if label:
        kind = "group"
    elif its_gate is None:
        label, kind = safe_text(node.short_name, MOST_NAME), "leaf"
    else:
        label, kind = its_gate.label, "op"
    # The name stands in the border, with a mark before it: the box must be as wide inside.
    if own and (wanted := cell_width(own) + 1) > max(cell_width(label), 3):
        spare = wanted - cell_width(label)
        label = " " * (spare // 2) + label + " " * (spare - spare // 2)
    return Box(key, label, ports, kind, number_gap(node), output)


def number_gap(node: Node) -> int:
    """The cells for the numbers of a node."""
    if not node.shape:
        return SCALAR_GAP
    return min(cell_width(dimensions(node.shape)) + SCALAR_GAP + 2, MOST_GAP)


def _wires(
    drawn: Sequence[Edge],
) -> tuple[Iterable[Wire], Iterable[tuple[Edge, ...]], dict[str, int]]:
    """The wires, the edge along each, and how many operands each box has."""
    wires: list[Wire] = []
    ports: dict[str, int] = {}
    before, port = "", 0
    for source, target, _ in drawn:  # edges come by target
        if target != before:
            before, port = target, 0
        wires.append(Wire(source, target, port))
        port += 1
        ports[target] = port
    return wires, zip(drawn, strict=True), ports


# Folding --------------------------------------------------------------------------------------


def _folded(graph: Graph, folded: frozenset[str], near: Near | None) -> Scene:
    found, kept_open = without_cycles(graph, folded)
    drawn = None if near is None else part(found, near)
    found = found if drawn is None else drawn.found
    tree, nodes = found.tree, found.tree.outline.nodes
    keys = [group_key(graph, tree.names[group]) for group in found.shut]
    speakers = _speakers(graph, found)
    if drawn is not None:
        near_ones = compress(found.shut, drawn.boxes[len(nodes) :])
        speakers = {group: speakers[group] for group in near_ones if group in speakers}
    groups = {key: group for key, group in zip(keys, found.shut, strict=True) if group in speakers}
    key_of = {number: nodes[number] for number in found.shown.tolist()}
    speaker = {name: name for name in key_of.values()}
    its_gates = gates(graph, speaker)
    key_of |= dict(enumerate(keys, start=len(nodes)))
    speaker |= {key: nodes[speakers[group]] for key, group in groups.items()}
    box_of, ports = Homes(found, keys), dict(zip(keys, found.ports[len(nodes) :], strict=True))
    boxes, names, output = [], {}, box_of[graph.output]
    for key, name in speaker.items():
        node, its_gate, label = graph.nodes[name], its_gates.get(key), ""
        own = own_name(node) if its_gate is not None or key in groups else ""
        if own:
            names[key] = own
        if key in groups:
            label, many = group_label(tree, groups[key]), int(ports[key])
        else:
            many = int(found.ports[tree.outline.number[key]])
        boxes.append(node_box(key, node, its_gate, many, own, key == output, label))
    columns = (found.source.tolist(), found.target.tolist(), found.slot.tolist())
    return Scene(
        boxes=tuple(boxes),
        wires=tuple(
            Wire(key_of[source], key_of[target], slot)
            for source, target, slot in zip(*columns, strict=True)
        ),
        box_of=box_of,
        speaker=speaker,
        members=Members(found, groups),
        edges=Bundles(found),
        names=names,
        kept_open=kept_open,
        enters={} if drawn is None else _operands(drawn, key_of),
        leaves=frozenset(() if drawn is None else map(key_of.__getitem__, drawn.source.tolist())),
    )


def _operands(drawn: Part, key_of: Mapping[int, str]) -> dict[str, tuple[int, ...]]:
    """For boxes, the operands that come from outside."""
    found: dict[str, tuple[int, ...]] = {}
    for box, slot in zip(drawn.target.tolist(), drawn.slot.tolist(), strict=True):
        found[key_of[box]] = (*found.get(key_of[box], ()), slot)
    return found


def without_cycles(
    graph: Graph, folded: frozenset[str], *, apart: bool = False
) -> tuple[Folded, frozenset[str]]:
    """The boxes, and the groups that had to stay open; for `apart` see `folded_boxes`.

    A drawing has no cycles. Where folding would make one (a value leaves the group and comes back),
    the first such group is opened, until there is none.
    """
    kept_open: set[str] = set()
    count = len(graph.nodes)
    while True:
        found = folded_boxes(graph, folded - kept_open, apart=apart)
        stuck = cycle(found) if found.shut else []
        if not stuck:
            return found, frozenset(kept_open)
        names = (found.tree.names[found.shut[box - count]] for box in stuck if box >= count)
        kept_open.add(min(names))


def _speakers(graph: Graph, found: Folded) -> dict[int, int]:
    """For each group that is a box the node that speaks for it; not for one that shows nothing.

    The graph's output if the group holds it, else the last node whose value leaves the group.
    """
    tree, count = found.tree, len(graph.nodes)
    output = tree.outline.number[graph.output]
    speakers: dict[int, int] = {}
    for box, group in enumerate(found.shut, start=count):
        if found.box[output] == box:
            speakers[group] = output
        elif found.leaves[box] >= 0:
            speakers[group] = int(found.leaves[box])
        else:
            nodes = tree.nodes_in(group)
            seen = nodes[~found.wiring.hidden[nodes]]
            if len(seen):
                speakers[group] = int(seen[-1])
    return speakers


def group_label(tree: GroupTree, group: int) -> str:
    """What stands in the box of a group or run: `▸ fc1 78.5k`, `▸ step0 … step199 ×200`."""
    siblings = tree.siblings.get(group)
    ends = [tree.names[each] for each in (siblings[0], siblings[-1])] if siblings else []
    ends = ends or [tree.names[group]]
    words = [OPENS, " … ".join(safe_text(each.rpartition("/")[2], MOST_NAME) for each in ends)]
    if siblings:
        words.append(f"×{len(siblings)}")
    if trained := int(tree.parameters[group]):
        words.append(amount(trained))
    return " ".join(words)


def group_key(graph: Graph, group: str) -> str:
    """A key for the box of a group that no node has, whatever the nodes are called."""
    key = f"{OPENS} {group}"
    while key in graph.nodes:
        key = OPENS + key
    return key
