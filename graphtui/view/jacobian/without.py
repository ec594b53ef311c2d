"""Why a node has no Jacobian to look at, and what to look at instead.

A leaf computes nothing: its gradient is the sum of what comes through the edges that read it, so
those are named. What a Jacobian looks like is for `lens`.
"""

from __future__ import annotations

from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.graph import Edge
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import count_text, shape_text
from graphtui.view.text.paragraphs import wrapped
from graphtui.view.text.safe_text import clip_line, safe_text
from graphtui.view.text.selection import scrolled


def without_lines(snapshot: Snapshot, chosen: int, width: int, height: int) -> list[Line]:
    """Why there is none, and where the node's gradient comes from.

    Args:
        snapshot: the moment; its focus is the node.
        chosen: which of the edges that read it enter goes to.
        width: cells.
        height: lines.
    """
    plan, focus = snapshot.run.plan, snapshot.focus
    if focus in plan.backward_step:
        step = plan.backward_step[focus]
        words = f"It comes with the backward step of this node, step {step}: enter goes there."
        lines = [
            line(("Jacobian", "title"), ("  not yet", "absent")),
            *wrapped(words, width, "dim"),
        ]
    elif snapshot.graph.nodes[focus].is_leaf:
        lines = _of_a_leaf(snapshot, chosen, width, height)
    else:
        lines = [line(("Jacobian", "title"), ("  none", "absent"))]
        lines += wrapped("No gradient passes through this node.", width, "dim")
    return [clip_line(each, width) for each in lines[: max(height, 0)]]


def _of_a_leaf(snapshot: Snapshot, chosen: int, width: int, height: int) -> list[Line]:
    """The edges that read it, one of them chosen."""
    readers = snapshot.graph.consumers[snapshot.focus]
    name = safe_text(snapshot.focus, 24)
    lines = [line(("Jacobian", "title"), ("  none", "absent"))]
    lines += wrapped(f"{name} is given: a leaf computes nothing.", width, "dim")
    if not readers:
        return [*lines, *wrapped("Nothing reads it, so no gradient comes to it.", width, "dim")]
    if len(readers) == 1:
        words = "Its gradient comes through the node that reads it:"
    else:
        words = f"Its gradient is a sum: it comes through {count_text(len(readers))} edges."
    lines += [*wrapped(words, width, "dim"), ()]
    keys = [line(("enter", "key"), (" its Jacobian", "dim"))]
    if len(readers) > 1:
        keys = [line(("j", "key"), (" the next  ", "dim"), *keys[0])]
    rows = max(height - len(lines) - 2, 1)
    chosen = min(chosen, len(readers) - 1)
    first = scrolled(0, rows, len(readers), chosen)
    for place in range(first, min(first + rows, len(readers))):
        lines.append(_reader(snapshot, readers[place], selected=place == chosen))
    return [*lines, (), *keys]


def _reader(snapshot: Snapshot, edge: Edge, *, selected: bool) -> Line:
    """`▸ ∂h/∂W  (64, 10) matmul, input 2`, with whether anything has come through it."""
    node = snapshot.graph.nodes[edge.target]
    sent = any(each.edge == edge for each in snapshot.sent(edge.target))
    reached = sent or edge.target in snapshot.run.plan.backward_step
    words = "" if sent else "  not yet" if reached else "  no gradient passes"
    formula = f"∂{safe_text(edge.target, 24)}/∂{safe_text(edge.source, 24)}"
    about = f"  {node.op.name} {shape_text(node.shape)}, input {edge.slot + 1}"
    return (
        Span("▸ " if selected else "  ", "cursor"),
        Span(formula, "title" if selected else "local"),
        Span(about, "dim"),
        Span(words, "absent"),
    )
