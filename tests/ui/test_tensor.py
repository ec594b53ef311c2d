"""An array fills the screen: every key does what the table says, by key and by typed command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from graphtui.debugger.viewed import Viewed, looked_at
from graphtui.graph.graph import Graph, node
from graphtui.ui.app import GraphtuiApp
from graphtui.ui.bindings import help_lines
from graphtui.ui.engine_thread import InlineExecutor, Token
from graphtui.ui.messages import Work
from graphtui.ui.panel_keys import TENSOR_KEYS
from graphtui.ui.session_jobs import SessionJobs
from graphtui.ui.tensor_panel import TensorPanel
from graphtui.ui.theme import ANSI, LIGHT
from graphtui.view.tensor.view import Heat, Shows, TensorView
from graphtui.view.text.lines import plain
from tests.ui.conftest import new_app, press, rows, sigmoid_neuron, text, type_in

F = np.arange(-60.0, 60.0).reshape(2, 3, 4, 5)


def filters() -> Graph:
    """Filters with a NaN, weights of 28 × 28 pictures, and something that takes both."""
    bad = F.copy()
    bad[1, 2, 3, 4], bad[0, 1, 0, 2] = np.nan, np.inf
    pictures = np.linspace(-1, 1, 6 * 784).reshape(6, 784)
    return Graph(
        [
            node("F", "parameter", value=bad),
            node("W", "parameter", value=pictures),
            node("w", "parameter", value=3.0),
            node("G", "multiply", ["F", "w"]),
            node("s", "sum", ["G"]),
            node("t", "sum", ["W"]),
            node("L", "add", ["s", "t"]),
        ]
    )


def panel(app: GraphtuiApp) -> TensorPanel:
    assert isinstance(app.main.in_front, TensorPanel)
    return app.main.in_front


def seen(app: GraphtuiApp) -> TensorView:
    view = panel(app).view
    assert view is not None
    return view


def test_keys_are_told_apart_and_every_one_has_words() -> None:
    keys = [key for row in TENSOR_KEYS for key in row.keys]
    assert len(set(keys)) == len(keys)
    assert all(row.help and hasattr(TensorPanel, row.name) for row in TENSOR_KEYS)


@pytest.mark.parametrize(("size", "theme"), [((60, 18), ANSI), ((120, 36), LIGHT)])
async def test_every_key_can_be_pressed_on_every_array(size: tuple[int, int], theme: str) -> None:
    app = new_app(filters, theme=theme)
    typing, closing = {"g", "slash", "w"}, {"t", "q", "escape"}
    keys = [key for row in TENSOR_KEYS for key in row.keys if key not in typing | closing]
    async with app.run_test(size=size) as pilot:
        await press(pilot, "B")
        for command in ("tensor F", "tensor w", "tensor F > 3", "tensor W[0]"):
            await type_in(pilot, command)
            for key in keys:
                assert panel(app).take_key(key)
                panel(app).draw(size[0] - 2, size[1] - 4)
            await pilot.pause()
            assert all(len(each) == size[0] for each in rows(app))
            assert not panel(app).take_key("n")


@pytest.mark.parametrize("key", ["t", "q", "escape"])
async def test_it_opens_at_the_focus_and_closes(key: str) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "goto w1")
        await press(pilot, "t")
        assert seen(app).title == "w1"
        assert "value -3.0" in text(app)
        assert "t close" in rows(app)[-1]
        await press(pilot, key)
        assert app.main.in_front is None
        assert "│ w0 ├" in text(app)


async def test_what_is_not_there_yet_is_a_sentence() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "t")
        assert app.main.in_front is None
        assert "a is not there yet." in text(app)


async def test_it_follows_the_cursor_of_the_timeline_there_and_back() -> None:
    app = new_app(filters)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "tensor w")
        await press(pilot, "tab")
        assert "not yet" in text(app)
        await press(pilot, "B")
        assert seen(app).shows is Shows.GRADIENT
        assert seen(app).gradient is not None
        await press(pilot, "R")
        assert seen(app).gradient is None
        await type_in(pilot, "until G")
        await type_in(pilot, "tensor G")
        await press(pilot, "p")
        assert "G" in text(app)
        assert "not yet" in text(app)
        await press(pilot, "n")
        assert "-180" in text(app)


async def test_a_part_is_jumped_to_and_the_view_stays_otherwise() -> None:
    app = new_app(filters)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "tensor F")
        await press(pilot, "h", "g")
        assert app.main.typing is not None
        assert ":tensor F[" in text(app)
        await pilot.press(*"1,:,2,1:3]", "enter")
        await press(pilot)
        assert (seen(app).at, seen(app).heat) == ((1, 0, 2, 1), Heat.LINEAR)
        assert (seen(app).rows_axis, seen(app).columns_axis) == (1, 3)
        assert "│ [1, :, 2, 1:3] 6" in text(app)
        await press(pilot, "u")
        assert seen(app).marked == ()
        await press(pilot, "a", "x")
        assert (seen(app).rows_axis, seen(app).columns_axis) == (3, 2)


async def test_numbers_are_sought_and_faults_are_hopped_through() -> None:
    app = new_app(filters)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "tensor F")
        assert "! NaN ∞" in rows(app)[-1]
        await press(pilot, "exclamation_mark")
        assert seen(app).at == (0, 1, 0, 2)
        await press(pilot, "exclamation_mark")
        assert seen(app).at == (1, 2, 3, 4)
        assert "[1, 2, 3, 4] is odd." in text(app)
        await type_in(pilot, "tensor F where abs < 2")
        assert seen(app).at == (0, 2, 3, 4)
        await press(pilot, "m", "m")
        assert seen(app).at == (1, 0, 0, 1)
        await press(pilot, "M")
        assert seen(app).at == (1, 0, 0, 0)


async def test_rows_and_columns_are_sorted() -> None:
    app = new_app(filters)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "tensor F by largest")
        assert seen(app).orders[2].numbers.tolist() == [3, 2, 1, 0]
        await press(pilot, "o", "o")
        assert "The rows are sorted: smallest first." in text(app)
        await press(pilot, "O")
        assert set(seen(app).orders) == {2, 3}
        await press(pilot, "o", "o")
        assert set(seen(app).orders) == {3}


async def test_moving_by_key_and_by_mouse() -> None:
    app = new_app(filters)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "tensor F")
        await press(pilot, "down", "right", "right", "left", "right_square_bracket")
        assert seen(app).at == (0, 1, 1, 1)
        await press(pilot, "end", "ctrl+end", "up", "home", "left_square_bracket")
        assert seen(app).at == (1, 1, 2, 0)
        await press(pilot, "ctrl+home", "pagedown")
        assert seen(app).at == (0, 0, 3, 0)
        await pilot.click(TensorPanel, offset=(1 + 14 + 3 * 9, 5))
        assert seen(app).at[2:] == (2, 2) or seen(app).at[3] in (2, 3)


async def test_pictures_go_on_from_the_cursor() -> None:
    app = new_app(filters)
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "tensor W")
        await press(pilot, "down", "v")
        assert "images 1–5 of 6 · 28×28" in text(app)
        await press(pilot, "right_square_bracket", "right")
        assert "images 3–5 of 6" in text(app)
        await press(pilot, "v")
        assert "images" not in text(app)


def coloured() -> Graph:
    """Weights of ten colour pictures, as a linear classifier has them."""
    weights = np.linspace(-1, 1, 10 * 3072).reshape(3072, 10)
    return Graph([node("W", "parameter", value=weights), node("L", "sum", ["W"])])


async def test_pictures_in_colour_their_channels_readings_and_sizes() -> None:
    app = new_app(coloured)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "B")
        await type_in(pilot, "tensor W")
        await press(pilot, "v")
        assert "images 0–9 of 10 · 32×32×3 drawn as 21×21 · in colour" in text(app)
        assert "h contrast" in rows(app)[-1]
        await press(pilot, "h")
        assert "all alike" in text(app)
        await press(pilot, "plus")
        assert "images 0–2 of 10 · 32×32×3 · in colour" in text(app)
        await press(pilot, "down", "down")
        assert "channel 1 of 3" in text(app)
        await press(pilot, "p", "n")
        assert "channel 1 of 3" in text(app)
        await press(pilot, "a")
        assert "[rgb, ↓, →, #]" in text(app)
        assert "all alike" in text(app)
        await press(pilot, "tab", "minus", "v")
        assert seen(app).shows is Shows.GRADIENT
        assert "contrast" not in rows(app)[-1]


async def test_what_is_marked_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    app = new_app(filters)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "tensor F[0, 1, :2, 1:3]")
        await press(pilot, "y")
        assert app.clipboard == "-39.0\tinf\n-34.0\t-33.0"
        await press(pilot, "Y")
        assert app.clipboard == 'np.array([[-39.0, np.inf], [-34.0, -33.0]], dtype="float64")'
        assert "Copied as a NumPy expression: 60 characters." in text(app)
        await press(pilot, "tab", "y")
        assert "the gradient of F is not there yet." in text(app)


async def test_the_array_is_saved_where_the_user_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = new_app(filters)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "B")
        await type_in(pilot, "tensor G")
        await press(pilot, "tab", "w")
        assert ":save-array grad(G) to grad_G.npy" in text(app)
        await press(pilot, "enter")
        assert panel(app)
    np.testing.assert_array_equal(np.load(tmp_path / "grad_G.npy"), np.ones_like(F))


async def test_lists_lens_and_help_come_in_front_of_it() -> None:
    app = new_app(filters)
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "tensor F")
        await press(pilot, "question_mark")
        assert "Keys while an array is looked into" in help_text(app)
        await press(pilot, "question_mark")
        assert panel(app)
        await press(pilot, "l")
        assert app.main.lists_seen is not None
        await type_in(pilot, "tensor F")
        await press(pilot, "j")
        assert app.main.in_front is app.main.lens_view
        assert app.main.wanted.lens


def help_text(app: GraphtuiApp) -> str:
    assert app.main.page_is_open
    return plain(help_lines(100))


class Postponed:
    """An executor that carries jobs out when it is told to, so that a test sees what waits."""

    def __init__(self) -> None:
        self.jobs: list[tuple[object, Token]] = []
        self.cancelled = 0

    @property
    def busy(self) -> bool:
        return bool(self.jobs)

    def attach(self, deliver: object) -> None:
        """Nothing is delivered: jobs post messages themselves."""

    def submit(self, job: object) -> None:
        self.jobs.append((job, Token()))

    def cancel(self) -> None:
        self.cancelled += 1
        for _, token in self.jobs:
            token.cancel()

    def run(self) -> None:
        for job, token in self.jobs:
            job(token)  # type: ignore[operator]
        self.jobs.clear()


async def test_a_huge_array_opens_at_once_and_is_measured_elsewhere() -> None:
    huge = np.broadcast_to(np.float32(0.5), (10_000, 10_000))
    graph = Graph([node("x", "input", value=np.zeros(3)), node("s", "sum", ["x"])])
    numbers = Postponed()
    app = GraphtuiApp(SessionJobs(InlineExecutor(), lambda: graph), "huge", numbers=numbers)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.main.shown is not None
        app.main.open_tensor(Viewed(looked_at("x"), huge, None), app.main.shown.snapshot)
        await pilot.pause()
        assert "being measured" in text(app)
        assert "0.5" in text(app)
        await press(pilot, "ctrl+end")
        assert seen(app).at == (9999, 9999)
        ((_, token),) = numbers.jobs
        await press(pilot, "i")
        assert token.cancelled
        numbers.run()
        await pilot.pause()
        assert "of 100,000,000 elements so far" not in text(app)
        await press(pilot, "escape")
        assert app.main.in_front is None
        assert numbers.cancelled >= 2


async def test_what_was_found_out_about_another_array_is_not_shown() -> None:
    app = new_app(filters)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_in(pilot, "tensor F")
        taken: list[str] = []
        panel(app).post_message(TensorPanel.Learned(-1, lambda: taken.append("old")))
        await pilot.pause()
        assert taken == []
        assert Work(lambda token: None, afresh=True).afresh
