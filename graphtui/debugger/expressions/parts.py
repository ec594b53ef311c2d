"""What the words of an expression mean: one record for each kind of thing that can be computed.

`expressions.reading` finds them in a text, `expressions.kinds` checks that they fit, and
`expressions.program` computes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from graphtui.debugger.expressions.functions import Function
from graphtui.engine.plan import Phase
from graphtui.ops.key import Key
from graphtui.ops.linear_map import Array

STEP_WORDS = ("upstream", "local", "downstream")
"""What the step just done sent, if it was a backward step."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name that the term around it has yet to give a meaning."""

    name: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was written: beside an array it takes the array's dtype, as in NumPy."""

    value: float | bool


@dataclass(frozen=True, slots=True)
class Fixed:
    """An array that never changes: a list of numbers, or the shape of a node."""

    array: Array


@dataclass(frozen=True, slots=True)
class Reading:
    """The value or the gradient of a node."""

    node: str
    gradient: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What the step just done sent."""

    what: str
    """One of `STEP_WORDS`."""
    which: str | int | None = None
    """The input that it was sent to, by name or by number; None means the only one."""


@dataclass(frozen=True, slots=True)
class StepNumber:
    """How many steps are done."""


@dataclass(frozen=True, slots=True)
class PhaseIs:
    """Whether the cursor stands in that pass, or does not."""

    phase: Phase
    equal: bool


@dataclass(frozen=True, slots=True)
class Applied:
    """A function of one operand."""

    function: Function
    operands: tuple[int]
    axis: int | tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign between two operands; `-` may also stand before a single one."""

    sign: str
    operands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Logical:
    """`and`, `or` between two operands; `not` before one."""

    word: str
    operands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Picked:
    """`a[key]`."""

    key: Key
    operands: tuple[int]


@dataclass(frozen=True, slots=True)
class ShapeOf:
    """The shape of what was computed."""

    operands: tuple[int]


Part: TypeAlias = (
    Named
    | Number
    | Fixed
    | Reading
    | Sent
    | StepNumber
    | PhaseIs
    | Applied
    | Signed
    | Logical
    | Picked
    | ShapeOf
)


def operands_of(part: Part) -> tuple[int, ...]:
    """The parts that `part` is computed from, by number."""
    return part.operands if isinstance(part, Applied | Signed | Logical | Picked | ShapeOf) else ()
