"""The panel of lists: opened, gone through and acted on by key and by mouse."""

from __future__ import annotations

import pytest

from graphtui.debugger.chapters.informing import INFO
from graphtui.errors import DescriptionError, Problem
from graphtui.graph.graph import Graph, node
from graphtui.ui.app import GraphtuiApp
from graphtui.ui.list_view import LIST_KEYS, ListView
from graphtui.ui.session_jobs import Shown
from graphtui.view.panels.list_panel import LISTS
from tests.ui.conftest import new_app, press, rows, sigmoid_neuron, text, type_in


def refused() -> Graph:
    raise DescriptionError([Problem("'tahn' is not an op.")])


def shown(app: GraphtuiApp) -> Shown:
    assert app.main.shown is not None
    return app.main.shown


def lists(app: GraphtuiApp) -> ListView:
    assert app.main.lists_seen is not None
    return app.main.lists_seen


def breakpoints(app: GraphtuiApp) -> list[str]:
    return [str(each) for each in shown(app).snapshot.breakpoints.values()]


def selected(app: GraphtuiApp) -> str:
    """The selected row."""
    (row,) = (row for row in rows(app) if "▸ " in row and "│ ▸ " in row)
    return row.split("▸ ")[1].rstrip("│ ")


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)])
async def test_every_list_opens_and_fits(size: tuple[int, int]) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=size) as pilot:
        await type_in(pilot, "break s")
        await type_in(pilot, "watch norm(s)")
        await type_in(pilot, "log s")
        await press(pilot, "c", "l")
        assert {*LISTS} == {*INFO}
        for name in LISTS:
            assert lists(app).what == name
            assert f"[{name}]" in text(app)
            assert all(len(row) == size[0] for row in rows(app))
            await press(pilot, "tab")
        assert lists(app).what == LISTS[0]
        await press(pilot, "shift+tab")
        assert lists(app).what == LISTS[-1]


@pytest.mark.parametrize("key", ["l", "q", "escape"])
async def test_the_lists_close_and_keys_mean_again_what_they_did(key: str) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "l", "down")
        assert shown(app).snapshot.focus == "a"
        await press(pilot, key)
        assert app.main.lists_seen is None
        assert "│ w0 ├" in text(app)
        await press(pilot, "down")
        assert shown(app).snapshot.focus == "b"


async def test_the_lists_take_the_place_of_a_page_but_not_of_a_refusal() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "question_mark", "l")
        assert lists(app).what == "breakpoints"
    app = new_app(refused)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "l")
        assert "There is nothing to debug." in text(app)


async def test_an_empty_list_says_how_to_fill_it() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "l")
        assert "Nothing yet." in text(app)
        assert "`b` sets one" in text(app)
        await press(pilot, "enter", "space", "x", "delete", "down", "end")
        assert app.main.typing is None


async def test_breakpoints_are_switched_edited_and_removed_by_key() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "break s")
        await type_in(pilot, "break if s > 0")
        await press(pilot, "l")
        assert selected(app).split() == ["1", "stop", "on", "0", "s"]
        await press(pilot, "space")
        assert selected(app).split() == ["1", "stop", "off", "0", "s"]
        await press(pilot, "space", "down")
        assert selected(app).split()[:3] == ["2", "stop", "on"]
        await press(pilot, "enter")
        assert ":edit 2 if s > 0" in text(app)
        await press(pilot, "backspace", "9", "enter")
        assert breakpoints(app) == ["s", "if s > 9"]
        assert selected(app).endswith("if s > 9")
        await press(pilot, "x")
        assert breakpoints(app) == ["s"]
        assert selected(app).split()[0] == "1"
        await press(pilot, "delete")
        assert breakpoints(app) == []
        assert "Nothing yet." in text(app)


async def test_the_list_is_that_of_the_moment() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "log s")
        await type_in(pilot, "log 2 * s")
        await type_in(pilot, "info log")
        assert lists(app).what == "log"
        assert "Nothing yet." in text(app)
        await press(pilot, "f")
        assert "2 * s" in text(app)
        await type_in(pilot, "break b")
        assert "breakpoint 3: b" in rows(app)[-2]


