"""The profile as a chart: it fits, longer bars are larger numbers, and no number is a lie."""

from __future__ import annotations

import time

import numpy as np
import pytest

from graphtui.debugger.profile import Profile, ProfileRow, Size, profile
from graphtui.debugger.profile_columns import COLUMNS, ORDERS
from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.profile_lines import (
    MOST_SENT,
    chart,
    chart_document,
    profile_lines,
    seen_rows,
)
from graphtui.view.text.lines import plain
from tests.view.shown import check_golden, check_lines


def layers() -> Graph:
    """Three layers with all that a profile may show."""
    draw = np.random.default_rng(3)
    nodes, before = [node("x", "input", value=draw.normal(size=(4, 6)))], "x"
    for i, gate in enumerate(("relu", "tanh", "sigmoid")):
        group = f"layer{i}"
        weights = draw.normal(size=(6, 6)) * (0.5, 8, 0.02)[i]
        nodes += [
            node(f"W{i}", "parameter", value=weights, group=group),
            node(f"z{i}", "matmul", [before, f"W{i}"], group=group),
            node(f"h{i}", gate, [f"z{i}"], group=group),
        ]
        before = f"h{i}"
    return Graph([*nodes, node("L", "sum", [before])], name="layers")


def at(step: int | None = None, folded: frozenset[str] = frozenset()) -> Profile:
    session = DebugSession(layers())
    session.seek(session.snapshot().total if step is None else step)
    return profile(session.snapshot(), folded=folded)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("order", ORDERS)
def test_every_chart_fits(column: str, order: str) -> None:
    for found in (at(0), at(14), at(), at(folded=frozenset({"layer1"}))):
        drawn = chart(found, column, order)
        for width in (1, 5, 20, 60, 78, 118, 198):
            for height in (1, 3, 7, 18, 40):
                for ascii_only in (False, True):
                    lines = profile_lines(drawn, width, height, 1, 2, ascii_only=ascii_only)
                    check_lines(lines, width)
                    assert len(lines) <= height
                    assert not ascii_only or plain(lines).isascii()


def row(name: str, rms: float | None) -> ProfileRow:
    size = None if rms is None else Size(rms, 1)
    return ProfileRow(name, name, 0, 1, 0, True, None, size, True, None, None, None)


def test_a_name_with_its_count_keeps_clear_of_the_number() -> None:
    many = row("step0…step99", 5e-324)._replace(members=2_200)
    text = plain(profile_lines(chart(Profile((many,), None, 0.01, 0.01, 2_200, True)), 118, 20))
    assert "×2,200 4.94e-324 " in text


def test_longer_bars_are_larger_numbers_and_what_is_absent_has_none() -> None:
    sizes = [1e-300, 1e-7, 3e-4, 0.25, 1.0, 0.0, None, np.nan, np.inf]
    rows = tuple(row(f"n{i}", size) for i, size in enumerate(sizes))
    drawn = chart(Profile(rows, None, 0.01, 0.01, len(rows), True))
    assert drawn.scale == (-16, 0)
    lines = plain(profile_lines(drawn, 60, 20)).split("\n")[2:11]
    bars = [line.count("█") for line in lines]
    assert bars[1:5] == sorted(bars[1:5])
    assert bars[0] <= 1
    assert bars[5] == bars[6] == 0
    assert "not yet" in lines[6]
    assert "nan" in lines[7]
    assert "!" in lines[7]
    assert lines[5].split()[1:3] == ["0", "0"]


def test_a_hundred_thousand_rows_are_drawn_like_twenty() -> None:
    rows = tuple(row(f"n{i}", 10.0 ** -(i % 9)) for i in range(100_000))
    drawn = chart(Profile(rows, None, 0.01, 0.01, len(rows), True), "gradient", "worst")
    start = time.process_time()
    for first in (0, 50_000, 99_990):
        assert len(profile_lines(drawn, 118, 30, first, first)) <= 30
    assert time.process_time() - start < 0.2
    document = chart_document(drawn)
    assert (len(document["rows"]), document["elided"]) == (MOST_SENT, 100_000 - MOST_SENT)


def test_rows_in_sight_leave_room_for_the_head_and_the_foot() -> None:
    drawn = chart(at())
    for height in range(1, 30):
        lines = profile_lines(drawn, 100, height)
        assert len(lines) <= height
        shown = sum(" █" in plain([each]) for each in lines)
        assert shown <= seen_rows(height)


def test_golden_of_gradients() -> None:
    check_golden("profile", "gradient", profile_lines(chart(at()), 76, 18))


def test_golden_in_the_middle_of_backward() -> None:
    check_golden("profile", "middle", profile_lines(chart(at(14)), 100, 18, 0, 3))


def test_golden_of_groups_worst_first() -> None:
    folded = frozenset({"layer0", "layer1", "layer2"})
    drawn = chart(at(folded=folded), "dead", "worst")
    check_golden("profile", "groups", profile_lines(drawn, 100, 10))


def test_what_cancels_is_marked_and_leaves_the_scale_to_the_others() -> None:
    tiny = row("s", 3e-18)._replace(cancels=True)
    rows = (row("a", 0.01), row("b", 1.0), tiny)
    drawn = chart(Profile(rows, None, 0.01, 0.01, len(rows), True))
    assert drawn.scale == (-2, 0)
    lines = plain(profile_lines(drawn, 110, 20, 0, 2)).split("\n")
    assert "worst a" in lines[0]
    assert lines[4].split()[:4] == ["▸", "s", "3e-18", "cancels"]
    assert "contributions cancel: the gradient is rounding" in lines[-1]
    assert chart_document(drawn)["rows"][2]["cancels"] is True


def test_an_update_is_of_parameters_and_says_why_there_is_none() -> None:
    graph = Graph(
        [
            node("x", "input", value=[1.0, 2.0]),
            node("w", "parameter", value=[0.5, 0.5]),
            node("zero", "parameter", value=[0.0, 0.0]),
            node("unused", "parameter", value=[1.0]),
            node("y", "multiply", ["w", "x"]),
            node("z", "add", ["y", "zero"]),
            node("f", "sum", ["z"]),
        ],
        "f",
    )
    session = DebugSession(graph)
    words = []
    for move in (session.finish_forward, session.finish_backward):
        move()
        drawn = chart(profile(session.snapshot()), "update")
        lines = plain(profile_lines(drawn, 90, 20)).split("\n")
        assert "parameters only" in lines[0]
        words.append({text[2:].split("  ")[0].strip(): text for text in lines[2:9]})
    assert "not yet" in words[0]["w"]
    assert "not yet" in words[0]["zero"]
    assert "none" in words[0]["unused"]
    assert "all 0" in words[1]["zero"]
    assert not {"none", "not yet", "all 0"} & set(words[1]["x"].split("  "))
