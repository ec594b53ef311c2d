"""What is drawn where groups are open: boxes, wires, and the frames around some of the boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.boxes import Box
from graphtui.view.drawing.ends import Ends, Wires

TOP = -1
"""What is around the outermost frames."""


class Inside:
    """What stands right in a frame, or around them all, by numbers of its own.

    Frames in it are the boxes that they are when they are closed. The wall through which values
    come in has the number after all boxes, and the one through which they leave comes after that.
    """

    __slots__ = ("boxes", "ends", "enters", "leaves")

    def __init__(self, boxes: tuple[Box, ...], ends: Ends, enters: int, leaves: int) -> None:
        """Take boxes in the order in which they are laid out, and how many values pass the walls.

        Equal groups have equal boxes in the same order.
        """
        self.boxes, self.ends, self.enters, self.leaves = boxes, ends, enters, leaves

    @property
    def inner(self) -> int:
        """The number of the wall through which values come in, or -1."""
        return len(self.boxes) if self.enters else -1

    @property
    def outer(self) -> int:
        """The number of the wall through which values leave, or -1."""
        return len(self.boxes) + bool(self.enters) if self.leaves else -1

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Inside):
            return NotImplemented
        if self is other:
            return True
        ports = (self.enters, self.leaves) == (other.enters, other.leaves)
        return (
            ports and self.boxes == other.boxes and all(map(np.array_equal, self.ends, other.ends))
        )

    def __hash__(self) -> int:
        return hash((self.boxes[:1], len(self.boxes), len(self.ends.source)))


class Value(NamedTuple):
    """What leaves a box at one of its ports."""

    box: int
    output: int = 0


class Frame(NamedTuple):
    """An open group."""

    closed: Box
    """The box that it is when it is closed: what is around it is laid out with that."""
    title: str
    """What stands in its border, already safe for the terminal."""
    outer: int
    """The frame around it by its number, which is smaller than its own; or `TOP`."""
    enters: tuple[Value, ...]
    """The values that come in, in the order of the ports of the closed box."""
    leaves: tuple[Value, ...]
    """The values that go out, in the same way."""


class Holds(NamedTuple):
    """What the boxes in a frame, or around them all, are outside."""

    inside: Inside
    boxes: tuple[int, ...]
    """For each thing its number among all boxes, or -1 for a frame."""
    frames: tuple[tuple[int, int], ...]
    """For each frame the number that it has there, and that of the frame."""


class Framed(NamedTuple):
    """Boxes and wires with frames."""

    boxes: Sequence[Box]
    home: Sequence[int]
    """For each box the frame around it, or `TOP`."""
    wires: Wires
    frames: Sequence[Frame]
    rooms: Sequence[Holds]
    """What each frame holds, and at the end what is around them all."""
