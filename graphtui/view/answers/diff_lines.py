"""The step diff: what the last step changed, old → new, with shapes and how much of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphtui.debugger.step_diff import StepChange, What
from graphtui.view.inspector.edge_block import INDENT, NOT_YET
from graphtui.view.inspector.formulas import number_text
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import count_text, shape_text
from graphtui.view.text.paragraphs import cells, wrapped
from graphtui.view.text.previews import in_line
from graphtui.view.text.safe_text import clip_line, safe_text

NOTHING = "Nothing changed."
ARROW = Span(" → ", "dim")


def diff_lines(changes: Iterable[StepChange], width: int) -> list[Line]:
    """One line for each change of a number, up to three for an array, none wider than `width`."""
    lines = [clip_line(each, width) for change in changes for each in _lines(change, width)]
    return lines or wrapped(NOTHING, width, "dim")


def _lines(change: StepChange, width: int) -> Iterator[Line]:
    name, old, new = safe_text(change.node, max(width // 2, 1)), change.old, change.new
    head = line((f"{change.what} of ", "dim"), (name, "heading"), "  ")
    how_far = _how_far(change)
    role = change.what.value
    if not new.ndim:
        before = NOT_YET if old is None else Span(number_text(old), role)
        yield (*head, before, ARROW, Span(number_text(new), role), *how_far)
        return
    dtype = "" if new.dtype == float else f" {new.dtype}"
    shape = Span(f"{shape_text(new.shape)}{dtype}", "dim")
    if old is None:
        room = width - len(INDENT)
        yield (*head, NOT_YET, ARROW, shape, *how_far)
        yield line(INDENT, (in_line(new, room), role))
        return
    count = f"  {count_text(change.differing)} of {count_text(new.size)} elements differ"
    yield (*head, shape, Span(count), *how_far)
    room = max((width - len(INDENT) - cells((ARROW,))) // 2, 1)
    before_text, after_text = in_line(old, room), in_line(new, room)
    yield (Span(INDENT), Span(before_text, role), ARROW, Span(after_text, role))
    whole = before_text.startswith("[") and after_text.startswith("[")
    if change.first is not None and not whole:  # else the rows above need not show what changed
        index = ", ".join(map(str, change.first))
        numbers = number_text(old[change.first]), number_text(new[change.first])
        place = Span(f"{INDENT}[{index}] ", "dim")
        yield (place, Span(numbers[0], role), ARROW, Span(numbers[1], role))


def _how_far(change: StepChange) -> Line:
    """How many contributions a gradient has, if it will have several."""
    if change.what is What.VALUE:
        return ()
    if change.complete:
        return (Span("  complete", "ok"),)
    count = f"  {count_text(change.arrived)} of {count_text(change.expected)} arrived"
    return (Span(count, "warning"),)
