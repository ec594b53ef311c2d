"""A scene with frames: groups that are open are drawn as such, closed ones where they would open.

Every value that passes the wall of a group has a port of its own there, so that opening or closing
one changes nothing outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from graphtui.graph.collector import no_collector
from graphtui.graph.graph import Graph
from graphtui.view.drawing.boxes import Box
from graphtui.view.drawing.ends import Ends, Wires
from graphtui.view.drawing.plan import Ints
from graphtui.view.drawing.rooms.frames import TOP, Frame, Framed, Holds, Value
from graphtui.view.picture.folded import Folded
from graphtui.view.picture.framing import Framing, framing
from graphtui.view.picture.insides import Insides, Shown
from graphtui.view.picture.named import Bundles, Homes, Members
from graphtui.view.picture.scene import OPENED, Scene, group_key, group_label, without_cycles


def framed_scene(graph: Graph, folded: frozenset[str]) -> Scene:
    """The boxes, wires and frames of `graph`; each outermost group or run in `folded` is a box."""
    with no_collector():
        found, kept_open = without_cycles(graph, folded, apart=True)
        return _Drawing(graph, found).scene(kept_open)


class _Drawing:
    """What is drawn: nodes first, then groups, and the number that each has as a box."""

    def __init__(self, graph: Graph, found: Folded) -> None:
        self.graph, self.found, self.tree = graph, found, found.tree
        self.insides = Insides(graph, found.wiring)
        self.count = len(found.tree.outline.nodes)
        before, end = found.wiring.shown_before, found.tree.end
        places = [at for at, each in enumerate(found.shut) if before[end[each]] > before[each]]
        self.shut = np.array(places, np.int64)
        """The closed groups that show something, by their places among all of them."""
        self.groups = [found.shut[each] for each in places]
        self.box = np.full(self.count + len(found.shut), -1)
        """For each node and closed group the number of its box."""
        self.box[found.shown] = np.arange(len(found.shown))
        self.box[self.count + self.shut] = len(found.shown) + np.arange(len(places))

    def scene(self, kept_open: frozenset[str]) -> Scene:
        """The scene."""
        found, nodes = self.found, self.tree.outline.nodes
        closed = list(map(self.insides.group, self.groups))
        shown: list[Shown] = [*self.insides.nodes(found.shown.tolist()), *closed]
        boxes = tuple(each.box for each in shown)
        keys = [box.key for box in boxes]
        groups = dict(zip(keys[len(found.shown) :], self.groups, strict=True))
        wires = Wires(boxes, self._ends())
        framed, opened = self._framed(boxes, wires)
        return Scene(
            boxes=boxes,
            wires=wires,
            box_of=Homes(found, self._keys(groups)),
            speaker={key: nodes[each.speaks] for key, each in zip(keys, shown, strict=True)},
            members=Members(found, groups),
            edges=Bundles(found),
            names={key: each.name for key, each in zip(keys, shown, strict=True) if each.name},
            kept_open=kept_open,
            several={each.box.key: each.several for each in closed if each.several},
            framed=framed,
            opened=opened,
        )

    def _keys(self, groups: Mapping[str, int]) -> list[str]:
        """The keys of all closed groups, of those that show nothing too."""
        known = {group: key for key, group in groups.items()}
        names, shut = self.tree.names, self.found.shut
        return [known.get(each) or group_key(self.graph, names[each]) for each in shut]

    def _ends(self) -> Ends:
        found = self.found
        output = np.zeros(len(found.source), np.int64)
        closed = np.flatnonzero(found.source >= self.count)
        groups = np.array(found.shut, np.int64)[found.source[closed] - self.count]
        output[closed] = found.wiring.walls.leaves.number(groups, found.carried[closed])
        return Ends(self.box[found.source], self.box[found.target], found.slot, output)

    def _framed(self, boxes: Sequence[Box], wires: Wires) -> tuple[Framed, dict[str, str]]:
        """What is to be laid out; and the group of each frame."""
        made = framing(self.found)
        frames = [self._frame(made, at, group) for at, group in enumerate(made.groups)]
        rooms = self._rooms(made)
        home = np.full(len(boxes), TOP)
        for at, room in enumerate(rooms[:-1]):
            home[[box for box in room.boxes if box >= 0]] = at
        groups = (self.tree.names[group] for group in made.groups)
        opened = {frame.closed.key: group for frame, group in zip(frames, groups, strict=True)}
        return Framed(boxes, home.tolist(), wires, frames, rooms), opened

    def _rooms(self, made: Framing) -> list[Holds]:
        """What is in each frame, and around them all."""
        number: Mapping[int, int] = {group: at for at, group in enumerate(made.groups)}
        box = np.full(self.count + len(self.tree.names), -1)
        box[: self.count] = self.box[: self.count]
        closed = np.array(self.groups, np.int64)
        box[self.count + closed] = self.box[self.count + self.shut]
        rooms: list[Holds] = []
        for group in (*made.groups, 0):
            things, inside = self.insides.held(group, made.dissolved)
            boxes: Ints = box[things]
            open_ones = np.flatnonzero(boxes < 0)
            groups = (things[open_ones] - self.count).tolist()
            frames = zip(open_ones.tolist(), map(number.__getitem__, groups), strict=True)
            rooms.append(Holds(inside, tuple(boxes.tolist()), tuple(frames)))
        return rooms

    def _frame(self, made: Framing, at: int, group: int) -> Frame:
        walls = self.found.wiring.walls
        return Frame(
            closed=self.insides.group(group).box,
            title=OPENED + group_label(self.tree, group)[1:],
            outer=made.outer[at],
            enters=self._values(walls.enters.of(group)),
            leaves=self._values(walls.leaves.of(group)),
        )

    def _values(self, nodes: Ints) -> tuple[Value, ...]:
        """Where the values of nodes leave boxes."""
        box = self.found.box[nodes]
        output = np.zeros(len(box), np.int64)
        closed = np.flatnonzero(box >= self.count)
        groups = np.array(self.found.shut, np.int64)[box[closed] - self.count]
        output[closed] = self.found.wiring.walls.leaves.number(groups, nodes[closed])
        return tuple(map(Value, self.box[box].tolist(), output.tolist()))
