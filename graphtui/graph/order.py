"""An order in which every node stands after what it reads, and the cycles where there is none."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence


def in_order(inputs: Mapping[str, Sequence[str]]) -> tuple[list[str], set[str]]:
    """The nodes in topological order, as near to the given one as it can be, and those left over.

    Kahn's algorithm over a heap of positions: what was written in order stays in order. Left over
    is what lies on a cycle or reads from one. Inputs that are no nodes are passed over.

    >>> in_order({"f": ["a", "x"], "a": ["x"], "x": []})
    (['x', 'a', 'f'], set())
    """
    names = list(inputs)
    position = {name: i for i, name in enumerate(names)}
    waiting = [0] * len(names)
    readers: list[list[int]] = [[] for _ in names]
    for i, sources in enumerate(inputs.values()):
        for source in sources:
            if source in position:
                readers[position[source]].append(i)
                waiting[i] += 1
    ready = [i for i, number in enumerate(waiting) if not number]
    order: list[str] = []
    while ready:
        i = heapq.heappop(ready)
        order.append(names[i])
        for reader in readers[i]:
            waiting[reader] -= 1
            if not waiting[reader]:
                heapq.heappush(ready, reader)
    return order, {names[i] for i, number in enumerate(waiting) if number}


def is_in_order(nodes: Iterable[str], inputs: Iterable[Iterable[str]]) -> bool:
    """Whether every node stands after what it reads already, as in most files.

    >>> is_in_order(["x", "f"], [[], ["x"]]), is_in_order(["f", "x"], [["x"], []])
    (True, False)
    """
    seen: set[str] = set()
    for name, sources in zip(nodes, inputs, strict=True):
        if not seen.issuperset(sources):
            return False
        seen.add(name)
    return True


def cycles(inputs: Mapping[str, Sequence[str]], stuck: set[str]) -> Iterator[list[str]]:
    """Cycles among the nodes that `in_order` left over; each is told in the direction of values.

    Every node of a cycle is read by the next one, the last by the first, which is the one that was
    written first. From each node, inputs that are stuck themselves are followed until a node comes
    up again, which closes a cycle, or one of an earlier walk.

    >>> list(cycles({"a": ["c"], "b": ["a"], "c": ["b"], "d": ["c"]}, {"a", "b", "c", "d"}))
    [['a', 'b', 'c']]
    """
    position = {name: i for i, name in enumerate(inputs)}
    visited: set[str] = set()
    for start in (name for name in inputs if name in stuck):
        walk: dict[str, int] = {}
        name = start
        while name not in walk and name not in visited:
            walk[name] = len(walk)
            name = next(source for source in inputs[name] if source in stuck)
        if name in walk:
            ring = list(walk)[walk[name] :][::-1]
            first = ring.index(min(ring, key=position.__getitem__))
            yield ring[first:] + ring[:first]
        visited |= walk.keys()
