"""How the numbers of a tensor view are spread: a chart for the value, the gradient, or both."""

from __future__ import annotations

from itertools import zip_longest

from graphtui.view.tensor.histogram import Histogram, histogram_lines
from graphtui.view.tensor.measured import Measured
from graphtui.view.tensor.view import Shows, TensorView
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import cell_width, clip_line

HEIGHT = 6
"""Lines of a chart, and of the numbers below it."""
_GAP = 3


def spread_lines(
    view: TensorView, measured: Measured, width: int, *, ascii_only: bool = False
) -> list[Line]:
    """`HEIGHT` lines of at most `width` cells; two charts beside each other where both are shown.

    Nothing where there is nothing to count: the array is empty, or no element is finite.
    """
    charts = {"value": measured.value_spread, "gradient": measured.gradient_spread}
    wanted = {
        Shows.VALUE: ("value",), Shows.GRADIENT: ("gradient",), Shows.BOTH: ("value", "gradient"),
    }[view.shows]  # fmt: skip
    found = [(name, charts[name]) for name in wanted]
    room = max((width - _GAP * (len(found) - 1)) // len(found), 1)
    drawn = [_chart(chart, name, room, ascii_only=ascii_only) for name, chart in found]
    lines: list[Line] = []
    for row in zip_longest(*drawn, fillvalue=()):
        spans: list[Span] = []
        for number, piece in enumerate(row):
            if number:
                used = sum(cell_width(span.text) for span in spans)
                spans.append(Span(" " * ((room + _GAP) * number - used)))
            spans += piece
        lines.append(clip_line(tuple(spans), width))
    return lines if any(chart is not None for _, chart in found) else []


def _chart(chart: Histogram | None, role: str, width: int, *, ascii_only: bool) -> list[Line]:
    if chart is None:
        return []
    return histogram_lines(chart, width, HEIGHT, role, ascii_only=ascii_only)
