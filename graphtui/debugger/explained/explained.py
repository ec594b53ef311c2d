"""A step in one or two sentences: what happened, with the numbers of this run, and what it means.

Everything comes from the step, the op's record and the structure of its local gradients, so that
there are words for every op.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from graphtui.debugger.explained.amounts import amount, gate_name
from graphtui.debugger.explained.backward import arrival_words, sent_words
from graphtui.debugger.explained.forward import forward_words
from graphtui.debugger.reasons.answer import failure, sentence_case
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Step
from graphtui.engine.plan import Phase
from graphtui.graph.graph import Node
from graphtui.graph.wording import counted, quoted


class Explained(NamedTuple):
    """Words for the step behind which the cursor stands."""

    step: int
    """Its number; 0 is the start."""
    phase: str
    node: str | None
    """None at the start."""
    happened: str
    """What was done, a sentence with numbers."""
    meaning: str
    """What such a gate does on the way back, from its record; "" elsewhere."""
    also: tuple[str, ...]
    """Sentences on what came of it: sums at a fan-out, faults, what an edit has made stale."""

    @property
    def sentence(self) -> str:
        """All of it."""
        return " ".join(filter(None, (self.happened, *self.also, self.meaning)))


def explained(snapshot: Snapshot) -> Explained:
    """Words for the last step."""
    step = snapshot.step
    if step is None:
        stale = tuple(map(sentence_case, _stale(snapshot)))
        return Explained(0, snapshot.phase.value, None, _start(snapshot), "", stale)
    node = snapshot.graph.nodes[step.node]
    happened, *also = _clauses(snapshot, step, node)
    faults = [f.message for f in snapshot.faults(node.name) if f.step == step.number]
    said = [*map(sentence_case, also), *(faults if step.error is None else [])]
    said += map(sentence_case, _stale(snapshot))
    meaning = _meaning(node) if step.phase is Phase.BACKWARD and step.error is None else ""
    return Explained(
        step.number, step.phase.value, node.name, sentence_case(happened), meaning, tuple(said)
    )


def _clauses(snapshot: Snapshot, step: Step, node: Node) -> Iterator[str]:
    if step.error is not None:
        yield f"{gate_name(node)}: it stopped, {failure(step.error)}; the run ends here"
    if step.phase is Phase.FORWARD and step.value is not None:
        yield from forward_words(snapshot, node, step.value)
    elif step.phase is Phase.SEED and step.value is not None:
        yield _seed(snapshot, node)
    else:
        if node.name in snapshot.run.replaced and step.error is None:
            yield from _replaced(snapshot, node)
        yield from sent_words(snapshot, node, step.contributions)
        yield from arrival_words(snapshot, step.contributions)


def _meaning(node: Node) -> str:
    """The note of the op, without the name of the gate, which was said already."""
    head, colon, rest = node.op.note.partition(": ")
    name = gate_name(node)
    if not colon or not head.lower().startswith(name):
        return node.op.note
    more = head[len(name) :].removeprefix(", ")
    words = f"{more}: {rest}" if more else rest
    return f"{words[:1].upper()}{words[1:]}"


def _replaced(snapshot: Snapshot, node: Node) -> Iterator[str]:
    gradient = snapshot.gradient(node.name)
    if gradient is not None:
        yield f"the gradient of {quoted(node.name)} was set to {amount(gradient)} by hand"


def _seed(snapshot: Snapshot, node: Node) -> str:
    seed = snapshot.gradient(node.name)
    assert seed is not None, "the seed is there"
    name = quoted(node.name)
    if not seed.ndim and seed == 1:
        return f"backward starts here: the gradient of {name} by itself is 1"
    return f"backward starts here: the gradient of {name} is given, {amount(seed)}"


def _start(snapshot: Snapshot) -> str:
    leaves = sum(node.is_leaf for node in snapshot.graph.nodes.values())
    task = snapshot.next_task
    given = (
        f"Nothing has run yet: {counted(leaves, 'value')} {'is' if leaves == 1 else 'are'} given"
    )
    if task is None:
        return f"{given}, and there is nothing to compute."
    if task.phase is not Phase.FORWARD:
        return f"{given}. Next, backward starts at {quoted(task.node)}."
    node = snapshot.graph.nodes[task.node]
    return f"{given}. Next, the {gate_name(node)} gives {quoted(task.node)} its value."


def _stale(snapshot: Snapshot) -> Iterator[str]:
    """What an edit has left behind."""
    if snapshot.before is None:
        return
    left = min(snapshot.before_cursor, snapshot.total) - snapshot.cursor
    if left > 0:
        steps = "1 step is" if left == 1 else f"{left:,} steps are"
        yield f"after the edit, {steps} stale (`?`) until they are done again"
