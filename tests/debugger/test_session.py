"""The cursor's laws: any walk ends where a straight walk ends, and both ends are stops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.session import AT_END, AT_START, DebugSession
from graphtui.debugger.snapshot import NodeState, Snapshot
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError, UsageError
from graphtui.graph.graph import Graph, node


def state(snapshot: Snapshot) -> list[tuple[object, ...]]:
    """Everything a snapshot says, as bytes where it is numbers."""

    def frozen(array: np.ndarray | None) -> bytes | None:
        return None if array is None else array.tobytes()

    return [
        (
            name,
            frozen(snapshot.value(name)),
            frozen(snapshot.gradient(name)),
            snapshot.state(name),
            snapshot.complete(name),
            len(snapshot.received(name)),
            len(snapshot.sent(name)),
            len(snapshot.faults(name)),
        )
        for name in snapshot.graph.nodes
    ]


def straight(graph: Graph, steps: int) -> Snapshot:
    session = DebugSession(graph)
    for _ in range(steps):
        session.step()
    return session.snapshot()


def test_back_through_all_steps_gives_the_states_of_going_forward_in_reverse(mlp: Graph) -> None:
    session = DebugSession(mlp)
    forward = [state(session.snapshot())]
    while session.step() != AT_END:
        forward.append(state(session.snapshot()))
    backward = [state(session.snapshot())]
    while session.cursor:
        session.step_back()
        backward.append(state(session.snapshot()))
    assert backward == forward[::-1]
    assert len(forward) == len(session.run.plan.tasks) + 1


def test_an_old_snapshot_stays_true_while_the_run_grows(fan_out: Graph) -> None:
    session = DebugSession(fan_out)
    session.seek(5)
    early = session.snapshot()
    before = state(early)
    session.resume()
    assert state(early) == before


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("step"), st.integers(1, 9)),
        st.tuples(st.just("step_back"), st.integers(1, 9)),
        st.tuples(st.just("seek"), st.integers(0, 8)),
        st.tuples(st.sampled_from(["resume", "reverse_resume", "restart"])),
        st.tuples(st.sampled_from(["finish_forward", "finish_backward"])),
        st.tuples(st.just("run_until"), st.sampled_from(["x", "y", "a", "b", "c"])),
    ),
    max_size=12,
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(moves=MOVES)
def test_any_walk_ends_where_a_straight_walk_ends(moves: list[tuple[object, ...]]) -> None:
    graph = Graph(
        [
            node("x", "input", value=2.0),
            node("y", "square", ["x"]),
            node("a", "sin", ["y"]),
            node("b", "exp", ["y"]),
            node("c", "add", ["a", "b"]),
        ]
    )
    session = DebugSession(graph)
    for name, *arguments in moves:
        before = session.cursor
        try:
            getattr(session, str(name))(*arguments)
        except CommandError:
            assert session.cursor == before
        assert 0 <= session.cursor <= len(session.run.plan.tasks)
    assert state(session.snapshot()) == state(straight(graph, session.cursor))


def test_both_ends_are_stops(chain: Graph) -> None:
    session = DebugSession(chain)
    assert session.step_back() == AT_START
    assert session.cursor == 0
    session.resume()
    end = session.cursor
    assert session.step() == AT_END
    assert session.resume() == AT_END
    assert session.cursor == end == 7
    session.reverse_resume()
    assert session.reverse_resume() == AT_START


def test_a_hundred_thousand_steps_back_and_forth_end_bit_equal(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.seek(9)
    before = state(session.snapshot())
    for _ in range(50_000):
        session.step()
        session.step_back()
    assert state(session.snapshot()) == before


def test_not_yet_is_not_zero(fan_out: Graph) -> None:
    session = DebugSession(fan_out)
    assert session.snapshot().gradient("y") is None
    session.run_until("b", "backward")
    partial = session.snapshot()
    assert partial.gradient("y") == 5.0
    assert (len(partial.received("y")), partial.expected("y")) == (1, 2)
    assert not partial.complete("y")
    session.run_until("a", "backward")
    assert session.snapshot().gradient("y") == 7.0
    assert session.snapshot().complete("y")


def test_states_along_the_way(chain: Graph) -> None:
    session = DebugSession(chain)
    assert session.snapshot().state("x") is NodeState.GIVEN
    assert session.snapshot().state("m") is NodeState.WAITING
    session.step()
    assert session.snapshot().state("m") is NodeState.CURRENT
    session.step()
    assert session.snapshot().state("m") is NodeState.DONE
    session.resume()
    assert session.snapshot().state("f") is NodeState.SENT


def test_until_goes_to_the_next_task_of_a_node(chain: Graph) -> None:
    session = DebugSession(chain)
    session.run_until("s")
    assert (session.cursor, session.snapshot().phase) == (2, Phase.FORWARD)
    session.run_until("s")
    assert (session.cursor, session.snapshot().phase) == (6, Phase.BACKWARD)
    with pytest.raises(CommandError, match="'s' has no task after step 6"):
        session.run_until("s")
    session.run_until("s", "forward")
    assert session.cursor == 2


def test_until_a_leaf_is_where_its_gradient_is_complete(fan_out: Graph) -> None:
    session = DebugSession(fan_out)
    session.run_until("x")
    assert session.snapshot().complete("x")
    assert session.focus == "x"
    session.step_back()
    assert not session.snapshot().complete("x")


def test_until_backward_of_what_gets_no_gradient_is_refused(chain: Graph) -> None:
    with pytest.raises(CommandError, match="no gradient reaches 'k'"):
        DebugSession(chain).run_until("k", "backward")


def test_the_ends_of_both_passes(chain: Graph) -> None:
    session = DebugSession(chain)
    session.finish_forward()
    assert session.snapshot().value("f") is not None
    assert session.snapshot().gradient("f") is None
    session.finish_backward()
    assert session.snapshot().gradient("x") is not None


def test_without_a_seed_backward_is_refused_with_what_to_do() -> None:
    graph = Graph([node("x", "input", value=[1.0, 2.0]), node("y", "exp", ["x"])])
    session = DebugSession(graph)
    session.resume()
    with pytest.raises(CommandError, match=r"shape \(2,\).*--seed"):
        session.finish_backward()
    with pytest.raises(UsageError, match=r"the seed is one number, 'y' has \(2,\)"):
        DebugSession(graph, seed=1.0)
    seeded = DebugSession(graph, seed=[1.0, 1.0])
    seeded.resume()
    assert seeded.snapshot().gradient("x") is not None


def test_an_exception_ends_the_timeline_and_the_past_stays_walkable() -> None:
    graph = Graph(
        [
            node("s", "input", value=[[1.0, 2.0]]),
            node("y", "constant", value=[7]),
            node("t", "tanh", ["s"]),
            node("L", "cross_entropy", ["t", "y"]),
        ]
    )
    session = DebugSession(graph)
    session.resume()
    assert session.cursor == 2
    assert session.snapshot().next_task is None
    assert session.step() == AT_END
    session.step_back()
    assert session.snapshot().value("t") is not None


def test_looking_does_not_move(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.seek(3)
    session.go_to("W2")
    assert (session.focus, session.cursor) == ("W2", 3)
    with pytest.raises(CommandError, match="no node is named 'w2'. Did you mean 'W2'"):
        session.go_to("w2")
    assert session.focus == "W2"


def test_fold_is_a_toggle(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.go_to("h1")
    session.fold()
    assert session.folded == {"layer1"}
    session.fold("layer1")
    assert session.folded == frozenset()
    session.go_to("loss")
    with pytest.raises(CommandError, match="'loss' is in no group"):
        session.fold()


def test_making_a_snapshot_costs_the_same_at_any_size(deep: Graph, chain: Graph) -> None:
    """A window, not a copy: it holds the run itself."""
    for graph in (deep, chain):
        session = DebugSession(graph)
        session.resume()
        assert session.snapshot().run is session.run


def test_a_graph_of_leaves_only() -> None:
    session = DebugSession(Graph([node("x", "parameter", value=2.0)]))
    session.resume()
    assert session.snapshot().gradient("x") == 1.0
    assert session.focus == "x"
