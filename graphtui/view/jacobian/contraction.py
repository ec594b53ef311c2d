"""What a pullback really computes, with shapes, and where its transpose comes from.

The Jacobian's transpose times upstream is never computed as such: each kind of map has a short way,
which is said here in the names of the nodes. What each kind says is for `pullbacks` and
`layer_pullbacks`, how the matrix looks for `picture`.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphtui.graph.graph import Graph
from graphtui.ops.linear_map import LinearMap
from graphtui.ops.matmul_maps import MatmulSide
from graphtui.ops.shape import TRANSPOSE
from graphtui.ops.sliding_maps import ConvolvedFilters, ConvolvedPictures
from graphtui.ops.summing_maps import Reduction
from graphtui.view.jacobian.layer_pullbacks import said
from graphtui.view.jacobian.pullbacks import Contraction, Names, axes_text, tight
from graphtui.view.text.safe_text import safe_text

_OF_TWO = (MatmulSide, ConvolvedPictures, ConvolvedFilters)
"""Maps of a product, which is linear in either of two operands."""


def contraction(local: LinearMap, names: Names) -> Contraction:
    """What the map's pullback computes.

    >>> from graphtui.ops.matmul_maps import matmul_sides
    >>> import numpy as np
    >>> left, right = matmul_sides(np.ones((64, 100)), np.ones((100, 10)), (64, 10))
    >>> contraction(left, Names("Y", "X", "W"))[:2]
    ('dX = dY · Wᵀ', '(64,10)·(10,100) → (64,100)')
    >>> contraction(right, Names("Y", "W", "X"))[:2]
    ('dW = Xᵀ · dY', '(100,64)·(64,10) → (100,10)')
    """
    formula, shapes, why = said(local, names)
    axes = local.summed_axes
    if axes and not isinstance(local, Reduction):
        formula += f", summed over {axes_text(axes)}"
        why += " What was repeated is summed: the transpose of repeating is summing."
    return Contraction(formula, f"{shapes} → {tight(local.input_shape)}", why)


def names_of(node: str, source: str, slot: int, local: LinearMap, graph: Graph) -> Names:
    """What the arrays of an edge are called in a formula: by short names, if they are told apart.

    Args:
        node: whose input it is.
        source: the input.
        slot: its number.
        local: the map.
        graph: where the other operand is looked up, and what that is the transpose of.
    """
    other = other_name(local, graph.nodes[node].inputs, slot)
    turned = _turned_back(other, graph) if other else ""
    full = node, source, other, turned
    known = {each: graph.nodes[each].short_name for each in full if each}
    if len(set(known.values())) < len(known):
        known = {each: each for each in known}
    first, second, third, last = (safe_text(known.get(each, ""), 24) for each in full)
    return Names(first, second, third or "B", last)


def _turned_back(name: str, graph: Graph) -> str:
    """What a node is the transpose of, matrix by matrix; "" where it is none."""
    node = graph.nodes[name]
    if node.op is not TRANSPOSE:
        return ""
    plain = tuple(range(len(node.shape)))
    order = node.attrs["axes"]
    order = plain[::-1] if order is None else tuple(axis % len(plain) for axis in order)
    return node.inputs[0] if order == (*plain[:-2], *plain[-2:][::-1]) else ""


def other_name(local: LinearMap, inputs: Sequence[str], slot: int) -> str:
    """Which of a node's inputs is the other operand; "" where the map has none."""
    if not isinstance(local, _OF_TWO) or len(inputs) != 2:
        return ""
    return inputs[1 - slot]
