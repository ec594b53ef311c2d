"""What a forward step did, in words: the formula with its numbers, or with names and shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from graphtui.debugger.explained.amounts import (
    amount,
    elements,
    gate_name,
    letters,
    named,
    over_axes,
    speakable,
)
from graphtui.debugger.reasons.answer import joined, number
from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.graph import Node
from graphtui.graph.wording import quoted
from graphtui.ops.formula import filled, infix, right_side
from graphtui.ops.linear_map import Array, broadcast_axes
from graphtui.ops.op import Elementwise, Op

_SPOKEN = {
    "+": "plus", "-": "minus", "*": "times", "/": "divided by", "@": "times",
    "**": "to the power of", "<": "less than", ">": "greater than", "<=": "at most",
    ">=": "at least", "==": "equal to", "!=": "not equal to",
}  # fmt: skip
"""How signs are read."""

_MOST_READ = 4

_SHAPE_INSIDE = re.compile(r" \(\d[^()]*\)(?=\*\*|\[|\.)")
"""A shape where something of the formula still belongs to the name before it."""


def forward_words(snapshot: Snapshot, node: Node, value: Array) -> Iterator[str]:
    """Clauses on the step that gave a node its value."""
    if node.name in snapshot.run.given:
        yield f"{gate_name(node)}: {quoted(node.name)} was set to {amount(value)} by hand, and so \
its op was not asked"
        return
    operands = [snapshot.value(source) for source in node.inputs]
    assert isinstance(node.op, Op)
    known = [array for array in operands if array is not None]
    assert len(known) == len(operands), "the step has read them"
    scalars = not value.ndim and not any(array.ndim for array in known)
    words = [number(a.item()) for a in known] if scalars else _with_shapes(snapshot, node, known)
    yield f"{gate_name(node)}: {_said(node, words, amount(value))}{_zeros(node, value)}"
    yield from _repeated(node, known, value)


def _said(node: Node, operands: Sequence[str], result: str) -> str:
    """The formula as it is read."""
    assert isinstance(node.op, Op)
    sign = infix(node.op)
    if sign in _SPOKEN:
        return f"{operands[0]} {_SPOKEN[sign]} {operands[1]} gives {result}"
    text = right_side(node.op, node.attrs)
    if text == f"-{node.op.inputs[0]}":
        return f"minus {operands[0]} gives {result}"
    formula = _SHAPE_INSIDE.sub("", filled(text, letters(node, operands)))
    for operand in operands:
        formula = _shape_once(formula, operand)
    if speakable(formula):
        return f"{formula} gives {result}"
    more = len(operands) - _MOST_READ
    read = joined([*operands[:_MOST_READ], *([f"{more:,} more"] if more > 0 else [])])
    return f"from {read} comes {result}"


def _shape_once(formula: str, operand: str) -> str:
    """The formula with the shape of an operand where it is first read, and nowhere else.

    >>> _shape_once("where(x (4,) > 0, x (4,), 0)", "x (4,)")
    'where(x (4,) > 0, x, 0)'
    """
    name, shape, _ = operand.partition(" (")
    before, found, after = formula.partition(operand)
    return f"{before}{found}{after.replace(operand, name)}" if shape else formula


def _with_shapes(snapshot: Snapshot, node: Node, read: Sequence[Array]) -> list[str]:
    """The operands by their names, arrays with their shapes."""
    pairs = zip(named(snapshot, node), read, strict=True)
    return [f"{name} {array.shape}" if array.ndim else name for name, array in pairs]


def _zeros(node: Node, value: Array) -> str:
    """How many elements are 0, where that closes a gate."""
    count = value.size - int(np.count_nonzero(value))
    closes = isinstance(node.op, Op) and node.op.zero_because and isinstance(node.op, Elementwise)
    return (
        f", 0{elements(count, value.shape, value.size)}" if closes and count and value.ndim else ""
    )


def _repeated(node: Node, read: Sequence[Array], value: Array) -> Iterator[str]:
    """Which operands were repeated to fit."""
    if not isinstance(node.op, Elementwise):
        return
    for source, array in zip(node.inputs, read, strict=True):
        axes = broadcast_axes(value.shape, array.shape)
        if axes and array.ndim:
            yield f"{quoted(source)} is repeated along {over_axes(axes)}"
