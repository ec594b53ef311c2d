"""The description changes while it is on the screen: the session goes on where it stood."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from graphtui.debugger.description import describe_file
from graphtui.debugger.kept.session_file import read_session
from graphtui.graph.load import load
from graphtui.ui.app import GraphtuiApp
from graphtui.ui.engine_thread import InlineExecutor
from graphtui.ui.session_jobs import SessionJobs, Shown
from tests.terminal import Terminal
from tests.ui.conftest import press, text, type_in

NODES: Mapping[str, Mapping[str, Any]] = {
    "x": {"op": "input", "value": 0.5},
    "w": {"op": "parameter", "value": 2.0},
    "m": {"op": "multiply", "inputs": ["w", "x"], "group": "layer"},
    "h": {"op": "tanh", "inputs": ["m"], "group": "layer"},
    "f": {"op": "exp", "inputs": ["h"]},
}


def write(path: Path, **others: Mapping[str, Any] | None) -> None:
    """Write the description, with other nodes for some, as an editor does: beside and renamed."""
    nodes = {name: each for name, each in {**NODES, **others}.items() if each is not None}
    document = {"nodes": [{"id": name, **each} for name, each in nodes.items()], "output": "f"}
    new = path.with_suffix(".new")
    new.write_text(json.dumps(document, indent=1))
    os.replace(new, path)


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.json"
    write(path)
    return path


class Loads:
    """Loads a file each time, as the command line does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0

    def __call__(self) -> Any:
        self.count += 1
        self.description = describe_file(self.path)
        return load(self.path)


def app_on(path: Path, **settings: Any) -> GraphtuiApp:
    loads = Loads(path)
    jobs = SessionJobs(InlineExecutor(), loads, describe=lambda: loads.description, **settings)
    app = GraphtuiApp(jobs, path.name)
    app.animation_level = "none"
    return app


async def look(pilot: Pilot[Any]) -> None:
    """Look often enough for a change to have settled."""
    assert isinstance(pilot.app, GraphtuiApp)
    for _ in range(2):
        pilot.app._jobs.look()
        await pilot.pause()
    await pilot.pause()


def shown(app: GraphtuiApp) -> Shown:
    assert app.main.shown is not None
    return app.main.shown


def said(app: GraphtuiApp) -> str:
    """The answer in one line; on the screen it may take several rows."""
    return " ".join(app.main.status.text)


async def test_a_saved_change_is_loaded_and_everything_stays_in_its_place(net: Path) -> None:
    app = app_on(net)
    async with app.run_test(size=(120, 36)) as pilot:
        for typed in ("break h", "watch norm(grad(w))", "catch nan", "until h backward", "goto m"):
            await type_in(pilot, typed)
        before = shown(app)
        write(net, w={"op": "parameter", "value": 3.0})
        await look(pilot)
        after = shown(app)
        assert after.snapshot.graph.nodes["w"].value == 3.0
        assert after.snapshot.cursor == before.snapshot.cursor
        assert after.snapshot.focus == "m"
        assert after.snapshot.breakpoints == before.snapshot.breakpoints
        assert [row.text for row in after.snapshot.watched] == ["norm(grad(w))"]
        assert after.layout is before.layout
        assert "Reloaded net.json: 1 node changed." in said(app)
        assert '"value": 3.0' in text(app)
        await look(pilot)
        assert shown(app) is after


async def test_the_cursor_stays_at_its_node_when_others_come_before_it(net: Path) -> None:
    app = app_on(net)
    async with app.run_test() as pilot:
        await type_in(pilot, "until h backward")
        assert shown(app).snapshot.cursor == 6
        write(
            net,
            s={"op": "sin", "inputs": ["m"]},
            h={"op": "tanh", "inputs": ["s"], "group": "layer"},
        )
        await look(pilot)
        snapshot = shown(app).snapshot
        assert snapshot.cursor == 7
        assert snapshot.step is not None
        assert (snapshot.step.node, snapshot.step.phase) == ("h", "backward")
        assert "1 node changed, 1 node added" in text(app)


