"""A history is what looking at every single step would have found, and is found once."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.expressions.expression import compile_expression
from graphtui.debugger.same import same
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.watches import watch_history
from graphtui.debugger.watches.watch_history import (
    MOST_POINTS,
    History,
    number_of,
    result_at,
    thinned,
)
from graphtui.engine.execute import Run
from graphtui.graph.graph import Graph
from tests.debugger.stopping import Counted, used_often
from tests.strategies import graphs

TEXTS = (
    "value({0})", "grad({0})", "norm({0})", "sum(grad({0})) > 0", "any(isnan({0})) or step > 4",
    "step", "upstream", "norm(downstream(0))", "local", "{0} == {0}", "shape(grad({0}))", "7",
)  # fmt: skip


def never() -> bool:
    return False


@given(graphs(names=st.text("ab/. '1", min_size=1, max_size=4)), st.sampled_from(TEXTS), st.data())
def test_it_is_what_a_look_at_every_step_finds(
    graph: Graph, text: str, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(list(graph.nodes)))
    quoted = f'"{name}"' if "'" in name else f"'{name}'"
    run = Run(graph).finish()
    expression = compile_expression(text.format(quoted), graph)
    snapshots = [Snapshot(run, step, "") for step in range(len(run.steps) + 1)]
    results = [result_at(expression, each) for each in snapshots]
    changed = [n for n in range(1, len(results)) if not same(results[n], results[n - 1])]
    history = History(expression, run)
    for cursor in data.draw(st.lists(st.integers(0, len(run.steps)), min_size=1, max_size=6)):
        assert history.look(run, cursor, never)
        assert same(history.result(snapshots[cursor]), results[cursor])
        past = [0, *(step for step in changed if step <= cursor)]
        assert history.changes(cursor) == len(past) - 1
        assert history.last_change(cursor) == past[-1]
        points = [number_of(results[step]) for step in past]
        expected = [point for point in points if point is not None]
        np.testing.assert_array_equal(history.series(cursor), expected)
        assert not any(step in changed and not history.can_change(step) for step in range(cursor))


def test_many_contributions_are_summed_once() -> None:
    run = Run(used_often(1500)).finish()
    arrived = Counted(run, "x")
    history = History(compile_expression("grad(x)", run.graph), run)
    assert history.look(run, len(run.steps), never)
    assert arrived.looks < 20 * len(arrived)
    expected = result_at(compile_expression("grad(x)", run.graph), Snapshot(run, 2500, ""))
    assert same(history.result(Snapshot(run, 2500, "")), expected)


def test_what_is_too_big_to_keep_is_computed_again(
    mlp: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_history, "MOST_KEPT", 200)
    run = Run(mlp).finish()
    for text in ("grad(W2) * 2", "upstream", "step"):
        expression = compile_expression(text, mlp)
        history = History(expression, run)
        history.look(run, len(run.steps), never)
        for cursor in range(len(run.steps), -1, -1):
            snapshot = Snapshot(run, cursor, "")
            assert same(history.result(snapshot), result_at(expression, snapshot))


def test_a_part_of_an_array_does_not_keep_all_of_it(mlp: Graph) -> None:
    run = Run(mlp).finish()
    history = History(compile_expression("(W1 * 2)[0:1]", mlp), run)
    history.look(run, len(run.steps), never)
    found = history.result(Snapshot(run, 0, ""))
    assert isinstance(found, np.ndarray)
    assert found.base is None


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40),
    st.integers(1, 200),
    st.dictionaries(st.integers(0, 7000), st.sampled_from([np.nan, np.inf, -np.inf]), max_size=4),
)
def test_thinning_keeps_order_ends_extremes_and_what_is_not_finite(
    pattern: list[float], times: int, odd: dict[int, float]
) -> None:
    values = np.array(pattern * times)
    for place, x in odd.items():
        values[place % len(values)] = x
    found = thinned(array("d", values))
    assert len(found) == min(len(found), MOST_POINTS, len(values))
    assert len(values) > MOST_POINTS or len(found) == len(values)
    np.testing.assert_array_equal([found[0], found[-1]], values[[0, -1]])
    rest = iter(values.tolist())
    assert all(any(same(np.float64(x), np.float64(y)) for y in rest) for x in found)
    finite, thin = values[np.isfinite(values)], np.array(found)
    if finite.size:
        thin = thin[np.isfinite(thin)]
        assert (thin.min(), thin.max()) == (finite.min(), finite.max())
    assert np.isfinite(values).all() == np.isfinite(found).all()
