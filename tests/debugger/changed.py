"""What tests of edits share: a session that can be changed, and when two runs are the same."""

from __future__ import annotations

from graphtui.debugger.chapters.changing import Changing
from graphtui.debugger.edits.branches import Branch, apply
from graphtui.debugger.edits.edit_text import parse_edit
from graphtui.debugger.edits.edit_values import edit_at
from graphtui.debugger.edits.edits import Edit
from graphtui.debugger.session import DebugSession
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.graph.graph import Graph
from graphtui.ops.linear_map import Array


class Session(DebugSession, Changing):
    """A session with the chapter that is tested."""


def ended(graph: Graph) -> Snapshot:
    """The end of a run of `graph`."""
    run = Run(graph).finish()
    return Snapshot(run, len(run.steps), graph.output)


def edit(text: str, snapshot: Snapshot) -> Edit:
    """The edit that `set TEXT` is at the cursor."""
    return edit_at(parse_edit(text, snapshot.graph), snapshot)


def edited(text: str, graph: Graph) -> Run:
    """The run after `set TEXT` at the end of a run of `graph`, carried out."""
    snapshot = ended(graph)
    return apply(Branch(snapshot.run), edit(text, snapshot)).run.finish()


def same_bits(one: Array | None, other: Array | None) -> bool:
    """Whether both are the same to the last bit, or both are missing."""
    if one is None or other is None:
        return one is other
    return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())


def agree(one: Run, other: Run) -> bool:
    """Whether two runs have found the same, to the last bit."""
    return [(s.number, s.phase, s.node) for s in one.steps] == [
        (s.number, s.phase, s.node) for s in other.steps
    ] and all(
        same_bits(one.value(name), other.value(name))
        and same_bits(one.gradient(name), other.gradient(name))
        for name in one.graph.nodes
    )
