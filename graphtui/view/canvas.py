"""A sheet of cells on which lines join by themselves: a cell knows the sides its lines go to.

A line only adds sides to a cell, so that corners and taps come out right in any order of drawing.
Where the lines of two owners meet they cross (`┼`), and that is never a connection; where four
sides of one owner meet they join (`●`). Text never covers anything, and a line may end at a text (a
port) but not pass through one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graphtui.view.lines import Line, Span
from graphtui.view.safe_text import cell_width, to_ascii

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
_ALL = UP | RIGHT | DOWN | LEFT


class Window(NamedTuple):
    """The part of a drawing that is shown."""

    x: int
    y: int
    width: int
    height: int


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
    heavy, both = sides >> 4, (sides | sides >> 4) & _ALL
    if not both & (UP | DOWN):
        return "=" if heavy else "-"
    if not both & (LEFT | RIGHT) or both == _ALL:
        return "#" if heavy & (UP | DOWN) else "|"
    return "#" if heavy else "+"


_UNICODE_TABLE = tuple(_glyph(sides) for sides in range(256))
_ASCII_TABLE = tuple(_ascii_glyph(sides) for sides in range(256))


class Canvas:
    """A window on an endless sheet. What lies outside the window is forgotten."""

    def __init__(self, window: Window, *, ascii_only: bool = False) -> None:
        self.window = window
        self.ascii_only = ascii_only
        height = max(window.height, 0)
        self._texts: list[dict[int, tuple[str, str]]] = [{} for _ in range(height)]
        self._sides: list[dict[int, int]] = [{} for _ in range(height)]
        self._roles: list[dict[int, str]] = [{} for _ in range(height)]
        # Whose the sides are; a cell with two different owners is a crossing.
        self._across: list[dict[int, str]] = [{} for _ in range(height)]
        self._along: list[dict[int, str]] = [{} for _ in range(height)]

    def write(self, x: int, y: int, text: str, role: str = "") -> None:
        """Put `text` at (x, y), to the right; the cells must be free."""
        row = y - self.window.y
        if not 0 <= row < self.window.height or x >= self.window.x + self.window.width:
            return
        texts, sides = self._texts[row], self._sides[row]
        for character in to_ascii(text) if self.ascii_only else text:
            wide = cell_width(character)
            column = x - self.window.x
            if not wide:  # a combining mark joins the character before it, if that is in sight
                if column - 1 in texts:
                    texts[column - 1] = texts[column - 1][0] + character, role
                continue
            for part in range(column, column + wide):
                assert part not in texts, f"{text!r} covers a text at {part, row}"
                assert part not in sides, f"{text!r} covers a wire at {part, row}"
            if column >= 0 and column + wide <= self.window.width:
                texts[column] = character, role
                if wide == 2:
                    texts[column + 1] = "", role
            else:  # a wide character that the edge of the window cuts in two
                for part in range(max(column, 0), min(column + wide, self.window.width)):
                    texts[part] = " ", role
            x += wide

    def horizontal(
        self, y: int, x1: int, x2: int, owner: str, role: str = "wire", *, heavy: bool = False
    ) -> None:
        """Draw from the middle of cell x1 to the middle of cell x2."""
        row = y - self.window.y
        if x1 > x2:
            x1, x2 = x2, x1
        if not 0 <= row < self.window.height:
            return
        start, end = x1 - self.window.x, x2 - self.window.x
        for column in range(max(start, 0), min(end + 1, self.window.width)):
            sides = (LEFT if column > start else 0) | (RIGHT if column < end else 0)
            self._add(row, column, sides, owner, role, heavy)

    def vertical(
        self, x: int, y1: int, y2: int, owner: str, role: str = "wire", *, heavy: bool = False
    ) -> None:
        """Draw from the middle of cell y1 to the middle of cell y2."""
        column = x - self.window.x
        if y1 > y2:
            y1, y2 = y2, y1
        if not 0 <= column < self.window.width:
            return
        start, end = y1 - self.window.y, y2 - self.window.y
        for row in range(max(start, 0), min(end + 1, self.window.height)):
            sides = (UP if row > start else 0) | (DOWN if row < end else 0)
            self._add(row, column, sides, owner, role, heavy)

    def _add(self, row: int, column: int, sides: int, owner: str, role: str, heavy: bool) -> None:
        """Add sides to a cell of the window."""
        if not sides:
            return
        if column in self._texts[row]:
            through = sides in (LEFT | RIGHT, UP | DOWN)
            assert not through, f"the wire of '{owner}' covers a text at {column, row}"
            return
        owners = self._across if sides & (LEFT | RIGHT) else self._along
        other = owners[row].setdefault(column, owner)
        assert other == owner, f"the wires of '{owner}' and '{other}' overlap at {column, row}"
        self._sides[row][column] = self._sides[row].get(column, 0) | (
            sides << 4 if heavy else sides
        )
        self._roles[row][column] = role

    def _wire_glyph(self, row: int, column: int) -> str:
        """What a wire cell shows; `┼` only where two owners cross."""
        sides = self._sides[row][column]
        across, along = self._across[row].get(column), self._along[row].get(column)
        whole = (sides | sides >> 4) & _ALL == _ALL
        if across is not None and along is not None and across != along:
            assert whole, f"the wires of '{across}' and '{along}' touch at {column, row}"
        elif whole:
            return "*" if self.ascii_only else JOIN
        return (_ASCII_TABLE if self.ascii_only else _UNICODE_TABLE)[sides]

    def lines(self) -> list[Line]:
        """One line per row of the window, without what is empty at the end."""
        return [self._line(row) for row in range(len(self._texts))]

    def _line(self, row: int) -> Line:
        texts, roles = self._texts[row], self._roles[row]
        cells: list[tuple[str, str]] = []
        columns: Sequence[int] = sorted(texts.keys() | roles.keys())
        for column in columns:
            cells.extend([(" ", "")] * (column - len(cells)))
            if column in texts:
                cells.append(texts[column])
            else:
                cells.append((self._wire_glyph(row, column), roles[column]))
        return _merged(cells)


def _merged(cells: list[tuple[str, str]]) -> Line:
    """The cells as spans, neighbours of one role together."""
    spans: list[Span] = []
    text: list[str] = []
    role = ""
    for character, its_role in cells:
        if its_role != role and text:
            spans.append(Span("".join(text), role))
            text = []
        role = its_role
        text.append(character)
    if text:
        spans.append(Span("".join(text), role))
    return tuple(spans)
