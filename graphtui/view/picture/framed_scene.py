"""A scene with frames: groups that are open are drawn as such, closed ones where they would open.

Every value that passes the wall of a group has a port of its own there, so that opening or closing
one changes nothing outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

from graphtui.graph.collector import no_collector
from graphtui.graph.graph import Graph
from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.rooms.frames import Frame, Framed, Value
from graphtui.view.picture.folded import Folded, Wiring
from graphtui.view.picture.framing import Framing, framing
from graphtui.view.picture.gates import gates, own_name
from graphtui.view.picture.named import Bundles, Homes, Members
from graphtui.view.picture.scene import (
    OPENED,
    Scene,
    group_key,
    group_label,
    node_box,
    number_gap,
    without_cycles,
)

_Closed = dict[tuple[int, tuple[int, ...], int], tuple[int, Box] | None]
_KNOWN: WeakKeyDictionary[Wiring, _Closed] = WeakKeyDictionary()
"""The boxes of closed groups, which are the same whatever else is open."""


def framed_scene(graph: Graph, folded: frozenset[str]) -> Scene:
    """The boxes, wires and frames of `graph`; each outermost group or run in `folded` is a box."""
    with no_collector():
        found, kept_open = without_cycles(graph, folded, apart=True)
        return _Drawing(graph, found).scene(kept_open)


class _Drawing:
    """What is drawn, by name and by number."""

    def __init__(self, graph: Graph, found: Folded) -> None:
        self.graph, self.found, self.tree = graph, found, found.tree
        self.nodes = found.tree.outline.nodes
        self.count = len(self.nodes)
        self.known = _KNOWN.setdefault(found.wiring, {})
        self.keys = [group_key(graph, self.tree.names[group]) for group in found.shut]
        outline = self.tree.outline
        output = outline.number[graph.output]
        read = bool((outline.source[found.wiring.edges] == output).any())
        self.exit = -1 if read else output
        """The output, where nothing reads it."""
        self.ports = {
            box: self._in_order(self._leaving(group, found.leaving.get(box, ())))
            for box, group in enumerate(found.shut, start=self.count)
        }
        """For each box of a group the nodes whose values leave it, in the order of the ports."""

    def scene(self, kept_open: frozenset[str]) -> Scene:
        """The scene."""
        found, nodes = self.found, self.nodes
        key_of: dict[int, str] = {number: nodes[number] for number in found.shown.tolist()}
        its_gates = gates(self.graph, key_of.values())
        speaker = {name: name for name in key_of.values()}
        groups: dict[str, int] = {}
        several: dict[str, tuple[str, ...]] = {}
        names: dict[str, str] = {}
        boxes: list[Box] = []
        for number, name in key_of.items():
            node, its_gate = self.graph.nodes[name], its_gates.get(name)
            own = own_name(node) if its_gate is not None else ""
            names |= {name: own} if own else {}
            ports, exits = int(found.ports[number]), number == self.exit
            boxes.append(node_box(name, node, its_gate, ports, own, exits))
        for box, group in enumerate(found.shut, start=self.count):
            key, ports = self.keys[box - self.count], int(found.ports[box])
            made = self._closed(key, group, self.ports[box], ports)
            if made is None:
                continue
            speaks, each = made
            key_of[box], groups[key], speaker[key] = key, group, nodes[speaks]
            names[key] = own_name(self.graph.nodes[nodes[speaks]])
            if each.outputs > 1:
                several[key] = tuple(map(nodes.__getitem__, self.ports[box]))
            boxes.append(each)
        wires = self._wires(key_of)
        framed, opened = self._framed(boxes, wires, key_of)
        return Scene(
            boxes=tuple(boxes),
            wires=tuple(wires),
            box_of=Homes(found, self.keys),
            speaker=speaker,
            members=Members(found, groups),
            edges=Bundles(found),
            names={key: name for key, name in names.items() if name},
            kept_open=kept_open,
            several=several,
            framed=framed,
            opened=opened,
        )

    def _leaving(self, group: int, nodes: Sequence[int]) -> list[int]:
        """The nodes whose values leave a group, the output of the graph included."""
        inside = self.exit >= 0 and group <= self.tree.group[self.exit] < self.tree.end[group]
        return [*nodes, *([self.exit] if inside else [])]

    def _in_order(self, nodes: Sequence[int]) -> tuple[int, ...]:
        """The nodes in the order of their ports: first the one that the group speaks for."""
        if not nodes:
            return ()
        first = self.exit if self.exit in nodes else max(nodes)
        return (first, *sorted(set(nodes) - {first}))

    def _closed(
        self, key: str, group: int, leaves: Sequence[int], ports: int
    ) -> tuple[int, Box] | None:
        """The node that a group speaks for, and its box; None where it shows nothing."""
        asked = group, tuple(leaves), ports
        if asked not in self.known:
            self.known[asked] = self._made_closed(key, group, leaves, ports)
        return self.known[asked]

    def _made_closed(
        self, key: str, group: int, leaves: Sequence[int], ports: int
    ) -> tuple[int, Box] | None:
        speaks = leaves[0] if leaves else self._last_in(group)
        if speaks < 0:
            return None
        node = self.graph.nodes[self.nodes[speaks]]
        label, own = group_label(self.tree, group), own_name(node)
        box = node_box(key, node, None, ports, own, speaks == self.exit, label)
        gaps = (number_gap(self.graph.nodes[self.nodes[each]]) for each in leaves)
        return speaks, box._replace(outputs=max(len(leaves), 1), gap=max([box.gap, *gaps]))

    def _last_in(self, group: int) -> int:
        """The last node in a group that is drawn, or -1."""
        inside = self.tree.nodes_in(group)
        seen = inside[~self.found.wiring.hidden[inside]]
        return int(seen[-1]) if len(seen) else -1

    def _value(self, node: int, key_of: Mapping[int, str]) -> Value:
        """Where the value of a node leaves a box."""
        box = int(self.found.box[node])
        return Value(key_of[box], self.ports[box].index(node) if box >= self.count else 0)

    def _wires(self, key_of: Mapping[int, str]) -> list[Wire]:
        found = self.found
        columns = (found.source, found.target, found.slot, found.carried)
        port = {
            box: {node: at for at, node in enumerate(nodes)} for box, nodes in self.ports.items()
        }
        return [
            Wire(
                key_of[source],
                key_of[target],
                slot,
                port[source][node] if source >= self.count else 0,
            )
            for source, target, slot, node in zip(*(c.tolist() for c in columns), strict=True)
        ]

    def _framed(
        self, boxes: Sequence[Box], wires: Sequence[Wire], key_of: Mapping[int, str]
    ) -> tuple[Framed, dict[str, str]]:
        """What is to be laid out; and the group of each frame."""
        made = framing(self.found)
        number = {key: box for box, key in key_of.items()}
        frames: list[Frame] = []
        opened: dict[str, str] = {}
        for at, group in enumerate(made.groups):
            frame = self._frame(made, at, group, key_of)
            frames.append(frame)
            opened[frame.closed.key] = self.tree.names[group]
        return Framed(
            boxes=boxes,
            home=[made.home[number[box.key]] for box in boxes],
            place=[self._place(number[box.key]) for box in boxes],
            wires=wires,
            frames=frames,
        ), opened

    def _frame(self, made: Framing, at: int, group: int, key_of: Mapping[int, str]) -> Frame:
        leaves = self._in_order(self._leaving(group, made.leaves[at]))
        key = group_key(self.graph, self.tree.names[group])
        closed = self._closed(key, group, leaves, len(made.enters[at]))
        assert closed is not None, "something in it is drawn"
        title = group_label(self.tree, group)
        return Frame(
            closed=closed[1],
            title=OPENED + title[1:],
            outer=made.outer[at],
            enters=tuple(self._value(node, key_of) for node in made.enters[at]),
            leaves=tuple(self._value(node, key_of) for node in leaves),
            place=self._place_of_group(group),
        )

    def _place(self, box: int) -> int:
        """A number for each box: that of its first node, groups after the node."""
        if box < self.count:
            return 2 * box
        return self._place_of_group(self.found.shut[box - self.count])

    def _place_of_group(self, group: int) -> int:
        first, end = self.tree.start[group], self.tree.start[self.tree.end[group]]
        return 2 * int(self.tree.order[first:end].min()) + 1
