"""What the trials of a nudge say besides the verdict: about rounding, kinks, what is missing.

The verdict itself is for `nudge`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from graphtui.debugger.checks.trials import Trial, Trials
from graphtui.debugger.reasons.answer import gate, number
from graphtui.debugger.reasons.why_missing import why_missing
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.dependence import dependent
from graphtui.graph.wording import listed, quoted

VISIBLE = 1e-8
"""From which part of a slope on an error by rounding is worth a word."""


def subject(found: Trials) -> str:
    """What is moved, as sentences name it."""
    return quoted(found.node) + (str(list(found.index)) if found.index else "")


def digits(slope: float) -> str:
    """A slope by differences, of which few digits are sure."""
    return number(float(f"{slope:.4g}"))


def absent(found: Trials) -> str:
    """Why there is no gradient, and what f does all the same."""
    there = Snapshot(found.run, len(found.run.steps), found.node)
    return f"{why_missing(there, found.node).sentence} {real(found)}"


def real(found: Trials) -> str:
    """What f does, whatever the gradient says."""
    first = found.rows[0]
    if first.real == 0:
        return f"f does not change for h = {number(first.h)}."
    return f"f changes by {digits(first.real)} for h = {number(first.h)}."


def blame(found: Trials) -> str:
    """Where to look for the mistake."""
    run, nodes = found.run, found.run.graph.nodes
    reached = {found.node, *dependent(run, found.node)}
    held = [name for name in run.given if not reached.isdisjoint(nodes[name].inputs)]
    if held:
        return f" The value of {listed(held, 3)} is set, and no change passes through what is set."
    if replaced := [name for name in run.replaced if name in reached]:
        return f" The gradient of {listed(replaced, 3)} is set, so it need not be a slope."
    return " `gradcheck` names the gate that is wrong."


def grain(found: Trials) -> str:
    """How far apart the numbers lie where rounding does most."""
    node = found.run.graph.nodes[found.coarsest]
    value = found.run.value(found.coarsest)
    assert value is not None, "the run was finished"
    largest = np.max(np.abs(value), initial=0).astype(value.dtype)
    towards_zero = largest - np.nextafter(largest, largest.dtype.type(0))  # above, it may overflow
    apart = number(float(towards_zero or np.spacing(largest)))
    where = f"around {number(float(largest))} the numbers of {node.dtype} lie {apart} apart"
    return f"{where}, as at {gate(found.run.graph, node.name)}"


def rounding_from(found: Trials) -> int:
    """The number of the first row in which rounding is the larger error; after all if in none."""
    errors = [abs(row.right - (found.slope or 0.0)) for row in found.rows]
    best = min(range(len(errors)), key=lambda place: (math.isnan(errors[place]), errors[place]))
    for place, row in enumerate(found.rows[best:], best):
        blurred = found.rounding / abs(row.h)
        size = max(abs(found.slope or 0.0), abs(row.right))
        grown = errors[place] > max(3 * errors[best], VISIBLE * size)
        if not row.moved or (grown and errors[place] <= 4 * blurred):
            return place
    return len(found.rows)


def asides(found: Trials, kind: str, rounded: int) -> Iterator[str]:
    """What else is to be seen in the rows."""
    kinked = [row for row in found.rows if row.kink]
    beside = len(kinked) < len(found.rows) or kind == "unsettled"
    if kinked and kind in ("agrees", "flat", "wrong", "unsettled") and beside:
        gates = gate(found.run.graph, kinked[-1].kink or "")
        h = number(kinked[-1].h)
        yield f"A kink of {gates} lies between x and x + h, down to h = {h}."
    if rounded < len(found.rows):
        yield f"From h = {number(found.rows[rounded].h)} down, rounding takes over: {grain(found)}."


def note(row: Trial, rounded: bool) -> str:
    """Why the ratio of one row is not 1; "" where nothing is to be said."""
    if not row.moved:
        return "x + h is x"
    if not math.isfinite(row.real):
        return "f(x + h) is not finite"
    if rounded:
        return "rounding"
    return f"kink of {quoted(row.kink)}" if row.kink else ""
