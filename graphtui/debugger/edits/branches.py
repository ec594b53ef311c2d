"""Branches of a run: what it would be with something changed, and the line of them that undo walks.

Nothing is changed in place. A branch is a run of its own, based on the one before, so that only
what depends on the change is computed again; and the one before stays, to compare and to go back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from graphtui.debugger.edits.edit_text import What
from graphtui.debugger.edits.edits import Edit, fitted
from graphtui.debugger.finished import never
from graphtui.debugger.snapshot import Stop
from graphtui.engine.execute import Run
from graphtui.errors import CommandError, DescriptionError, LimitError, UsageError, nearest
from graphtui.graph.graph import Graph
from graphtui.graph.wording import quoted
from graphtui.ops.key import keyed_shape, parse_key
from graphtui.ops.linear_map import Array
from graphtui.ops.mismatch import Mismatch

MOST = 32
"""How many edits can be undone, at most."""

MOST_BYTES = 2**31
"""About how much the runs that undo goes back to may hold; the last one is kept in any case."""

_STEP_BYTES = 500


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A run, and what is given in it instead of what was described."""

    run: Run
    values: Mapping[str, Array] = field(default_factory=dict)
    gradients: Mapping[str, Array] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    """What led here from the description, in order."""

    @property
    def graph(self) -> Graph:
        """The graph that is run; its attributes may be other ones than described."""
        return self.run.graph

    @property
    def nbytes(self) -> int:
        """About how much memory its run may hold, as if it shared nothing with others."""
        arrays = sum(node.nbytes for node in self.graph.nodes.values())
        return 2 * arrays + _STEP_BYTES * len(self.run.plan.tasks)


def apply(
    branch: Branch, edit: Edit, seed: Any = None, interrupted: Callable[[], bool] = never
) -> Branch:
    """The branch that begins with `edit`; nothing is computed yet.

    An edit of elements needs the others: where they are not known, `branch.run` is carried on to
    where they are.

    Args:
        branch: where it is made.
        edit: what is changed.
        seed: the gradient of the output, as given to the first run.
        interrupted: asked before every step on that way.

    Raises:
        CommandError: it does not fit the graph of `branch`, or the way there was interrupted.
    """
    if edit.node not in branch.graph.nodes:
        raise CommandError(
            f"no node is named {quoted(edit.node)}.{nearest(edit.node, branch.graph.nodes)}"
        )
    graph, values, gradients = branch.graph, branch.values, branch.gradients
    match edit.what:
        case What.ATTRIBUTE:
            graph = _with_attribute(graph, edit)
        case What.VALUE:
            values = {**values, edit.node: _whole(branch.run, edit, interrupted)}
        case What.GRADIENT:
            gradients = {**gradients, edit.node: _whole(branch.run, edit, interrupted)}
    try:
        run = Run(
            graph,
            values=values,
            gradients=gradients,
            seed=seed,
            schedule=branch.run.plan if graph is branch.graph else None,
            base=branch.run,
        )
    except UsageError as error:
        older = "an earlier edit, or the seed, would no longer fit: "
        why = older if edit.what is What.ATTRIBUTE else ""
        raise CommandError(f"set {edit.target}: {why}{error}") from None
    return Branch(run, values, gradients, (*branch.edits, edit))


def _with_attribute(graph: Graph, edit: Edit) -> Graph:
    try:
        return graph.with_attrs(edit.node, **{edit.attr: edit.new})
    except (DescriptionError, LimitError) as error:
        raise CommandError(f"set {edit.target}: {error.problems[0].message}") from None


def _whole(run: Run, edit: Edit, interrupted: Callable[[], bool]) -> Array:
    """The array of the whole node, with what is changed in it."""
    node = run.graph.nodes[edit.node]
    try:
        key = parse_key(edit.key) if edit.key else ()
        shape = keyed_shape(key, node.shape) if key else node.shape
    except Mismatch as error:
        raise CommandError(f"set {edit.target}: {error}") from None
    new = fitted(edit.new, node.dtype, shape, edit.target)
    whole = np.array(_old(run, edit, interrupted) if key else np.broadcast_to(new, shape))
    if key:
        whole[key] = new
    whole.setflags(write=False)
    return whole


def _old(run: Run, edit: Edit, interrupted: Callable[[], bool]) -> Array:
    plan, name = run.plan, edit.node
    gradient = edit.what is What.GRADIENT
    wanted = plan.backward_step.get(name, 0) - 1 if gradient else plan.forward_step.get(name, 0)
    while len(run.steps) < wanted and not run.ended:
        if interrupted():
            raise CommandError(f"set {edit.target}: interrupted on the way to its other elements.")
        run.advance()
    old = run.gradient(name) if gradient else run.value(name)
    if old is None:
        raise CommandError(f"set {edit.target}: this run never comes there.")
    return old


# Back and forth ----------------------------------------------------------------------------------


class Stand(NamedTuple):
    """A branch, and where the session stands or stood in it."""

    branch: Branch
    cursor: int
    focus: str
    stop: Stop | None
    before: Run | None
    """The run in which everything was known that is stale in this one."""
    before_cursor: int


@dataclass(frozen=True, slots=True)
class History:
    """What can be undone, and what can be done again."""

    past: tuple[Stand, ...] = ()
    """Where each edit was made, the last one last."""
    future: tuple[Stand, ...] = ()
    """Where each edit was undone, the next one to be done again first."""

    def edited(self, here: Stand) -> History:
        """The history after an edit was made `here`; nothing can be done again any more."""
        kept, held = [here], here.branch.nbytes
        for stand in reversed(self.past):
            held += stand.branch.nbytes
            if len(kept) == MOST or held > MOST_BYTES:
                break
            kept.append(stand)
        return History(tuple(reversed(kept)))

    def undone(self, here: Stand) -> tuple[Stand, History]:
        """Where the last edit was made, and the history there.

        Raises:
            CommandError: there is none.
        """
        if not self.past:
            raise CommandError("there is no edit to undo.")
        return self.past[-1], History(self.past[:-1], (here, *self.future))

    def redone(self, here: Stand) -> tuple[Stand, History]:
        """Where the edit that was undone last led, and the history there.

        Raises:
            CommandError: there is none.
        """
        if not self.future:
            raise CommandError("there is no edit to do again.")
        return self.future[0], History((*self.past, here), self.future[1:])
