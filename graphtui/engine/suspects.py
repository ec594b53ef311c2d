"""What a wrong gradient would be right for: mistakes that show when the gate is evaluated again.

A pullback that was transposed, a sum that was left out and two gradients that were exchanged each
send what some other question has as its answer. What can be told from the numbers alone is for
`clues`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from graphtui.engine.clues import alike
from graphtui.engine.steps import Contribution
from graphtui.graph.graph import Edge, Node
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array, Shape

Fits = Callable[[Contribution], bool]
"""Whether a contribution agrees with differences of its gate."""

STEP = 1e-6
"""How far all inputs are moved together, relative to the largest of them."""


def suspect(
    contribution: Contribution,
    gate: Node,
    inputs: list[Array],
    fits: Fits,
    same: float,
    forward: Callable[..., Array],
) -> str:
    """What is sent instead of the gradient, and what that looks like; "" where nothing fits.

    Args:
        contribution: what is wrong.
        gate: the node that sends it.
        inputs: the values of the gate's inputs, in float64 where they float.
        fits: whether another contribution would be right.
        same: the relative difference up to which two numbers are the same.
        forward: from inputs to the output of the gate.
    """
    if _is_transposed(contribution, inputs, same, forward):
        return "It is what the transposed Jacobian would send: is a transpose missing?"
    for place, axis in _repeated(contribution):
        alone = np.zeros_like(contribution.upstream)
        at = (slice(None),) * axis + (place,)
        alone[at] = contribution.upstream[at]
        if fits(contribution._replace(upstream=alone)):
            which = {0: "first", -1: "last"}[place]
            row = "row" if axis == 0 and alone.ndim == 2 else f"element along axis {axis}"
            return f"It is what the {which} {row} alone sends: is the sum over axis {axis} missing?"
    for edge in _others(contribution.edge, gate, inputs):
        if fits(contribution._replace(edge=edge)):
            return (
                f"It is what input {edge.slot + 1}, {quoted(edge.source)}, should be sent: are "
                f"both the wrong way round?"
            )
    return ""


def _is_transposed(
    contribution: Contribution, inputs: list[Array], same: float, forward: Callable[..., Array]
) -> bool:
    """Whether what is sent is J g, by differences along upstream, instead of Jᵀ g."""
    upstream, slot = np.asarray(contribution.upstream, np.float64), contribution.edge.slot
    largest = np.max(np.abs(upstream), initial=0)
    if upstream.shape != inputs[slot].shape or upstream.size < 2 or not largest > 0:
        return False
    h = STEP * max(1.0, float(np.max(np.abs(inputs[slot])))) / largest
    after, before = (
        np.asarray(
            forward(*(x + by * upstream if i == slot else x for i, x in enumerate(inputs))),
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


def _others(edge: Edge, gate: Node, inputs: list[Array]) -> Iterator[Edge]:
    """The edges to the gate's other inputs of the same shape."""
    here = inputs[edge.slot]
    for slot, source in enumerate(gate.inputs):
        if (
            slot != edge.slot
            and inputs[slot].shape == here.shape
            and inputs[slot].dtype.kind == "f"
        ):
            yield Edge(source, gate.name, slot)
