"""What is to be drawn: boxes with ports, and the wires between them, as plain data.

What a box means (a leaf, an op, a folded group) is known to whoever made it; where it goes is
`laying_out`'s work.
"""

from __future__ import annotations

from typing import NamedTuple

from graphtui.view.text.safe_text import cell_width


class Wire(NamedTuple):
    """From the value of one box to an operand of another."""

    source: str
    target: str
    slot: int = 0
    """Which operand of the target, from 0."""
    output: int = 0
    """Which value of the source, where it has several."""


class Point(NamedTuple):
    """A cell of the drawing."""

    x: int
    y: int


class Window(NamedTuple):
    """The part of a drawing that is shown."""

    x: int
    y: int
    width: int
    height: int


class Box(NamedTuple):
    """One node as the drawing sees it."""

    key: str
    """What the caller calls it; unique."""
    label: str
    """One short line, already safe for the terminal."""
    inputs: int = 0
    """How many operand ports, one row each, the first on top."""
    kind: str = "op"
    """The shape of its border: "leaf" is rounded, "op" square, "group" dashed."""
    gap: int = 8
    """Columns kept free to its right, above and below its wire, for its two numbers."""
    output: bool = False
    """Whether an arrow leads out of the drawing: the result of the graph."""
    outputs: int = 1
    """How many values leave it, each from a port of its own; the first is the one it speaks for."""

    @property
    def width(self) -> int:
        """Columns from wall to wall: leaves and groups have air around their label.

        >>> Box("w0", "w0", kind="leaf").width, Box("s", "+", 2).width, Box("e", "relu", 1).width
        (6, 5, 6)
        """
        air = 0 if self.kind == "op" else 2
        return max(3, cell_width(self.label) + air) + 2

    @property
    def height(self) -> int:
        """Rows from border to border: one per port and one around each.

        >>> [Box("a", "a", inputs).height for inputs in range(4)]
        [3, 3, 5, 7]
        """
        return max(3, 2 * self.inputs + 1)
