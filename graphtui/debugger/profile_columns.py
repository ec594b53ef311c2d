"""The columns of a profile: which number of a row, what is bad about it, and the order of rows.

What the numbers are is for `profile`; how they look, for `view.profile_lines`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from graphtui.debugger.snapshot import Snapshot
from graphtui.errors import CommandError, nearest
from graphtui.graph.wording import quoted

if TYPE_CHECKING:
    from graphtui.debugger.profile import Part, Profile, ProfileRow, Size

HEALTHY_UPDATE = 1e-3
"""A weight that changes by a thousandth of itself in a step learns neither slowly nor wildly."""

LEARNING_RATE = 0.01
"""The learning rate of an update, where none is stated."""
RATE = "rate"
"""The word before one."""

ORDERS = ("depth", "worst", "largest", "smallest")
"""In which order rows can stand."""

Number: TypeAlias = "Callable[[ProfileRow], float | None]"


class Profiled(NamedTuple):
    """Of which moment a profile is wanted, and how it is to be looked at."""

    snapshot: Snapshot
    column: str
    """The name of one of `COLUMNS`."""
    order: str
    """One of `ORDERS`."""
    rate: float = LEARNING_RATE
    """Of the updates."""


def read_profiled(text: str) -> tuple[str, str, float]:
    """The column, the order and the learning rate that are asked for, in whatever order.

    >>> read_profiled("update rate 0.1"), read_profiled("")
    (('update', 'depth', 0.1), ('gradient', 'depth', 0.01))

    Raises:
        CommandError: a word means nothing, or the rate is none.
    """
    column, order, rate = next(iter(COLUMNS)), ORDERS[0], LEARNING_RATE
    words = iter(text.split())
    for word in words:
        if word == RATE:
            rate = _rate(next(words, ""))
        elif word in COLUMNS:
            column = word
        elif word in ORDERS:
            order = word
        else:
            known = (*COLUMNS, *ORDERS, RATE)
            raise CommandError(
                f"profile of what? {quoted(word)} is none of {', '.join(map(quoted, known))}."
                f"{nearest(word, known)}"
            )
    return column, order, rate


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < math.inf:
        raise CommandError(
            f"the learning rate is a number above 0, such as 0.001, got {quoted(text)}."
        )
    return rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One number of every row."""

    name: str
    title: str
    """Over the numbers."""
    help: str
    of: Number
    """None where there is none, which is not 0."""
    ideal: Callable[[Profile], float] | None
    """What the number is held against, in powers of ten; None for a part of all, 0 being best."""
    forever_absent: Callable[[ProfileRow], bool] = lambda row: False
    """Whether none will ever come."""
    applies: Callable[[ProfileRow], bool] = lambda row: True
    """Whether there is such a number of a row at all."""
    of_gradient: bool = False
    """Whether it says nothing where the gradient is only rounding."""

    @property
    def is_part(self) -> bool:
        """Whether it goes from 0 to 1."""
        return self.ideal is None

    def is_rounding(self, row: ProfileRow) -> bool:
        """Whether the number is what is left where a gradient cancels: of no size."""
        return self.of_gradient and row.cancels

    def badness(self, profile: Profile, row: ProfileRow) -> float:
        """How far the number is from what it should be; -1 where there is none.

        What is not finite is worse than anything, and a zero is worse than any other number;
        what is only rounding is not bad.
        """
        number = self.of(row)
        if number is None:
            return -1.0
        if self.ideal is None:
            return number
        if self.is_rounding(row):
            return 0.0
        if not math.isfinite(number):
            return math.inf
        ideal = self.ideal(profile)
        if not number:
            return 1e9
        return abs(math.log10(number) - math.log10(ideal))


def _rms(size: Size | None) -> float | None:
    return None if size is None else size.rms


def _fraction(part: Part | None) -> float | None:
    return None if part is None or not part.all else part.fraction


def _of_output(profile: Profile) -> float:
    rms = _rms(profile.output)
    return rms if rms is not None and 0 < rms < math.inf else 1.0


COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        column.name: column
        for column in (
            Column(
                name="gradient",
                title="|gradient|",
                help="root mean square of the gradient; bad is far from that of the output",
                of=lambda row: _rms(row.gradient),
                ideal=_of_output,
                forever_absent=lambda row: not row.receives,
                of_gradient=True,
            ),
            Column(
                name="value",
                title="|value|",
                help="root mean square of the value; bad is far from 1",
                of=lambda row: _rms(row.value),
                ideal=lambda profile: 1.0,
            ),
            Column(
                name="update",
                title="update",
                help="of parameters: learning rate × |gradient| / |weights|; bad is far from 0.001",
                of=lambda row: row.update,
                ideal=lambda profile: HEALTHY_UPDATE,
                forever_absent=lambda row: not row.receives,
                applies=lambda row: row.parameters > 0,
                of_gradient=True,
            ),
            Column(
                name="dead",
                title="dead",
                help="elements at which a gate, such as a ReLU, was closed",
                of=lambda row: _fraction(row.dead),
                ideal=None,
            ),
            Column(
                name="saturated",
                title="saturated",
                help="elements at which the local gradient was next to nothing",
                of=lambda row: _fraction(row.saturated),
                ideal=None,
            ),
        )
    }
)
"""Every column, in the order in which they stand."""


def ordered(profile: Profile, column: Column, order: str) -> tuple[ProfileRow, ...]:
    """The rows in one of `ORDERS`; those without a number come last, equal ones by depth."""
    if order == "depth":
        return profile.rows
    if order == "worst":
        return tuple(sorted(profile.rows, key=lambda row: -column.badness(profile, row)))
    sign = -1.0 if order == "largest" else 1.0
    return tuple(sorted(profile.rows, key=lambda row: _placed(column.of(row), sign)))


def _placed(number: float | None, sign: float) -> tuple[int, float]:
    """What is not there comes last, and NaN, which is of no size, before it."""
    if number is None:
        return 2, 0.0
    return (1, 0.0) if math.isnan(number) else (0, sign * number)


def worst(profile: Profile, column: Column) -> ProfileRow | None:
    """The row whose number is the worst; None where no row has one that is bad at all."""
    found = max(profile.rows, key=lambda row: column.badness(profile, row), default=None)
    return found if found is not None and column.badness(profile, found) > 0 else None


def decades(numbers: Iterable[float | None]) -> tuple[int, int] | None:
    """The powers of ten between which all the finite numbers lie that are not 0.

    >>> decades([0.25, 3e-7, 0.0, None]), decades([0.0])
    ((-7, 0), None)
    """
    sizes = [math.log10(x) for x in numbers if x and math.isfinite(x)]
    if not sizes:
        return None
    low, high = math.floor(min(sizes)), math.ceil(max(sizes))
    return low, max(high, low + 1)
