"""Find what went wrong in the numbers, and tell where it begins from where it is passed on.

A fault is data: nothing is stopped by it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from graphtui.engine.given import made
from graphtui.engine.plan import Phase
from graphtui.engine.reuse import Results
from graphtui.engine.steps import Contribution, Fault, Step
from graphtui.graph.graph import Graph
from graphtui.ops.linear_map import Array

Values = Callable[[str], Array | None]
"""From the name of a node to its value."""


class FaultLog:
    """The faults of one run, which grows: each step is examined once."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        """In timeline order."""
        self.at: dict[str, list[Fault]] = {}
        """By node, in timeline order."""
        self._examined = -1

    def look(self, now: Results) -> None:
        """Examine what is new in the run."""
        graph, value = now.graph, now.values.get
        found: list[Fault] = []
        if self._examined < 0:
            found += given_faults(graph, value)
            self._examined = 0
        for step in now.steps[self._examined :]:
            found += step_faults(graph, value, step, given=_was_given(now, step))
            self._examined += 1
        for fault in found:
            self.found.append(fault)
            self.at.setdefault(fault.node, []).append(fault)


def _was_given(now: Results, step: Step) -> bool:
    """Whether a fault in the value of a step, or in what it passes on, was given to the run."""
    if step.phase is Phase.SEED:
        return True
    forward = step.phase is Phase.FORWARD
    given = (now.given if forward else now.replaced).get(step.node)
    kind = kind_of(given)
    if given is None or not kind:
        return False
    value = now.values.get
    otherwise = made(now.graph, value, step.node) if forward else now.sums[step.node]
    test = np.isnan if kind == "nan" else np.isinf
    return otherwise is None or bool((test(given) & ~test(otherwise)).any())


def kind_of(array: Array | None) -> str:
    """The kind of fault in `array`, nan before inf, or nothing.

    >>> kind_of(np.array([1.0, np.inf])), kind_of(np.array([1.0, 2.0]))
    ('inf', '')
    """
    if array is None or array.dtype.kind != "f" or np.isfinite(array).all():
        return ""
    return "nan" if np.isnan(array).any() else "inf"


def kind_words(array: Array | None, kind: str) -> str:
    """What is there of a kind of fault in `array`, with its sign: inf, -inf, or both.

    >>> kind_words(np.array([1.0, -np.inf]), "inf"), kind_words(np.array([np.inf, -np.inf]), "inf")
    ('-inf', 'inf and -inf')
    """
    if kind != "inf" or array is None:
        return kind
    signs = {"inf": np.isposinf(array).any(), "-inf": np.isneginf(array).any()}
    return " and ".join(sign for sign, there in signs.items() if there)


def _holds(array: Array | None, kind: str) -> bool:
    """Whether there is one of that kind in `array`."""
    if not kind_of(array):
        return False
    assert array is not None, "it has a kind"
    return bool((np.isnan if kind == "nan" else np.isinf)(array).any())


def given_faults(graph: Graph, value: Values) -> Iterator[Fault]:
    """The faults of leaves that were given with NaN or infinity in them."""
    for name, node in graph.nodes.items():
        if node.is_leaf and (kind := kind_of(value(name))):
            message = f"'{name}' was given with {kind_words(value(name), kind)} in it."
            yield Fault(0, Phase.FORWARD, name, kind, True, message, None, graph.place(name))


def step_faults(graph: Graph, value: Values, step: Step, *, given: bool = False) -> Iterator[Fault]:
    """The faults of one step, in the order of its contributions.

    Args:
        graph: what is run.
        value: the values, as far as they are known.
        step: what was done.
        given: whether its value, or the gradient that it passes on, was given to the run.
    """
    node = graph.nodes[step.node]
    if given and (fault := _given_fault(graph, step)):
        yield fault
    if step.error is not None:
        what = str(step.error) or type(step.error).__name__
        message = f"{node.op.name} at '{step.node}' stopped: {what}"
        yield _fault(graph, step, "exception", True, message)
    if not given and (kind := kind_of(step.value)):
        # A NaN of inf - inf begins here, although what came in was not finite.
        begins = not any(_holds(value(source), kind) for source in node.inputs)
        verb = "gives" if begins else "passes on"
        words = f"{node.op.name} at '{step.node}' {verb} {kind_words(step.value, kind)}."
        yield _fault(graph, step, kind, begins, words)
    for contribution in step.contributions:
        if kind := kind_of(contribution.downstream):
            # A NaN that the forward pass left here began there; one of 0 times inf begins here.
            read = (contribution.upstream, *map(value, (step.node, *node.inputs)))
            begins = not any(_holds(array, kind) for array in read)
            yield _sent_fault(graph, step, contribution, kind, begins)


def _given_fault(graph: Graph, step: Step) -> Fault | None:
    sent = step.contributions
    given = sent[0].upstream if sent else step.value
    kind = kind_of(given)
    what = f"'{step.node}'" if step.phase is Phase.FORWARD else f"the gradient of '{step.node}'"
    message = f"{what} was given with {kind_words(given, kind)} in it."
    return _fault(graph, step, kind, True, message) if kind else None


def _sent_fault(
    graph: Graph, step: Step, contribution: Contribution, kind: str, begins: bool
) -> Fault:
    op, verb = graph.nodes[step.node].op.name, "becomes" if begins else "stays"
    message = (
        f"the gradient that '{step.node}' ({op}) sends to '{contribution.edge.source}' "
        f"{verb} {kind_words(contribution.downstream, kind)}."
    )
    fault = _fault(graph, step, kind, begins, message)
    return fault._replace(edge=contribution.edge)


def _fault(graph: Graph, step: Step, kind: str, begins: bool, message: str) -> Fault:
    place = graph.place(step.node)
    return Fault(step.number, step.phase, step.node, kind, begins, message, None, place)
