"""A session goes on on another graph by names: what is not there is told, and kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.commands import perform
from graphtui.debugger.kept.carry_over import (
    State,
    briefly,
    carry_over,
    lost,
    restore,
    state_of,
    step_of,
)
from graphtui.debugger.session import DebugSession
from graphtui.engine.plan import Phase, Task
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node


def chain_of(*names: str, output: str = "f") -> Graph:
    """x, then a sine a name, then the output."""
    nodes = [node("x", "input", value=0.5)]
    for source, name in zip(["x", *names], names, strict=False):
        nodes.append(node(name, "sin", [source], group="middle"))
    return Graph([*nodes, node(output, "exp", [names[-1]])])


def performed(graph: Graph, *commands: str) -> DebugSession:
    session = DebugSession(graph)
    for command in commands:
        perform(session, command)
    return session


def seen(session: DebugSession) -> tuple[object, ...]:
    """Everything that is to be as it was."""
    snapshot = session.snapshot()
    return (
        session.cursor,
        session.focus,
        session.folded,
        session.framed,
        snapshot.lit,
        snapshot.hops,
        session.looked_for,
        snapshot.matches,
        session.stops.to_dict(),
        session.watches.to_dict(),
        [edit.to_dict() for edit in session.branch.edits],
        {
            name: None if (v := snapshot.value(name)) is None else v.tobytes()
            for name in session.graph.nodes
        },
        {
            name: None if (g := snapshot.gradient(name)) is None else g.tobytes()
            for name in session.graph.nodes
        },
    )


COMMANDS = st.lists(
    st.sampled_from(
        [
            "step 3", "step", "back", "continue", "forward", "backward", "until h1 backward",
            "goto W2", "fold layer1", "break h1", "break op:matmul once", "break if norm(h1) > 1",
            "log norm(grad(W2)) at W2", "catch vanishing 0.5", "watch norm(grad(W1))",
            "set W2[0, 1] = 2.5", "set x = 0.25", "undo", "delete 1", "disable 1", "unwatch 1",
            "paths", "around 2", "around off", "find h", "find op:matmul", "find-off", "unfold all",
        ]
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=100, deadline=None, derandomize=True)
@given(commands=COMMANDS)
def test_on_the_same_graph_everything_is_as_it_was(commands: list[str]) -> None:
    session = DebugSession(MLP)
    for command in commands:
        try:
            perform(session, command)
        except CommandError:
            continue
    again = DebugSession(MLP)
    assert restore(again, state_of(session)) == []
    # A watch that was taken away is not kept, so those behind it have smaller numbers.
    assert seen(again) == seen(session)
    carried = DebugSession(MLP)
    assert carry_over(session, carried) == []
    assert seen(carried) == seen(session)
    assert carried.watches.texts == session.watches.texts


def test_what_was_looked_for_is_looked_for_again_and_told_where_it_is_gone() -> None:
    session = performed(chain_of("a", "b", "c"), "find b", "find-off")
    after = DebugSession(chain_of("a", "b", "c"))
    assert carry_over(session, after) == []
    assert after.matches == frozenset()
    assert perform(after, "find-next").text == "Match 1 of 1: 'b' (sin)."
    gone = DebugSession(chain_of("a", "c"))
    told = carry_over(session, gone)
    assert told == ["'b' is gone.", "What was looked for is gone: no node matches 'b'."]
    assert gone.looked_for == ""


@pytest.mark.parametrize("step", range(9))
def test_the_cursor_stays_at_its_task_where_steps_came_before_it(step: int) -> None:
    session = performed(chain_of("a", "b", "c"), f"seek {step}")
    longer = DebugSession(chain_of("new", "a", "b", "c", "more"))
    told = carry_over(session, longer)
    assert told == []
    if step:
        task = session.run.plan.tasks[step - 1]
        assert longer.run.plan.tasks[longer.cursor - 1] == task
    else:
        assert longer.cursor == 0
    assert longer.focus == session.focus


def test_where_the_task_is_gone_the_nearest_before_it_is_left() -> None:
    session = performed(chain_of("a", "b", "c"), "until b backward", "goto b")
    shorter = DebugSession(chain_of("a", "c"))
    told = carry_over(session, shorter)
    assert told == [
        "'b' has no backward step any more, so this is step 6, before it.",
        "'b' is gone.",
    ]
    assert shorter.run.plan.tasks[shorter.cursor - 1] == Task(Phase.BACKWARD, "c")
    assert shorter.focus == "c"


def test_where_nothing_is_left_the_number_of_steps_is() -> None:
    session = performed(chain_of("a", "b", "c"), "seek 3", "fold middle")
    other = DebugSession(Graph([node("y", "input", value=1.0), node("g", "exp", ["y"])]))
    told = carry_over(session, other)
    assert other.cursor == 3 == len(other.run.plan.tasks)
    assert other.folded == frozenset()
    assert told == [
        "'c' has no forward step any more, so this is step 3, before it.",
        "'c' is gone.",
        "The group 'middle' is gone.",
    ]


def test_the_seed_is_found_although_the_output_has_another_name() -> None:
    session = performed(chain_of("a"), "seek 3")
    renamed = DebugSession(chain_of("a", output="loss"))
    carry_over(session, renamed)
    assert renamed.cursor == 3
    assert step_of(renamed.run.plan, Task(Phase.SEED, "f")) == 3


def test_what_is_lost_is_told_once_and_comes_back_with_its_name() -> None:
    full, poor = chain_of("a", "b"), chain_of("a")
    session = performed(
        full,
        *("break b", "watch norm(grad(b))", "watch a", "break a"),
        *("seek 2", "set b = 0.5", "set x = 0.25"),
    )
    first, second, third = DebugSession(poor), DebugSession(poor), DebugSession(full)
    assert carry_over(session, first) == [
        "Breakpoint 1 (b) is lost: no node is named 'b'.",
        "Watch 1 (norm(grad(b))) is lost: no node is named 'b'.",
        "The edit of b is lost: no node is named 'b'.",
    ]
    assert list(first.stops.breakpoints) == [2]
    assert first.run.value("x") == 0.25
    assert len(lost(first)) == 3
    assert carry_over(first, second) == []
    assert carry_over(second, third) == [
        "Breakpoint 1 (b) is back.",
        "Watch 1 (norm(grad(b))) is back.",
        "The edit of b is back.",
    ]
    assert lost(third) == {}
    assert third.stops.to_dict() == session.stops.to_dict()
    assert third.watches.texts == session.watches.texts
    third.seek(3)
    assert third.run.value("b") == 0.5


def test_coming_to_a_breakpoint_that_stops_once_does_not_spend_it() -> None:
    session = performed(chain_of("a", "b"), "seek 2", "break b once")
    again = DebugSession(chain_of("a", "b"))
    carry_over(session, again)
    assert not again.stops.breakpoints[1].spent
    assert again.stop is not None


def test_a_long_way_can_be_interrupted() -> None:
    session = performed(chain_of(*(f"n{i}" for i in range(50))), "continue")
    again = DebugSession(session.graph)
    again.interrupted = lambda: len(again.run.steps) >= 10
    carry_over(session, again)
    assert again.cursor == 10


def test_what_the_screen_wants_kept_is_kept() -> None:
    session = performed(chain_of("a"))
    session.view = {"x": 7}
    again = DebugSession(chain_of("a"))
    restore(again, state_of(session))
    assert again.view == {"x": 7}


def test_stops_that_are_not_written_as_stops_are_refused(mlp: Graph) -> None:
    with pytest.raises(CommandError, match="is a list"):
        restore(DebugSession(mlp), State(stops={"breakpoints": 7}))


def test_many_sentences_are_told_briefly() -> None:
    assert briefly(["One.", "Two."]) == "One. Two."
    assert briefly([f"{n}." for n in range(7)]) == "0. 1. 2. 3. And 3 more."


def _mlp() -> Graph:
    rng = np.random.default_rng(3)
    return Graph(
        [
            node("x", "input", value=rng.standard_normal((2, 3))),
            node("W1", "parameter", value=rng.standard_normal((3, 4)), group="layer1"),
            node("W2", "parameter", value=rng.standard_normal((4, 2))),
            node("z1", "matmul", ["x", "W1"], group="layer1"),
            node("h1", "tanh", ["z1"], group="layer1"),
            node("scores", "matmul", ["h1", "W2"]),
            node("loss", "sum", ["scores"]),
        ]
    )


MLP = _mlp()
