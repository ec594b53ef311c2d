"""Watches: numbered texts that outlive their run and their graph, and say what they are now."""

from __future__ import annotations

import gc
import json
import weakref

import pytest

from graphtui.debugger.expressions.expression import Expression, compile_expression
from graphtui.debugger.same import same
from graphtui.debugger.session import DebugSession
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.watches.watches import MOST_WATCHES, Watches, WatchRow, WatchState
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from tests.debugger.stopping import shared_weight

TEXTS = ("w", "grad(w)", "m2 * [1, 2]", "upstream", "norm(grad(w)) > 2", "step", "grad(k2)")


def watching(run: Run, *texts: str) -> Watches:
    watches = Watches(run)
    for text in texts:
        watches.add(text)
    return watches


def row(run: Run, cursor: int, text: str) -> WatchRow:
    return watching(run, text).rows(Snapshot(run, cursor, ""))[0]


# What a row says --------------------------------------------------------------------------------


def test_a_gradient_is_watched_as_it_grows() -> None:
    run = Run(shared_weight()).finish()
    watches = watching(run, "grad(w)")
    seen = [watches.rows(Snapshot(run, step, ""))[0] for step in range(len(run.steps) + 1)]
    assert [each.state for each in seen[:9]] == [WatchState.ABSENT] * 9
    assert [float(each.result) for each in seen[9:]] == [4.0, -1.0, 1.0]  # type: ignore[arg-type]
    assert [each.changed for each in seen] == [False] * 9 + [True] * 3
    assert [each.history for each in seen[8:]] == [(), (4.0,), (4.0, -1.0), (4.0, -1.0, 1.0)]
    assert [(each.changes, each.last_change) for each in seen[8:]] == [
        (0, 0),
        (1, 9),
        (2, 10),
        (3, 11),
    ]


def test_every_row_says_what_the_expression_is_there_and_one_step_before() -> None:
    run = Run(shared_weight()).finish()
    watches = watching(run, *TEXTS)
    for cursor in (11, 3, 9, 0, 10, 8, 7, 1):
        for each in watches.rows(Snapshot(run, cursor, "")):
            expression = compile_expression(each.text, run.graph)
            now = expression.evaluate(Snapshot(run, cursor, ""))
            before = expression.evaluate(Snapshot(run, max(cursor - 1, 0), ""))
            assert same(each.result, now)
            assert each.changed is not same(now, before)
            assert each.whole


def test_what_is_absent_says_why(fan_out: Graph) -> None:
    run = Run(fan_out).finish()
    assert row(run, 0, "y").words == "not yet"
    assert row(run, 6, "grad(y)").words == "not yet"
    assert row(run, 9, "grad(two)").words == "no gradient reaches 'two'"
    assert row(run, 3, "upstream").words == "not at this step"
    assert row(run, 5, "grad(c)").words == ""
    assert row(run, 4, "grad(c)").words == "not yet"


def test_without_an_answer_it_says_why_and_that_is_no_change_while_it_stays(fan_out: Graph) -> None:
    run = Run(fan_out).finish()
    watches = watching(run, "local")
    rows = [watches.rows(Snapshot(run, cursor, ""))[0] for cursor in (5, 6, 7, 9)]
    assert [each.state for each in rows] == [WatchState.ABSENT, WatchState.FAILED, *["there"] * 2]
    assert rows[1].words == "'c' sends to 'a', 'b'. Say which: local('a')."
    assert rows[1].result is None
    assert rows[1].changed


def test_failing_again_in_the_same_words_is_no_change() -> None:
    nodes = [node("x", "input", value=[1.0, 2.0])]
    for k in range(4):
        nodes.append(node(f"y{k}", "tanh", [f"y{k - 1}" if k else "x"]))
    run = Run(Graph([*nodes, node("L", "sum", ["y3"])])).finish()
    watches = watching(run, "local @ [1, 2, 3]")
    rows = [watches.rows(Snapshot(run, cursor, ""))[0] for cursor in (7, 8, 9, 10, 11)]
    assert {each.state for each in rows} == {WatchState.FAILED}
    words = [each.words for each in rows]
    assert [each.changed for each in rows[1:]] == [
        now != before for now, before in zip(words[1:], words, strict=False)
    ]
    assert words[2] == words[3]


def test_one_nan_after_another_is_no_change_but_the_sign_of_a_zero_is(chain: Graph) -> None:
    run = Run(chain).finish()
    for text, changed in (("log(-1 - step)", []), ("0 * (step - 1.5)", [2])):
        rows = [row(run, step, text) for step in range(len(run.steps) + 1)]
        assert [n for n, each in enumerate(rows) if each.changed] == changed
        assert {each.state for each in rows} == {WatchState.THERE}


