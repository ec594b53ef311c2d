"""The part of the boxes and wires that is near one box; the rest is left out, and told where.

A hop is a wire. From the box one goes to who reads it and who reads that; and from all of these to
what they read. Who else reads what is read is left out: a weight is read everywhere.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.plan import Ints, distinct
from graphtui.view.picture.folded import Folded

MOST_NEAR = 300
"""Boxes that are near, the nearest first: a weight may be read by thousands."""


class Near(NamedTuple):
    """Which part of the drawing is wanted."""

    node: str
    """A node of the box in its middle."""
    hops: int
    """How many hops away from that another box may be."""


class Part(NamedTuple):
    """The boxes and wires that are near, and what leads out of them."""

    found: Folded
    """Only what is near has a wire; what is shown is near."""
    boxes: npt.NDArray[np.bool_]
    """For each box whether it is near."""
    target: Ints
    """The boxes with an operand that comes from outside, one for each such operand."""
    slot: Ints
    """Which operand it is."""
    source: Ints
    """The boxes whose values are read outside."""


def part(found: Folded, near: Near) -> Part:
    """What of the boxes and wires is near."""
    middle = int(found.box[found.tree.outline.number[near.node]])
    boxes = _boxes(found, middle, near.hops)
    source, target = boxes[found.source], boxes[found.target]
    inside = source & target
    number = np.append(np.where(inside, np.cumsum(inside) - 1, -1), -1)
    many = np.diff(found.starts)
    narrowed = found._replace(
        shown=found.shown[boxes[found.shown]],
        source=found.source[inside],
        target=found.target[inside],
        slot=found.slot[inside],
        edge=found.edge[np.repeat(inside, many)],
        starts=np.concatenate(([0], np.cumsum(many[inside]))),
        wire=number[found.wire],
    )
    enters = target & ~source
    return Part(
        narrowed,
        boxes,
        found.target[enters],
        found.slot[enters],
        distinct(found.source[source & ~target])[0],
    )


def _boxes(found: Folded, middle: int, hops: int) -> npt.NDArray[np.bool_]:
    """Which boxes are at most so many hops away, the nearest and then the first ones."""
    near = np.zeros(len(found.ports), bool)
    near[middle] = True
    last, behind = near.copy(), near.copy()
    room = MOST_NEAR - 1
    for _ in range(hops):
        readers, _, _ = distinct(found.target[behind[found.source]])
        fresh, _, _ = distinct(np.append(readers, found.source[last[found.target]]))
        fresh = fresh[~near[fresh]][:room]
        room -= len(fresh)
        last[:] = behind[:] = False
        last[fresh] = near[fresh] = True
        behind[readers] = last[readers]
    return near
