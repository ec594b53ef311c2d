"""Numbers as eight levels of heat: four for each sign, so that no colour is needed to tell signs.

A level is a role, which the screen's theme gives a colour, and a text of two cells: a sign and a
digit from 1 to 4. A zero has neither: it is not a small number.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from graphtui.ops.linear_map import Array
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import number
from graphtui.view.text.paragraphs import facts

LEVELS = 8
ZERO, NOT_FINITE = 8, 9
"""What has no level."""

_SIZES = ("largest", "large", "small", "smallest")

HEAT_ROLES: Mapping[str, str] = MappingProxyType(
    {
        **{f"heat.{level}": f"a negative number, {size}" for level, size in enumerate(_SIZES)},
        **{
            f"heat.{level}": f"a positive number, {size}"
            for level, size in enumerate(reversed(_SIZES), start=4)
        },
        **{
            f"heat.{upper}.{lower}": f"heat.{upper} as the ink on a ground of heat.{lower}"
            for upper in range(LEVELS)
            for lower in range(LEVELS)
            if upper != lower
        },
    }
)
"""The roles of levels, and of half blocks with one level over another."""

TEXTS = ("-4", "-3", "-2", "-1", "+1", "+2", "+3", "+4", " 0", " !")
"""What stands for each level, for a zero and for what is not finite where there is no room."""


class Scale(NamedTuple):
    """Which sizes have which level."""

    starts: tuple[float, float, float]
    """Where the second, third and fourth level of sizes begin."""
    peak: float
    """The largest size there is."""
    logarithmic: bool
    whole: bool
    """Whether it is made for the whole array, not for what is seen of it."""


def heat_scale(peak: float, *, logarithmic: bool = False, whole: bool = True) -> Scale:
    """The scale for sizes up to `peak`: four quarters of it, or its last three powers of ten.

    >>> heat_scale(2.0).starts, heat_scale(2.0, logarithmic=True).starts
    ((0.5, 1.0, 1.5), (0.002, 0.02, 0.2))
    """
    parts = (1e-3, 1e-2, 1e-1) if logarithmic else (0.25, 0.5, 0.75)
    first, second, third = (part * peak for part in parts)
    return Scale((first, second, third), peak, logarithmic, whole)


def levels(block: Array, scale: Scale) -> Array:
    """For each element its level from 0, the largest negative, to 7; `ZERO` or `NOT_FINITE`.

    >>> levels(np.array([-2.0, -0.1, 0.0, 0.1, 2.0, np.inf]), heat_scale(2.0)).tolist()
    [0, 3, 8, 4, 7, 9]
    """
    wide = block.astype(np.float64, copy=False)
    sizes = np.searchsorted(scale.starts, np.abs(wide), side="right")
    found = np.where(wide > 0, 4 + sizes, 3 - sizes)
    found[wide == 0] = ZERO
    found[~np.isfinite(wide)] = NOT_FINITE
    return found


def heat_role(level: int) -> str:
    """The role of a level, or of what has none.

    >>> heat_role(0), heat_role(ZERO), heat_role(NOT_FINITE)
    ('heat.0', 'dim', 'fault')
    """
    return f"heat.{level}" if level < LEVELS else "dim" if level == ZERO else "fault"


def peak_of(block: Array) -> float:
    """The largest size of a finite element of a small array; 0 where there is none."""
    wide = block.astype(np.float64, copy=False)
    return float(np.max(np.abs(wide), initial=0.0, where=np.isfinite(wide)))


def heat_legend(scale: Scale, width: int, title: str = "heat", ends: str = "") -> Line:
    """Every level in its role and its text, and the sizes at which they end, as far as it fits.

    Args:
        scale: of the levels.
        width: cells.
        title: what is coloured.
        ends: where the levels end, in words, if that is not one scale's.

    >>> "".join(span.text for span in heat_legend(heat_scale(2.0), 70))
    'heat -4 -3 -2 -1 0 +1 +2 +3 +4 · they end at 0.5, 1, 1.5, 2'
    """
    spans = [Span(title, "dim")]
    for level in (0, 1, 2, 3, ZERO, 4, 5, 6, 7):
        spans += [Span(" "), Span(TEXTS[level].strip(), heat_role(level))]
    sizes = ", ".join(map(number, (*scale.starts, scale.peak)))
    pieces = [tuple(spans), line((ends or f"they end at {sizes}", "dim"))]
    pieces += [] if scale.whole else [line(("by what is seen", "dim"))]
    return facts(pieces, width)[0]
