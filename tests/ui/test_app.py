"""What keys, clicks and typed commands do, seen on the screen."""

from __future__ import annotations

import pytest
from textual.events import (
    MouseEvent,
    MouseMove,
    MouseScrollDown,
    MouseScrollLeft,
    MouseScrollRight,
    MouseScrollUp,
    Paste,
)
from textual.pilot import Pilot
from textual.widget import Widget

from graphtui.debugger.commands import COMMANDS
from graphtui.debugger.session import AT_END, AT_START
from graphtui.errors import DescriptionError, Problem
from graphtui.graph.graph import Graph, node
from graphtui.ui.app import GraphtuiApp
from graphtui.ui.theme import DARK, LIGHT
from graphtui.ui.view_actions import VIEW_ACTIONS
from tests.ui.conftest import new_app, press, rows, sigmoid_neuron, text, type_in


def cursor(app: GraphtuiApp) -> int:
    assert app.main.shown is not None
    return app.main.shown.snapshot.cursor


def focus(app: GraphtuiApp) -> str:
    assert app.main.shown is not None
    return app.main.shown.snapshot.focus


async def test_the_first_frame_shows_the_graph_and_what_to_do() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)):
        seen = rows(app)
    assert seen[0].startswith("┌ graphtui · sigmoid · f ─")
    assert seen[0].endswith("start · step 0 of 17 ┐")
    assert any("│ w0 ├" in row for row in seen)
    assert "? explains everything" in seen[-2]
    assert seen[-1].startswith("└ n step  p back")
    assert seen[-1].endswith("┘")


@pytest.mark.parametrize("key", ["n", "right"])
async def test_step_and_back_by_key(key: str) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, key, key, key)
        assert cursor(app) == 3
        assert "Step 3, forward: add gives 'c' its value." in text(app)
        await press(pilot, {"n": "p", "right": "left"}[key])
        assert cursor(app) == 2


async def test_both_ends_are_stops_that_say_so() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "p")
        assert cursor(app) == 0
        assert AT_START in text(app)
        await press(pilot, "c", "n")
        assert cursor(app) == 17
        assert AT_END in text(app)
        await press(pilot, "C")
        assert cursor(app) == 0


async def test_the_passes_by_key() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "f")
        assert cursor(app) == 8
        await press(pilot, "B")
        assert cursor(app) == 17
        await press(pilot, "R")
        assert cursor(app) == 0


def test_every_key_means_one_thing_and_is_bound() -> None:
    keys = [key for row in (*COMMANDS, *VIEW_ACTIONS) for key in row.keys]
    assert len(keys) == len(set(keys))
    bound = {binding.key for binding in GraphtuiApp.BINDINGS}
    named = {key: "comma" if key == "," else key for key in keys}
    assert {",".join(named[key] for key in row.keys) for row in COMMANDS if row.keys} <= bound


async def test_every_view_action_does_something_without_a_graph_and_with_one() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        for row in VIEW_ACTIONS:
            app.action_view(row.name)
            await pilot.pause()
            if row.name == "palette":
                app.pop_screen()
        assert cursor(app) == 0


@pytest.mark.parametrize(("key", "name"), [("u", "until"), ("g", "goto"), ("slash", "find")])
async def test_a_command_that_needs_a_word_opens_the_prompt_with_its_name(
    key: str, name: str
) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, key)
        assert f":{name} " in text(app)
        await press(pilot, "c", "enter")
        assert focus(app) == "c"
        assert f":{name}" not in text(app)


async def test_a_typed_command_is_carried_out_and_remembered() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "colon", *"until", "space", "s", "space", *"backward", "enter")
        assert cursor(app) == 14
        await type_in(pilot, "step 2")
        assert cursor(app) == 16
        await press(pilot, "colon", "up", "up")
        assert ":until s backward" in text(app)
        await press(pilot, "down", "enter")
        assert cursor(app) == 17


async def test_a_refused_command_leaves_everything_as_it_was() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "n", "n")
        for typed, answer in (
            ("goto sigmod", "no node is named 'sigmod'."),
            ("stpe", "'stpe' is not a command. Did you mean 'step'?"),
            ("step nine", "step: write a whole number from 1 up, not 'nine'."),
            ("seek 99", "steps are numbered 0 to 17, got 99."),
            ("goto 'x", "No closing quotation"),
        ):
            await type_in(pilot, typed)
            assert answer in text(app)
            assert (cursor(app), focus(app)) == (2, "b")


