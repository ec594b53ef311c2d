"""The formulas of an op's record with a node's own names, shapes, or this run's numbers in them.

A formula is text with letters for the inputs; which numbers a run had is asked of the snapshot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.graph import Graph, Node
from graphtui.ops.formula import filled, right_side, simple
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import Leaf, Op
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.numbers import count_text, number, shape_text
from graphtui.view.text.paragraphs import wrapped
from graphtui.view.text.safe_text import safe_text

MOST_NAME = 16
"""Cells of the longest name in a formula."""

_MOST_LISTED = 4
_MOST_ATTRIBUTE = 40

_SHAPE = re.compile(r"\(\d+,(?: \d+,?)*\)")
_TIED = "\N{NO-BREAK SPACE}"
_PRODUCT = re.compile(r"(\w+(?:\.T)?) @ (\w+(?:\.T)?)")


def short(node: Node, most: int = MOST_NAME) -> str:
    """The name of a node as formulas show it, in at most so many cells."""
    return safe_text(node.short_name, most)


def formula(graph: Graph, node: Node) -> str:
    """What a computed node is, in names: `f = 1 / d`."""
    assert isinstance(node.op, Op)
    words = _words(node, [_operand(graph.nodes[source]) for source in _spoken(node)])
    return f"{short(node)} = {filled(_right_side(node), words)}"


def shapes_formula(graph: Graph, node: Node) -> str:
    """The same with the shape after each array's name, once: `h (2, 4) = x (2, 3) @ W (3, 4)`.

    "" where there are scalars only.
    """
    sources = [graph.nodes[name] for name in _spoken(node)]
    if not node.shape and not any(source.shape for source in sources):
        return ""
    shapes = {source.name: (_operand(source), source.shape) for source in sources if source.shape}
    # No shown name has a zero character: between two of them stands whose shape may follow.
    operands = [f"{_operand(source)}\0{slot}\0" for slot, source in enumerate(sources)]

    def mark(found: re.Match[str]) -> str:
        name = sources[int(found.group(1))].name
        if text[found.end() :].startswith(("**", "[", ".")) or name not in shapes:
            return ""
        return f" {shape_text(shapes.pop(name)[1])}"

    text = filled(_right_side(node), _words(node, operands))
    text = re.sub("\0([0-9]+)\0", mark, text)
    rest = ", ".join(f"{name} {shape_text(shape)}" for name, shape in shapes.values())
    own = f" {shape_text(node.shape)}" if node.shape else ""
    return f"{short(node)}{own} = {text}{f' with {rest}' if rest else ''}"


def numbers_formula(snapshot: Snapshot, node: Node) -> str:
    """The same with this run's numbers; "" where they are arrays, not all there, or were set."""
    if node.name in snapshot.run.given:
        return ""
    values = [snapshot.value(name) for name in (*_spoken(node), node.name)]
    texts = [number_text(value) for value in values if value is not None and not value.ndim]
    if len(texts) < len(values):
        return ""
    return f"{texts[-1]} = {filled(_right_side(node), _words(node, texts[:-1]))}"


def formula_lines(
    text: str, width: int, role: str = "", indent: str = "", hang: str = ""
) -> list[Line]:
    """`text` in lines of at most `width` cells; a shape is not broken."""
    whole = _SHAPE.sub(lambda found: found.group().replace(" ", _TIED), text)
    lines = wrapped(whole, width, role, indent, hang)
    return [
        tuple(Span(span.text.replace(_TIED, " "), span.role) for span in each) for each in lines
    ]


def local_formula(graph: Graph, node: Node, slot: int) -> str:
    """The local gradient by one input in names, or the downstream gradient if it says `upstream`.

    "" where no gradient flows.
    """
    assert isinstance(node.op, Op)
    text = node.op.local_formulas[0 if node.op.variadic else slot]
    if text is None:
        return ""
    words = _words(node, [_operand(graph.nodes[source]) for source in _spoken(node)])
    if node.op.variadic:
        words["i"] = str(slot)
    return filled(simple(text, node.op, node.attrs), words)


def product_shapes(node: Node, slot: int, upstream: Shape, read: Sequence[Shape]) -> str:
    """For a downstream gradient that is one matrix product, the product of the shapes; else "".

    Args:
        node: the node that sends.
        slot: the input that receives.
        upstream: the shape of the node's gradient.
        read: the shapes of the node's inputs.
    """
    assert isinstance(node.op, Op)
    found = _PRODUCT.fullmatch(node.op.local_formulas[0 if node.op.variadic else slot] or "")
    if not found:
        return ""
    shapes = {"upstream": upstream, **dict(zip(node.op.inputs, read, strict=True))}
    operands = []
    for operand in found.groups():
        shape = shapes[operand.removesuffix(".T")]
        if len(shape) < 2:  # a vector is a row or a column here, which its shape does not say
            return ""
        operands.append((*shape[:-2], shape[-1], shape[-2]) if operand.endswith(".T") else shape)
    return " @ ".join(map(shape_text, operands))


def number_text(array: Array, width: int = 7) -> str:
    """A single number as formulas show it."""
    return number(array.flat[0], width)


# Filling in ---------------------------------------------------------------------------------------


def _spoken(node: Node) -> tuple[str, ...]:
    """The inputs that formulas name: of very many only the first, however many there are."""
    assert isinstance(node.op, Op)
    more = len(node.inputs) - _MOST_LISTED
    return node.inputs[:_MOST_LISTED] if node.op.variadic and more > 1 else node.inputs


def _words(node: Node, operands: list[str]) -> dict[str, str]:
    """What stands for each letter of the op's formulas: operands, `y`, attributes.

    Args:
        node: whose formulas they are.
        operands: what stands for each of the inputs that are `_spoken` of.
    """
    assert isinstance(node.op, Op)
    words: dict[str, str] = {
        name: safe_text(str(value), _MOST_ATTRIBUTE) for name, value in node.attrs.items()
    }
    words["y"] = short(node)
    if node.op.variadic:
        more = len(node.inputs) - len(operands)
        listed = [*operands, f"… {count_text(more)} more"] if more else operands
        words[node.op.inputs[-1].lstrip("*")] = f"[{', '.join(listed)}]"
    else:
        words.update(zip(node.op.inputs, operands, strict=True))
    return words


def _right_side(node: Node) -> str:
    assert isinstance(node.op, Op)
    return right_side(node.op, node.attrs)


def _operand(node: Node) -> str:
    """The name of an input; of a constant number the number."""
    constant = isinstance(node.op, Leaf) and not node.op.receives_gradient
    if constant and node.shape == () and node.value is not None:
        return number_text(node.value)
    return short(node)


def at_kinks(snapshot: Snapshot, node: Node) -> str:
    """What happens at a kink or a tie, if this run's value sits on one; else ""."""
    if not isinstance(node.op, Op) or node.op.kink is None or snapshot.value(node.name) is None:
        return ""
    inputs = [snapshot.value(source) for source in node.inputs]
    kink: Callable[..., Array] = node.op.kink
    with np.errstate(all="ignore"):
        mask = np.asarray(kink(*inputs, **node.attrs))
    count = int(np.count_nonzero(mask))
    if not count:
        return ""
    where = f" at {count:,} of {mask.size:,} elements" if mask.size > 1 else ""
    return f"on a kink or tie{where}; the gradient there: {node.op.at_kinks}"
