"""The shape and dtype of every part of an expression, and what it costs, before it is computed.

Whatever does not fit or would take too much is refused here, so that evaluating checks nothing.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from graphtui.debugger.expressions.functions import SIGNS
from graphtui.debugger.expressions.parts import (
    Applied,
    Fixed,
    Logical,
    Number,
    Part,
    PhaseIs,
    Picked,
    Reading,
    ShapeOf,
    Signed,
    StepNumber,
    operands_of,
)
from graphtui.graph.expression.terms import OPERATORS, Expression, Unreadable
from graphtui.graph.graph import Graph
from graphtui.graph.wording import brief
from graphtui.ops import OPS
from graphtui.ops.attribute import MOST_AXES
from graphtui.ops.key import keyed_shape
from graphtui.ops.linear_map import Shape
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.op import DType

MOST_NUMBERS = 2**22
"""How many numbers a result may have that is bigger than everything it is computed from."""
MOST_BYTES = 2**30
"""How many bytes the results in between may take together."""
MOST_WORK = 2**30
"""How many numbers may be read, and products be added up, in one evaluation: about a second."""


class Kind(NamedTuple):
    """What is known of a part before it is computed."""

    shape: Shape
    dtype: DType
    number: float | bool | None = None
    """The number itself, where it was written in the text."""

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        return self.size * self.dtype.itemsize

    def sample(self) -> Any:
        """The number, or an array of the same rank and dtype with a single 1 in it."""
        if self.number is not None:
            return self.number
        return np.ones((1,) * len(self.shape), self.dtype)[()]


TRUTH = Kind((), np.dtype(bool))


def kinds(
    expression: Expression,
    parts: Sequence[Part],
    graph: Graph,
    sent: Mapping[int, Kind | None],
    *,
    condition: bool = False,
) -> tuple[Kind | None, ...]:
    """The kind of each part; None where it has no value, now or ever.

    Args:
        expression: the terms, for the places of mistakes.
        parts: what they mean.
        graph: which the names were looked up in.
        sent: the kinds of what is sent at the step that the cursor stands at, by part.
        condition: whether the result must be a single truth.

    Raises:
        Unreadable: shapes or dtypes do not fit, or it would take too much memory or time.
    """
    bill = _Bill(expression, graph)
    for index, part in enumerate(parts):
        kind = sent.get(index) if index in sent else bill.kind(index, part)
        bill.enter(index, part, kind)
    if condition:
        bill.single(len(parts) - 1)
    return tuple(bill.kinds)


class _Bill:
    """One walk over the parts, in which each finds the kinds of its operands ready."""

    def __init__(self, expression: Expression, graph: Graph) -> None:
        self.expression = expression
        self.graph = graph
        self.kinds: list[Kind | None] = []
        self.held: list[int] = []
        """The bytes that each part's result takes until it is used up."""
        self.bytes = 0
        self.work = 0

    def enter(self, index: int, part: Part, kind: Kind | None) -> None:
        """Add the part's kind and what it costs."""
        self.kinds.append(kind)
        given = not isinstance(part, Applied | Signed | Picked)
        self.held.append(0 if kind is None or given else kind.nbytes)
        self.bytes += self.held[index]
        read = [self.kinds[i] for i in operands_of(part)]
        self.work += max((each.size for each in (kind, *read) if each is not None), default=0)
        if kind is not None and isinstance(part, Signed) and part.sign == "@":
            left = read[0]
            self.work += kind.size * (left.shape[-1] if left is not None else 0)
        self._within("numbers to go through", self.work, MOST_WORK, index)
        self._within("bytes in between", self.bytes, MOST_BYTES, index)
        self.bytes -= sum(self.held[i] for i in operands_of(part))

    def _within(self, what: str, amount: int, most: int, index: int) -> None:
        if amount > most:
            message = f"this takes {amount:,} {what}; {most:,} is the most."
            raise self._refusal(message, index)

    def kind(self, index: int, part: Part) -> Kind | None:
        """The kind of a part that does not depend on the step."""
        read = [self.kinds[i] for i in operands_of(part)]
        if None in read and not isinstance(part, Logical):
            return None
        given = [each for each in read if each is not None]
        match part:
            case Number(value):
                return Kind((), np.asarray(value).dtype, value)
            case Fixed(array):
                return Kind(array.shape, array.dtype)
            case Reading(node):
                return Kind(self.graph.nodes[node].shape, self.graph.nodes[node].dtype)
            case StepNumber():
                return Kind((), np.dtype(np.int64))
            case PhaseIs():
                return TRUTH
            case Logical(_, operands):
                for operand in operands:
                    self.single(operand)
                return TRUTH
            case Applied():
                return self._applied(index, part, given[0])
            case Signed():
                return self._signed(index, part, given)
            case Picked():
                return self._picked(index, part, given[0])
            case ShapeOf():
                return Kind((len(given[0].shape),), np.dtype(np.int64))
        return None

    def _applied(self, index: int, part: Applied, given: Kind) -> Kind:
        function = part.function
        shape = given.shape
        if function.reduces:
            try:
                shape = OPS["sum"].shape(given.shape, axis=part.axis, keepdims=False)
            except Mismatch as error:
                raise self._refusal(
                    str(error).replace("sum:", f"{function.name}:", 1), index
                ) from None
        if given.size == 0 and not function.takes_empty:
            raise self._refusal(
                f"{function.name} of no numbers: the shape is {given.shape}.", index
            )
        keywords = {} if part.axis is None or not given.shape else {"axis": part.axis}
        sample = np.asarray(given.sample())[
            ()
        ]  # a function sees an array even where a number stands
        call = partial(function.call, **keywords)
        return Kind(shape, self._dtype(index, function.name, call, [given], [sample]))

    def _signed(self, index: int, part: Signed, given: list[Kind]) -> Kind:
        if len(given) == 1:
            call, shape = operator.neg, given[0].shape
        else:
            call = SIGNS[part.sign]
            try:
                shape = OPS[OPERATORS[part.sign]].shape(*(each.shape for each in given))
            except Mismatch as error:
                raise self._refusal(str(error), index) from None
        self._small_enough(index, shape, given)
        return Kind(shape, self._dtype(index, f"'{part.sign}'", call, given))

    def _picked(self, index: int, part: Picked, given: Kind) -> Kind:
        try:
            shape = keyed_shape(part.key, given.shape)
        except Mismatch as error:
            raise self._refusal(str(error), index) from None
        if len(shape) > MOST_AXES:
            raise self._refusal(f"an array has at most {MOST_AXES} axes, not {len(shape)}.", index)
        self._small_enough(index, shape, [given])
        return Kind(shape, given.dtype)

    def _small_enough(self, index: int, shape: Shape, given: list[Kind]) -> None:
        size = math.prod(shape)
        if size > max(MOST_NUMBERS, *(each.size for each in given)):
            message = (
                f"this would make {shape}, which is {size:,} numbers; {MOST_NUMBERS:,} is the most "
                f"for a result that is bigger than what it is made of."
            )
            raise self._refusal(message, index)

    def _dtype(
        self,
        index: int,
        name: str,
        call: Callable[..., Any],
        given: list[Kind],
        samples: list[Any] | None = None,
    ) -> DType:
        """The dtype of the result, by NumPy's own rules, tried on a single number."""
        samples = samples or [each.sample() for each in given]
        try:
            with np.errstate(all="ignore"):
                return np.asarray(call(*samples)).dtype
        except OverflowError:
            numbers = [str(each.number) for each in given if each.number is not None]
            others = [each.dtype.name for each in given if each.number is None]
            message = f"{brief(', '.join(numbers), 40)} does not fit into {', '.join(others)}."
        except TypeError:
            names = " and ".join("truths" if k.dtype.kind == "b" else k.dtype.name for k in given)
            message = f"{name} has no meaning for {names}. Add 0 to make numbers of truths."
        raise self._refusal(message, index)

    def single(self, index: int) -> None:
        """Refuse a part that has several numbers where a single truth must stand."""
        kind, term = self.kinds[index], self.expression.terms[index]
        if kind is not None and kind.size != 1:
            text = brief(self.expression.text[term.start : term.end], 40)
            message = (
                f"a condition is a single truth, and this has shape {kind.shape}. "
                f"Write any({text}) or all({text})."
            )
            raise self._refusal(message, index)

    def _refusal(self, message: str, index: int) -> Unreadable:
        term = self.expression.terms[index]
        return Unreadable(message, term.start, term.end)
