"""The one door: a file, standard input or an expression becomes a graph.

What each way in does is for `worker`, `json_file` and `bindings`; only the one that is taken is
imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from graphtui.errors import DescriptionError, Place, Problem
from graphtui.graph.file_text import MOST_BYTES, read_text
from graphtui.graph.graph import Graph, Limits


def load(
    target: str | os.PathLike[str],
    *,
    limits: Limits | None = None,
    timeout: float | None = None,
    args: Sequence[str] = (),
    most_bytes: int = MOST_BYTES,
) -> Graph:
    """The graph that `target` describes.

    Args:
        target: `FILE.py`, `FILE.json`, either with `:NAME` for the node that backward starts from
            (in Python also a function or a variable), or `-` for JSON from standard input.
        limits: how big the graph may be.
        timeout: seconds that a Python description may take; None means the usual ten.
        args: what a Python description finds in `sys.argv` after its own name.
        most_bytes: how big the file may be.

    Raises:
        DescriptionError: the description is wrong; every problem with its place.
        UserCodeError: a Python description failed by itself.
        LimitError: it is too big or took too long.
    """
    return begin(target, limits=limits, timeout=timeout, args=args, most_bytes=most_bytes)()


def begin(
    target: str | os.PathLike[str],
    *,
    limits: Limits | None = None,
    timeout: float | None = None,
    args: Sequence[str] = (),
    most_bytes: int = MOST_BYTES,
) -> Callable[[], Graph]:
    """A function that gives the graph of `target`, as `load`; a Python description runs at once.

    So a screen can be prepared while the description is at work.
    """
    file, name = split_target(target)
    if file == "-":
        from graphtui.graph.json_file import load_json_stream

        stdin = sys.stdin.buffer
        return lambda: load_json_stream(stdin, output=name, limits=limits, most_bytes=most_bytes)
    match Path(file).suffix.lower():
        case ".py":
            from graphtui.graph.worker.worker import TIMEOUT, start_worker  # JSON starts no process

            patience = TIMEOUT if timeout is None else timeout
            return start_worker(
                file, name, args=args, limits=limits, timeout=patience, most_bytes=most_bytes
            )
        case ".json":
            from graphtui.graph.json_file import load_json

            return lambda: load_json(file, output=name, limits=limits, most_bytes=most_bytes)
    _refuse_suffix(file)
    raise AssertionError("it was refused")


def load_expression(
    text: str, bindings: Mapping[str, str], *, limits: Limits | None = None
) -> Graph:
    """The graph of an expression such as `(x + y) * z` with the values of its names.

    Each name is an input; a value is a number or nested lists such as `[[1, 2], [3, 4]]`. Whole
    numbers that stand in lists in the expression itself stay whole, so that they can be labels.
    The result is called `f`, or `f_2` where `f` is one of the names.

    >>> graph = load_expression("(x + y) * z", {"x": "-2", "y": "5", "z": "-4"})
    >>> graph.output, list(graph.nodes)
    ('f', ['x', 'y', 'z', 'add', 'f'])

    Raises:
        DescriptionError: the expression or a value is wrong, a name has no value, or a value is not
            used; every problem with its place.
        LimitError: a value would be beyond the limits.
    """
    from graphtui.graph.expression.bindings import expression_drafts

    drafts, output = expression_drafts(text, bindings)
    return Graph(drafts, output, name=text, limits=limits, texts={"-e": text})


def split_target(target: str | os.PathLike[str]) -> tuple[str, str | None]:
    """The file of `FILE` or `FILE:NAME`, and the name; a file that exists under all of it wins.

    >>> split_target("net.py:loss"), split_target("net.py")
    (('net.py', 'loss'), ('net.py', None))
    """
    whole = os.fsdecode(target)
    file, colon, name = whole.rpartition(":")
    if not colon or not name or not file or os.path.lexists(whole):
        return whole, None
    # In C:\net.py the colon belongs to the drive.
    return (whole, None) if len(file) == 1 and name[:1] in "\\/" else (file, name)


def _refuse_suffix(file: str) -> None:
    read_text(file)  # where nothing is there, or something unreadable, that says more
    suffix = Path(file).suffix
    if suffix.lower() == ".graphtui":
        message = (
            "this is a saved session, not a graph: `graphtui FILE` opens it. Name what it is of."
        )
        raise DescriptionError([Problem(message, Place(file), code="file")])
    found = f"'{suffix}' is not a suffix" if suffix else "without a suffix it is not clear"
    message = (
        f"{found} by which a description is known. Name it .py or .json, "
        "or send JSON to standard input with '-' as the file."
    )
    raise DescriptionError([Problem(message, Place(file), code="file")])
