"""Run a Python description in this process, as `python FILE` would, and give its graph.

Three styles are understood. A *builder* describes values with `parameter`, `input` and ops; a
*graph object* is a module-level `graph = Graph([...])`; a *function* has leaves as its parameters
and is named, `FILE.py:NAME`. Which value is the output is for `outputs`. The user's code does what
it likes here; a process that it may take down is `worker`'s business.
"""

from __future__ import annotations

import builtins
import io
import linecache
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import CodeType, ModuleType

from graphtui.errors import GraphtuiError, UserCodeError
from graphtui.graph.file_text import MOST_BYTES, read_text
from graphtui.graph.graph import Graph
from graphtui.graph.nodes import Limits
from graphtui.graph.python.outputs import chosen_graph
from graphtui.graph.python.tensor import RECORDING, Recording
from graphtui.graph.python.user_error import user_code_error, user_frames


def run_file(
    path: str,
    name: str | None = None,
    *,
    args: Sequence[str] = (),
    limits: Limits | None = None,
    most_bytes: int = MOST_BYTES,
) -> Graph:
    """The graph that the program at `path` describes.

    Args:
        path: the file; it is the program's `__file__`, and its folder comes first on `sys.path`.
        name: the variable, function or node that is the output; None leaves it to the file.
        args: what follows the file in `sys.argv`.
        limits: how big the graph may be.
        most_bytes: how big the file may be.

    Raises:
        DescriptionError: the file cannot be read, or what it describes is wrong.
        UserCodeError: the program failed by itself.
        LimitError: the graph is too big.
    """
    with running(path, name, args=args, limits=limits, most_bytes=most_bytes) as graph:
        return graph


@contextmanager
def running(
    path: str,
    name: str | None = None,
    *,
    args: Sequence[str] = (),
    limits: Limits | None = None,
    most_bytes: int = MOST_BYTES,
) -> Iterator[Graph]:
    """`run_file`, with the program left as the main one inside, for functions of its own."""
    text = read_text(path, most_bytes=most_bytes)
    # Quotations show what was run, even if the file is changed in the meantime.
    lines = io.StringIO(text, newline=None).readlines()
    linecache.cache[path] = (len(text), None, lines, path)
    code = _compiled(text, path)
    with _as_main(path, args) as main:
        yield _described(code, main, path, name, limits)


def _described(
    code: CodeType, main: ModuleType, path: str, name: str | None, limits: Limits | None
) -> Graph:
    with _recording() as recording:
        try:
            _run(code, main, path, recording)
            return chosen_graph(path, name, vars(main), recording, limits)
        except (GraphtuiError, KeyboardInterrupt):
            raise
        except BaseException as error:
            if not user_frames(error.__traceback__, path):
                raise  # a mistake of ours
            raise user_code_error(error, path) from None


def _compiled(text: str, path: str) -> CodeType:
    try:
        # Our own `from __future__` must not change the meaning of the user's program.
        return compile(text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise user_code_error(error.with_traceback(None), path) from None


def _run(code: CodeType, main: ModuleType, path: str, recording: Recording) -> None:
    depth = sys.getrecursionlimit()
    try:
        exec(code, vars(main))
    except SystemExit as end:
        # `sys.exit(main())` at the end of a program is no failure.
        if end.code not in (None, 0) or not recording.values:
            found = "" if recording.values else " before it described a graph"
            message = f"{path}: the program ended itself with sys.exit({end.code!r}){found}."
            raise UserCodeError(f"{message} Let it run to its end.") from None
    finally:
        sys.setrecursionlimit(depth)


@contextmanager
def _recording() -> Iterator[Recording]:
    recording = Recording()
    token = RECORDING.set(recording)
    try:
        yield recording
    finally:
        RECORDING.reset(token)


@contextmanager
def _as_main(path: str, args: Sequence[str]) -> Iterator[ModuleType]:
    """A module `__main__` in an interpreter that was started with the file and these arguments."""
    main = ModuleType("__main__")
    vars(main).update(
        __file__=os.path.abspath(path),
        __builtins__=builtins,
        __cached__=None,
    )
    before = sys.modules["__main__"], sys.argv, list(sys.path)
    sys.modules["__main__"] = main
    sys.argv = [path, *args]
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    try:
        yield main
    finally:
        sys.modules["__main__"], sys.argv, sys.path[:] = before
