"""The life of a NaN or an infinity through both passes: where it begins, is masked, comes back.

A trail is followed back to the first cause and told from there, in the order of the timeline.
"""

from __future__ import annotations

from typing import NamedTuple

from graphtui.debugger.reasons.answer import at_index, gate, number
from graphtui.debugger.reasons.beginning import made_of, meeting
from graphtui.debugger.reasons.trace import Link, faulty, trail
from graphtui.debugger.reasons.was_set import gradient_set, value_set
from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.graph import Edge
from graphtui.graph.wording import counted, quoted

BEGINS, PASSED_ON, MASKED, CAME_BACK, REACHES = (
    "begins",
    "passed on",
    "masked",
    "came back",
    "reaches",
)


class Event(NamedTuple):
    """One thing that happened to it."""

    step: int
    """The number of the step; 0 for a leaf that was given this way."""
    node: str
    """The node to look at."""
    edge: Edge | None
    """The edge that it was sent along, in the backward pass."""
    kind: str
    """"begins", "passed on", "masked", "came back" or "reaches"."""
    words: str
    """What happened, as a clause with the actual values."""


class Biography(NamedTuple):
    """Everything that happened to one NaN or infinity."""

    events: tuple[Event, ...]
    """In the order of the timeline."""


def biography(snapshot: Snapshot, node: str | None = None) -> tuple[Event, ...]:
    """What happened to the NaN or infinity in the gradient of `node`, or else in its value.

    Args:
        snapshot: the run as of the cursor.
        node: whose; None means the last one that a fault was found at.

    Returns:
        The events in the order of the timeline; none where everything is finite.
    """
    subject = _last_faulty(snapshot) if node is None else node
    return told(snapshot, trail(snapshot, subject)) if subject is not None else ()


def told(snapshot: Snapshot, links: tuple[Link, ...]) -> tuple[Event, ...]:
    """The events of a trail, in the order of the timeline."""
    if not links:
        return ()
    forward = [link for link in links if not link.backward]
    backward = [link for link in links if link.backward]
    events = [*_forward_events(snapshot, forward), *_backward_events(snapshot, forward, backward)]
    if len(links) > 1 or links[0].sent is not None:
        events.append(_reaches(snapshot, links[-1]))
    return tuple(sorted(events, key=lambda event: event.step))


def _last_faulty(snapshot: Snapshot) -> str | None:
    """The node whose value or gradient was the last to become NaN or infinite."""
    for name in snapshot.run.replaced:
        if not snapshot.sent(name) and faulty(snapshot.gradient(name)) is not None:
            return name  # set where the cursor stands, and not passed on yet
    for step in reversed(snapshot.run.steps[: snapshot.cursor]):
        if faulty(step.value) is not None:
            return step.node
        for contribution in reversed(step.contributions):
            if faulty(contribution.downstream) is not None:
                return contribution.edge.source
    for name, node in snapshot.graph.nodes.items():
        if node.is_leaf and faulty(snapshot.value(name)) is not None:
            return name
    return None


# Forward ----------------------------------------------------------------------------------------


def _forward_events(snapshot: Snapshot, links: list[Link]) -> list[Event]:
    if not links:
        return []
    plan, graph = snapshot.run.plan, snapshot.graph
    origin = links[0]
    step = plan.forward_step.get(origin.node, 0)
    events = [Event(step, origin.node, None, BEGINS, _given_or_made(snapshot, origin))]
    if len(links) > 1:
        name = links[1].node
        words = f"{gate(graph, name)} passes it on as {_value_text(snapshot, links[1])}"
        words += _and_more(len(links) - 2)
        events.append(Event(plan.forward_step[name], name, None, PASSED_ON, words))
    if masked := _masked(snapshot, {link.node for link in links}):
        events.append(masked)
    return events


def _given_or_made(snapshot: Snapshot, origin: Link) -> str:
    node = snapshot.graph.nodes[origin.node]
    given = value_set(snapshot.run, origin.node)
    if given is not None and given.at(origin.element):
        return given.words(origin.element)
    what = _value_text(snapshot, origin) + at_index(origin.element, node.shape)
    if node.is_leaf:
        return f"{quoted(origin.node)} is given as {what}"
    inputs = made_of(snapshot.run, origin.node, origin.element)
    because = f", as {inputs}" if inputs else ", from finite numbers"
    return f"{gate(snapshot.graph, origin.node)} gives {what}{because}"