def test_a_step_that_raised_is_looked_at_like_any_other() -> None:
    nodes = [
        node("s", "input", value=[[1.0, 2.0]]),
        node("y", "constant", value=[7]),
        node("t", "tanh", ["s"]),
        node("L", "cross_entropy", ["t", "y"]),
    ]
    run = Run(Graph(nodes)).finish()
    assert run.steps[-1].error is not None
    assert row(run, 2, "L").words == "not yet"
    assert row(run, 2, "step").changed
    assert row(run, 2, "t").last_change == 1


# Looking once -----------------------------------------------------------------------------------


def test_going_back_evaluates_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(shared_weight()).finish()
    watches = watching(run, *TEXTS)
    calls: list[str] = []
    evaluate = Expression.evaluate

    def counted(self: Expression, snapshot: Snapshot) -> object:
        calls.append(self.text)
        return evaluate(self, snapshot)

    monkeypatch.setattr(Expression, "evaluate", counted)
    watches.rows(Snapshot(run, 6, ""))
    looked = len(calls)
    watches.rows(Snapshot(run, 11, ""))
    grown = len(calls)
    assert grown > looked
    for cursor in (10, 6, 0, 11):
        watches.rows(Snapshot(run, cursor, ""))
    assert len(calls) == grown
    # The start, and every step that can change it.
    assert calls.count("w") == 1
    assert calls.count("grad(w)") == 4
    assert calls.count("step") == 12


def test_an_interrupted_look_still_tells_the_cursor_and_goes_on_later() -> None:
    run = Run(shared_weight()).finish()
    watches = watching(run, "grad(w)", "upstream", "step")
    asked = []

    def soon() -> bool:
        asked.append(1)
        return len(asked) > 2

    at_end = Snapshot(run, 11, "")
    partial = watches.rows(at_end, soon)
    assert [each.whole for each in partial] == [False] * 3
    assert [float(each.result) for each in partial] == [1.0, 1.0, 11.0]  # type: ignore[arg-type]
    assert [each.changed for each in partial] == [True] * 3
    assert partial[0].history == (4.0, -1.0)
    whole = watches.rows(at_end)
    expected = watching(run, "grad(w)", "upstream", "step").rows(at_end)
    assert [each[4:] for each in whole] == [each[4:] for each in expected]
    assert not watches.rows(Snapshot(run, 8, ""), lambda: True)[0].changed


def test_the_run_may_grow_between_looks() -> None:
    session = DebugSession(shared_weight())
    watches = watching(session.run, *TEXTS)
    while True:
        stepped = watches.rows(session.snapshot())
        at_once = watching(session.run, *TEXTS).rows(session.snapshot())
        for each, other in zip(stepped, at_once, strict=True):
            assert same(each.result, other.result)
            assert each[4:] == other[4:]
        if session.cursor == 11:
            break
        session.step()


# Numbers ----------------------------------------------------------------------------------------


def test_numbers_are_never_used_again(mlp: Graph) -> None:
    watches = Watches(Run(mlp))
    assert [watches.add(text) for text in ("h1", " h1 ", "grad(W1)")] == [1, 2, 3]
    watches.remove(3)
    assert watches.add("loss") == 4
    watches.remove(1)
    assert [each[:2] for each in watches.rows(Snapshot(watches.run, 0, ""))] == [
        (2, "h1"),
        (4, "loss"),
    ]
    with pytest.raises(CommandError, match="no watch has the number 3. There are 2, 4."):
        watches.remove(3)
    watches.remove_all()
    assert watches.rows(Snapshot(watches.run, 0, "")) == ()
    with pytest.raises(CommandError, match="There is none yet"):
        watches.known(2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "watch what?"),
        ("grad(scorse)", "Did you mean 'scores'"),
        ("h1 @ h1", "inner sizes"),
        ("norm(h1", "expression"),
        ("x" * 20_000, "too long"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, words: str, mlp: Graph) -> None:
    watches = Watches(Run(mlp))
    with pytest.raises(CommandError) as refused:
        watches.add(text)
    assert words in str(refused.value)
    assert watches.texts == {}
    assert watches.add("h1") == 1


def test_there_are_not_endlessly_many(mlp: Graph) -> None:
    watches = watching(Run(mlp), *["h1"] * MOST_WATCHES)
    with pytest.raises(CommandError, match="which is the most"):
        watches.add("h1")
    with pytest.raises(CommandError, match="which is the most"):
        Watches.from_dict({"watches": ["h1"] * (MOST_WATCHES + 1)}, watches.run)


