"""A graph as boxes and wires: which node is in which box, and what a folded group hides.

This depends on the graph and on what is folded, not on the run, so that it is made once and laid
out once. What a run adds at every step (numbers, states) is in `graph_panel`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphtui.debugger.folding import folded_around
from graphtui.graph.collector import no_collector
from graphtui.graph.graph import Edge, Graph, Node
from graphtui.ops.linear_map import Shape
from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.gates import MOST_NAME, Gate, gates, own_name
from graphtui.view.safe_text import cell_width, safe_text

SCALAR_GAP = 6
"""Cells for a number on a wire: `-12.34`, `7.8e-4`."""

MOST_GAP = 18
"""Cells for the shape of an array and what it comes to: `64×784 ~0.50`."""

OPENS = "▸"
"""The mark of a group that is drawn as one box."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Scene:
    """Boxes and wires, and how they belong to the nodes and edges of the graph."""

    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    box_of: Mapping[str, str]
    """For each node, the key of the box that shows it; a constant inside a gate is in its gate."""
    speaker: Mapping[str, str]
    """For each box, the node whose value and gradient it shows."""
    members: Mapping[str, tuple[str, ...]]
    """For each folded group's box, the nodes in it, in topological order."""
    edges: tuple[tuple[Edge, ...], ...]
    """For each wire, in the same order, the edges that run along it."""
    names: Mapping[str, str]
    """For boxes whose label is not already the name: the name that the user gave."""
    kept_open: frozenset[str]
    """Folded groups that cannot be one box, as values leave them and come back."""


def scene(graph: Graph, folded: frozenset[str] = frozenset()) -> Scene:
    """The boxes and wires of `graph`, each outermost group in `folded` being one box."""
    with no_collector():
        return _scene(graph, folded)


