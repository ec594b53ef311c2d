"""An array of any size as pieces of a bounded one: little memory, and a place to stop between them.

What is done with the pieces, and whether it goes on, is up to whoever asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphtui.ops.linear_map import Array

BLOCK = 2**16
"""Elements of one piece: it stays in the processor's cache while it is looked at several times."""


def blocks(
    array: Array,
    start: int = 0,
    stop: int | None = None,
    size: int = BLOCK,
    *,
    backward: bool = False,
) -> Iterator[tuple[int, Array]]:
    """The elements from number `start` up to `stop` as vectors, each with its first one's number.

    Elements are numbered in row-major order, whatever their order in memory. A piece may be a view
    of the array, so it must not be written to. `backward` gives the last piece first; within a
    piece the order stays.

    >>> import numpy as np
    >>> [(first, list(map(int, block))) for first, block in blocks(np.arange(5).T, 1, size=3)]
    [(1, [1, 2, 3]), (4, [4])]
    """
    stop = array.size if stop is None else min(stop, array.size)
    elements = array.reshape(-1) if array.flags.c_contiguous else array.flat
    firsts = range(start, stop, size)
    for first in reversed(firsts) if backward else firsts:
        yield first, elements[first : min(first + size, stop)]


def in_memory_order(array: Array) -> Array:
    """The same elements with the axes turned so that walking them in row-major order is fastest.

    For sums and counts, which do not ask where an element stands: on a transposed array they take
    a tenth of the time.
    """
    forward = tuple(slice(None, None, -1 if stride < 0 else None) for stride in array.strides)
    strides = list(map(abs, array.strides))
    axes = sorted(range(array.ndim), key=strides.__getitem__, reverse=True)
    return array[forward].transpose(axes)