async def test_what_is_shown_because_of_the_focus_stays_so(net: Path) -> None:
    app = app_on(net)
    async with app.run_test() as pilot:
        for typed in ("goto x", "paths", "around 2"):
            await type_in(pilot, typed)
        write(net, f={"op": "tanh", "inputs": ["h"]})
        await look(pilot)
        snapshot = shown(app).snapshot
        assert snapshot.graph.nodes["f"].op.name == "tanh"
        assert snapshot.hops == 2
        assert snapshot.lit == {"x", "m", "h", "f"}


async def test_the_key_for_files_also_writes_what_is_wrong_as_a_test(net: Path) -> None:
    app = app_on(net)
    async with app.run_test() as pilot:
        await type_in(pilot, "set w = inf")
        await type_in(pilot, "backward")
        await press(pilot, "X")
        assert ":export " in text(app)
        await press(pilot, *"--p", "tab")
        assert ":export --pytest" in text(app)
        await press(pilot, "enter")
        assert "Wrote" in text(app)
    assert (net.parent / "test_net.py").exists()


async def test_what_is_lost_is_told_and_comes_back(net: Path) -> None:
    app = app_on(net)
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "break h")
        await type_in(pilot, "set x = 0.25")
        write(net, h=None, f={"op": "exp", "inputs": ["m"]})
        await look(pilot)
        assert "Breakpoint 1 (h) is lost: no node is named 'h'." in said(app)
        assert shown(app).snapshot.value("x") == 0.25
        write(net)
        await look(pilot)
        assert "Breakpoint 1 (h) is back." in said(app)
        await press(pilot, "c")
        assert shown(app).snapshot.stop is not None


async def test_while_it_is_broken_the_last_good_graph_stays_and_works(net: Path) -> None:
    app = app_on(net)
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "until h")
        net.write_text('{"nodes": [\n  {"id": "x", "op": "imput", "value": 1}]}')
        await look(pilot)
        assert "net.json:2:" in said(app)
        assert "'imput' is not an op" in said(app)
        assert "r shows all of it; the graph stays." in said(app)
        assert shown(app).snapshot.cursor == 2
        await press(pilot, "n")
        assert shown(app).snapshot.cursor == 3
        assert "(net.json is refused; this is the graph of before.)" in said(app)
        await look(pilot)
        assert "Step 3" in said(app)  # it is told once
        write(net, w={"op": "parameter", "value": 3.0})
        await look(pilot)
        assert "Reloaded net.json: 1 node changed." in said(app)
        await press(pilot, "p")
        assert "refused" not in said(app)


async def test_a_half_written_file_is_not_read(net: Path) -> None:
    app = app_on(net)
    async with app.run_test() as pilot:
        whole = net.read_text()
        for size in (10, 50, 90):
            net.write_text(whole[:size])
            app._jobs.look()
            await pilot.pause()
        assert app._jobs.load.count == 1
        net.write_text(whole)
        await look(pilot)
        assert app._jobs.load.count == 1


async def test_a_touch_does_nothing(net: Path) -> None:
    app = app_on(net)
    async with app.run_test() as pilot:
        await look(pilot)
        os.utime(net, ns=(1, 1))
        before = shown(app)
        await look(pilot)
        assert shown(app) is before


async def test_r_reads_it_again_by_hand(net: Path) -> None:
    app = app_on(net)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "n", "n")
        write(net, w={"op": "parameter", "value": 3.0})
        await press(pilot, "r")
        assert shown(app).snapshot.cursor == 2
        assert "Reloaded net.json: 1 node changed." in said(app)
        before = shown(app)
        await look(pilot)
        assert shown(app) is before
        await press(pilot, "r")
        assert "Reloaded net.json: the same graph as before." in said(app)


