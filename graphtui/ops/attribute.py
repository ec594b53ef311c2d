"""What may be written as an attribute of an op: each kind has a check, a canonical form, a schema.

The canonical form is what JSON can hold and NumPy takes: numbers, booleans, text, None, tuples.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphtui.ops.key import key_text, parse_key
from graphtui.ops.mismatch import Mismatch

MOST_AXES = 64
"""NumPy's limit on the axes of an array."""

_MOST_NESTED = 4


@dataclass(frozen=True, slots=True)
class Attribute:
    """One keyword of an op: what may be written, and what stands when nothing is."""

    kind: str
    """A key of `ATTRIBUTE_SCHEMAS`."""
    default: Any = None
    """What stands when the attribute is left out; `required` says that it may not be."""
    required: bool = False
    note: str = ""
    """What it does, in a few words."""

    def canonical(self, where: str, value: Any) -> Any:
        """`value` in canonical form.

        Raises:
            Mismatch: it is not of this kind; the message begins with `where`.
        """
        return _KINDS[self.kind](where, value)


def _refuse(where: str, wanted: str, value: Any) -> Mismatch:
    return Mismatch(f"{where} must be {wanted}, got {reprlib.repr(value)}.")


def _integer(where: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise _refuse(where, "a whole number", value)
    return int(value)


def _number(where: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise _refuse(where, "a number", value)
    try:
        return float(value)
    except OverflowError:
        raise Mismatch(f"{where} is a whole number too large for float64.") from None


def _bound(where: str, value: Any) -> float | None:
    return None if value is None else _number(where, value)


def _boolean(where: str, value: Any) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise _refuse(where, "true or false", value)
    return bool(value)


def _integers(where: str, value: Any) -> tuple[int, ...]:
    if not isinstance(value, (list, tuple)):
        raise _refuse(where, "a list of whole numbers", value)
    if len(value) > MOST_AXES:
        raise Mismatch(
            f"{where} has {len(value):,} entries; an array has at most {MOST_AXES} axes."
        )
    return tuple(_integer(where, item) for item in value)


def _axes(where: str, value: Any) -> int | tuple[int, ...] | None:
    if value is None:
        return None
    return _integers(where, value) if isinstance(value, (list, tuple)) else _integer(where, value)


def _axes_order(where: str, value: Any) -> tuple[int, ...] | None:
    return None if value is None else _integers(where, value)


def _size(where: str, value: Any) -> tuple[int, ...]:
    several = isinstance(value, (list, tuple))
    return _integers(where, value) if several else (_integer(where, value),)


def _pair(where: str, value: Any) -> int | tuple[int, ...]:
    if isinstance(value, (list, tuple)) and len(value) == 2:
        return _integers(where, value)
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise _refuse(where, "a whole number, or one for each of two axes", value)
    return int(value)


def _optional_pair(where: str, value: Any) -> int | tuple[int, ...] | None:
    return None if value is None else _pair(where, value)


def _seed(where: str, value: Any) -> int:
    number = _integer(where, value)
    if not 0 <= number < 2**63:
        raise _refuse(where, "a whole number from 0 to 2**63 - 1", value)
    return number


def _probability(where: str, value: Any) -> float:
    number = _number(where, value)
    if not 0 <= number <= 1:
        raise _refuse(where, "a number from 0 to 1", value)
    return number


def _key(where: str, value: Any) -> str:
    try:
        return key_text(parse_key(value) if isinstance(value, str) else value)
    except Mismatch as mismatch:
        raise Mismatch(f"{where}: {mismatch}") from None


def _plain(where: str, value: Any, depth: int = 0) -> Any:
    """Whatever JSON can hold but objects: for ops that a description defines for itself."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if not isinstance(value, (list, tuple)) or depth == _MOST_NESTED:
        raise Mismatch(
            f"{where} must be a number, text, True, False, None or a tuple of these, "
            f"got {reprlib.repr(value)}. An array is an input."
        )
    return tuple(_plain(where, item, depth + 1) for item in value)


_KINDS: Mapping[str, Callable[[str, Any], Any]] = {
    "int": _integer,
    "float": _number,
    "bound": _bound,
    "bool": _boolean,
    "axes": _axes,
    "order": _axes_order,
    "shape": _size,
    "pair": _pair,
    "optional pair": _optional_pair,
    "seed": _seed,
    "probability": _probability,
    "key": _key,
    "plain": _plain,
}
"""For each kind of attribute, the check that gives its canonical form."""

_INTEGERS = {"type": "array", "items": {"type": "integer"}, "maxItems": MOST_AXES}
_TWO = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}

ATTRIBUTE_SCHEMAS: Mapping[str, Any] = {
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bound": {"type": ["number", "null"]},
    "bool": {"type": "boolean"},
    "axes": {"anyOf": [{"type": "integer"}, _INTEGERS, {"type": "null"}]},
    "order": {"anyOf": [_INTEGERS, {"type": "null"}]},
    "shape": {"anyOf": [{"type": "integer"}, _INTEGERS]},
    "pair": {"anyOf": [{"type": "integer"}, _TWO]},
    "optional pair": {"anyOf": [{"type": "integer"}, _TWO, {"type": "null"}]},
    "seed": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
    "probability": {"type": "number", "minimum": 0, "maximum": 1},
    "key": {"type": "string"},
    "plain": {"type": ["number", "string", "boolean", "array", "null"]},
}
"""The JSON Schema of each kind."""
