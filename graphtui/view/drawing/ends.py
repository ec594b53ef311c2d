"""Wires as the numbers of the boxes at their ends; each becomes a `Wire` when it is asked for.

Of a hundred thousand wires a screen names a few.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.boxes import Box, Wire

Ints = npt.NDArray[np.int64]


class Ends(NamedTuple):
    """The ends of wires, by the places of the boxes."""

    source: Ints
    target: Ints
    slot: Ints
    output: Ints

    def at(self, places: Ints) -> Ends:
        """Those of the wires at some places."""
        return Ends(*(column[places] for column in self))


class Wires(Sequence[Wire]):
    """The wires between some boxes."""

    __slots__ = ("boxes", "ends")

    def __init__(self, boxes: Sequence[Box], ends: Ends) -> None:
        self.boxes, self.ends = boxes, ends

    @overload
    def __getitem__(self, place: int) -> Wire: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Wire, ...]: ...

    def __getitem__(self, place: int | slice) -> Wire | tuple[Wire, ...]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        source, target, slot, output = (int(column[place]) for column in self.ends)
        return Wire(self.boxes[source].key, self.boxes[target].key, slot, output)

    def __len__(self) -> int:
        return len(self.ends.source)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Wires):
            return isinstance(other, Sequence) and tuple(self) == tuple(other)
        same = map(np.array_equal, self.ends, other.ends)
        return all(same) and (self.boxes is other.boxes or tuple(self.boxes) == tuple(other.boxes))

    __hash__ = None  # type: ignore[assignment]  # equal to any sequence of the same wires
