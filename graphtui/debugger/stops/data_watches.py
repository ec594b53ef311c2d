"""Breakpoints on data: a contribution arrives, a gradient changes its sign, little gets through.

Each watches the gradient of one node, at the steps at which a contribution can arrive there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from graphtui.debugger.norms import norm, short
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.breakpoints import Kind, Target
from graphtui.engine.execute import Contribution, Run
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array


class ContributionWatch:
    """Each contribution, or one of them, as it arrives."""

    def __init__(self, run: Run, target: Target) -> None:
        self.run, self.name, self.number = run, target.name, int(target.number)

    def met(self, step: int) -> bool:
        """Whether that happens at this step; asked for each step in order."""
        # A step that raised sent nothing.
        sent = self.run.steps[step - 1].contributions
        return any(each.edge.source == self.name for each in sent)

    def reason(self, step: int) -> str:
        """The values behind it."""
        arrived = self.run.arrivals[self.name]
        numbers = [i for i, (at, _) in enumerate(arrived, start=1) if at == step]
        chosen = self.number or numbers[-1]
        contribution = arrived[chosen - 1][1]
        total = Snapshot(self.run, step, "").gradient(self.name)
        return (
            f"{quoted(self.name)} receives contribution {chosen} of "
            f"{self.run.plan.expects[self.name]}, {_size(contribution.downstream)}, from "
            f"{_sender(self.run, contribution)}; its gradient is {_size(total)}"
        )


class SignWatch:
    """An element of the gradient, summed up so far, is positive before and negative behind."""

    def __init__(self, run: Run, target: Target) -> None:
        self.run, self.name = run, target.name
        self._total: Array | None = None

    def met(self, step: int) -> bool:
        """Whether that happens at this step; asked for each step in order."""
        before, self._total = self._total, self.run.gradient(self.name, step)
        if before is None or self._total is None:
            return False
        return bool(_flipped(before, self._total).any())

    def reason(self, step: int) -> str:
        """The values behind it."""
        before = Snapshot(self.run, step - 1, "").gradient(self.name)
        behind = Snapshot(self.run, step, "").gradient(self.name)
        assert before is not None, "it had a sign before"
        assert behind is not None, "it has one behind"
        where = np.argwhere(_flipped(before, behind))
        first = tuple(where[0])
        place = f"[{', '.join(map(str, first))}]" if first else ""
        more = f", and {len(where) - 1:,} more elements change theirs" if len(where) > 1 else ""
        return (
            f"the gradient of {quoted(self.name)}{place} changes its sign: "
            f"{before[first]:.6g} → {behind[first]:.6g}{more}"
        )


class RatioWatch:
    """What arrives is less than a ratio of what its sender received."""

    def __init__(self, run: Run, target: Target) -> None:
        self.run, self.name, self.ratio = run, target.name, target.number

    def met(self, step: int) -> bool:
        """Whether that happens at this step; asked for each step in order."""
        return self._smallest(step)[0] < self.ratio

    def reason(self, step: int) -> str:
        """The values behind it."""
        ratio, contribution = self._smallest(step)
        assert contribution is not None, "it was met here"
        return (
            f"|downstream| / |upstream| = {short(ratio)} < {short(self.ratio)} from "
            f"{_sender(self.run, contribution)} to {quoted(self.name)}"
        )

    def _smallest(self, step: int) -> tuple[float, Contribution | None]:
        found: tuple[float, Contribution | None] = (np.inf, None)
        for each in self.run.steps[step - 1].contributions:
            upstream = norm(each.upstream) if each.edge.source == self.name else 0.0
            if 0 < upstream < np.inf and (ratio := norm(each.downstream) / upstream) < found[0]:
                found = ratio, each
        return found


DataWatch: TypeAlias = ContributionWatch | SignWatch | RatioWatch

_WATCHES: Mapping[Kind, type[DataWatch]] = {
    Kind.CONTRIBUTION: ContributionWatch,
    Kind.SIGN: SignWatch,
    Kind.RATIO: RatioWatch,
}


def data_watch(target: Target | None, run: Run) -> DataWatch | None:
    """What watches the gradient that a target is about; None where it is a place, or nothing."""
    made = None if target is None else _WATCHES.get(target.kind)
    return None if target is None or made is None else made(run, target)


def _flipped(before: Array, behind: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(np.sign(before) * np.sign(behind) < 0)


def _sender(run: Run, contribution: Contribution) -> str:
    name = contribution.edge.target
    return f"{quoted(name)} ({run.graph.nodes[name].op.name})"


def _size(array: Array | None) -> str:
    """A number, or the norm of an array."""
    assert array is not None, "it has arrived"
    return f"{array[()]:.6g}" if not array.ndim else f"an array of norm {short(norm(array))}"
