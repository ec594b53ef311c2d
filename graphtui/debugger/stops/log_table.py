"""What logpoints have recorded, as a table and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, NamedTuple

from graphtui.engine.plan import Phase

COLUMNS = ("step", "phase", "node", "log", "expression", "value")


class LogRow(NamedTuple):
    """What one log recorded at one step."""

    step: int
    phase: Phase
    node: str
    """The node of the step."""
    breakpoint: int
    """The number of the log."""
    expression: str
    value: Any
    """A number, a truth, nested lists of them, or text where there is no number; None if absent."""


def log_csv(rows: Iterable[LogRow]) -> str:
    r"""The rows as CSV, with a header; numbers round-trip, and what is absent is empty.

    >>> log_csv([LogRow(3, Phase.FORWARD, "h", 1, "norm(h)", 0.1)])
    'step,phase,node,log,expression,value\n3,forward,h,1,norm(h),0.1\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((*row[:-1], _cell(row.value)) for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    """A value as one cell.

    >>> _cell(True), _cell([1.0, 2.5]), _cell(None), _cell(float("nan")), _cell("an array (3, 4)")
    ('true', '[1.0, 2.5]', '', 'nan', 'an array (3, 4)')
    """
    if value is None or isinstance(value, str):
        return value or ""
    return str(value).lower()