async def test_the_prompt_completes_names() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "colon", "g", "o", "tab")
        assert ":goto " in text(app)
        await press(pilot, "s", "i", "g", "tab", "enter")
        assert focus(app) == "sigmoid/n"


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_the_prompt_closes_and_keys_are_commands_again(key: str) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "colon", "q", key)
        assert app.is_running
        await press(pilot, "n")
        assert cursor(app) == 1
        await press(pilot, "colon", "backspace", "n")  # nothing left to delete: closed as well
        assert cursor(app) == 2


async def test_a_paste_types_its_first_line_and_no_control() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "colon")
        app.post_message(Paste("goto \x1b[2Js\nquit\n"))
        await pilot.pause()
        assert ":goto [2Js" in text(app)


async def test_folding_by_key_keeps_the_focus_in_sight() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await type_in(pilot, "goto sigmoid/e")
        await press(pilot, "z")
        assert "▸ sigmoid" in text(app)
        await press(pilot, "z")
        assert "▸ sigmoid" not in text(app)
        assert "exp" in text(app)


@pytest.mark.parametrize("key", ["question_mark", "q", "escape"])
async def test_help_shows_both_tables_and_closes(key: str) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 120)) as pilot:
        await press(pilot, "question_mark")
        shown = " ".join(text(app).split())
        for command in COMMANDS:
            assert command.usage in shown
        for action in VIEW_ACTIONS:
            assert action.help.split()[-1] in shown
        await press(pilot, key)
        assert app.is_running
        assert "w0" in text(app)
        assert "Commands" not in text(app)


async def test_an_answer_of_several_lines_is_a_page() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await type_in(pilot, "help step")
        assert "carry out the next task" in rows(app)[-2]
        await press(pilot, "n")
        assert cursor(app) == 1


async def test_the_lens_opens_goes_through_the_inputs_and_closes() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "f", "j")
        assert "not yet" in text(app)
        await type_in(pilot, "until s backward")
        assert "input 1 of 2" in text(app)
        assert "│ w0 ├" not in text(app).replace(" ", "")
        await press(pilot, "j")
        assert "input 2 of 2" in text(app)
        await press(pilot, "j")
        assert "· input" not in text(app)


async def test_tab_swaps_the_panels_in_one_column_and_hides_the_inspector_in_two() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "multiply" not in text(app)
        await press(pilot, "tab")
        assert "multiply" in text(app)
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert "multiply" not in text(app)
        await press(pilot, "tab")
        assert "multiply" in text(app)


async def test_the_picture_stands_still_while_the_focus_is_in_sight() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(160, 48)) as pilot:
        place = [row.index("│ w0 ├") for row in rows(app) if "│ w0 ├" in row]
        for _ in range(17):
            await press(pilot, "n")
            assert [row.index("│ w0 ") for row in rows(app) if "│ w0 " in row] == place


async def test_the_picture_follows_a_focus_that_leaves_it() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "c")  # the last step is at a leaf's gate, far left
        assert "w0" in text(app)
        await type_in(pilot, "goto f")
        assert "1/x" in text(app)
        assert "w0 " not in text(app)


async def test_panning_moves_the_picture_and_stops_at_its_edges() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        before = text(app)
        await press(pilot, "L")
        assert text(app) != before
        await press(pilot, "shift+left", "H", "H")
        assert text(app) == before


async def test_looking_around_by_key() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        assert focus(app) == "a"
        await press(pilot, "down")
        assert focus(app) == "b"
        await press(pilot, "full_stop")
        assert focus(app) == "c"
        await press(pilot, "comma", "comma")
        assert focus(app) == "w0"
        await press(pilot, "comma")
        assert focus(app) == "w0"
        assert "'w0' reads nothing" in text(app)
        await press(pilot, "semicolon")
        assert focus(app) == "x0"
        await press(pilot, "right_curly_bracket", "left_curly_bracket", "left_curly_bracket")
        assert focus(app) == "w0"
        await press(pilot, "ctrl+o")
        assert focus(app) == "x0"
        assert cursor(app) == 0


