"""The palette in haste: keys and sizes that come before it is there, or after it is gone."""

from __future__ import annotations

from tests.ui.conftest import new_app, press, sigmoid_neuron


async def test_it_may_be_closed_before_it_is_open_and_more_than_once() -> None:
    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)) as pilot:
        for keys in ("a", "a b", "", "s t e p"):
            app.simulate_key("ctrl+p")
            for key in keys.split():
                app.simulate_key(key)
            await pilot.resize_terminal(10, 3)
            await pilot.resize_terminal(120, 36)
            for _ in range(4):
                app.simulate_key("escape")
            await pilot.pause()
        app.pop_screen()
        await press(pilot, "n")
        assert app.main.shown is not None
        assert app.main.shown.snapshot.cursor == 1


async def test_a_search_that_outlives_it_does_not_end_the_app() -> None:
    from graphtui.ui.palette import palette

    app = new_app(sigmoid_neuron)
    async with app.run_test(size=(120, 36)) as pilot:
        shown = palette()
        app.push_screen(shown)
        await pilot.pause()
        await shown.query("CommandList").remove()
        search = shown._gather_commands("step")
        await pilot.pause()
        assert search.is_finished
        assert search.error is not None, "there was something to outlive"
        assert app.bug is None
