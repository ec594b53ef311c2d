"""The words of `set` as an order: what is to be changed, and the expression of what it shall be.

    set TARGET = EXPR          also += -= *= /=

    TARGET: x   'any/id'   x[0]   x[1:, 0]     a value: of a leaf, or of a computed node
            grad(h)   grad(h)[0]               what a node passes on in the backward pass
            upstream   upstream[0]             the same, of the backward step just done
            h.axis                             an attribute of an op, set to a literal

This is a pure function of the text and the graph. What the expression comes to at the cursor is for
`edit_values`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graphtui.debugger.expressions.expression import (
    MOST_CHARACTERS,
    Expression,
    compile_expression,
    refuse,
)
from graphtui.debugger.expressions.parts import Part, Picked, Reading, Sent
from graphtui.debugger.expressions.reading import parts
from graphtui.errors import CommandError, nearest
from graphtui.graph.expression.parser import parse
from graphtui.graph.expression.terms import WORDS, Index, Literal, Name, Several, Term, Unreadable
from graphtui.graph.graph import Graph
from graphtui.graph.wording import brief, quoted
from graphtui.ops.key import keyed_shape, parse_key
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.op import Leaf

HOW = "Write TARGET = EXPR, such as: set x = 0, set W[0] *= 2, set grad(h) = 0, set h.axis = 1"

_SCRAP = re.compile(
    r"""'[^']*' | "[^"]*" | \*\*= | [-+*/@]= | [<>=!]= | = | [\[\](){}] | .""", re.X
)
_ATTRIBUTE = re.compile(r"""(?:'([^']*)'|"([^"]*)"|(.*))\.([^\W\d]\w*)""")


class What(StrEnum):
    """What of a node is changed."""

    VALUE = "value"
    GRADIENT = "gradient"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for, checked against a graph as far as that goes without numbers."""

    text: str
    """What was typed."""
    what: What
    node: str
    """Its name; "" is the node of the backward step just done."""
    sign: str
    """What joins old and new: + - * /, or nothing."""
    key: str = ""
    """Which elements, in NumPy's notation; "" is all."""
    attr: str = ""
    literal: Any = None
    """What the attribute shall be; used where there is no `right`."""
    right: Expression | None = None
    """What stands on the right side; None for an attribute."""


def parse_edit(text: str, graph: Graph) -> Order:
    """The order that `set TEXT` gives.

    Raises:
        CommandError: what was expected, with the nearest name and a caret.
    """
    text = text.strip()
    if not text:
        raise CommandError(f"set what? {HOW}")
    if len(text) > MOST_CHARACTERS:
        message = f"an edit of {len(text):,} characters is too long; "
        raise CommandError(f"{message}{MOST_CHARACTERS:,} is the most.")
    start, end = _assignment(text)
    left, sign, right = text[:start].rstrip(), text[start : end - 1], text[end:].strip()
    try:
        if not left:
            raise Unreadable(f"what is to be changed stands before the '='. {HOW}", start, end)
        if not right:
            raise Unreadable("the new value stands behind the '='.", start, end)
        if found := _attribute(left, graph):
            return _attribute_order(text, found, sign, right, graph)
        what, node, key = _target(left, graph)
    except Unreadable as error:
        refuse(text, error, "set")
    return Order(text, what, node, sign, key, right=compile_expression(right, graph))


def _assignment(text: str) -> tuple[int, int]:
    """Where the sign that gives the value stands: the first one outside of brackets and quotes."""
    depth, compared = 0, False
    for scrap in _SCRAP.finditer(text):
        sign = scrap[0]
        depth += (sign in "([{") - (sign in ")]}")
        if depth or sign[-1] != "=":
            continue
        if sign in ("=", "+=", "-=", "*=", "/="):
            return scrap.span()
        if sign in ("**=", "@="):
            message = f"'{sign}' is not known. Write {text[: scrap.start()].strip()} = … in full."
            refuse(text, Unreadable(message, *scrap.span()), "set")
        compared = True
    if compared:
        raise CommandError(
            f"set '{brief(text)}': a comparison changes nothing; a value is set by ="
        )
    raise CommandError(f"set '{brief(text)}': there is no '=' in it. {HOW}")


# What is changed ---------------------------------------------------------------------------------


def _target(left: str, graph: Graph) -> tuple[What, str, str]:
    """The node whose value or gradient is meant ("" is upstream), and the key."""
    written = parse(left, logic=True)
    term, key = written.terms[-1], ""
    meanings = parts(written, graph)
    part = meanings[-1]
    if isinstance(part, Picked) and isinstance(term, Index):
        key, part = term.key, meanings[part.operands[0]]
        if isinstance(part, Picked):
            raise Unreadable("write one pair of brackets, as in x[1:, 0].", term.start, term.end)
    what, node = _meant(part, term)
    _check_target(what, node, key, term, graph)
    return what, node, key


def _meant(part: Part, term: Term) -> tuple[What, str]:
    match part:
        case Reading(node, gradient):
            return (What.GRADIENT if gradient else What.VALUE), node
        case Sent("upstream"):
            return What.GRADIENT, ""
        case Sent(what):
            message = f"{what} is computed from the rest. Change upstream, or a value."
        case _:
            message = "only a value, grad(x), upstream, elements of these, or an attribute is set."
    raise Unreadable(message, term.start, term.end)


def _check_target(what: What, node: str, key: str, term: Term, graph: Graph) -> None:
    if not node:
        return
    if what is What.GRADIENT and graph.nodes[node].is_leaf:
        message = f"{quoted(node)} is a leaf: nothing is computed from its gradient. Change its "
        message += "value, or the gradient of a node that reads it."
        raise Unreadable(message, term.start, term.end)
    if key:
        try:
            keyed_shape(parse_key(key), graph.nodes[node].shape)
        except Mismatch as error:
            raise Unreadable(str(error), term.start, term.end) from None


# Attributes --------------------------------------------------------------------------------------


def _attribute(left: str, graph: Graph) -> tuple[str, str] | None:
    """The node and the attribute that `left` names, if it names one."""
    found = _ATTRIBUTE.fullmatch(left)
    if found is None or left in graph.nodes:
        return None
    node = next(name for name in found.groups() if name is not None)
    return (node, found[4]) if node in graph.nodes else None


def _attribute_order(
    text: str, target: tuple[str, str], sign: str, right: str, graph: Graph
) -> Order:
    name, attr = target
    op, end = graph.nodes[name].op, text.index("=") - len(sign)
    known = {} if isinstance(op, Leaf) else op.attrs
    if attr not in known:
        start = text.rindex(attr, 0, end)
        has = f" (it has: {', '.join(known)})" if known else ""
        message = f"{op.name} has no attribute {quoted(attr)}{has}.{nearest(attr, known)}"
        raise Unreadable(message, start, start + len(attr))
    literal = right.strip("'\"") if known[attr].kind == "key" else _literal(right)
    return Order(text, What.ATTRIBUTE, name, sign, attr=attr, literal=literal)


def _literal(right: str) -> Any:
    """The number, truth, none, text, or list of these that was written."""
    try:
        values: list[Any] = []
        for term in parse(right).terms:
            match term:
                case Literal(value):
                    values.append(value)
                case Several(items):
                    values.append(tuple(values[i] for i in items))
                case Name(text, start) if right[start] in "'\"":
                    values.append(text)
                case _:
                    hint = nearest(term.name, WORDS) if isinstance(term, Name) else ""
                    message = "an attribute is a number, true, false, none, 'text' or a list."
                    message += hint
                    raise Unreadable(message, term.start, term.end)
    except Unreadable as error:
        refuse(right, error)
    return values[-1]