# Other runs, other graphs -----------------------------------------------------------------------


def renamed(name: str) -> Graph:
    return Graph([node("x", "input", value=2.0), node(name, "square", ["x"])])


def test_a_watch_whose_name_is_gone_is_kept_and_comes_back_with_it() -> None:
    runs = [Run(renamed(name)).finish() for name in ("y", "z", "y")]
    watches = watching(runs[0], "y + 1", "x")
    lost, there = watches.on(runs[1]).rows(Snapshot(runs[1], 3, ""))
    assert lost[:3] == (1, "y + 1", WatchState.LOST)
    assert lost.words.startswith("no node or function is named 'y'")
    assert "\n" not in lost.words
    assert lost[5:9] == (False, 0, 0, ())
    assert there.state is WatchState.THERE
    again = watches.on(runs[1]).on(runs[2])
    assert again.texts == {1: "y + 1", 2: "x"}
    assert float(again.rows(Snapshot(runs[2], 3, ""))[0].result) == 5.0  # type: ignore[arg-type]
    assert again.add("y") == 3


def test_shapes_that_no_longer_fit_are_told(mlp: Graph) -> None:
    watches = watching(Run(mlp), "x @ W1")
    other = Run(renamed("W1")).finish()
    (lost,) = watches.on(other).rows(Snapshot(other, 0, ""))
    assert lost.state is WatchState.LOST
    assert "matmul" in lost.words


def test_another_run_of_the_graph_has_its_own_history(fan_out: Graph) -> None:
    here, there = Run(fan_out).finish(), Run(fan_out, values={"x": 5.0}).finish()
    watches = watching(here, "y")
    at_end = len(here.steps)
    assert watches.rows(Snapshot(here, at_end, ""))[0].history == (6.0,)
    others = watches.on(there)
    assert others.rows(Snapshot(there, at_end, ""))[0].history == (15.0,)
    assert others.on(here).rows(Snapshot(here, at_end, ""))[0].history == (6.0,)
    with pytest.raises(AssertionError):
        watches.rows(Snapshot(there, at_end, ""))


def test_coming_back_to_a_run_looks_at_nothing_again(
    fan_out: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = Run(fan_out).finish(), Run(fan_out).finish()
    watches = watching(here, "y", "grad(y)")
    rows = watches.rows(Snapshot(here, 9, ""))
    others = watches.on(there)
    others.rows(Snapshot(there, 9, ""))
    monkeypatch.setattr(Expression, "evaluate", None)
    again = others.on(here).rows(Snapshot(here, 9, ""))
    assert [each[5:] for each in again] == [each[5:] for each in rows]


def test_what_was_found_out_about_a_run_goes_with_it(fan_out: Graph) -> None:
    runs = [Run(fan_out).finish(), Run(fan_out)]
    watches = watching(runs[0], "grad(y)", "y", "upstream")
    watches.rows(Snapshot(runs[0], 9, ""))
    watches = watches.on(runs[1])
    gone = weakref.ref(runs.pop(0))
    gc.collect()
    assert gone() is None
    assert watches.rows(Snapshot(watches.run, 0, ""))[0].state is WatchState.ABSENT


# Keeping ----------------------------------------------------------------------------------------


def test_what_is_kept_is_the_texts(mlp: Graph) -> None:
    watches = watching(Run(mlp), "norm(grad(W1))", "h1[0]", "loss")
    watches.remove(2)
    document = json.loads(json.dumps(watches.to_dict()))
    assert document == {"watches": ["norm(grad(W1))", "loss"]}
    assert Watches.from_dict(document, Run(mlp)).texts == {1: "norm(grad(W1))", 2: "loss"}
    assert Watches.from_dict({}, Run(mlp)).texts == {}


def test_what_means_nothing_any_more_is_kept_too(fan_out: Graph) -> None:
    run = Run(fan_out)
    watches = Watches.from_dict({"watches": ["h9", "((", "y"]}, run)
    states = [each.state for each in watches.rows(Snapshot(run, 0, ""))]
    assert states == [WatchState.LOST, WatchState.LOST, WatchState.ABSENT]
    assert watches.to_dict() == {"watches": ["h9", "((", "y"]}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (["h1"], "written as an object"),
        ({"watch": []}, "Did you mean 'watches'"),
        ({"watches": "h1"}, "is a list"),
        ({"watches": [1]}, "each a text"),
    ],
)
def test_what_was_kept_wrongly_is_refused(document: object, words: str, mlp: Graph) -> None:
    with pytest.raises(CommandError) as refused:
        Watches.from_dict(document, Run(mlp))
    assert words in str(refused.value)
