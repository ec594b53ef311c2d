"""Why a gradient is NaN or infinite: its biography in sentences, and advice for a common trap.

In that trap a mask such as `where` drops a value that is not finite, and the upstream of 0 that it
sends back meets the local gradient of infinity behind it.
"""

from __future__ import annotations

import math

import numpy as np

from graphtui.debugger.reasons.answer import Answer, Cause, are, number, sentence_case
from graphtui.debugger.reasons.biography import REACHES, told
from graphtui.debugger.reasons.terms import broken
from graphtui.debugger.reasons.trace import Link, trail
from graphtui.debugger.reasons.why_zero import zero_causes
from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.graph import Edge, Graph, Node
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Op


def why_faulty(snapshot: Snapshot, name: str, gradient: Array, kind: str) -> Answer:
    """Why a gradient has NaN or infinities in it.

    Args:
        snapshot: the run as of the cursor.
        name: the node.
        gradient: what it has received, not all finite.
        kind: "nan" or "inf".
    """
    count = np.count_nonzero(np.isnan(gradient) if kind == "nan" else np.isinf(gradient))
    what = "nan" if kind == "nan" else "infinite"
    links = trail(snapshot, name)
    events = [event for event in told(snapshot, links) if event.kind != REACHES]
    causes = tuple(Cause(event.kind, event.node, event.words, event.edge) for event in events)
    parts = [f"{are(name, int(count), gradient.shape, what)}."]
    parts += [sentence_case(cause.words) for cause in causes]
    if advice := _advice(snapshot, links):
        parts.append(advice)
    return Answer(kind, " ".join(parts), causes[0].node, causes)


# The trap ---------------------------------------------------------------------------------------


def _advice(snapshot: Snapshot, links: tuple[Link, ...]) -> str:
    """What to do about an upstream of 0 that a mask made, and that meets an infinity."""
    start = next((link for link in links if link.backward), None)
    if start is None or start.sent is None:
        return ""
    term = broken(start.sent, start.element)
    if term is None or term.upstream != 0 or not math.isinf(term.local):
        return ""
    gate = start.sent.edge
    zero = np.zeros(snapshot.graph.nodes[gate.target].shape, bool)
    zero.reshape(-1)[term.output] = True
    causes, _ = zero_causes(snapshot, gate.target, zero)
    for cause in causes:
        if cause.kind == "gate" and cause.edge:
            return _mask_inside(snapshot.graph, gate, cause.edge)
    return ""


def _mask_inside(graph: Graph, gate: Edge, mask: Edge) -> str:
    """Advice to mask what goes into `gate`, rather than what comes out of it."""
    masking, op = graph.nodes[mask.target], graph.nodes[mask.target].op
    assert isinstance(op, Op)
    switch = [slot for slot in range(len(masking.inputs)) if not op.differentiable(slot)]
    kept = [slot for slot in range(len(masking.inputs)) if op.differentiable(slot)]
    if len(switch) != 1 or len(kept) != 2:
        return (
            f"A mask on the output comes too late: keep the input '{gate.source}' of "
            f"'{gate.target}' ({graph.nodes[gate.target].op.name}) away from there."
        )
    inside = {
        switch[0]: _condition(graph, graph.nodes[masking.inputs[switch[0]]]),
        **{slot: gate.source if slot == mask.slot else "1" for slot in kept},
    }
    arguments = ", ".join(inside[slot] for slot in sorted(inside))
    target = graph.nodes[gate.target]
    operands = list(target.inputs)
    operands[gate.slot] = f"{op.name}({arguments})"
    return f"Put the {op.name} inside: {target.op.name}({', '.join(operands)})."


def _condition(graph: Graph, node: Node) -> str:
    """A comparison as it is written, such as `x > 0`; anything else by name."""
    if not node.op.symbol or len(node.inputs) != 2:
        return node.name
    left, right = (_operand(graph.nodes[source]) for source in node.inputs)
    return f"{left} {node.op.symbol} {right}"


def _operand(node: Node) -> str:
    constant = node.value is not None and node.value.size == 1 and not node.op.receives_gradient  # type: ignore[union-attr]
    return number(node.value.item()) if constant and node.value is not None else node.name
