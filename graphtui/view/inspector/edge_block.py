"""One edge of the backward pass in words and numbers: upstream, local, downstream, Jacobian.

The rows stand at the same place before and after the edge's step, so that a step fills them in.
"""

from __future__ import annotations

import numpy as np

from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Contribution
from graphtui.graph.graph import Graph, Node
from graphtui.ops.formula import is_code
from graphtui.ops.linear_map import Array, LinearMap, Shape
from graphtui.ops.op import Leaf, Op
from graphtui.view.inspector.formulas import (
    MOST_NAME,
    formula_lines,
    local_formula,
    number_text,
    product_shapes,
    short,
)
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import count_text, shape_text
from graphtui.view.text.paragraphs import wrapped
from graphtui.view.text.previews import in_line
from graphtui.view.text.safe_text import cell_width, clip_line

NOT_YET = Span("not yet", "absent")
INDENT = "  "
SO_FAR, SO_FAR_SHORT = " so far", " …"
"""What stands after a sum to which more will be added; the picture has the short one too."""

MOST_EDGES = 16
"""Inputs of a node that are shown; what is beyond is counted."""

_LEAST = 6
"""Cells of a number with its sign, the least that is said of an array."""

_LONG = 40
"""Cells up to which a formula is shown however narrow the panel is."""

_LABEL = 11
"""Cells of "downstream" and a blank."""

_NUMBERS = 10
"""Cells that the names of gradients leave to their numbers."""

_LEAST_NAME = 3


def edge_blocks(snapshot: Snapshot, node: Node, width: int) -> list[list[Line]]:
    """A block for each input of a computed node that receives a gradient, a line for the others."""
    receiving = snapshot.run.plan.sends.get(node.name, ())
    shown = receiving[:MOST_EDGES]
    sent = {each.edge.slot: each for each in snapshot.sent(node.name)} if shown else {}
    blocks = [_block(snapshot, node, slot, sent.get(slot), width) for slot in shown]
    others = set(range(len(node.inputs))).difference(receiving)
    rest = [
        _no_gradient(snapshot.graph.nodes[node.inputs[slot]], node, slot)
        for slot in sorted(others)[:MOST_EDGES]
    ]
    if more := len(node.inputs) - len(shown) - len(rest):
        one = f"{short(node)}.{len(shown) + 1}"
        rest.append(line((f"… {count_text(more)} more: jacobian {one} shows one", "dim")))
    return [*blocks, [clip_line(each, width) for each in rest]] if rest else blocks


def array_in(array: Array, room: int, role: str, stated: Shape = ()) -> Line:
    """An array in one line of at most `room` cells: whole, its first elements, or a summary.

    Args:
        array: of any shape; a scalar is its number.
        room: cells.
        role: of the numbers.
        stated: a shape that is said nearby already, and so not again.
    """
    if array.ndim == 0:
        return (Span(number_text(array, min(room, 7)), role),)
    shape = f"{shape_text(array.shape)} "
    room_beside = room - cell_width(shape)
    beside, alone = in_line(array, room_beside), in_line(array, room)
    # More of the numbers is worth more than the shape, and brackets show the shape as well.
    if array.shape == tuple(stated) or room_beside < _LEAST or beside[0] != alone[0] == "[":
        return (Span(alone, role),)
    return (Span(shape, "dim"), Span(beside, role))


def _no_gradient(source: Node, node: Node, slot: int) -> Line:
    if isinstance(source.op, Leaf) and not source.op.receives_gradient:
        why = "a constant"
    elif source.dtype.kind != "f":
        why = f"{source.dtype}"
    elif isinstance(node.op, Op) and not node.op.differentiable(slot):
        why = f"{node.op.name} passes none on"
    else:
        why = "only constants behind it"
    return line(("to ", "dim"), short(source), (f"  no gradient: {why}", "dim"))


# The block ----------------------------------------------------------------------------------------


def _block(
    snapshot: Snapshot, node: Node, slot: int, contribution: Contribution | None, width: int
) -> list[Line]:
    graph = snapshot.graph
    formula = local_formula(graph, node, slot)
    head, names = _names(graph, node, slot, width - len(INDENT) - _LABEL - 1 - _NUMBERS)
    column = max(map(cell_width, names)) + 1
    room = width - len(INDENT) - _LABEL - column
    if contribution is None:
        three = _not_sent(snapshot, node, formula, room)
    else:
        three = _sent(contribution, formula, room)
    block = [head]
    for label, name, what in zip(("upstream", "local", "downstream"), names, three, strict=True):
        padding = " " * (column - cell_width(name))
        block.append((Span(f"{INDENT}{label:<{_LABEL}}", "dim"), Span(name + padding), *what))
    if contribution is not None:
        block += _product(graph, node, contribution, formula, width)
        block += _broadcast_ledger(contribution.local, width)
        block += _jacobian(contribution.local, width)
    return [clip_line(each, width) for each in block]


def _jacobian(local: LinearMap, width: int) -> list[Line]:
    """What there is to say of the matrix; a small one is shown."""
    from graphtui.view.jacobian.lens import SMALL, is_small, jacobian_facts  # when one is there
    from graphtui.view.jacobian.window import matrix_window

    block = list(jacobian_facts(local, width, INDENT))
    if is_small(local) and local.matrix_shape != (1, 1):
        matrix = matrix_window(local, width - len(INDENT), SMALL + 1)
        block += [(Span(INDENT), *row) for row in matrix]
    return block


