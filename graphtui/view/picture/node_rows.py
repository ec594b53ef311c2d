"""The drawing with a row for each node: the same ranks and wires in a third of the height.

    ───▶┬ s +        -1│0.197 ──
    ───▶╯

Every operand has a row of its own still, so that wires can be told apart; a bracket joins them.
Where boxes and wires go is the work of `drawing`; here boxes are made low, and written as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from graphtui.debugger.finished import Interrupted, ask, never
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.plan import Phase
from graphtui.view.drawing.boxes import Box, Window
from graphtui.view.drawing.layered import layered
from graphtui.view.drawing.laying_out import place
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.marks import ABSENT, FAINT_BOXES, FOUND, STALE, Marks
from graphtui.view.drawing.placed import Placed
from graphtui.view.drawing.plan import Flow, Ints, Plan, plan
from graphtui.view.drawing.ranks import ranks
from graphtui.view.drawing.texts import Text
from graphtui.view.picture.graph_panel import FAULT, SENT, draw_graph
from graphtui.view.picture.node_numbers import gradient_text, value_text
from graphtui.view.picture.scene import Scene
from graphtui.view.text.lines import Line
from graphtui.view.text.safe_text import cell_width, fit, safe_text

MOST_NAME = 20
NUMBER = 6
_BEFORE, _AFTER = 3, 2 * NUMBER + 3
"""Cells before the name, for bracket and marks, and behind it, for both numbers."""


@dataclass(frozen=True, slots=True)
class LowPlan(Plan):
    """A plan of boxes without borders: a row for each operand, at least one."""

    def arrival(self, box: Ints, slot: Ints) -> Ints:
        """Operands arrive in rows from the first on; from above, side by side."""
        return slot if self.flow is Flow.RIGHT else _BEFORE + slot


def rows_layout(scene: Scene, flow: Flow = Flow.RIGHT, interrupted: Interrupted = never) -> Layout:
    """The drawing of a scene in rows.

    Args:
        scene: what is drawn.
        flow: where the wires lead.
        interrupted: asked while boxes are made, and before each part of the work.

    Raises:
        CommandError: it was interrupted.
    """
    boxes = []
    for number, box in enumerate(scene.boxes, start=1):
        ask(interrupted, number)
        boxes.append(box._replace(label=_label(box, scene), outputs=1))
    made = plan(boxes, scene.wires, flow)
    ask(interrupted, 0)
    width = np.array([cell_width(box.label) for box in made.boxes], np.int64) + _BEFORE + _AFTER
    right = flow is Flow.RIGHT
    if not right:
        width = np.maximum(width, _BEFORE + made.inputs + 1)
    height = np.maximum(made.inputs, 1) if right else np.ones(len(width), np.int64)
    low = replace(
        LowPlan(**{each.name: getattr(made, each.name) for each in fields(Plan)}),
        width=width,
        height=height,
        across=height if right else width,
        along=width + 1 if right else height + made.output,
        departure=np.zeros_like(width) if right else np.full_like(width, _BEFORE),
    )
    ranked = ranks(low)
    ask(interrupted, 0)
    items = layered(low, ranked)
    ask(interrupted, 0)
    return place(items)


def draw_rows(
    layout: Layout,
    scene: Scene,
    snapshot: Snapshot,
    window: Window | None = None,
    *,
    ascii_only: bool = False,
) -> list[Line]:
    """The part of the rows that the window shows, as of the cursor: one line per row of it.

    Args:
        layout: `rows_layout(scene)`, which stays the same while one steps.
        scene: what is drawn.
        snapshot: what is known.
        window: which cells; None means the whole drawing.
        ascii_only: for a terminal without UTF-8.
    """
    return draw_graph(
        layout,
        scene,
        snapshot,
        window,
        ascii_only=ascii_only,
        write=lambda placed, said: _row(placed, said, scene, snapshot),
    )


def _label(box: Box, scene: Scene) -> str:
    """The name of the node, and what it does."""
    name = scene.names.get(box.key, "")
    words = " ".join(filter(None, (name, box.label.strip())))
    return safe_text(words, MOST_NAME)


def _row(placed: Placed, said: Marks, scene: Scene, snapshot: Snapshot) -> Iterator[Text]:
    """Bracket, marks, name, value and gradient."""
    key, x, y = placed.box.key, placed.x, placed.y
    role, name = said.boxes[key], scene.speaker[key]
    if placed.height > 1:
        for row in range(placed.height):
            joint = "┬" if row == 0 else "╯" if row == placed.height - 1 else "┤"
            yield x, y + row, joint, role
    sign = _sign(role, said.signs.get(key, "")[:1], snapshot)
    corner = said.corners.get(key, "")
    yield (x + 1, y, corner, "breakpoint") if corner else (x + 1, y, sign, role)
    before, after = _around(key, role, said)
    named = "match" if key in said.found else role
    yield x + _BEFORE - 1, y, before, role
    yield x + _BEFORE, y, placed.box.label, named
    yield x + _BEFORE + cell_width(placed.box.label), y, after, named if after == FOUND else role
    at = x + placed.width - _AFTER + 1
    value, gradient = value_text(snapshot, name, NUMBER), gradient_text(snapshot, name, NUMBER)
    faint = role if role in FAINT_BOXES else ""
    yield at, y, " " * (NUMBER - cell_width(value)) + value, _number_role(value, faint or "value")
    yield at + NUMBER, y, "│", "dim"
    gradient_role = _number_role(gradient, faint or "gradient")
    yield at + NUMBER + 1, y, fit(gradient, NUMBER), gradient_role


def _around(key: str, role: str, said: Marks) -> tuple[str, str]:
    """What stands before and behind a name: what is looked at, found, or off the lit paths."""
    if key == said.focus:
        return "[", "]"
    off = role in FAINT_BOXES
    return "(" if off else " ", FOUND if key in said.found else ")" if off else " "


def _sign(role: str, mark: str, snapshot: Snapshot) -> str:
    """What tells the state without colour."""
    if role == "node.current":
        return "▲" if snapshot.phase is Phase.BACKWARD else "▼"
    return mark if mark in (FAULT, SENT) else " "


def _number_role(text: str, role: str) -> str:
    return "absent" if text == ABSENT else "stale" if text.endswith(STALE) else role
