"""The characters that drawings are made of: a cell knows the sides its lines go to.

Every set of sides, light or heavy, has one glyph. Who draws which line is `frame`'s work.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.plan import Flow

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
ALL = UP | RIGHT | DOWN | LEFT

# Sides as digits, 0 none, 1 light, 2 heavy, in the order up, right, down, left.
_GLYPHS = {
    "0000": " ", "0001": "╴", "0002": "╸", "0010": "╷", "0011": "╮", "0012": "┑", "0020": "╻",
    "0021": "┒", "0022": "┓", "0100": "╶", "0101": "─", "0102": "╾", "0110": "╭", "0111": "┬",
    "0112": "┭", "0120": "┎", "0121": "┰", "0122": "┱", "0200": "╺", "0201": "╼", "0202": "━",
    "0210": "┍", "0211": "┮", "0212": "┯", "0220": "┏", "0221": "┲", "0222": "┳", "1000": "╵",
    "1001": "╯", "1002": "┙", "1010": "│", "1011": "┤", "1012": "┥", "1020": "╽", "1021": "┧",
    "1022": "┪", "1100": "╰", "1101": "┴", "1102": "┵", "1110": "├", "1111": "┼", "1112": "┽",
    "1120": "┟", "1121": "╁", "1122": "╅", "1200": "┕", "1201": "┶", "1202": "┷", "1210": "┝",
    "1211": "┾", "1212": "┿", "1220": "┢", "1221": "╆", "1222": "╈", "2000": "╹", "2001": "┚",
    "2002": "┛", "2010": "╿", "2011": "┦", "2012": "┩", "2020": "┃", "2021": "┨", "2022": "┫",
    "2100": "┖", "2101": "┸", "2102": "┹", "2110": "┞", "2111": "╀", "2112": "╃", "2120": "┠",
    "2121": "╂", "2122": "╉", "2200": "┗", "2201": "┺", "2202": "┻", "2210": "┡", "2211": "╄",
    "2212": "╇", "2220": "┣", "2221": "╊", "2222": "╋",
}  # fmt: skip
JOIN = "●"


def _glyph(sides: int) -> str:
    """The glyph of light sides in the low four bits and heavy ones in the high four; heavy wins.

    >>> _glyph(UP | RIGHT), _glyph(LEFT | RIGHT), _glyph((LEFT | RIGHT) << 4 | LEFT | DOWN)
    ('╰', '─', '┯')
    """
    weight = (2 * (sides >> 4 & side > 0) or int(sides & side > 0) for side in (1, 2, 4, 8))
    return _GLYPHS["".join(map(str, weight))]


def _ascii_glyph(sides: int) -> str:
    """The same in ASCII: a corner or a tap is `+`; at a crossing the vertical line stays whole."""
    heavy, both = sides >> 4, (sides | sides >> 4) & ALL
    if not both & (UP | DOWN):
        return "=" if heavy else "-"
    if not both & (LEFT | RIGHT) or both == ALL:
        return "#" if heavy & (UP | DOWN) else "|"
    return "#" if heavy else "+"


UNICODE = np.array([ord(_glyph(sides)) for sides in range(256)], np.uint32)
"""For each set of sides its glyph: light sides in the low four bits, heavy in the high four."""

ASCII = np.array([ord(_ascii_glyph(sides)) for sides in range(256)], np.uint32)


class Border(NamedTuple):
    """The pieces of a box's border."""

    top_left: str
    side: str
    top_right: str
    wall: str
    bottom_left: str
    bottom_right: str
    port: str
    """The wall where a wire leaves to the right."""
    heavy_port: str
    """The wall where a heavy wire leaves to the right."""
    port_down: str
    heavy_port_down: str

    def out(self, flow: Flow, *, heavy: bool) -> str:
        """The piece of border from which the wire of the box leaves."""
        if flow is Flow.DOWN:
            return self.heavy_port_down if heavy else self.port_down
        return self.heavy_port if heavy else self.port


BORDERS = {
    "leaf": Border(*"╭─╮│╰╯├┝┬┰"),
    "op": Border(*"┌─┐│└┘├┝┬┰"),
    "group": Border(*"┌┄┐┊└┘├┝┬┰"),
    "heavy": Border(*"┏━┓┃┗┛┠┣┯┳"),
    "heavy group": Border(*"┏┅┓┋┗┛┠┣┯┳"),
    "double": Border(*"╔═╗║╚╝╟╠╤╦"),
    "faint leaf": Border(*"╭╌╮╎╰╯├┝┬┰"),
    "faint op": Border(*"┌╌┐╎└┘├┝┬┰"),
    "faint group": Border(*"┌ ┐ └┘├┝┬┰"),
}
ASCII_BORDERS = {
    "leaf": Border(*".-.|''++++"),
    "op": Border(*"+-+|++++++"),
    "group": Border(*"+.+:++++++"),
    "heavy": Border(*"#=########"),
    "heavy group": Border(*"#=########"),
    "double": Border(*"@=@|@@++++"),
    "faint leaf": Border(*"...:''++++"),
    "faint op": Border(*"+.+:++++++"),
    "faint group": Border(*"+ + ++++++"),
}

DASHED = {"─": "┄", "│": "┆"}
"""Straight pieces of wires that are dashed."""
ASCII_DASHED = {"-": ".", "|": ":"}
