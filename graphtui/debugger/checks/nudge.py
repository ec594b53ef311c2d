"""The definition of the derivative, live: what a gradient predicts for a small h, and what happens.

Both tell whether the gradient is the slope, where a kink lies and where rounding takes over. How
the numbers come about is for `trials`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from graphtui.debugger.checks.closer import closer
from graphtui.debugger.checks.nudge_words import (
    absent,
    asides,
    blame,
    digits,
    grain,
    note,
    real,
    rounding_from,
    subject,
)
from graphtui.debugger.checks.trials import Trial, Trials, trials
from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.reasons.answer import gate, number
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.engine.gradcheck import TOLERANCE
from graphtui.engine.slope import Slope, is_kink, lies_between

H = 0.1
"""The first h, where none is given."""

CLEAR, TELLING = 0.01, 0.1
"""The part of a slope up to which rounding leaves it clear, or tells something at least."""

_EVER_LESS = "f changes, but by ever less of h, as at the top of a hill."


@dataclass(frozen=True, slots=True)
class Nudge:
    """A value that was moved, and what that says."""

    trials: Trials
    kind: str
    """"agrees", "flat", "kink", "jump", "wrong", "unsettled", "rounding", "faulty" or "absent"."""
    sentence: str
    """What it says, in plain words."""
    notes: tuple[str, ...]
    """For each h, why its ratio is not 1, in a few words; "" where nothing is to be said."""


def nudge(
    run: Run | Snapshot,
    node: str,
    index: Sequence[int] | None = None,
    h: float = H,
    *,
    interrupted: Interrupted = never,
) -> Nudge:
    """What comes of moving `node` by h, h/10, h/100, … beside the run, which stays as it is.

    Args:
        run: whose values are moved; backward is finished beside it, where it has not been.
        node: a leaf, or a computed node, whose value is then given instead of computed.
        index: the element that is moved; None means every element, each by h.
        h: the first and largest step.
        interrupted: asked now and then whether to stop.

    Raises:
        CommandError: there is nothing to move or to see, h is no number to move by, or it was
            interrupted.
    """
    run = run.run if isinstance(run, Snapshot) else run
    found = trials(run, node, index, h, interrupted)
    kind, words = _reconsidered(found, *_judged(found), interrupted)
    rounded = rounding_from(found) if kind in ("agrees", "kink", "wrong") else len(found.rows)
    notes = tuple(note(row, place >= rounded) for place, row in enumerate(found.rows))
    return Nudge(found, kind, " ".join((words, *asides(found, kind, rounded))), notes)


# The verdict ------------------------------------------------------------------------------------


def _judged(found: Trials) -> tuple[str, str]:
    """The kind, and the sentence that says it."""
    if not math.isfinite(found.f):
        return "faulty", f"f is {number(found.f)} here, so no difference from it tells anything."
    if found.slope is None:
        return "absent", absent(found)
    if not math.isfinite(found.slope):
        return "faulty", (
            f"The gradient is {number(found.slope)}, so it predicts no number. {real(found)}"
        )
    if not any(math.isfinite(row.central) for row in found.rows):
        return "faulty", "f is finite here, but not on both sides: no slope can be had."
    if found.slope and _cancels(found):
        return "flat", (
            "f changes by no more than rounding, and the gradient says so: its elements cancel."
        )
    if not _steepest(found):
        return _still(found)
    if jump := _jump(found):
        return "jump", (
            f"f jumps by {number(jump)} as soon as {subject(found)} moves, however small h is: "
            f"there is no derivative. The gradient says {number(found.slope)}."
        )
    telling = _telling(found)
    if not telling:
        return "rounding", f"Rounding hides the change at every h: {grain(found)}. Try a larger h."
    if (kink := _kink(found, telling)) is not None:
        return kink
    return _smooth(found, telling)


def _reconsidered(
    found: Trials, kind: str, words: str, interrupted: Interrupted
) -> tuple[str, str]:
    """The kind and its sentence, once differences of far smaller steps do not speak against it."""
    exact = _tolerance(found) == TOLERANCE["float64"]
    if kind != "wrong" and not (exact and kind in ("kink", "jump")):
        return kind, words
    close = closer(found, _tolerance(found), interrupted)
    assert found.slope is not None
    gradient = number(found.slope)
    if close.clear:
        steps, try_it = ("", " Try a smaller h.") if exact else (" in float64", "")
        return "unsettled", (
            f"Over these h the ratio does not settle at 1. By far smaller steps{steps} it does: "
            f"the gradient, {gradient}, is the slope.{try_it}"
        )
    if kind == "wrong" and close.passed and close.on_kink:
        return "kink", (
            f"{subject(found)} stands on a kink or a tie, as far smaller steps show, and the "
            f"gradient, {gradient}, lies between the slopes of its sides."
        )
    named = kind == "kink" and found.rows[-1].kink is not None
    settled = _settled(found) if kind == "wrong" else close.on_kink or named
    if close.passed and not settled:
        return "unsettled", (
            f"Over these h the ratio does not settle, so they tell nothing of the gradient, "
            f"{gradient}."
        )
    return kind, words


def _settled(found: Trials) -> bool:
    """Whether the slopes have come to an end, and one that is not the gradient.

    Those of a curve come a hundred times closer with each h, so that what the last step has left is
    less than what it has changed. Rows of which rounding might be the matter do not count.
    """
    gradient = found.slope or 0.0
    for far, near in reversed([*pairwise(_telling(found))]):
        apart = abs(near.central - gradient)
        if found.rounding / abs(near.h) <= apart / 4:
            return abs(near.central - far.central) <= apart / 2
    return not _steepest(found)


def _still(found: Trials) -> tuple[str, str]:
    """What to say where f does not change at all."""
    if not any(row.moved for row in found.rows):
        words = f"{subject(found)} + h is {subject(found)} for every h: {grain(found)}"
        return "rounding", f"{words}. Try a larger h."
    if found.slope == 0:
        return "flat", "f does not change, and the gradient says 0: both agree."
    assert found.slope is not None
    if found.rounding > TELLING * abs(found.slope * found.rows[0].h):
        return "rounding", f"Rounding hides the change at every h: {grain(found)}. Try a larger h."
    return (
        "wrong",
        f"f does not change, but the gradient says {number(found.slope)}.{blame(found)}",
    )


def _telling(found: Trials) -> list[Trial]:
    """The rows in which rounding leaves something to be seen, the largest h first."""
    return [row for row in found.rows if _share(found, row) <= TELLING]


def _share(found: Trials, row: Trial) -> float:
    """The part of the slope that rounding may have put it off by; infinite where there is none."""
    if not row.moved or not math.isfinite(row.central):
        return math.inf
    size = max(abs(found.slope or 0.0), abs(row.left), abs(row.right)) or _steepest(found)
    return found.rounding / abs(row.h) / size


def _steepest(found: Trials) -> float:
    """The largest slope of all rows, against which one without a change is held."""
    slopes = [abs(slope) for row in found.rows for slope in (row.left, row.right)]
    return max(slope for slope in slopes if math.isfinite(slope))


def _cancels(found: Trials) -> bool:
    """Whether f stays as it is and the gradient of what is moved sums to 0, but for rounding."""
    gradient = found.run.gradient(found.node)
    if gradient is None or found.slope is None or found.index is not None:
        return False
    with np.errstate(all="ignore"):
        size = float(np.sum(np.abs(gradient), dtype=np.float64))
    rounding = float(np.finfo(gradient.dtype).eps) * gradient.size
    stays = all(abs(row.real) <= found.rounding for row in found.rows)
    return stays and abs(found.slope) <= rounding * size


def _jump(found: Trials) -> float:
    """The change of f that does not become smaller with h; 0 where there is none."""
    moved = [row for row in found.rows if row.moved]
    if len(moved) < 2:
        return 0.0
    last, least = moved[-2:]
    for far, near in ((last.real, least.real), (last.before, least.before)):
        if abs(near) > max(abs(far) / 2, 10 * found.rounding):
            return near
    return 0.0


def _kink(found: Trials, telling: list[Trial]) -> tuple[str, str] | None:
    """What is to be said of a kink at the very value; None where there is none."""
    far, near = telling[0], telling[-1]
    sides = [Slope(row.left, row.right, found.rounding / abs(row.h)) for row in (far, near)]
    assert found.slope is not None
    # One row cannot tell a kink from a curve; two can, as a curve's sides come together.
    if not is_kink(*sides) or (far is near and found.rows[-1].kink is None):
        return None
    whose = f" of {gate(found.run.graph, near.kink)}" if near.kink else ""
    words = (
        f"{subject(found)} stands on a kink{whose}: the slope is {digits(near.left)} on one side "
        f"and {digits(near.right)} on the other."
    )
    gradient = number(found.slope)
    if lies_between(found.slope, sides[1], _tolerance(found)):
        return "kink", f"{words} The gradient, {gradient}, is right by convention."
    return "wrong", f"{words} The gradient, {gradient}, lies outside of both.{blame(found)}"


def _smooth(found: Trials, telling: list[Trial]) -> tuple[str, str]:
    tolerance, gradient = _tolerance(found), found.slope
    assert gradient is not None
    clear = [row for row in telling if _share(found, row) <= 10 * tolerance]
    clear = clear or [row for row in telling if _share(found, row) <= CLEAR] or telling

    def slack(row: Trial) -> float:
        """How much tolerance and rounding explain of a difference."""
        size = max(abs(gradient), abs(row.left), abs(row.right))
        return tolerance * size + found.rounding / abs(row.h)

    def left_over(row: Trial) -> float:
        return abs(row.central - gradient) - slack(row)

    # In a valley the sides of a large h are so steep that they would excuse everything.
    least = min(map(slack, clear))
    best = min((row for row in clear if slack(row) <= 2 * least), key=left_over)
    if left_over(best) <= 0:
        if gradient == clear[-1].left == clear[-1].right == 0:
            return "flat", "f does not change for a small h, and the gradient says 0: both agree."
        if gradient == 0:
            return "agrees", f"The gradient is 0: {_EVER_LESS}"
        sure = any(abs(row.central - gradient) <= tolerance * abs(gradient) for row in telling)
        seen = (
            "The ratio goes to 1" if sure else "As far as rounding lets it be seen, the ratio is 1"
        )
        return "agrees", f"{seen}: the gradient, {number(gradient)}, is the slope."
    numeric = clear[-1].central
    if _vanishes(gradient, [row.central for row in telling]):
        return "agrees", f"The gradient is next to nothing, {number(gradient)}: {_EVER_LESS}"
    if gradient == 0:
        words = f"The gradient is 0, but the slope is {digits(numeric)}."
    else:
        words = (
            f"The ratio goes to {digits(numeric / gradient)}, not to 1: the slope is "
            f"{digits(numeric)}, the gradient says {number(gradient)}."
        )
    return "wrong", words + blame(found)


def _vanishes(gradient: float, slopes: list[float]) -> bool:
    """Whether slopes go to 0 with h like those of a cube, and the gradient is far smaller still."""
    if len(slopes) < 3 or abs(gradient) > CLEAR * abs(slopes[-1]):
        return False
    return all(abs(near) <= abs(far) / 50 for far, near in pairwise(slopes[-3:]))


def _tolerance(found: Trials) -> float:
    """What is allowed for the coarsest dtype on the way."""
    graph = found.run.graph
    names = (found.node, found.coarsest, graph.output)
    return max(TOLERANCE.get(graph.nodes[name].dtype.name, 0.0) for name in names)
