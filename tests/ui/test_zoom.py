"""From how far the picture is seen: keys, the wheel, the map, and what a session keeps of it."""

from __future__ import annotations

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from graphtui.graph.graph import Graph
from graphtui.ui.app import GraphtuiApp
from graphtui.ui.engine_thread import InlineExecutor, Job, Token
from graphtui.ui.session_jobs import SessionJobs, Shown
from graphtui.ui.theme import ANSI, DARK
from graphtui.view.afar.heat_codes import Metric
from tests.bench.families import chain, transformer
from tests.ui.conftest import SIZES, new_app, press, rows, sigmoid_neuron, text, type_in


def net() -> Graph:
    """A thousand nodes, more than are in sight at once from nearest afar."""
    return transformer(1000).graph()


def shown(app: GraphtuiApp) -> Shown:
    assert app.main.shown is not None
    return app.main.shown


def focus(app: GraphtuiApp) -> str:
    return shown(app).snapshot.focus


def marked(app: GraphtuiApp) -> tuple[int, int]:
    """The cell of the screen in which the focus is marked from afar."""
    found = [(row.index("◆"), y) for y, row in enumerate(panel(app)) if "◆" in row]
    assert len(found) == 1, text(app)
    return found[0]


def panel(app: GraphtuiApp) -> list[str]:
    """The rows of the graph's panel."""
    region = app.main.graph.region
    return [row[: region.right] for row in rows(app)[: region.bottom]]


def words(lines: list[str]) -> set[str]:
    """The words of the picture."""
    return {word for line in lines[:-3] for word in line.split() if word.isalnum()}


@pytest.mark.parametrize("size", [*SIZES, (200, 60)])
async def test_farther_and_nearer_by_key(size: tuple[int, int]) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        first = panel(app)
        assert any("│ w0 ├" in row for row in first)
        await press(pilot, "minus")
        assert any("[a *]" in row for row in panel(app))
        assert any("w0   2.00│·" in row for row in panel(app))
        await press(pilot, "minus")
        assert marked(app)
        assert any(row.startswith("│ state · █ waiting") for row in panel(app))
        await press(pilot, "minus")
        assert "It goes no farther: everything is in sight." in text(app)
        await press(pilot, "plus", "plus")
        assert sorted(words(panel(app))) == sorted(words(first))
        await press(pilot, "plus")
        assert "It goes no nearer" in text(app)
        await press(pilot, "minus", "minus", "0")
        assert sorted(words(panel(app))) == sorted(words(first))


async def test_what_is_looked_at_stays_where_it_is_on_the_screen() -> None:
    app = new_app(net)
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "goto n000150")
        await press(pilot, "space", "minus")
        row = next(y for y, each in enumerate(panel(app)) if "[n000150" in each)
        column = panel(app)[row].index("n000150")
        await press(pilot, "minus")
        x, y = marked(app)
        assert abs(y - row) <= 1
        assert column - 4 <= x <= column + 24
        row = y
        await press(pilot, "plus")
        after = next(y for y, each in enumerate(panel(app)) if "[n000150" in each)
        assert abs(after - row) <= 1


async def test_arrows_look_at_the_next_box_from_afar_and_n_still_steps() -> None:
    app = new_app(net)
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "goto n000150")
        await press(pilot, "minus", "minus")
        x, y = marked(app)
        await press(pilot, "right")
        assert marked(app)[0] > x
        assert focus(app) != "n000150"
        await press(pilot, "left", "left")
        assert marked(app)[0] < x
        await type_in(pilot, "goto n000150")
        await press(pilot, "down")
        assert marked(app)[1] > y or focus(app) != "n000150"
        await press(pilot, "n")
        assert shown(app).snapshot.cursor == 1


@pytest.mark.parametrize("theme", [DARK, ANSI])
async def test_what_was_found_is_marked_from_afar_and_on_the_map(theme: str) -> None:
    app = new_app(net, theme=theme)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "minus", "minus", "minus", "minus")
        assert not any("★" in row for row in panel(app))
        await type_in(pilot, "find n00010*")
        found = len(shown(app).snapshot.matches)
        assert 0 < sum(row.count("★") for row in panel(app)[:-1]) <= found
        assert any("★ found" in row for row in panel(app))
        await press(pilot, "plus", "plus", "plus", "plus")
        await type_in(pilot, "goto n000900")
        assert any("★" in row for row in panel(app))  # boxes near by are others: it is the map's
        await press(pilot, "escape")
        assert not any("★" in row for row in panel(app))


