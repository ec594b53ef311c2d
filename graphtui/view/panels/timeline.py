"""The timeline: one bar over both passes, with the cursor, the faults and the breakpoints.

Its first cell is the start, then comes one cell a step; where there are more steps than cells, a
cell stands for several, and what is rare (cursor, fault, seed) wins its cell.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import groupby

from graphtui.debugger.snapshot import Snapshot
from graphtui.view.picture.breakpoint_marks import Mark, places
from graphtui.view.text.lines import Line, Span

CURSOR, FORWARD, BACKWARD, TO_COME, STALE = "┃", "▸", "◂", "◌", "≈"
START, SEED, SEED_TO_COME, FAULT = "╶", "◆", "◇", "!"


def timeline(snapshot: Snapshot, width: int) -> Line:
    """The bar as of the cursor, at most `width` cells wide."""
    total = snapshot.total
    marked = places(snapshot).steps
    cells = [_span(snapshot, _steps(column, width, total), marked) for column in range(width)]
    for column in _fault_columns(snapshot, width):
        if cells[column].role != "cursor":
            cells[column] = Span(FAULT, "fault")
    joined = groupby(cells[: _cells(width, total)], key=lambda span: span.role)
    return tuple(Span("".join(span.text for span in same), role) for role, same in joined)


def step_at(width: int, total: int, column: int) -> int:
    """The step to stand after when that cell of the bar is clicked.

    Args:
        width: cells of the bar, at least 1.
        total: steps of the timeline.
        column: from 0; cells beside the bar count as its ends.

    >>> [step_at(5, 4, column) for column in range(6)], [step_at(5, 99, c) for c in range(5)]
    ([0, 1, 2, 3, 4, 4], [0, 20, 40, 60, 99])
    """
    last = _cells(width, total) - 1
    column = min(max(column, 0), last)
    # The last cell means the end, which one wants to reach with a click.
    return total if column == last and column else _steps(column, width, total).start


def column_of(width: int, total: int, step: int) -> int:
    """The cell of the bar that stands for the step; the inverse of `step_at`."""
    cells, positions = _cells(width, total), total + 1
    return ((step + 1) * cells - 1) // positions if cells < positions else step


def _cells(width: int, total: int) -> int:
    return min(width, total + 1)


def _steps(column: int, width: int, total: int) -> range:
    """The steps that a cell stands for, 0 being the start."""
    cells, positions = _cells(width, total), total + 1
    return range(column * positions // cells, (column + 1) * positions // cells)


def _span(snapshot: Snapshot, steps: range, marked: Mapping[Mark, Sequence[int]]) -> Span:
    seed = snapshot.run.plan.seed_step
    if snapshot.cursor in steps:
        return Span(CURSOR, "cursor")
    if seed and seed in steps:
        done = seed <= snapshot.cursor
        return Span(SEED, "gradient") if done else Span(SEED_TO_COME, "absent")
    if mark := next((mark for mark, those in marked.items() if _any_in(those, steps)), None):
        return Span(mark, "breakpoint")
    if steps.start > snapshot.cursor:
        stale = len(snapshot.run.steps) < steps.start <= _stale_end(snapshot)
        return Span(STALE, "stale") if stale else Span(TO_COME, "absent")
    if steps.stop == 1:
        return Span(START, "dim")
    backward = seed and steps.start > seed
    return Span(BACKWARD, "gradient") if backward else Span(FORWARD, "value")


def _stale_end(snapshot: Snapshot) -> int:
    """The last step that was carried out before an edit, of which something is stale."""
    return snapshot.before_cursor if snapshot.before is not None else 0


def _any_in(ascending: Sequence[int], steps: range) -> bool:
    at = bisect_left(ascending, steps.start)
    return at < len(ascending) and ascending[at] in steps


def _fault_columns(snapshot: Snapshot, width: int) -> set[int]:
    """The cells in which there is a fault, up to the cursor."""
    faults = snapshot.run.faults
    known = bisect_right(faults, snapshot.cursor, key=lambda fault: fault.step)
    return {column_of(width, snapshot.total, fault.step) for fault in faults[:known]}
