"""What a node has received: contributions row by row, in order of arrival, with a running sum."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Contribution
from graphtui.graph.graph import Node
from graphtui.ops.linear_map import Array
from graphtui.view.inspector.edge_block import INDENT, array_in
from graphtui.view.inspector.formulas import MOST_NAME, number_text, short
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import count_text
from graphtui.view.text.safe_text import cell_width, clip_line

MOST_ROWS = 8
"""Rows of the longest ledger; what is beyond is counted."""

_NUMBER = 7
"""Cells that names leave to each of the two numbers of a row."""

_LEAST_NAME = 6


def ledger(snapshot: Snapshot, node: Node, width: int) -> list[Line]:
    """The contributions of a node that several edges send to; nothing for any other."""
    expected = snapshot.expected(node.name)
    if expected < 2:
        return []
    received = snapshot.received(node.name)
    complete = len(received) == expected
    count = f"{count_text(len(received))} of {count_text(expected)} arrived"
    head = line(("received ", "heading"), (count, "ok" if complete else "warning"))
    shown = received[:MOST_ROWS]
    lines = [head, *_rows(snapshot, node, shown, width)]
    if len(received) > len(shown):
        lines.append(line((f"{INDENT}… {count_text(len(received) - len(shown))} more", "dim")))
    if complete and len(received) == len(shown) and not node.shape:
        lines.append(_sum_in_numbers(snapshot, node, shown))
    return [clip_line(each, width) for each in lines]


def _rows(
    snapshot: Snapshot, node: Node, shown: tuple[Contribution, ...], width: int
) -> list[Line]:
    most = max(width - len(INDENT) - 14 - 2 * _NUMBER, _LEAST_NAME)
    senders = [_sender(snapshot, node, contribution, most) for contribution in shown]
    column = max(map(cell_width, senders), default=0)
    room = max((width - len(INDENT) - column - 14) // 2, 1)
    with np.errstate(all="ignore"):
        sums = list(accumulate((c.downstream for c in shown), _plus))
    numbers = [array_in(c.downstream, room, "downstream", node.shape) for c in shown]
    wide = max((sum(cell_width(span.text) for span in each) for each in numbers), default=0)
    lines = []
    for sender, number, total in zip(senders, numbers, sums, strict=True):
        missing = wide - sum(cell_width(span.text) for span in number)
        lines.append(
            (
                Span(f"{INDENT}from ", "dim"),
                Span(sender + " " * (column - cell_width(sender) + 2)),
                *number,
                Span(" " * (missing + 2) + "sum ", "dim"),
                *array_in(total, room, "gradient", node.shape),
            )
        )
    return lines


def _plus(total: Array, downstream: Array) -> Array:
    """The engine's own sum, in its order."""
    return np.asarray(total + downstream)


def _sender(snapshot: Snapshot, node: Node, contribution: Contribution, most: int) -> str:
    """Who sent it; with the number of the input, if it reads the node more than once."""
    target = snapshot.graph.nodes[contribution.edge.target]
    twice = target.inputs.count(node.name) > 1
    which = f", input {contribution.edge.slot + 1}" if twice else ""
    return short(target, min(max(most - len(which), _LEAST_NAME), MOST_NAME)) + which


def _sum_in_numbers(snapshot: Snapshot, node: Node, shown: tuple[Contribution, ...]) -> Line:
    """`2 + 5 = 7`."""
    terms = [number_text(contribution.downstream) for contribution in shown]
    texts = [terms[0], *(f"({term})" if term.startswith("-") else term for term in terms[1:])]
    total, gradient = snapshot.run.total(node.name), snapshot.gradient(node.name)
    assert total is not None, f"'{node.name}' has received everything"
    assert gradient is not None, f"'{node.name}' has received everything"
    by_hand = node.name in snapshot.run.replaced
    return line(
        (INDENT + " + ".join(texts), "downstream"),
        (" = ", "dim"),
        (number_text(total), "gradient"),
        *([(", and was set to ", "warning"), (number_text(gradient), "gradient")] * by_hand),
    )
