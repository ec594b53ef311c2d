"""What `print` found, as a page: the shape, what the numbers come to, and the first of them."""

from __future__ import annotations

from typing import Any

from graphtui.debugger.printed import Printed, printed_text
from graphtui.graph.values import nested_list
from graphtui.view.text import previews
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.safe_text import clip_line, safe_text

MOST_ROWS = 200
"""Rows of an array that are shown."""

MOST_SENT = 10_000
"""Elements of an array that a document holds."""


def is_long(printed: Printed) -> bool:
    """Whether there is more to show than one number."""
    return not (printed.result is None or isinstance(printed.result, bool)) and (
        printed.result.ndim > 0
    )


def printed_lines(printed: Printed, width: int) -> list[Line]:
    """The array's summary and its first rows, in lines of at most `width` cells."""
    head = line((safe_text(printed_text(printed)), "heading"))
    if not is_long(printed):
        return [clip_line(head, width)]
    assert printed.result is not None
    assert not isinstance(printed.result, bool)
    rows = previews.rows(printed.result, width, MOST_ROWS)
    return [clip_line(head, width), (), *((Span(row, "value"),) for row in rows)]


def printed_document(printed: Printed) -> dict[str, Any]:
    """The expression and its value; of a large array the shape and dtype only."""
    document: dict[str, Any] = {"expression": printed.expression}
    result = printed.result
    if result is None or isinstance(result, bool):
        return {**document, "value": result}
    document |= {"shape": list(result.shape), "dtype": result.dtype.name}
    if result.size > MOST_SENT:
        return {**document, "value": None, "elided": result.size}
    return {**document, "value": nested_list(result)}
