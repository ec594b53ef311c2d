"""What a run adds to the drawing at every step: numbers, states, and the wires that are in use.

States are told apart by role and by shape: the box of the last step and the wires that it used are
heavy, a box that has passed its gradient on bears `◂`, a fault `!`, a number to come is `·`. A
breakpoint takes the upper left corner of its box, a difference from another run the lower one; what
a search has found bears `★`. Off the paths that are lit, boxes are faint and wires dashed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from graphtui.debugger.compare.change import Level
from graphtui.debugger.snapshot import NodeState, Snapshot
from graphtui.view.drawing.boxes import Box, Window, Wire
from graphtui.view.drawing.frame import draw
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.marks import Marks
from graphtui.view.drawing.placed import Placed
from graphtui.view.drawing.texts import Text
from graphtui.view.picture import beside_marks
from graphtui.view.picture.breakpoint_marks import Mark, places, strongest
from graphtui.view.picture.highlights import found_boxes, lit
from graphtui.view.picture.node_numbers import gradient_text, value_text
from graphtui.view.picture.progress import progress, stages
from graphtui.view.picture.scene import SCALAR_GAP, Scene, dimensions
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import cell_width, safe_text, to_ascii

SENT = "◂"
"""The mark of a box that has passed its gradient on, as on the timeline."""

FAULT = "!"

_ROLES = {
    NodeState.GIVEN: "node.leaf",
    NodeState.WAITING: "node.waiting",
    NodeState.CURRENT: "node.current",
    NodeState.DONE: "node.done",
    NodeState.SENT: "node.sent",
}


def draw_graph(
    layout: Layout,
    scene: Scene,
    snapshot: Snapshot,
    window: Window | None = None,
    *,
    ascii_only: bool = False,
    write: Callable[[Placed, Marks], Iterable[Text]] | None = None,
) -> list[Line]:
    """The part of the picture that the window shows, as of the cursor: one line per row of it.

    Args:
        layout: `lay_out(scene.boxes, scene.wires)`, which stays the same while one steps.
        scene: what is drawn.
        snapshot: what is known.
        window: which cells; None means the whole drawing.
        ascii_only: for a terminal without UTF-8.
        write: what else is drawn in the place of each box with its numbers.
    """
    window = window or Window(0, 0, layout.width, layout.height)
    boxes = [layout.plan.boxes[number] for number in layout.boxes_in(window).tolist()]
    said = marks(scene, snapshot, boxes)._replace(stages=stages(layout, scene, snapshot))
    each = None if write is None else lambda placed: write(placed, said)
    lines = draw(layout, said, window, ascii_only=ascii_only, write=each)
    if not ascii_only:
        return lines
    return [tuple(Span(to_ascii(span.text), span.role) for span in row) for row in lines]


def prepare(scene: Scene, snapshot: Snapshot) -> None:
    """Work out what is kept, so that no frame has to: for whoever is not the screen's thread."""
    progress(scene, snapshot.run.plan)
    found_boxes(scene, snapshot)
    lit(scene, snapshot)
    _ = snapshot.run.faults


def marks(scene: Scene, snapshot: Snapshot, boxes: Sequence[Box] | None = None) -> Marks:
    """What is known at the cursor about the given boxes, None being all, and the arrow out."""
    boxes = scene.boxes if boxes is None else boxes
    states = {box.key: _state(scene, snapshot, box.key) for box in boxes}
    faulty = _faulty(scene, snapshot, boxes)
    levels = _levels(scene, snapshot, boxes)
    output, paths = scene.box_of[snapshot.graph.output], lit(scene, snapshot)
    roles = {key: _role(state, key in faulty, levels.get(key)) for key, state in states.items()}
    if paths is not None:
        roles = {key: _seen(role, key in paths.boxes) for key, role in roles.items()}
    return Marks(
        values={box.key: _value(scene.speaker[box.key], snapshot, box) for box in boxes},
        gradients={
            box.key: gradient_text(snapshot, scene.speaker[box.key], box.gap) for box in boxes
        },
        several=_several(scene, snapshot, boxes),
        boxes=roles,
        signs={box.key: _sign(scene, box, states[box.key], box.key in faulty) for box in boxes},
        corners=_corners(scene, snapshot, boxes),
        feet={key: beside_marks.MARKS[level] for key, level in levels.items()},
        found=found_boxes(scene, snapshot),
        wires={Wire(output, "", 0): _arrow_role(snapshot)} if output in scene.speaker else {},
        enters=scene.enters,
        leaves=scene.leaves,
        focus=scene.box_of[snapshot.focus],
    )


