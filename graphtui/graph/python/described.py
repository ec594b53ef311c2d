"""What is known of a described value: its op, inputs, shape and dtype, and where it was written.

`tensor` makes such values and lets them take part in Python and NumPy; `naming` and `drafting` make
a graph of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphtui.errors import Place
from graphtui.graph.python.scopes import Site
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import DType, Leaf, Op

_NUMBERS = itertools.count()


@dataclass(slots=True, eq=False, repr=False)
class Described:
    """One value: a leaf, or the result of an op on other values."""

    op: Op | Leaf
    """What computes it, or which kind of leaf it is."""
    shape: Shape
    dtype: DType
    inputs: tuple[Described, ...] = ()
    attrs: Mapping[str, Any] = field(default_factory=dict)
    """The attributes of the op, checked and complete."""
    array: Array | None = None
    """A leaf's own value, read-only; None for what is computed."""
    title: str | None = None
    """The name that was given with `name=`."""
    site: Site | None = None
    """The user's expression that made it."""
    slot: int | None = None
    """For a number or an array among described values: which operand of `site` it is."""
    origin: Array | None = None
    """For such an array: the user's own, of which `array` is a copy."""
    place: Place | None = None
    """Where it is written, if not at `site`."""
    number: int = field(default_factory=_NUMBERS.__next__, init=False)
    """Values that are made later have larger numbers; only their order has a meaning."""
