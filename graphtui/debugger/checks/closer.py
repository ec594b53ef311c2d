"""A second look before a gradient is called wrong: the same move by far smaller steps, in float64.

Steps that can be followed by eye are large. What bends, or has a kink, within the smallest of them
looks like another slope; the engine's differences come closer, and have the digits for it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from graphtui.debugger.checks.trials import Trials, output_after, recomputed, seed_of
from graphtui.debugger.finished import Interrupted
from graphtui.engine.dependence import dependent
from graphtui.engine.gradcheck import compare_in
from graphtui.ops.linear_map import Array


class Closer(NamedTuple):
    """What far smaller steps say."""

    passed: bool
    """Whether the gradient may be right."""
    clear: bool
    """Whether it is, to many digits: not just as far as rounding, or a kink, lets it be told."""
    on_kink: bool
    numeric: float
    """The slope by these steps."""


def closer(found: Trials, tolerance: float, interrupted: Interrupted) -> Closer:
    """How the gradient of what is moved compares with differences of far smaller steps.

    Args:
        found: what was moved; its gradient is finite.
        tolerance: the relative error up to which two slopes are the same.
        interrupted: asked now and then whether to stop.
    """
    run, analytic = found.run, found.slope
    value, gradient = run.value(found.node), run.gradient(found.node)
    output = run.value(run.graph.output)
    assert value is not None, "the run was finished"
    assert output is not None, "the run was finished"
    assert gradient is not None, "there is one to compare"
    assert analytic is not None, "there is one to compare"
    weights, behind = seed_of(run), dependent(run, found.node)
    wide = value.astype(np.float64)
    here = _nearest_to_zero(wide) if found.index is None else float(wide[found.index])

    def outputs(x: float) -> Array:
        moved = np.array(wide)
        if found.index is None:
            moved += x - here
        else:
            moved[found.index] = x
        after = recomputed(run, found.node, moved, behind, interrupted, wide=True)
        there = output_after(run, after, behind)
        flat = np.full(output.size, math.nan) if there is None else there.reshape(-1)
        return flat.astype(np.float64)

    with np.errstate(all="ignore"):
        verdict = compare_in(gradient.dtype, analytic, outputs, weights.reshape(-1), here)
    size = max(abs(analytic), abs(verdict.numeric))
    clear = abs(verdict.numeric - analytic) <= tolerance * size and not verdict.on_kink
    return Closer(verdict.passed, verdict.passed and clear, verdict.on_kink, verdict.numeric)


def _nearest_to_zero(value: Array) -> float:
    """The smallest number other than 0, near which steps must be smallest; 0 without any."""
    sizes = np.abs(value[(value != 0) & np.isfinite(value)])
    return float(np.min(sizes, initial=math.inf)) if sizes.size else 0.0
