"""Why an expression is true, in words: the values of the comparisons that decided it.

What is compared is shown as it was written, with the number it had.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphtui.debugger.expressions.functions import COMPARISONS
from graphtui.debugger.expressions.kinds import Kind
from graphtui.debugger.expressions.parts import Fixed, Logical, Number, Part, Signed
from graphtui.debugger.expressions.program import GONE, KEPT
from graphtui.graph.expression.terms import Expression
from graphtui.graph.wording import brief

NOT_YET = "not yet"
_MOST_REASONS = 6
_WIDTH = 60


def explanation(
    expression: Expression,
    parts: Sequence[Part],
    kinds: Sequence[Kind | None],
    cells: Sequence[Any],
) -> str:
    """The values behind the result, such as `norm(grad(w1)) = 12.3 > 10 and step = 7 > 5`."""
    reasons: list[str] = []
    open_parts = [len(parts) - 1]
    while open_parts and len(reasons) <= _MOST_REASONS:
        index = open_parts.pop()
        part = parts[index]
        if isinstance(part, Logical) and part.word != "not":
            decided = [i for i in part.operands if _decides(part.word, cells[index], cells[i])]
            open_parts += reversed(decided)
        else:
            reasons.append(_Words(expression, parts, kinds, cells).reason(index))
    if len(reasons) > _MOST_REASONS:
        reasons[_MOST_REASONS:] = ["…"]
    return " and ".join(reasons)


def _decides(word: str, result: Any, operand: Any) -> bool:
    """Whether this side of `and` or `or` is one of those that made the result what it is."""
    if result is None:
        return operand is None
    decisive = bool(result) is (word == "or")
    return operand is not None and (not decisive or bool(operand) is bool(result))


class _Words:
    """The parts of one evaluated expression, in words."""

    def __init__(
        self,
        expression: Expression,
        parts: Sequence[Part],
        kinds: Sequence[Kind | None],
        cells: Sequence[Any],
    ) -> None:
        self.expression, self.parts, self.kinds, self.cells = expression, parts, kinds, cells

    def reason(self, index: int) -> str:
        """What was found at this part."""
        part = self.parts[index]
        if self.cells[index] is None:
            return self._equation(index)
        if isinstance(part, Logical):
            inner = part.operands[0]
            compared = isinstance(self.parts[inner], Signed)
            return f"not ({self.reason(inner)})" if compared else self._equation(index)
        if isinstance(part, Signed) and part.sign in COMPARISONS:
            left, right = (self._side(i) for i in part.operands)
            false = not np.all(self.cells[index])
            return f"{left} {part.sign} {right}{' is false' if false else ''}"
        return self._equation(index)

    def _side(self, index: int) -> str:
        """One side of a comparison; a number that was written needs no value."""
        written = isinstance(self.parts[index], Number | Fixed)
        return self._text(index) if written else self._equation(index)

    def _equation(self, index: int) -> str:
        return f"{self._text(index)} = {self._value(index)}"

    def _text(self, index: int) -> str:
        term = self.expression.terms[index]
        return brief(" ".join(self.expression.text[term.start : term.end].split()), _WIDTH)

    def _value(self, index: int) -> str:
        kind, value = self.kinds[index], self.cells[index]
        if value is None:
            return NOT_YET
        if kind is not None and (value is GONE or kind.size > KEPT):
            return f"an array {kind.shape}"
        array = np.asarray(value)
        if array.ndim:
            return brief(str([_number(item) for item in array.ravel()]).replace("'", ""), _WIDTH)
        return _number(array[()])


def _number(value: Any) -> str:
    """A number with up to six digits.

    >>> _number(np.float64(12.3456789)), _number(np.True_), _number(np.int64(1234567))
    ('12.3457', 'true', '1234567')
    """
    if isinstance(value, np.bool_):
        return "true" if value else "false"
    return f"{value:.6g}" if isinstance(value, np.floating) else str(value)
