"""`graphtui.debug(loss)`: open the screen on a live value, like `breakpoint()`.

It stays in the process that calls it. What the screen shows stands in `app`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from graphtui.graph.build import graph, mark_output

if TYPE_CHECKING:
    from graphtui.graph.tensor import Tensor


def debug(value: Tensor, *, seed: Any = None) -> None:
    """Open the debugger on the graph of `value`; where there is no terminal, print its numbers.

    While graphtui itself reads a description, this says which value is meant, and nothing opens.

    Args:
        value: the output, from which backward starts.
        seed: the gradient to start with; a scalar has 1.
    """
    if mark_output(value):
        return
    if not _has_screen():
        _print_numbers(value, seed)
        return
    from graphtui.ui.start import open_screen

    open_screen(lambda: graph(value), value.name, seed=seed)


def _has_screen() -> bool:
    streams = (sys.stdin, sys.stdout, sys.stderr)
    smart = os.environ.get("TERM", "dumb") not in ("", "dumb")
    return smart and all(stream is not None and stream.isatty() for stream in streams)


def _print_numbers(value: Tensor, seed: Any) -> None:
    from graphtui.engine.execute import run
    from graphtui.view.lines import plain
    from graphtui.view.report import run_table

    print(plain(run_table(run(graph(value), seed=seed))))
