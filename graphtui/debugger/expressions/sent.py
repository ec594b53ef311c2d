"""Upstream, local and downstream of the step that the cursor stands at, as arrays.

They are absent at every step that is not of the backward pass, and where it sent nothing.
"""

from __future__ import annotations

import numpy as np

from graphtui.debugger.expressions.parts import Sent
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Contribution, Step
from graphtui.engine.plan import Phase
from graphtui.graph.expression.terms import Term, Unreadable
from graphtui.graph.wording import listed, quoted
from graphtui.ops.linear_map import WINDOW_LIMIT, Array, Diagonal, Identity, LinearMap


def sent(snapshot: Snapshot, part: Sent, term: Term) -> Array | None:
    """What `part` means at the cursor; None where the step sent nothing of the kind.

    Raises:
        Unreadable: it is not clear which edge is meant, or the Jacobian is too big.
    """
    step = snapshot.step
    if step is None or step.phase is not Phase.BACKWARD or not step.contributions:
        return None
    if part.what == "upstream":
        return step.contributions[0].upstream
    contribution = _meant(step, part, term)
    if contribution is None:
        return None
    if part.what == "downstream":
        return contribution.downstream
    return local_array(contribution.local, contribution.upstream, term)


def _meant(step: Step, part: Sent, term: Term) -> Contribution | None:
    """The contribution that is meant; None if this step sent nothing there."""
    found = [
        each
        for each in step.contributions
        if part.which is None or part.which in (each.edge.source, each.edge.slot)
    ]
    if len(found) < 2:
        return found[0] if found else None
    sources = [each.edge.source for each in found]
    if len(set(sources)) > 1:
        message = (
            f"{quoted(step.node)} sends to {listed(sources)}. "
            f"Say which: {part.what}('{sources[0]}')."
        )
    else:
        slots = " or ".join(f"{part.what}({each.edge.slot})" for each in found)
        message = (
            f"{quoted(step.node)} reads {quoted(sources[0])} {len(found)} times. "
            f"Say which input, counted from 0: {slots}."
        )
    raise Unreadable(message, term.start, term.end)


def local_array(local: LinearMap, upstream: Array, term: Term) -> Array:
    """The local gradient in numbers.

    Where upstream is multiplied element by element, it is the factor, of the output's shape; else
    the Jacobian, of shape `(*output, *input)`.

    Raises:
        Unreadable: it would have more than `WINDOW_LIMIT` entries.
    """
    if isinstance(local, Diagonal | Identity):
        factor = local.factor if isinstance(local, Diagonal) else 1.0
        return np.broadcast_to(np.asarray(factor, upstream.dtype), local.output_shape)
    rows, columns = local.matrix_shape
    if rows * columns > WINDOW_LIMIT:
        message = (
            f"this Jacobian has {rows:,} × {columns:,} entries; {WINDOW_LIMIT:,} is the most here."
        )
        raise Unreadable(message, term.start, term.end)
    with np.errstate(all="ignore"):
        return local.window(slice(None), slice(None)).reshape(local.jacobian_shape)
