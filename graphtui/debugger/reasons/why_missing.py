"""Why a gradient is not there: not yet, or never, and what is in the way.

Whether one will come was decided by the plan; here its decision is put in words.
"""

from __future__ import annotations

from graphtui.debugger.reasons.answer import Answer, Cause, failure, gate
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.plan import Plan
from graphtui.graph.graph import Edge, Graph, Node
from graphtui.graph.wording import counted, quoted
from graphtui.ops.op import Leaf, Op

MOST_WALLS = 3
"""How many of the places that stop a gradient one sentence names."""


def why_missing(snapshot: Snapshot, name: str) -> Answer:
    """Why nothing has arrived at `name`."""
    graph, plan = snapshot.graph, snapshot.run.plan
    node = graph.nodes[name]
    if isinstance(node.op, Leaf) and not node.op.receives_gradient:
        return _missing(name, "constant", "it is a constant, to which no gradient flows", None)
    if node.dtype.kind != "f":
        words = f"it is {node.dtype}, and gradients flow through floating numbers only"
        return _missing(name, "dtype", words, None)
    if not plan.seed_step:
        return _missing(name, "no backward", no_backward(graph), graph.output)
    if name == graph.output or plan.expects.get(name):
        return _not_yet(snapshot, name)
    return _never(graph, node)


def no_backward(graph: Graph) -> str:
    """Why a session has no backward pass, as a clause: what is missing, and how to give it."""
    output = graph.nodes[graph.output]
    if output.dtype.kind != "f":
        return f"the output {quoted(output.name)} is {output.dtype}, so there is no backward pass"
    return (
        f"the output {quoted(output.name)} has shape {output.shape} and no seed was given, so "
        f"backward needs a gradient to start with: give --seed"
    )


def still_to_come(snapshot: Snapshot, name: str) -> str:
    """A sentence on the contributions that have not arrived; nothing where all have."""
    if snapshot.complete(name):
        return ""
    arrived, expected = snapshot.arrived(name), snapshot.expected(name)
    so_far = f" So far {arrived:,} of its {counted(expected, 'contribution')} came"
    ahead = _next_arrival(snapshot.graph, snapshot.run.plan, name, snapshot.cursor)
    if _stopped(snapshot) or ahead is None:
        return f"{so_far}, and no more will."
    step, sender = ahead
    return f"{so_far}; step {step} ({quoted(sender)}) brings the next."


# Not yet ----------------------------------------------------------------------------------------


def _not_yet(snapshot: Snapshot, name: str) -> Answer:
    graph, plan = snapshot.graph, snapshot.run.plan
    if stopped := _stopped(snapshot):
        assert snapshot.step is not None, "it stopped there"
        assert snapshot.step.error is not None, "it stopped there"
        words = f"the run stopped at step {snapshot.cursor}, where {gate(graph, stopped)} failed"
        words += f": {failure(snapshot.step.error)}"
        return _missing(name, "stopped", words, stopped)
    if name == graph.output:
        words = f"backward begins here with the seed, at step {plan.seed_step}"
        return _missing(name, "not yet", words, None, yet=True)
    ahead = _next_arrival(graph, plan, name, snapshot.cursor)
    assert ahead is not None, f"the plan promised '{name}' a gradient"
    step, sender = ahead
    first = "its only contribution" if plan.expects[name] == 1 else "the first of its"
    rest = "" if plan.expects[name] == 1 else f" {counted(plan.expects[name], 'contribution')}"
    words = f"step {step}, backward at {gate(graph, sender)}, brings {first}{rest}"
    return _missing(name, "not yet", words, sender, yet=True)


def _stopped(snapshot: Snapshot) -> str:
    """The node at which the run ended with an exception, as seen from the cursor."""
    return snapshot.step.node if snapshot.step and snapshot.step.error is not None else ""


def _next_arrival(graph: Graph, plan: Plan, name: str, after: int) -> tuple[int, str] | None:
    """The step, and its node, that brings the next contribution; the schedule is in order."""
    for sender, slots in plan.sends.items():
        step = plan.backward_step[sender]
        inputs = graph.nodes[sender].inputs
        if step > after and any(inputs[slot] == name for slot in slots):
            return step, sender
    return None


