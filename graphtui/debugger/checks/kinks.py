"""Where a value was moved over a kink: the gate, found by its own derivative, which jumps there.

Along the straight line between two inputs of a gate, the derivative of a smooth function changes
little by little. The line is halved again and again towards where it changes most; if it still
jumps over a millionth of the line, a kink is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from graphtui.engine.execute import Run
from graphtui.graph.graph import Node
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Op

HALVINGS = 20
JUMP = 1e-3
"""The part of a derivative by which it must jump to count, so that rounding does not."""

MOST_GATES = 1000
"""How many gates are looked at."""


def kink_between(run: Run, after: Mapping[str, Array], nodes: Iterable[str]) -> str | None:
    """The first of the nodes of which a kink lies between two inputs, if there is one.

    Args:
        run: where every node has the first of its values.
        after: the second value of the nodes that have another.
        nodes: which gates to look at; those without kinks cost nothing.
    """
    looked = 0
    for name in nodes:
        node = run.graph.nodes[name]
        if not isinstance(node.op, Op) or node.op.kink is None:
            continue
        looked += 1
        if looked > MOST_GATES or name not in after:  # or an op raised before it
            return None
        starts = [_double(run.value(source)) for source in node.inputs]
        ends = [_double(after.get(source, run.value(source))) for source in node.inputs]
        with np.errstate(all="ignore"):
            if _jumps(node, starts, ends):
                return name
    return None


def _double(value: Array | None) -> Array:
    assert value is not None, "the run is finished"
    return value.astype(np.float64) if value.dtype.kind == "f" else value


def _jumps(node: Node, starts: list[Array], ends: list[Array]) -> bool:
    """Whether the derivative along the line from `starts` to `ends` jumps somewhere on it."""
    moved = [slot for slot, x in enumerate(starts) if x.dtype.kind == "f"]
    directions = {slot: ends[slot] - starts[slot] for slot in moved}
    if not all(np.isfinite(each).all() for each in directions.values()):
        return False

    def derivative(part: float) -> Array:
        assert isinstance(node.op, Op)
        inputs = [
            starts[slot] + part * directions[slot] if slot in directions else starts[slot]
            for slot in range(len(starts))
        ]
        maps = node.op.local(
            np.asarray(node.op.forward(*inputs, **node.attrs)), *inputs, **node.attrs
        )
        pushed = [
            local.pushforward(directions[slot])
            for slot, local in enumerate(maps)
            if local is not None and slot in directions
        ]
        return np.asarray(sum(pushed), np.float64).reshape(-1)

    low, high, size = 0.0, 1.0, 0.0
    there, here = derivative(low), derivative(high)
    for _ in range(HALVINGS):
        jump = np.abs(here - there)
        if not jump.size or not np.isfinite(jump).all() or not jump.any():
            return False
        place = int(np.argmax(jump))
        size = size or max(abs(there[place]), abs(here[place]))
        middle = derivative((low + high) / 2)
        if abs(middle[place] - there[place]) >= abs(here[place] - middle[place]):
            high, here = (low + high) / 2, middle
        else:
            low, there = (low + high) / 2, middle
    return bool(np.abs(here - there).max() > JUMP * size)
