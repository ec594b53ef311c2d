"""`graphtui compare A B`: two descriptions, both run to the end, side by side.

The exit code is 0 where nothing differs, and 1 where something does. How one of them is loaded and
run is the affair of whoever calls.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from graphtui.cli.arguments import Settings
from graphtui.cli.loading import Printed
from graphtui.cli.printing import complain, print_json, print_lines
from graphtui.cli.progress import progress
from graphtui.errors import UsageError

if TYPE_CHECKING:
    from graphtui.engine.execute import Run

WIDTH = 100
"""Cells of a line of the table."""

Finished = Callable[[Settings], tuple["Run", Printed]]
"""From settings with one FILE to its run, carried out, and what its description prints."""


def compare_files(settings: Settings, finished: Finished) -> int:
    """Print how the run of the second FILE differs from that of the first.

    Raises:
        UsageError: there are not two FILEs.
    """
    from graphtui.debugger.compare.compare import compare
    from graphtui.view.answers.compare_lines import compare_document, compare_lines

    if len(settings.words) != 2:
        raise UsageError(
            f"name the two FILEs to compare, got {len(settings.words)}. "
            "See `graphtui compare --help`."
        )
    first, second = settings.words
    if first == second == "-":
        raise UsageError("standard input can be read only once. Name a file for one of the two.")
    a, printed = finished(settings._replace(words=(first,)))
    b, printed_too = finished(settings._replace(words=(second,)))
    with progress(lambda: "comparing"):
        found = compare(a, b, tolerance=settings.tolerance)
    if settings.json:
        print_json(compare_document(found))
    else:
        print_lines(compare_lines(found, WIDTH, names=(first, second)))
    for text in filter(None, (printed(), printed_too())):
        sys.stdout.flush()
        complain(text)
    return 0 if found.same else 1