def _value_text(snapshot: Snapshot, link: Link) -> str:
    value = snapshot.value(link.node)
    assert value is not None, "it was found in there"
    return number(value.reshape(-1)[link.element])


def _masked(snapshot: Snapshot, holders: set[str]) -> Event | None:
    """The first node that reads a value that is not finite, and has a finite one itself."""
    found: list[str] = []
    for name, node in snapshot.graph.nodes.items():
        floats = node.dtype.kind == "f"  # a comparison with it is no mask
        if floats and name not in holders and not holders.isdisjoint(node.inputs):
            value = snapshot.value(name)
            if value is not None and faulty(value) is None:
                found.append(name)
    if not found:
        return None
    name = found[0]
    value = snapshot.value(name)
    assert value is not None, "only known values were kept"
    amount = f" ({number(value.item())})" if value.size == 1 else ""
    given = value_set(snapshot.run, name)
    by_hand = given is not None and (given.before is None or faulty(given.before) is not None)
    masks = f"{quoted(name)} was set" if by_hand else f"{gate(snapshot.graph, name)} masks it"
    words = f"{masks}, so that its own value is finite{amount}"
    words += _and_more(len(found) - 1)
    return Event(snapshot.run.plan.forward_step[name], name, None, MASKED, words)


# Backward ---------------------------------------------------------------------------------------


def _backward_events(snapshot: Snapshot, forward: list[Link], backward: list[Link]) -> list[Event]:
    if not backward:
        return []
    plan, graph = snapshot.run.plan, snapshot.graph
    origin, *onward = backward
    if origin.sent is None:
        events = [_at_node(snapshot, origin)]
    else:
        edge = origin.sent.edge
        kind = CAME_BACK if forward else BEGINS
        met = meeting(origin.sent, origin.element)
        words = f"on the way back, at {gate(graph, edge.target)} {met}"
        events = [Event(plan.backward_step[edge.target], edge.target, edge, kind, words)]
    if onward:
        sent = onward[0].sent
        assert sent is not None, "only the first link may be a sum or a seed"
        words = f"{gate(graph, sent.edge.target)} sends it on to {quoted(sent.edge.source)}"
        words += _and_more(len(onward) - 1)
        step = plan.backward_step[sent.edge.target]
        events.append(Event(step, sent.edge.target, sent.edge, PASSED_ON, words))
    return events


def _at_node(snapshot: Snapshot, origin: Link) -> Event:
    """Where it began at a node and not at an edge: with the seed, in a sum, or set by hand."""
    gradient = snapshot.gradient(origin.node)
    assert gradient is not None, "it was found in there"
    what = number(gradient.reshape(-1)[origin.element]) + at_index(origin.element, gradient.shape)
    if origin.node == snapshot.graph.output:
        words = f"the seed of {quoted(origin.node)} is given as {what}"
        return Event(snapshot.run.plan.seed_step, origin.node, None, BEGINS, words)
    arrived = snapshot.received(origin.node)
    given = gradient_set(snapshot.run, origin.node, snapshot.cursor)
    if given is not None and given.at(origin.element):
        words = given.words(origin.element)
    else:
        count = counted(len(arrived), "contribution")
        words = f"the sum of {count} to {quoted(origin.node)} is {what}, more than "
        words += f"{gradient.dtype} can hold"
    step = snapshot.run.plan.backward_step[arrived[-1].edge.target]
    return Event(step, origin.node, None, BEGINS, words)


# The end ----------------------------------------------------------------------------------------


def _reaches(snapshot: Snapshot, last: Link) -> Event:
    plan = snapshot.run.plan
    if not last.backward:
        words = f"it reaches the value of {quoted(last.node)}"
        return Event(plan.forward_step[last.node], last.node, None, REACHES, words)
    edge = last.sent.edge if last.sent else None
    step = plan.backward_step[edge.target] if edge else plan.seed_step
    words = f"it reaches the gradient of {quoted(last.node)}"
    return Event(step, last.node, edge, REACHES, words)


def _and_more(count: int) -> str:
    if not count:
        return ""
    return f", and so {'does' if count == 1 else 'do'} {count:,} more"
