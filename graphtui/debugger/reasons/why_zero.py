"""Why elements of a gradient are exactly 0: a walk towards the loss, to where the zeros begin.

An element is 0 because its contributions cancel, or because each of them is 0: its gate is closed,
or all that comes down to it is 0 already (then the walk goes on there), or the products are lost.
What a closed gate is called stands in the record of its op.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping

import numpy as np

from graphtui.debugger.reasons.answer import (
    Answer,
    Cause,
    are,
    at_index,
    first,
    gate,
    index_text,
    joined,
    number,
    sentence_case,
)
from graphtui.debugger.reasons.terms import MOST_WORK, column, cost, outputs_of, zeros
from graphtui.debugger.reasons.was_set import gradient_set, is_text, value_set
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Contribution
from graphtui.graph.graph import Graph
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Op

MOST_CAUSES = 8
"""After so many causes the walk ends."""
MOST_NAMED = 3
"""How many causes, or numbers that cancel, one sentence gives."""


def why_zero(snapshot: Snapshot, name: str, gradient: Array) -> Answer:
    """Why elements of the gradient of `name` are 0; at least one is."""
    zero = np.asarray(gradient == 0)
    count = int(np.count_nonzero(zero))
    causes, unfinished = zero_causes(snapshot, name, zero)
    opening = are(name, count, gradient.shape, "0")
    if not causes:
        assert unfinished is not None, "a zero has a cause"
        words = f"it is 0 already at {quoted(unfinished)}; ask there, as the way was too long"
        cause = Cause("upstream", unfinished, words)
        return Answer("zero", f"{opening}: {words}.", unfinished, (cause,))
    lead = causes[0]
    beginning = _zero_at(lead, name)
    already = f", as it is 0 already at {quoted(beginning)}" if beginning != name else ""
    some = f"for {lead.count:,} of them " if beginning == name and lead.count < count else ""
    words = lead.words
    if lead.kind == "set":
        words = words.replace(f"the gradient of {quoted(beginning)}", "it", 1)
    also = [sentence_case(f"also, {cause.words}") for cause in causes[1:MOST_NAMED]]
    hidden = len(causes) - MOST_NAMED
    if hidden > 0 or unfinished is not None:
        also.append("There are more causes." if hidden > 0 else "There may be more causes.")
    sentence = " ".join([f"{opening}{already}: {some}{words}.", *also])
    return Answer("zero", sentence, lead.node, causes)


def zero_causes(snapshot: Snapshot, name: str, zero: Array) -> tuple[tuple[Cause, ...], str | None]:
    """Where zeros of the gradient of `name` begin, nearest first, and where the walk gave up.

    Args:
        snapshot: the run as of the cursor.
        name: a node that has a gradient.
        zero: which elements are asked about, as a mask; they are 0.
    """
    walk = _Walk(snapshot)
    return walk.causes(name, zero)


def _zero_at(cause: Cause, name: str) -> str:
    """The node whose gradient is 0 by this cause."""
    return cause.edge.source if cause.edge else cause.node if cause.node else name


class _Walk:
    """One search towards the loss, breadth first, so that near causes come first."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.graph = snapshot.graph
        self.found: list[Cause] = []
        self.front: deque[tuple[str, Array | None]] = deque()
        """Nodes with a gradient of 0 and which elements matter; None means all."""
        self.seen: set[str] = set()
        self.all_zero: dict[str, bool] = {}
        """Whether the whole gradient of a node is 0; many contributions share one upstream."""
        self.work = MOST_WORK
        """What is left for looking into contributions; one that is all 0 is free."""

    def causes(self, name: str, zero: Array) -> tuple[tuple[Cause, ...], str | None]:
        """What is found, and the next node that was not looked at; None if there is none."""
        self._go_on(name, zero)
        while self.front and len(self.found) < MOST_CAUSES and self.work > 0:
            self._visit(*self.front.popleft())
        return tuple(self.found), self.front[0][0] if self.front else None

    def _go_on(self, name: str, where: Array | None) -> None:
        if name not in self.seen:
            self.seen.add(name)
            self.front.append((name, where))

    def _add(self, cause: Cause) -> None:
        if cause.words not in {each.words for each in self.found}:  # one gate may read it twice
            self.found.append(cause)

    def _visit(self, name: str, where: Array | None) -> None:
        if name == self.graph.output:
            words = f"the seed that backward starts with at {quoted(name)} is 0"
            self._add(Cause("seed", name, words))
            return
        where = self._but_for_set(name, where)
        if where is not None and not where.any():
            return
        fed: list[Contribution] = []
        for contribution in self.snapshot.received(name):
            target = contribution.edge.target
            if not contribution.upstream.size:
                words = f"{gate(self.graph, target)} has no elements, so nothing is sent from there"
                size = contribution.downstream.size
                self._add(Cause("empty", target, words, contribution.edge, size))
                continue
            if target not in self.all_zero:
                self.all_zero[target] = not np.count_nonzero(contribution.upstream)
            if self.all_zero[target]:
                self._go_on(target, None)
            else:
                fed.append(contribution)
        if fed:
            shape = self.graph.nodes[name].shape
            self._look_into(name, fed, np.ones(shape, bool) if where is None else where)

    def _but_for_set(self, name: str, where: Array | None) -> Array | None:
        """Which elements are left to explain, when those are that were set to 0 by hand."""
        given = gradient_set(self.snapshot.run, name, self.snapshot.cursor)
        if given is None:
            return where
        where = np.ones(given.where.shape, bool) if where is None else where
        if (cut := where & given.where).any():
            words = given.words(first(cut))
            self._add(Cause("set", name, words, None, int(np.count_nonzero(cut))))
        return where & ~given.where

    def _look_into(self, name: str, fed: list[Contribution], where: Array) -> None:
        sent = np.zeros(where.shape, bool)
        for contribution in fed:
            sent |= contribution.downstream != 0
        if (cancelled := where & sent).any():
            self._add(_cancelling(self.snapshot, name, cancelled))
        silent = where & ~sent
        for contribution in fed:
            if self.work > 0 and silent.any():
                self.work -= cost(contribution)
                self._explain(contribution, silent)

    def _explain(self, contribution: Contribution, silent: Array) -> None:
        with np.errstate(all="ignore"):
            reasons = zeros(contribution, silent)
            if reasons.blocked.any():
                self._add(_closed(self.snapshot, contribution, reasons.blocked))
            if reasons.lost.any():
                self._add(_lost(self.graph, contribution, reasons.lost))
            if reasons.starved.any():
                above = outputs_of(contribution.local, reasons.starved)
                self._go_on(contribution.edge.target, above & (contribution.upstream == 0))


