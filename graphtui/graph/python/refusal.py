"""Refuse what an expression of the user's does: its place, and the node it would have become."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import numpy as np

from graphtui.errors import DescriptionError, Problem
from graphtui.graph.python.described import Described
from graphtui.graph.python.naming import Names
from graphtui.graph.python.scopes import Site, calling_site
from graphtui.graph.python.source import Sources
from graphtui.graph.wording import what_it_reads
from graphtui.ops.op import Leaf, Op


def refuse(
    message: str, op: Op | Leaf | None = None, site: Site | None = None, title: str | None = None
) -> NoReturn:
    """Refuse what the user's expression does, naming the node that it would have become."""
    site = site or calling_site()
    sources = Sources()
    place = sources.place(site) if site else None
    path = ""
    if op is not None:
        unborn = Described(op, (), np.dtype(float), title=title, site=site)  # only to be named
        path = f"node '{Names([unborn], sources).names[0]}'"
    raise DescriptionError([Problem(message, place, path)]) from None


def with_operands(message: str, operands: Sequence[Described]) -> str:
    """`message`, with the names and shapes of the operands."""
    several = list({id(each): each for each in operands}.values())
    names = Names(several, Sources()).names
    return message + what_it_reads(list(zip(names, [each.shape for each in several], strict=True)))
