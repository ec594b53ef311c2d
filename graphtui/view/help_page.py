"""The help page: every command from the one table, every mark with its meaning, every convention.

The marks are taken from the modules that draw them, the conventions at kinks from the ops' records.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from graphtui.debugger.commands import COMMANDS
from graphtui.ops import OPS
from graphtui.ops.linear_map import STRUCTURES
from graphtui.view import timeline
from graphtui.view.graph_panel import FAULT, SENT
from graphtui.view.inspector import KINK
from graphtui.view.key_bar import key_text
from graphtui.view.lines import Line, Span, line
from graphtui.view.paragraphs import wrapped
from graphtui.view.picture import ABSENT
from graphtui.view.safe_text import ELLIPSIS, cell_width, clip_line


class HelpRow(NamedTuple):
    """A key or a mark with what it means."""

    left: str
    text: str
    middle: str = ""
    """For a command, how it is typed."""
    role: str = "key"


def help_page(width: int, more: Iterable[tuple[str, str]] = ()) -> list[Line]:
    """Everything on the screen, explained, in lines of at most `width` cells.

    Args:
        width: cells.
        more: keys, with blanks between them, and what they do: those that are no commands.
    """
    commands = [HelpRow(_keys(row.keys), row.help, row.usage) for row in COMMANDS]
    others = [HelpRow(_keys(keys.split()), text) for keys, text in more]
    parts = [
        ("Commands: by key, or typed", commands),
        ("Keys of the screen", others),
        ("The picture", _PICTURE),
        ("The timeline", _TIMELINE),
        ("The words", _WORDS),
        ("Conventions", _CONVENTIONS),
        ("At kinks and ties, as in PyTorch", _at_kinks()),
        ("Structures of a Jacobian", [HelpRow(k, v, role="local") for k, v in STRUCTURES.items()]),
    ]
    lines: list[Line] = []
    for title, rows in parts:
        if rows:
            gap: list[Line] = [()] if lines else []
            lines += [*gap, line((title, "heading")), *_table(rows, width)]
    return [clip_line(each, width) for each in lines]


_PICTURE = (
    HelpRow("2.00", "above a wire: the value that was computed forward", role="value"),
    HelpRow("-0.20", "below a wire: the gradient of the output by that value", role="gradient"),
    HelpRow(ABSENT, "not yet there, which is never the same as 0", role="absent"),
    HelpRow(f"5.00{ELLIPSIS}", "a sum of which more is still to arrive", role="gradient"),
    HelpRow("4×3 ~0.71", "an array: its shape, and the root mean square of it", role="value"),
    HelpRow("0..9", "an array of whole numbers: the smallest and the largest", role="value"),
    HelpRow("┏━┓ ━━▶", "the last step was here, and used these wires", role="node.current"),
    HelpRow("╔═╗", "the box that is looked at", role="node"),
    HelpRow("╭─╮", "a value that was given", role="node.leaf"),
    HelpRow("┌┄┐ ▸", "a group drawn as one box", role="node"),
    HelpRow(f"┌{SENT}┐", "its gradient was passed on to its inputs", role="node.sent"),
    HelpRow(f"┌{FAULT}┐", "a NaN, an infinity or an exception", role="node.fault"),
    HelpRow(KINK, "in the inspector: the value is on a kink or a tie", role="warning"),
    HelpRow("┼ ●", "wires that cross; a wire that forks", role="wire"),
)

_TIMELINE = (
    HelpRow(timeline.CURSOR, "where the cursor stands", role="cursor"),
    HelpRow(timeline.FORWARD, "a forward step, done", role="value"),
    HelpRow(timeline.SEED, "the seed: where backward starts", role="gradient"),
    HelpRow(timeline.BACKWARD, "a backward step, done", role="gradient"),
    HelpRow(timeline.TO_COME, "a step to come", role="absent"),
    HelpRow(timeline.FAULT, "a step at which something went wrong", role="fault"),
)

_WORDS = (
    HelpRow(
        "upstream", "the gradient that arrives at a node from the output's side", "", "upstream"
    ),
    HelpRow("local", "the differential of a node by one input: its Jacobian", "", "local"),
    HelpRow("downstream", "what it sends to that input: upstream through local", "", "downstream"),
)

_CONVENTIONS = (
    HelpRow("seed", "a scalar output has gradient 1; any other needs a seed to be given", role=""),
    HelpRow("fan-out", "a value that is read twice gets the sum of what comes back", role=""),
    HelpRow("constant", "receives no gradient; an input or a parameter does", role=""),
    HelpRow("broadcast", "what was repeated forward is summed backward", role=""),
)


def _at_kinks() -> list[HelpRow]:
    return [HelpRow(op.name, op.at_kinks, role="") for op in OPS.values() if op.at_kinks]


def _keys(keys: Iterable[str]) -> str:
    return " ".join(map(key_text, keys))


def _table(rows: Sequence[HelpRow], width: int) -> list[Line]:
    """The rows in two or three columns; where that is too narrow, what they mean goes below."""
    left = max(cell_width(row.left) for row in rows) + 2
    middle = max(cell_width(row.middle) for row in rows)
    middle += 2 if middle else 0
    room = width - 2 - left - middle
    lines: list[Line] = []
    for row in rows:
        head = line(
            (f"  {row.left}{' ' * (left - cell_width(row.left))}", row.role),
            f"{row.middle}{' ' * (middle - cell_width(row.middle))}",
        )
        if room < 24:
            lines += [head, *wrapped(row.text, width, "dim", indent="      ")]
            continue
        first, *others = wrapped(row.text, room, "dim")
        blank = Span(" " * (2 + left + middle))
        lines += [(*head, *first), *((blank, *each) for each in others)]
    return lines
