"""What reaches the two streams: data on stdout, talk on stderr, foreign text made safe."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphtui.view.lines import Line


def speaks_unicode() -> bool:
    """Whether stdout can take box drawing; else everything is drawn in ASCII."""
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return encoding.startswith("utf")


def say(text: str) -> None:
    """Write text of our own to stdout."""
    sys.stdout.write(text if speaks_unicode() else text.encode("ascii", "replace").decode())


def print_lines(lines: Iterable[Line]) -> None:
    """Write what a view returned to stdout, one row a line."""
    from graphtui.view.lines import plain
    from graphtui.view.safe_text import to_ascii

    for line in lines:
        text = plain([line])
        sys.stdout.write((text if speaks_unicode() else to_ascii(text)) + "\n")


def print_json(document: Any, indent: int | None = None) -> None:
    """Write one JSON document to stdout, on one line unless indented."""
    import json

    sys.stdout.write(json.dumps(document, allow_nan=False, indent=indent) + "\n")


def complain(text: str) -> None:
    """Say `text` on stderr; foreign text in it is made safe, line by line."""
    from graphtui.view.safe_text import safe_text

    for line in text.split("\n"):
        shown = safe_text(line)
        encoding = sys.stderr.encoding or "ascii"
        sys.stderr.write(shown.encode(encoding, "backslashreplace").decode(encoding) + "\n")
