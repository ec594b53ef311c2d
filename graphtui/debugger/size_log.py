"""How large every value and gradient of a run was, at every step; each array is measured once.

A run only grows, so the log only goes on where it stopped. What was known at a step is then looked
up for all nodes at once, as arrays: that is what colours a picture of a hundred thousand nodes.
"""

from __future__ import annotations

from array import array
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from graphtui.debugger.finished import Interrupted, ask, never
from graphtui.debugger.norms import norm
from graphtui.engine.execute import Run, Step
from graphtui.engine.plan import Phase
from graphtui.graph.graph import Graph

Floats = npt.NDArray[np.float64]
"""One number for each node, by its place in the graph, or for each box; NaN is absent."""


class Sizes(NamedTuple):
    """What was known of every node at a step."""

    value: Floats
    """The norm of its value."""
    gradient: Floats
    """The norm of what it had received."""
    contribution: Floats
    """How many times as large as its gradient the largest contribution is that it sent."""
    fault: npt.NDArray[np.bool_]
    """Whether something had gone wrong there."""


class SizeLog:
    """The sizes in one run, which may grow."""

    def __init__(self, graph: Graph) -> None:
        self._place = {name: place for place, name in enumerate(graph.nodes)}
        self._values, self._gradients, self._contributions = _Events(), _Events(), _Events()
        self._faults = _Events()
        self._latest = [0.0] * len(self._place)
        """The norm of the gradient of each node, as far as it was measured."""
        self._examined = -1

    def look(self, run: Run, interrupted: Interrupted = never) -> None:
        """Measure what is new in the run.

        Raises:
            CommandError: it was interrupted; what was measured is kept.
        """
        if self._examined < 0:
            self._begin(run)
        with np.errstate(all="ignore"):
            for number, step in enumerate(run.steps[self._examined :], start=1):
                ask(interrupted, number)
                self._measure(run, step)
                self._examined += 1
        for fault in run.faults[len(self._faults) :]:
            self._faults.add(fault.step, self._place[fault.node], 1.0)

    def at(self, cursor: int) -> Sizes:
        """What was known after so many steps."""
        nodes = len(self._place)
        faults = self._faults.at(cursor, nodes)
        return Sizes(
            self._values.at(cursor, nodes),
            self._gradients.at(cursor, nodes),
            self._contributions.at(cursor, nodes),
            faults == 1.0,
        )

    def _begin(self, run: Run) -> None:
        self._examined = 0
        for name, node in run.graph.nodes.items():
            given = run.value(name) if node.is_leaf else None
            if given is not None:
                self._values.add(0, self._place[name], norm(given))

    def _measure(self, run: Run, step: Step) -> None:
        place = self._place[step.node]
        if step.value is not None:
            size = norm(step.value)
            if step.phase is Phase.FORWARD:
                self._values.add(step.number, place, size)
            else:
                self._receive(step.number, place, size)
        if not step.contributions:
            return
        sent = [norm(each.downstream) for each in step.contributions]
        if self._latest[place]:  # of nothing, nothing is left: that is no size
            self._contributions.add(step.number, place, max(sent) / self._latest[place])
        for each, size in zip(step.contributions, sent, strict=True):
            source = each.edge.source
            if run.plan.expects[source] > 1 or source in run.replaced:
                total = run.gradient(source, step.number)
                assert total is not None, "it has just received something"
                size = norm(total)
            self._receive(step.number, self._place[source], size)

    def _receive(self, step: int, place: int, size: float) -> None:
        self._gradients.add(step, place, size)
        self._latest[place] = size


class _Events:
    """Numbers that nodes have from a step on, in the order of the steps."""

    def __init__(self) -> None:
        self._steps, self._places, self._numbers = array("q"), array("q"), array("d")

    def __len__(self) -> int:
        return len(self._steps)

    def add(self, step: int, place: int, number: float) -> None:
        """From that step on the node in that place has this number."""
        self._steps.append(step)
        self._places.append(place)
        self._numbers.append(number)

    def at(self, cursor: int, nodes: int) -> Floats:
        """The numbers of all nodes after so many steps; of several, the last one."""
        many = int(np.searchsorted(np.array(self._steps, np.int64), cursor, "right"))
        found = np.full(nodes, np.nan)
        # Of assignments to one place NumPy keeps the last.
        found[np.array(self._places[:many], np.int64)] = np.array(self._numbers[:many])
        return found


_KNOWN: WeakKeyDictionary[Run, SizeLog] = WeakKeyDictionary()
"""The log of each run that was asked for."""


def sizes(run: Run, cursor: int, interrupted: Interrupted = never) -> Sizes:
    """What was known at a step.

    The first time costs a look at every array, later ones only at those that are new. At a hundred
    thousand scalars that first look takes a few tenths of a second, so it is for whoever is not the
    screen's thread.

    Raises:
        CommandError: it was interrupted; the next time goes on from there.
    """
    log = _KNOWN.get(run)
    if log is None:
        log = _KNOWN[run] = SizeLog(run.graph)
    log.look(run, interrupted)
    return log.at(cursor)
