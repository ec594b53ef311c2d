"""The lines of the headless debugger, as far as they are more than what `documents` writes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.reply import Reply
from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph
from graphtui.ops.linear_map import Array
from graphtui.view.answers.documents import MOST_ELEMENTS, bounded_numbers, step_document
from graphtui.view.answers.headless_documents import (
    answer_document,
    event_document,
    greeting_document,
    place_document,
)

LARGE = (MOST_ELEMENTS + 1,)


@pytest.mark.parametrize(
    ("array", "low", "high", "odd"),
    [
        (np.full(LARGE, np.nan), None, None, MOST_ELEMENTS + 1),
        (np.where(np.arange(LARGE[0]) == 3, -np.inf, 2.0), 2.0, 2.0, 1),
        (np.full(LARGE, 0.1, np.float16), float(np.float16(0.1)), float(np.float16(0.1)), 0),
        (np.arange(LARGE[0]), 0, MOST_ELEMENTS, 0),
        (np.arange(LARGE[0]) > 5, False, True, 0),
    ],
)
def test_a_large_array_is_its_size_and_range(
    array: Array, low: object, high: object, odd: int
) -> None:
    found = bounded_numbers(array)
    assert found == {
        "elided": LARGE[0], "shape": list(LARGE), "min": low, "max": high, "not_finite": odd
    }  # fmt: skip
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_up_to_the_limit_every_number_is_there() -> None:
    array = np.linspace(0, 1, MOST_ELEMENTS).reshape(10, -1)
    assert np.array(bounded_numbers(array)).tobytes() == array.tobytes()
    assert bounded_numbers(np.zeros((0, 3))) == []
    assert bounded_numbers(None) is None


def test_every_place_on_the_timeline_has_a_state(mlp: Graph) -> None:
    session = DebugSession(mlp)
    total = len(session.run.plan.tasks)
    for step in range(total + 1):
        session.seek(step)
        place = place_document(session.snapshot())
        expected = "start" if not step else "end" if step == total else "stopped"
        assert (place["step"], place["state"]) == (step, expected)
        done = session.snapshot().step
        assert place["node"] == (done and done.node)


def test_a_small_step_is_written_as_in_a_trace(mlp: Graph) -> None:
    session = DebugSession(mlp)
    for reply in iter(lambda: perform(session, "step"), Reply("This is the end of the timeline.")):
        snapshot = session.snapshot()
        assert snapshot.step is not None
        data = answer_document(reply, snapshot, moved=True)["data"]
        assert data == step_document(snapshot.run, snapshot.step)
        assert answer_document(reply, snapshot, moved=False)["data"] is None


def test_a_greeting_and_an_event_say_where_they_are_from(mlp: Graph) -> None:
    session = DebugSession(mlp)
    greeting = greeting_document(session.snapshot(), version="1", file="net.py")
    assert (greeting["graphtui"], greeting["file"], greeting["output"]) == ("1", "net.py", "loss")
    event = event_document("end", session.snapshot("words"), stops=2)
    assert (event["event"], event["message"], event["stops"]) == ("end", "words", 2)