async def test_matches_are_gone_through_by_key() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "slash", *"op", "colon", *"ad", "tab", "enter")
        assert "Match 1 of 3: 'c' (add)." in text(app)
        await press(pilot, "greater_than_sign")
        assert "Match 2 of 3: 's' (add)." in text(app)
        await press(pilot, "less_than_sign", "less_than_sign")
        assert focus(app) == "sigmoid/d"
        assert "Match 3 of 3" in text(app)


# The mouse ----------------------------------------------------------------------------------------


async def click(pilot: Pilot[object], app: GraphtuiApp, what: str) -> None:
    """Click in the middle of the first place where `what` is seen."""
    y, row = next((y, row) for y, row in enumerate(rows(app)) if what in row)
    await pilot.click(offset=(row.index(what) + len(what) // 2, y))
    await pilot.pause()


async def test_a_click_on_a_box_looks_at_it() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await click(pilot, app, "│ w2 ├")
        assert focus(app) == "w2"
        assert cursor(app) == 0


async def test_a_click_on_the_timeline_goes_there() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        y = next(y for y, row in enumerate(rows(app)) if "timeline" in row)
        x = rows(app)[y].index("┃")
        await pilot.click(offset=(x + 11, y))
        await pilot.pause()
        assert cursor(app) == 11
        await pilot.click(offset=(x, y))
        await pilot.pause()
        assert cursor(app) == 0


async def test_a_click_on_the_key_bar_presses_the_key() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await click(pilot, app, "n step")
        assert cursor(app) == 1
        await click(pilot, app, "tab panel")
        assert "multiply" in text(app)


def wheel(kind: type[MouseEvent], widget: Widget) -> MouseEvent:
    return kind(widget, 5, 5, 0, 0, 0, shift=False, meta=False, ctrl=False)


async def test_the_wheel_pans_and_scrolls() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        graph = app.main.graph
        before = text(app)
        graph.post_message(wheel(MouseScrollRight, graph))
        await pilot.pause()
        assert text(app) != before
        graph.post_message(wheel(MouseScrollLeft, graph))
        await pilot.pause()
        assert text(app) == before
        await press(pilot, "tab")
        inspector = app.main.inspector
        before = text(app)
        inspector.post_message(wheel(MouseScrollDown, inspector))
        await pilot.pause()
        assert text(app) != before
        inspector.post_message(wheel(MouseScrollUp, inspector))
        await pilot.pause()
        assert text(app) == before


async def test_a_drag_moves_the_picture_and_looks_at_nothing() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        y = next(y for y, row in enumerate(rows(app)) if "│ w2 ├" in row)
        x = rows(app)[y].index("w2")
        await pilot.mouse_down(offset=(x, y))
        await pilot._post_mouse_events([MouseMove], offset=(x - 8, y), button=1)
        await pilot.mouse_up(offset=(x - 8, y))
        await pilot.pause()
        assert focus(app) == "a"


# Loading, refusals, the end -----------------------------------------------------------------------


def refused() -> Graph:
    raise DescriptionError([Problem("'tahn' is not an op. Did you mean 'tanh'?\x1b[2J")])


async def test_a_refused_description_is_shown_and_read_again_on_demand() -> None:
    answers = [refused, sigmoid_neuron]
    app = new_app(lambda: answers.pop(0)())
    async with app.run_test() as pilot:
        assert "'tahn' is not an op. Did you mean 'tanh'?␛[2J" in text(app)
        await press(pilot, "n")
        assert "'tahn'" in text(app)
        await press(pilot, "r")
        assert "w0" in text(app)
        assert "'tahn'" not in text(app)
        await press(pilot, "n")
        assert cursor(app) == 1


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_leaving_a_refused_description_ends_with_its_exit_code(key: str) -> None:
    app = new_app(refused)
    async with app.run_test() as pilot:
        await press(pilot, key)
    assert app.return_code == 1


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_leaving(key: str) -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "n", key)
    assert app.return_code == 0


async def test_quit_is_a_command_too() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await type_in(pilot, "quit")
    assert app.return_code == 0


async def test_a_bug_on_the_engine_thread_is_told_and_not_silent() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        app._jobs.executor.submit(lambda token: 1 / 0)
        await pilot.pause()
        assert "graphtui has a bug: ZeroDivisionError" in text(app)
        await press(pilot, "n")
        assert cursor(app) == 1


async def test_a_bug_while_loading_is_told_and_ends_with_its_own_code() -> None:
    def broken() -> Graph:
        raise ZeroDivisionError("division by zero")

    app = new_app(broken)
    async with app.run_test() as pilot:
        assert "graphtui has a bug: ZeroDivisionError" in text(app)
        await press(pilot, "q")
    assert app.return_code == 70


async def test_a_bug_in_a_handler_ends_the_app_with_its_own_code() -> None:
    app = new_app(sigmoid_neuron)
    app.main.toggle = lambda: 1 / 0  # type: ignore[method-assign, assignment]
    with pytest.raises(ZeroDivisionError):
        async with app.run_test() as pilot:
            await press(pilot, "tab")
    assert app.return_code == 70
    assert isinstance(app.bug, ZeroDivisionError)


async def test_the_palette_carries_out_a_command() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "ctrl+p")
        await press(pilot, *"backward pass")
        await pilot.app.workers.wait_for_complete()
        await press(pilot, "enter")
        await pilot.pause()
        assert cursor(app) == 17 or len(app.screen_stack) == 1


