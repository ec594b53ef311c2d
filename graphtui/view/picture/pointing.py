"""What a cell of the picture means to somebody who points at it."""

from __future__ import annotations

from typing import NamedTuple

from graphtui.debugger.folding import folded_around
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.breakpoints import Kind, Target
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.placed import Placed
from graphtui.view.picture.scene import OPENS, Scene
from graphtui.view.text.safe_text import cell_width


class Pointed(NamedTuple):
    """A box, and where in it."""

    node: str
    """The node that it shows."""
    target: Target
    """What a breakpoint there stops at: the node, or the group that is drawn as this box."""
    opens: str = ""
    """The group that the cell opens, which is that of its mark."""


def pointed(layout: Layout, scene: Scene, snapshot: Snapshot, x: int, y: int) -> Pointed | None:
    """What the cell at (x, y) of the drawing belongs to; None where there is no box.

    The name on a stub belongs to the box at the other end of the wire.
    """
    key = layout.at(x, y)
    if key is None and (group := _opened_at(layout, scene, x, y)):
        node = snapshot.focus
        return Pointed(node, Target(Kind.GROUP, group), group)
    if key is None:
        key = layout.other_end(x, y)
        return Pointed(scene.speaker[key], Target(Kind.NODE, scene.speaker[key])) if key else None
    node = scene.speaker[key]
    if key not in scene.members:
        return Pointed(node, Target(Kind.NODE, node))
    shut = snapshot.folded - scene.kept_open
    group = folded_around(snapshot.graph, snapshot.graph.nodes[node].group, shut)
    at_mark = _marked_cells(layout.placed[key], y)
    return Pointed(node, Target(Kind.GROUP, group), group if x in at_mark else "")


def _opened_at(layout: Layout, scene: Scene, x: int, y: int) -> str:
    """The open group whose mark is there, or one of the cells beside that; else ""."""
    marked = (f for f in layout.frames if f.y == y and f.title_at <= x < f.title_at + 3)
    return next((scene.opened[frame.key] for frame in marked), "")


def _marked_cells(placed: Placed, y: int) -> range:
    """The cells of a row that open the box: its mark, and one to either side."""
    if y != placed.output.y:
        return range(0)
    spare = placed.width - 2 - cell_width(placed.box.label)
    mark = placed.x + 1 + spare // 2 + placed.box.label.index(OPENS)
    return range(mark - 1, mark + 2)
