"""The whole drawing from afar: a spot for every box, coloured by what it is worth looking at.

Each cell is two spots, one above the other, in the colours of their levels; where there is no
colour it is one spot with a letter, or eight dots that say where there is a box. Where boxes share
a spot, the worst of them is seen. Wires are dots, from near. What was looked for bears a mark of
its own over the colours. Which box has which code is for `heat_codes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from graphtui.view.afar.heat_codes import NOTHING, Painting, Tones
from graphtui.view.afar.places import Afar
from graphtui.view.afar.spots import BRAILLES, Ink, braille_bits, spots_of, wire_dots
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.marks import FOUND
from graphtui.view.drawing.plan import Ints
from graphtui.view.text.lines import Line, Span

FARTHEST_WIRES = 8.0
"""Cells of the drawing to one, each way, up to which wires are seen; farther they are a blur."""

FOCUS = "◆"
"""The mark of the box that is looked at."""


def overview(
    layout: Layout,
    painted: Painting,
    afar: Afar,
    window: Window,
    *,
    ink: Ink = Ink.HALVES,
    focus: int | None = None,
    found: Ints | None = None,
) -> list[Line]:
    """What the window shows of the drawing: one line per row of it.

    Args:
        layout: the drawing.
        painted: the codes of its boxes.
        afar: from how far.
        window: which cells.
        ink: what spots are made of.
        focus: the box that bears the mark.
        found: the boxes that were looked for.
    """
    if window.width <= 0 or window.height <= 0:
        return [()] * max(window.height, 0)
    spots = spots_of(layout, painted, afar, window, ink)
    cells, looks = _in_cells(spots, painted.tones, ink)
    if max(afar) <= FARTHEST_WIRES:
        wires = braille_bits(wire_dots(layout, window, afar))
        if ink is Ink.DOTS:
            cells = np.where((cells > 0) & (cells < BRAILLES), cells | wires, cells)
        cells = np.where(cells > 0, cells, np.where(wires > 0, len(looks) + wires, 0))
    looks += _braille("wire.far")
    if found is not None and len(found):
        cells, looks = _with_found(cells, looks, *_in_window(afar.cells(layout, found), window))
    lines = _runs(cells, looks)
    if focus is not None:
        x, y = afar.box(layout, focus)[:2]
        fault = painted.codes[focus] == painted.tones.fault
        role = "fault" if fault else "match" if _is_among(focus, found) else "cursor"
        lines = _marked(lines, x - window.x, y - window.y, role)
    return lines


def _is_among(box: int, boxes: Ints | None) -> bool:
    return boxes is not None and bool((boxes == box).any())


def _in_window(cells: tuple[Ints, Ints], window: Window) -> tuple[Ints, Ints]:
    """The columns and the rows in the window of those cells that lie in it."""
    x, y = cells[0] - window.x, cells[1] - window.y
    seen = (x >= 0) & (x < window.width) & (y >= 0) & (y < window.height)
    return x[seen], y[seen]


def _with_found(
    cells: Ints, looks: tuple[Span, ...], x: Ints, y: Ints
) -> tuple[Ints, tuple[Span, ...]]:
    """The same with the mark of what was found in some cells; a fault there keeps its colour."""
    faulty = np.array([look.role == "fault" for look in looks])
    marked = cells.copy()
    marked[y, x] = len(looks) + faulty[cells[y, x]]
    return marked, (*looks, Span(FOUND, "match"), Span(FOUND, "fault"))


# Lines ------------------------------------------------------------------------------------------


def _in_cells(
    spots: npt.NDArray[np.uint8], tones: Tones, ink: Ink
) -> tuple[Ints, tuple[Span, ...]]:
    """For each cell the place of its look, and the looks; the first one is blank."""
    if ink is Ink.HALVES:
        return spots[::2].astype(np.int64) * len(tones.roles) + spots[1::2], _pairs(tones)
    if ink is Ink.LETTERS:
        return spots.astype(np.int64), _letters(tones)
    cells = braille_bits(spots > NOTHING)
    cells[braille_bits(spots == tones.fault) > 0] = BRAILLES
    return cells, (*_braille("node"), Span("!", "fault"))


def _runs(looks_at: Ints, looks: Sequence[Span]) -> list[Line]:
    height, width = looks_at.shape
    breaks = np.ones(looks_at.shape, bool)
    breaks[:, 1:] = looks_at[:, 1:] != looks_at[:, :-1]
    rows, columns = np.nonzero(breaks)
    kinds = looks_at[rows, columns].tolist()
    ends = np.append(columns[1:], 0)
    ends[np.append(rows[1:] != rows[:-1], True)] = width
    lengths = (ends - columns).tolist()
    first = np.searchsorted(rows, np.arange(height + 1)).tolist()
    spans = [
        looks[kind] if many == 1 else Span(looks[kind].text * many, looks[kind].role)
        for kind, many in zip(kinds, lengths, strict=True)
    ]
    return [tuple(spans[start:stop]) for start, stop in pairwise(first)]


@lru_cache
def _pairs(tones: Tones) -> tuple[Span, ...]:
    """The look of every spot above every other one."""
    codes = range(len(tones.roles))
    return tuple(_pair(tones, upper, lower) for upper in codes for lower in codes)


def _pair(tones: Tones, upper: int, lower: int) -> Span:
    above, below = tones.roles[upper], tones.roles[lower]
    if tones.fault in (upper, lower):
        return Span("!", "fault")
    if upper == lower:
        return Span("█", above) if upper else Span(" ")
    if not upper or not lower:
        return Span("▀", above) if upper else Span("▄", below)
    return Span("▀", f"{above} on {below}")


@lru_cache
def _letters(tones: Tones) -> tuple[Span, ...]:
    return tuple(map(Span, tones.letters, tones.roles))


@lru_cache
def _braille(role: str) -> tuple[Span, ...]:
    dots = (Span(chr(0x2800 + bits), role) for bits in range(1, BRAILLES))
    return Span(" "), *dots


def _marked(lines: list[Line], x: int, y: int, role: str) -> list[Line]:
    """The lines with the mark of the focus in one cell, if that is seen; all cells are narrow."""
    if not 0 <= y < len(lines):
        return lines
    before: list[Span] = []
    after: list[Span] = []
    at = 0
    for text, its in lines[y]:
        before.append(Span(text[: max(x - at, 0)], its))
        after.append(Span(text[max(x + 1 - at, 0) :], its))
        at += len(text)
    if not 0 <= x < at:
        return lines
    marked = (*(s for s in before if s.text), Span(FOCUS, role), *(s for s in after if s.text))
    return [*lines[:y], marked, *lines[y + 1 :]]
