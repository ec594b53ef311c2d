"""A node's value and gradient in few cells, as of a snapshot; each array is read only once.

How one number or one array is shortened is for `numbers`; where it stands is for whoever draws.
"""

from __future__ import annotations

from functools import lru_cache
from weakref import ref

from graphtui.debugger.snapshot import Snapshot
from graphtui.ops.linear_map import Array
from graphtui.view.drawing.marks import ABSENT, STALE
from graphtui.view.text.numbers import summary, wire_number
from graphtui.view.text.safe_text import ELLIPSIS


def value_text(snapshot: Snapshot, name: str, width: int) -> str:
    """The value; the one of before an edit with a mark; `·` where there is none yet."""
    return _known_text(snapshot.value(name), snapshot.stale_value(name), width)


def gradient_text(snapshot: Snapshot, name: str, width: int) -> str:
    """The gradient so far, an ellipsis after it while more is to come; "" where none ever will."""
    seeded = name == snapshot.graph.output and snapshot.run.plan.seed_step
    if not snapshot.expected(name) and not seeded:
        return ""
    gradient = snapshot.gradient(name)
    if gradient is None or snapshot.complete(name):
        return _known_text(gradient, snapshot.stale_gradient(name), width)
    return array_text(gradient, width - 1) + ELLIPSIS


def array_text(array: Array, width: int) -> str:
    """What an array of a run comes to; only a scalar has its number."""
    return _summary(_Same(array), width) if array.ndim else wire_number(array.flat[0], width)


def _known_text(known: Array | None, stale: Array | None, width: int) -> str:
    if known is not None:
        return array_text(known, width)
    return ABSENT if stale is None else array_text(stale, width - 1) + STALE


class _Same:
    """An array as a key: equal only to itself, and not kept alive by being one."""

    __slots__ = ("_hash", "array")

    def __init__(self, array: Array) -> None:
        self.array = ref(array)
        self._hash = id(array)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        here = self.array()
        return isinstance(other, _Same) and here is not None and here is other.array()


@lru_cache(maxsize=4096)
def _summary(key: _Same, width: int) -> str:
    """What the array comes to; its numbers are read once, as arrays of a run never change.

    Without this, every key press would go through megabytes of weights again.
    """
    array = key.array()
    assert array is not None, "the caller holds it"
    return summary(array, width)