# Numbers --------------------------------------------------------------------------------------


def _several(
    scene: Scene, snapshot: Snapshot, boxes: Iterable[Box]
) -> dict[str, tuple[list[str], list[str]]]:
    """The values and the gradients of boxes that several values leave."""
    found = {box: scene.several[box.key] for box in boxes if box.key in scene.several}
    return {
        box.key: (
            [_value(name, snapshot, box) for name in names],
            [gradient_text(snapshot, name, box.gap) for name in names],
        )
        for box, names in found.items()
    }


def _value(name: str, snapshot: Snapshot, box: Box) -> str:
    node = snapshot.graph.nodes[name]
    if not node.shape:
        return value_text(snapshot, node.name, box.gap)
    shape = dimensions(node.shape)
    room = min(box.gap - cell_width(shape) - 1, SCALAR_GAP)
    if room < 3:  # the shape alone nearly fills it; the inspector has the whole of it
        return safe_text(shape, box.gap)
    return f"{shape} {value_text(snapshot, node.name, room)}"


# States ---------------------------------------------------------------------------------------


def _state(scene: Scene, snapshot: Snapshot, key: str) -> NodeState:
    """A node's state; for a group, how far all of it is."""
    if key not in scene.members:
        return snapshot.state(scene.speaker[key])
    if snapshot.step is not None and scene.box_of[snapshot.step.node] == key:
        return NodeState.CURRENT
    last = progress(scene, snapshot.run.plan).last_sent(scene, key)
    if 0 < last <= snapshot.cursor:
        return NodeState.SENT
    return NodeState.WAITING if snapshot.value(scene.speaker[key]) is None else NodeState.DONE


def _faulty(scene: Scene, snapshot: Snapshot, boxes: Iterable[Box]) -> set[str]:
    """The boxes with a fault at one of their nodes; all groups with one are among them."""
    nodes = (box.key for box in boxes if box.key not in scene.members)
    found = {key for key in nodes if snapshot.faults(scene.speaker[key])}
    if scene.members:
        known = {fault.node for fault in snapshot.run.faults if fault.step <= snapshot.cursor}
        found |= {scene.box_of[node] for node in known}
    return found


def _sign(scene: Scene, box: Box, state: NodeState, faulty: bool) -> str:
    """What stands in the border: a mark, then the name."""
    mark = FAULT if faulty else SENT if state is NodeState.SENT else ""
    return safe_text(mark + scene.names.get(box.key, ""), box.width - 2)


def _role(state: NodeState, faulty: bool, level: Level | None) -> str:
    """The role of a box: what happens there now, else what is wrong, else how it differs."""
    if state is NodeState.CURRENT:
        return _ROLES[state]
    differs = beside_marks.ROLES.get(level, "") if level else ""
    return "node.fault" if faulty else differs or _ROLES[state]


def _seen(role: str, on_paths: bool) -> str:
    """The role of a box where paths are lit: off them only what happens and what is wrong shows."""
    return role if on_paths or role in ("node.current", "node.fault") else "node.off"


def _levels(scene: Scene, snapshot: Snapshot, boxes: Iterable[Box]) -> dict[str, Level]:
    """How much boxes differ from the run that they are compared with."""
    if snapshot.beside is None:
        return {}
    found = {box.key: beside_marks.worst(snapshot, _nodes(scene, box.key)) for box in boxes}
    return {key: level for key, level in found.items() if level}


def _nodes(scene: Scene, key: str) -> tuple[str, ...]:
    """The nodes that a box stands for."""
    return scene.members.get(key) or (scene.speaker[key],)


def _corners(scene: Scene, snapshot: Snapshot, boxes: Iterable[Box]) -> dict[str, str]:
    """The marks of breakpoints; a group bears the strongest one of its gates."""
    found: dict[str, list[Mark]] = {}
    for node, mark in places(snapshot).nodes.items():
        key = scene.box_of[node]
        # A constant in a gate bears none; and what is not drawn has no speaker.
        if key in scene.members or scene.speaker.get(key) == node:
            found.setdefault(key, []).append(mark)
    strong = {box.key: strongest(found[box.key]) for box in boxes if box.key in found}
    return {key: mark for key, mark in strong.items() if mark}


def _arrow_role(snapshot: Snapshot) -> str:
    """The role of the arrow out of the drawing, on which the seed comes in."""
    seed_step = snapshot.run.plan.seed_step
    if seed_step and seed_step <= snapshot.cursor:
        return "wire.read" if seed_step == snapshot.cursor else "wire.sent"
    return "wire" if snapshot.value(snapshot.graph.output) is None else "wire.done"
