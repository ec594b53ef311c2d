"""What attributes have in common with equal ones, so that each use of an op is checked once.

What may be written, and what it means, is for the records of the ops.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SIGNED = frozenset({bool, int, str, type(None)})


def signature_of(attrs: Mapping[str, Any]) -> tuple[object, ...] | None:
    """What tells attributes from all others, if that can be told at a glance; else None.

    Types are in it, for True is 1 to Python. A float is its text, for -0.0 is 0.0 to Python.

    >>> signature_of({"axis": -1}) == signature_of({"axis": -1.0}), signature_of({"axis": [[0]]})
    (False, None)
    """
    signed: list[object] = []
    for name, value in attrs.items():
        kind = type(value)
        if kind is float:
            value = repr(value)
        elif kind is list or kind is tuple:
            value = tuple(value)
            if not set(map(type, value)) <= {int}:
                return None
        elif kind not in _SIGNED:
            return None
        signed += (name, kind, value)
    return tuple(signed)
