"""How the nodes in sight differ from the run that they are compared with, for every panel.

Each pair of arrays is compared once: how a node differs changes only when something new is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakKeyDictionary

from graphtui.debugger.compare.change import Change, Level
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.view.text.numbers import number

if TYPE_CHECKING:
    from graphtui.debugger.compare.beside import Beside
    from graphtui.debugger.compare.compare import Row

MARKS: Mapping[Level, str] = MappingProxyType(
    {
        Level.SLIGHT: "≈",
        Level.CHANGED: "≠",
        Level.STRONG: "≢",
        Level.ONE_SIDED: "≢",
        Level.FAULT_GONE: "✓",
        Level.NEW_FAULT: "!",
    }
)
"""What stands in the lower corner of a box that differs."""

ROLES: Mapping[Level, str] = MappingProxyType(
    {
        Level.CHANGED: "node.differs",
        Level.STRONG: "node.differs.strong",
        Level.ONE_SIDED: "node.differs.strong",
        Level.NEW_FAULT: "node.fault",
    }
)
"""The roles of such boxes."""

LEVEL_ROLES: Mapping[Level, str] = MappingProxyType(
    {
        Level.SAME: "ok",
        Level.PENDING: "absent",
        Level.SLIGHT: "dim",
        Level.CHANGED: "warning",
        Level.STRONG: "warning",
        Level.ONE_SIDED: "warning",
        Level.FAULT_GONE: "ok",
        Level.NEW_FAULT: "fault",
    }
)
"""The role in which a node of each level is drawn."""

_Known: TypeAlias = "dict[tuple[str, bool, int], Row | None]"
_KNOWN: WeakKeyDictionary[Beside, WeakKeyDictionary[Run, _Known]] = WeakKeyDictionary()


def difference(snapshot: Snapshot, node: str) -> Row | None:
    """How a node differs from the one in the other run; None where nothing can be compared."""
    beside = snapshot.beside
    if beside is None:
        return None
    known = _KNOWN.setdefault(beside, WeakKeyDictionary()).setdefault(snapshot.run, {})
    there = snapshot.value(node) is not None
    key = node, there, len(snapshot.received(node)) + snapshot.complete(node)
    if key not in known:
        known[key] = beside.row(snapshot, node)
    return known[key]


def worst(snapshot: Snapshot, nodes: Iterable[str]) -> Level | None:
    """The worst difference at any of the nodes; None where there is none at all."""
    if snapshot.beside is None:
        return None
    rows = (difference(snapshot, node) for node in nodes)
    level = max((row.level for row in rows if row), key=lambda each: each.rank, default=Level.SAME)
    return level if level in MARKS else None


def change_text(change: Change) -> str:
    """How much it is, with the level where the number does not say it.

    >>> change_text(Change(Level.CHANGED, 0.01)), change_text(Change(Level.STRONG, 1.5))
    ('0.01', '1.5 strong')
    >>> change_text(Change(Level.NEW_FAULT, float("inf")))
    'new fault'
    """
    match change.level:
        case Level.CHANGED:
            return number(change.relative, 8, 2)
        case Level.STRONG | Level.SLIGHT:
            return f"{number(change.relative, 8, 2)} {change.level.value}"
        case _:
            return change.level.value
