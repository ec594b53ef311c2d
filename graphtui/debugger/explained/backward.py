"""What a backward step sent, in words: upstream times local, and what the inputs have received.

What kind of sentence it is follows from the structure of the local gradient and the record's
formulas, never from which op it is.
"""

from __future__ import annotations

import math
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
from graphtui.engine.execute import Contribution
from graphtui.graph.graph import Node
from graphtui.graph.wording import quoted
from graphtui.ops.formula import filled, simple
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Op

MOST = 3
"""Inputs of which one step tells; the others are counted."""


def sent_words(snapshot: Snapshot, node: Node, sent: Sequence[Contribution]) -> Iterator[str]:
    """Clauses on what a node has sent to its inputs."""
    if not sent:
        return
    upstream = sent[0].upstream
    head = f"{gate_name(node)}: "
    if all(_passes(each) for each in sent):
        yield f"{head}upstream {amount(upstream)} goes unchanged to {_receivers(node, sent)}"
    else:
        told = [_sent(snapshot, node, each) for each in sent[:MOST]]
        more = [f"{len(sent) - MOST:,} more get theirs"] if len(sent) > MOST else []
        yield f"{head}upstream {amount(upstream)}; {'; '.join([*told, *more])}"


def arrival_words(snapshot: Snapshot, sent: Sequence[Contribution]) -> Iterator[str]:
    """Clauses on inputs that receive from several edges: how much of it is there."""
    sources = dict.fromkeys(each.edge.source for each in sent)
    several = [name for name in sources if snapshot.expected(name) > 1]
    for name in several[:MOST]:
        gradient = snapshot.gradient(name)
        assert gradient is not None, "it was sent to"
        arrived, expected = snapshot.arrived(name), snapshot.expected(name)
        if name in snapshot.run.replaced and arrived == expected:
            yield f"the gradient of {quoted(name)} is complete, and was set to {amount(gradient)}"
        elif arrived == expected:
            all_of = "both" if expected == 2 else f"all {expected:,}"
            yield f"{quoted(name)} has {all_of} contributions now; their sum, its gradient, is \
{amount(gradient)}"
        else:
            yield f"{quoted(name)} has now {arrived:,} of {expected:,} contributions; their sum so \
far is {amount(gradient)}"


def _passes(sent: Contribution) -> bool:
    """Whether upstream passes as it is."""
    return sent.local.structure == "identity" and sent.upstream.shape == sent.downstream.shape


def _receivers(node: Node, sent: Sequence[Contribution]) -> str:
    names = list(dict.fromkeys(quoted(each.edge.source) for each in sent))
    if len(names) < len(sent):
        return f"{joined(names)}, once for each of {len(sent):,} uses"
    if len(names) > MOST + 1:
        names = [*names[:MOST], f"{len(names) - MOST:,} more"]
    return f"{'both ' if len(names) == 2 else ''}{joined(names)}"


def _sent(snapshot: Snapshot, node: Node, sent: Contribution) -> str:
    """What one input gets."""
    edge, upstream, local, downstream = sent
    name = quoted(edge.source)
    if local.matrix_shape == (1, 1):
        factor = local.window(slice(1), slice(1))[0, 0]
        product = f"{_factor(upstream.reshape(()))} × {_factor(factor)}"
        words = f"{name} gets {product} = {number(downstream.item())}"
        return f"{words}{_because(node, np.asarray(factor))}"
    if _passes(sent):
        return f"it goes unchanged to {name}"
    words = f"{name} gets {_way(snapshot, node, sent)}, {amount(downstream)}"
    if local.summed_axes:
        words += f", summed over {over_axes(local.summed_axes)}"
    compact = local.compact()
    if local.structure == "diagonal" and compact is not None:
        factor = compact.reshape(()) if compact.size == 1 else compact
        same = factor.size == math.prod(local.output_shape)
        words += _because(node, factor if same else np.broadcast_to(factor, local.output_shape))
    return words


def _way(snapshot: Snapshot, node: Node, sent: Contribution) -> str:
    """How upstream becomes what is sent: as a product in names, or through a Jacobian."""
    assert isinstance(node.op, Op)
    slot = 0 if node.op.variadic else sent.edge.slot
    text = simple(node.op.local_formulas[slot] or "", node.op, node.attrs)
    formula = filled(text, letters(node, named(snapshot, node)))
    if node.op.variadic or not speakable(formula):
        return f"it through its {sent.local.structure} Jacobian"
    if "upstream" in text:
        return formula
    if text == "1":
        return "it"
    grouped = f"({formula})" if " " in formula or formula.startswith("-") else formula
    return f"upstream * {grouped}"


def _because(node: Node, factor: Array) -> str:
    """Where nothing passes, and why."""
    assert isinstance(node.op, Op)
    count = factor.size - int(np.count_nonzero(factor))
    if not count or not node.op.zero_because:
        return ""
    where = elements(count, factor.shape, factor.size)
    return f" (0{where}, where {node.op.zero_because})" if where else f", as {node.op.zero_because}"


def _factor(array: Array) -> str:
    text = number(array.item())
    return f"({text})" if text.startswith("-") else text
