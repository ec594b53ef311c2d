"""Refuse what an expression of the user's does: its place, and the node it would have become."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn, Protocol

from graphtui.errors import DescriptionError, Problem
from graphtui.graph.naming import Nameable, Names
from graphtui.graph.scopes import Site, calling_site
from graphtui.graph.source import Sources
from graphtui.ops.linear_map import Shape
from graphtui.ops.op import Leaf, Op


class Reader(Nameable, Protocol):
    """A described value, as messages show it."""

    @property
    def shape(self) -> Shape:
        """The shape of the value."""


def refuse(
    message: str, op: Op | Leaf | None = None, site: Site | None = None, title: str | None = None
) -> NoReturn:
    """Refuse what the user's expression does, naming the node that it would have become."""
    site = site or calling_site()
    sources = Sources()
    place = sources.place(site) if site else None
    path = ""
    if op is not None:
        path = f"node '{Names([_Unborn(op, title, site)], sources).names[0]}'"
    raise DescriptionError([Problem(message, place, path)]) from None


class _Unborn:
    """What would have been recorded, if it had been right."""

    slot = None

    def __init__(self, op: Op | Leaf, title: str | None, site: Site | None) -> None:
        self.op, self.title, self.site = op, title, site


def with_operands(message: str, operands: Sequence[Reader]) -> str:
    """`message`, with the names and shapes of the operands."""
    several = list({id(each): each for each in operands}.values())
    names = Names(several, Sources()).names
    shown = zip(names[:8], several[:8], strict=True)
    read = ", ".join(f"'{name}' {each.shape}" for name, each in shown)
    more = ", …" if len(several) > 8 else ""
    return f"{message} It reads {read}{more}." if read else message
