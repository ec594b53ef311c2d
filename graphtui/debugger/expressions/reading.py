"""Terms become parts: what the words of an expression mean in one graph.

Names become what they read, calls the functions that they call; a name that means nothing is
refused here, with the nearest one. Which shapes fit is the business of `expressions.kinds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from graphtui.debugger.expressions.functions import COMPARISONS, FUNCTIONS, SIGNS
from graphtui.debugger.expressions.parts import (
    STEP_WORDS,
    Applied,
    Fixed,
    Logical,
    Named,
    Number,
    Part,
    PhaseIs,
    Picked,
    Reading,
    Sent,
    ShapeOf,
    Signed,
    StepNumber,
)
from graphtui.engine.plan import Phase
from graphtui.errors import nearest
from graphtui.graph.expression.terms import (
    Call,
    Expression,
    Index,
    Literal,
    Name,
    Operation,
    Several,
    Term,
    Unreadable,
)
from graphtui.graph.graph import Graph
from graphtui.graph.look_alikes import twin_hint
from graphtui.graph.values import leaf_array
from graphtui.graph.wording import brief, quoted
from graphtui.ops.attribute import MOST_AXES
from graphtui.ops.key import parse_key
from graphtui.ops.linear_map import Array
from graphtui.ops.mismatch import Mismatch

NODE_FUNCTIONS = ("value", "grad", "shape", "local", "downstream")
"""The functions of a node's name."""
_MOST_COMPARED = 2_000


def folded(sign: str, numbers: Sequence[float | bool]) -> Number:
    """What a sign makes of numbers that were written: still a number, and whole if they are.

    It is computed in float64, so that 10**10**10 is infinite and costs nothing.

    >>> folded("**", (10, 3)), folded("**", (10, 1e10)), folded("/", (1, 4))
    (Number(value=1000), Number(value=inf), Number(value=0.25))
    """
    with np.errstate(all="ignore"):
        values = [np.float64(number) for number in numbers]
        result = SIGNS[sign](*values) if len(values) == 2 else -values[0]
    if sign in COMPARISONS:
        return Number(bool(result))
    whole = all(isinstance(number, int) for number in numbers) and sign != "/"
    return Number(
        int(result) if whole and abs(result) < 2**53 and result % 1 == 0 else float(result)
    )


def parts(expression: Expression, graph: Graph) -> tuple[Part, ...]:
    """One part for each term; names that were used up by the term around them stay `Named`.

    Raises:
        Unreadable: a term has no meaning in `graph`.
    """
    reader = _Reader(expression, graph)
    for term in expression.terms:
        reader.parts.append(reader.part(term))
    reader.as_value(len(reader.parts) - 1)
    return tuple(reader.parts)


