"""The line of keys at the bottom: as many entries as there is room for, the most needed first."""

from __future__ import annotations

from collections.abc import Sequence

from graphtui.debugger.commands import COMMANDS
from graphtui.debugger.folding import folded_around
from graphtui.debugger.snapshot import Snapshot
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import cell_width

WANTED = ("step", "back", "help", "quit", "continue", "break", "until", "goto", "find", "forward",
          "backward", "why", "watch", "fold", "restart", "reverse-continue")  # fmt: skip
"""Commands by how much they are missed; what is not named here comes last."""

_KEYS = {
    "right": "→", "left": "←", "up": "↑", "down": "↓",
    "right_square_bracket": "]", "left_square_bracket": "[", "slash": "/", "plus": "+",
    "minus": "-", "equals_sign": "=", "exclamation_mark": "!",
}  # fmt: skip
_BETWEEN = 2


def key_text(key: str) -> str:
    """A key as it is shown.

    >>> key_text("right"), key_text("ctrl+z"), key_text("n")
    ('→', 'ctrl+z', 'n')
    """
    return _KEYS.get(key, key)


def key_bar(width: int, first: Sequence[str] = ()) -> Line:
    """`n step  p back  c continue  …  ? help  q quit`: whole entries only, in the table's order.

    Args:
        width: cells.
        first: commands that are wanted more than all others but the ways on, back and out.
    """
    entries = {row.name: (key_text(row.keys[0]), row.name) for row in COMMANDS if row.keys}
    always = WANTED[:4]
    ranked = dict.fromkeys((*always, *first, *WANTED, *entries))
    chosen = fitting([entries[name] for name in ranked if name in entries], width)
    return _joined([entry for entry in entries.values() if entry in chosen])


def fitting(entries: Sequence[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """The first entries, as many as go into `width` cells.

    >>> fitting([("n", "step"), ("p", "back"), ("q", "quit")], 14)
    [('n', 'step'), ('p', 'back')]
    """
    chosen: list[tuple[str, str]] = []
    room = width + _BETWEEN
    for key, word in entries:
        room -= cell_width(f"{key_text(key)} {word}") + _BETWEEN
        if room < 0:
            break
        chosen.append((key, word))
    return chosen


def wanted_at(snapshot: Snapshot) -> tuple[str, ...]:
    """The commands that are of most use where the cursor stands."""
    at_fault = ("why", "origin") if snapshot.faults(snapshot.focus) else ()
    task, step = snapshot.next_task, snapshot.step
    ahead = snapshot.graph.nodes[task.node].group if task else ""
    into = ("into",) if folded_around(snapshot.graph, ahead, snapshot.folded) else ()
    out = ("out",) if step and snapshot.graph.nodes[step.node].group else ()
    return (*at_fault, *into, *out)


def _joined(entries: Sequence[tuple[str, str]]) -> Line:
    spans: list[Span] = []
    for key, word in entries:
        spans += [Span(" " * _BETWEEN)] if spans else []
        spans += [Span(key, "key"), Span(f" {word}", "dim")]
    return tuple(spans)
