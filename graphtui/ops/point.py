"""An op at one point, known by nothing but its two functions, and what asking them tells of it.

Structure and numbers of a Jacobian are found with unit vectors where the output is small, with two
directions where it is large; where there is no vjp, by differences of forward. How the functions
are called is for who made the op.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from graphtui.errors import GraphtuiError, LimitError, Place
from graphtui.ops.derivative import derivative
from graphtui.ops.linear_map import WINDOW_LIMIT, Array, Shape
from graphtui.ops.op import DType
from graphtui.ops.structure import structure_of

MOST_ROWS = 64
"""With so many outputs the whole Jacobian is asked for, one vjp an output."""

MOST_ENTRIES = 2**14
"""With so many entries the whole Jacobian is kept, and its structure read off it."""

MOST_LIKENED = 2**20
"""With so many elements it is found out whether the Jacobian is a diagonal."""

MOST_COLUMNS = 4_096
"""With so many inputs the Jacobian is measured where there is no vjp, three calls an input."""

PROBE_SECONDS, MEASURE_SECONDS = 1.0, 10.0
"""How long may be asked for what is only to be shown, and for what a gradient needs."""


class NoVjp(Exception):  # noqa: N818
    """The vjp says that it is not there for these inputs, by NotImplementedError."""


Result = tuple[Shape, DType]
"""Shape and dtype of what an op gives."""


class Functions(Protocol):
    """The functions of an op, wherever they run; what they fail with is a `GraphtuiError`."""

    def result(
        self, shapes: Sequence[Shape], dtypes: Sequence[DType], attrs: Mapping[str, Any]
    ) -> Result:
        """Shape and dtype of what forward gives for inputs of these."""

    def forward(self, xs: Sequence[Array], attrs: Mapping[str, Any]) -> Array:
        """A new array."""

    def vjp(
        self, upstream: Array, y: Array, xs: Sequence[Array], attrs: Mapping[str, Any]
    ) -> Sequence[Array | None]:
        """One new array per input, of its shape and dtype; None where no gradient flows.

        Raises:
            NoVjp: it is not there for these inputs.
        """

    def block(
        self,
        slot: int,
        rows: Array,
        columns: Array,
        y: Array,
        xs: Sequence[Array],
        attrs: Mapping[str, Any],
    ) -> Array:
        """Some rows and columns of the Jacobian matrix by input `slot`, a vjp a row.

        Raises:
            NoVjp: as for `vjp`.
        """

    def defined(self, what: str) -> Place | None:
        """The line on which "forward" or "vjp" begins, as far as it is known."""


def block_by_rows(
    vjp: Callable[[Array], Sequence[Array | None]],
    slot: int,
    rows: Array,
    columns: Array,
    y: Array,
) -> Array:
    """The rows and columns of the Jacobian matrix that `vjp` answers to unit vectors.

    Raises:
        LimitError: it is too slow for that.
    """
    found = np.zeros((len(rows), len(columns)))
    for place, number in _in_time(enumerate(rows), PROBE_SECONDS):
        unit = np.zeros(y.size, y.dtype)
        unit[number] = 1
        said = vjp(unit.reshape(y.shape))[slot]
        if said is not None:
            found[place] = said.reshape(-1)[columns] + 0.0  # no -0, which says nothing here
    return found


def _in_time(things: Iterable[Any], seconds: float) -> Iterator[Any]:
    """The things, as long as there is time."""
    begin = time.monotonic()
    for each in things:
        if time.monotonic() - begin > seconds:
            raise LimitError(
                f"to ask for every number of this Jacobian takes longer than {seconds:g} s."
            )
        yield each


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is known of a Jacobian: its structure, and where they are few, its numbers."""

    structure: str
    matrix: Array | None = None
    diagonal: Array | None = None
    """Flat; for a Jacobian that is too large to be kept as a matrix."""

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return sum(each.nbytes for each in (self.matrix, self.diagonal) if each is not None)


_UNKNOWN = Pattern("unknown")


