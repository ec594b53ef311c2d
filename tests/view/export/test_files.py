"""A suffix is a format; what is written is what the session shows; what is too large is refused."""

from __future__ import annotations

import json
from functools import partial

import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.kept.picture_export import PICTURE_MARK
from graphtui.debugger.session import DebugSession
from graphtui.errors import LimitError, UsageError
from graphtui.graph.graph import Graph, node
from graphtui.graph.json_file import loads
from graphtui.ui.colours import LIGHT, look
from graphtui.view.drawing import frame
from graphtui.view.export import files
from graphtui.view.export.files import (
    FORMATS,
    format_of,
    lines_text,
    picture_text,
    printed_lines,
)
from graphtui.view.text.lines import line, plain

LOOKS = partial(look, LIGHT)


def test_every_format_writes_something_and_says_that_it_is_ours(fan_out: Graph) -> None:
    snapshot = DebugSession(fan_out).snapshot()
    texts = {suffix: picture_text(snapshot, f"a{suffix}", LOOKS) for suffix in FORMATS}
    assert all(text.endswith("\n") for text in texts.values())
    marked = {suffix for suffix, text in texts.items() if PICTURE_MARK in text[:200]}
    assert marked == set(FORMATS) - {".txt", ".json"}
    assert texts[".dot"] == texts[".gv"]
    assert loads(texts[".json"]).to_dict() == fan_out.to_dict()
    assert json.loads(texts[".json"])["graphtui"] == 1


def test_the_suffix_may_be_large_and_text_needs_none() -> None:
    assert [format_of(name) for name in ("a.SVG", "a", "b.c/a", "a.b.mmd")] == [
        ".svg",
        ".txt",
        ".txt",
        ".mmd",
    ]
    with pytest.raises(
        UsageError, match=r"'a\.png': the picture is written as \.txt, \.svg, .* or"
    ):
        format_of("a.png")


def test_the_picture_is_that_of_the_session(mlp: Graph) -> None:
    session = DebugSession(mlp)
    whole = picture_text(session.snapshot(), "a.txt", LOOKS)
    perform(session, "fold layer1")
    folded = picture_text(session.snapshot(), "a.txt", LOOKS)
    assert "▸ layer1" in folded
    assert "▸ layer1" not in whole
    for command in ("unfold all", "goto penalty", "around 1"):
        perform(session, command)
    near = picture_text(session.snapshot(), "a.txt", LOOKS)
    assert "penalty" in near
    assert "scores" not in near
    perform(session, "around off")
    perform(session, "paths on")
    lit = picture_text(session.snapshot(), "a.svg", LOOKS)
    assert "g-node-off" in lit


def test_what_is_drawn_already_is_not_drawn_again(chain: Graph) -> None:
    snapshot = DebugSession(chain).snapshot()
    made = files.drawn_as_shown(snapshot)
    asked = []

    def drawing() -> tuple[object, object]:
        asked.append(1)
        return made

    text = picture_text(snapshot, "a.txt", LOOKS, drawing)  # type: ignore[arg-type]
    assert (text, asked) == (picture_text(snapshot, "a.txt", LOOKS), [1])


@pytest.mark.parametrize(
    ("limit", "file", "words"),
    [
        ("MOST_CELLS", "a.svg", "'a.svg': the picture has .* cells, and 3 are the most"),
        ("MOST_CELLS", "a.txt", "'a.txt': the picture has"),
        ("MOST_SPANS", "a.html", "pieces of text .* A .txt file may be larger"),
        ("MOST_BOXES", "a.dot", "there are 5 boxes, and 3 are the most"),
        ("MOST_LINES", "a.mmd", "there are .* wires, and Mermaid draws 3 at most"),
        ("MOST_TEXT", "a.mmd", "characters, and Mermaid reads 3 at most"),
    ],
)
def test_what_is_too_large_is_refused_with_what_to_do(
    limit: str, file: str, words: str, fan_out: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, limit, 3)
    with pytest.raises(LimitError, match=words) as refusal:
        picture_text(DebugSession(fan_out).snapshot(), f"/some/where/{file}", LOOKS)
    assert "`fold all`" in str(refusal.value)
    assert "`around 3`" in str(refusal.value)


def test_a_large_graph_is_refused_before_it_is_drawn_and_a_part_of_it_is_not() -> None:
    names = [f"n{i}" for i in range(1_300)]
    rows = [node(name, "input", value=1.0) for name in names]
    graph = Graph([*rows, node("all", "stack", names), node("f", "sum", ["all"])])
    session = DebugSession(graph)
    with pytest.raises(LimitError):
        picture_text(session.snapshot(), "a.mmd", LOOKS)
    for command in ("goto f", "around 1"):
        perform(session, command)
    assert picture_text(session.snapshot(), "a.mmd", LOOKS).count("-->") == 1


def test_other_lines_are_text_svg_and_html() -> None:
    lines = [line("a ", ("b", "value"))]
    assert lines_text(lines, "t", "a.txt", LOOKS) == "a b\n"
    assert "<title>t</title>" in lines_text(lines, "t", "a.svg", LOOKS)
    assert "<title>t</title>" in lines_text(lines, "t", "a.html", LOOKS)
    with pytest.raises(UsageError, match=r"'a\.dot': only \.txt, \.svg or \.html files can"):
        lines_text(lines, "t", "a.dot", LOOKS)


@pytest.mark.parametrize("band", [1, 60, 10**6])
def test_what_is_printed_band_by_band_is_the_whole(
    band: int, mlp: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "MOST_AT_ONCE", band)
    snapshot = DebugSession(mlp).snapshot()
    whole = picture_text(snapshot, "a.txt", LOOKS)
    assert plain(list(printed_lines(snapshot, ascii_only=False))) + "\n" == whole
    assert plain(list(printed_lines(snapshot, ascii_only=True))).isascii()


def test_rows_are_there_as_soon_as_they_are_drawn_and_what_has_too_many_is_refused(
    mlp: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[object] = []
    real = files.draw_graph
    monkeypatch.setattr(files, "draw_graph", lambda *a, **k: drawn.append(a) or real(*a, **k))
    monkeypatch.setattr(frame, "MOST_AT_ONCE", 60)
    rows = printed_lines(DebugSession(mlp).snapshot(), ascii_only=False)
    next(rows)
    assert len(drawn) == 1
    monkeypatch.setattr(files, "MOST_PRINTED", 3)
    with pytest.raises(LimitError, match=r"^the picture has .* cells, and 3 are the most\. Fold"):
        next(printed_lines(DebugSession(mlp).snapshot(), ascii_only=False))
