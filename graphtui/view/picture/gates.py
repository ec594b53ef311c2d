"""What stands in a box: the symbol of its op, with the constants that it takes, and its own name.

A constant number is no box of its own but part of its gate, as a lecture draws it: `+1`, `1/x`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from graphtui.graph.graph import Graph, Node
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Leaf, Op
from graphtui.view.text.numbers import number
from graphtui.view.text.safe_text import cell_width, safe_text

MOST_LABEL = 12
"""Cells of the longest label that still holds constants, and of the longest key."""

MOST_NAME = 14
"""Cells of the longest name in the picture."""

_WITHOUT_LEFT = ("+", "-", "*", "/")
"""Symbols that read well without what stands to their left."""

_COMMUTES = ("+", "*")

_NUMBER = re.compile(r"[-_.#]?\d*")


class Gate(NamedTuple):
    """What a box shows of an op."""

    label: str
    inside: frozenset[int] = frozenset()
    """The operands by number that stand in the label and need no wire."""


def gates(graph: Graph, names: Iterable[str] | None = None) -> dict[str, Gate]:
    """What the boxes of the computed nodes show: of those named, None being all."""
    plain: dict[int, Gate] = {}
    nodes = [*graph.nodes.values()] if names is None else [graph.nodes[name] for name in names]
    read = graph.nodes if names is None else {each for node in nodes for each in node.inputs}
    numbers = {name for name in read if _number(graph.nodes[name]) is not None}
    found: dict[str, Gate] = {}
    for node in nodes:
        name, op = node.name, node.op
        if isinstance(op, Leaf):
            continue
        if op.attrs or not numbers.isdisjoint(node.inputs):
            found[name] = gate(graph, node)
        else:
            if id(op) not in plain:
                plain[id(op)] = gate(graph, node)
            found[name] = plain[id(op)]
    return found


def with_constants(graph: Graph) -> dict[str, frozenset[int]]:
    """The gates that show constants, with the operands by number that stand in the label."""
    leaves = [node for node in graph.nodes.values() if not node.inputs]
    numbers = {node.name for node in leaves if _number(node) is not None}
    if not numbers:
        return {}
    readers = [node for node in graph.nodes.values() if not numbers.isdisjoint(node.inputs)]
    found = ((node.name, gate(graph, node).inside) for node in readers)
    return {name: inside for name, inside in found if inside}


def gate(graph: Graph, node: Node) -> Gate:
    """What the box of a computed node shows.

    A gate of which every operand is a constant keeps its wires, lest it hang in the air.
    """
    assert isinstance(node.op, Op)
    constants = {
        slot: number(value.flat[0], 6)
        for slot, source in enumerate(node.inputs)
        if (value := _number(graph.nodes[source])) is not None
    }
    if 0 < len(constants) < len(node.inputs):
        label = _label_with(node.op, len(node.inputs), constants)
        if cell_width(label) <= MOST_LABEL:
            return Gate(label, frozenset(constants))
    return Gate(_key_label(node) or node.op.symbol or node.op.name)


def own_name(node: Node) -> str:
    """The name that the user gave to a computed node; "" where it is only the op's name, numbered.

    >>> from graphtui.graph.graph import node
    >>> graph = Graph([node("x", "input", value=1.0), node("exp2", "exp", ["x"]),
    ...                node("h", "exp", ["exp2"])])
    >>> own_name(graph.nodes["exp2"]), own_name(graph.nodes["h"])
    ('', 'h')
    """
    name, op = node.short_name, node.op.name
    if name.startswith(op) and _NUMBER.fullmatch(name, len(op)):
        return ""
    return safe_text(name, MOST_NAME)


def _number(node: Node) -> Array | None:
    """The value of a constant that is a single number."""
    constant = isinstance(node.op, Leaf) and not node.op.receives_gradient
    return node.value if constant and node.shape == () else None


def _label_with(op: Op, count: int, constants: dict[int, str]) -> str:
    """The label of `op` with some operands given as numbers."""
    letters = op.letters(count)
    one_open = count - len(constants) == 1
    words = [constants.get(i, "x" if one_open else letter) for i, letter in enumerate(letters)]
    infix = op.formula.replace(" ", "") == f"y={op.symbol.join(letters)}"
    if not infix:
        return f"{op.symbol or op.name}({','.join(words)})"
    if op.symbol in _COMMUTES and 0 in constants:
        words.reverse()
    left = "" if op.symbol in _WITHOUT_LEFT and words[0] == "x" else words[0]
    return left + op.symbol + words[1]


def _key_label(node: Node) -> str:
    """For an op that picks by a key, the key itself, if it is short."""
    assert isinstance(node.op, Op)
    for name, attribute in node.op.attrs.items():
        if attribute.kind == "key":
            label = safe_text(f"[{node.attrs[name]}]")
            return label if cell_width(label) <= MOST_LABEL else ""
    return ""
