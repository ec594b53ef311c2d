"""Where breakpoints stand in the picture, on the timeline and in the source, and with which mark.

Found once for a run and what is set on it; every panel reads from the same places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple
from weakref import WeakKeyDictionary

from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.breakpoints import PLACES, Breakpoint
from graphtui.engine.execute import Run


class Mark(StrEnum):
    """What stands for a breakpoint; of several at one place, the first of these."""

    STOP = "●"
    """It stops whenever one comes there."""
    MAYBE = "◐"
    """It stops there under a condition, at some hits, or when a gradient does something."""
    LOG = "≡"
    """It records an expression and goes on."""
    OFF = "○"
    """It is disabled, or spent."""


class Places(NamedTuple):
    """The marks of everything that is set."""

    nodes: Mapping[str, Mark]
    steps: Mapping[Mark, tuple[int, ...]]
    """For each mark, the steps at which such a breakpoint may be hit, ascending."""
    lines: Mapping[tuple[str, int], Mark]
    """By file and line."""


def mark_of(breakpoint: Breakpoint) -> Mark:
    """What stands for one breakpoint."""
    if not breakpoint.active:
        return Mark.OFF
    if breakpoint.log:
        return Mark.LOG
    target = breakpoint.target
    if target is None or target.kind not in PLACES or breakpoint.condition:
        return Mark.MAYBE
    counts = breakpoint.hits or breakpoint.after or breakpoint.armed_by
    return Mark.MAYBE if counts else Mark.STOP


def strongest(marks: Iterable[Mark | None]) -> Mark | None:
    """Of several marks at one place the one that is drawn; None where there is none."""
    found = set(marks)
    return next((mark for mark in Mark if mark in found), None)


def places(snapshot: Snapshot) -> Places:
    """The marks of all breakpoints; costs nothing as long as nothing is set or taken away."""
    known = _KNOWN.get(snapshot.run)
    if known is None or known[0] is not snapshot.breakpoints:
        known = snapshot.breakpoints, _places(snapshot)
        _KNOWN[snapshot.run] = known
    return known[1]


_KNOWN: WeakKeyDictionary[Run, tuple[Mapping[int, Breakpoint], Places]] = WeakKeyDictionary()
"""The last answer for each run: a snapshot comes with every key."""


def _places(snapshot: Snapshot) -> Places:
    if not snapshot.breakpoints:
        return Places({}, {}, {})
    from graphtui.debugger.stops.breakpoint_steps import breakpoint_nodes  # when some are set

    graph, by_mark = snapshot.graph, _by_mark(snapshot.breakpoints.values())
    nodes: dict[str, Mark] = {}
    lines: dict[tuple[str, int], Mark] = {}
    steps: dict[Mark, tuple[int, ...]] = {}
    for mark, breakpoints in by_mark.items():
        found = {step for each in breakpoints for step in _steps(each, snapshot)}
        steps[mark] = tuple(sorted(found))
        for name in (name for each in breakpoints for name in breakpoint_nodes(each, graph)):
            nodes.setdefault(name, mark)
            if place := graph.place(name):
                lines.setdefault((place.file, place.line), mark)
    return Places(nodes, steps, lines)


def _by_mark(breakpoints: Iterable[Breakpoint]) -> dict[Mark, list[Breakpoint]]:
    """The breakpoints by their marks, the strongest mark first."""
    found: dict[Mark, list[Breakpoint]] = {mark: [] for mark in Mark}
    for each in breakpoints:
        found[mark_of(each)].append(each)
    return {mark: those for mark, those in found.items() if those}


def _steps(breakpoint: Breakpoint, snapshot: Snapshot) -> Iterator[int]:
    """The steps that it looks at; none where a condition has to look at all of them."""
    from graphtui.debugger.stops.breakpoint_steps import free_expression, steps_to_look_at

    graph, plan = snapshot.graph, snapshot.run.plan
    expression = free_expression(breakpoint, graph)
    steps = steps_to_look_at(breakpoint, expression, graph, plan)
    return iter(() if expression and expression.reads_position else steps)
