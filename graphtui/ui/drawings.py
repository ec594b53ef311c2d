"""The drawings of a session, each made once: of what is folded, of a part, with rows for nodes.

They belong to the engine thread. What is drawn and where it stands is found out in `view`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.graph import Graph
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.plan import Flow
from graphtui.view.picture.laid_out import drawn_scene, laid_out
from graphtui.view.picture.nearby import Near
from graphtui.view.picture.scene import Scene

if TYPE_CHECKING:
    from graphtui.view.drawing.rooms.rooms import Known

Drawn = tuple[frozenset[str], Near | None, Flow | None, bool]
"""How the graph is drawn: which groups are one box, which part, where the wires lead, and whether
open groups have frames."""

MOST_ROOMS = 1_000
"""Insides of groups that are kept, to be drawn again."""

MOST_SEARCHED = 60
"""Boxes of a part of the drawing, where the best places for them are looked for."""


class Drawings:
    """What has been drawn of a graph, and of the one before it."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._made: dict[Drawn, tuple[Scene, Layout]] = {}
        self._before: dict[Drawn, tuple[Scene, Layout]] = {}
        """Those of the graph before."""
        self._suits: Flow | None = None
        """Where wires lead that may lead anywhere: as in the first drawing, whatever is folded."""
        self._rooms: Known = {}
        """The insides of groups that have been laid out."""
        self._rows: WeakKeyDictionary[Layout, Layout] = WeakKeyDictionary()

    def drawing(self, snapshot: Snapshot, flow: Flow | None) -> tuple[Scene, Layout]:
        """What is drawn at this moment; the same objects as long as nothing in it moves."""
        flow = flow or self._suits
        if snapshot.graph is not self._graph:  # an edit may have changed an attribute
            self._graph = snapshot.graph
            self._before, self._made = self._made, {}
        how = snapshot.folded, self._near(snapshot, flow), flow, snapshot.framed
        if how not in self._made:
            for each in [each for each in self._made if how[1] and each[1]]:
                del self._made[each]  # of the parts only the last one is kept
            picture = self._picture(snapshot, how)
            if flow is None:
                self._suits = picture[1].plan.flow
                how = (*how[:2], self._suits, how[3])
            self._made[how] = picture
        return self._made[how]

    def rows(self, drawn: Scene, layout: Layout, interrupted: Interrupted = never) -> Layout:
        """The drawing with a row for each node.

        Raises:
            CommandError: it was interrupted.
        """
        if layout not in self._rows:
            from graphtui.view.picture.node_rows import rows_layout  # when it is first wanted

            self._rows[layout] = rows_layout(drawn, layout.plan.flow, interrupted)
        return self._rows[layout]

    def _near(self, snapshot: Snapshot, flow: Flow | None) -> Near | None:
        """The part that is shown: that of before, unless a wire of the focus leads out of it."""
        if snapshot.hops is None:
            return None
        for how, (drawn, _) in self._made.items():
            near = how[1]
            if near and (how[0], near.hops, how[2]) == (
                snapshot.folded,
                snapshot.hops,
                flow,
            ):
                box = drawn.box_of[snapshot.focus]
                cut = box in drawn.enters or box in drawn.leaves or box not in drawn.speaker
                if not cut or box == drawn.box_of[near.node]:
                    return near
        return Near(snapshot.focus, snapshot.hops)

    def _picture(self, snapshot: Snapshot, how: Drawn) -> tuple[Scene, Layout]:
        """The picture, which is the very one of before where nothing in it has moved."""
        drawn = drawn_scene(snapshot, how[1])
        if how in self._before:
            earlier, layout = self._before[how]
            same = (earlier.boxes, earlier.wires) == (drawn.boxes, drawn.wires)
            if same and earlier.framed == drawn.framed:
                return drawn, layout
        if len(self._rooms) > MOST_ROOMS:
            self._rooms.clear()
        # A part is made anew wherever the focus goes: only a small one is worth a search.
        search = False if how[1] and len(drawn.boxes) > MOST_SEARCHED else None
        return drawn, laid_out(drawn, how[2], self._rooms, search=search)
