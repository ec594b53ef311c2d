"""What a node had received when only some of its contributions had arrived, to the last bit.

A run keeps the sum of all that has arrived. Whoever looks at an earlier moment would have to begin
with the first contribution each time, so some of the sums on the way are remembered here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

import numpy as np

from graphtui.engine.steps import Contribution
from graphtui.ops.linear_map import Array

EVERY = 32
"""One sum is kept for so many contributions, each of which holds an array of the same size."""


class PartialSums:
    """Sums of the first contributions of nodes, added in the order in which they arrived.

    Args:
        arrivals: for each node, the contributions it received, with the numbers of their steps; it
            may grow.
    """

    def __init__(self, arrivals: Mapping[str, Sequence[tuple[int, Contribution]]]) -> None:
        self._arrivals = arrivals
        self._marks: dict[str, dict[int, Array]] = {}
        """For each node, the sums of the first EVERY, of the first 2 * EVERY and so on."""
        self._last: dict[str, tuple[int, Array]] = {}
        """For each node, the last answer, from which a walk along the timeline goes on."""

    def count(self, name: str, by: int) -> int:
        """How many contributions the node had received by the step of that number."""
        return bisect_right(self._arrivals.get(name, ()), by, key=_step)

    def of_first(self, count: int, name: str) -> Array:
        """The sum of the first `count` contributions to the node; at least one."""
        arrived, marks = self._arrivals[name], self._marks.setdefault(name, {})
        done, total = self._last.get(name, (0, None))
        mark = min(count // EVERY, len(marks)) * EVERY
        if mark > done or done > count:
            done, total = mark, marks.get(mark)
        with np.errstate(all="ignore"):
            while total is None or done < count:
                downstream = arrived[done][1].downstream
                total = downstream if total is None else np.asarray(total + downstream)
                done += 1
                if done % EVERY == 0:
                    marks[done] = total
        total.setflags(write=False)
        self._last[name] = done, total
        return total


def _step(arrival: tuple[int, Contribution]) -> int:
    return arrival[0]
