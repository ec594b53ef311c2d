"""What one contribution is made of: a sum of upstream times local, element by element.

An element of the downstream gradient is the upstream times one column of the Jacobian. Here columns
are examined: all at once, by pulling back numbers that cannot cancel, or one, as its entries.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from graphtui.engine.execute import Contribution
from graphtui.ops.linear_map import WINDOW_LIMIT, Array, LinearMap, Shape

LOOK = 1000
"""What it costs to examine one contribution, in elements, besides its own."""
MOST_WORK = 10_000_000
"""After looks at so many elements one answer ends: less than half a second."""


def cost(contribution: Contribution) -> int:
    """How much of `MOST_WORK` a look at a contribution takes."""
    return LOOK + contribution.upstream.size + contribution.downstream.size


class Term(NamedTuple):
    """One product in the sum that makes an element of a downstream gradient."""

    output: int
    """The row-major number of the element of the upstream gradient."""
    upstream: float
    local: float


class Column(NamedTuple):
    """All products in that sum whose local gradient is not 0."""

    outputs: Array
    """Row-major numbers of elements of the upstream gradient."""
    upstream: Array
    local: Array
    products: Array
    """Upstream times local, in the precision of the downstream gradient."""

    def first(self, wanted: Array) -> Term | None:
        """The first term of which `wanted`, a mask over them, is true."""
        if not wanted.any():
            return None
        k = int(np.argmax(wanted))
        return Term(int(self.outputs[k]), float(self.upstream[k]), float(self.local[k]))


class Zeros(NamedTuple):
    """Why elements of a downstream gradient are 0, as masks over them."""

    blocked: Array
    """The local gradient is 0: no output depends on the element."""
    starved: Array
    """Some output depends on it, and every one that does has an upstream of 0."""
    lost: Array
    """A nonzero upstream meets a nonzero local gradient; their products are too small or cancel."""


def zeros(contribution: Contribution, among: Array) -> Zeros:
    """Why the elements of `among`, all 0 downstream, are 0."""
    local, upstream = contribution.local, contribution.upstream
    probe = generic(local.output_shape)
    blocked = among & (local.pullback(probe) == 0)
    fed = local.pullback(np.where(upstream != 0, probe, 0.0)) != 0
    return Zeros(blocked, among & ~blocked & ~fed, among & ~blocked & fed)


def outputs_of(local: LinearMap, elements: Array) -> Array:
    """The outputs that depend on the input elements of the mask, as a mask."""
    return np.asarray(local.pushforward(np.where(elements, generic(local.input_shape), 0.0)) != 0)


def generic(shape: Shape) -> Array:
    """Numbers between 1 and 2 of which no sum of products cancels by chance; always the same.

    >>> generic((2,)).tolist() == generic((2,)).tolist()
    True
    """
    places = np.arange(math.prod(shape)).reshape(shape)
    return np.asarray(1.0 + np.sin(places * 12.9898 + 78.233) * 43758.5453 % 1.0)


def column(contribution: Contribution, element: int) -> Column:
    """The products that make an element of the downstream gradient.

    Args:
        contribution: what was sent.
        element: which element of the input, by its row-major number.
    """
    local, like = contribution.local, contribution.downstream
    height = local.matrix_shape[0]
    pieces = [
        local.window(slice(start, start + WINDOW_LIMIT), slice(element, element + 1))[:, 0]
        for start in range(0, height, WINDOW_LIMIT)
    ]
    entries = np.concatenate(pieces) if pieces else np.zeros(0)
    outputs = np.flatnonzero(entries)
    upstream = contribution.upstream.reshape(-1)[outputs]
    factors = entries[outputs]
    with np.errstate(all="ignore"):
        products = upstream.astype(like.dtype) * factors.astype(like.dtype)
    return Column(outputs, upstream, factors, products)


def broken(contribution: Contribution, element: int) -> Term | None:
    """The first term that is not finite though its upstream is; None if there is none."""
    terms = column(contribution, element)
    return terms.first(np.isfinite(terms.upstream) & ~np.isfinite(terms.products))