def _names(graph: Graph, node: Node, slot: int, room: int) -> tuple[Line, tuple[str, str, str]]:
    """The head of the block, and what the three gradients are called in `room` cells."""
    source = node.inputs[slot]
    three = [graph.nodes[name] for name in (graph.output, node.name, source)]
    which = f", input {slot + 1}" if node.inputs.count(source) > 1 else ""
    head = line(("to ", "dim"), (short(three[2]), "heading"), (which, "dim"))
    for most in range(MOST_NAME, _LEAST_NAME - 1, -1):
        output, here, there = (short(each, most) for each in three)
        names = f"∂{output}/∂{here}", f"∂{here}/∂{there}", f"∂{output}/∂{there}"
        if max(map(cell_width, names)) <= room:
            break
    return head, names


def _not_sent(snapshot: Snapshot, node: Node, formula: str, room: int) -> tuple[Line, Line, Line]:
    """The three rows before the edge's step: what has arrived, the formula, nothing."""
    upstream = snapshot.gradient(node.name)
    arrived: Line = (NOT_YET,)
    if upstream is not None and snapshot.complete(node.name):
        arrived = array_in(upstream, room, "upstream", node.shape)
    elif upstream is not None:
        mark = SO_FAR if room >= _LEAST + len(SO_FAR) else SO_FAR_SHORT
        arrived = array_in(upstream, room - len(mark), "upstream", node.shape)
        arrived = (*arrived, Span(mark, "warning"))
    local = NOT_YET if is_code(formula) else Span(formula, "local")
    return arrived, (local,), (NOT_YET,)


def _sent(contribution: Contribution, formula: str, room: int) -> tuple[Line, Line, Line]:
    upstream, local, downstream = contribution[1:]
    return (
        array_in(upstream, room, "upstream", upstream.shape),
        _local(local, formula, room),
        array_in(downstream, room, "downstream", upstream.shape),
    )


def _local(local: LinearMap, formula: str, room: int) -> Line:
    """The local gradient as the factor of upstream, and as a formula; else its structure."""
    whole = "upstream" in formula
    factor = local.window(slice(1), slice(1)) if local.matrix_shape == (1, 1) else local.compact()
    diagonal = local.structure == "diagonal"
    if factor is None or (whole and factor.size > 1 and not diagonal):
        named = whole or is_code(formula)
        return (Span(local.structure if named else formula, "local"),)
    if factor.size == 1:
        factor = factor.reshape(())
    if factor.dtype == bool:  # a mask multiplies like zeros and ones
        factor = factor.astype(np.int8)
    said = f"  = {formula}"
    beside = room - cell_width(said)
    known = whole or is_code(formula) or beside < _LEAST or number_text(factor) == formula
    if known:
        return array_in(factor, room, "local", local.output_shape)
    return (*array_in(factor, beside, "local", local.output_shape), Span(said, "dim"))


def _product(
    graph: Graph, node: Node, contribution: Contribution, formula: str, width: int
) -> list[Line]:
    """How the chain rule made downstream: the product in numbers, or in names with shapes."""
    edge, upstream, local, downstream = contribution
    if local.matrix_shape == (1, 1):
        right = number_text(local.window(slice(1), slice(1)))
        right = f"({right})" if right.startswith("-") else right
        return [
            line(
                (f"{INDENT}{number_text(upstream)}", "upstream"), (" × ", "dim"),
                (right, "local"), (" = ", "dim"), (number_text(downstream), "downstream"),
            )
        ]  # fmt: skip
    text = formula if "upstream" in formula else f"upstream * {_grouped(formula)}"
    if is_code(text) or cell_width(text) > max(_LONG, width - len(INDENT)):
        text = "Jᵀ upstream"
    read = [graph.nodes[source].shape for source in node.inputs]
    product = product_shapes(node, edge.slot, upstream.shape, read) or shape_text(upstream.shape)
    text = f"{text}: {product} → {shape_text(downstream.shape)}"
    return formula_lines(text, width, indent=INDENT, hang=INDENT)


def _grouped(formula: str) -> str:
    """`formula` as a factor of a product: in parentheses if it is more than one thing.

    >>> _grouped("x > 0"), _grouped("b"), _grouped("exp(x - y)")
    ('(x > 0)', 'b', 'exp(x - y)')
    """
    depth = 0
    for index, character in enumerate(formula):
        depth += (character in "([") - (character in ")]")
        if not depth and (character == " " or (character == "-" and not index)):
            return f"({formula})"
    return formula


def _broadcast_ledger(local: LinearMap, width: int) -> list[Line]:
    """`summed over axis 0: (4, 3) → (3,)` where the input had been repeated."""
    axes = local.summed_axes
    if not axes:
        return []
    listed = ", ".join(map(str, axes))
    which = f"axis {listed}" if len(axes) == 1 else f"axes {listed}"
    shapes = f"{shape_text(local.output_shape)} → {shape_text(local.input_shape)}"
    return wrapped(f"summed over {which}: {shapes}", width, "warning", INDENT, INDENT)
