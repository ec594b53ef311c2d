"""A branch is what a run of its own would be, and the line of branches is walked both ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.edits import branches
from graphtui.debugger.edits.branches import MOST, Branch, History, Stand, apply
from graphtui.debugger.edits.edit_text import What
from graphtui.debugger.edits.edits import Edit
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from tests.debugger.changed import agree, edit, ended, same_bits
from tests.strategies import graphs


@st.composite
def edits(draw: st.DrawFn, run: Run) -> Edit:
    """An edit of a value or a gradient that fits, of all of it or of its first row."""
    known = [name for name in run.graph.nodes if run.value(name) is not None]
    sending = [name for name in run.plan.backward_step if run.gradient(name) is not None]
    gradient = bool(sending) and draw(st.booleans())
    name = draw(st.sampled_from(sending if gradient else known))
    each = run.graph.nodes[name]
    number = draw(st.sampled_from([0, 1, 2] if each.dtype.kind != "f" else [-0.0, 2.5, np.nan]))
    key = draw(st.sampled_from(["", "0"])) if each.shape and each.shape[0] else ""
    new = np.array(number).astype(each.dtype)
    return Edit(What.GRADIENT if gradient else What.VALUE, name, new, key)


@given(graphs(), st.data())
def test_a_branch_is_a_run_with_everything_given_at_once(graph: Graph, data: st.DataObject) -> None:
    branch = Branch(Run(graph).finish())
    for _ in range(data.draw(st.integers(1, 4))):
        branch = apply(branch, data.draw(edits(branch.run)))
        branch.run.finish()
        fresh = Run(graph, values=branch.values, gradients=branch.gradients).finish()
        assert agree(branch.run, fresh)
        made = branch.edits[-1]
        now = branch.run.value if made.what is What.VALUE else branch.run.gradient
        picked = now(made.node)[0] if made.key else now(made.node)
        assert same_bits(np.asarray(picked), np.broadcast_to(made.new, picked.shape))


@given(graphs(), st.data())
def test_edits_can_be_made_again_on_a_run_that_has_not_begun(
    graph: Graph, data: st.DataObject
) -> None:
    branch = Branch(Run(graph).finish())
    for _ in range(data.draw(st.integers(1, 3))):
        branch = apply(branch, data.draw(edits(branch.run)))
        branch.run.finish()
    again = Branch(Run(graph))
    for made in branch.edits:
        again = apply(again, Edit.from_dict(made.to_dict()))
    assert agree(branch.run, again.run.finish())


def test_the_branch_before_stays_as_it_was(mlp: Graph) -> None:
    snapshot = ended(mlp)
    copies = {name: np.array(snapshot.run.value(name)) for name in mlp.nodes}
    branch = Branch(snapshot.run)
    after = apply(branch, edit("W1[0] = 0", snapshot))
    after.run.finish()
    assert branch.edits == ()
    assert all(same_bits(snapshot.run.value(name), copy) for name, copy in copies.items())
    assert after.run.value("x") is snapshot.run.value("x")


def test_an_attribute_is_changed_in_a_graph_of_its_own(mlp: Graph) -> None:
    snapshot = ended(mlp)
    after = apply(Branch(snapshot.run), edit("penalty.keepdims = true", snapshot), seed=[[1.0]])
    assert after.graph.nodes["loss"].shape == (1, 1)
    assert mlp.nodes["loss"].shape == ()
    assert after.run.first_difference(snapshot.run) == snapshot.run.plan.forward_step["penalty"]
    assert agree(after.run.finish(), Run(after.graph, seed=[[1.0]]).finish())


def test_what_is_given_stays_given_in_what_follows(chain: Graph) -> None:
    run = Run(chain).finish()
    branch = apply(Branch(run), Edit(What.GRADIENT, "s", np.array(7.0)))
    branch = apply(branch, Edit(What.VALUE, "x", np.array(0.0)))
    branch = apply(branch, Edit(What.VALUE, "s", np.array(1.0)))
    assert branch.run.finish().value("f") == np.e
    assert branch.run.gradient("s") == 7.0
    assert branch.run.gradient("x") == 14.0
    assert [made.target for made in branch.edits] == ["grad(s)", "x", "s"]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (Edit(What.VALUE, "V", np.array(1.0)), "no node is named 'V'."),
        (Edit(What.VALUE, "W1", np.ones(5)), "the new value has shape (5,), W1 has (5, 6)."),
        (Edit(What.VALUE, "W1", np.array(1.0), "9"), "set W1[9]: index 9 is out of range"),
        (Edit(What.VALUE, "W1", np.array(1.0), "one"), "set W1[one]: the key `one` cannot be read"),
        (Edit(What.VALUE, "y", np.array(0.5)), "y is int64, so it is set to whole numbers"),
        (Edit(What.GRADIENT, "W1", np.array(0.5)), "set grad(W1): the gradient of 'W1' cannot be"),
        (Edit(What.GRADIENT, "y", np.array(1), "0"), "set grad(y)[0]: this run never comes there."),
        (Edit(What.ATTRIBUTE, "W1", 1, attr="axis"), "set W1.axis: parameter takes no attributes."),
        (Edit(What.ATTRIBUTE, "penalty", 1, attr="axes"), "set penalty.axes: sum has no attribute"),
        (Edit(What.ATTRIBUTE, "penalty", 5, attr="axis"), "set penalty.axis: sum: axis 5 is out"),
    ],
)
def test_an_edit_that_fits_no_longer_is_refused(mlp: Graph, made: Edit, words: str) -> None:
    with pytest.raises(CommandError) as refusal:
        apply(Branch(Run(mlp)), made)
    assert words in str(refusal.value)


def test_an_attribute_that_an_earlier_edit_forbids_is_refused() -> None:
    graph = Graph(
        [
            node("x", "input", value=[[1.0, 2.0]]),
            node("h", "sum", ["x"], axis=0),
            node("f", "sum", ["h"]),
        ]
    )
    branch = apply(Branch(Run(graph)), Edit(What.VALUE, "h", np.array(1.0)))
    with pytest.raises(CommandError) as refusal:
        apply(branch, Edit(What.ATTRIBUTE, "h", 1, attr="axis"))
    assert str(refusal.value) == (
        "set h.axis: an earlier edit, or the seed, would no longer fit: "
        "h has shape (2,), 'h' has (1,). Give numbers of that shape."
    )


# Back and forth ----------------------------------------------------------------------------------


def stand(graph: Graph, cursor: int, **given: Any) -> Stand:
    return Stand(Branch(Run(graph), **given), cursor, "x", None, None, 0)


def test_undo_and_redo_walk_one_line(chain: Graph) -> None:
    one, two, three, four = (stand(chain, cursor) for cursor in range(4))
    history = History().edited(one).edited(two)
    back, history = history.undone(three)
    assert back is two
    back, history = history.undone(two)
    assert back is one
    with pytest.raises(CommandError, match="there is no edit to undo"):
        history.undone(one)
    there, history = history.redone(one)
    assert there is two
    there, history = history.redone(two)
    assert there is three
    with pytest.raises(CommandError, match="there is no edit to do again"):
        history.redone(three)
    _, history = history.undone(three)
    assert history.edited(four).future == ()


def test_the_line_has_an_end(chain: Graph) -> None:
    history = History()
    for cursor in range(MOST + 5):
        history = history.edited(stand(chain, cursor))
    assert [each.cursor for each in history.past] == list(range(5, MOST + 5))


def test_the_line_is_shorter_where_runs_are_big(
    chain: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = stand(chain, 0).branch.nbytes
    monkeypatch.setattr(branches, "MOST_BYTES", 3 * one)
    history = History()
    for cursor in range(5):
        history = history.edited(stand(chain, cursor))
    assert [each.cursor for each in history.past] == [2, 3, 4]
    monkeypatch.setattr(branches, "MOST_BYTES", 0)
    assert [each.cursor for each in history.edited(stand(chain, 9)).past] == [9]
