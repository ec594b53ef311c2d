"""Of which edge a Jacobian is wanted, `h.x`, `h.2`, or a node alone, and which entry: `[0, 3] [2]`.

How it looks is for `view.jacobian`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Contribution
from graphtui.errors import CommandError, nearest
from graphtui.graph.graph import Graph
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Shape

_INDICES = re.compile(r"\s*(?:\[([^\[\]]*)\])\s*(?:\[([^\[\]]*)\])?\s*")
_NUMBER = re.compile(r"\s*-?[0-9]{1,18}\s*")


class Lensed(NamedTuple):
    """An edge, and what has been sent along it."""

    node: str
    input: str
    slot: int
    """The number of the input, from 0."""
    contribution: Contribution | None
    """None before the backward step of the node, or where no gradient passes."""
    graph: Graph
    entry: tuple[int, int] | None = None
    """The row and the column that were asked for."""


def read_edge(text: str, graph: Graph) -> tuple[str, int | None]:
    """The node and the number of its input that `NODE`, `NODE.INPUT` or `NODE.NUMBER` means.

    Names may have dots in them. An input is called by its name or the end of it, or by its number,
    from 1; None is whichever receives a gradient first.

    Raises:
        CommandError: there is no such node, or it has no such input.
    """
    if text in graph.nodes:
        return text, None
    places = [place for place, character in enumerate(text) if character == "."]
    known = [place for place in reversed(places) if text[:place] in graph.nodes]
    if not known:
        name = text[: places[0]] if places else text
        raise CommandError(f"no node is named {quoted(name)}.{nearest(name, graph.nodes)}")
    node, wanted = text[: known[0]], text[known[0] + 1 :]
    inputs = graph.nodes[node].inputs
    if wanted.isascii() and wanted.isdigit() and 0 < int(wanted[:9]) <= len(inputs):
        return node, int(wanted) - 1
    for slot, source in enumerate(inputs):
        if wanted in (source, graph.nodes[source].short_name, source.rpartition("/")[2]):
            return node, slot
    named = ", ".join(quoted(source) for source in dict.fromkeys(inputs)) or "none"
    raise CommandError(f"{quoted(node)} has no input {quoted(wanted)}. Its inputs: {named}.")


def read_entry(text: str, output: tuple[str, Shape], source: tuple[str, Shape]) -> tuple[int, int]:
    """The row and the column that the indices of an output and of an input element mean.

    Args:
        text: both in brackets, as `[0, 3] [2]`; one alone is the output's, if that has axes.
        output: the node, and the shape of its value.
        source: the input, likewise.

    >>> read_entry("[1, 2] [-1]", ("h", (4, 3)), ("x", (5,)))
    (5, 4)

    Raises:
        CommandError: it cannot be read, or there is no such element.
    """
    found = _INDICES.fullmatch(text)
    if found is None:
        raise CommandError(
            "which entry? Write the indices of both elements, such as [0, 3] [2], "
            f"got {quoted(text)}."
        )
    first, second = found.groups()
    if second is None and not output[1]:
        first, second = "", first
    return _number(first, *output), _number(second, *source)


def _number(text: str | None, name: str, shape: Shape) -> int:
    """The row-major number of an element; the first where nothing is said."""
    if text is None or (not text.strip() and not shape):
        return 0
    parts = text.split(",")
    if len(parts) != len(shape) or not all(map(_NUMBER.fullmatch, parts)):
        raise CommandError(f"{quoted(name)} has shape {shape}: [{text}] is no element of it.")
    place = []
    for axis, (size, at) in enumerate(zip(shape, map(int, parts), strict=True)):
        if not -size <= at < size:
            raise CommandError(f"[{text}]: axis {axis} of {quoted(name)} has {size} elements.")
        place.append(at % size)
    return int(np.ravel_multi_index(place, shape))


def lensed(node: str, slot: int | None, snapshot: Snapshot, entry: str = "") -> Lensed:
    """The edge as it is at the cursor.

    Raises:
        CommandError: the node has no inputs, or there is no such entry.
    """
    nodes = snapshot.graph.nodes
    inputs = nodes[node].inputs
    if not inputs:
        raise CommandError(_of_a_leaf(node, snapshot.graph))
    sent = {each.edge.slot: each for each in snapshot.sent(node)}
    chosen = slot if slot is not None else next(iter(sent), 0)
    source = inputs[chosen]
    place = None
    if entry:
        place = read_entry(entry, (node, nodes[node].shape), (source, nodes[source].shape))
    return Lensed(node, source, chosen, sent.get(chosen), snapshot.graph, place)


def _of_a_leaf(node: str, graph: Graph) -> str:
    """That it has no Jacobian, and which ones its gradient comes from."""
    edges = [f"{edge.target}.{edge.slot + 1}" for edge in graph.consumers[node]]
    words = f"{quoted(node)} is given: it has no inputs, so no Jacobian."
    if not edges:
        return f"{words} Nothing reads it."
    more = f" and {len(edges) - 3:,} more" if len(edges) > 3 else ""
    return f"{words} Its gradient comes through {', '.join(map(quoted, edges[:3]))}{more}."


def lensed_text(found: Lensed) -> str:
    """What there is, in one sentence."""
    edge = f"∂{found.node}/∂{found.input}"
    if found.contribution is None:
        return f"{edge} is not there yet: it comes with the backward step of {quoted(found.node)}."
    local = found.contribution.local
    rows, columns = local.matrix_shape
    return f"{edge} is {rows:,}×{columns:,}, {local.structure}."
