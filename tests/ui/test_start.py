"""How a session on the screen ends where graphtui itself has failed."""

from __future__ import annotations

import pytest

from graphtui.ui.app import GraphtuiApp
from graphtui.ui.start import open_screen
from tests.ui.conftest import sigmoid_neuron


@pytest.mark.parametrize("wanted", [False, True])
def test_a_bug_is_told_in_a_line_and_with_its_traceback_where_that_is_wanted(
    wanted: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(app: GraphtuiApp) -> None:
        try:
            {}["a \x1b[31mstrange\x1b[0m key"]
        except KeyError as error:
            app.bug = error

    monkeypatch.setattr(GraphtuiApp, "run", run)
    monkeypatch.setenv("GRAPHTUI_DEBUG", "1" if wanted else "")
    assert open_screen(sigmoid_neuron, "sigmoid") == 70
    told = capsys.readouterr().err
    assert "graphtui has a bug: KeyError in test_start.py:" in told
    assert "Please report it, with GRAPHTUI_DEBUG=1 set for the traceback." in told
    assert ("Traceback" in told) == wanted
    assert wanted or ("\x1b" not in told and told.count("\n") == 1)
