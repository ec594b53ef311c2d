"""The thread that works: in order, interruptible, and never silent. No sleeps: events only."""

from __future__ import annotations

import queue
import sys
import threading

import pytest

from graphtui.debugger.session import DebugSession
from graphtui.errors import DescriptionError, Problem
from graphtui.graph.graph import Graph, node
from graphtui.ui.engine_thread import (
    MOST_WAITING,
    SWITCH_INTERVAL,
    Bug,
    EngineThread,
    InlineExecutor,
    Token,
)
from graphtui.ui.session_jobs import LoadFailed, SessionJobs, Shown
from tests.bench.nets import lstm

PATIENCE = 10


class Results:
    """What was delivered, to be waited for."""

    def __init__(self) -> None:
        self._queue: queue.Queue[object] = queue.Queue()

    def __call__(self, result: object) -> None:
        self._queue.put(result)

    def next(self) -> object:
        return self._queue.get(timeout=PATIENCE)

    def until(self, wanted: object) -> None:
        while self.next() != wanted:
            pass


def chain(length: int) -> Graph:
    nodes = [node("x", "input", value=0.1)]
    nodes += [node(f"n{i}", "tanh", [f"n{i - 1}" if i else "x"]) for i in range(length)]
    return Graph(nodes)


def test_jobs_run_in_order_off_this_thread() -> None:
    thread, results, seen = EngineThread(), Results(), []
    thread.attach(results)

    def job(number: int) -> object:
        seen.append((number, threading.current_thread() is threading.main_thread()))
        return number

    for number in range(50):
        thread.submit(lambda token, number=number: job(number))  # type: ignore[misc]
    results.until(49)
    assert seen == [(number, False) for number in range(50)]


def test_of_a_burst_the_last_result_always_arrives() -> None:
    thread, results, gate = EngineThread(), Results(), threading.Event()
    thread.attach(results)
    thread.submit(lambda token: gate.wait(PATIENCE))
    for number in range(100):
        thread.submit(lambda token, number=number: number)  # type: ignore[misc]
    gate.set()
    results.until(99)


def test_results_from_before_anybody_listens_are_kept() -> None:
    thread, results, done = EngineThread(), Results(), threading.Event()

    def job(token: Token) -> object:
        done.set()
        return "early"

    thread.submit(job)
    assert done.wait(PATIENCE)
    thread.attach(results)
    assert results.next() == "early"


def test_cancelling_stops_the_running_job_and_forgets_the_others() -> None:
    thread, results, running = EngineThread(), Results(), threading.Event()
    thread.attach(results)
    stop = threading.Event()

    def endless(token: Token) -> object:
        running.set()
        while not token.cancelled:
            stop.wait(0.001)
        return "stopped"

    thread.submit(endless)
    thread.submit(lambda token: "forgotten")
    assert running.wait(PATIENCE)
    assert thread.busy
    thread.cancel()
    assert results.next() == "stopped"
    thread.submit(lambda token: "next")
    assert results.next() == "next"


def test_a_key_storm_is_bounded() -> None:
    thread, results, gate = EngineThread(), Results(), threading.Event()
    done: list[int] = []
    thread.attach(results)
    thread.submit(lambda token: gate.wait(PATIENCE))
    for number in range(20_000):
        thread.submit(lambda token, number=number: done.append(number))  # type: ignore[misc]
    gate.set()
    results.until(None)
    while thread.busy:
        results.next()
    assert done == list(range(MOST_WAITING - 1))


def test_an_exception_is_delivered_and_the_thread_goes_on() -> None:
    thread, results = EngineThread(), Results()
    thread.attach(results)
    thread.submit(lambda token: 1 / 0)
    bug = results.next()
    assert isinstance(bug, Bug)
    assert isinstance(bug.error, ZeroDivisionError)
    thread.submit(lambda token: "alive")
    assert results.next() == "alive"


def test_the_switch_interval_is_short_while_a_job_runs_and_then_as_before() -> None:
    before = sys.getswitchinterval()
    thread, results = EngineThread(), Results()
    thread.attach(results)
    thread.submit(lambda token: sys.getswitchinterval())
    assert results.next() == pytest.approx(SWITCH_INTERVAL)
    thread.submit(lambda token: None)
    results.next()
    assert sys.getswitchinterval() == before


# Sessions as jobs ---------------------------------------------------------------------------------


