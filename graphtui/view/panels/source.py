"""The description's own text around the expression of the focused node, which is marked.

Only the lines that are shown are looked at, and of a long line only the stretch that is shown: a
generated file may be a single line of megabytes. Where things were written, the graph knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.breakpoints import Kind, Target
from graphtui.errors import Place
from graphtui.graph.graph import Graph
from graphtui.graph.places import Lines
from graphtui.view.picture.breakpoint_marks import places
from graphtui.view.text.lines import Line, line
from graphtui.view.text.paragraphs import wrapped
from graphtui.view.text.safe_text import ELLIPSIS, cell_width, clip_line, safe_text

HERE = "▸"
"""The mark in the margin of every line of the expression."""


class _Excerpt(NamedTuple):
    """What is shown of a text."""

    place: Place
    """Of the focused node."""
    lines: Sequence[str]
    first: int
    """The number of the first of `lines`."""
    numbers: range
    """Those that are shown."""

    def text(self, number: int) -> str:
        """The line of that number."""
        return self.lines[number - self.first]


def source(snapshot: Snapshot, width: int, height: int) -> list[Line]:
    """At most `height` lines: file and line, then the text with carets under the expression.

    Where the text is not known, a note says so.
    """
    excerpt = _excerpt(snapshot, height)
    if excerpt is None:
        place = snapshot.graph.place(snapshot.focus)
        return _note(snapshot.graph, snapshot.focus, place, width)[:height]
    place = excerpt.place
    head = line(
        ("source ", "heading"), (_file_name(place.file), "title"), (f":{place.line}", "title")
    )
    body = _body(excerpt, snapshot, width)
    return [clip_line(each, width) for each in [head, *body]][: max(height, 0)]


def gutter_node(snapshot: Snapshot, height: int, x: int, y: int) -> str | None:
    """The node that a click on a cell of the gutter means; None beside it, or where none is.

    Of several on a line it is the one with a breakpoint, or that is looked at, or whose value the
    line is for.

    Args:
        snapshot: what is shown.
        height: of the panel.
        x: the column in the panel, from 0.
        y: the row in it.
    """
    excerpt = _excerpt(snapshot, height)
    if excerpt is None or not 0 <= x < _gutter(excerpt):
        return None
    carets = excerpt.numbers.index(excerpt.place.line) + 2
    index = y - 1 - int(y > carets)
    if y == carets or not 0 <= index < len(excerpt.numbers):
        return None
    there = _nodes_on(snapshot.graph, excerpt.place.file, excerpt.numbers[index])
    targets = {each.target for each in snapshot.breakpoints.values()}
    stopped = [name for name in there if Target(Kind.NODE, name) in targets]
    gates = [name for name in there if not snapshot.graph.nodes[name].is_leaf]
    looked_at = [snapshot.focus] if snapshot.focus in there else []
    return next(iter([*stopped, *looked_at, *reversed(gates), *reversed(there)]), None)


def _nodes_on(graph: Graph, file: str, number: int) -> list[str]:
    """The nodes that are described on a line, or around it, the innermost."""
    found: dict[int, list[str]] = {}
    for name in graph.nodes:
        place = graph.place(name)
        if place is None or place.file != file:
            continue
        if place.line == number:
            found.setdefault(-1, []).append(name)
        elif place.line < number <= place.end_line:
            found.setdefault(place.end_line - place.line, []).append(name)
    return found[min(found)] if found else []


def _excerpt(snapshot: Snapshot, height: int) -> _Excerpt | None:
    """The lines around the place of the focus; None where they are not known."""
    graph = snapshot.graph
    place = graph.place(snapshot.focus)
    if place is None or not place.line:
        return None
    text = graph.texts.get(place.file, "")
    # The place may quote its line although the whole text is not at hand.
    lines: Sequence[str] = _lines(text) if text else (place.text,)
    first = 1 if text else place.line
    if not 0 <= place.line - first < len(lines) or not any(lines):
        return None
    room = max(height - 2, 1)  # the head and the carets take a line each
    start = max(first, min(place.line - room // 2, first + len(lines) - room))
    return _Excerpt(place, lines, first, range(start, min(start + room, first + len(lines))))


@lru_cache(maxsize=4)
def _lines(text: str) -> Lines:
    """The lines of a file; found once, as a description does not change."""
    return Lines(text)


def _note(graph: Graph, name: str, place: Place | None, width: int) -> list[Line]:
    shown = safe_text(graph.nodes[name].short_name)
    where = f"only {safe_text(str(place))} is known of" if place else "no text is known for"
    return [
        clip_line(line(("source", "heading")), width),
        *wrapped(f"{where} '{shown}'.", width, "dim"),
    ]


def _file_name(path: str) -> str:
    return safe_text(re.split(r"[/\\]", path)[-1])


def _gutter(excerpt: _Excerpt) -> int:
    """The cells before the text: a breakpoint, a mark, the number of the line, a blank."""
    return len(str(excerpt.numbers.stop)) + 3


def _body(excerpt: _Excerpt, snapshot: Snapshot, width: int) -> list[Line]:
    """The lines around the place, its first line in the middle; one more holds the carets."""
    place, gutter = excerpt.place, _gutter(excerpt)
    last = max(place.end_line, place.line)
    room = width - gutter
    left = _left(excerpt.text(place.line), place, room)
    stops = places(snapshot).lines
    body: list[Line] = []
    for number in excerpt.numbers:
        text = excerpt.text(number).rstrip("\r")
        inside = place.line <= number <= last
        stop = stops.get((place.file, number), " ")
        margin = f"{HERE if inside else ' '}{number:>{gutter - 3}} "
        begin = ELLIPSIS if text[: left + 1].strip() and left else text[left : left + 1]
        text = begin + text[left + 1 :][: max(room, 0)]
        shown = safe_text(text, max(room, 0))
        role = "source.current" if inside else ""
        body.append(line((stop, "breakpoint"), (margin, "dim"), (shown, role)))
        if number == place.line:
            before, length = _caret_span(excerpt.text(number), left, place)
            blank = " " * (gutter + before)
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