class _Reader:
    """One walk over the terms, in which each finds the parts of its operands ready."""

    def __init__(self, expression: Expression, graph: Graph) -> None:
        self.expression = expression
        self.graph = graph
        self.parts: list[Part] = []

    def part(self, term: Term) -> Part:
        """What `term` means."""
        match term:
            case Literal(value):
                return self._number(value, term)
            case Name(name, start):
                return Named(name, quoted=self.expression.text[start] in "'\"")
            case Operation(sign, operands):
                return self._phase_is(term) or self._operation(sign, operands)
            case Index(operand, key):
                return self._picked(operand, key, term)
            case Several():
                return Fixed(self._list(term))
            case Call():
                return self._call(term)

    def _number(self, value: float | bool | None, term: Term) -> Number:
        if value is None:
            message = "a number must stand here, not none; what has not come yet has no value."
            raise Unreadable(message, term.start, term.end)
        return Number(float(value) if abs(value) >= 2**63 else value)

    def _operation(self, sign: str, operands: tuple[int, ...]) -> Part:
        for each in operands:
            self.as_value(each)
        if sign not in SIGNS:
            return Logical(sign, operands)
        for each in operands:
            self._refuse_nan(sign, each)
        numbers = [
            part.value for part in map(self.parts.__getitem__, operands) if isinstance(part, Number)
        ]
        written = len(numbers) == len(operands) and sign != "@"
        return folded(sign, numbers) if written else Signed(sign, operands)

    def _refuse_nan(self, sign: str, operand: int) -> None:
        part, term = self.parts[operand], self.expression.terms[operand]
        if sign in ("==", "!=") and isinstance(part, Number) and part.value != part.value:
            raise Unreadable("nothing equals nan. Write isnan(x).", term.start, term.end)

    def _phase_is(self, term: Operation) -> PhaseIs | None:
        """The comparison of `phase` with a pass; None if this is something else."""
        sides = [(self.parts[i], self.expression.terms[i]) for i in term.operands]
        words = [side for side, _ in sides]
        if _PHASE not in words:
            return None
        if term.sign not in ("==", "!=") or len(sides) != 2:
            self._refuse_phase(sides[words.index(_PHASE)][1])
        other, where = sides[1 - words.index(_PHASE)]
        if not isinstance(other, Named) or other.name not in list(Phase):
            known = ", ".join(f"'{phase}'" for phase in Phase)
            hint = nearest(other.name, list(Phase)) if isinstance(other, Named) else ""
            raise Unreadable(f"a phase is one of {known}.{hint}", where.start, where.end)
        return PhaseIs(Phase(other.name), term.sign == "==")

    def _refuse_phase(self, term: Term) -> None:
        message = "phase can only be compared, as in phase == backward."
        raise Unreadable(message, term.start, term.end)

    def _picked(self, operand: int, key: str, term: Index) -> Picked:
        self.as_value(operand)
        try:
            return Picked(parse_key(key), (operand,))
        except Mismatch as error:
            place = self.expression.terms[operand].end
            raise Unreadable(str(error), min(place, term.end - 1), term.end) from None

    def _list(self, term: Several) -> Array:
        """The array of the list at `term`."""
        items: list[Any] = []
        for index in term.items:
            part, inner = self.parts[index], self.expression.terms[index]
            if isinstance(part, Fixed) and isinstance(inner, Several):
                items.append(part.array)
            elif isinstance(part, Number):
                items.append(part.value)
            else:
                message = "a list holds numbers only here."
                raise Unreadable(message, inner.start, inner.end)
        shapes = {np.shape(item) for item in items}
        if len(shapes) > 1 or any(len(shape) >= MOST_AXES for shape in shapes):
            message = "the rows of this list have unequal lengths."
            if len(shapes) == 1:
                message = f"lists nest more than {MOST_AXES} deep."
            raise Unreadable(message, term.start, term.end)
        return leaf_array(np.array(items), "constant")

    # Calls -------------------------------------------------------------------------------------

    def _call(self, term: Call) -> Part:
        name = term.function
        if name not in FUNCTIONS and name not in NODE_FUNCTIONS:
            raise Unreadable(self._no_function(name), term.start, term.name_end)
        if len(term.operands) != 1:
            given = len(term.operands)
            message = f"{name} takes 1 {'array' if name in FUNCTIONS else 'node'}, got {given}."
            raise Unreadable(message, term.start, term.end)
        axis = self._axis(term)
        if name in FUNCTIONS:
            self.as_value(term.operands[0])
            return Applied(FUNCTIONS[name], (term.operands[0],), axis)
        if name in STEP_WORDS:
            return Sent(name, self._which_input(term))
        operand = self.parts[term.operands[0]]
        known = isinstance(operand, Named) and operand.name in self.graph.nodes
        if name == "shape" and not known:
            self.as_value(term.operands[0])
            return ShapeOf((term.operands[0],))
        node = self._node(term)
        return self._shape(node) if name == "shape" else Reading(node, name == "grad")

    def _axis(self, term: Call) -> int | tuple[int, ...] | None:
        """The `axis` that is given, None meaning all."""
        function = FUNCTIONS.get(term.function)
        if not term.keywords:
            return None
        keyword = term.keywords[0]
        if function is None or not function.reduces or keyword.name != "axis":
            has = "only 'axis'" if function is not None and function.reduces else "none"
            message = f"{term.function} has no attribute {quoted(keyword.name)}; it has {has}."
            raise Unreadable(message, keyword.start, keyword.end)
        part = self.parts[keyword.term]
        if (number := _whole(part)) is not None:
            return number
        if isinstance(part, Fixed) and part.array.dtype.kind == "i" and not function.one_axis:
            return tuple(int(number) for number in part.array.reshape(-1))
        many = "" if function.one_axis else " or a list of them"
        message = f"{term.function} needs 'axis' to be a whole number{many}."
        raise Unreadable(message, keyword.start, keyword.end)

    def _which_input(self, term: Call) -> str | int:
        part = self.parts[term.operands[0]]
        number = _whole(part)
        return self._node(term) if number is None else number

    def _node(self, term: Call) -> str:
        """The node whose name stands in the call at `term`."""
        index = term.operands[0]
        part, where = self.parts[index], self.expression.terms[index]
        if not isinstance(part, Named):
            hint = self._in_quotation_marks(where.start)
            message = f"{term.function} needs the name of a node, as in {term.function}(x).{hint}"
            raise Unreadable(message, where.start, where.end)
        if part.name not in self.graph.nodes:
            message = self._no_node(part.name, where.start, "node")
            raise Unreadable(message, where.start, where.end)
        return part.name

    def _shape(self, node: str) -> Fixed:
        return Fixed(leaf_array(np.array(self.graph.nodes[node].shape, np.int64), "constant"))

    # Names -------------------------------------------------------------------------------------

    def as_value(self, index: int) -> None:
        """Give a name that stands for a value its meaning."""
        part, term = self.parts[index], self.expression.terms[index]
        if isinstance(part, Named):
            self.parts[index] = self._meaning(part, term)

    def _meaning(self, part: Named, term: Term) -> Part:
        name = part.name
        if not part.quoted:
            if part == _PHASE:
                self._refuse_phase(term)
            if name == "step":
                return StepNumber()
            if name in STEP_WORDS:
                return Sent(name)
        if name in self.graph.nodes:
            return Reading(name, gradient=False)
        stem, _, last = name.rpartition(".")
        if last == "shape" and stem in self.graph.nodes:
            return self._shape(stem)
        if name in FUNCTIONS or name in NODE_FUNCTIONS:
            message = f"'{name}' is a function: write {name}(x)."
        else:
            message = self._no_node(name, term.start, "node or function")
        raise Unreadable(message, term.start, term.end)

    def _no_node(self, name: str, start: int, what: str) -> str:
        known = [*islice(self.graph.nodes, _MOST_COMPARED), *STEP_WORDS, "step", "phase"]
        known += [] if what == "node" else FUNCTIONS
        hint = twin_hint(name, known) or self._in_quotation_marks(start) or nearest(name, known)
        return f"no {what} is named {quoted(name)}.{hint}"

    def _in_quotation_marks(self, start: int) -> str:
        """A hint where `dot/a` was meant as a name, not as a quotient."""
        words = self.expression.text[start:].split(None, 1)[0]
        for end in range(min(len(words), 200), 0, -1):
            if words[:end] in self.graph.nodes and not words[:end].isidentifier():
                return f" The node is written with its quotation marks: '{brief(words[:end])}'."
        return ""

    def _no_function(self, name: str) -> str:
        if name in self.graph.nodes:
            return f"{quoted(name)} is a node, not a function. Write '*' to multiply."
        known = [*FUNCTIONS, *NODE_FUNCTIONS]
        hint = nearest(name, known) or f" There are {', '.join(sorted(known))}."
        return f"no function is named {quoted(name)}.{hint}"


def _whole(part: Part) -> int | None:
    """The whole number that was written, if it is one."""
    if isinstance(part, Number) and isinstance(part.value, int) and part.value is not True:
        return None if part.value is False else part.value
    return None


_PHASE = Named("phase", quoted=False)
