"""A picture as the text of a file, by the suffix of its name: the one table of formats.

What is drawn is what the session shows; where the file goes is for whoever asked. Pictures that
nobody could look at are refused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from graphtui.debugger.snapshot import Snapshot
from graphtui.errors import LimitError, UsageError
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.frame import bands
from graphtui.view.drawing.layout import Layout
from graphtui.view.export.dot import dot
from graphtui.view.export.html import html
from graphtui.view.export.mermaid import MOST_LINES, MOST_TEXT, mermaid
from graphtui.view.export.outline import outline, title_of
from graphtui.view.export.svg import svg
from graphtui.view.picture.graph_panel import draw_graph
from graphtui.view.picture.laid_out import drawn_scene, laid_out
from graphtui.view.picture.nearby import Near
from graphtui.view.picture.scene import Scene
from graphtui.view.text.lines import Line, plain
from graphtui.view.text.looks import Looks

MOST_CELLS = 4_000_000
"""Cells of a picture that is drawn: 2,000 by 2,000."""
MOST_PRINTED = 100_000_000
"""Cells of a picture that is printed as text, a band of rows at a time."""
MOST_SPANS = 200_000
"""Stretches of text with one role, each of which is an element of an SVG or HTML file."""
MOST_BOXES = 20_000
"""Boxes in a DOT file."""

SMALLER = "Fold groups with `fold all`, or show a part with `goto NODE` and `around 3`."

Drawing = Callable[[], tuple[Scene, Layout]]


class Picture(NamedTuple):
    """What is to be written."""

    snapshot: Snapshot
    looks: Looks
    """The look of each role."""
    drawing: Drawing
    """Makes the drawing, when it is needed."""


def picture_text(
    snapshot: Snapshot, file: str, looks: Looks, drawing: Drawing | None = None
) -> str:
    """The picture at the cursor, in the format that the name of `file` ends in.

    Args:
        snapshot: what is known.
        file: what it will be called; it is not written.
        looks: the look of each role.
        drawing: the drawing, where there is one already.

    Raises:
        UsageError: there is no such format.
        LimitError: the picture is too large for it; the message says what to do.
    """
    known = drawing or (lambda: drawn_as_shown(snapshot))
    write = FORMATS[format_of(file)]
    return write(Picture(snapshot, looks, known), os.path.basename(file))


def printed_lines(snapshot: Snapshot, *, ascii_only: bool) -> Iterator[Line]:
    """The picture at the cursor as rows of text, each there as soon as it is drawn.

    Raises:
        LimitError: the picture is larger than anybody would print.
    """
    drawn, layout = drawn_as_shown(snapshot)
    _check_cells(layout, MOST_PRINTED, "")
    for band in bands(Window(0, 0, layout.width, layout.height)):
        yield from draw_graph(layout, drawn, snapshot, band, ascii_only=ascii_only)


def lines_text(lines: Sequence[Line], title: str, file: str, looks: Looks) -> str:
    """Lines of text with roles as a text, SVG or HTML file.

    Raises:
        UsageError: the format cannot show lines.
        LimitError: there are too many.
    """
    suffix = format_of(file)
    if suffix not in _OF_LINES:
        raise UsageError(f"'{file}': only {_listed(_OF_LINES)} files can show this.")
    return _OF_LINES[suffix](lines, title, os.path.basename(file), looks)


def format_of(file: str) -> str:
    """The suffix of a file, which stands for its format; no suffix is that of text.

    Raises:
        UsageError: there is no such format.
    """
    suffix = os.path.splitext(file)[1].lower() or ".txt"
    if suffix not in FORMATS:
        raise UsageError(f"'{file}': the picture is written as {_listed(FORMATS)}.")
    return suffix


def drawn_as_shown(snapshot: Snapshot) -> tuple[Scene, Layout]:
    """What the session shows, laid out: all of it, or what is around the focus."""
    near = None if snapshot.hops is None else Near(snapshot.focus, snapshot.hops)
    drawn = drawn_scene(snapshot, near)
    return drawn, laid_out(drawn, None)


def _listed(suffixes: Sequence[str] | Mapping[str, object]) -> str:
    *most, last = suffixes
    return f"{', '.join(most)} or {last}"


# Formats --------------------------------------------------------------------------------------


def _drawn(picture: Picture, file: str) -> list[Line]:
    drawn, layout = picture.drawing()
    _check_cells(layout, MOST_CELLS, f"'{file}': ")
    return draw_graph(layout, drawn, picture.snapshot)


def _check_cells(layout: Layout, most: int, where: str) -> None:
    if layout.width * layout.height > most:
        raise LimitError(
            f"{where}the picture has {layout.width:,} × {layout.height:,} cells, and "
            f"{most:,} are the most. {SMALLER}"
        )


def _few(lines: Sequence[Line], file: str) -> Sequence[Line]:
    spans = sum(map(len, lines))
    if spans > MOST_SPANS:
        raise LimitError(
            f"'{file}': the picture has {spans:,} pieces of text and of wires, and {MOST_SPANS:,} "
            f"are the most that a browser shows well. {SMALLER} A .txt file may be larger."
        )
    return lines


def _text(lines: Sequence[Line], title: str, file: str, looks: Looks) -> str:
    return plain(lines) + "\n"


def _svg(lines: Sequence[Line], title: str, file: str, looks: Looks) -> str:
    return svg(_few(lines, file), looks, title)


def _html(lines: Sequence[Line], title: str, file: str, looks: Looks) -> str:
    return html(_few(lines, file), looks, title)


def _dot(picture: Picture, file: str) -> str:
    drawn, _ = picture.drawing()
    if len(drawn.boxes) > MOST_BOXES:
        raise LimitError(
            f"'{file}': there are {len(drawn.boxes):,} boxes, and {MOST_BOXES:,} are the most. "
            f"{SMALLER}"
        )
    return dot(outline(picture.snapshot, drawn), picture.looks)


def _mermaid(picture: Picture, file: str) -> str:
    drawn, _ = picture.drawing()
    if len(drawn.wires) > MOST_LINES:
        raise LimitError(
            f"'{file}': there are {len(drawn.wires):,} wires, and Mermaid draws {MOST_LINES:,} at "
            f"most. {SMALLER} A .dot file may have more."
        )
    text = mermaid(outline(picture.snapshot, drawn), picture.looks)
    if len(text) > MOST_TEXT:
        raise LimitError(
            f"'{file}': it would have {len(text):,} characters, and Mermaid reads {MOST_TEXT:,} at "
            f"most. {SMALLER} A .dot file may have more."
        )
    return text


def _json(picture: Picture, file: str) -> str:
    from graphtui.graph.json_file import dumps  # a picture needs nothing of it

    return dumps(picture.snapshot.graph)


_OfLines = Callable[[Sequence[Line], str, str, Looks], str]

_OF_LINES: Mapping[str, _OfLines] = {".txt": _text, ".svg": _svg, ".html": _html}


def _of_lines(write: _OfLines) -> Callable[[Picture, str], str]:
    return lambda picture, file: write(
        _drawn(picture, file), title_of(picture.snapshot), file, picture.looks
    )


FORMATS: Mapping[str, Callable[[Picture, str], str]] = MappingProxyType(
    {
        **{suffix: _of_lines(write) for suffix, write in _OF_LINES.items()},
        ".dot": _dot,
        ".gv": _dot,
        ".mmd": _mermaid,
        ".json": _json,
    }
)
"""Every format, by the suffix of its files."""
