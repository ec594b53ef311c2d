"""Pictures in red, green and blue: two pixels in a cell, each in the colour that it has.

Such a colour is no meaning that a theme could choose a colour for, so its role says it. Where there
are no colours, shades tell how bright a pixel is, and nothing else.
"""

from __future__ import annotations

import numpy as np

from graphtui.ops.linear_map import Array
from graphtui.view.text.half_blocks import ODD, merged
from graphtui.view.text.lines import Line, Span

PIXEL = "pixel"
"""A role: behind a dot follow red, green and blue, a hexadecimal digit each."""
_STEP = 17
"""From one digit to the next: 15 of them are 255."""

SHADES, ASCII_SHADES = " ░▒▓█", " .:+#"
"""From the darkest to the brightest, with more ink on the page for what is brighter."""

_BRIGHTNESS = np.array([0.299, 0.587, 0.114])
"""What red, green and blue have in it (ITU-R BT.601)."""


def coloured(tile: Array, low: float, high: float) -> Array:
    """Each number as a part of 255: `low` is 0, `high` is 255; -1 where a pixel is not finite.

    Args:
        tile: (rows, columns, 3).
        low: what is as dark as can be.
        high: what is as bright; where it is `low`, everything is grey.

    >>> coloured(np.array([[[0.0, 2.0, 1.0], [np.nan, 0.0, 0.0]]]), 0.0, 2.0).tolist()
    [[[0, 255, 128], [-1, -1, -1]]]
    """
    # Halves, because the distance of the largest numbers from the smallest is infinite.
    span = high / 2 - low / 2
    with np.errstate(all="ignore"):
        parts = (tile / 2 - low / 2) / span if span > 0 else np.full(tile.shape, 0.5)
        found = np.rint(np.clip(parts, 0, 1) * 255)
    odd = ~np.isfinite(tile).all(axis=-1)
    found[odd] = -1
    return found.astype(np.int64)


def colour_lines(pixels: Array) -> list[Line]:
    """Two rows of pixels to a line, one column to a cell.

    >>> rows = colour_lines(np.array([[[255, 0, 0], [0, 0, 0]], [[0, 0, 255], [0, 0, 0]]]))
    >>> [(span.text, span.role) for span in rows[0]]
    [('▀', 'pixel.f00 on pixel.00f'), ('█', 'pixel.000')]
    """
    names = _names(pixels)
    if len(names) % 2:
        names.append([""] * len(names[0]))
    return [
        merged(map(_cell, above, below))
        for above, below in zip(names[::2], names[1::2], strict=True)
    ]


def shade_lines(pixels: Array, *, ascii_only: bool = False) -> list[Line]:
    """A row of pixels to a line, each as two cells of a shade, which is as dense as it is bright.

    >>> white, red = [255, 255, 255], [255, 0, 0]
    >>> shade_lines(np.array([[white, red, [-1, -1, -1]]]), ascii_only=True)[0][0].text
    '##..'
    """
    shades = ASCII_SHADES if ascii_only else SHADES
    bright = np.rint(pixels @ _BRIGHTNESS / 255 * (len(shades) - 1)).astype(int)
    odd = pixels[..., 0] < 0
    return [
        merged(
            Span(2 * ODD, "fault") if is_odd else Span(2 * shades[level])
            for level, is_odd in zip(row, row_odd, strict=True)
        )
        for row, row_odd in zip(bright.tolist(), odd.tolist(), strict=True)
    ]


def _names(pixels: Array) -> list[list[str]]:
    """The role of each pixel; "fault" where it is not finite."""
    red, green, blue = np.moveaxis((pixels + _STEP // 2) // _STEP, -1, 0)
    codes = np.where(pixels[..., 0] < 0, -1, red << 8 | green << 4 | blue)
    return [
        [f"{PIXEL}.{code:03x}" if code >= 0 else "fault" for code in row] for row in codes.tolist()
    ]


def _cell(above: str, below: str) -> Span:
    if "fault" in (above, below):
        return Span(ODD, "fault")
    if not below:
        return Span("▀", above)
    return Span("█", above) if above == below else Span("▀", f"{above} on {below}")
