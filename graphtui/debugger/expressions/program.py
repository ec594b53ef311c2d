"""An expression made ready: a flat list of instructions that only compute, in order of the text.

Names were looked up and shapes checked before; an instruction reads the snapshot or the cells that
earlier ones filled. Where `and` and `or` are decided by their left side, the right one is skipped.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from graphtui.debugger.expressions.functions import COMPARISONS, SIGNS
from graphtui.debugger.expressions.kinds import Kind
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
from graphtui.debugger.snapshot import Snapshot

Cells: TypeAlias = list[Any]
"""What has been computed, by part; None where a value is absent."""

Compute: TypeAlias = Callable[[Snapshot, Cells], Any]

KEPT = 16
"""Results of at most so many numbers stay in their cells, for whoever explains the outcome."""


GONE = object()
"""What stands in a cell whose result was big and is used up."""


class Instruction(NamedTuple):
    """One thing to do."""

    cell: int
    """Where the result goes."""
    compute: Compute
    jump: int = 0
    """Where to go on if there is a result; 0 means right behind."""


class Program(NamedTuple):
    """A list of instructions for one combination of shapes."""

    kinds: tuple[Kind | None, ...]
    instructions: tuple[Instruction, ...]
    cells: tuple[Any, ...]
    """The cells as they are at first: filled where the text gives the number."""
    plain: bool
    """Whether nothing in it can overflow or divide, so that NumPy has nothing to warn of."""

    def run(self, snapshot: Snapshot, given: Mapping[int, Any]) -> Cells:
        """The cells when all is computed; the last one holds the result."""
        cells = list(self.cells)
        for cell, value in given.items():
            cells[cell] = value
        if self.plain:
            self._carry_out(snapshot, cells)
        else:
            with np.errstate(all="ignore"):
                self._carry_out(snapshot, cells)
        return cells

    def _carry_out(self, snapshot: Snapshot, cells: Cells) -> None:
        instructions = self.instructions
        position, end = 0, len(instructions)
        while position < end:
            cell, compute, jump = instructions[position]
            result = cells[cell] = compute(snapshot, cells)
            position = jump if jump and result is not None else position + 1


def program(parts: Sequence[Part], kinds: tuple[Kind | None, ...]) -> Program:
    """The instructions that compute `parts`, whose shapes were found to fit."""
    decides = {
        part.operands[0]: (i, part.word)
        for i, part in enumerate(parts)
        if isinstance(part, Logical) and len(part.operands) == 2
    }
    written: list[Instruction] = []
    gates: dict[int, int] = {}  # from `and` and `or` to the places of what may skip the right side
    for index, part in enumerate(parts):
        if compute := _compute(part, kinds):
            written.append(Instruction(index, compute))
        if index in gates:
            gate = written[gates[index]]
            written[gates[index]] = gate._replace(jump=len(written))
        if index in decides:
            outer, word = decides[index]
            gates[outer] = len(written)
            written.append(Instruction(outer, _gate(word, index)))
    cells = tuple(_given(part) for part in parts)
    plain = all(_is_plain(part, kinds) for part in parts)
    return Program(kinds, tuple(written), cells, plain)


def _given(part: Part) -> Any:
    match part:
        case Number(value):
            return value
        case Fixed(array):
            return array
    return None


def _is_plain(part: Part, kinds: Sequence[Kind | None]) -> bool:
    if isinstance(part, Applied):
        return False
    if not isinstance(part, Signed):
        return True
    # A number that is compared with float32 is cast to it, and may be too large for that.
    read = [kinds[i] for i in part.operands]
    wide = all(kind is None or kind.dtype.itemsize == 8 for kind in read)
    return part.sign in COMPARISONS and wide


# Instructions -----------------------------------------------------------------------------------


def _compute(part: Part, kinds: Sequence[Kind | None]) -> Compute | None:
    """What fills the cell of `part`; None where that is done before the start."""
    frees = tuple(i for i in operands_of(part) if (kind := kinds[i]) and kind.size > KEPT)
    match part:
        case Reading(node, gradient):
            return _reading(node, gradient)
        case StepNumber():
            return lambda snapshot, cells: np.int64(snapshot.cursor)
        case PhaseIs(phase, equal):
            return lambda snapshot, cells: (snapshot.phase is phase) is equal
        case Logical(word, operands):
            return _LOGIC[word](*operands)
        case Applied(function, (operand,), axis):
            call = function.call if axis is None else partial(function.call, axis=axis)
            return _unary(lambda value: call(_array(value)), operand, frees)
        case Signed(sign, (left, right)):
            return _binary(SIGNS[sign], left, right, frees)
        case Signed(_, (operand,)):
            return _unary(operator.neg, operand, frees)
        case Picked(key, (operand,)):
            return _unary(lambda value: _array(value)[key], operand, frees)
        case ShapeOf((operand,)):
            return _unary(lambda value: np.array(np.shape(value), np.int64), operand, frees)
    return None  # numbers stand in their cells, and so does what was sent


def _array(value: Any) -> Any:
    """A number of Python as one of NumPy."""
    return value if isinstance(value, np.ndarray | np.generic) else np.asarray(value)[()]


def _reading(node: str, gradient: bool) -> Compute:
    def read(snapshot: Snapshot, cells: Cells) -> Any:
        array = snapshot.gradient(node) if gradient else snapshot.value(node)
        return array if array is None or array.ndim else array[()]  # numbers are faster than arrays

    return read


def _unary(call: Callable[[Any], Any], operand: int, frees: tuple[int, ...]) -> Compute:
    def compute(snapshot: Snapshot, cells: Cells) -> Any:
        value = cells[operand]
        for cell in frees:
            cells[cell] = GONE
        return None if value is None else call(value)

    return compute


def _binary(
    call: Callable[[Any, Any], Any], left: int, right: int, frees: tuple[int, ...]
) -> Compute:
    def compute(snapshot: Snapshot, cells: Cells) -> Any:
        a, b = cells[left], cells[right]
        for cell in frees:
            cells[cell] = GONE
        return None if a is None or b is None else call(a, b)

    return compute


# Logic: true, false, and absent ------------------------------------------------------------------


def _gate(word: str, left: int) -> Compute:
    """The result of `and` or `or` if the left side decides it; else None."""
    decisive = word == "or"

    def decided(snapshot: Snapshot, cells: Cells) -> Any:
        value = cells[left]
        return decisive if value is not None and bool(value) is decisive else None

    return decided


def _either(decisive: bool, left: int, right: int) -> Compute:
    def combine(snapshot: Snapshot, cells: Cells) -> Any:
        a, b = cells[left], cells[right]
        if b is not None and bool(b) is decisive:  # the left one would have skipped this
            return decisive
        return None if a is None or b is None else not decisive

    return combine


def _negation(operand: int) -> Compute:
    def negate(snapshot: Snapshot, cells: Cells) -> Any:
        value = cells[operand]
        return None if value is None else not value

    return negate


_LOGIC: Mapping[str, Callable[..., Compute]] = {
    "and": partial(_either, False),
    "or": partial(_either, True),
    "not": _negation,
}
