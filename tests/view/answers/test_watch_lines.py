"""The panel of watches: everything reads without colour, nothing foreign gets through, all fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.watches.watches import Watches
from graphtui.engine.execute import Run
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.watch_lines import watch_lines
from graphtui.view.text.lines import plain
from tests.strategies import graphs
from tests.view.shown import END, at, bias, check_golden, check_lines, fan_out

TEXTS = (
    "grad(y)", "norm(upstream)", "grad(two)", "step", "y > 3", "local",
    "[1, 2, 3] * grad(y) + 1000 * c - [4, 5, 6] / 7",
)  # fmt: skip


def lines_of(graph: Graph, step: int, width: int, *texts: str) -> str:
    session = at(graph, step)
    watches = Watches.from_dict({"watches": list(texts)}, session.run)
    lines = watch_lines(watches.rows(session.snapshot()), width)
    check_lines(lines, width)
    return plain(lines)


@pytest.mark.parametrize("step", [4, 6, 8, END])
@pytest.mark.parametrize("width", [78, 44])
def test_goldens(step: int, width: int) -> None:
    session = at(fan_out(), step)
    watches = Watches.from_dict({"watches": [*TEXTS, "gone + 1"]}, session.run)
    lines = watch_lines(watches.rows(session.snapshot()), width)
    check_lines(lines, width)
    check_golden("watch_lines", f"step{min(step, 9)}_{width}", lines)


def test_arrays_are_shown_with_their_shapes() -> None:
    text = lines_of(bias(), END, 78, "Y", "grad(b)", "any(Y < 0)", "argmax(Y)")
    assert text.splitlines() == [
        "1   Y           (4, 3) 0.50 -19.00 2.25 …",
        "2 * grad(b)     (3,) [4 0 4]",
        "3   any(Y < 0)  true",
        "4   argmax(Y)   11",
    ]


def test_what_was_not_looked_at_is_told_from_what_did_not_happen() -> None:
    session = at(fan_out(), END)
    watches = Watches.from_dict({"watches": ["step"]}, session.run)
    asked = iter([False] * 5 + [True])
    partial = watch_lines(watches.rows(session.snapshot(), lambda: next(asked)), 78)
    assert plain(partial).endswith("▁▂▄▅▇█…")
    whole = watch_lines(watches.rows(session.snapshot()), 78)
    assert plain(whole).endswith("█")


def test_bars_can_be_ascii() -> None:
    session = at(fan_out(), END)
    watches = Watches.from_dict({"watches": ["grad(y)", "step"]}, session.run)
    assert plain(watch_lines(watches.rows(session.snapshot()), 78, ascii_only=True)).isascii()


def test_without_a_watch_it_says_how_to_get_one() -> None:
    lines = watch_lines((), 30)
    check_lines(lines, 30)
    assert "`watch EXPR`" in plain(lines).replace("\n", " ")


def test_a_text_from_elsewhere_is_harmless() -> None:
    session = at(Graph([node("a\x1b[2J\u202eb", "input", value=1.0)]), 0)
    texts = ["'a\x1b[2J\u202eb' + 1", "no\nsuch\x07name"]
    watches = Watches.from_dict({"watches": texts}, session.run)
    lines = watch_lines(watches.rows(session.snapshot()), 60)
    check_lines(lines, 60)
    assert len(lines) == 2


@given(graphs(names=st.text("ab漢/. 1", min_size=1, max_size=6)), st.integers(1, 90), st.data())
def test_every_line_fits(graph: Graph, width: int, data: st.DataObject) -> None:
    run = Run(graph).finish()
    texts = [f"{what}('{name}')" for name in graph.nodes for what in ("value", "grad", "norm")]
    watches = Watches.from_dict({"watches": [*texts, "upstream", "local"]}, run)
    session = at(graph, data.draw(st.integers(0, len(run.steps))))
    lines = watch_lines(watches.on(session.run).rows(session.snapshot()), width)
    check_lines(lines, width)
    assert len(lines) == len(texts) + 2
