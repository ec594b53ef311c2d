"""A picture as the text of a file, in the colours of a theme; needs no screen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from graphtui.debugger.kept.picture_export import THEMES
from graphtui.debugger.snapshot import Snapshot
from graphtui.ui.colours import DARK, LIGHT, look
from graphtui.view.export.files import Drawing, lines_text, picture_text
from graphtui.view.export.outline import title_of
from graphtui.view.text.lines import Line

_OURS = dict(zip(THEMES, (LIGHT, DARK), strict=True))


def picture(snapshot: Snapshot, file: str, theme: str, drawing: Drawing | None = None) -> str:
    """The picture at the cursor, in the format that the name of `file` ends in.

    Args:
        snapshot: what is known.
        file: what it will be called; it is not written.
        theme: one of `THEMES`.
        drawing: the drawing, where there is one already.

    Raises:
        UsageError: there is no such format.
        LimitError: the picture is too large for it.
    """
    return picture_text(snapshot, file, partial(look, _OURS[theme]), drawing)


def picture_of_lines(lines: Sequence[Line], snapshot: Snapshot, file: str, theme: str) -> str:
    """The same for any lines about a moment, in a format that can show lines."""
    return lines_text(lines, title_of(snapshot), file, partial(look, _OURS[theme]))
