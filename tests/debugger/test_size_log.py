"""The log of sizes says what looking at every array would say, at any step and after any edit."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.debugger import size_log
from graphtui.debugger.finished import INTERVAL
from graphtui.debugger.norms import norm
from graphtui.debugger.session import DebugSession
from graphtui.debugger.size_log import sizes
from graphtui.debugger.snapshot import Snapshot
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from tests.view.shown import bias, broken, fan_out, sigmoid

GRAPHS = {"sigmoid": sigmoid, "fan out": fan_out, "bias": bias, "broken": broken}


def check(snapshot: Snapshot) -> None:
    """The sizes at the cursor are those of the arrays."""
    found = sizes(snapshot.run, snapshot.cursor)
    for place, name in enumerate(snapshot.graph.nodes):
        value, gradient = snapshot.value(name), snapshot.gradient(name)
        assert_same(found.value[place], None if value is None else norm(value))
        assert_same(found.gradient[place], None if gradient is None else norm(gradient))
        ratios = [
            norm(each.downstream) / norm(each.upstream)
            for each in snapshot.sent(name)
            if norm(each.upstream)
        ]
        assert_same(found.contribution[place], max(ratios, default=None))
        assert found.fault[place] == bool(snapshot.faults(name))


def assert_same(found: np.float64, wanted: float | None) -> None:
    np.testing.assert_equal(found, np.nan if wanted is None else wanted)


def test_what_is_interrupted_goes_on_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    session = DebugSession(deep())
    session.resume()
    snapshot = session.snapshot()
    answers = iter([False, True])
    with pytest.raises(CommandError, match="interrupted"):
        sizes(snapshot.run, snapshot.cursor, lambda: next(answers))
    measured = []
    monkeypatch.setattr(size_log, "norm", lambda array: measured.append(array) or norm(array))
    check(snapshot)
    assert 0 < len(measured) < 2 * len(snapshot.run.steps) - INTERVAL


def deep() -> Graph:
    """A hundred sines one behind the other."""
    names = [f"s{number}" for number in range(100)]
    nodes = [
        node(name, "sin", [before]) for before, name in zip(["x", *names], names, strict=False)
    ]
    return Graph([node("x", "input", value=0.5), *nodes])


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_it_says_at_every_step_what_the_arrays_say(name: str) -> None:
    session = DebugSession(GRAPHS[name]())
    check(session.snapshot())
    for _ in range(len(session.run.plan.tasks)):
        session.step()
        check(session.snapshot())
    for step in reversed(range(session.cursor)):
        session.seek(step)
        check(session.snapshot())


def test_an_edit_is_measured_too() -> None:
    session = DebugSession(fan_out())
    session.resume()
    check(session.snapshot())
    session.set("x = 5")
    session.resume()
    check(session.snapshot())


def test_an_upstream_gradient_that_was_given_counts_as_it_was_given() -> None:
    session = DebugSession(fan_out())
    session.resume()
    session.set("grad(y) = 100")
    session.resume()
    check(session.snapshot())
    place = list(session.graph.nodes).index("y")
    assert sizes(session.run, session.cursor).gradient[place] == 100


def test_every_array_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []

    def counted(array: np.ndarray) -> float:
        measured.append(id(array))
        return norm(array)

    monkeypatch.setattr(size_log, "norm", counted)
    graph = Graph([node("x", "input", value=1.0), node("a", "exp", ["x"]), node("b", "exp", ["a"])])
    session = DebugSession(graph)
    session.resume()
    sizes(session.run, session.cursor)
    many = len(measured)
    assert many == 3 + 1 + 2  # values, the seed, what two steps sent
    for step in range(session.cursor):
        sizes(session.run, step)
    assert len(measured) == many