async def test_catches_are_turned_on_with_their_thresholds() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "info catches")
        await press(pilot, "space")
        assert selected(app).split()[:2] == ["nan", "on"]
        await press(pilot, "down", "down", "down", "enter")
        assert ":catch vanishing ratio 0.001 norm 1e-06" in text(app)
        await press(pilot, "enter")
        assert selected(app).split()[:2] == ["vanishing", "on"]
        await press(pilot, "x")
        assert selected(app).split()[:2] == ["vanishing", "off"]


async def test_watches_are_removed_and_printed() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "watch s")
        await type_in(pilot, "watch c * 2")
        await press(pilot, "f")
        await type_in(pilot, "info watches")
        await press(pilot, "down", "enter")
        assert rows(app)[-2].strip("│ ") == "c * 2 = 8.0"
        await press(pilot, "x")
        assert [row.text for row in shown(app).snapshot.watched] == ["s"]


def nodes(count: int) -> Graph:
    """A long chain."""
    chain = [node(f"n{i}", "negative", [f"n{i - 1}" if i else "x"]) for i in range(count)]
    return Graph([node("x", "input", value=1.0), *chain])


async def test_rows_lead_to_their_places_and_the_list_does_not_hide_them() -> None:
    app = new_app(lambda: nodes(40))
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "log n3")
        await press(pilot, "c")
        await type_in(pilot, "info log")
        await press(pilot, "enter")
        assert shown(app).snapshot.cursor == 4
        assert app.main.lists_seen is None
        await type_in(pilot, "info nodes")
        await press(pilot, "end")
        assert selected(app).startswith("n39")
        await press(pilot, "space")
        assert breakpoints(app)[-1] == "n39"
        await press(pilot, "enter")
        assert shown(app).snapshot.focus == "n39"
    async with new_app(lambda: nodes(40)).run_test(size=(120, 36)) as pilot:
        wide = pilot.app
        assert isinstance(wide, GraphtuiApp)
        await type_in(pilot, "info nodes")
        await press(pilot, "down", "enter")
        assert shown(wide).snapshot.focus == "n0"
        assert wide.main.lists_seen is not None


async def test_a_long_list_scrolls_and_its_border_says_so() -> None:
    app = new_app(lambda: nodes(60))
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "info nodes")
        assert "n40" not in text(app)
        assert "┃" in rows(app)[1]
        await press(pilot, "pagedown", "pagedown", "pagedown", "pagedown")
        assert selected(app).startswith("n59")
        await press(pilot, "home")
        assert selected(app).startswith("x")
        for key, there in (("]", "n16"), ("[", "x"), ("down", "n0"), ("up", "x")):
            named = {"]": "right_square_bracket", "[": "left_square_bracket"}.get(key, key)
            await press(pilot, named)
            assert selected(app).split()[0] == there


async def test_lists_by_mouse() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "break s")
        await type_in(pilot, "break c")
        await press(pilot, "l")
        y = next(y for y, row in enumerate(rows(app)) if row.rstrip("│ ").endswith(" c"))
        await pilot.click(offset=(10, y))
        await pilot.pause()
        assert selected(app).endswith("c")
        await pilot.click(offset=(10, y), times=2)
        await pilot.pause()
        assert ":edit 2 c" in text(app)
        await press(pilot, "escape")
        await pilot.click(offset=(rows(app)[-1].index("x remove"), 23))
        await pilot.pause()
        assert breakpoints(app) == ["s"]
        await pilot.click(offset=(rows(app)[1].index("catches") + 2, 1))
        await pilot.pause()
        assert lists(app).what == "catches"
        await pilot.click(offset=(rows(app)[-1].index("l close"), 23))
        await pilot.pause()
        assert app.main.lists_seen is None


def test_every_key_of_the_lists_means_one_thing() -> None:
    keys = [key for row in LIST_KEYS for key in row.keys]
    assert len(keys) == len(set(keys))
    assert all(callable(getattr(ListView, row.name)) for row in LIST_KEYS)


async def test_the_lens_and_the_lists_take_each_others_place() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "l", "j")
        assert app.main.lists_seen is None
        assert "Jacobian" in text(app)
        await press(pilot, "l")
        assert "[breakpoints]" in text(app)
        assert "Jacobian" not in text(app)


async def test_watches_have_a_strip_under_the_inspector() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "watch s * 2")
        await press(pilot, "f")
        assert any("s * 2" in row and "2" in row for row in rows(app))
        await type_in(pilot, "unwatch 1")
        assert "s * 2" not in text(app)
