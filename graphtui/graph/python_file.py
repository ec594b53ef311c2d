"""Load a Python description, in a worker process.

Three styles are understood. A *builder* describes values with `parameter`, `input` and ops; a
*graph object* is a module-level `graph = Graph([...])`; a *function* has leaves as its parameters
and is named, `FILE.py:NAME`. Which value is the output is for `outputs`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from graphtui.graph.file_text import MOST_BYTES
from graphtui.graph.graph import Graph
from graphtui.graph.nodes import Limits
from graphtui.graph.worker import TIMEOUT, Worker, start_worker


def begin_python(
    path: str | os.PathLike[str],
    name: str | None = None,
    *,
    args: Sequence[str] = (),
    limits: Limits | None = None,
    timeout: float = TIMEOUT,
    most_bytes: int = MOST_BYTES,
) -> PythonLoading:
    """A loading that is under way; calling it gives the graph.

    Args:
        path: the file, which is run as `python FILE` would run it.
        name: the variable, function or node that is the output; None leaves it to the file.
        args: what follows the file in `sys.argv`.
        limits: how big the graph may be.
        timeout: seconds that the program may take.
        most_bytes: how big the file may be.
    """
    return PythonLoading(
        start_worker(
            os.fspath(path),
            name,
            args=args,
            limits=limits,
            timeout=timeout,
            most_bytes=most_bytes,
        )
    )


class PythonLoading:
    """A description that runs in its worker."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def __call__(self) -> Graph:
        """The graph; waits for it, and ends the worker.

        Raises:
            DescriptionError: the file cannot be read, or what it describes is wrong.
            UserCodeError: the program failed, ended itself, or crashed.
            LimitError: it took too long, or its graph is too big.
        """
        try:
            return self._worker.result()
        finally:
            self._worker.close()

    @property
    def printed(self) -> str:
        """What the program has printed: the last megabyte of it."""
        return self._worker.printed

    def close(self) -> None:
        """End the program; a call that waits for the graph raises `UserCodeError`."""
        self._worker.close()
