"""Of which edge a Jacobian is wanted: `h.x`, `h.2`, or a node alone.

How it looks is for `view.jacobian`.
"""

from __future__ import annotations

from typing import NamedTuple

from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Contribution
from graphtui.errors import CommandError, nearest
from graphtui.graph.graph import Graph
from graphtui.graph.wording import quoted


class Lensed(NamedTuple):
    """An edge, and what has been sent along it."""

    node: str
    input: str
    slot: int
    """The number of the input, from 0."""
    contribution: Contribution | None
    """None before the backward step of the node, or where no gradient passes."""
    inputs: tuple[str, ...]
    """Every input of the node."""


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


def lensed(node: str, slot: int | None, snapshot: Snapshot) -> Lensed:
    """The edge as it is at the cursor.

    Raises:
        CommandError: the node has no inputs.
    """
    inputs = snapshot.graph.nodes[node].inputs
    if not inputs:
        raise CommandError(f"{quoted(node)} is given: it has no inputs, so no Jacobian.")
    sent = {each.edge.slot: each for each in snapshot.sent(node)}
    chosen = slot if slot is not None else next(iter(sent), 0)
    return Lensed(node, inputs[chosen], chosen, sent.get(chosen), inputs)


def lensed_text(found: Lensed) -> str:
    """What there is, in one sentence."""
    edge = f"∂{found.node}/∂{found.input}"
    if found.contribution is None:
        return f"{edge} is not there yet: it comes with the backward step of {quoted(found.node)}."
    local = found.contribution.local
    rows, columns = local.matrix_shape
    return f"{edge} is {rows:,}×{columns:,}, {local.structure}."
