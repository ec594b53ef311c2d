"""Weights and filters as pictures: a tile for each unit, as many as fit, side by side.

The first layer's weights are what its units look for in a picture, so they are one. Three channels
are one picture in colour; where there are fewer or more, each is a picture of its own in heat. What
is a picture in an array is for `readings`, how many of them fit for `tiling`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graphtui.ops.linear_map import Array
from graphtui.view.tensor.measured import Measured
from graphtui.view.tensor.readings import Contrast, Images
from graphtui.view.tensor.stats import Statistics
from graphtui.view.tensor.tiling import GAP, Tiling, rows_of_tiles, tiling
from graphtui.view.tensor.view import Shows, plane
from graphtui.view.text.colours import ASCII_SHADES, SHADES, colour_lines, coloured, shade_lines
from graphtui.view.text.half_blocks import averages, enlarged, half_block_lines, level_lines, pixels
from graphtui.view.text.heat import Scale, heat_legend, heat_scale, levels, peak_of
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import count_text, number
from graphtui.view.text.paragraphs import facts
from graphtui.view.text.safe_text import cell_width, clip_line, fit, to_ascii


class _Tile(NamedTuple):
    """One channel, or one picture in colour."""

    picture: int
    channel: int
    """The first of a picture's tiles has 0."""
    pixels: Array


class _Ends(NamedTuple):
    """What the darkest and the brightest colour of a picture stand for."""

    low: float
    high: float


def image_lines(
    pictures: Images,
    width: int,
    height: int,
    measured: Measured | None = None,
    *,
    signs: bool = False,
    ascii_only: bool = False,
) -> list[Line]:
    """As many pictures as fit, from the first one on, under their numbers; a title, and the legend.

    They are enlarged as long as all of them fit, and shrunk if all of them fit then: in heat the
    element of largest size stands for its neighbours, in colour their mean.

    Args:
        pictures: what is shown.
        width: cells.
        height: lines.
        measured: what is known of the whole arrays; without it, "all alike" is all in sight.
        signs: for screens without colour: a sign and a level in two cells for each element, or
            shades of the brightness.
        ascii_only: whether the terminal has nothing else; it means `signs`.
    """
    signs = signs or ascii_only
    array = pictures.view.array
    if array is None or not array.size or width < 1 or height < 1:
        what = "not yet" if array is None else "empty"
        return [clip_line(line((what, "absent")), width)][: max(height, 0)]
    framed = height > 3
    layout = tiling(pictures, width, height - 2 if framed else height, signs=signs)
    tiles = _tiles(pictures, array, layout)
    if pictures.in_colour:
        drawn, legend = _in_colour(pictures, tiles, layout, measured, signs, ascii_only)
    else:
        drawn, legend = _in_heat(pictures, tiles, layout, measured, signs, width)
    lines: list[Line] = [_title(pictures, layout, width, signs=signs)] if framed else []
    for row in rows_of_tiles(pictures, layout, len(tiles)):
        if layout.labels:
            lines.append(_labels([(tiles[i], drawn[i]) for i in row]))
        lines += _beside([drawn[i].lines for i in row])
    if framed:
        lines = [*lines[: height - 1], legend]
    lines = [clip_line(each, width) for each in lines[:height]]
    if ascii_only:
        lines = [tuple(Span(to_ascii(text), role) for text, role in each) for each in lines]
    return lines


# Tiles -------------------------------------------------------------------------------------------


class _Drawn(NamedTuple):
    """A tile as lines, and what its extremes are, in a few cells."""

    lines: list[Line]
    ends: str


def _tiles(pictures: Images, array: Array, layout: Tiling) -> list[_Tile]:
    """The tiles that are drawn, in the pixels in which they are drawn."""
    found: list[_Tile] = []
    for picture in range(pictures.first, pictures.first + layout.shown):
        if pictures.in_colour:
            planes = [
                averages(_plane(pictures, array, picture, channel), layout.rows, layout.columns)
                for channel in pictures.seen_channels
            ]
            found.append(_Tile(picture, 0, np.stack(planes, axis=-1)))
            continue
        for place, channel in enumerate(pictures.seen_channels):
            matrix = _plane(pictures, array, picture, channel)
            found.append(_Tile(picture, place, pixels(matrix, layout.rows, layout.columns)))
    return found


