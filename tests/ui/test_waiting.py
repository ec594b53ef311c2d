"""What the screen says while a command or a description takes long. No sleeps: events and a clock.

A command is held where the session asks whether to stop, so it is at work as long as a test wants.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from textual.pilot import Pilot

from graphtui.debugger.reply import Reply
from graphtui.graph.graph import Graph
from graphtui.ui.app import GraphtuiApp
from graphtui.ui.bars import StatusView
from graphtui.ui.engine_thread import EngineThread, Token
from graphtui.ui.session_jobs import Load, SessionJobs, Shown
from graphtui.ui.waiting import PATIENCE
from graphtui.view.text.lines import plain
from tests.ui.conftest import new_app, press, rows, sigmoid_neuron, text, type_in

PATIENCE_OF_TESTS = 10


class Held:
    """Where the engine's thread waits, and a clock that goes on by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.reached = threading.Event()
        self._released = threading.Event()

    def wait(self) -> None:
        """Stay here until somebody releases; later, go through."""
        self.reached.set()
        assert self._released.wait(PATIENCE_OF_TESTS)

    def release(self) -> None:
        """Let go on whoever waits here, or comes."""
        self._released.set()

    def hold(self) -> None:
        """Let the next one wait."""
        self.reached.clear()
        self._released.clear()


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.release()


class HeldJobs(SessionJobs):
    """Jobs that wait where a command asks whether to stop, and where a list is made."""

    held: Held

    def _should_stop(self, token: Token) -> bool:
        self.held.wait()
        return super()._should_stop(token)

    def _shown(self, reply: Reply, *, refused: bool = False, still_moving: bool = False) -> Shown:
        if self.at_work is not None and self.at_work.command == "info saved":
            self.held.wait()
        return super()._shown(reply, refused=refused, still_moving=still_moving)


def held_app(held: Held, load: Load = sigmoid_neuron) -> GraphtuiApp:
    """The app with such jobs, on a thread of their own."""
    jobs = HeldJobs(EngineThread(), load, clock=lambda: held.now)
    jobs.held = held
    app = GraphtuiApp(jobs, "sigmoid.py")
    app.animation_level = "none"
    return app


def bar(app: GraphtuiApp) -> str:
    """What the message bar says."""
    return rows(app)[-2].strip("│ ")


async def answered(pilot: Pilot[object], app: GraphtuiApp) -> None:
    """Wait until the engine's thread has nothing to do, and what it says is painted."""
    while app._jobs.executor.busy:
        await pilot.pause()
    await pilot.pause()


async def after(pilot: Pilot[object], app: GraphtuiApp, held: Held, seconds: float) -> str:
    """What the bar says that many seconds later."""
    assert held.reached.wait(PATIENCE_OF_TESTS)
    held.now += seconds
    app._tell()
    await pilot.pause()
    return bar(app)


async def test_a_command_that_takes_long_is_told_until_its_answer_is_there(held: Held) -> None:
    app = held_app(held)
    async with app.run_test() as pilot:
        await answered(pilot, app)
        before = bar(app)
        await type_in(pilot, "gradcheck all")
        assert await after(pilot, app, held, PATIENCE / 2) == before
        assert await after(pilot, app, held, PATIENCE) == "gradcheck all … i stops it."
        assert await after(pilot, app, held, 3) == "gradcheck all … 3 s. i stops it."
        held.release()
        await answered(pilot, app)
        assert "i stops it" not in text(app)
        assert app.main.page_is_open


async def test_i_stops_it_and_the_answer_says_so(held: Held) -> None:
    app = held_app(held)
    async with app.run_test() as pilot:
        await answered(pilot, app)
        await type_in(pilot, "gradcheck all")
        await after(pilot, app, held, 1)
        await press(pilot, "i")
        assert await after(pilot, app, held, 1) == "gradcheck all … 2 s. It is being stopped."
        held.release()
        await answered(pilot, app)
        assert bar(app) == "interrupted before there was an answer."


async def test_what_moves_is_told_as_well_and_stops_where_it_stands(held: Held) -> None:
    app = held_app(held)
    async with app.run_test() as pilot:
        await answered(pilot, app)
        await press(pilot, "c")
        assert await after(pilot, app, held, 2) == "continue … 2 s. i stops it."
        await press(pilot, "i")
        held.release()
        await answered(pilot, app)
        assert bar(app).startswith("Stopped. ")


async def test_the_answer_of_before_is_there_again_where_there_is_no_other(held: Held) -> None:
    app = held_app(held)
    async with app.run_test() as pilot:
        await answered(pilot, app)
        before = bar(app)
        app._list("saved")
        assert await after(pilot, app, held, 1) == "info saved … 1 s. i stops it."
        held.release()
        await answered(pilot, app)
        assert bar(app) == before


async def test_a_list_is_stopped_by_i_and_not_by_what_stopped_another_command(held: Held) -> None:
    app = held_app(held)
    async with app.run_test() as pilot:
        await answered(pilot, app)
        await type_in(pilot, "gradcheck all")
        assert held.reached.wait(PATIENCE_OF_TESTS)
        await press(pilot, "i")
        held.release()
        await answered(pilot, app)
        held.hold()
        app._list("saved")
        assert await after(pilot, app, held, 1) == "info saved … 1 s. i stops it."
        session = app._jobs._session
        assert session is not None
        assert not session.interrupted()
        await press(pilot, "i")
        assert session.interrupted()
        held.release()
        await answered(pilot, app)


async def test_a_description_that_loads_long_is_told(held: Held) -> None:
    def load() -> Graph:
        held.wait()
        return sigmoid_neuron()

    app = held_app(held, load)
    async with app.run_test() as pilot:
        assert await after(pilot, app, held, 2) == "Loading sigmoid.py … 2 s. ctrl+c gives up."
        assert "q leave" in text(app)
        assert "n step" not in text(app), "a key that does nothing yet is not offered"
        held.release()
        await answered(pilot, app)
        assert "Loading" not in text(app)
        assert "n step" in text(app)


def test_an_answer_takes_the_place_of_what_was_said_meanwhile() -> None:
    status = StatusView("status")
    status.redraw = lambda: None  # type: ignore[method-assign]
    status.say("before")
    status.meanwhile("a\x1b[2J long wait")
    assert plain(status.draw(12, 1)).strip() == "a␛[2J lon…"
    assert status.text == ["before"]
    status.say("after")
    assert plain(status.draw(12, 1)).strip() == "after"


async def test_at_once_nothing_is_told() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await type_in(pilot, "gradcheck all")
        assert not app._telling
