"""Like `breakpoint()`, for the graph of a value: opens the screen in the process that calls it."""

from __future__ import annotations

import sys
from typing import Any

from graphtui.engine.execute import Run
from graphtui.errors import UsageError
from graphtui.graph.graph import Graph
from graphtui.graph.python.build import mark_output
from graphtui.graph.python.tensor import Tensor, graph_of
from graphtui.ui.start import open_screen
from graphtui.ui.terminal import has_screen, take_keyboard
from graphtui.view.answers.report import run_table
from graphtui.view.text.lines import plain


def debug(value: Tensor | Graph, *, seed: Any = None) -> None:
    """Open the debugger on a described value, and return when the user leaves it.

    Without a terminal, the table of `graphtui run` is printed instead. In a file that `graphtui`
    itself is loading, the value becomes the output that is shown.

    Args:
        value: what backward starts from.
        seed: the gradient to start with, of the value's shape; a scalar has 1.

    Raises:
        UsageError: `value` is no described value.
    """
    if not isinstance(value, (Tensor, Graph)):
        raise UsageError(
            f"debug takes a described value or a Graph, got {type(value).__name__}. "
            "Values are described with parameter(...), input(...) and constant(...)."
        )
    if mark_output(value):
        return
    graph = value if isinstance(value, Graph) else graph_of(value)
    if has_screen():
        take_keyboard()
        open_screen(lambda: graph, graph.name or graph.output, seed=seed)
    else:
        sys.stdout.write(plain(run_table(Run(graph, seed=seed).finish())) + "\n")
