"""Why is this gradient zero, missing, huge or NaN? A sentence, and the node to look at next.

Answers are pure functions of a snapshot. What each kind of trouble looks like is for the modules
named after it; here is decided which it is.
"""

from __future__ import annotations

import numpy as np

from graphtui.debugger.reasons.answer import Answer, Cause
from graphtui.debugger.reasons.why_faulty import why_faulty
from graphtui.debugger.reasons.why_missing import still_to_come, why_missing
from graphtui.debugger.reasons.why_size import why_size
from graphtui.debugger.reasons.why_zero import why_zero
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.faults import kind_of
from graphtui.errors import CommandError, nearest
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array


def why(snapshot: Snapshot, node: str) -> Answer:
    """Why the gradient of `node` is what it is at the cursor.

    Raises:
        CommandError: there is no such node.
    """
    if node not in snapshot.graph.nodes:
        raise CommandError(f"no node is named '{node}'.{nearest(node, snapshot.graph.nodes)}")
    gradient = snapshot.gradient(node)
    if gradient is None:
        return why_missing(snapshot, node)
    with np.errstate(all="ignore"):
        answer = _why_there(snapshot, node, gradient)
    pending = still_to_come(snapshot, node)
    return Answer(answer.kind, answer.sentence + pending, answer.jump, answer.causes)


def _why_there(snapshot: Snapshot, node: str, gradient: Array) -> Answer:
    if not gradient.size:
        words = f"it has no elements, as the shape is {gradient.shape}"
        sentence = f"The gradient of {quoted(node)} is empty: {words}."
        return Answer("empty", sentence, None, (Cause("empty", node, words),))
    if kind := kind_of(gradient):
        return why_faulty(snapshot, node, gradient, kind)
    nonzero = int(np.count_nonzero(gradient))
    if not nonzero:
        return why_zero(snapshot, node, gradient)
    answer = why_size(snapshot, node, gradient)
    if nonzero < gradient.size and answer.kind == "ordinary":
        return why_zero(snapshot, node, gradient)
    return answer