async def test_r_on_a_broken_file_shows_all_of_it_and_the_page_goes_when_it_is_right(
    net: Path,
) -> None:
    app = app_on(net)
    async with app.run_test(size=(120, 36)) as pilot:
        net.write_text('{"nodes": [\n  {"id": "x", "op": "imput"},\n  {"id": "y", "op": "sni"}]}')
        await press(pilot, "r")
        assert "net.json is refused; this is the graph of before." in text(app)
        assert "'sni' is not an op" in text(app)
        await press(pilot, "escape", "n")
        assert shown(app).snapshot.cursor == 1
        await press(pilot, "r")
        assert app.main.page_is_open
        write(net)
        await look(pilot)
        assert not app.main.page_is_open
        assert shown(app).snapshot.cursor == 1


async def test_what_was_refused_from_the_start_opens_when_it_is_right(net: Path) -> None:
    net.write_text("{")
    app = app_on(net)
    async with app.run_test(size=(120, 36)) as pilot:
        assert "There is nothing to debug." in text(app)
        await look(pilot)
        assert app.main.shown is None
        write(net)
        await look(pilot)
        assert shown(app).snapshot.cursor == 0
        assert not app.main.page_is_open


async def test_the_file_may_go_away_and_come_back(net: Path) -> None:
    app = app_on(net)
    async with app.run_test(size=(120, 36)) as pilot:
        whole = net.read_text()
        net.unlink()
        await look(pilot)
        assert "there is no such file" in said(app)
        await press(pilot, "n")
        net.write_text(whole)
        await look(pilot)
        assert "Reloaded net.json: the same graph as before." in said(app)
        assert shown(app).snapshot.cursor == 1


async def test_a_seed_that_fits_no_more_leaves_the_graph(tmp_path: Path) -> None:
    net = tmp_path / "net.json"
    write(net, x={"op": "input", "value": [1.0, 2.0]})
    app = app_on(net, seed=[1.0, 0.0])
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "n")
        write(net, x={"op": "input", "value": [1.0, 2.0, 3.0]})
        await look(pilot)
        assert "the seed has shape (2,), 'f' has (3,)" in said(app)
        assert shown(app).snapshot.cursor == 1


async def test_folds_and_the_lens_stay(net: Path) -> None:
    app = app_on(net)
    async with app.run_test(size=(120, 36)) as pilot:
        for typed in ("fold layer", "backward", "goto m"):
            await type_in(pilot, typed)
        await press(pilot, "j", "j")  # the second input
        write(net, m={"op": "negative", "inputs": ["x"], "group": "layer"})
        await look(pilot)
        assert shown(app).snapshot.folded == {"layer"}
        assert shown(app).snapshot.focus == "m"
        assert "Reloaded net.json" in said(app)


async def test_what_a_command_cancels_is_gone_on_with(net: Path) -> None:
    app = app_on(net)
    async with app.run_test() as pilot:
        jobs = app._jobs
        write(net, w={"op": "parameter", "value": 3.0})
        submit = jobs.executor.submit
        jobs.executor.submit = lambda job: None  # type: ignore[method-assign]
        await look(pilot)
        jobs.executor.submit = submit  # type: ignore[method-assign]
        assert shown(app).snapshot.graph.nodes["w"].value == 2.0
        await look(pilot)
        assert shown(app).snapshot.graph.nodes["w"].value == 3.0


# What outlives the screen -------------------------------------------------------------------------


