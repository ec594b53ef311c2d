"""What is drawn where groups are open: boxes, wires, and the frames around some of the boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graphtui.view.drawing.boxes import Box, Wire

TOP = -1
"""What is around the outermost frames."""


class Value(NamedTuple):
    """What leaves a box at one of its ports."""

    box: str
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
    place: int
    """As that of a box."""


class Framed(NamedTuple):
    """Boxes and wires with frames."""

    boxes: Sequence[Box]
    home: Sequence[int]
    """For each box the frame around it, or `TOP`."""
    place: Sequence[int]
    """For each box a number of its own. What is in one group is laid out in the order of these,
    whether groups in it are open or closed; equal groups have it in the same order."""
    wires: Sequence[Wire]
    frames: Sequence[Frame]
