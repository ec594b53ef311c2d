"""A window on an endless sheet of cells, as arrays: lines join by themselves, texts lie on top.

Lines are laid down in bulk. Where lines of two owners meet they cross (`┼`), and that is never a
connection; where four sides of one owner meet they join (`●`). That texts and lines do not get in
each other's way is for the layout to see to.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.glyphs import (
    ALL,
    ASCII,
    ASCII_DASHED,
    DASHED,
    DOWN,
    JOIN,
    LEFT,
    RIGHT,
    UNICODE,
    UP,
)
from graphtui.view.drawing.marks import DASHED_WIRES
from graphtui.view.drawing.plan import Ints
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import ELLIPSIS, cell_width, to_ascii

_BLANK = ord(" ")


class Sheet:
    """What is seen through the window; what lies outside is forgotten."""

    def __init__(self, window: Window, *, ascii_only: bool = False) -> None:
        self.window = window
        self.ascii_only = ascii_only
        self.height, self.width = max(window.height, 0), max(window.width, 0)
        shape = self.height, self.width
        self._code = np.full(shape, _BLANK, np.uint32)
        self._role = np.zeros(shape, np.int16)
        self._sides = np.zeros(shape, np.uint8)
        # Whose the lines are, plus one; 0 where there is none.
        self._across = np.zeros(shape, np.int64)
        self._along = np.zeros(shape, np.int64)
        self._roles = [""]
        self._marks: dict[tuple[int, int], str] = {}

    def role(self, name: str) -> int:
        """The number of a role."""
        if name not in self._roles:
            self._roles.append(name)
        return self._roles.index(name)

    # Lines ------------------------------------------------------------------------------------

    def horizontal(
        self, y: Ints, x1: Ints, x2: Ints, owner: Ints, role: str, *, heavy: bool = False
    ) -> None:
        """Draw from the middle of cell x1 to the middle of cell x2, line by line."""
        y, x1, x2 = y - self.window.y, x1 - self.window.x, x2 - self.window.x
        whose = _between(y, x1, x2, owner, self.height, self.width)
        right, left = whose[:, 1:], whose[:, :-1]
        self._add(right, left, RIGHT, LEFT, self._across, role, heavy)

    def vertical(
        self, x: Ints, y1: Ints, y2: Ints, owner: Ints, role: str, *, heavy: bool = False
    ) -> None:
        """Draw from the middle of cell y1 to the middle of cell y2, line by line."""
        x, y1, y2 = x - self.window.x, y1 - self.window.y, y2 - self.window.y
        whose = _between(x, y1, y2, owner, self.width, self.height)
        below, above = whose[:, 1:].T, whose[:, :-1].T
        self._add(below, above, DOWN, UP, self._along, role, heavy)

    def _add(
        self,
        after: Ints,
        before: Ints,
        side_after: int,
        side_before: int,
        owners: Ints,
        role: str,
        heavy: bool,
    ) -> None:
        """Add the sides of cells that go on after and before them to another cell."""
        sides = (after > 0) * np.uint8(side_after) | (before > 0) * np.uint8(side_before)
        self._sides |= (sides << 4 if heavy else sides).astype(np.uint8)
        np.maximum(owners, np.maximum(after, before), out=owners)
        self._role[sides > 0] = self.role(role)

    # Texts ------------------------------------------------------------------------------------

    def points(self, x: Ints, y: Ints, glyph: str, role: str) -> None:
        """Put one narrow character at every place."""
        x, y = x - self.window.x, y - self.window.y
        seen = (x >= 0) & (x < self.width) & (y >= 0) & (y < self.height)
        self._code[y[seen], x[seen]] = ord(glyph)
        self._role[y[seen], x[seen]] = self.role(role)
        self._sides[y[seen], x[seen]] = 0

    def write(self, texts: Sequence[tuple[int, int, str, str]]) -> None:
        """Put each text (x, y, what, role) to the right of its place; later ones on top."""
        if not texts or not self.height or not self.width:
            return
        columns, rows, shown, roles = zip(*texts, strict=True)
        cells: list[str] = []
        for column, row, text in zip(columns, rows, shown, strict=True):
            if text.isascii():
                cells.append(text)
                continue
            spread, marks = _spread(to_ascii(text) if self.ascii_only else text)
            cells.append(spread)
            for at, mark in marks:
                self._marks[row - self.window.y, column - self.window.x + at] = mark
        size = np.array([len(text) for text in cells], np.int64)
        code = np.frombuffer("".join(cells).encode("utf-32-le"), np.uint32).copy()
        text_of = np.repeat(np.arange(len(cells)), size)
        x = np.array(columns, np.int64)[text_of] - self.window.x
        x += np.arange(len(code)) - np.repeat(np.cumsum(size) - size, size)
        y = np.array(rows, np.int64)[text_of] - self.window.y
        role = np.array([self.role(name) for name in roles], np.int16)[text_of]
        self._mark_cuts(code, x, text_of, len(cells))
        seen = (x >= 0) & (x < self.width) & (y >= 0) & (y < self.height)
        x, y = x[seen], y[seen]
        self._code[y, x] = code[seen]
        self._role[y, x] = role[seen]
        self._sides[y, x] = 0

    def _mark_cuts(self, code: npt.NDArray[np.uint32], x: Ints, text_of: Ints, texts: int) -> None:
        """Put an ellipsis where the edge of the window cuts a text: a number must not look whole.

        Args:
            code: the characters of all texts, 0 for the second half of a wide one; changed.
            x: the columns in which they stand.
            text_of: the number of the text that each of them belongs to.
            texts: how many there are.
        """
        ellipsis = ord(to_ascii(ELLIPSIS) if self.ascii_only else ELLIPSIS)
        right = self.width - 1
        for edge, beyond in ((0, x < 0), (right, x > right)):
            lost = np.bincount(text_of[beyond & (code != _BLANK)], minlength=texts) > 0
            at = np.flatnonzero((x == edge) & lost[text_of])
            # A wide character beside the ellipsis has lost a half to it.
            first, second = np.append(code[1:], _BLANK)[at] == 0, code[at] == 0
            code[at] = ellipsis
            code[at[first & (edge != right)] + 1] = _BLANK
            code[at[second & (edge == right)] - 1] = _BLANK

    # Rows -------------------------------------------------------------------------------------

    def lines(self) -> list[Line]:
        """One line per row of the window, without what is empty at the end."""
        if not self.height or not self.width:
            return [()] * self.height
        code, role = self._glyphs(), self._role
        used = (code != _BLANK) | (role > 0)
        ends = self.width - np.argmax(used[:, ::-1], axis=1)
        ends[~used.any(axis=1)] = 0
        breaks = np.ones(code.shape, bool)
        breaks[:, 1:] = role[:, 1:] != role[:, :-1]
        breaks &= np.arange(self.width) < ends[:, None]
        rows, columns = np.nonzero(breaks)
        names = role[rows, columns].tolist()
        starts = (rows * self.width + columns).tolist()
        stops = np.append(rows[1:] * self.width + columns[1:], 0)
        last = np.append(rows[1:] != rows[:-1], True)[: len(rows)]
        stops = np.where(last, rows * self.width + ends[rows], stops[: len(rows)]).tolist()
        text = code.astype("<u4").tobytes().decode("utf-32-le")
        found: list[list[Span]] = [[] for _ in range(self.height)]
        for row, start, stop, name in zip(rows.tolist(), starts, stops, names, strict=True):
            found[row].append(Span(self._text(text, start, stop), self._roles[name]))
        return [tuple(spans) for spans in found]

    def _text(self, text: str, start: int, stop: int) -> str:
        """A stretch of cells as text: nothing for the second half of a wide character."""
        piece = text[start:stop]
        if self._marks:
            piece = "".join(
                char + self._marks.get(divmod(start + at, self.width), "")
                for at, char in enumerate(piece)
            )
        return piece.replace("\0", "") if "\0" in piece else piece

    def _glyphs(self) -> Ints:
        """The code point of every cell."""
        sides = self._sides
        lines = sides > 0
        table = ASCII if self.ascii_only else UNICODE
        glyphs = np.where(lines, table[sides], self._code)
        whole = lines & (((sides | sides >> 4) & ALL) == ALL) & (self._across == self._along)
        glyphs[whole] = ord("*" if self.ascii_only else JOIN)
        for role in DASHED_WIRES.intersection(self._roles):
            dashed = lines & (self._role == self._roles.index(role))
            for full, light in (ASCII_DASHED if self.ascii_only else DASHED).items():
                glyphs[dashed & (glyphs == ord(full))] = ord(light)
        return glyphs.astype(np.int64)


def _between(line: Ints, first: Ints, last: Ints, owner: Ints, lines: int, size: int) -> Ints:
    """Who goes on from each cell to the next, plus one; from cell -1 to the one after the last.

    Running sums along each line: an owner comes in where a piece starts and goes out where it ends.
    """
    whose = np.zeros((lines, size + 1), np.int64)
    first, last = np.minimum(first, last), np.maximum(first, last)
    seen = (line >= 0) & (line < lines) & (first < size) & (last >= 0) & (first < last)
    if not seen.any():
        return whose
    line, owner = line[seen], owner[seen] + 1
    start = line * (size + 2) + np.maximum(first[seen], -1) + 1
    stop = line * (size + 2) + np.minimum(last[seen], size) + 1
    cells = lines * (size + 2)
    count = np.bincount(start, minlength=cells) - np.bincount(stop, minlength=cells)
    total = np.bincount(start, owner, cells) - np.bincount(stop, owner, cells)
    count = np.cumsum(count.reshape(lines, size + 2), axis=1)
    total = np.cumsum(total.reshape(lines, size + 2), axis=1)
    mean = np.rint(total / np.maximum(count, 1)).astype(np.int64)
    return np.where(count > 0, mean, 0)[:, : size + 1]


@lru_cache(maxsize=4096)
def _spread(text: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    """One character per cell, a null after a wide one; and the marks that join cells, by place."""
    cells: list[str] = []
    marks: dict[int, str] = {}
    for char in text:
        wide = cell_width(char)
        if wide:
            cells.append(char + "\0" * (wide - 1))
        elif cells:
            at = sum(map(len, cells)) - len(cells[-1])
            marks[at] = marks.get(at, "") + char
    return "".join(cells), tuple(marks.items())
