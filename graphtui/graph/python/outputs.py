"""Which of the things that a file describes is its output: a value, a graph or a function.

What was asked for by name comes first, then what the file itself shows with `graphtui.debug`, then
`graph`, `loss` and `output`, then the only value that nothing reads.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from graphtui.errors import DescriptionError, Place, Problem, nearest
from graphtui.graph.graph import Graph
from graphtui.graph.nodes import Limits
from graphtui.graph.python.drafting import drafted, drafts_of
from graphtui.graph.python.source import Sources
from graphtui.graph.python.tensor import Recording, Tensor, graph_of
from graphtui.graph.values import leaf_array
from graphtui.graph.wording import listed, quoted
from graphtui.ops.op import LEAVES, Mismatch, Op

USUAL = ("graph", "loss", "output")
"""The variables that are the output when nothing else is said."""

_MOST_LISTED = 8


def chosen_graph(
    file: str,
    name: str | None,
    namespace: Mapping[str, Any],
    recording: Recording,
    limits: Limits | None,
) -> Graph:
    """The graph of the output of a file that has been run.

    Without a name the graph holds everything that the file described; with one, what it needs.

    Raises:
        DescriptionError: there is no output, or more than one thing may be it.
        LimitError: it is too big.
    """
    found = _Found(file, namespace, recording)
    if name is None:
        output, also = found.by_itself(), recording.values
    elif name in namespace:
        output, also = found.valued(name, namespace[name]), []
    else:
        return found.node(name, limits)
    if isinstance(output, Graph):
        return output
    return graph_of(output, also, limits=limits)


class _Found:
    """What there is in a file that has been run."""

    def __init__(self, file: str, namespace: Mapping[str, Any], recording: Recording) -> None:
        self.file = file
        self.recording = recording
        self.values = {
            name: value for name, value in namespace.items() if isinstance(value, (Tensor, Graph))
        }
        self.functions = {
            name: value
            for name, value in namespace.items()
            if isinstance(value, FunctionType) and value.__code__.co_filename == file
        }

    def by_itself(self) -> Tensor | Graph:
        """The output where none was named."""
        if self.recording.output is not None:
            return self.recording.output
        for name in USUAL:
            if name in self.values:
                return self.values[name]
        sinks = self.sinks()
        graphs = [value for value in self.values.values() if isinstance(value, Graph)]
        computed = any(isinstance(value.op, Op) for value in sinks)
        for name in USUAL if not computed and not graphs else ():
            if name in self.functions:
                return self.valued(name, self.functions[name])
        if len(sinks) + len(graphs) == 1:
            return sinks[0] if sinks else graphs[0]
        raise _refusal(self.file, self.why_none(sinks))

    def sinks(self) -> list[Tensor]:
        """The values that nothing reads: results, or leaves where there are no results."""
        read = {id(each) for value in self.recording.values for each in value.inputs}
        unread = [value for value in self.recording.values if id(value) not in read]
        return [value for value in unread if isinstance(value.op, Op)] or unread

    def why_none(self, sinks: Sequence[Tensor]) -> str:
        """Why nothing is the output, with what may have been meant."""
        if not self.recording.values and not self.values:
            words = "no graph is described here."
            if self.functions:
                names = listed(self.functions, _MOST_LISTED)
                return f"{words} If a function is one ({names}): {self.file}:NAME."
            return f"{words} Begin with parameter(…) or input(…); the examples show how."
        return (
            f"which value is the output? Found {self.candidates(sinks)}. "
            f"Name one: {self.file}:NAME."
        )

    def candidates(self, first: Iterable[Tensor]) -> str:
        """The variables that may be meant, with their shapes, those of `first` first."""
        ids = {id(value) for value in first}
        names = sorted(self.values, key=lambda name: id(self.values[name]) not in ids)
        listed = [f"{name}: {_shape_words(self.values[name])}" for name in names[:_MOST_LISTED]]
        more = len(names) - len(listed)
        return ", ".join(listed) + (f" and {more:,} more" if more > 0 else "") or "no variable"

    def valued(self, name: str, value: Any) -> Tensor | Graph:
        """The output that a variable stands for."""
        if isinstance(value, (Tensor, Graph)):
            return value
        if isinstance(value, FunctionType):
            given = _Arguments(name, value)
            return self.returned(name, value(*given.positional, **given.keywords))
        raise _refusal(self.file, f"'{name}' is {_words(value)}. {_BEGIN}")

    def returned(self, name: str, value: Any) -> Tensor | Graph:
        """The output that a function has returned."""
        if isinstance(value, (Tensor, Graph)):
            return value
        raise _refusal(self.file, f"'{name}' returned {_words(value)}. {_BEGIN}")

    def node(self, name: str, limits: Limits | None) -> Graph:
        """The graph with the node called `name` as its output."""
        graphs = [value for value in self.values.values() if isinstance(value, Graph)]
        known: list[str] = [*self.values, *self.functions]
        if self.recording.values:
            drafts, _, texts = drafted(self.recording.values[-1], self.recording.values)
            known += [draft.name for draft in drafts]
            if name in known:
                return Graph(drafts, name, limits=limits, texts=texts)
        for graph in graphs:
            known += graph.nodes
            if name in graph.nodes:
                drafts, texts = drafts_of(graph.nodes.values()), graph.texts
                return Graph(drafts, name, name=graph.name, limits=limits, texts=texts)
        hint = nearest(name, known) or f" Found {self.candidates(self.sinks())}."
        raise _refusal(self.file, f"nothing is called {quoted(name)} here.{hint}")


def _refusal(file: str, message: str) -> DescriptionError:
    return DescriptionError([Problem(message, Place(file), code="output")])


_BEGIN = (
    "That is no described value. "
    "Begin with parameter(…) or input(…), so that what is computed from them is recorded."
)


def _shape_words(value: Tensor | Graph) -> str:
    if isinstance(value, Graph):
        return f"a graph of {len(value.nodes):,} nodes"
    return str(value.shape) if value.shape else "scalar"


def _words(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, (int, float, np.generic)):
        return f"the plain number {value}"
    if isinstance(value, np.ndarray):
        return f"a plain array of shape {value.shape}"
    return f"a {type(value).__name__}"


# A function as a description --------------------------------------------------------------------


class _Arguments:
    """What a function that describes a graph is called with: its leaves, from its own parameters.

    A default that is a number, a list or an array becomes an input of the parameter's name; one
    that was made by `parameter`, `input` or `constant` is used as it is. Where there is no default,
    an annotation may be the value: `def loss(w: parameter([1.0, 2.0]))`. Anything else, such as
    None, text, True, or a number that is annotated as `int`, is handed over as it is: a setting.
    """

    def __init__(self, name: str, function: FunctionType) -> None:
        self._name = name
        self._code = function.__code__
        self._sources = Sources()
        self._problems: list[Problem] = []
        self.positional: list[Any] = []
        self.keywords: dict[str, Any] = {}
        for each in _signature(function).parameters.values():
            if each.kind is each.KEYWORD_ONLY:
                self.keywords[each.name] = self._value(each)
            elif each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD):
                self.positional.append(self._value(each))
        if self._problems:
            raise DescriptionError(self._problems)

    def _value(self, parameter: inspect.Parameter) -> Any:
        given = parameter.default
        if given is parameter.empty:
            given = parameter.annotation
            if not _is_value(given):
                message = (
                    f"parameter '{parameter.name}' of '{self._name}' has no value. "
                    f"Give it a default, such as {parameter.name}=2.0; it becomes an input."
                )
                self._report(parameter.name, message)
                return None
        # By identity: an annotation may be a described value, whose `==` describes a comparison.
        setting = any(parameter.annotation is kind for kind in (int, bool, str))
        setting = setting or isinstance(given, bool)
        if isinstance(given, Tensor) or setting or not _is_value(given):
            return given
        place = self._sources.parameter_place(self._code, parameter.name)
        try:
            array = leaf_array(given, "input")
        except Mismatch as mismatch:
            self._report(parameter.name, str(mismatch))
            return None
        return Tensor(
            LEAVES["input"],
            array.shape,
            array.dtype,
            array=array,
            title=parameter.name,
            place=place,
        )

    def _report(self, name: str, message: str) -> None:
        place = self._sources.parameter_place(self._code, name)
        self._problems.append(Problem(message, place, code="value"))


def _signature(function: FunctionType) -> inspect.Signature:
    try:
        return inspect.signature(function, eval_str=True)
    except (NameError, SyntaxError, TypeError, AttributeError):
        # Annotations may be meant for other tools than Python: they stay text then.
        return inspect.signature(function)


def _is_value(value: Any) -> bool:
    """Whether a default or an annotation stands for numbers."""
    if isinstance(value, (Tensor, int, float, np.ndarray, np.generic)):
        return True
    return isinstance(value, (list, tuple)) and bool(value)