def _plane(pictures: Images, array: Array, picture: int, channel: int) -> Array:
    at = list(pictures.view.at)
    for axis, place in ((pictures.tiles, picture), (pictures.channels, channel)):
        if axis is not None:
            at[axis] = place
    return plane(pictures.view, array, tuple(at))


def _in_colour(
    pictures: Images,
    tiles: list[_Tile],
    layout: Tiling,
    measured: Measured | None,
    signs: bool,
    ascii_only: bool,
) -> tuple[list[_Drawn], Line]:
    """Each tile in red, green and blue, from its smallest number to its largest, and the legend."""
    known = _known(pictures, measured)
    if pictures.contrast is Contrast.EACH:
        ends = [_ends(tile.pixels) for tile in tiles]
    elif known is not None and known.least is not None and known.most is not None:
        ends = [_Ends(float(known.least), float(known.most))] * len(tiles)
    else:
        ends = [_ends(np.stack([tile.pixels for tile in tiles]))] * len(tiles)
    drawn = []
    for tile, (low, high) in zip(tiles, ends, strict=True):
        found = enlarged(coloured(tile.pixels, low, high), layout.times)
        lines = shade_lines(found, ascii_only=ascii_only) if signs else colour_lines(found)
        drawn.append(_Drawn(lines, f"{number(low, 7, 2)} … {number(high, 7, 2)}"))
    own = (layout.rows, layout.columns) == (pictures.view.height, pictures.view.width)
    shrunk = "" if own else " as drawn"
    return drawn, line((_ends_text(ends, shrunk, signs=signs, ascii_only=ascii_only), "dim"))


def _ends_text(ends: list[_Ends], shrunk: str, *, signs: bool, ascii_only: bool) -> str:
    """What the darkest and the brightest pixel stand for.

    Args:
        ends: of each picture.
        shrunk: words where what is drawn are not the numbers themselves.
        signs: whether there are no colours.
        ascii_only: whether there is nothing else.
    """
    shades, mark = (ASCII_SHADES, "'") if ascii_only else (SHADES, "‘")
    dark, bright = "black", "white"
    if signs:
        dark, bright = (f"{mark}{each}{mark.replace('‘', '’')}" for each in (shades[0], shades[-1]))
    if len(set(ends)) == 1:
        words = f"{dark} is {number(ends[0].low)}, {bright} {number(ends[0].high)}"
    else:
        words = f"{dark} is the least of each picture{shrunk}, {bright} the largest"
    return f"brightness alone: {words}" if signs else words


def _ends(tile: Array) -> _Ends:
    finite = tile[np.isfinite(tile)]
    return _Ends(float(finite.min()), float(finite.max())) if finite.size else _Ends(0.0, 0.0)


def _in_heat(
    pictures: Images,
    tiles: list[_Tile],
    layout: Tiling,
    measured: Measured | None,
    signs: bool,
    width: int,
) -> tuple[list[_Drawn], Line]:
    """Each tile in levels of heat, by the largest size in its picture or in all, and the legend."""
    logarithmic = pictures.contrast is Contrast.LOGARITHMIC
    peaks: dict[int, float] = {}
    for tile in tiles:
        peaks[tile.picture] = max(peaks.get(tile.picture, 0.0), peak_of(tile.pixels))
    one = len(peaks) == 1 and pictures.contrast is Contrast.EACH
    known = _known(pictures, measured)
    if pictures.contrast is Contrast.EACH:
        scales = {picture: heat_scale(peak) for picture, peak in peaks.items()}
    else:
        whole = known is not None
        peak = max(peaks.values()) if known is None else known.peak
        scales = dict.fromkeys(peaks, heat_scale(peak, logarithmic=logarithmic, whole=whole))
    draw = level_lines if signs else half_block_lines
    drawn = [
        _Drawn(
            draw(enlarged(levels(tile.pixels, scales[tile.picture]), layout.times)),
            f"±{number(peaks[tile.picture], 7, 2)}",
        )
        for tile in tiles
    ]
    scale: Scale = next(iter(scales.values()))
    if pictures.contrast is not Contrast.EACH or one:
        return drawn, heat_legend(scale, width)
    return drawn, heat_legend(scale, width, ends="quarters of each picture's largest size")


