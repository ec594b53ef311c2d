"""What a wrong gradient would be right for: mistakes that show when the gate is evaluated again.

A pullback that was transposed, a sum that was left out and two gradients that were exchanged each
send what some other question has as its answer. What can be told from the numbers alone is for
`clues`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from graphtui.engine.clues import SAME, alike, clue
from graphtui.engine.slope import Verdict
from graphtui.engine.steps import Contribution
from graphtui.graph.graph import Edge, Node
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array, Shape

Fits = Callable[[Contribution], bool]
"""Whether a contribution agrees with differences of its gate."""

STEP = 1e-6
"""How far all inputs are moved together, relative to the largest of them."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What is evaluated again."""

    node: Node
    inputs: tuple[Array, ...]
    """Their values, in float64 where they float."""
    forward: Callable[..., Array]
    """From inputs to the output."""
    fits: Fits


def explanation(
    contribution: Contribution, found: Mapping[tuple[int, ...], Verdict], gate: Gate
) -> str:
    """What kind of mistake a wrong contribution looks like; "" where that is not plain.

    Args:
        contribution: what is wrong.
        found: how each element that was tried compares with differences.
        gate: what sends it.
    """
    upstream, downstream = contribution.upstream, contribution.downstream
    analytic, numeric = (np.full(downstream.shape, np.nan) for _ in range(2))
    for index, verdict in found.items():
        analytic[index], numeric[index] = downstream[index], verdict.numeric
        if verdict.on_kink or not np.isfinite(analytic[index] - numeric[index]):
            return ""  # no pattern is to be had where one number of many is any number
    shapes = {name: value.shape for name, value in zip(gate.node.inputs, gate.inputs, strict=True)}
    coarsest = max(float(np.finfo(each.dtype).eps) for each in (downstream, upstream))
    same = max(SAME, 16 * coarsest)
    output = {gate.node.name: upstream.shape}
    told = clue(analytic, numeric, shapes | output, upstream=upstream, same=same)
    if told or alike(np.nan_to_num(analytic), np.nan_to_num(numeric), same):
        return told
    return _suspect(contribution, gate, same)


def _suspect(contribution: Contribution, gate: Gate, same: float) -> str:
    """What is sent instead of the gradient; "" where nothing fits."""
    if _is_transposed(contribution, gate, same):
        return "It is what the transposed Jacobian would send: is a transpose missing?"
    for place, axis in _repeated(contribution):
        alone = np.zeros_like(contribution.upstream)
        at = (slice(None),) * axis + (place,)
        alone[at] = contribution.upstream[at]
        if gate.fits(contribution._replace(upstream=alone)):
            which = {0: "first", -1: "last"}[place]
            row = "row" if axis == 0 and alone.ndim == 2 else f"element along axis {axis}"
            return f"It is what the {which} {row} alone sends: is the sum over axis {axis} missing?"
    for edge in _others(contribution.edge, gate):
        if gate.fits(contribution._replace(edge=edge)):
            return (
                f"It is what input {edge.slot + 1}, {quoted(edge.source)}, should be sent: are "
                f"both the wrong way round?"
            )
    return ""


def _is_transposed(contribution: Contribution, gate: Gate, same: float) -> bool:
    """Whether what is sent is J g, by differences along upstream, instead of Jᵀ g."""
    upstream, slot = np.asarray(contribution.upstream, np.float64), contribution.edge.slot
    inputs = gate.inputs
    largest = np.max(np.abs(upstream), initial=0)
    if upstream.shape != inputs[slot].shape or upstream.size < 2 or not largest > 0:
        return False
    h = STEP * max(1.0, float(np.max(np.abs(inputs[slot])))) / largest
    after, before = (
        np.asarray(
            gate.forward(*(x + by * upstream if i == slot else x for i, x in enumerate(inputs))),
            np.float64,
        )
        for by in (h, -h)
    )
    pushed = (after - before) / (2 * h)
    sent = np.asarray(contribution.downstream, np.float64)
    finite = np.isfinite(pushed).all() and np.isfinite(sent).all()
    return bool(finite and sent.any() and alike(sent, pushed, same))


def _repeated(contribution: Contribution) -> Iterator[tuple[int, int]]:
    """The last and the first place along every axis of the output along which the input repeats."""
    output = contribution.upstream.shape
    for axis in _broadcast_axes(output, contribution.downstream.shape):
        yield from ((-1, axis), (0, axis))


def _broadcast_axes(output: Shape, source: Shape) -> list[int]:
    """The axes that a sum must take out again; none where the shapes do not broadcast.

    >>> _broadcast_axes((4, 3), (3,)), _broadcast_axes((4, 3), (4, 1)), _broadcast_axes((), (3,))
    ([0], [1], [])
    """
    if len(source) > len(output):
        return []
    aligned = (1,) * (len(output) - len(source)) + tuple(source)
    pairs = list(zip(output, aligned, strict=True))
    if any(there not in (1, size) for size, there in pairs):
        return []
    return [axis for axis, (size, there) in enumerate(pairs) if size > 1 and there == 1]


def _others(edge: Edge, gate: Gate) -> Iterator[Edge]:
    """The edges to the gate's other inputs of the same shape."""
    shape = gate.inputs[edge.slot].shape
    for slot, (source, value) in enumerate(zip(gate.node.inputs, gate.inputs, strict=True)):
        if slot != edge.slot and value.shape == shape and value.dtype.kind == "f":
            yield Edge(source, gate.node.name, slot)
