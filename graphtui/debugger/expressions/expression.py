"""Expressions over a graph at the cursor: the language of conditions, watches, logs, print and set.

    x   'any/id'          the value of a node            value(x) is the same
    grad(x)               its gradient, as far as it has arrived
    upstream              what the backward step just done received,
    local downstream        its local gradient, and what it sent; local(x) of several inputs
    shape(x)  x.shape     step   phase == backward
    + - * / ** @          < <= > >= == !=                and or not
    a[1:, 0]  [1, 2]      norm max min mean sum std var any all count argmax argmin
                          abs sign sqrt exp log isnan isinf isfinite

What has not come yet is *absent*: neither 0 nor an error. What is computed from it is absent too,
except where `and` or `or` is decided by its other side. Nothing of Python can be reached from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from graphtui.debugger.expressions.kinds import Kind, kinds
from graphtui.debugger.expressions.parts import Part, PhaseIs, Reading, Sent, StepNumber
from graphtui.debugger.expressions.program import Cells, Program, program
from graphtui.debugger.expressions.reading import parts
from graphtui.debugger.expressions.sent import sent
from graphtui.debugger.expressions.words import explanation
from graphtui.debugger.snapshot import Snapshot
from graphtui.errors import CommandError
from graphtui.graph.expression.parser import parse
from graphtui.graph.expression.terms import Expression as Written
from graphtui.graph.expression.terms import Unreadable
from graphtui.graph.graph import Graph
from graphtui.graph.wording import brief
from graphtui.ops.linear_map import Array

MOST_CHARACTERS = 10_000
_MOST_PROGRAMS = 64


def compile_expression(text: str, graph: Graph, *, condition: bool = False) -> Expression:
    """The expression `text`, checked against `graph`.

    Args:
        text: what was typed.
        graph: what its names are looked up in.
        condition: whether it must be a single truth, as of a breakpoint.

    Raises:
        CommandError: it cannot be read, a name means nothing, shapes do not fit, or it would take
            too much memory or time. The message shows the place.
    """
    if len(text) > MOST_CHARACTERS:
        message = f"an expression of {len(text):,} characters is too long; "
        raise CommandError(f"{message}{MOST_CHARACTERS:,} is the most.")
    try:
        written = parse(text, logic=True)
        return Expression(written, parts(written, graph), graph, condition)
    except Unreadable as error:
        refuse(text, error)


class Expression:
    """An expression that was checked once, to be evaluated at many snapshots of runs of its graph.

    Attributes:
        text: what was typed.
        values: the nodes whose values it reads.
        gradients: the nodes whose gradients it reads.
        reads_step: whether it reads what the step just done sent.
        reads_position: whether it reads the number or the phase of the step.
    """

    def __init__(
        self, written: Written, parts: tuple[Part, ...], graph: Graph, condition: bool
    ) -> None:
        self.text = written.text
        self.values = frozenset(
            part.node for part in parts if isinstance(part, Reading) and not part.gradient
        )
        self.gradients = frozenset(
            part.node for part in parts if isinstance(part, Reading) and part.gradient
        )
        self.reads_position = any(isinstance(part, StepNumber | PhaseIs) for part in parts)
        self._sent = {i: part for i, part in enumerate(parts) if isinstance(part, Sent)}
        self.reads_step = bool(self._sent)
        self._written, self._parts, self._graph = written, parts, graph
        self._condition = condition
        self._programs: dict[tuple[Kind | None, ...], Program] = {}
        self._last = len(parts) - 1
        # What is sent has other shapes at every step; the rest is checked here, once for all.
        self._fixed = self._program(dict.fromkeys(self._sent))

    def __repr__(self) -> str:
        return f"<Expression {self.text!r}>"

    def evaluate(self, snapshot: Snapshot) -> Array | bool | None:
        """The result at the cursor: an array, a single truth, or None if something is absent.

        Raises:
            CommandError: at this step, shapes do not fit, it is not clear which edge is meant, or
                it would take too much.
        """
        result = self._run(snapshot)[1][self._last]
        if result is None or result is True or result is False:
            return result
        array = np.asarray(result)
        return bool(array) if array.dtype == bool and not array.ndim else array

    def holds(self, snapshot: Snapshot) -> bool:
        """Whether it is true at the cursor, or a number that is not 0; absent is not true.

        Raises:
            CommandError: as for `evaluate`; or it was not compiled as a condition and has several
                numbers.
        """
        result = self._run(snapshot)[1][self._last]
        if isinstance(result, np.ndarray) and result.size != 1:
            message = f"a condition is a single truth, and this has shape {result.shape}."
            refuse(self.text, Unreadable(message, 0, len(self.text)))
        return result is not None and bool(result)

    def explain(self, snapshot: Snapshot) -> str:
        """The values behind the result at the cursor, such as `norm(grad(w1)) = 12.3 > 10`."""
        made, cells = self._run(snapshot)
        return explanation(self._written, self._parts, made.kinds, cells)

    def _run(self, snapshot: Snapshot) -> tuple[Program, Cells]:
        if not self._sent:
            return self._fixed, self._fixed.run(snapshot, {})
        terms = self._written.terms
        try:
            arrays = {i: sent(snapshot, part, terms[i]) for i, part in self._sent.items()}
            made = self._program({i: _kind(array) for i, array in arrays.items()})
        except Unreadable as error:
            refuse(self.text, error)
        return made, made.run(snapshot, arrays)

    def _program(self, given: Mapping[int, Kind | None]) -> Program:
        """The instructions for what is sent having these kinds."""
        signature = tuple(given.values())
        made = self._programs.get(signature)
        if made is None:
            found = kinds(self._written, self._parts, self._graph, given, condition=self._condition)
            made = program(self._parts, found)
            if len(self._programs) >= _MOST_PROGRAMS:
                self._programs.clear()
            self._programs[signature] = made
        return made


def _kind(array: Array | None) -> Kind | None:
    return None if array is None else Kind(array.shape, array.dtype)


def refuse(text: str, error: Unreadable, called: str = "expression") -> NoReturn:
    """Raise what is wrong with `text`, with a caret under the part that is meant.

    Raises:
        CommandError: always.
    """
    line = text.translate(_ONE_LINE)
    start, end = error.start, max(error.end, error.start + 1)
    if start > 60:
        line, start, end = f"…{line[start - 40 :]}", 41, end - start + 41
    line = line if len(line) <= 120 else f"{line[:119]}…"
    caret = " " * start + "^" * max(min(end, len(line)) - start, 1)
    headline = f"{called} '{brief(text.translate(_ONE_LINE))}': {error.message}"
    raise CommandError(f"{headline}\n    {line}\n    {caret}") from None


_ONE_LINE: Mapping[int, Any] = str.maketrans("\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029", " " * 11)


def reason(error: CommandError, text: str) -> str:
    """What is wrong, in one line, without the expression that stands beside it anyway."""
    return str(error).splitlines()[0].removeprefix(f"expression '{brief(text)}': ")
