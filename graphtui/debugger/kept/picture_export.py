"""What an exported picture is to a session: who draws it, in which theme, and how a file shows it.

A session draws nothing: whoever looks at it gives it the function that does.
"""

from __future__ import annotations

from collections.abc import Callable

from graphtui.debugger.snapshot import Snapshot
from graphtui.graph.file_text import read_text

PICTURE_MARK = "graphtui: a picture"
"""Stands at the beginning of every file with a picture but plain text, which has room for none."""

THEMES = ("light", "dark")
"""What the colours of a picture suit; the first one if nothing is said, as paper is white."""

Pictures = Callable[[Snapshot, str, str], str]
"""From a moment, the name of a file and a theme to the text of that file; raises `UsageError` where
there is no such format, and `LimitError` where the picture is too large."""

_BEGINNING = 200


def is_picture(path: str) -> bool:
    """Whether the file at `path` is a picture that was written here.

    Raises:
        DescriptionError, LimitError: it is no text, or cannot be read.
    """
    return PICTURE_MARK in read_text(path)[:_BEGINNING]