# Hostile text and odd sizes --------------------------------------------------------------------

NASTY = ("\x1b]52;c;aGk=\x07", "\x9b2J", "a\u202eb", "[/]", "[@click=app.quit]x[/]", "a\nb", "x[0]")


async def test_names_never_reach_the_screen_raw() -> None:
    nodes = [node(name, "input", value=1.0) for name in NASTY]
    nodes.append(node("f", "concatenate", ["v", "v"]))
    nodes.append(node("v", "reshape", [NASTY[0]], shape=(1,)))
    sinks = [node(f"s{i}", "add", [name, "f"]) for i, name in enumerate(NASTY[1:])]
    total = node("total", "stack", [each.name for each in sinks])
    graph = Graph([*nodes, *sinks, total], output="total", name="\x1b[2J[/]")
    app = new_app(lambda: graph, title="\x1b[31m[bold].py")
    async with app.run_test(size=(160, 60)) as pilot:
        for key in ("n", "n", "j", "question_mark", "c"):
            await press(pilot, key)
            seen = text(app)
            assert not any(c != "\n" and not c.isprintable() for c in seen)
        for name in NASTY:
            app.main.type_command(f"goto {name}")
            await pilot.pause()
            assert not any(c != "\n" and not c.isprintable() for c in text(app))
            await press(pilot, "escape")
        assert "[@click" in text(app) or "x[0]" in text(app)


async def test_every_size_from_one_cell_to_a_wall_of_them() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "n", "n")
        for width in (1, 20, 59, 60, 99, 100, 200):
            for height in (1, 17, 18, 24, 60):
                await pilot.resize_terminal(width, height)
                await pilot.pause()
                seen = rows(app)
                assert len(seen) == height
                if width < 60 or height < 18:
                    assert seen[0] == f"needs 60x18, has {width}x{height}"[:width]
                else:
                    assert len(seen[-1]) == width


async def test_a_terminal_that_is_too_small_still_steps_and_leaves() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(40, 10)) as pilot:
        assert text(app).startswith("needs 60x18, has 40x10")
        await press(pilot, "n", "q")
    assert cursor(app) == 1
    assert app.return_code == 0


async def test_where_only_ascii_can_be_shown_everything_is_ascii_in_its_place() -> None:
    app, plain_app = new_app(sigmoid_neuron, ascii_only=True), new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "f", "n", "n")
        seen = rows(app)
    async with plain_app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "f", "n", "n")
        usual = rows(plain_app)
    assert "".join(seen).isascii()
    assert [len(row) for row in seen] == [len(row) for row in usual]
    assert seen[0].startswith("+ graphtui . sigmoid . f ---")


async def test_dark_becomes_light_and_back() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "T")
        assert app.theme == LIGHT
        strip = app.screen._compositor.render_strips()[-1]
        assert {s.style.bgcolor.name for s in strip if s.style} == {"#fbfbf9"}
        await press(pilot, "T")
        assert app.theme == DARK


async def test_below_a_page_stands_nothing_that_was_said_of_something_else() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test() as pilot:
        await press(pilot, "f")
        await type_in(pilot, "goto w0")
        assert "Looking at 'w0'" in text(app)
        await type_in(pilot, "nudge w0")
        assert app.main.page_is_open
        assert "Looking at 'w0'" not in text(app)
