"""Where a session stood and what was set for it, by names: so it can go on on another graph.

The other graph may be the same one, loaded again, or what has become of it since. Whatever names
nothing there is kept and told, not dropped. How this is written to a file is for `session_file`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphtui.debugger.chapters.lasting import Lasting
from graphtui.debugger.edits.edits import Edit
from graphtui.debugger.expressions.expression import compile_expression, reason
from graphtui.debugger.folding import still_folded
from graphtui.debugger.stops.stops import Stops
from graphtui.debugger.watches.watches import Watches
from graphtui.engine.plan import Phase, Plan, Task
from graphtui.errors import CommandError
from graphtui.graph.wording import quoted

MOST_TASKS = 100
"""How many of the last tasks are kept, to find the cursor's place where the last one is gone."""

_MOST_TOLD = 4


@dataclass(frozen=True, slots=True)
class State:
    """Where a session stood, and what was set."""

    step: int = 0
    """How many steps were done."""
    tasks: Sequence[Task] = ()
    """The task of the last step, then those before it, `MOST_TASKS` at most."""
    focus: str = ""
    """The node looked at; "" leaves it to the cursor."""
    folded: frozenset[str] = frozenset()
    framed: bool | None = None
    """Whether open groups have frames; None is where something is folded."""
    paths: bool = False
    """Whether the paths from the focus to the output are lit."""
    around: int | None = None
    """How many boxes from the focus something is shown; None shows it all."""
    find: str = ""
    """What was looked for last; "" is nothing."""
    marked: bool = False
    """Whether what was found bears marks."""
    stops: Mapping[str, Any] = field(default_factory=dict)
    """As `Stops.to_dict` writes them."""
    watches: Mapping[str, Any] = field(default_factory=dict)
    """As `Watches.to_dict` writes them."""
    edits: Sequence[Edit] = ()
    """What was changed, in order."""
    view: Mapping[str, Any] = field(default_factory=dict)
    """What the screen asked to have kept; nobody else knows what it means."""


def state_of(session: Lasting) -> State:
    """Where the session stands, and what is set."""
    done = session.run.plan.tasks[max(session.cursor - MOST_TASKS, 0) : session.cursor]
    return State(
        step=session.cursor,
        tasks=done[::-1],
        focus=session.focus,
        folded=session.folded,
        framed=session.framed,
        paths=session.paths_lit,
        around=session.hops,
        find=session.looked_for,
        marked=bool(session.matches),
        stops=session.stops.to_dict(),
        watches=session.watches.to_dict(),
        edits=(*session.branch.edits, *session.set_aside),
        view=dict(session.view),
    )


def restore(session: Lasting, state: State) -> list[str]:
    """Bring a new session to where another one stood; sentences on what is not as it was.

    Raises:
        CommandError: the stops or watches are not written as `to_dict` writes them.
    """
    told = _restore(session, state, Watches.from_dict(state.watches, session.run))
    return [*told, *(f"{what} is lost: {words}" for what, words in lost(session).items())]


def carry_over(before: Lasting, after: Lasting) -> list[str]:
    """Bring `after`, which is new, to where `before` stands; sentences on what has become of it."""
    told = _restore(after, state_of(before), before.watches.on(after.run))
    after.kept_in, after.explains = before.kept_in, before.explains
    earlier, now = lost(before), lost(after)
    told += [f"{what} is lost: {words}" for what, words in now.items() if what not in earlier]
    return [*told, *(f"{what} is back." for what in earlier if what not in now)]


def _restore(session: Lasting, state: State, watches: Watches) -> list[str]:
    _make(session, state.edits)
    stops = Stops.from_dict(state.stops, session.run)
    told = _go(session, state)
    session.folded, gone = still_folded(session.graph, state.folded)
    framed = session.framed or bool(session.folded)
    session.framed = framed if state.framed is None else state.framed
    told += [f"The group {quoted(each)} is gone." for each in gone]
    session.paths_lit, session.hops = state.paths, state.around
    if state.find:
        try:
            session.look_again_for(state.find, marked=state.marked)
        except CommandError as error:
            told.append(f"What was looked for is gone: {error}")
    # They come last: on the way here nothing was to stop, or to be spent.
    session.stops, session.watches = stops, watches.on(session.run)
    session.stop = stops.at(session.cursor, session.interrupted)
    session.view = dict(state.view)
    return told


def lost(session: Lasting) -> dict[str, str]:
    """The breakpoints, watches and edits that mean nothing in this graph, each with the reason."""
    found = {
        f"{'Log' if each.log else 'Breakpoint'} {number} ({each})": words
        for number, (each, words) in session.stops.lost.items()
    }
    for number, text in session.watches.texts.items():
        try:
            compile_expression(text, session.graph)
        except CommandError as error:
            found[f"Watch {number} ({text})"] = reason(error, text)
    return found | {_called(edit): words for edit, words in session.set_aside.items()}


def briefly(sentences: Sequence[str]) -> str:
    """The first few sentences, and how many more there are."""
    more = len(sentences) - _MOST_TOLD
    return " ".join([*sentences[:_MOST_TOLD], *([f"And {more:,} more."] if more > 0 else [])])


def _called(edit: Edit) -> str:
    return f"The edit of {edit.target}"


def _make(session: Lasting, edits: Sequence[Edit]) -> None:
    """Make the edits that mean something in this graph, and set the others aside."""
    told = session.make(edits)
    aside = [edit for edit in edits if edit not in session.branch.edits]
    session.set_aside = {
        edit: words.removeprefix(f"{_called(edit)} is lost: ")
        for edit, words in zip(aside, told, strict=True)
    }


def _go(session: Lasting, state: State) -> list[str]:
    """Go to the step of the same task, or of the nearest before it that is left."""
    plan, told = session.run.plan, []
    numbers = (step_of(plan, task) for task in state.tasks)
    target = next(filter(None, numbers), min(state.step, len(plan.tasks)))
    session.seek(target)
    if state.tasks and step_of(plan, state.tasks[0]) != target:
        phase, node = state.tasks[0]
        told.append(
            f"{quoted(node)} has no {phase} step any more, so this is step {target}, before it."
        )
    if state.focus in session.graph.nodes:
        session.focus = state.focus
    elif state.focus:
        told.append(f"{quoted(state.focus)} is gone.")
    return told


def step_of(plan: Plan, task: Task) -> int:
    """The number of the step at which a task of that node and pass is done; 0 if there is none."""
    match task.phase:
        case Phase.FORWARD:
            return plan.forward_step.get(task.node, 0)
        case Phase.SEED:
            return plan.seed_step
        case Phase.BACKWARD:
            return plan.backward_step.get(task.node, 0)