def _known(pictures: Images, measured: Measured | None) -> Statistics | None:
    """What is known of the whole array; None as long as that is not everything."""
    known = measured or Measured()
    found = known.gradient if pictures.view.shows is Shows.GRADIENT else known.value
    return found if found is not None and found.complete else None


# Around them -------------------------------------------------------------------------------------


def axes_text(pictures: Images) -> str:
    """What each axis is: pictures, channels, rows, columns, or where it stands.

    >>> from graphtui.view.tensor.readings import images
    >>> from graphtui.view.tensor.view import tensor_view
    >>> axes_text(images(tensor_view("F", np.zeros((64, 3, 5, 5)))))
    '[#, rgb, ↓, →]'
    """
    view = pictures.view
    marks = {pictures.tiles: "#", view.rows_axis: "↓", view.columns_axis: "→"}
    if pictures.channels is not None and pictures.together:
        marks[pictures.channels] = "rgb" if pictures.in_colour else ":"
    return f"[{', '.join(marks.get(axis, str(at)) for axis, at in enumerate(view.at))}]"


def _title(pictures: Images, layout: Tiling, width: int, *, signs: bool) -> Line:
    """`W1 value [↓, →, rgb, #] · images 0–9 of 10 · 32×32×3 in colour · each picture by itself`."""
    view = pictures.view
    role = "gradient" if view.shows is Shows.GRADIENT else "value"
    pieces = [line((view.title, "title"), f" {role} ", (axes_text(pictures), "dim"))]
    if pictures.tiles is not None:
        last = pictures.first + layout.shown - 1
        words = f"image{'s' if layout.shown > 1 else ''} {count_text(pictures.first)}"
        words += f"–{count_text(last)}" if layout.shown > 1 else ""
        pieces.append(line((f"{words} of {count_text(pictures.count)}", "dim")))
    size = f"{view.height}×{view.width}"
    if pictures.depth > 1:
        size += f"×{pictures.depth}"
    if (layout.rows, layout.columns) != (view.height, view.width):
        size += f" drawn as {layout.rows}×{layout.columns}"
    pieces.append(line((size, "dim")))
    if pictures.in_colour:
        pieces.append(line(("brightness" if signs else "in colour", "dim")))
    elif pictures.depth > 1:
        seen = pictures.seen_channels
        several = f"channels {seen[0]}–{seen[-1]} side by side"
        alone = f"channel {seen[0]} of {pictures.depth}"
        pieces.append(line((several if len(seen) > 1 else alone, "dim")))
    pieces.append(line((str(pictures.contrast), "dim")))
    return facts(pieces, width)[0]


def _labels(row: list[tuple[_Tile, _Drawn]]) -> Line:
    """Over each picture its number, and its extremes where they have room."""
    texts: list[str] = []
    for place, (tile, drawn) in enumerate(row):
        cells = _cells(drawn.lines)
        if place and tile.picture == row[place - 1][0].picture:
            texts[-1] += " " * (cells + GAP)
            continue
        name = f"{tile.picture}·{tile.channel}" if tile.channel else str(tile.picture)
        texts.append(fit(name, cells).ljust(cells))
    starts = [drawn for place, (tile, drawn) in enumerate(row) if _begins(row, place)]
    for place, drawn in enumerate(starts):
        room = len(texts[place])
        longer = f"{texts[place].rstrip()} {drawn.ends}"
        if len(longer) <= room:
            texts[place] = longer.ljust(room)
    return (Span((" " * GAP).join(texts).rstrip(), "dim"),)


def _begins(row: list[tuple[_Tile, _Drawn]], place: int) -> bool:
    """Whether the tile is the first of its picture in the row."""
    return not place or row[place][0].picture != row[place - 1][0].picture


def _cells(lines: list[Line]) -> int:
    return sum(cell_width(span.text) for span in lines[0])


def _beside(drawn: list[list[Line]]) -> list[Line]:
    """Tiles of one size next to each other."""
    gap = Span(" " * GAP, "")
    lines: list[Line] = []
    for rows in zip(*drawn, strict=True):
        spans: list[Span] = []
        for row in rows:
            spans += [gap, *row] if spans else row
        lines.append(tuple(spans))
    return lines