# Never ------------------------------------------------------------------------------------------


def _never(graph: Graph, node: Node) -> Answer:
    used = _used(graph)
    output = quoted(graph.output)
    if node.name not in used:
        end = _dead_end(graph, node.name)
        unread = "nothing reads it" if end == node.name else f"nothing reads {gate(graph, end)}"
        words = f"it is not on a path to the output {output}, as {unread}"
        return _missing(node.name, "unreached", words, None if end == node.name else end)
    if not _receives(graph, node):
        return _from_constants(graph, node)
    walls = _walls(graph, node.name, used)
    assert walls, f"'{node.name}' is used and nothing stops its gradient"
    causes = tuple(_wall(graph, wall) for wall in walls)
    more = len(causes) - MOST_WALLS
    listed = "; ".join(cause.words for cause in causes[:MOST_WALLS])
    rest = f"; {more:,} more stop it" if more > 0 else ""
    sentence = f"No gradient reaches {quoted(node.name)}: {listed}{rest}."
    return Answer("missing", sentence, causes[0].node, causes)


def _used(graph: Graph) -> set[str]:
    """The nodes that the output is computed from, and itself."""
    found, front = {graph.output}, [graph.output]
    while front:
        for source in graph.nodes[front.pop()].inputs:
            if source not in found:
                found.add(source)
                front.append(source)
    return found


def _dead_end(graph: Graph, name: str) -> str:
    """Where a way from the node, which does not lead to the output, comes to its end."""
    while readers := graph.consumers[name]:
        name = readers[0].target
    return name


def _receives(graph: Graph, node: Node) -> bool:
    """Whether anything behind the node could use a gradient, so that one may be sent to it."""
    front, seen = [node], {node.name}
    while front:
        here = front.pop()
        if isinstance(here.op, Leaf):
            if here.op.receives_gradient:
                return True
            continue
        for slot, source in enumerate(here.inputs):
            behind = graph.nodes[source]
            open_way = here.op.differentiable(slot) and behind.dtype.kind == "f"
            if open_way and source not in seen:
                seen.add(source)
                front.append(behind)
    return False


def _from_constants(graph: Graph, node: Node) -> Answer:
    assert isinstance(node.op, Op)
    passes = any(node.op.differentiable(slot) for slot in range(len(node.inputs)))
    words = "nothing that it is computed from could use one"
    if not passes:
        words = f"{node.op.name} sends no gradient on, so none is sent to it"
    return _missing(node.name, "unused", words, None)


def _walls(graph: Graph, name: str, used: set[str]) -> list[Edge]:
    """The edges on the way from `name` to the output that pass no gradient back, in order."""
    reached, walls = {name}, []
    for target in graph.nodes.values():
        if target.name not in used or reached.isdisjoint(target.inputs):
            continue
        assert isinstance(target.op, Op)
        for slot, source in enumerate(target.inputs):
            if source not in reached:
                continue
            if target.op.differentiable(slot) and target.dtype.kind == "f":
                reached.add(target.name)
            else:
                walls.append(Edge(source, target.name, slot))
    return walls


def _wall(graph: Graph, edge: Edge) -> Cause:
    target = graph.nodes[edge.target]
    assert isinstance(target.op, Op)
    letter = target.op.letters(len(target.inputs))[edge.slot]
    passes = any(target.op.differentiable(slot) for slot in range(len(target.inputs)))
    here = gate(graph, edge.target)
    if target.dtype.kind != "f":
        words = f"{here} gives {target.dtype}, which has no slope"
        return Cause("not differentiable", edge.target, words, edge)
    if passes:
        words = f"{here} reads it as {quoted(letter)}, an input that gets no gradient"
        return Cause("not differentiable", edge.target, words, edge)
    return Cause("detached", edge.target, f"{here} detaches it", edge)


def _missing(name: str, kind: str, words: str, jump: str | None, *, yet: bool = False) -> Answer:
    opening = f"{quoted(name)} has no gradient"
    if yet:
        opening = f"The gradient of {quoted(name)} has not come yet"
    sentence = f"{opening}: {words}."
    return Answer("missing", sentence, jump, (Cause(kind, jump or name, words),))