class Impatient(InlineExecutor):
    """Carries out jobs at once, and stops the next one that asks whether to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.stops = False

    def submit(self, job: Job) -> None:
        token = Asked(self)
        super().submit(lambda _: job(token))


class Asked(Token):
    """Is cancelled when it is asked the second time."""

    def __init__(self, executor: Impatient) -> None:
        super().__init__()
        self._executor, self._asked = executor, 0

    @property
    def cancelled(self) -> bool:
        self._asked += 1
        if self._executor.stops and self._asked > 1:
            self.cancel()
        return super().cancelled


async def test_what_the_picture_needs_can_be_stopped_and_asked_for_again() -> None:
    executor = Impatient()
    app = GraphtuiApp(SessionJobs(executor, net), "net.py")
    app.animation_level = "none"
    app.main.graph.keep({"map": False})  # which needs colours, too
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "continue")
        executor.stops = True
        await press(pilot, "minus")  # rows
        assert shown(app).rows is None
        assert "Stopped: the picture lacks what takes long." in text(app)
        executor.stops = False
        await press(pilot, "n")
        assert shown(app).rows is None  # it was not wanted
        await press(pilot, "plus", "minus")
        assert shown(app).rows is not None
        executor.stops = True
        await press(pilot, "minus")  # the overview
        assert shown(app).heat is None
        executor.stops = False
        await press(pilot, "h")
        assert shown(app).heat is not None
        executor.stops = True
        await press(pilot, "h", "h")  # nothing is left to do
        assert shown(app).heat is not None


async def test_what_the_picture_needs_is_told_while_it_takes_long() -> None:
    app, told = new_app(net), list[str]()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        app._tell_later = lambda: told.append("later")  # type: ignore[method-assign]
        await press(pilot, "minus", "minus")
        assert told


async def test_arrows_step_where_boxes_are_seen() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "right")
        assert shown(app).snapshot.cursor == 1


async def test_a_click_from_afar_looks_at_the_box_there() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "goto f")
        await press(pilot, "minus", "minus")
        place = marked(app)
        await type_in(pilot, "goto w0")
        assert marked(app) != place
        await pilot.click(offset=place)
        await pilot.pause()
        assert focus(app) == "f"


async def test_colours_go_round_and_say_what_they_are() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "B", "minus", "minus")
        seen = []
        for _ in Metric:
            await press(pilot, "h")
            legend = panel(app)[app.main.graph.region.bottom - 1]
            seen.append(legend.split("·")[0].strip("│ "))
        assert seen == [
            "|gradient|", "|value|", "|downstream|/|upstream|", "last step", "boxes per spot",
            "state",
        ]  # fmt: skip


async def test_without_colour_there_are_letters() -> None:
    app = new_app(sigmoid_neuron, theme=ANSI)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "B", "minus", "minus", "h")
        assert "▀" not in text(app)
        assert "█" not in text(app)
        assert any(str(level) in "".join(panel(app)[2:20]) for level in range(1, 9))


@pytest.mark.parametrize("keys", [("minus",), ("minus", "minus"), ("minus", "minus", "minus")])
async def test_ascii_is_ascii_from_afar_too(keys: tuple[str, ...]) -> None:
    app = new_app(net, ascii_only=True)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, *keys, "N", "N")
        assert text(app).isascii()


# The map --------------------------------------------------------------------------------------


def map_at(app: GraphtuiApp) -> tuple[int, int] | None:
    """The corner of the map on the screen."""
    region = app.main.graph.region
    for y, row in enumerate(panel(app)[region.y :], start=region.y):
        for x in range(region.x, region.right):
            if row[x : x + 2] == "┌─" and panel(app)[y + 1][x : x + 1] == "│":
                wide = row[x:].find("┐")
                if wide >= 3 and any(mark in row_below(app, x, y, wide) for mark in "[▪┌│"):
                    return x, y
    return None


def row_below(app: GraphtuiApp, x: int, y: int, wide: int) -> str:
    return "".join(row[x + 1 : x + wide] for row in panel(app)[y + 1 : y + 9])


async def test_a_large_drawing_has_a_map_and_a_click_goes_there() -> None:
    app = new_app(lambda: chain(200).graph())
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "goto n000000")
        assert map_at(app) is not None
        assert "n00018" not in text(app)
        x, y = map_at(app) or (0, 0)
        below = next(row for row in range(y, len(panel(app))) if panel(app)[row][x : x + 2] == "└─")
        await pilot.click(offset=(x + 1, below - 1))
        await pilot.pause()
        assert "n00018" in "\n".join(panel(app))
        assert focus(app) == "n000000", "a click on the map looks at nothing else"


async def test_a_drawing_of_few_boxes_has_no_map_by_itself() -> None:
    app = new_app(lambda: chain(60).graph())
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "n")
        assert map_at(app) is None
        await press(pilot, "N")
        assert map_at(app) is not None


async def test_n_shows_the_map_and_hides_it() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        assert map_at(app) is None, "a drawing that is nearly seen has none by itself"
        await press(pilot, "N")
        assert map_at(app) is not None
        assert "The map shows all of the drawing" in text(app)
        await press(pilot, "N")
        assert map_at(app) is None
        await press(pilot, "minus", "minus", "N")
        assert "There is no map" in text(app)


async def test_a_long_answer_does_not_push_the_map_over_the_legend() -> None:
    app = new_app(net)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "minus", "minus")
        app.main.say("word " * 40)
        await pilot.pause()
        last = app.main.graph.region.bottom - 1
        assert "! fault" in panel(app)[last]
        assert "└─" not in panel(app)[last]
        assert "└─" in panel(app)[last - 1]


async def test_the_map_does_not_hide_what_is_looked_at() -> None:
    app = new_app(lambda: chain(200).graph())
    async with app.run_test(size=(80, 24)) as pilot:
        for name in ("n000000", "n000003", "n000100", "n000198", "n000199"):
            await type_in(pilot, f"goto {name}")
            assert any(f" {name} " in row or f"{name}" in row for row in panel(app)), name


# The wheel --------------------------------------------------------------------------------------


async def wheel(pilot: Pilot[object], kind: type, x: int, y: int, *, ctrl: bool) -> None:
    assert isinstance(pilot.app, GraphtuiApp)
    graph = pilot.app.main.graph
    graph.post_message(
        kind(graph, x, y, 0, 0, 0, False, False, ctrl, screen_x=x, screen_y=y, style=None)
    )
    await pilot.pause()


async def test_control_and_the_wheel_go_farther_and_nearer_around_the_mouse() -> None:
    app = new_app(net)
    async with app.run_test(size=(120, 36)) as pilot:
        await type_in(pilot, "goto n000150")
        await press(pilot, "minus", "minus", "minus")
        x, y = marked(app)
        region = app.main.graph.region
        await wheel(pilot, MouseScrollUp, x - region.x, y - region.y, ctrl=True)
        assert marked(app) == (x, y)
        await wheel(pilot, MouseScrollDown, x - region.x, y - region.y, ctrl=True)
        back = marked(app)  # another box may be nearer to the mouse there
        assert abs(back[0] - x) <= 2
        assert abs(back[1] - y) <= 2


# What is kept -----------------------------------------------------------------------------------


async def test_a_saved_session_keeps_how_it_was_looked_at() -> None:
    app = new_app(net)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "minus", "minus", "h", "N")
        kept = app.main.arrangement
        legend = panel(app)[app.main.graph.region.bottom - 1]
    assert kept["zoom"] == 2
    assert kept["heat"] == "gradient"
    assert kept["map"] is False
    other = new_app(net)
    async with other.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        other.main.arrange_as(kept)
        await press(pilot, "n")
        assert marked(other)
        assert panel(other)[other.main.graph.region.bottom - 1] == legend
        assert map_at(other) is None
        assert other.main.arrangement == kept


@pytest.mark.parametrize(
    "kept",
    [{"zoom": "far"}, {"zoom": -1}, {"zoom": True}, {"zoom": 10**9}, {"heat": 7}, {"map": 2}],
)
async def test_whatever_a_file_says_nothing_breaks(kept: dict[str, object]) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        app.main.arrange_as(kept)
        await press(pilot, "n")
        assert app.main.arrangement == {"swapped": False}


async def test_a_zoom_beyond_the_farthest_is_the_farthest() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        app.main.arrange_as({"zoom": 9})
        await press(pilot, "n")
        assert marked(app)
        await press(pilot, "plus")
        assert any("│·" in row for row in panel(app)), "one step nearer are the rows"


async def test_a_terminal_of_any_size_is_no_trouble() -> None:
    app = new_app(net)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "minus", "minus", "N")
        for size in ((1, 1), (60, 18), (61, 19), (300, 100), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            await press(pilot, "minus", "plus", "h")
