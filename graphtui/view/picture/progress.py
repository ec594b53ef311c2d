"""How far the run has come along the wires of the picture and in its folded groups, looked up fast.

At which steps wires and groups change is known before anything runs: it is worked out once for a
scene and a plan, as arrays, so that a frame costs what it shows and not what there is.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.plan import Phase, Plan
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.marks import Stages
from graphtui.view.drawing.plan import Ints
from graphtui.view.picture.folded import Folded
from graphtui.view.picture.highlights import lit
from graphtui.view.picture.named import Bundles, Members
from graphtui.view.picture.scene import Scene
from graphtui.view.picture.schedule import schedule

NEVER = np.iinfo(np.int64).max
"""The step of what does not happen."""

STAGES = ("wire", "wire.done", "wire.sent")
"""The roles of a wire: nothing has passed it, a value has, a gradient has."""

IN_USE = "wire.read"
"""The role of the wires that the last step used."""


class Progress:
    """The steps at which the wires and the groups of a scene change."""

    def __init__(self, scene: Scene, plan: Plan) -> None:
        self.plan = plan
        self.read, self.sent = _steps(scene, plan)
        self._groups: dict[str, int] = {}

    def last_sent(self, scene: Scene, key: str) -> int:
        """The step after which all of a folded group has passed its gradients on; 0 if never."""
        if key not in self._groups:
            members = scene.members
            assert isinstance(members, Members), "there are groups"
            steps = schedule(members.tree, self.plan).backward[members.numbers(key)]
            self._groups[key] = int(steps.max(initial=0))
        return self._groups[key]


_KNOWN: WeakKeyDictionary[Scene, Progress] = WeakKeyDictionary()
"""The last answer for each scene."""


def progress(scene: Scene, plan: Plan) -> Progress:
    """The steps at which things change; costs nothing as long as scene and plan are the same."""
    known = _KNOWN.get(scene)
    if known is None or known.plan is not plan:
        known = _KNOWN[scene] = Progress(scene, plan)
    return known


def stages(layout: Layout, scene: Scene, snapshot: Snapshot) -> Stages:
    """The roles of all wires at the cursor; they are numbered as in the scene."""
    known = progress(scene, snapshot.run.plan)
    used, paths = _used(layout, scene, snapshot), lit(scene, snapshot)
    off = None if paths is None else paths.off
    return Stages(STAGES, (known.read, known.sent), snapshot.cursor, used, IN_USE, off)


def _steps(scene: Scene, plan: Plan) -> tuple[Ints, Ints]:
    """For each wire the step that has read it for all its edges, and the first to send along it."""
    if isinstance(scene.edges, Bundles):
        return _steps_of_bundles(scene.edges.found, plan)
    forward, backward, sends = plan.forward_step, plan.backward_step, plan.sends
    read, sent = [], []
    for edges in scene.edges:
        _, target, slot = edges[0]
        last, first = forward[target], NEVER
        if slot in sends.get(target, ()):
            first = backward[target]
        for _, target, slot in edges[1:]:
            last = max(last, forward[target])
            if slot in sends.get(target, ()):
                first = min(first, backward[target])
        read.append(last)
        sent.append(first)
    return np.array(read, np.int64), np.array(sent, np.int64)


def _steps_of_bundles(found: Folded, plan: Plan) -> tuple[Ints, Ints]:
    known, edge, starts = schedule(found.tree, plan), found.edge, found.starts[:-1]
    if not len(starts):
        return starts, starts
    target = found.tree.outline.target[edge]
    sends = np.where(known.sends[edge], known.backward[target], NEVER)
    read = np.maximum.reduceat(known.forward[target], starts)
    return read, np.minimum.reduceat(sends, starts)


def _used(layout: Layout, scene: Scene, snapshot: Snapshot) -> Ints:
    """The wires that the last step used."""
    step, sends = snapshot.step, snapshot.run.plan.sends
    if step is None or step.phase is Phase.SEED:
        return np.zeros(0, np.int64)
    if scene.box_of[step.node] not in scene.speaker:
        return np.zeros(0, np.int64)  # it is not drawn
    back = sends.get(step.node, ()) if step.phase is Phase.BACKWARD else None
    if isinstance(scene.edges, Bundles):
        return scene.edges.wires_into(step.node, back)
    wires = layout.plan.given[layout.plan.wires_into(scene.box_of[step.node])]
    every = back is None or len(back) == len(snapshot.graph.nodes[step.node].inputs)
    if every and scene.box_of[step.node] not in scene.members:
        return np.asarray(wires, np.int64)
    used = [
        any(e.target == step.node and (back is None or e.slot in back) for e in scene.edges[wire])
        for wire in wires.tolist()
    ]
    return np.asarray(wires[np.array(used, bool)], np.int64)