def _scene(graph: Graph, folded: frozenset[str]) -> Scene:
    found = gates(graph)
    inside_of = {name: its.inside for name, its in found.items() if its.inside}
    drawn = [e for e in graph.edges if e.slot not in inside_of.get(e.target, ())]
    box_of, groups, kept_open = _homes(graph, folded, drawn)
    hidden = _hidden(graph, inside_of)
    for name in hidden:
        box_of[name] = box_of[graph.consumers[name][0].target]
    members: dict[str, list[str]] = {key: [] for key in groups}
    if members:
        for name in graph.nodes:
            if box_of[name] in members and name not in hidden:
                members[box_of[name]].append(name)
    wires, edges, ports = _wires(drawn, box_of, groups)
    speaker = {name: name for name, key in box_of.items() if key == name and name not in hidden}
    for key, inside in members.items():
        speaker[key] = _speaker(graph, box_of, inside)
    output = box_of[graph.output]
    boxes, names = [], {}
    for key, name in speaker.items():
        node = graph.nodes[name]
        group = groups.get(key, "") if groups else ""
        its_gate = found.get(name)
        own = own_name(node) if its_gate is not None or group else ""
        if own:
            names[key] = own
        boxes.append(_box(key, node, its_gate, group, ports.get(key, 0), own, key == output))
    return Scene(
        boxes=tuple(boxes),
        wires=tuple(wires),
        box_of=box_of,
        speaker=speaker,
        members={key: tuple(inside) for key, inside in members.items()},
        edges=tuple(edges),
        names=names,
        kept_open=kept_open,
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


def _box(
    key: str, node: Node, its_gate: Gate | None, group: str, ports: int, own: str, output: bool
) -> Box:
    if group:
        label, kind = f"{OPENS} {safe_text(group.rpartition('/')[2], MOST_NAME)}", "group"
    elif its_gate is None:
        label, kind = safe_text(node.short_name, MOST_NAME), "leaf"
    else:
        label, kind = its_gate.label, "op"
    # The name stands in the border, with a mark before it: the box must be as wide inside.
    if own and (wanted := cell_width(own) + 1) > max(cell_width(label), 3):
        spare = wanted - cell_width(label)
        label = " " * (spare // 2) + label + " " * (spare - spare // 2)
    gap = SCALAR_GAP
    if node.shape:
        gap = min(cell_width(dimensions(node.shape)) + SCALAR_GAP + 2, MOST_GAP)
    return Box(key, label, ports, kind, gap, output)


def _speaker(graph: Graph, box_of: Mapping[str, str], inside: Sequence[str]) -> str:
    """The graph's output if the group holds it, else the last node whose value leaves the group."""
    key = box_of[inside[-1]]
    if box_of[graph.output] == key:
        return graph.output
    leaving = (
        name
        for name in reversed(inside)
        if any(box_of[edge.target] != key for edge in graph.consumers[name])
    )
    return next(leaving, inside[-1])


def _wires(
    drawn: Sequence[Edge], box_of: Mapping[str, str], groups: Mapping[str, str]
) -> tuple[Iterable[Wire], Iterable[tuple[Edge, ...]], dict[str, int]]:
    """The wires, the edges along each, and how many ports each box needs.

    A gate has a port for each operand; a group one for each box that it reads, in that order.
    """
    if not groups:
        return _plain_wires(drawn)
    edges: dict[Wire, list[Edge]] = {}
    ports: dict[str, int] = {}
    port_of: dict[tuple[str, str], int] = {}
    for edge in drawn:
        source, target = box_of[edge.source], box_of[edge.target]
        if source == target:
            continue
        port = ports.get(target, 0)
        if target in groups:
            port = port_of.setdefault((source, target), port)
        ports[target] = max(ports.get(target, 0), port + 1)
        edges.setdefault(Wire(source, target, port), []).append(edge)
    return edges, map(tuple, edges.values()), ports


def _plain_wires(
    drawn: Sequence[Edge],
) -> tuple[Iterable[Wire], Iterable[tuple[Edge, ...]], dict[str, int]]:
    """The same where every box is a node: of a large graph this is most of the work."""
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


def _homes(
    graph: Graph, folded: frozenset[str], drawn: Sequence[Edge]
) -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    """The box of each node, the group of each box that is one, the groups that had to stay open.

    A drawing has no cycles. Where folding would make one (a value leaves the group and comes back),
    the first such group is opened, until there is none.
    """
    kept_open: set[str] = set()
    if not folded:
        return dict(zip(graph.nodes, graph.nodes, strict=True)), {}, frozenset()
    while True:
        shut = folded - kept_open
        home = {
            group: folded_around(graph, group, shut)
            for group in {n.group for n in graph.nodes.values()}
        }
        keys = {group: _group_key(graph, group) for group in home.values() if group}
        box_of = {
            name: keys[home[node.group]] if home[node.group] else name
            for name, node in graph.nodes.items()
        }
        groups = {key: group for group, key in keys.items()}
        cycle = _cycle(drawn, box_of) if groups else ()
        if not cycle:
            return box_of, groups, frozenset(kept_open)
        kept_open.add(min(groups[key] for key in cycle if key in groups))


def _group_key(graph: Graph, group: str) -> str:
    """A key for the box of a group that no node has, whatever the nodes are called."""
    key = f"▸ {group}"
    while key in graph.nodes:
        key = "▸" + key
    return key


def _cycle(drawn: Iterable[Edge], box_of: Mapping[str, str]) -> tuple[str, ...]:
    """The boxes of one cycle, or nothing. What Kahn's algorithm cannot reach leads back to one."""
    readers: dict[str, list[str]] = {}
    waits_for: dict[str, list[str]] = {}
    for edge in drawn:
        source, target = box_of[edge.source], box_of[edge.target]
        if source != target:
            readers.setdefault(source, []).append(target)
            waits_for.setdefault(target, []).append(source)
    waiting = {key: len(sources) for key, sources in waits_for.items()}
    ready = [key for key in readers if key not in waiting]
    for key in ready:
        for reader in readers.get(key, ()):
            waiting[reader] -= 1
            if not waiting[reader]:
                ready.append(reader)
    stuck = [key for key, count in waiting.items() if count]
    if not stuck:
        return ()
    walk: dict[str, int] = {}
    key = stuck[0]
    while key not in walk:
        walk[key] = len(walk)
        key = next(source for source in waits_for[key] if waiting.get(source))
    return tuple(walk)[walk[key] :]
