"""The line on top: what is being debugged on the left, where the cursor stands on the right."""

from __future__ import annotations

import re

from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.graph import Graph
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import cell_width, clip_line, safe_text


def header(snapshot: Snapshot, width: int) -> Line:
    """`graphtui · sigmoid.py · f` and `backward · step 11 of 17`, in exactly `width` cells.

    Where both do not fit, the right side is kept, as it is what changes.
    """
    right = clip_line(_right(snapshot), width)
    room = width - _cells(right)
    left = clip_line(_left(snapshot.graph), max(room - 2, 0))
    return (*left, Span(" " * (room - _cells(left))), *right) if room else right


def description(graph: Graph) -> str:
    """What the graph was described in or is called: a file without its folder, else its title."""
    place = graph.place(graph.output)
    return safe_text(re.split(r"[/\\]", place.file)[-1] if place else graph.name)


def _left(graph: Graph) -> Line:
    words = [description(graph), safe_text(graph.nodes[graph.output].short_name)]
    rest = "".join(f" · {word}" for word in words if word)
    return Span("graphtui", "title"), Span(rest, "dim")


def _right(snapshot: Snapshot) -> Line:
    phase = snapshot.phase.value if snapshot.cursor else "start"
    where = Span(f"{phase} · step {snapshot.cursor} of {snapshot.total}")
    count = sum(fault.step <= snapshot.cursor for fault in snapshot.run.faults)
    if not count:
        return (where,)
    return Span(f"! {count} {'fault' if count == 1 else 'faults'}", "fault"), Span(" · "), where


def _cells(line: Line) -> int:
    return sum(cell_width(span.text) for span in line)
