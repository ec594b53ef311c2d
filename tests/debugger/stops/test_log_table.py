"""A log records every hit and stops nothing, and its table does not depend on the way."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from graphtui.debugger.session import DebugSession
from graphtui.debugger.stops.log_table import log_csv
from graphtui.graph.graph import Graph, node
from tests.debugger.stopping import shared_weight


@pytest.fixture
def shared() -> Graph:
    return shared_weight()


def rows_of(session: DebugSession) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(log_csv(session.stops.log_rows()))))


def test_a_log_records_every_hit_and_goes_on(shared: Graph) -> None:
    session = DebugSession(shared)
    session.log_at("grad(w) at op:multiply backward")
    session.resume()
    assert session.cursor == len(session.run.plan.tasks)
    assert session.stop is None
    assert [(row["step"], row["node"], row["value"]) for row in rows_of(session)] == [
        ("9", "m4", "4.0"),
        ("10", "m5", "-1.0"),
        ("11", "m2", "1.0"),
    ]
    assert rows_of(session)[0]["expression"] == "grad(w)"


def test_a_log_is_the_same_whichever_way_it_was_filled(shared: Graph) -> None:
    straight, zigzag, late = (DebugSession(shared) for _ in range(3))
    for session in (straight, zigzag):
        session.log_at("grad(w)")
        session.log_at("norm(upstream) at op:multiply if upstream < 0")
    straight.resume()
    for step in (9, 3, 8, 0, 11):
        zigzag.seek(step)
    late.resume()
    late.log_at("grad(w)")
    late.log_at("norm(upstream) at op:multiply if upstream < 0")
    assert rows_of(straight) == rows_of(zigzag) == rows_of(late)
    assert [row["log"] for row in rows_of(late)] == ["1", "1", "2", "1"]


def test_a_log_counts_hits_and_can_be_switched_off(shared: Graph) -> None:
    session = DebugSession(shared)
    session.log_at("step at op:multiply after 1")
    session.log_at("step at op:multiply hits 2")
    session.resume()
    assert [row["value"] for row in rows_of(session)] == ["2", "2", "3", "9", "10", "11"]
    session.disable("1")
    assert [row["value"] for row in rows_of(session)] == ["2"]


def test_a_log_of_arrays_of_what_is_absent_and_of_what_has_no_answer(mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.log_at("grad(b1) at h1")
    session.log_at("b1 > 0 at h1 forward")
    session.log_at("W1[:, 0:1] + x[0] at h1 forward")
    session.log_at("x @ W1 @ W2 @ W2[0:3, :] at h1 forward")
    session.log_at("downstream at loss backward")
    session.resume()
    values = {(row["log"], row["step"]): row["value"] for row in rows_of(session)}
    assert values["1", "3"] == ""
    assert values["2", "3"].startswith("[")
    assert values["5", "10"].startswith("no answer: ")
    assert set(values["2", "3"]) <= set("[]truefals, ")


def test_a_large_array_is_logged_by_its_shape() -> None:
    graph = Graph([node("x", "input", value=np.ones((9, 9))), node("f", "sum", ["x"])])
    session = DebugSession(graph)
    session.log_at("x at f forward")
    session.resume()
    assert rows_of(session)[0]["value"] == "an array (9, 9)"
