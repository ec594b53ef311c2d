"""Which gradients are nothing but rounding: sums of contributions that cancel each other.

Such a number is of no size: it differs from one machine to the next, and so does all that is
computed from it alone. What follows from that is for `compare` and `profile`.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from graphtui.debugger.norms import norm
from graphtui.engine.execute import Run
from graphtui.engine.plan import Phase
from graphtui.engine.steps import Contribution, Step
from graphtui.ops.linear_map import Array, Diagonal, LinearMap
from graphtui.ops.matmul_maps import MatmulSide

NOISE = 64.0
"""What is left of a sum is rounding up to so many units in the last place of what was summed."""


class Summed:
    """How large what was summed to each gradient of a run is, as far as the run has come.

    It looks at every backward step once, when it is first asked for a node.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self._scale: dict[str, float] = {}
        self._looked = max(run.plan.seed_step - 1, 0)

    def scale(self, name: str) -> float:
        """The sum of the norms of what a node has received; 0 where nothing has come.

        So are the absolute values that a product or a broadcast sums up within one contribution.
        What a node sends whose own gradient is only rounding counts as large as what cancelled
        there, so that rounding is known as such wherever it is passed on.
        """
        steps = self.run.steps
        while self._looked < len(steps):
            step = steps[self._looked]
            self._looked += 1
            if step.phase is Phase.BACKWARD and step.contributions:
                self._add(step)
        return self._scale.get(name, 0.0)

    def cancels(self, name: str, gradient: Array) -> bool:
        """Whether the whole gradient of a node, which is not 0, is rounding."""
        if name in self.run.replaced:
            return False
        return 0 < norm(gradient) <= _unit(gradient) * self.scale(name)

    def _add(self, step: Step) -> None:
        upstream, larger = step.contributions[0].upstream, 1.0
        scale = self._scale.get(step.node, 0.0)
        if scale and step.node not in self.run.replaced:
            left = norm(upstream)
            if 0 < left <= _unit(upstream) * scale:
                larger = scale / left
        for contribution in step.contributions:
            source = contribution.edge.source
            size = larger * _summed_on_the_way(contribution)
            self._scale[source] = self._scale.get(source, 0.0) + size


def _summed_on_the_way(contribution: Contribution) -> float:
    """The norm of a contribution, or of the absolute values that the gate has summed to it.

    Where it is not tiny beside what the gate received, it is no rounding, whatever was summed.
    """
    local, upstream = contribution.local, contribution.upstream
    sent = norm(contribution.downstream)
    positive: LinearMap
    if not sent or sent > math.sqrt(np.finfo(upstream.dtype).eps) * norm(upstream):
        return sent
    if isinstance(local, Diagonal) and local.summed_axes:
        positive = replace(local, factor=np.abs(local.factor))
    elif isinstance(local, MatmulSide):
        positive = replace(local, other=np.abs(local.other))
    else:
        return sent
    with np.errstate(all="ignore"):
        return norm(positive.pullback(np.abs(upstream)))


def _unit(array: Array) -> float:
    """The part of what was summed up to which its sum is rounding."""
    return NOISE * float(np.finfo(array.dtype).eps)