# Causes in words --------------------------------------------------------------------------------


def _closed(snapshot: Snapshot, contribution: Contribution, blocked: Array) -> Cause:
    edge, graph = contribution.edge, snapshot.graph
    element = first(blocked)
    places = _places_there(snapshot, contribution, element)
    words = f"at {gate(graph, edge.target)} {_because(snapshot, contribution, places)}"
    if places:
        place = f"at {index_text(element, blocked.shape)}, " if blocked.shape else ""
        shown = [is_text(snapshot.run, name, here) for name, here in places.items()]
        words = f"{words}; {place}{joined(shown)}"
    return Cause("gate", edge.target, words, edge, int(np.count_nonzero(blocked)))


def _because(snapshot: Snapshot, contribution: Contribution, places: Mapping[str, int]) -> str:
    """What the record of the gate says, unless it compared its inputs with NaN, or was set."""
    target = contribution.edge.target
    op = snapshot.graph.nodes[target].op
    assert isinstance(op, Op)
    if value_set(snapshot.run, target) is not None:
        return "the local gradient is 0"
    factor = contribution.local.compact()
    compares = op.kink is not None and factor is not None and factor.dtype == bool
    if compares and any(_is_nan(snapshot.value(name), at) for name, at in places.items()):
        return "nothing passes, as no comparison with nan is true"
    return op.zero_because or "the local gradient is 0"


def _is_nan(value: Array | None, element: int) -> bool:
    return value is not None and math.isnan(value.reshape(-1)[element])


def _places_there(snapshot: Snapshot, contribution: Contribution, element: int) -> dict[str, int]:
    """Where to look in the inputs and the output of the gate for an element of one input."""
    edge = contribution.edge
    shape = snapshot.graph.nodes[edge.source].shape
    found: dict[str, int] = {}
    for name in (*snapshot.graph.nodes[edge.target].inputs, edge.target):
        value = snapshot.value(name)
        if value is not None and (value.size == 1 or value.shape == shape):
            found[name] = element if value.shape == shape else 0
    return found


def _lost(graph: Graph, contribution: Contribution, lost: Array) -> Cause:
    """Products of numbers that are not 0, of which nothing is left."""
    edge, like = contribution.edge, contribution.downstream
    element, count = first(lost), int(np.count_nonzero(lost))
    terms = column(contribution, element)
    here = f"at {gate(graph, edge.target)}"
    place = at_index(element, lost.shape)
    left = terms.products[terms.products != 0]
    if left.size:
        numbers = _listed([number(each) for each in left[: MOST_NAMED + 1]], left.size)
        words = f"{here} the {left.size:,} terms of the sum{place} cancel: {numbers}"
        return Cause("cancels", edge.target, words, edge, count)
    example = terms.first(terms.upstream != 0)
    if example is None:
        words = f"{here} the local gradient{place} is nothing but rounding"
        return Cause("gate", edge.target, words, edge, count)
    words = (
        f"{here} an upstream of {number(example.upstream)} times a local gradient of "
        f"{number(example.local)}{place} is too small for {like.dtype}, so it underflows to 0"
    )
    return Cause("underflow", edge.target, words, edge, count)


def _cancelling(snapshot: Snapshot, name: str, cancelled: Array) -> Cause:
    """Contributions that are not 0, with a sum of 0."""
    element = first(cancelled)
    rows = [
        (float(contribution.downstream.reshape(-1)[element]), contribution.edge.target)
        for contribution in snapshot.received(name)
    ]
    nonzero = [(amount, sender) for amount, sender in rows if amount]
    shown = [
        f"{number(amount)} from {gate(snapshot.graph, sender)}"
        for amount, sender in nonzero[: MOST_NAMED + 1]
    ]
    numbers = _listed(shown, len(nonzero))
    place = at_index(element, cancelled.shape)
    words = f"{len(nonzero):,} contributions to {quoted(name)} cancel{place}: {numbers}"
    return Cause("cancels", name, words, None, int(np.count_nonzero(cancelled)))


def _listed(shown: list[str], count: int) -> str:
    """The parts that are shown, and how many more there are."""
    more = count - len(shown)
    return f"{', '.join(shown)} and {more:,} more" if more else joined(shown)
