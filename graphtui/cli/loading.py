"""Settings to a graph: a file, standard input or an expression.

A Python description starts to run in its worker as soon as the arguments are known.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from graphtui.cli.arguments import Settings
from graphtui.cli.progress import progress
from graphtui.errors import UsageError

if TYPE_CHECKING:
    from graphtui.debugger.description import Description
    from graphtui.graph.graph import Graph

Load = Callable[[], "Graph"]

Printed = Callable[[], str]
"""What a description, or an op that it defines, has printed since this was asked last."""


def load_graph(settings: Settings) -> tuple[Graph, Printed]:
    """The graph that the settings name, and what its description prints, to be asked for."""
    loading = begin_loading(settings)
    with progress(lambda: f"loading {settings.expression or settings.words[0]}"):
        graph = loading()
    return graph, _printed_by(loading)


def _printed_by(loading: Load) -> Printed:
    """What comes from where the graph was loaded; only a Python description prints."""
    nothing: Printed = str
    return getattr(loading, "take_printed", nothing)


def begin_loading(settings: Settings) -> Load:
    """A function that waits for the graph; a Python description starts to run at once."""
    from graphtui.graph import load

    limits = _limits(settings)
    if settings.expression is not None:
        text, bindings = settings.expression, read_bindings(settings.words)
        return lambda: load.load_expression(text, bindings, limits=limits)
    target = only_file(settings)
    if target == "-" and sys.stdin is None:
        raise UsageError("there is no standard input to read from. Name a file instead of '-'.")
    given = {"timeout": settings.timeout, "most_bytes": settings.max_file}
    return load.begin(
        target,
        limits=limits,
        args=settings.passed,
        **{name: value for name, value in given.items() if value is not None},  # type: ignore[arg-type]
    )


class Again:
    """Gives the graph each time it is called, reading the description again.

    The first time it is the one that began to load when this was made. What came through a pipe
    cannot be read twice, so it is read here, before the screen takes the keyboard.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.description = describe(settings)
        """What was loaded last; None where it came through a pipe."""
        self._first: Load | None = begin_loading(settings)
        self._piped = self._first() if self.description is None else None
        self._printed: Printed = str

    def __call__(self) -> Graph:
        """The graph, as it is described now."""
        if self._piped is not None:
            return self._piped
        load, self._first = self._first, None
        if load is None:
            # First what the file holds, then its meaning: a change in between is seen later.
            self.description = describe(self._settings)
            load = begin_loading(self._settings)
        graph = load()
        self._printed = _printed_by(load)
        return graph

    def printed(self) -> str:
        """What the description that was loaded last has printed since this was asked last."""
        return self._printed()


def describe(settings: Settings) -> Description | None:
    """What the settings load, as it is now; None for standard input."""
    from graphtui.debugger.description import Description, describe_file

    if settings.expression is not None:
        return Description(expression=settings.expression, values=read_bindings(settings.words))
    target = only_file(settings)
    return None if target == "-" else describe_file(target)


def _limits(settings: Settings) -> Any:
    from graphtui.graph.graph import Limits

    given = {"array_bytes": settings.max_array, "total_bytes": settings.max_total}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def read_bindings(words: Iterable[str]) -> dict[str, str]:
    """The values of `name=value` words.

    >>> read_bindings(["x=-2", "W=[[1, 0], [0, 1]]"])
    {'x': '-2', 'W': '[[1, 0], [0, 1]]'}
    """
    bindings: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(f"after -e, values are given as name=value, got '{word}'.")
        if name in bindings:
            raise UsageError(f"'{name}' is given twice.")
        bindings[name] = value
    return bindings


def only_file(settings: Settings) -> str:
    """The one FILE of a command that takes just one."""
    if len(settings.words) != 1:
        found = f"got {len(settings.words)}" if settings.words else "got none"
        raise UsageError(f"name one FILE, {found}. See `graphtui --help`.")
    return settings.words[0]


def read_seed(settings: Settings) -> Any:
    """The seed as nested lists; its shape is checked against the output by the run."""
    if settings.seed is None:
        return None
    from graphtui.graph.json.text import parse_json

    return parse_json(settings.seed, "--seed").value
