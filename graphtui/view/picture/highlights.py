"""Which boxes a search has found, and which boxes and wires lie off the paths that are lit.

Both are sets of nodes, which stay the same for many frames: what they mean for a scene is worked
out once and kept, so that a frame costs what it shows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.groups.outline import Outline
from graphtui.view.drawing.plan import Ints
from graphtui.view.picture.named import Bundles, Homes
from graphtui.view.picture.scene import Scene

Which = npt.NDArray[np.bool_]
"""For each of some things whether it is meant."""


class Lit(NamedTuple):
    """What lies on the paths that are lit."""

    boxes: Collection[str]
    """The boxes with a node on them, by key."""
    off: Which
    """For each wire of the scene whether none of its edges lies on them."""


@dataclass(slots=True)
class _Kept:
    """The last answers for a scene, and what they were asked for."""

    matches: frozenset[str] = frozenset()
    found: Collection[str] = frozenset()
    lit: frozenset[str] | None = None
    on_paths: Lit | None = None
    ends: tuple[Ints, Ints] | None = None
    """The boxes that each wire leaves and reaches, by their places in the scene."""
    keys: tuple[str, ...] = ()
    """The boxes, by key."""
    moved: Mapping[str, str] | None = None
    """The nodes whose box is not called as they are, each with it."""


_KEPT: WeakKeyDictionary[Scene, _Kept] = WeakKeyDictionary()


def found_boxes(scene: Scene, snapshot: Snapshot) -> Collection[str]:
    """The boxes with a node that the last search has found, by key; not all need be drawn."""
    kept = _KEPT.setdefault(scene, _Kept())
    if kept.matches is not snapshot.matches:
        kept.matches, kept.found = snapshot.matches, _boxes(scene, kept, snapshot.matches)
    return kept.found


def lit(scene: Scene, snapshot: Snapshot) -> Lit | None:
    """What lies on the paths that are lit; None where none are."""
    kept = _KEPT.setdefault(scene, _Kept())
    if snapshot.lit is None:
        return None
    if kept.lit is not snapshot.lit or kept.on_paths is None:
        boxes = _boxes(scene, kept, snapshot.lit)
        kept.lit, kept.on_paths = snapshot.lit, Lit(boxes, _off(scene, kept, snapshot.lit, boxes))
    return kept.on_paths


def _boxes(scene: Scene, kept: _Kept, nodes: frozenset[str]) -> Collection[str]:
    """The boxes that show some nodes."""
    if isinstance(scene.box_of, Homes):
        return scene.box_of.of_all(nodes)
    if kept.moved is None:
        kept.moved = {name: box for name, box in scene.box_of.items() if name != box}
    moved = nodes & kept.moved.keys()
    return (nodes - moved) | {kept.moved[name] for name in moved} if moved else nodes


def _off(scene: Scene, kept: _Kept, nodes: frozenset[str], boxes: Collection[str]) -> Which:
    """For each wire whether it lies off the paths: an edge is on one if both its ends are."""
    if isinstance(scene.edges, Bundles):
        found = scene.edges.found
        on = _mask(found.tree.outline, nodes)
        ends = found.tree.outline.source[found.edge], found.tree.outline.target[found.edge]
        edges = on[ends[0]] & on[ends[1]]
        starts = found.starts[:-1]
        return ~np.logical_or.reduceat(edges, starts) if len(starts) else np.zeros(0, bool)
    if kept.ends is None:
        kept.keys = tuple(box.key for box in scene.boxes)
        kept.ends = _ends(scene, kept.keys)
    on = np.fromiter(map(boxes.__contains__, kept.keys), np.bool_, len(kept.keys))
    source, target = kept.ends
    return ~(on[source] & on[target])


def _ends(scene: Scene, keys: Sequence[str]) -> tuple[Ints, Ints]:
    place = dict(zip(keys, range(len(keys)), strict=True))
    count = len(scene.wires)
    return (
        np.fromiter((place[wire.source] for wire in scene.wires), np.int64, count),
        np.fromiter((place[wire.target] for wire in scene.wires), np.int64, count),
    )


def _mask(outline: Outline, nodes: frozenset[str]) -> Which:
    mask = np.zeros(len(outline.nodes), bool)
    mask[np.fromiter(map(outline.number.__getitem__, nodes), np.int64, len(nodes))] = True
    return mask