def test_a_session_begins_with_commands_and_shows_where_it_stands() -> None:
    results = Results()
    jobs = SessionJobs(InlineExecutor(), lambda: chain(3), first=("step 2", "goto x"))
    jobs.executor.attach(results)
    jobs.begin()
    shown = results.next()
    assert isinstance(shown, Shown)
    assert (shown.snapshot.cursor, shown.snapshot.focus) == (2, "x")


@pytest.mark.parametrize("first", [("step 2", "break nosuch", "step"), ("step 2", "break nosuch")])
def test_where_a_first_command_is_refused_the_screen_opens_and_says_so(
    first: tuple[str, ...],
) -> None:
    results = Results()
    jobs = SessionJobs(InlineExecutor(), lambda: chain(3), first=first)
    jobs.executor.attach(results)
    jobs.begin()
    shown = results.next()
    assert isinstance(shown, Shown)
    assert shown.refused
    assert shown.snapshot.cursor == 2
    assert shown.reply.text.startswith("-x 'break nosuch': ")
    assert "'nosuch'" in shown.reply.text[20:]
    assert shown.reply.text.endswith("What follows it was left out.") == (len(first) == 3)
    jobs.perform("step")
    shown = results.next()
    assert isinstance(shown, Shown)
    assert (shown.snapshot.cursor, shown.refused) == (3, False)


@pytest.mark.parametrize(("size", "boxes"), [(1_900, None), (3_000, 11)])
def test_the_groups_of_a_large_graph_are_folded_at_first(size: int, boxes: int | None) -> None:
    results = Results()
    jobs = SessionJobs(InlineExecutor(), lambda: lstm(size))
    jobs.executor.attach(results)
    jobs.begin()
    shown = results.next()
    assert isinstance(shown, Shown)
    nodes = len(shown.snapshot.graph.nodes)
    if boxes is None:
        assert len(shown.scene.boxes) == nodes < 2_000
        return
    assert len(shown.scene.boxes) == boxes
    assert shown.reply.text == f"Groups are folded: 11 boxes for {nodes:,} nodes. `z` opens one."
    jobs.perform("unfold all")
    shown = results.next()
    assert isinstance(shown, Shown)
    assert len(shown.scene.boxes) == nodes


def test_the_layout_is_made_once_for_what_is_folded() -> None:
    results = Results()
    jobs = SessionJobs(InlineExecutor(), lambda: chain(3))
    jobs.executor.attach(results)
    jobs.begin()
    first = results.next()
    jobs.perform("step")
    second = results.next()
    assert isinstance(first, Shown)
    assert isinstance(second, Shown)
    assert second.layout is first.layout


def test_a_refused_command_is_told_as_such() -> None:
    results = Results()
    jobs = SessionJobs(InlineExecutor(), lambda: chain(3))
    jobs.executor.attach(results)
    jobs.begin()
    results.next()
    jobs.perform("goto y")
    shown = results.next()
    assert isinstance(shown, Shown)
    assert shown.refused
    assert shown.reply.text.startswith("no node is named 'y'.")


def test_a_refused_description_keeps_its_lines_and_its_exit_code() -> None:
    def load() -> Graph:
        raise DescriptionError([Problem("the graph has no nodes."), Problem("really.")])

    results = Results()
    jobs = SessionJobs(InlineExecutor(), load)
    jobs.executor.attach(results)
    jobs.begin()
    assert results.next() == LoadFailed(("the graph has no nodes.", "really."), 1)
    jobs.perform("step")
    assert results.next() is None


def test_continue_can_be_stopped_on_its_way() -> None:
    """The session asks before every step: here the first question is answered with a cancel."""
    thread, results = EngineThread(), Results()
    asked = threading.Event()
    jobs = SessionJobs(thread, lambda: chain(300))
    thread.attach(results)
    jobs.begin()
    assert isinstance(results.next(), Shown)
    session = jobs._session
    assert isinstance(session, DebugSession)
    forward = session._forward

    def slow() -> bool:
        if session.cursor == 100:
            asked.set()
            released.wait(PATIENCE)
        return forward()

    released = threading.Event()
    session._forward = slow  # type: ignore[method-assign]
    jobs.perform("continue")
    assert asked.wait(PATIENCE)
    thread.cancel()
    released.set()
    shown = results.next()
    while isinstance(shown, Shown) and shown.still_moving:
        shown = results.next()
    assert isinstance(shown, Shown)
    assert shown.snapshot.cursor == 101
    assert shown.reply.text.startswith("Stopped. Step 101")
