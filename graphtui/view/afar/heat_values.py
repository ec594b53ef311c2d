"""What the boxes of a picture are coloured by, as one number for each: state, sizes, time.

A picture of a hundred thousand boxes reads no array of the run: how large they are is in the log of
sizes. Which number has which colour is for `heat_codes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.size_log import Floats, sizes
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.plan import Plan
from graphtui.graph.graph import Graph
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.plan import Ints
from graphtui.view.picture.scene import Scene

GIVEN, WAITING, DONE, SENT, CURRENT = range(5)
"""States of boxes."""


@dataclass(frozen=True, slots=True, eq=False)
class Heat:
    """One number for each box, by its place in the plan of the layout; NaN is absent.

    A folded group has the largest of its nodes, and is as far as the last of them.
    """

    value: Floats
    """Norm of the value."""
    gradient: Floats
    """Norm of what was received."""
    contribution: Floats
    """Norm of the largest contribution that was sent, over that of the gradient."""
    step: Floats
    """The last step that was done there."""
    state: Ints
    fault: npt.NDArray[np.bool_]
    steps: int
    """How many steps the timeline has."""


def heat(
    layout: Layout, scene: Scene, snapshot: Snapshot, interrupted: Interrupted = never
) -> Heat:
    """The numbers of all boxes at the cursor.

    What is new in the run is measured here, each array once, so this is for whoever is not the
    screen's thread.

    Raises:
        CommandError: it was interrupted; the next time goes on from there.
    """
    known = _nodes(layout, scene, snapshot)
    found = sizes(snapshot.run, snapshot.cursor, interrupted)
    step = _last_step(known.forward, known.backward, snapshot.cursor)
    return Heat(
        value=known.largest(found.value),
        gradient=known.largest(found.gradient),
        contribution=known.largest(found.contribution),
        step=known.largest(step),
        state=_state(known, layout, scene, snapshot),
        fault=known.largest(found.fault.astype(np.float64)) > 0,
        steps=snapshot.total,
    )


class _Nodes:
    """Which nodes belong to which boxes, and when their steps are: the same at every cursor."""

    def __init__(self, layout: Layout, scene: Scene, graph: Graph, plan: Plan) -> None:
        place = {name: index for index, name in enumerate(graph.nodes)}
        number = layout.plan.number
        pairs = [
            (place[name], number[key])
            for key, speaker in scene.speaker.items()
            for name in scene.members.get(key, (speaker,))
        ]
        self.plan = plan
        self.node, self.box = np.array(pairs, np.int64).reshape(-1, 2).T
        self.boxes = len(layout.plan.boxes)
        self.forward = np.array([plan.forward_step.get(name, 0) for name in graph.nodes], np.int64)
        never = len(plan.tasks) + 1
        back = plan.backward_step
        self.backward = np.array([back.get(name, never) for name in graph.nodes], np.int64)
        self.speaker = np.zeros(self.boxes, np.int64)
        for key, name in scene.speaker.items():
            self.speaker[number[key]] = place[name]
        self.last_sent = np.zeros(self.boxes, np.int64)
        sending = self.backward[self.node] < never
        np.maximum.at(self.last_sent, self.box[sending], self.backward[self.node[sending]])

    def largest(self, of_nodes: Floats) -> Floats:
        """For each box the largest of its nodes that are there."""
        found = np.full(self.boxes, np.nan)
        np.fmax.at(found, self.box, of_nodes[self.node])
        return found


_KNOWN: WeakKeyDictionary[Layout, _Nodes] = WeakKeyDictionary()
"""The last answer for each layout."""


def _nodes(layout: Layout, scene: Scene, snapshot: Snapshot) -> _Nodes:
    plan, known = snapshot.run.plan, _KNOWN.get(layout)
    if known is None or known.plan is not plan:
        known = _KNOWN[layout] = _Nodes(layout, scene, snapshot.graph, plan)
    return known


def _last_step(forward: Ints, backward: Ints, cursor: int) -> Floats:
    """For each node the last step that was done there; NaN where none was, as at every leaf."""
    done = np.where((forward > 0) & (forward <= cursor), forward, np.nan)
    return np.where(backward <= cursor, backward, done)


def _state(known: _Nodes, layout: Layout, scene: Scene, snapshot: Snapshot) -> Ints:
    forward, cursor = known.forward[known.speaker], snapshot.cursor
    found = np.where(forward == 0, GIVEN, np.where(forward <= cursor, DONE, WAITING))
    found[(known.last_sent > 0) & (known.last_sent <= cursor)] = SENT
    here = scene.box_of[snapshot.step.node] if snapshot.step is not None else ""
    if here in layout.plan.number:
        found[layout.plan.number[here]] = CURRENT
    return found
