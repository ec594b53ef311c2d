"""The line of keys at the bottom: as many entries as there is room for, the most needed first."""

from __future__ import annotations

from collections.abc import Sequence

from graphtui.debugger.commands import COMMANDS
from graphtui.view.lines import Line, Span
from graphtui.view.safe_text import cell_width

WANTED = ("step", "back", "help", "quit", "continue", "until", "goto", "find", "forward",
          "backward", "fold", "restart", "reverse-continue")  # fmt: skip
"""Commands by how much they are missed; what is not named here comes last."""

_KEYS = {"right": "→", "left": "←", "up": "↑", "down": "↓"}
_BETWEEN = 2


def key_text(key: str) -> str:
    """A key as it is shown.

    >>> key_text("right"), key_text("ctrl+z"), key_text("n")
    ('→', 'ctrl+z', 'n')
    """
    return _KEYS.get(key, key)


def key_bar(width: int) -> Line:
    """`n step  p back  c continue  …  ? help  q quit`: whole entries only, in the table's order."""
    entries = {row.name: (key_text(row.keys[0]), row.name) for row in COMMANDS if row.keys}
    ranked = [name for name in WANTED if name in entries]
    ranked += [name for name in entries if name not in WANTED]
    chosen: list[str] = []
    room = width + _BETWEEN
    for name in ranked:
        room -= cell_width(" ".join(entries[name])) + _BETWEEN
        if room < 0:
            break
        chosen.append(name)
    return _joined([entries[name] for name in entries if name in chosen])


def _joined(entries: Sequence[tuple[str, str]]) -> Line:
    spans: list[Span] = []
    for key, word in entries:
        spans += [Span(" " * _BETWEEN)] if spans else []
        spans += [Span(key, "key"), Span(f" {word}", "dim")]
    return tuple(spans)
