"""What can be done with a row of a list: commands of the table, for the keys of the list.

A list that is not named here is known by its titles: one can go where its rows say.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from graphtui.debugger.listing import Cell
from graphtui.debugger.stops.breakpoints import Breakpoint, Kind, Target
from graphtui.debugger.stops.toggling import toggling

Row = Mapping[str, Cell]
"""The cells of a row by the titles of their columns."""


class Order(NamedTuple):
    """What a key does to a row."""

    word: str
    """What that is, in a word or two."""
    command: str
    typed: bool = False
    """Whether it is only typed in, for the user to change."""
    leaves: bool = False
    """Whether it leads to another place, which a list must not hide."""


class Orders(NamedTuple):
    """What the keys do to a row; None where one does nothing."""

    enter: Order | None = None
    switch: Order | None = None
    remove: Order | None = None


def orders(what: str, row: Row, breakpoints: Mapping[int, Breakpoint]) -> Orders:
    """What can be done with a row of the list called `what`.

    >>> orders("log", {"step": 3, "node": "h"}, {}).enter
    Order(word='go there', command='seek 3', typed=False, leaves=True)
    """
    if what in _ORDERS:
        return _ORDERS[what](row)
    if (node := row.get("node")) is not None and "step" not in row:
        target = Target(Kind.NODE, str(node))
        look = Order("look at it", f"goto {shlex.quote(str(node))}", leaves=True)
        return Orders(look, Order("break", toggling(breakpoints, target)))
    if "step" in row:
        return Orders(Order("go there", f"seek {row['step']}", leaves=True))
    if (op := row.get("op")) is not None:
        target = Target(Kind.OP, str(op))
        return Orders(
            Order("find the next", f"find {op}", leaves=True),
            Order("break", toggling(breakpoints, target)),
        )
    return Orders()


def _breakpoint(row: Row) -> Orders:
    number, on = row["number"], row["state"] == "on"
    return Orders(
        Order("edit", f"edit {number} {row['where']}", typed=True),
        Order("on or off", f"{'disable' if on else 'enable'} {number}"),
        Order("remove", f"delete {number}"),
    )


def _catch(row: Row) -> Orders:
    name, on = row["catch"], row["state"] == "on"
    return Orders(
        Order("edit", f"catch {name} {row['thresholds'] or 'on'}", typed=True),
        Order("on or off", f"catch {name} {'off' if on else 'on'}"),
        Order("turn off", f"catch {name} off"),
    )


def _watch(row: Row) -> Orders:
    return Orders(
        Order("print", f"print {row['expression']}"),
        remove=Order("remove", f"unwatch {row['number']}"),
    )


_ORDERS: Mapping[str, Callable[[Row], Orders]] = {
    "breakpoints": _breakpoint,
    "catches": _catch,
    "watches": _watch,
}


def row_of(titles: Sequence[str], cells: Sequence[Cell]) -> Row:
    """The cells of a row by their titles."""
    return dict(zip(titles, cells, strict=True))
