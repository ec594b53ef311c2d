"""What comes of moving a value by h, h/10, h/100, …: the numbers behind a nudge.

Everything behind the value is computed again, in the dtypes of the graph, so that rounding is seen
as it is. What the numbers mean is for `nudge`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from graphtui.debugger.checks.kinks import kink_between
from graphtui.debugger.finished import Interrupted, ask, finished
from graphtui.engine.dependence import dependent
from graphtui.engine.execute import Run
from graphtui.errors import CommandError, nearest
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Op

ROWS = 6
"""How many h are tried, each a tenth of the one before."""


class Trial(NamedTuple):
    """What one h has shown."""

    h: float
    predicted: float | None
    """Gradient times h; None where there is no gradient."""
    real: float
    """f(x + h) - f(x)."""
    before: float
    """f(x) - f(x - h)."""
    moved: bool
    """Whether x + h is another number than x, in the dtype of x."""
    kink: str | None
    """The first gate of which a kink lies between x and x + h."""

    @property
    def ratio(self) -> float | None:
        """Real change to predicted change; NaN where both are 0."""
        if self.predicted is None:
            return None
        if self.predicted == 0:
            return math.nan if self.real == 0 else math.copysign(math.inf, self.real)
        return self.real / self.predicted + 0.0  # no -0

    @property
    def right(self) -> float:
        """The slope to f(x + h)."""
        return self.real / self.h

    @property
    def left(self) -> float:
        """The slope from f(x - h)."""
        return self.before / self.h

    @property
    def central(self) -> float:
        """The slope through f(x - h) and f(x + h)."""
        return self.left / 2 + self.right / 2


@dataclass(frozen=True, slots=True)
class Trials:
    """A value that was moved, and what came of it."""

    run: Run
    """The run beside which it was moved, finished."""
    node: str
    index: tuple[int, ...] | None
    """The element that is moved; None where all of them are."""
    value: float | None
    """What it was; None where not just one number is moved."""
    slope: float | None
    """The gradient, summed over what is moved; None where there is none."""
    f: float
    """The output; of one that is no scalar, ⟨seed, output⟩."""
    rounding: float
    """How far rounding may put a difference of two f off."""
    coarsest: str
    """The node that has the largest part in that."""
    rows: tuple[Trial, ...]


def trials(
    run: Run, node: str, index: Sequence[int] | None, h: float, interrupted: Interrupted
) -> Trials:
    """What comes of moving `node` by h, h/10, … beside the run, which stays as it is.

    Raises:
        CommandError: there is nothing to move or to see, h is no number to move by, or it was
            interrupted.
    """
    place = _place(run, node, index)
    if not math.isfinite(h) or not h / 10 ** (ROWS - 1):
        raise CommandError(f"h must be a finite number other than 0, got {h!r}.")
    base = finished(run, interrupted)
    value, output = base.value(node), base.value(base.graph.output)
    if value is None or output is None:
        where, error = quoted(base.steps[-1].node), base.steps[-1].error
        raise CommandError(f"the run stopped at {where} ({error}), so there is no f to see.")
    behind, weights = dependent(base, node), seed_of(base)
    gradient = base.gradient(node)
    slope = None if gradient is None else _total(gradient, place)
    rows: list[Trial] = []
    rounding, coarsest = 0.0, node
    for number in range(ROWS):
        step = float(Decimal(repr(float(h))).scaleb(-number))
        after, before = (
            recomputed(base, node, _moved(value, place, by), behind, interrupted)
            for by in (step, -step)
        )
        if not rows:
            rounding, coarsest = _rounding(base, after, [node, *behind], interrupted)
        # What does not lie between x and a far point lies not between x and a near one.
        near = not rows or rows[-1].kink is not None
        rows.append(
            Trial(
                h=step,
                predicted=None if slope is None else slope * step,
                real=_difference(weights, output_after(base, after, behind), output),
                before=_difference(weights, output, output_after(base, before, behind)),
                moved=not np.array_equal(after[node], value),
                kink=kink_between(base, after, behind) if near else None,
            )
        )
    one = value if place is None else value[place]
    return Trials(
        base,
        node,
        place,
        float(one.item()) if one.size == 1 else None,
        slope,
        _difference(weights, output, np.zeros_like(output)),
        rounding,
        coarsest,
        tuple(rows),
    )


# What is moved ----------------------------------------------------------------------------------


def _place(run: Run, name: str, index: Sequence[int] | None) -> tuple[int, ...] | None:
    """The index, counted from the start of every axis; None for the whole value."""
    nodes = run.graph.nodes
    if name not in nodes:
        raise CommandError(f"no node is named '{name}'.{nearest(name, nodes)}")
    shape, dtype = nodes[name].shape, nodes[name].dtype
    if dtype.kind != "f":
        raise CommandError(f"{quoted(name)} is {dtype}: only a floating number moves by a small h.")
    if 0 in shape:
        raise CommandError(f"{quoted(name)} has shape {shape}: there is no element to move.")
    if index is None:
        return None
    if len(index) != len(shape) or any(
        not -size <= i < size for i, size in zip(index, shape, strict=True)
    ):
        raise CommandError(f"{quoted(name)} has shape {shape}, so {list(index)} is no element.")
    return tuple(int(i) % size for i, size in zip(index, shape, strict=True))


def _total(gradient: Array, place: tuple[int, ...] | None) -> float:
    """By how much f changes for each h, to first order: every moved element goes with its own."""
    if place is not None:
        return float(gradient[place])
    with np.errstate(all="ignore"):
        return float(np.sum(gradient, dtype=np.float64))


def _moved(value: Array, place: tuple[int, ...] | None, by: float) -> Array:
    """`value` with `by` added there, or everywhere, rounded to its dtype."""
    with np.errstate(all="ignore"):
        wide = np.array(value, np.float64)
        wide[... if place is None else place] += by
        return np.asarray(wide, value.dtype)


# What comes of it -------------------------------------------------------------------------------


def recomputed(
    run: Run,
    node: str,
    value: Array,
    behind: Iterable[str],
    interrupted: Interrupted,
    *,
    wide: bool = False,
) -> dict[str, Array]:
    """The values that change with that of `node`, as far as no op raises.

    Args:
        run: where all others are.
        node: whose value it is.
        value: another value of it.
        behind: what depends on it, in order.
        interrupted: asked now and then whether to stop.
        wide: in float64, whatever the dtypes of the graph are.
    """

    def unmoved(source: str) -> Array:
        known = run.value(source)
        assert known is not None, "the run was finished"
        return known.astype(np.float64) if wide and known.dtype.kind == "f" else known

    values = {node: value}
    with np.errstate(all="ignore"):
        for number, name in enumerate(behind):
            ask(interrupted, number)
            each = run.graph.nodes[name]
            assert isinstance(each.op, Op)
            inputs = [values[s] if s in values else unmoved(s) for s in each.inputs]
            try:
                values[name] = np.asarray(each.op.forward(*inputs, **each.attrs))
            except Exception:  # as in a run: it is data, and f is unknown there
                break
    return values


def output_after(run: Run, after: Mapping[str, Array], behind: Sequence[str]) -> Array | None:
    """The output after the move; None where an op raised before it."""
    output = run.graph.output
    unmoved = None if output in behind else run.value(output)
    return after.get(output, unmoved)


def seed_of(run: Run) -> Array:
    """What every number of the output counts."""
    if run.seed is None:
        output = run.graph.nodes[run.graph.output]
        raise CommandError(
            f"the output {quoted(output.name)} has shape {output.shape}: give a seed, so that f is "
            f"one number."
        )
    return np.asarray(run.seed, np.float64)


def _difference(weights: Array, after: Array | None, before: Array | None) -> float:
    """⟨weights, after - before⟩; NaN where one of them has not come about."""
    if after is None or before is None:
        return math.nan
    counts = weights != 0  # what does not count may be infinite without harm
    with np.errstate(all="ignore"):
        change = after[counts].astype(np.float64) - before[counts].astype(np.float64)
        return float(np.sum(weights[counts] * change))


def _rounding(
    run: Run, after: Mapping[str, Array], names: Iterable[str], interrupted: Interrupted
) -> tuple[float, str]:
    """How far rounding may put a difference of two outputs off, and by whom most of it.

    Every number that changes is off by half the distance to the next one at most, which moves the
    output by that times its gradient (Linnainmaa 1970, who found reverse mode for this); two
    outputs, so twice. Within an op that sums many terms, more is possible.
    """
    total, most, coarsest = 0.0, 0.0, run.graph.output
    changed: set[str] = set()
    for number, name in enumerate(names):
        ask(interrupted, number)
        value, gradient = run.value(name), run.gradient(name)
        if value is None or name not in after:
            continue
        counts = np.asarray(value != after[name])
        if counts.any():
            changed.add(name)
        elif not changed.isdisjoint(run.graph.nodes[name].inputs):
            counts = np.ones_like(counts)  # rounding has swallowed the change
        if gradient is None:
            continue
        with np.errstate(all="ignore"):
            parts = np.abs(gradient.astype(np.float64)) * np.spacing(np.abs(value))
        part = float(np.sum(parts, where=counts & np.isfinite(parts)))
        total += part
        if part > most:
            most, coarsest = part, name
    return total, coarsest
