"""How words for a step name nodes and numbers: a number as it is, an array by shape and norm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphtui.debugger.norms import norm
from graphtui.debugger.reasons.answer import number
from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.graph import Node
from graphtui.graph.wording import brief
from graphtui.ops.formula import is_code
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import Leaf, Op

MOST_LETTERS = 60
"""The longest formula that goes into a sentence."""

_MOST_NAME = 24
_MOST_LISTED = 3


def amount(array: Array) -> str:
    """A number, or the shape and the norm of an array.

    >>> import numpy as np
    >>> amount(np.array(-0.25)), amount(np.array([3.0, 4.0]))
    ('-0.25', '(2,) of norm 5')
    """
    if not array.ndim:
        return number(array.item())
    if array.dtype.kind == "b":
        return f"{array.shape}"
    return f"{array.shape} of norm {number(norm(array))}"


def gate_name(node: Node) -> str:
    """The op as a lecture calls it: `leaky relu gate`."""
    return f"{node.op.name.replace('_', ' ')} gate"


def named(snapshot: Snapshot, node: Node) -> list[str]:
    """The operands of a node by their names; a constant number by itself."""
    return [_operand(snapshot.graph.nodes[source]) for source in node.inputs]


def letters(node: Node, operands: Sequence[str]) -> Mapping[str, str]:
    """What stands for the letters of an op's formulas."""
    assert isinstance(node.op, Op)
    words = {name: brief(str(value), 40) for name, value in node.attrs.items()}
    words["y"] = _short(node)
    if node.op.variadic:
        more = len(operands) - _MOST_LISTED
        listed = [*operands[:_MOST_LISTED], f"{more:,} more"] if more > 1 else operands
        words[node.op.inputs[-1].lstrip("*")] = f"[{', '.join(listed)}]"
    else:
        words.update(zip(node.op.inputs, operands, strict=True))
    return words


def speakable(formula: str) -> bool:
    """Whether a formula can be read in a sentence."""
    return bool(formula) and len(formula) <= MOST_LETTERS and not is_code(formula)


def over_axes(axes: Sequence[int]) -> str:
    """Axes in words.

    >>> over_axes((0,)), over_axes((0, 2))
    ('axis 0', 'axes 0 and 2')
    """
    *most, last = map(str, axes)
    return f"axes {', '.join(most)} and {last}" if most else f"axis {last}"


def elements(count: int, shape: Shape, size: int) -> str:
    """How many elements of an array, in words; "" where it is one number.

    >>> elements(7, (3, 5), 15), elements(1, (), 1)
    (' at 7 of 15 elements', '')
    """
    if not shape:
        return ""
    return f" at {count:,} of {size:,} elements" if count < size else " everywhere"


def _operand(node: Node) -> str:
    constant = isinstance(node.op, Leaf) and not node.op.receives_gradient
    if constant and not node.shape and node.value is not None:
        return number(node.value.item())
    return _short(node)


def _short(node: Node) -> str:
    return brief(node.short_name, _MOST_NAME)
