"""The help page: every command from the one table, every mark with its meaning, every convention.

The marks are taken from the modules that draw them, the conventions at kinks from the ops' records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from graphtui.debugger.commands import COMMANDS
from graphtui.ops import OPS
from graphtui.ops.linear_map import STRUCTURES
from graphtui.view.answers.watch_lines import CHANGED
from graphtui.view.drawing.marks import ABSENT, STALE
from graphtui.view.inspector.inspector import KINK
from graphtui.view.panels import timeline
from graphtui.view.panels.key_bar import key_text
from graphtui.view.picture.breakpoint_marks import Mark
from graphtui.view.picture.graph_panel import FAULT, SENT
from graphtui.view.picture.scene import OPENED, OPENS
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.paragraphs import wrapped
from graphtui.view.text.safe_text import ELLIPSIS, cell_width, clip_line


class HelpRow(NamedTuple):
    """A key or a mark with what it means."""

    left: str
    text: str
    middle: str = ""
    """For a command, how it is typed."""
    role: str = "key"


Section = Iterable[tuple[str, str]]
"""Keys, with blanks between them, or something to do, and what that does."""

MOST_USAGE = 32
"""Cells of a command as it is typed; what is longer gets a line of its own."""


def help_page(width: int, more: Mapping[str, Section] | None = None) -> list[Line]:
    """Everything on the screen, explained, in lines of at most `width` cells.

    Args:
        width: cells.
        more: sections by their titles: what can be done besides commands.
    """
    commands = [HelpRow(_keys(row.keys), row.help, row.usage) for row in COMMANDS]
    others = {
        title: [HelpRow(_keys(left.split()), text) for left, text in rows]
        for title, rows in (more or {}).items()
    }
    parts = {
        "Commands: by key, or typed": commands,
        **others,
        "The picture": _PICTURE,
        "Breakpoints: in the picture, on the timeline, left of the source": _BREAKPOINTS,
        "The timeline": _TIMELINE,
        "Watches": _WATCHES,
        "The words": _WORDS,
        "Conventions": _CONVENTIONS,
        "At kinks and ties, as in PyTorch": _at_kinks(),
        "Structures of a Jacobian": [HelpRow(k, v, role="local") for k, v in STRUCTURES.items()],
    }
    lines: list[Line] = []
    for title, rows in parts.items():
        if rows:
            gap: list[Line] = [()] if lines else []
            lines += [*gap, line((title, "heading")), *_table(rows, width)]
    return [clip_line(each, width) for each in lines]


_PICTURE = (
    HelpRow("2.00", "above a wire: the value that was computed forward", role="value"),
    HelpRow("-0.20", "below a wire: the gradient of the output by that value", role="gradient"),
    HelpRow(ABSENT, "not yet there, which is never the same as 0", role="absent"),
    HelpRow(f"5.00{ELLIPSIS}", "a sum of which more is still to arrive", role="gradient"),
    HelpRow(f"5.00{STALE}", "stale: from before an edit, to be computed again", role="stale"),
    HelpRow("4×3 ~0.71", "an array: its shape, and the root mean square of it", role="value"),
    HelpRow("0..9", "an array of whole numbers: the smallest and the largest", role="value"),
    HelpRow("┏━┓ ━━▶", "the last step was here, and used these wires", role="node.current"),
    HelpRow("╔═╗", "the box that is looked at", role="node"),
    HelpRow("╭─╮", "a value that was given", role="node.leaf"),
    HelpRow(f"┌┄┐ {OPENS}", "a group drawn as one box, and how much is trained in it", role="node"),
    HelpRow("… ×200", "so many equal groups, one after the other, as one box", role="node"),
    HelpRow(
        f"┌┄┐ {OPENED}", "a group that is open; a click on the mark closes it", role="group.open"
    ),
    HelpRow(f"┌{SENT}┐", "its gradient was passed on to its inputs", role="node.sent"),
    HelpRow(f"┌{FAULT}┐", "a NaN, an infinity or an exception", role="node.fault"),
    HelpRow(
        "└≠┘ ≈ ≢", "compared: it differs; by rounding; by a tenth or more", role="node.differs"
    ),
    HelpRow(KINK, "in the inspector: the value is on a kink or a tie", role="warning"),
    HelpRow("┼ ●", "wires that cross; a wire that forks", role="wire"),
)

_BREAKPOINTS = (
    HelpRow(Mark.STOP, "it stops whenever one comes there", role="breakpoint"),
    HelpRow(Mark.MAYBE, "it stops there under a condition, or at some hits", role="breakpoint"),
    HelpRow(Mark.LOG, "it records an expression and goes on", role="breakpoint"),
    HelpRow(Mark.OFF, "it is switched off, or was to stop once and has", role="breakpoint"),
)

_WATCHES = (
    HelpRow(CHANGED, "the last step changed it", role="warning"),
    HelpRow("▁▃█", "how it went, at every step that changed it", role="dim"),
)

_TIMELINE = (
    HelpRow(timeline.CURSOR, "where the cursor stands", role="cursor"),
    HelpRow(timeline.FORWARD, "a forward step, done", role="value"),
    HelpRow(timeline.SEED, "the seed: where backward starts", role="gradient"),
    HelpRow(timeline.BACKWARD, "a backward step, done", role="gradient"),
    HelpRow(timeline.TO_COME, "a step to come", role="absent"),
    HelpRow(timeline.STALE, "a step that was done before an edit", role="stale"),
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
    usages = [cell_width(row.middle) for row in rows]
    middle = max((usage for usage in usages if usage <= MOST_USAGE), default=0)
    middle += 2 if middle else 0
    room = width - 2 - left - middle
    lines: list[Line] = []
    for row, usage in zip(rows, usages, strict=True):
        head = line(
            (f"  {row.left}{' ' * (left - cell_width(row.left))}", row.role),
            f"{row.middle}{' ' * (middle - usage)}",
        )
        if room < 24:
            lines += [head, *wrapped(row.text, width, "dim", indent="      ")]
            continue
        texts = wrapped(row.text, room, "dim")
        blank = Span(" " * (2 + left + middle))
        if usage > MOST_USAGE:
            lines += [head, *((blank, *each) for each in texts)]
        else:
            lines += [(*head, *texts[0]), *((blank, *each) for each in texts[1:])]
    return lines
