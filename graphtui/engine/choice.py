"""Which nodes and which elements a gradient check tries: as many as can be borne.

How they are compared is for `gradcheck`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from graphtui.engine.execute import Run
from graphtui.ops.linear_map import Array

MOST_ELEMENTS = 64
"""How many elements of one value are tried: the largest gradients, and an even spread."""

MOST_NUMBERS = 20_000_000
"""About how many numbers are read and written for one comparison, however large the arrays are."""

FEWEST_ELEMENTS = 4
"""How many elements are tried even so."""

MOST_EVALUATIONS = 2_000_000
"""About how often an op may be evaluated to hold whole gradients against differences."""


def affordable(run: Run, names: Sequence[str]) -> tuple[list[str], int]:
    """The nodes whose whole gradient is checked, and at how many elements; leaves come first."""
    ops = max(len(run.plan.forward_step), 1)
    most = max(MOST_EVALUATIONS // (4 * ops), 8)
    chosen = list(names)
    if len(chosen) > most:
        leaves = [name for name in chosen if run.graph.nodes[name].is_leaf]
        others = [name for name in chosen if not run.graph.nodes[name].is_leaf]
        kept = _spread(leaves, most)
        kept |= _spread(others, most - len(kept))
        chosen = [name for name in chosen if name in kept]
    each = MOST_EVALUATIONS // (4 * ops * max(len(chosen), 1))
    return chosen, min(max(each, 1), MOST_ELEMENTS)


def _spread(names: Sequence[str], count: int) -> set[str]:
    if len(names) <= count or count <= 0:
        return set(names[: max(count, 0)])
    return {names[int(at)] for at in np.linspace(0, len(names) - 1, count)}


def bearable(run: Run, names: Sequence[str]) -> int:
    """How many elements are tried where these values are read or written for each."""
    numbers = sum(math.prod(run.graph.nodes[name].shape) for name in names)
    return max(min(MOST_NUMBERS // max(numbers, 1), MOST_ELEMENTS), FEWEST_ELEMENTS)


def elements(
    gradient: Array, value: Array, most: int
) -> Iterator[tuple[tuple[int, ...], float, float]]:
    """The elements to try: index, gradient and value; NaN counts as the largest gradient.

    A value that is not finite cannot be moved, so that a finite gradient there is taken as it is.
    """
    flat: Iterable[int] = range(gradient.size)
    if gradient.size > most:
        half = max(most // 2, 1)
        largest = np.argsort(np.abs(gradient).reshape(-1), kind="stable")[-half:]
        even = np.linspace(0, gradient.size - 1, most - half).astype(int)
        flat = sorted({int(i) for i in (*largest, *even)})
    for i in flat:
        index = tuple(int(n) for n in np.unravel_index(i, gradient.shape))
        if np.isfinite(value[index]) or not np.isfinite(gradient[index]):
            yield index, float(gradient[index]), float(value[index])
