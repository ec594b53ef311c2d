"""The description's own text around the expression of the focused node, which is marked.

Only the lines that are shown are looked at, and of a long line only the stretch that is shown: a
generated file may be a single line of megabytes. Where things were written, the graph knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from graphtui.debugger.snapshot import Snapshot
from graphtui.errors import Place
from graphtui.graph.graph import Graph
from graphtui.view.lines import Line, line
from graphtui.view.paragraphs import wrapped
from graphtui.view.safe_text import ELLIPSIS, cell_width, clip_line, safe_text

HERE = "▸"
"""The mark in the margin of every line of the expression."""


def source(snapshot: Snapshot, width: int, height: int) -> list[Line]:
    """At most `height` lines: file and line, then the text with carets under the expression.

    Where the text is not known, a note says so.
    """
    graph = snapshot.graph
    place = graph.place(snapshot.focus)
    if place is None or not place.line:
        return _note(graph, snapshot.focus, place, width)[:height]
    text = graph.texts.get(place.file, "")
    # The place may quote its line although the whole text is not at hand.
    lines: Sequence[str] = _lines(text) if text else (place.text,)
    first = 1 if text else place.line
    if not 0 <= place.line - first < len(lines) or not any(lines):
        return _note(graph, snapshot.focus, place, width)[:height]
    head = line(
        ("source ", "heading"), (_file_name(place.file), "title"), (f":{place.line}", "title")
    )
    body = _body(lines, first, place, width, height - 1)
    return [clip_line(each, width) for each in [head, *body]][: max(height, 0)]


@lru_cache(maxsize=4)
def _lines(text: str) -> tuple[str, ...]:
    """The lines of a file; split once, as a description does not change."""
    return tuple(text.split("\n"))


def _note(graph: Graph, name: str, place: Place | None, width: int) -> list[Line]:
    shown = safe_text(graph.nodes[name].short_name)
    where = f"only {safe_text(str(place))} is known of" if place else "no text is known for"
    return [
        clip_line(line(("source", "heading")), width),
        *wrapped(f"{where} '{shown}'.", width, "dim"),
    ]


def _file_name(path: str) -> str:
    return safe_text(re.split(r"[/\\]", path)[-1])


def _body(lines: Sequence[str], first: int, place: Place, width: int, height: int) -> list[Line]:
    """The lines around the place, its first line in the middle; one more holds the carets."""
    last = max(place.end_line, place.line)
    start = max(first, min(place.line - (height - 1) // 2, first + len(lines) - (height - 1)))
    stop = min(start + max(height - 1, 0), first + len(lines))
    digits = len(str(stop))
    room = width - digits - 3
    left = _left(lines[place.line - first], place, room)
    body: list[Line] = []
    for number in range(start, stop):
        text = lines[number - first].rstrip("\r")
        inside = place.line <= number <= last
        margin = f"{HERE if inside else ' '}{number:>{digits}}  "
        begin = ELLIPSIS if text[: left + 1].strip() and left else text[left : left + 1]
        text = begin + text[left + 1 :][: max(room, 0)]
        shown = safe_text(text, max(room, 0))
        body.append(line((margin, "dim"), (shown, "source.current" if inside else "")))
        if number == place.line:
            before, length = _caret_span(lines[number - first], left, place)
            blank = " " * (cell_width(margin) + before)
            body.append(line(blank, ("^" * length, "source.current")))
    return body


def _left(text: str, place: Place, room: int) -> int:
    """The first character that is shown, so that the beginning of the expression can be seen."""
    end = place.end_column if place.end_line in (0, place.line) else len(text) + 1
    if end - 1 <= room or place.column < 1:
        return 0
    return max(min(place.column - 1 - room // 4, end - 1 - room // 2), 0)


def _caret_span(text: str, left: int, place: Place) -> tuple[int, int]:
    """How many cells stand before the carets, and how many carets there are."""
    text = text.rstrip()
    begin = max(place.column - 1, len(text) - len(text.lstrip()), left)
    one_line = place.end_line in (0, place.line)
    end = place.end_column - 1 if one_line and place.end_column else len(text)
    before = cell_width(safe_text(text[left:begin]))
    # A line is at most a few hundred cells wide on any screen; `clip_line` does the rest.
    return before, max(cell_width(safe_text(text[begin : min(end, begin + 1000)])), 1)
