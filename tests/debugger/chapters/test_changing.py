"""The commands set, undo, redo and rerun: what they answer, where they lead, what is stale."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.edits.edits import Edit
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from tests.debugger.changed import Session, agree, same_bits
from tests.strategies import graphs


def observed(session: Session) -> list[Any]:
    """Everything that can be seen of a session."""
    snapshot = session.snapshot()
    arrays = [
        (None if array is None else (array.dtype, array.shape, array.tobytes()))
        for name in session.graph.nodes
        for array in (
            snapshot.value(name),
            snapshot.gradient(name),
            snapshot.stale_value(name),
            snapshot.stale_gradient(name),
        )
    ]
    return [
        arrays,
        session.run,
        session.graph,
        session.cursor,
        session.focus,
        session.stop,
        session.before,
        session.before_cursor,
        session.branch.edits,
        [snapshot.state(name) for name in session.graph.nodes],
        [str(each) for each in session.stops.breakpoints.values()],
        session.info("breakpoints"),
        repr([row[2:] for row in snapshot.watched]),  # NaN is not equal to itself
    ]


# What is answered --------------------------------------------------------------------------------


def test_a_leaf_is_changed_and_its_consequence_watched(chain: Graph) -> None:
    session = Session(chain)
    session.resume()
    assert session.cursor == 7
    assert session.set("x = 0") == (
        "x: 0.5 → 0.0. 7 steps are stale, from step 1 on: `continue` goes on, "
        "`rerun` goes to step 7."
    )
    assert (session.cursor, session.focus) == (0, "x")
    assert session.rerun() == "Step 7, backward: 'm' (multiply) sends to 'x'."
    assert agree(session.run, Run(chain, values={"x": 0.0}).finish())
    with pytest.raises(CommandError, match="nothing waits to be run again"):
        session.rerun()


def test_the_cursor_goes_back_to_before_what_is_touched_and_never_forward(chain: Graph) -> None:
    session = Session(chain)
    session.seek(2)
    assert session.set("x = 0").endswith(
        "2 steps are stale, from step 1 on: `continue` goes on, `rerun` goes to step 2."
    )
    session.rerun()
    assert "Nothing that is known depends on it yet" in session.set("s = 5")
    assert session.cursor == 2
    session.seek(0)
    answer = session.set("k = 7")
    assert answer == "k: 2.0 → 7.0. Nothing that is known depends on it yet."
    assert session.cursor == 0


def test_elements_are_told_by_the_first_that_changed(mlp: Graph) -> None:
    session = Session(mlp)
    before = session.graph.nodes["b1"].value
    answer = session.set("b1[2:] = 0.5")
    assert answer.startswith(f"b1[2:]: 4 of 4 elements, the first [0]: {before[2]} → 0.5. Nothing")
    assert session.set("b1 = 0.5").startswith("b1: 2 of 6 elements, the first [0]: ")


@pytest.mark.parametrize(
    "text", ["x = 0.5", "x *= 1", "s = s", "grad(s) = grad(s)", "upstream *= 1"]
)
def test_what_is_so_already_is_no_edit(chain: Graph, text: str) -> None:
    session = Session(chain)
    session.seek(6)
    before = observed(session)
    assert session.set(text).endswith(" is that already, so nothing has changed.")
    assert observed(session) == before
    assert session.history.past == ()


def test_an_attribute_is_told_in_the_words_in_which_it_is_typed(mlp: Graph) -> None:
    session = Session(mlp)
    session.resume()
    assert session.set("penalty.axis = none") == (
        "penalty.axis is that already, so nothing has changed."
    )
    assert session.set("penalty.axis = [0, 1]").startswith("penalty.axis: none → (0, 1). ")
    answer = session.set("penalty.keepdims = true")
    assert answer.startswith("penalty.keepdims: false → true. Now the output 'loss' has shape (1, ")
    assert answer.endswith("so backward needs a gradient to start with: give --seed.")
    assert session.run.plan.seed_step == 0
    assert session.rerun() == "Step 8, forward: add gives 'loss' its value."
    session.undo()
    assert session.graph.nodes["penalty"].attrs["keepdims"] is False
    assert session.run.plan.seed_step == 9


def test_a_gradient_is_changed_in_the_middle_of_backward(chain: Graph) -> None:
    session = Session(chain)
    session.seek(5)
    assert session.set("grad(s) = 0").endswith("Nothing that is known depends on it yet.")
    assert session.cursor == 5
    assert session.snapshot().gradient("s") == 0.0
    assert session.set("grad(s) += 2").startswith("grad(s): 0.0 → 2.0.")
    session.step()
    assert session.set("upstream *= 10") == (
        "grad(s): 2.0 → 20.0. 1 step is stale, from step 6 on: `continue` goes on, "
        "`rerun` goes to step 6."
    )
    assert session.cursor == 5
    session.resume()
    assert session.run.gradient("x") == 20.0 * np.cos(1.0) * 2.0
    session.seek(0)
    session.set("x = 0")
    session.resume()
    assert session.run.gradient("x") == 40.0


def test_a_gradient_of_the_output_is_another_seed(chain: Graph) -> None:
    session = Session(chain)
    session.seek(5)
    session.set("grad(f) = -1")
    assert session.cursor == 3
    session.rerun()
    assert agree(session.run, Run(chain, seed=-1.0, base=session.run).finish()) is False
    session.resume()
    assert agree(session.run, Run(chain, seed=-1.0).finish())


# What is stale -----------------------------------------------------------------------------------


def stale(snapshot: Snapshot) -> dict[str, list[str]]:
    names = snapshot.graph.nodes
    return {
        "value": [name for name in names if snapshot.stale_value(name) is not None],
        "gradient": [name for name in names if snapshot.stale_gradient(name) is not None],
    }


def test_what_was_known_is_stale_until_it_is_computed_again(chain: Graph) -> None:
    session = Session(chain)
    assert stale(session.snapshot()) == {"value": [], "gradient": []}
    session.seek(5)
    old = session.run.value("m"), session.run.gradient("s")
    session.set("x = 0")
    snapshot = session.snapshot()
    assert stale(snapshot) == {"value": ["m", "s", "f"], "gradient": ["s", "f"]}
    assert (snapshot.stale_value("m"), snapshot.stale_gradient("s")) == old
    assert (snapshot.value("m"), snapshot.gradient("s")) == (None, None)
    session.step()
    assert stale(session.snapshot()) == {"value": ["s", "f"], "gradient": ["s", "f"]}
    session.rerun()
    assert stale(session.snapshot()) == {"value": [], "gradient": []}
    session.step_back(3)
    assert stale(session.snapshot()) == {"value": [], "gradient": []}


def test_two_edits_in_a_row_leave_the_whole_picture_stale(chain: Graph) -> None:
    session = Session(chain)
    session.resume()
    session.set("x = 0")
    session.set("k = 1")
    assert session.before_cursor == 7
    assert stale(session.snapshot())["value"] == ["m", "s", "f"]
    session.rerun()
    assert session.cursor == 7
    session.set("s = 0.3")
    assert stale(session.snapshot()) == {"value": ["f"], "gradient": ["x", "m", "s", "f"]}


@pytest.mark.parametrize("far", [2, 3, 7])
def test_what_is_set_is_seen_at_once(chain: Graph, far: int) -> None:
    session = Session(chain)
    session.seek(far)
    session.set("s = 5")
    snapshot = session.snapshot()
    assert (session.cursor, snapshot.value("s")) == (2, 5.0)
    assert snapshot.step is not None
    assert snapshot.step.node == "s"
    assert snapshot.value("f") is None
    session.undo()
    assert session.cursor == far
    assert session.snapshot().value("s") == np.sin(1.0)
    session.redo()
    assert (session.cursor, session.snapshot().value("s")) == (2, 5.0)


def test_a_breakpoint_where_something_is_set_does_not_stop_again(chain: Graph) -> None:
    session = Session(chain)
    session.break_at("s forward")
    session.resume()
    session.set("s = 5")
    session.resume()
    assert session.cursor == 7


def test_the_way_to_the_other_elements_can_be_interrupted(mlp: Graph) -> None:
    before = Session(mlp)
    before.resume()
    before.set("h1[0, 0] = 7")
    kept = before.branch.edits
    session = Session(mlp)
    session.interrupted = lambda: True
    (told,) = session.make(kept)
    assert "interrupted on the way to its other elements" in told
    assert session.branch.edits == ()
    session.interrupted = lambda: False
    assert session.make(kept) == []
    assert session.branch.edits == kept


# Stops and watches -------------------------------------------------------------------------------


def test_stops_and_watches_go_over_to_the_new_run(chain: Graph) -> None:
    session = Session(chain)
    session.break_at("f")
    session.break_at("if s > 0.8")
    session.break_at("m once")
    session.remove("1")
    session.watch("s * 2")
    session.disable("2")
    session.enable("2")
    session.resume()
    assert session.stop is not None
    session.resume()
    assert session.cursor == 2
    session.set("x = 0.1")
    assert session.stop is None
    assert session.cursor == 0
    assert [row.state for row in session.snapshot().watched] == ["absent"]
    assert "once" in str(session.info("breakpoints").subject)
    session.rerun()
    assert session.cursor == 2  # 'm' has stopped once, and s is below 0.8 now
    assert session.snapshot().watched[0].result == np.sin(0.2) * 2
    assert session.break_at("s") != ""
    assert list(session.stops.breakpoints) == [2, 3, 4]
    session.undo()
    assert list(session.stops.breakpoints) == [2, 3, 4]
    assert session.stop is not None
    session.catch("nan")
    session.set("k = nan")
    assert "nan" in session.resume()
    assert list(session.stops.catches) == ["nan"]


def test_a_stop_on_the_way_ends_a_rerun(chain: Graph) -> None:
    session = Session(chain)
    session.resume()
    session.break_at("s")
    session.set("x = 0")
    assert "breakpoint 1" in session.rerun()
    assert session.cursor == 2
    session.rerun()
    session.rerun()
    assert session.cursor == 7


# Back and forth ----------------------------------------------------------------------------------


def test_undo_and_redo(chain: Graph) -> None:
    session = Session(chain)
    session.seek(5)
    for command in (session.undo, session.redo):
        with pytest.raises(CommandError, match="there is no edit to"):
            command()
    session.go_to("k")
    session.set("x = 1")
    session.step()
    session.set("x = 2")
    assert session.undo() == "Undone: x is as it was. You stand at step 1, as before."
    assert session.run.value("x") == 1.0
    assert session.undo() == "Undone: x is as it was. You stand at step 5, as before."
    assert (session.run.value("x"), session.focus) == (0.5, "k")
    assert session.redo() == "Changed again: x. You stand at step 1, as before."
    assert session.redo() == "Changed again: x. You stand at step 0, as before."
    assert session.run.value("x") == 2.0
    session.undo()
    session.set("k = 3")
    with pytest.raises(CommandError, match="there is no edit to do again"):
        session.redo()
    assert [each.target for each in session.branch.edits] == ["x", "k"]


def test_a_refused_edit_leaves_everything_as_it_was(mlp: Graph) -> None:
    session = Session(mlp)
    session.break_at("h1")
    session.watch("norm(W1)")
    session.seek(4)
    session.set("W1 = 0")
    session.step()
    before = observed(session)
    refused = ("W1 = [1, 2]", "penalty.axis = 0 1", "W9 = 1", "grad(h1) = 0", "squares.axis = 1")
    for text in (*refused, "penalty.axis = 9", "y = 0.5", ""):
        with pytest.raises(CommandError):
            session.set(text)
        assert observed(session) == before


MOVES = ("step", "step_back", "resume", "restart", "rerun")
TEXTS = ("{0} = 0", "{0} *= 2", "grad({0}) = 1", "grad({0}) *= -1", "upstream = 0", "{0}[0] = 1")


@given(graphs(most_nodes=7, names=st.sampled_from("abcdefghijklm")), st.data())
def test_any_walk_with_edits_is_a_walk_on_a_run_of_its_own(
    graph: Graph, data: st.DataObject
) -> None:
    session = Session(graph)
    session.watch(f"value({next(iter(graph.nodes))})")
    seen = []
    for _ in range(data.draw(st.integers(1, 12))):
        command = data.draw(st.sampled_from(["move", "set", "undo", "redo"]))
        try:
            if command == "move":
                getattr(session, data.draw(st.sampled_from(MOVES)))()
            elif command == "set":
                name = data.draw(st.sampled_from(list(graph.nodes)))
                before, known = observed(session), len(session.branch.edits)
                cursor = session.cursor
                session.set(data.draw(st.sampled_from(TEXTS)).format(name))
                assert session.cursor <= cursor
                if len(session.branch.edits) > known:
                    after = observed(session)
                    session.undo()
                    assert observed(session) == before
                    session.redo()
                    assert observed(session) == after
            else:
                seen.append(getattr(session, command)())
        except CommandError:
            pass
        assert 0 <= session.cursor <= len(session.run.steps)
        branch = session.branch
        fresh = Run(graph, values=branch.values, gradients=branch.gradients)
        for _ in range(session.cursor):
            fresh.advance()
        alone = Snapshot(fresh, session.cursor, session.focus)
        here = session.snapshot()
        for name in graph.nodes:
            assert same_bits(here.value(name), alone.value(name))
            assert same_bits(here.gradient(name), alone.gradient(name))
            if here.stale_value(name) is not None:
                assert here.value(name) is None


def test_a_change_of_a_deep_graph_needs_no_recursion(deep: Graph) -> None:
    session = Session(deep)
    session.resume()
    session.set("n150 = 0.5")
    assert session.cursor == 151
    session.rerun()
    session.set("grad(n200) = 0")
    session.rerun()
    assert session.run.gradient("x") == 0.0
    fresh = Run(deep, values={"n150": 0.5}, gradients={"n200": 0.0}).finish()
    assert agree(session.run, fresh)


# Kept edits --------------------------------------------------------------------------------------


def test_kept_edits_are_made_again_on_a_new_session(mlp: Graph) -> None:
    session = Session(mlp)
    session.resume()
    for text in ("W1[0] = nan", "penalty.axis = [0, 1]", "upstream = 0", "h1[0, 0] *= 2"):
        session.set(text)
        session.resume()
    written = json.dumps([each.to_dict() for each in session.branch.edits], allow_nan=False)
    again = Session(mlp)
    assert again.make([Edit.from_dict(each) for each in json.loads(written)]) == []
    again.resume()
    assert agree(again.run, session.run)
    assert [each.target for each in again.branch.edits] == [
        each.target for each in session.branch.edits
    ]
    assert again.history.past == ()


def test_a_kept_edit_that_fits_no_longer_is_told(chain: Graph) -> None:
    graph = Graph([node("x", "input", value=1.0), node("V", "input", value=[1.0, 2.0])], "x")
    session = Session(graph)
    session.set("V[1] = 0")
    session.set("x = 5")
    other = Session(chain)
    assert other.make(session.branch.edits) == ["The edit of V[1] is lost: no node is named 'V'."]
    assert other.run.value("x") == 5.0