async def test_watches_are_there_the_next_time(net: Path, tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    app = app_on(net, state_folder=state)
    async with app.run_test() as pilot:
        await type_in(pilot, "watch norm(grad(w))")
        write(net, w={"op": "parameter", "value": 3.0})
        await look(pilot)
        await type_in(pilot, "watch h")
    again = app_on(net, state_folder=state)
    async with again.run_test():
        assert [row.text for row in shown(again).snapshot.watched] == ["norm(grad(w))", "h"]
        assert "2 watches of the last time." in text(again)
    without = app_on(net)
    async with without.run_test():
        assert shown(without).snapshot.watched == ()


async def test_a_saved_session_opens_where_it_stood(net: Path, tmp_path: Path) -> None:
    app = app_on(net)
    async with app.run_test(size=(120, 36)) as pilot:
        for typed in ("watch h", "until h backward", "break m", "goto f", f"save {tmp_path}/kept"):
            await type_in(pilot, typed)
        assert "Saved in" in said(app)
    saved = read_session(tmp_path / "kept.graphtui")
    state = str(tmp_path / "state")
    again = app_on(net, saved=saved, state_folder=state)
    async with again.run_test(size=(120, 36)) as pilot:
        assert shown(again).snapshot.cursor == shown(app).snapshot.cursor
        assert shown(again).snapshot.focus == "f"
        assert "Opened 'kept.graphtui' at step 6 of 7." in text(again)
        await type_in(pilot, "unwatch 1")
        await press(pilot, "S")
        assert f"Saved in '{tmp_path}/kept.graphtui'." in said(again)
    assert not os.path.exists(state)  # its watches are its own
    write(net, h=None, f={"op": "exp", "inputs": ["m"]})
    changed = app_on(net, saved=saved)
    async with changed.run_test(size=(120, 36)):
        assert "'net.json' has changed since: 'h' has no backward step any more" in said(changed)
        assert "Watch 1 (h) is lost" in said(changed)


async def test_a_saved_session_opens_with_its_panels(net: Path, tmp_path: Path) -> None:
    app = app_on(net)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab")
        await type_in(pilot, f"save {tmp_path}/kept")
    again = app_on(net, saved=read_session(tmp_path / "kept.graphtui"))
    async with again.run_test(size=(80, 24)):
        assert again.main.arrangement == {"swapped": True}
        assert "upstream" in text(again) or "value" in text(again)
    document = json.loads((tmp_path / "kept.graphtui").read_text())
    strange = document | {"view": {"swapped": "yes", "zoom": [7], "x": None}}
    (tmp_path / "kept.graphtui").write_text(json.dumps(strange))
    other = app_on(net, saved=read_session(tmp_path / "kept.graphtui"))
    async with other.run_test(size=(80, 24)):
        assert other.main.arrangement == {"swapped": False}


# In a real terminal -------------------------------------------------------------------------------

PROGRAM = "from graphtui import parameter, exp\nw = parameter({})\nf = exp(w)\n"


def test_a_program_is_run_again_when_it_is_saved_and_watches_are_kept(tmp_path: Path) -> None:
    net, state = tmp_path / "net.py", tmp_path / "state"
    net.write_text(PROGRAM.format("2.0"))
    settings: dict[str, Any] = {"env": {"XDG_STATE_HOME": str(state)}, "cwd": tmp_path}
    with Terminal([sys.executable, "-m", "graphtui", "net.py"], **settings) as screen:
        screen.wait_for("step 0 of 3")
        screen.send(":watch w * 2\r")
        screen.wait_for("watch 1: w * 2")
        screen.send("n")
        screen.wait_for("step 1 of 3")
        net.write_text(PROGRAM.format("4.0"))
        screen.wait_for("Reloaded net.py: 1 node changed.")
        net.write_text("import nothing_of_that_name\n")
        screen.wait_for("ModuleNotFoundError")
        screen.send("n")
        screen.wait_for("step 2 of 3")
        net.write_text(PROGRAM.format("8.0"))
        screen.wait_for("Reloaded net.py: 1 node changed.")
        screen.send("S")
        screen.wait_for("net.graphtui")
        screen.send("q")
        assert screen.wait_exit() == 0
        assert screen.termios_restored()
        assert not screen.modes_left_on()
    with Terminal([sys.executable, "-m", "graphtui", "net.graphtui"], **settings) as screen:
        screen.wait_for("Opened 'net.graphtui' at step 2 of 3.")
        screen.send("q")
        assert screen.wait_exit() == 0
    (kept,) = (state / "graphtui").iterdir()
    assert json.loads(kept.read_text())["watches"] == ["w * 2"]
