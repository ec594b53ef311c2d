"""Which array is to be looked at, and where in it: `W[2, :, 3:9] where abs < 1e-6 by largest`.

An array that is picked from is looked at whole, with the picked part marked; that of a node has its
value and its gradient beside each other. What is seen of it is for `view.tensor`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from graphtui.debugger.expressions.expression import compile_expression, refuse
from graphtui.debugger.number_range import NumberRange, number_range
from graphtui.debugger.snapshot import Snapshot
from graphtui.errors import CommandError, nearest
from graphtui.graph.expression.parser import parse
from graphtui.graph.expression.terms import Call, Expression, Index, Name, Unreadable
from graphtui.graph.graph import Graph
from graphtui.graph.wording import quoted, shape_words
from graphtui.ops.key import parse_key
from graphtui.ops.linear_map import Array

ORDERS = ("largest", "smallest", "size")
"""What comes first where rows are sorted by the numbers in the column of the first element."""

_ONE_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


class Looked(NamedTuple):
    """What was typed, in its parts."""

    expression: str
    """The whole array, without what is picked from it; of a node its name."""
    node: str = ""
    """The node whose value or gradient it is; "" where it is neither."""
    on_gradient: bool = False
    """Whether its gradient was asked for."""
    key: str = ""
    """The picked part, such as `2, :, 3:9`; "" for none."""
    where: NumberRange | None = None
    """The numbers that are sought."""
    by: str = ""
    """One of `ORDERS`, or "" for the array's own order."""


class Viewed(NamedTuple):
    """An array to be looked at, as it is at the cursor."""

    looked: Looked
    value: Array | None
    """Of the expression; of a node its value, whichever was asked for. None is "not yet"."""
    gradient: Array | None
    """Of a node; None is "not yet", and for everything else."""


def read_looked(text: str, graph: Graph) -> Looked:
    """The parts of what was typed, the expression checked against `graph`.

    Raises:
        CommandError: a part cannot be read, or a name means nothing.
    """
    rest, by = split_off(text, "by")
    rest, where = split_off(rest, "where")
    if by and by not in ORDERS:
        expected = ", ".join(f"'{each}'" for each in ORDERS)
        raise CommandError(
            f"by what? It is one of {expected}, got {quoted(by)}.{nearest(by, ORDERS)}"
        )
    compile_expression(rest, graph)
    written = parse(rest, logic=True)
    head, key = _picked(written)
    looked = Looked(head, key=key, where=number_range(where) if where else None, by=by)
    try:
        terms = parse(head, logic=True).terms
    except Unreadable as error:
        refuse(head, error)
    match terms[-1]:
        case Name(name) if name in graph.nodes:
            return looked._replace(expression=looked_at(name).expression, node=name)
        case Call("value" | "grad" as function, (0,)) if isinstance(terms[0], Name):
            name = terms[0].name
            on_gradient = function == "grad"
            return looked._replace(
                expression=looked_at(name).expression, node=name, on_gradient=on_gradient
            )
    return looked


def looked_at(node: str) -> Looked:
    """A node, by whatever it is called.

    >>> looked_at("h1").expression, looked_at("layer 1/h").expression
    ('h1', "'layer 1/h'")
    """
    return Looked(node if _ONE_NAME.fullmatch(node) else f"'{node}'", node)


def split_off(text: str, word: str) -> tuple[str, str]:
    """What stands before and behind the last ` word ` that is in no quotation marks.

    >>> split_off("W['a by b'] by size", "by"), split_off("W", "by")
    (("W['a by b']", 'size'), ('W', ''))
    """
    found = [
        match
        for match in re.finditer(rf"\s+{word}\s+", text)
        if not _is_quoted(text[: match.start()])
    ]
    if not found:
        return text.strip(), ""
    return text[: found[-1].start()].strip(), text[found[-1].end() :].strip()


def _is_quoted(before: str) -> bool:
    """Whether a quotation mark in `before` is still open."""
    opened = ""
    for character in before:
        if character in "'\"":
            opened = "" if character == opened else opened or character
    return bool(opened)


def _picked(written: Expression) -> tuple[str, str]:
    """The whole array as text, and the key of what is picked from it."""
    last = written.terms[-1]
    # What a list of indices picks lies in many places: it is an array of its own.
    if not isinstance(last, Index) or not all(map(_is_place, parse_key(last.key))):
        return written.text.strip(), ""
    # Between the operand and the bracket nothing but closing parentheses and blanks can stand.
    bracket = written.text.index("[", written.terms[last.operand].end)
    return written.text[:bracket].strip(), last.key


def _is_place(item: object) -> bool:
    return item is Ellipsis or isinstance(item, int | slice)


def viewed(looked: Looked, snapshot: Snapshot) -> Viewed:
    """The array at the cursor.

    Raises:
        CommandError: it cannot be computed there, there is no such node any more, or what is
            picked is nothing.
    """
    if looked.node:
        if looked.node not in snapshot.graph.nodes:
            raise CommandError(f"no node is named '{looked.node}' any more.")
        found = Viewed(looked, snapshot.value(looked.node), snapshot.gradient(looked.node))
    else:
        result = compile_expression(looked.expression, snapshot.graph).evaluate(snapshot)
        found = Viewed(looked, None if result is None else np.asarray(result), None)
    if looked.key and found.value is not None and not found.value[parse_key(looked.key)].size:
        raise CommandError(
            f"[{looked.key}] picks nothing: {looked.expression} has shape {found.value.shape}."
        )
    return found


def viewed_text(found: Viewed) -> str:
    """What is looked at, in a sentence that takes no longer for a large array."""
    looked = found.looked
    array = found.gradient if looked.on_gradient else found.value
    name = f"grad({looked.expression})" if looked.on_gradient else looked.expression
    if array is None:
        return f"{name} is not there yet."
    return f"Looking at {name}: {shape_words(array.shape)} {array.dtype}."
