"""Numbers of boxes become codes, and codes become colours: eight levels, and what has none.

Sizes have a scale by powers of ten, made for all that is there. What is absent is no small number,
a zero neither, and a fault is above everything, so that the worst wins where boxes share a spot.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.debugger.size_log import Floats
from graphtui.view.afar.heat_values import CURRENT, DONE, GIVEN, SENT, WAITING, Heat
from graphtui.view.drawing.marks import FOUND
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import number
from graphtui.view.text.paragraphs import facts


class Metric(StrEnum):
    """What a picture is coloured by, in the order in which a key goes through them."""

    STATE = "state"
    GRADIENT = "gradient"
    VALUE = "value"
    CONTRIBUTION = "contribution"
    TIME = "time"
    BOXES = "boxes"

    @property
    def following(self) -> Metric:
        """The one after it; after the last, the first."""
        each = list(Metric)
        return each[(each.index(self) + 1) % len(each)]


TITLES: Mapping[Metric, str] = MappingProxyType(
    {
        Metric.STATE: "state",
        Metric.GRADIENT: "|gradient|",
        Metric.VALUE: "|value|",
        Metric.CONTRIBUTION: "|downstream|/|upstream|",
        Metric.TIME: "last step",
        Metric.BOXES: "boxes per spot",
    }
)

WORDS: Mapping[Metric, str] = MappingProxyType(
    {
        Metric.STATE: "how far they are",
        Metric.GRADIENT: "the norm of their gradients",
        Metric.VALUE: "the norm of their values",
        Metric.CONTRIBUTION: "how many times as large as its gradient the largest contribution is",
        Metric.TIME: "the last step that was done there",
        Metric.BOXES: "how many of them share a spot",
    }
)

LEVELS = 8
MOST_POWERS = 48
"""Powers of ten that a scale spans; what is smaller has its lowest level."""

SIZE_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "size.zero": "a box whose size is exactly 0",
        **{f"size.{level}": f"a box by its size, from 0 to 7: {level}" for level in range(LEVELS)},
    }
)

Codes = npt.NDArray[np.uint8]
"""For each box the place of its look in `Tones`; the highest is seen where several share a spot."""

NOTHING, ABSENT, ZERO, LOWEST = range(4)
"""The codes of sizes, and eight levels from the last one on; then comes a fault."""


class Tones(NamedTuple):
    """How each code looks; the first is nothing, the last a fault."""

    roles: tuple[str, ...]
    letters: str
    """What stands for each where there is no colour."""

    @property
    def fault(self) -> int:
        """The code of a fault."""
        return len(self.roles) - 1


SIZES = Tones(
    ("", "absent", *SIZE_ROLES, "fault"),
    " ·012345678!",
)
STATES = Tones(
    ("", "node.waiting", "node.leaf", "value", "node.sent", "node.current", "fault"),
    " ·g+<@!",
)
_STATE_CODES = {WAITING: 1, GIVEN: 2, DONE: 3, SENT: 4, CURRENT: 5}
_STATE_WORDS = {WAITING: "waiting", GIVEN: "given", DONE: "done", SENT: "sent", CURRENT: "current"}


class Scale(NamedTuple):
    """Which numbers have which level: eight equal parts between two ends."""

    low: float
    high: float
    logarithmic: bool = True
    """Whether the ends are powers of ten."""

    def levels(self, numbers: Floats) -> npt.NDArray[np.int64]:
        """For each finite number above 0 its level, from 0 to 7."""
        at = np.log10(numbers) if self.logarithmic else numbers
        part = np.floor((at - self.low) * (LEVELS / (self.high - self.low)))
        return np.clip(part, 0, LEVELS - 1).astype(np.int64)

    @property
    def ends(self) -> tuple[float, float]:
        """The numbers at which the scale begins and ends."""
        return (10**self.low, 10**self.high) if self.logarithmic else (self.low, self.high)


def size_scale(numbers: Floats, *, about_one: bool = False) -> Scale | None:
    """The powers of ten between which the finite numbers above 0 lie; None where there is none.

    Args:
        numbers: what is measured; NaN is absent.
        about_one: whether 1 is the middle, so that what shrinks is told from what grows.

    >>> size_scale(np.array([0.0, 0.02, 5.0, np.nan])), size_scale(np.array([0.5]), about_one=True)
    (Scale(low=-2, high=1, logarithmic=True), Scale(low=-1, high=1, logarithmic=True))
    """
    there = numbers[(numbers > 0) & (numbers < np.inf)]
    if not len(there):
        return None
    low, high = math.floor(math.log10(there.min())), math.ceil(math.log10(there.max()))
    if about_one:
        far = min(max(-low, high, 1), MOST_POWERS // 2)
        return Scale(-far, far)
    high = max(high, low + 1)
    return Scale(max(low, high - MOST_POWERS), high)


class Painting(NamedTuple):
    """The codes of all boxes, and what they mean."""

    metric: Metric
    codes: Codes
    tones: Tones
    scale: Scale | None


def painting(heat: Heat, metric: Metric) -> Painting:
    """The boxes by one of the numbers."""
    if metric is Metric.BOXES:
        codes = np.where(heat.fault, SIZES.fault, LOWEST).astype(np.uint8)
        return Painting(metric, codes, SIZES, None)
    if metric is Metric.STATE:
        wanted = np.array([_STATE_CODES[state] for state in range(len(_STATE_CODES))], np.uint8)
        codes = wanted[heat.state]
        codes[heat.fault] = STATES.fault
        return Painting(metric, codes, STATES, None)
    if metric is Metric.TIME:
        numbers, scale = heat.step, Scale(0, max(heat.steps, 1), logarithmic=False)
        return Painting(metric, _size_codes(numbers, heat, scale), SIZES, scale)
    numbers = {
        Metric.GRADIENT: heat.gradient,
        Metric.VALUE: heat.value,
        Metric.CONTRIBUTION: heat.contribution,
    }[metric]
    found = size_scale(numbers, about_one=metric is Metric.CONTRIBUTION)
    return Painting(metric, _size_codes(numbers, heat, found), SIZES, found)


def _size_codes(numbers: Floats, heat: Heat, scale: Scale | None) -> Codes:
    codes = np.full(len(numbers), ABSENT, np.uint8)
    codes[numbers == 0] = ZERO
    some = (numbers > 0) & (numbers < np.inf)
    if scale is not None:
        codes[some] = LOWEST + scale.levels(numbers[some])
    codes[heat.fault | np.isinf(numbers)] = SIZES.fault
    return codes


def count_codes(counts: npt.NDArray[np.int64]) -> Codes:
    """How many boxes share a spot, as codes: 1, 2 to 3, 4 to 7 and so on; nothing where none is.

    >>> count_codes(np.array([0, 1, 2, 3, 4, 10**6])).tolist()
    [0, 3, 4, 4, 5, 10]
    """
    level = np.frexp(counts.astype(np.float64))[1] - 1
    return np.where(counts > 0, LOWEST + np.clip(level, 0, LEVELS - 1), NOTHING).astype(np.uint8)


def legend(
    painted: Painting,
    width: int,
    *,
    colour: bool = True,
    dots: bool = False,
    found: bool = False,
) -> Line:
    """What the colours mean, as far as it fits.

    Args:
        painted: what is shown.
        width: cells.
        colour: whether there are colours; else there are letters.
        dots: whether there are dots instead, which say only where boxes are.
        found: whether there are boxes that were looked for.
    """
    stars = [line((FOUND, "match"), (" found", "dim"))] if found else []
    if dots:
        where = line(("boxes", "title"), (" a dot where there is one", "dim"))
        return facts([where, *stars, line(("!", "fault"), (" fault", "dim"))], width)[0]
    title = line((TITLES[painted.metric], "title"))
    return facts([title, *stars, *_keys(painted, colour=colour)], width)[0]


def _keys(painted: Painting, *, colour: bool) -> list[Line]:
    tones = painted.tones

    def shown(code: int) -> Span:
        return Span("█" if colour else tones.letters[code], tones.roles[code])

    fault = line(("!", "fault"), (" fault", "dim"))
    if painted.metric is Metric.STATE:
        codes = _STATE_CODES.items()
        return [
            *((shown(code), Span(f" {_STATE_WORDS[state]}", "dim")) for state, code in codes),
            fault,
        ]
    levels = tuple(shown(LOWEST + level) for level in range(LEVELS))
    if painted.metric is Metric.BOXES:
        return [(Span("1 ", "dim"), *levels, Span(" 128 or more", "dim"))]
    absent = (shown(ABSENT), Span(" not yet", "dim"))
    if painted.scale is None:
        return [absent, fault]
    low, high = map(number, painted.scale.ends)
    scale = (Span(f"{low} ", "dim"), *levels, Span(f" {high}", "dim"))
    zero = [] if painted.metric is Metric.TIME else [(shown(ZERO), Span(" zero", "dim"))]
    return [scale, absent, *zero, fault]