class Point:
    """An op at one point: what its functions answer there, asked once for all its inputs."""

    def __init__(
        self,
        functions: Functions,
        y: Array,
        xs: Sequence[Array],
        attrs: Mapping[str, Any],
        *,
        numeric: bool,
    ) -> None:
        self.functions = functions
        self.y = y
        self.xs = tuple(xs)
        self.attrs = attrs
        self.numeric = numeric
        """Whether there is no vjp, so that differences stand for it."""
        self._patterns: dict[int, Pattern] = {}
        self._answered: tuple[Array, Sequence[Array | None]] | None = None

    def downstream(self, slot: int, upstream: Array) -> Array:
        """What input `slot` receives; 0 where the vjp says that no gradient flows."""
        if not self.numeric:
            try:
                return self._answer(slot, upstream)
            except NoVjp:
                self._measure_from_now_on()
        return self._measured(slot, upstream.reshape(-1)).reshape(self.xs[slot].shape)

    def _answer(self, slot: int, upstream: Array) -> Array:
        if self._answered is None or self._answered[0] is not upstream:
            said = self.functions.vjp(upstream, self.y, self.xs, self.attrs)
            self._answered = upstream, said
        answer = self._answered[1][slot]
        return np.zeros_like(self.xs[slot]) if answer is None else answer

    def _measure_from_now_on(self) -> None:
        self.numeric = True
        self._patterns.clear()

    def _measured(self, slot: int, upstream: Array) -> Array:
        pattern, columns = self.pattern(slot), self.xs[slot].size
        if pattern.matrix is not None:
            return np.asarray(upstream @ pattern.matrix)
        if pattern.diagonal is not None:
            return np.asarray(upstream * pattern.diagonal)
        if columns > MOST_COLUMNS:
            raise LimitError(
                f"there is no vjp, and to measure the gradient of {columns:,} numbers by "
                f"differences is too much; {MOST_COLUMNS:,} is the most. Write a vjp."
            )
        numbers = _in_time(range(columns), MEASURE_SECONDS)
        return np.array([upstream @ self._column(slot, number) for number in numbers])

    # Probing

    def pattern(self, slot: int) -> Pattern:
        """What the Jacobian by input `slot` looks like, as far as it is worth asking."""
        while slot not in self._patterns:
            try:
                self._patterns[slot] = self._probed(slot)
            except NoVjp:
                self._measure_from_now_on()
            except GraphtuiError:
                # The step has its gradient. What a probe breaks or costs must not take it away.
                self._patterns[slot] = _UNKNOWN
        return self._patterns[slot]

    def _probed(self, slot: int) -> Pattern:
        rows, columns = self.y.size, self.xs[slot].size
        few = columns <= MOST_COLUMNS if self.numeric else rows <= MOST_ROWS
        if few and rows * columns <= MOST_ENTRIES:
            matrix = self._whole(slot)
            return Pattern(structure_of(matrix, self.y.shape, self.xs[slot].shape), matrix)
        found = self._likened(slot) if rows == columns <= MOST_LIKENED else None
        if found is None and self.numeric and few and rows * columns <= WINDOW_LIMIT:
            return Pattern("unknown", self._whole(slot))
        return found or _UNKNOWN

    def _whole(self, slot: int) -> Array:
        rows, columns = np.arange(self.y.size), np.arange(self.xs[slot].size)
        return self.window(slot, rows, columns, MEASURE_SECONDS)

    def _likened(self, slot: int) -> Pattern | None:
        """The diagonal that the Jacobian is, if it maps two directions as that does.

        Any other matrix maps the second one elsewhere, but for a coincidence.
        """
        ask = self.along if self.numeric else self._against
        here = np.ones(self.y.size), generic(self.y.size)
        diagonal, found = (ask(slot, direction) for direction in here)
        expected = diagonal * here[1]
        size = float(np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected)))
        close = 1e-6 if self.numeric or self.y.dtype.itemsize < 8 else 1e-9
        if not np.allclose(found, expected, rtol=close, atol=close * size, equal_nan=True):
            return None
        same = np.allclose(diagonal, 1.0, rtol=close if self.numeric else 0.0, atol=0.0)
        return Pattern("identity" if same else "diagonal", diagonal=diagonal)

    def _against(self, slot: int, direction: Array) -> Array:
        upstream = direction.astype(self.y.dtype).reshape(self.y.shape)
        said = self.functions.vjp(upstream, self.y, self.xs, self.attrs)[slot]
        return np.zeros(self.xs[slot].size) if said is None else said.reshape(-1) + 0.0

    def window(self, slot: int, rows: Array, columns: Array, seconds: float) -> Array:
        """Rows and columns of the Jacobian matrix; many rows of few columns are measured."""
        if not self.numeric and len(rows) <= max(len(columns), MOST_ROWS):
            return self.functions.block(slot, rows, columns, self.y, self.xs, self.attrs)
        found = [self._column(slot, int(j))[rows] for j in _in_time(columns, seconds)]
        return np.stack(found, axis=1) if found else np.zeros((len(rows), 0))

    # Differences

    def _column(self, slot: int, number: int) -> Array:
        unit = np.zeros(self.xs[slot].size)
        unit[number] = 1.0
        return self.along(slot, unit)

    def along(self, slot: int, tangent: Array) -> Array:
        """J t, flat, by differences of forward."""
        shaped = tangent.reshape(self.xs[slot].shape)
        return derivative(self._forward, self.xs, slot, shaped).reshape(-1)

    def _forward(self, xs: Sequence[Array]) -> Array:
        return self.functions.forward(xs, self.attrs)


def generic(size: int) -> Array:
    """Numbers between 1 and 2 without any pattern, always the same."""
    return np.asarray(1.0 + np.sin(np.arange(size) * 12.9898 + 78.233) * 43758.5453 % 1.0)
