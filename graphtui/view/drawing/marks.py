"""What is said in a drawing: numbers, states and signs, told apart by their shape too.

The current box is heavy, the focused one double, a wire that is being read is heavy, a fault
carries a mark. Who says what is the caller's work, and how it looks `frame`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.boxes import Wire
from graphtui.view.drawing.plan import Flow, Ints

NOTHING: Mapping[Any, Any] = MappingProxyType({})

ABSENT = "·"
"""How a number that is not there yet is written."""

STALE = "?"
"""Stands behind a number from before an edit, which was not computed again yet."""

HEAVY_WIRES = frozenset({"wire.read"})
"""Roles of wires that are drawn heavy."""

DASHED_WIRES = frozenset({"wire.off"})
"""Roles of wires that are drawn dashed, below all others."""

FAINT_BOXES = frozenset({"node.off"})
"""Roles of boxes whose border is one step lighter, and whose numbers have the same role."""

OUTSIDE = {Flow.RIGHT: "⇢", Flow.DOWN: "⇣"}
"""Where a wire comes from outside the drawing, or goes there."""

FOUND = "★"
"""The upper right corner of a box that was looked for."""

HEAVY_BOXES = frozenset({"node.current"})
"""Roles of boxes whose border is heavy."""

SIGNS = {"node.fault": "!"}
"""Marks that a role brings along where the caller gives none."""


class Stages(NamedTuple):
    """Roles that all wires take on one after the other; a wire's number is its place when given."""

    names: tuple[str, ...]
    """The roles, in their order; every wire begins with the first."""
    since: tuple[Ints, ...]
    """For each of the other roles, for each wire, the step from which on it has that."""
    now: int
    """The step."""
    used: Ints
    """The wires that are in use now."""
    using: str
    """Their role."""
    off: npt.NDArray[np.bool_] | None = None
    """Which wires are of no interest, unless they are in use; None is none of them."""
    aside: str = "wire.off"
    """Their role."""

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles: a wire has the one at the place that `of` says."""
        return (*self.names, self.using, self.aside)

    def of(self, wires: Ints) -> Ints:
        """For each of the wires the place of its role in `roles`."""
        found = np.zeros(len(wires), np.int64)
        for since in self.since:
            found += since[wires] <= self.now
        if self.off is not None:
            found[self.off[wires]] = len(self.names) + 1
        if len(self.used):
            found[np.isin(wires, self.used)] = len(self.names)
        return found


class Marks(NamedTuple):
    """What is known at the moment about the boxes, by key, and the wires; all of it optional."""

    values: Mapping[str, str] = NOTHING
    """The text above the wire that leaves the box, at most `gap` cells; `·` where none is yet."""
    gradients: Mapping[str, str] = NOTHING
    """The text below that wire."""
    several: Mapping[str, tuple[Sequence[str], Sequence[str]]] = NOTHING
    """For boxes that several values leave: what stands above each of their wires, and below."""
    boxes: Mapping[str, str] = NOTHING
    """Roles: "node.current", "node.done", "node.fault", …; else "node.leaf" or "node"."""
    signs: Mapping[str, str] = NOTHING
    """What stands in the border of the box: a mark, a name."""
    corners: Mapping[str, str] = NOTHING
    """One character instead of the upper left corner, such as `●` for a breakpoint."""
    feet: Mapping[str, str] = NOTHING
    """One character instead of the lower left corner, such as `≠` for a difference."""
    found: Collection[str] = frozenset()
    """The boxes that were looked for: they bear a mark in the upper right corner."""
    enters: Mapping[str, tuple[int, ...]] = NOTHING
    """For boxes, the operands that come from outside the drawing: an arrow stands before them."""
    leaves: Collection[str] = frozenset()
    """The boxes whose values are read outside: they bear an arrow in the lower right corner."""
    wires: Mapping[Wire, str] = NOTHING
    """Roles: "wire.read", "wire.done", …; else what `stages` says, or "wire". The arrow out of the
    drawing is `Wire(key, "", 0)`."""
    stages: Stages | None = None
    """The roles of all wires, where these are too many to be named one by one."""
    focus: str | None = None
    """The box that is looked at; its border is double, unless it is heavy."""
