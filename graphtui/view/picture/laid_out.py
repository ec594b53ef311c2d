"""What a snapshot shows as a scene, and any scene as a drawing: with frames or without.

Frames are drawn from when something is folded until all is opened at once: a graph of which nothing
was folded is drawn as in a lecture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphtui.debugger.snapshot import Snapshot
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.plan import Flow
from graphtui.view.picture.nearby import Near
from graphtui.view.picture.scene import Scene, scene

if TYPE_CHECKING:
    from graphtui.view.drawing.rooms.rooms import Known


def drawn_scene(snapshot: Snapshot, near: Near | None = None) -> Scene:
    """The boxes and wires, and the frames where there are any; or a part of them."""
    if snapshot.framed and near is None:
        from graphtui.view.picture.framed_scene import (
            framed_scene,  # when something is first folded
        )

        return framed_scene(snapshot.graph, snapshot.folded)
    return scene(snapshot.graph, snapshot.folded, near)


def laid_out(
    drawn: Scene, flow: Flow | None, known: Known | None = None, *, search: bool | None = None
) -> Layout:
    """The drawing of a scene.

    Args:
        drawn: what is drawn.
        flow: where the wires lead; None means down if it is deep.
        known: the insides of groups that have been laid out; new ones are added.
        search: whether to look for the best drawing; None means if it is small.
    """
    if drawn.framed is not None:
        from graphtui.view.drawing.rooms.framed import lay_out_framed

        return lay_out_framed(drawn.framed, flow, known)
    return lay_out(drawn.boxes, drawn.wires, flow, search=search)
