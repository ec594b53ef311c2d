"""Follow a NaN or an infinity back to where it began, through both passes, element by element.

Each link of the trail is one value or one contribution that holds it. What the links are called is
for `biography`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from graphtui.debugger.reasons.terms import MOST_WORK, broken, column, cost
from graphtui.debugger.reasons.was_set import gradient_set, value_set
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Contribution
from graphtui.ops.linear_map import Array, broadcast_sources
from graphtui.ops.op import Elementwise


class Link(NamedTuple):
    """One place where the NaN or infinity was."""

    node: str
    """Whose value or gradient it was in."""
    element: int
    """Where in that array, by row-major number."""
    sent: Contribution | None = None
    """What brought it to the gradient of `node`; None for a value, or where it began there."""
    backward: bool = False
    """Whether it was in the gradient rather than in the value."""


def trail(snapshot: Snapshot, name: str) -> tuple[Link, ...]:
    """The links from where it began to the gradient of `name`, or to its value; none if finite."""
    gradient, value = snapshot.gradient(name), snapshot.value(name)
    if (element := faulty(gradient)) is not None:
        links = _back_through_gradients(snapshot, name, element)
    elif (element := faulty(value)) is not None:
        links = _back_through_values(snapshot, name, element)
    else:
        links = []
    return tuple(reversed(links))


def faulty(array: Array | None) -> int | None:
    """The number of the first NaN, else of the first infinity; None where all is finite.

    >>> faulty(np.array([np.inf, np.nan])), faulty(np.array([1.0, -np.inf])), faulty(np.ones(2))
    (1, 1, None)
    """
    if array is None or array.dtype.kind != "f":
        return None
    if array.size == 1:
        return None if math.isfinite(array.item()) else 0
    finite = np.isfinite(array).reshape(-1)
    if np.count_nonzero(finite) == finite.size:  # several times faster than `all` where it is small
        return None
    nan = np.isnan(array).reshape(-1)
    return int(nan.argmax()) if np.count_nonzero(nan) else int(finite.argmin())


# Backward ---------------------------------------------------------------------------------------


def _back_through_gradients(snapshot: Snapshot, name: str, element: int) -> list[Link]:
    links: list[Link] = []
    work = MOST_WORK  # when it is used up, arrays are followed as wholes
    while True:
        given = gradient_set(snapshot.run, name, snapshot.cursor)
        by_hand = given is not None and given.at(element)
        found = None if by_hand else _bringer(snapshot, name, element)
        if found is None or name == snapshot.graph.output:
            return [*links, Link(name, element, None, backward=True)]
        gradient = snapshot.gradient(name)
        assert gradient is not None, "what has received something has a gradient"
        links.append(Link(name, element, found, backward=True))
        if found.upstream.size > 1:
            work -= cost(found)
        above = _element_above(found, element, by_element=work > 0)
        if above is None:
            return [*links, *_from_values(snapshot, found, element)]
        name, element = found.edge.target, above


def _bringer(snapshot: Snapshot, name: str, element: int) -> Contribution | None:
    """The first contribution with a NaN there, else the first with an infinity."""
    infinite = None
    for contribution in snapshot.received(name):
        here = contribution.downstream.reshape(-1)[element]
        if math.isnan(here):
            return contribution
        if infinite is None and math.isinf(here):
            infinite = contribution
    return infinite


def _element_above(contribution: Contribution, element: int, *, by_element: bool) -> int | None:
    """Which element of the upstream gradient brought it; None where it began at this edge."""
    anywhere = faulty(contribution.upstream)
    if anywhere is None or contribution.upstream.size == 1 or not by_element:
        return anywhere
    terms = column(contribution, element)
    came_down = terms.first(~np.isfinite(terms.upstream))
    if came_down is not None:
        return came_down.output
    return anywhere if np.isfinite(terms.products).all() else None


def _from_values(snapshot: Snapshot, contribution: Contribution, element: int) -> list[Link]:
    """The links through the forward pass that gave this edge a local gradient that is not finite.

    None where the values are finite, or where finite numbers became too large here.
    """
    term = broken(contribution, element)
    if term is None or math.isfinite(term.local):
        return []
    target = contribution.edge.target
    inputs = snapshot.graph.nodes[target].inputs
    for name, place in ((target, term.output), (contribution.edge.source, element)):
        value = snapshot.value(name)
        if value is not None and not math.isfinite(value.reshape(-1)[place]):
            return _back_through_values(snapshot, name, place)
    for name in inputs:
        if (place_there := faulty(snapshot.value(name))) is not None:
            return _back_through_values(snapshot, name, place_there)
    return []


# Forward ----------------------------------------------------------------------------------------


def _back_through_values(snapshot: Snapshot, name: str, element: int) -> list[Link]:
    links = [Link(name, element)]
    while (before := _input_with_it(snapshot, name, element)) is not None:
        name, element = before
        links.append(Link(name, element))
    return links


def _input_with_it(snapshot: Snapshot, name: str, element: int) -> tuple[str, int] | None:
    """The input that brought it, and where in it; one of the same kind before any other."""
    by_hand = value_set(snapshot.run, name)
    if by_hand is not None and by_hand.at(element):
        return None
    node, value = snapshot.graph.nodes[name], snapshot.value(name)
    assert value is not None, "it was found in there"
    nan = math.isnan(value.reshape(-1)[element])
    fallback: tuple[str, int] | None = None
    for source in node.inputs:
        given = snapshot.value(source)
        assert given is not None, "inputs are computed before"
        if faulty(given) is None:
            continue
        place = _first_like(given, nan) if given.size > 1 else 0
        if isinstance(node.op, Elementwise):
            place = int(broadcast_sources(np.array([element]), value.shape, given.shape)[0])
            if math.isfinite(given.reshape(-1)[place]):
                continue
        if math.isnan(given.reshape(-1)[place]) == nan:
            return source, place
        fallback = fallback or (source, place)
    return fallback


def _first_like(array: Array, nan: bool) -> int:
    """The number of the first NaN, or of the first infinity, whichever is wanted and there."""
    wanted = (np.isnan(array) if nan else np.isinf(array)).reshape(-1)
    found = wanted if wanted.any() else ~np.isfinite(array).reshape(-1)
    return int(np.argmax(found))
