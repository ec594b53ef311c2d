"""What is known of a whole array and of its gradient, growing while they are read.

Statistics come first, because the ends of a spread are its extremes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from graphtui.ops.linear_map import Array
from graphtui.view.tensor.histogram import Histogram, growing_histogram
from graphtui.view.tensor.stats import Statistics, growing_statistics, statistics

BETWEEN = 32
"""Pieces of an array that are read between two answers: some twentieth of a second."""


class Measured(NamedTuple):
    """What is known of the whole arrays, or of a part of them as yet."""

    value: Statistics | None = None
    gradient: Statistics | None = None
    value_spread: Histogram | None = None
    gradient_spread: Histogram | None = None

    def of_these(self, *, same_value: bool, same_gradient: bool) -> Measured:
        """What is still true where one of the arrays, or both, are others now."""
        return Measured(
            self.value if same_value else None,
            self.gradient if same_gradient else None,
            self.value_spread if same_value else None,
            self.gradient_spread if same_gradient else None,
        )


def growing(value: Array, gradient: Array | None, known: Measured) -> Iterator[Measured | None]:
    """What is known after each piece; None where that is not worth showing.

    What is known already, wholly, is not found out again.
    """
    arrays = [("value", value)] if gradient is None else [("value", value), ("gradient", gradient)]
    for name, array in arrays:
        before: Statistics | None = getattr(known, name)
        if before is not None and before.complete:
            continue
        if not array.size:
            known = _with(known, name, statistics(array))
            yield known
        for count, found in enumerate(growing_statistics(array)):
            known = _with(known, name, found)
            yield known if found.complete or count % BETWEEN == BETWEEN - 1 else None
    for name, array in arrays:
        ends: Statistics = getattr(known, name)
        spread: Histogram | None = getattr(known, f"{name}_spread")
        if ends.least is None or ends.most is None or (spread is not None and spread.complete):
            continue
        spreads = growing_histogram(array, float(ends.least), float(ends.most))
        for count, spread in enumerate(spreads):
            known = _with(known, f"{name}_spread", spread)
            yield known if spread.complete or count % BETWEEN == BETWEEN - 1 else None


def _with(known: Measured, name: str, found: object) -> Measured:
    changes: dict[str, Any] = {name: found}
    return known._replace(**changes)
